"""Measure how fast documents are read and imported: pages a second.

    python scripts/bench_import.py                     # the example documents
    python scripts/bench_import.py FOLDER --rounds 3   # documents of your own
    python scripts/bench_import.py --minutes 100       # with long minutes besides (reportlab)
    python scripts/bench_import.py --import 200        # import itself, of so many letters

Without `--import`: the stages of reading and understanding, in one process and one thread, nothing
is stored. Formats without pages are counted in documents. The median of the rounds is given; the
first round, in which libraries are loaded, does not count.

With `--import`: `kommunsvar import` is given a folder of text PDFs (letters of two pages, and
with `--minutes` as many pages of minutes too), on all processors, in a process and a home of its
own each round. *Stored* is until the last reply lies in the record, as drafts; *answerable* until
the index is built and live besides. Starting Python and loading libraries count.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

if not __package__:  # started as a file: make the folder above importable
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from knowledge.errors import DocumentError
from knowledge.parsing.furniture import without_furniture
from knowledge.parsing.parse import NoReply, parse
from knowledge.readers import read
from scripts.measuring_import.imported import import_table
from scripts.measuring_import.made import minutes

EXAMPLES = Path(__file__).resolve().parents[1] / "knowledge" / "examples"
STAGES = ("read", "furniture", "parse")


@dataclass(frozen=True, slots=True)
class Row:
    """What was measured of one format.

    Attributes:
        name: the format, as the files' names end.
        documents: how many were read.
        pages: how many pages they have; None for a format without pages.
        seconds: for each stage, how long it took for all of them.
    """

    name: str
    documents: int
    pages: int | None
    seconds: tuple[float, ...]

    def rates(self) -> tuple[float, ...]:
        """Return pages a second (documents, without pages) of each stage, and of all in turn."""
        count = self.documents if self.pages is None else self.pages
        return tuple(count / max(seconds, 1e-9) for seconds in (*self.seconds, sum(self.seconds)))


def measure(name: str, files: Sequence[tuple[str, bytes]], rounds: int) -> Row | None:
    """Read and understand documents several times; None when none of them can be read."""
    times: list[tuple[float, ...]] = []
    pages, paged, count = 0, False, 0
    for turn in range(rounds + 1):
        spent = [0.0] * len(STAGES)
        pages, count = 0, 0
        for file, data in files:
            try:
                start = time.perf_counter()
                document = read(file, data)
                after_read = time.perf_counter()
                bare = without_furniture(document)
                after_furniture = time.perf_counter()
            except DocumentError as error:
                if turn == 0:
                    print(error, file=sys.stderr)
                continue
            try:
                parse(bare)
            except NoReply as error:
                if turn == 0:
                    print(f"{file}: {error.reason}", file=sys.stderr)
            done = time.perf_counter()
            for at, seconds in enumerate(
                (after_read - start, after_furniture - after_read, done - after_furniture)
            ):
                spent[at] += seconds
            pages += len(document.pages)
            paged = document.paged
            count += 1
        if turn:
            times.append(tuple(spent))
    if not count:
        return None
    middle = tuple(statistics.median(column) for column in zip(*times, strict=True))
    return Row(name, count, pages if paged else None, middle)


def table(rows: Iterable[Row]) -> str:
    """Return the figures as Markdown."""
    lines = [
        "| format | documents | pages | " + " | ".join((*STAGES, "all")) + " |",
        "|---" * 3 + "|--:" * (len(STAGES) + 1) + "|",
    ]
    for row in rows:
        pages = "–" if row.pages is None else f"{row.pages:,}"
        rates = " | ".join(f"{rate:,.0f}" for rate in row.rates())
        lines.append(f"| {row.name} | {row.documents:,} | {pages} | {rates} |")
    unit = "A second: pages, and documents where the format has no pages."
    return "\n".join([*lines, "", unit])


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; the exit code is 1 when there was nothing to read."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", nargs="?", type=Path, default=EXAMPLES)
    parser.add_argument("--rounds", type=int, default=5, metavar="N", help="default 5")
    parser.add_argument(
        "--minutes", type=int, default=0, metavar="PAGES", help="make minutes of so many pages"
    )
    parser.add_argument(
        "--import", type=int, default=0, metavar="LETTERS", dest="letters",
        help="measure import itself, of so many letters",
    )  # fmt: skip
    options = parser.parse_args(arguments)
    if not options.folder.is_dir() or options.rounds < 1:
        parser.error(f"{options.folder} must be a folder, and there must be a round or more")
    if options.letters:
        print(import_table(options.letters, options.minutes, options.rounds))
        return 0
    groups: dict[str, list[tuple[str, bytes]]] = {}
    for path in sorted(path for path in options.folder.iterdir() if path.is_file()):
        groups.setdefault(path.suffix.lstrip(".").lower(), []).append(
            (path.name, path.read_bytes())
        )
    if options.minutes:
        groups["pdf, minutes"] = [("protokoll.pdf", minutes(options.minutes))]
    found = (measure(name, files, options.rounds) for name, files in sorted(groups.items()))
    rows = [row for row in found if row is not None]
    if not rows:
        print(f"no document in {options.folder} can be read", file=sys.stderr)
        return 1
    print(table(rows))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

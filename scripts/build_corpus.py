r"""Build the two corpus files that the embedded encoder is trained on, from public repositories.

    git clone --depth 1 --branch data https://github.com/civictechsweden/g0vse pages
    git clone --depth 1 https://github.com/swerik-project/riksdagen-interpellations asked
    python scripts/build_corpus.py --government pages --interpellations asked --out corpus

The same checkouts always give the same bytes. Both repositories change with time, and the files
with them.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

if not __package__:  # started as a file: make the folder above importable
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from scripts.corpus import government, interpellations
from scripts.corpus.cleaning import count_words, frequent_words
from scripts.corpus.outcome import Reason, WrongFolderError, write_lines
from scripts.training.pairs import GOVERNMENT_FILE, INTERPELLATIONS_FILE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

T = TypeVar("T")

HELD_OUT_SESSION = "2023/24"
"""Session of interpellations kept for measuring: what is not in the corpus cannot be learned."""

DATA_HELP = f"""\
where the checkouts come from:
  --government       git clone --depth 1 --branch data \\
                       https://github.com/civictechsweden/g0vse
  --interpellations  git clone --depth 1 \\
                       https://github.com/swerik-project/riksdagen-interpellations
                     (files in the form of release 0.2.2)

what comes out (gzip-compressed JSON Lines, both in --out):
  {GOVERNMENT_FILE}  id, title, summary, sections [{{heading, text}}], date, kind,
                             lang (sv, en, other or und), url
  {INTERPELLATIONS_FILE}   id, session, title, questioner, party, respondent, date, body,
                             questions, lang

The texts are cleaned: NFC, no invisible characters, no markdown, single spaces, words and
paragraphs mended that a line end or a page break had cut. Questions are no part of a body.
"""


def build_parser() -> argparse.ArgumentParser:
    """Describe the command line."""

    class Formatter(argparse.ArgumentDefaultsHelpFormatter, argparse.RawDescriptionHelpFormatter):
        """Show defaults, keep the lines of the epilogue."""

    parser = argparse.ArgumentParser(
        description="Build the corpus of scripts/train_encoder.py from two public repositories.",
        epilog=DATA_HELP,
        formatter_class=Formatter,
    )
    add = parser.add_argument
    add("--government", type=Path, required=True, metavar="DIR", help="checkout of g0vse")
    add(
        "--interpellations",
        type=Path,
        required=True,
        metavar="DIR",
        help="checkout of riksdagen-interpellations",
    )
    add("--out", type=Path, required=True, metavar="DIR", help="folder for the two corpus files")
    add(
        "--held-out",
        default=HELD_OUT_SESSION,
        metavar="SESSION",
        help="session of interpellations to leave out; '' for none",
    )
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    options = build_parser().parse_args(arguments)
    try:
        build(options.government, options.interpellations, options.out, held_out=options.held_out)
    except WrongFolderError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def build(government_dir: Path, interpellations_dir: Path, out: Path, *, held_out: str) -> None:
    """Go from two checkouts to two files, and print what was left out.

    Args:
        government_dir: checkout of g0vse, branch data.
        interpellations_dir: checkout of riksdagen-interpellations.
        out: folder to write to, made if it is missing.
        held_out: session to leave out; empty for none.

    Raises:
        WrongFolderError: a folder is not what it should be.
    """
    page_files = government.find_pages(government_dir)
    question_files = interpellations.find_interpellations(interpellations_dir)
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WrongFolderError(f"{out} cannot be made: {error.strerror}.") from error
    dropped_pages: Counter[Reason] = Counter()
    dropped_questions: Counter[Reason] = Counter()
    with progress_bar() as progress:
        task = progress.add_task("Read the pages", total=len(page_files))
        pages = list(
            government.read_pages(
                government_dir, page_files, dropped_pages, on_page=lambda: progress.advance(task)
            )
        )
        second = progress.add_task("Read the interpellations", total=len(question_files))
        asked = list(
            interpellations.read_interpellations(
                question_files,
                dropped_questions,
                held_out=held_out,
                on_file=lambda: progress.advance(second),
            )
        )
        third = progress.add_task("Mend cut words", total=len(pages) + len(asked))
        words = frequent_words(count_words(_texts(pages, asked)))
        pages = government.drop_duplicates(
            (
                government.repair_page(page, words)
                for page in _counted(pages, lambda: progress.advance(third))
            ),
            dropped_pages,
        )
        asked = interpellations.drop_duplicates(
            (
                interpellations.repair_interpellation(one, words)
                for one in _counted(asked, lambda: progress.advance(third))
            ),
            dropped_questions,
        )
        last = progress.add_task("Write", total=len(pages) + len(asked))
        write_lines(
            out / GOVERNMENT_FILE,
            map(government.to_record, _counted(pages, lambda: progress.advance(last))),
        )
        write_lines(
            out / INTERPELLATIONS_FILE,
            map(interpellations.to_record, _counted(asked, lambda: progress.advance(last))),
        )
    print_outcome(out / GOVERNMENT_FILE, len(pages), dropped_pages)
    print_outcome(out / INTERPELLATIONS_FILE, len(asked), dropped_questions)


def progress_bar() -> Progress:
    """Return a bar that leaves standard output alone."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
    )


def print_outcome(path: Path, written: int, dropped: Counter[Reason]) -> None:
    """Say how many documents a file holds, and what was left out for which reason."""
    print(f"{path}: {written:,} documents")
    for reason in Reason:
        if dropped[reason]:
            print(f"  left out, {reason.value}: {dropped[reason]:,}")


def _counted(things: Iterable[T], on_thing: Callable[[], object]) -> Iterator[T]:
    for thing in things:
        yield thing
        on_thing()


def _texts(
    pages: Iterable[government.Page], asked: Iterable[interpellations.Interpellation]
) -> Iterator[str]:
    for page in pages:
        yield f"{page.title}\n{page.body}"
    for one in asked:
        yield "\n".join((one.title, *one.paragraphs))


if __name__ == "__main__":
    sys.exit(main())

"""How fast a folder of text PDFs is imported, by the command line and on all processors."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from scripts.measuring_import.made import letters, minutes

__all__ = ["import_table"]

_HOUSE = Path(__file__).resolve().parents[2]
_MINUTES_PAGES = 100  # of one document


@dataclass(frozen=True, slots=True)
class _Run:
    """What one import took.

    Attributes:
        wall_s: seconds from start to end.
        processor_s: of the program and all that it started.
    """

    wall_s: float
    processor_s: float


def import_table(letter_count: int, minutes_pages: int, rounds: int) -> str:
    """Import made documents several times, and return the figures as Markdown.

    Args:
        letter_count: how many letters of two pages.
        minutes_pages: pages of minutes, in documents of a hundred pages; 0 for none.
        rounds: how often; the median is given.
    """
    rows = []
    with tempfile.TemporaryDirectory(prefix="bench-import-") as made:
        for name, documents, pages in _kinds(letter_count, minutes_pages):
            folder = Path(made) / name
            folder.mkdir()
            for file, data in documents:
                (folder / file).write_bytes(data)
            for until, options in (("stored", ["--draft"]), ("answerable", [])):
                runs = [_import(folder, options) for _ in range(rounds)]
                rows.append(_row(name, until, len(documents), pages, runs))
    head = "| documents | until | files | pages | pages a second | wall | processor |"
    return "\n".join([head, "|---|---|--:|--:|--:|--:|--:|", *rows])


def _kinds(
    letter_count: int, minutes_pages: int
) -> Iterable[tuple[str, list[tuple[str, bytes]], int]]:
    yield "letters", letters(letter_count), 2 * letter_count
    if minutes_pages:
        starts = range(0, minutes_pages, _MINUTES_PAGES)
        documents = [
            (f"protokoll-{at}.pdf", minutes(min(_MINUTES_PAGES, minutes_pages - start), at))
            for at, start in enumerate(starts, 1)
        ]
        yield "minutes", documents, minutes_pages


def _import(folder: Path, options: list[str]) -> _Run:
    """Import a folder into a new home."""
    with tempfile.TemporaryDirectory(prefix="bench-home-") as home:
        before, start = os.times(), time.monotonic()
        subprocess.run(
            [
                sys.executable,
                "-m",
                "bot",
                "--home",
                home,
                "import",
                *options,
                "--json",
                str(folder),
            ],
            cwd=_HOUSE,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        wall_s = time.monotonic() - start
        after = os.times()
    user_s = after.children_user - before.children_user
    return _Run(wall_s, user_s + after.children_system - before.children_system)


def _row(name: str, until: str, files: int, pages: int, runs: list[_Run]) -> str:
    wall_s = statistics.median(run.wall_s for run in runs)
    processor_s = statistics.median(run.processor_s for run in runs)
    rate = pages / wall_s
    return (
        f"| {name} | {until} | {files:,} | {pages:,} | {rate:,.0f} | {wall_s:.1f} s |"
        f" {processor_s:.1f} s |"
    )

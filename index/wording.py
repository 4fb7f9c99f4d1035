"""The lexical index of a version that is being built, from its table.

Making words and their parts takes Python as long as all the rest of a build. So a large one is
made in a process of its own, beside the vectors; it ends when the builder does, however that ends:

    python -m index.wording VERSION_FOLDER

When few rows changed, the lexical index of the version before is extended instead, in a thread:
copying and tantivy need no Python.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from index import lexical_files
from index.lexical import LARGE
from index.lexical_files import LexicalDocument
from index.model import IndexedPassage, IndexedReply
from index.splice import Run
from index.table import Table
from knowledge.swedish import swedish_date

__all__ = ["FEW_SHARE", "Wording", "document_of"]

FEW_SHARE = 0.1
"""Up to this share of rows come or go, a large index is extended; more are built anew."""

_OWN_PROCESS = 4_000
"""From so many passages on another process is worth its start."""

_TOLD_EVERY = 500

Tell = Callable[[str, int, int], None]


class Wording:
    """Writes `lexical/` of a version, begun when entered and there after `finish`.

    Args:
        directory: the staged version, whose table is written.
        parts: where its rows come from.
        fresh: the fresh rows' documents.
        before: the version before; None to build anew.
    """

    def __init__(
        self,
        directory: Path,
        parts: Sequence[Run],
        fresh: Iterable[LexicalDocument],
        before: Path | None,
    ) -> None:
        self._directory = directory
        self._parts = parts
        self._fresh = fresh
        self._total = sum(part.stop - part.start for part in parts)
        self._before = before if before and self._few_changes(before) else None
        self._process: subprocess.Popen[str] | None = None
        self._thread: ThreadPoolExecutor | None = None
        self._extended: Future[None] | None = None

    def _few_changes(self, before: Path) -> bool:
        """Tell whether so few rows come and go that it is not as quick to build anew."""
        fresh = sum(part.stop - part.start for part in self._parts if part.fresh)
        gone = lexical_files.numbers(before / "lexical") - (self._total - fresh)
        return self._total >= LARGE and fresh + gone <= FEW_SHARE * self._total

    def __enter__(self) -> Self:
        """Begin, in a thread or another process where that is worth it."""
        if self._before is not None:
            self._thread = ThreadPoolExecutor(1, thread_name_prefix="wording")
            self._extended = self._thread.submit(self._extend, self._before)
        elif self._total >= _OWN_PROCESS:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "index.wording", str(self._directory)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                encoding="utf-8",
                env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            )
        return self

    def finish(self, tell: Tell) -> None:
        """Be done.

        Raises:
            OSError: the disk refuses.
        """
        tell("words", 0, self._total)
        if self._extended is not None:
            self._extended.result()
        elif self._process is None:
            _build(self._directory, tell)
        else:
            assert self._process.stdout is not None
            for line in self._process.stdout:
                tell("words", int(line), self._total)
            _, said = self._process.communicate()
            if self._process.returncode:
                raise OSError(said.strip().rpartition("\n")[2] or "the lexical index: no reason")
        tell("words", self._total, self._total)

    def __exit__(self, *_: object) -> None:
        """End the other process where it is still at work; a thread is waited for."""
        if self._thread is not None:
            self._thread.shutdown()
        if self._process is not None:
            with self._process:
                self._process.kill()

    def _extend(self, before: Path) -> None:
        moved, rows = _moved(self._parts)
        lexical_files.extend(
            before / "lexical", self._directory / "lexical", moved, self._fresh, rows
        )


def _moved(parts: Sequence[Run]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return where the rows of the version before are now, and where the fresh ones are.

    Returns:
        The new row of each old one up to the last that is kept, -1 for one that is not; and the
        row of each fresh one.
    """
    moved = np.full(max((p.stop for p in parts if not p.fresh), default=0), -1, dtype=np.int64)
    fresh: list[int] = []
    row = 0
    for part in parts:
        rows = range(row, row + part.stop - part.start)
        if part.fresh:
            fresh.extend(rows)
        else:
            moved[part.rows] = rows
        row = rows.stop
    return moved, np.array(fresh, dtype=np.int64)


def _build(directory: Path, tell: Tell) -> None:
    table = Table(directory)

    def told() -> Iterator[LexicalDocument]:
        for row in range(len(table)):
            if row % _TOLD_EVERY == 0:
                tell("words", row, len(table))
            yield document_of(table.passage(row), table.reply_of(row))

    lexical_files.build(told(), directory / "lexical")


def document_of(passage: IndexedPassage, reply: IndexedReply) -> LexicalDocument:
    """Return what is searched of a passage."""
    context = (reply.title or "", passage.question or "", _who_and_when(reply))
    return LexicalDocument(body=passage.text, context="\n".join(filter(None, context)))


def _who_and_when(reply: IndexedReply) -> str:
    """Return the words by which staff ask for a reply: names, roles, registry number, day."""
    words = [reply.dnr or ""]
    for person in reply.interpellants + reply.respondents:
        words += [person.name, person.role or ""]
    if reply.answered_on is not None:
        words.append(swedish_date(reply.answered_on))
    return " ".join(words)


def _end_with_the_builder() -> None:
    """Wait for the end of standard input, which the builder's death brings, and go."""
    sys.stdin.read()
    os._exit(1)


def main() -> int:
    """Build the lexical index of a staged version; tells how many passages are done."""
    threading.Thread(target=_end_with_the_builder, daemon=True).start()
    try:
        _build(Path(sys.argv[1]), _say)
    except OSError as exc:
        sys.stderr.write(f"{exc}\n")
        return 1
    return 0


def _say(_what: str, done: int, _total: int) -> None:
    sys.stdout.write(f"{done}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())

"""Files that are written, checksummed and flushed to the disk beside the work on the next ones.

A version of 80,000 passages is 300 MB. Its checksums and the disk would take as long as all the
rest; neither needs Python, so both go on in threads.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Self

from index.manifest import digest_of

__all__ = ["Settling", "flush"]

_THREADS = 2


class Settling:
    """Takes finished files; after `finish` they are safe on the disk and their checksums known.

    A context manager; its end waits for what was begun.
    """

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="settling")
        self._begun: list[Future[None]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._threads.shutdown(cancel_futures=error is not None)

    def add(self, paths: Iterable[Path]) -> None:
        """Begin with some files, which nobody writes to any more, or all in some folders."""
        for path in paths:
            files = sorted(path.rglob("*")) if path.is_dir() else [path]
            self._begun += [self._threads.submit(_settle, file) for file in files if file.is_file()]

    def finish(self) -> None:
        """Wait until all is done.

        Raises:
            OSError: the disk refuses.
        """
        for one in self._begun:
            one.result()


def _settle(path: Path) -> None:
    digest_of(path)
    flush(path)


def flush(path: Path) -> None:
    """Make a file, or the names in a folder, survive a power cut.

    Raises:
        OSError: the disk refuses.
    """
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

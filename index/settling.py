"""Files that are written, checksummed and flushed to the disk beside the work on the next ones.

A version of 80,000 passages is 300 MB. Its checksums and the disk would take as long as all the
rest; neither needs Python, so both go on in threads.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Self

from index.manifest import digest_of

__all__ = ["Settling", "flush"]

_THREADS = 2


class Settling:
    """Takes finished files; after `finish` they are safe on the disk.

    A context manager; its end waits for what was begun.
    """

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="settling")
        self._begun: dict[Path, Future[str]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _kind: object, error: object, _trace: object) -> None:
        self._threads.shutdown(cancel_futures=error is not None)

    def add(self, paths: Iterable[Path]) -> None:
        """Begin with some files, which nobody writes to any more, or all in some folders."""
        for path in paths:
            files = sorted(path.rglob("*")) if path.is_dir() else [path]
            for file in filter(Path.is_file, files):
                self._begun[file] = self._threads.submit(_settle, file)

    def finish(self) -> dict[Path, str]:
        """Wait until all is done, and return the SHA-256 of every file.

        Raises:
            OSError: the disk refuses.
        """
        return {file: settled.result() for file, settled in self._begun.items()}


def _settle(path: Path) -> str:
    digest = digest_of(path)
    flush(path)
    return digest


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

"""Files that are there whole or not at all, and what the disk says, in the program's own errors."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from knowledge.errors import StoreError

__all__ = ["TEMPORARY", "Writer", "disk"]

TEMPORARY = ".new-{}.tmp"
"""What a file is called until it is whole."""


@contextmanager
def disk(path: Path) -> Iterator[None]:
    """Translate what the disk says."""
    try:
        yield
    except OSError as exc:
        where = str(exc.filename or path)
        raise StoreError(
            where, f"{exc.strerror or exc}; check disk space and rights", number=exc.errno
        ) from exc


class Writer:
    """Writes files whole or not at all, so that a power cut does not take them back."""

    def __init__(self) -> None:
        self._unsettled: set[Path] | None = None

    @contextmanager
    def gathering(self) -> Iterator[None]:
        """Make sure of all that is written in the block at its end, or at `settle`, not at once.

        Raises:
            StoreError: the disk refuses.
        """
        self._unsettled = set()
        try:
            yield
        finally:
            try:
                self.settle()
            finally:
                self._unsettled = None

    def write(self, files: Mapping[Path, bytes], folder: Path) -> None:
        """Write files into a folder, each whole or not at all; the folder is made.

        Raises:
            StoreError: the disk refuses.
        """
        _write_whole(files, folder)
        if self._unsettled is not None:
            self._unsettled.add(folder)
        else:
            _flush(folder)

    def settle(self) -> None:
        """Make what was written inside `gathering` survive a power cut.

        Raises:
            StoreError: the disk refuses.
        """
        while self._unsettled:
            _flush(self._unsettled.pop())


def _write_whole(files: Mapping[Path, bytes], folder: Path) -> None:
    """Write files into a folder; that the new names survive a power cut is sure after `_flush`."""
    with disk(folder):
        folder.mkdir(parents=True, exist_ok=True)
        staged: list[tuple[Path, Path]] = []
        try:
            for path, data in files.items():
                staged.append((_staged(path, data), path))
            for temporary, path in staged:
                temporary.replace(path)
        finally:
            for temporary, _ in staged:
                temporary.unlink(missing_ok=True)


def _staged(path: Path, data: bytes) -> Path:
    """Write data to a new file beside `path`, to be moved there, and return it."""
    temporary = path.with_name(TEMPORARY.format(uuid.uuid4().hex))
    try:
        with temporary.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return temporary


def _flush(folder: Path) -> None:
    """Make renames in a folder survive a power cut, where the system can."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    with disk(folder):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

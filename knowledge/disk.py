"""Files that are there whole or not at all, and what the disk says, in the program's own errors."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from knowledge.errors import StoreError

__all__ = ["TEMPORARY", "disk", "flush_folder", "write_whole"]

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


def write_whole(files: Mapping[Path, bytes], folder: Path) -> None:
    """Write files into a folder, each whole or not at all; the folder is made.

    That the new names survive a power cut is sure after `flush_folder`.

    Raises:
        StoreError: the disk refuses.
    """
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


def flush_folder(folder: Path) -> None:
    """Make renames in a folder survive a power cut, where the system can.

    Raises:
        StoreError: the disk refuses.
    """
    if not hasattr(os, "O_DIRECTORY"):
        return
    with disk(folder):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

"""A folder that documents are put into: which of them are whole and not yet read.

Nothing in the folder is moved, changed or removed; what was seen is remembered here, by content.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import stat
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from knowledge.errors import UnreadableDocument
from knowledge.intake import files_in, load

__all__ = ["Inbox", "Look", "is_temporary"]

STEADY_S = 1.0
"""A file whose size and time have not changed for so long is taken as whole."""
EMPTY_STEADY_S = 10.0
"""An empty file is most often one that is about to be written."""

_TEMPORARY_ENDS = (
    ".part", ".partial", ".crdownload", ".download", ".filepart", ".opdownload", ".tmp", ".temp",
    ".swp", "~",
)  # fmt: skip
_TEMPORARY_STARTS = ("~$", ".")

_Stamp = tuple[int, int, int]  # inode, size in bytes, time of change in nanoseconds


def is_temporary(name: str) -> bool:
    """Tell whether a file of this name is only on its way to be a document."""
    return name.startswith(_TEMPORARY_STARTS) or name.lower().endswith(_TEMPORARY_ENDS)


@dataclass(frozen=True, slots=True)
class Look:
    """What a look into the folder found.

    Attributes:
        ready: whole documents that were not read, in name order.
        unsteady: how many files are being written, or too new to tell.
        opened: files that are ready but held open by another program.
    """

    ready: tuple[Path, ...]
    unsteady: int
    opened: tuple[Path, ...]


class Inbox:
    """Looks into one folder and the folders in it.

    Args:
        folder: where to look.
        clock: monotonic seconds.
    """

    def __init__(self, folder: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self.folder = folder
        self._clock = clock
        self._identity = _identity(folder)
        self._seen: dict[Path, tuple[_Stamp, float]] = {}
        self._done: dict[Path, _Stamp] = {}
        self._digests: dict[Path, str] = {}
        self._offered: dict[Path, tuple[_Stamp, str]] = {}

    @property
    def gone(self) -> bool:
        """Whether the folder is no longer there, or another one stands in its place."""
        found = _identity(self.folder)
        return found is None or found != self._identity

    def look(self) -> Look:
        """Find the documents that can be read now; those already done are left out."""
        now = self._clock()
        ready: list[Path] = []
        opened: list[Path] = []
        unsteady = 0
        present: set[Path] = set()
        for path in files_in([self.folder]):
            stamp = _stamp(path)
            if stamp is None or is_temporary(path.name):
                continue
            present.add(path)
            if self._done.get(path) == stamp:
                continue
            known, since = self._seen.get(path, (None, now))
            if known != stamp:
                self._seen[path] = (stamp, now)
                since = now
            if now - since < (STEADY_S if stamp[1] else EMPTY_STEADY_S):
                unsteady += 1
            elif _is_open(path):
                opened.append(path)
            elif self._is_new(path, stamp):
                ready.append(path)
        for path in self._seen.keys() - present:
            del self._seen[path]
        return Look(tuple(ready), unsteady, tuple(opened))

    def done(self, paths: Iterable[Path]) -> None:
        """Remember files as read, whatever came of it, until their content changes."""
        for path in paths:
            if path in self._offered:
                self._done[path], self._digests[path] = self._offered.pop(path)

    def _is_new(self, path: Path, stamp: _Stamp) -> bool:
        """Tell whether the content of a file was not seen at this place before."""
        digest = _digest(path)
        if digest == self._digests.get(path):
            self._done[path] = stamp  # written again, or touched: the same words
            return False
        self._offered[path] = (stamp, digest)
        return True


def _identity(folder: Path) -> tuple[int, int] | None:
    try:
        status = folder.stat()
    except OSError:
        return None
    return (status.st_dev, status.st_ino) if stat.S_ISDIR(status.st_mode) else None


def _stamp(path: Path) -> _Stamp | None:
    try:
        status = path.lstat()
    except OSError:
        return None  # gone since its name was read
    return (status.st_ino, status.st_size, status.st_mtime_ns)


def _digest(path: Path) -> str:
    """Return what stands for the content of a file; of one that cannot be read, why not."""
    try:
        return hashlib.sha256(load(path)).hexdigest()
    except UnreadableDocument as error:
        return error.message


def _is_open(path: Path) -> bool:
    """Tell whether another program holds a document open: by its lock file, or by a lock."""
    # Word leaves out the first letters of a long name in its own.
    names = (f".~lock.{path.name}#", f"~${path.name}", f"~${path.name[2:]}")
    if any((path.parent / name).exists() for name in names):
        return True
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return False  # whoever reads it says what is wrong
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        fcntl.lockf(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return True
    except OSError:
        return False  # a file system without locks
    finally:
        os.close(descriptor)
    return False

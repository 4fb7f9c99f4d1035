"""What was read of the record files, so that none is read twice as long as it stays as it is.

In memory, and of a large record in the cache too (`knowledge.record_cache`). What is remembered
changes how fast the record is read, never what is read.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from knowledge import record
from knowledge.disk import disk
from knowledge.errors import RecordError, UnknownReply
from knowledge.model import Reply
from knowledge.record_cache import RecordCache, Stamp
from knowledge.slug import ID_PATTERN
from knowledge.wanted import Wanted

__all__ = ["Look", "Remembered", "stamp_of"]

_CACHED_FROM = 500  # record files: fewer are read as quickly


@dataclass(slots=True)
class Look:
    """The record as it was when it was looked at.

    Attributes:
        stamps: of every record file, by reply id.
        kept: digests of the documents of those that the cache holds, by reply id, once asked for.
    """

    stamps: dict[str, Stamp]
    kept: dict[str, str] | None = None

    @property
    def is_large(self) -> bool:
        """Whether it holds so much that the cache is quicker than its files."""
        return len(self.stamps) >= _CACHED_FROM

    def wrote(self, reply_id: str, stamp: Stamp) -> None:
        """Take note of a record file that was written since."""
        self.stamps[reply_id] = stamp
        if self.kept is not None:
            self.kept.pop(reply_id, None)


class Remembered:
    """Reads record files.

    Args:
        cache: file of what large records hold.
    """

    def __init__(self, cache: Path) -> None:
        self._cache = RecordCache(cache)
        self._known: dict[str, tuple[Stamp, Reply | RecordError]] = {}

    def read(self, path: Path, reply_id: str, key: str) -> Reply:
        """Return what a record file holds.

        Args:
            path: of the file.
            reply_id: whose it is.
            key: under which it is remembered; the reply's id for its own record file.

        Raises:
            UnknownReply: there is no such file.
            RecordError: it is wrong.
            StoreError: the disk refuses.
        """
        with disk(path):
            try:
                stamp = stamp_of(path.stat())
                known = self._known.get(key)
                if known is None or known[0] != stamp:
                    known = (stamp, _read(path.read_bytes(), reply_id, path))
                    self._known[key] = known
            except (FileNotFoundError, NotADirectoryError) as exc:
                self._known.pop(key, None)
                raise UnknownReply(reply_id) from exc
        if isinstance(known[1], RecordError):
            raise known[1]
        return known[1]

    def wrote(self, reply: Reply, stamp: Stamp) -> None:
        """Remember a reply that was written; its file has this stamp."""
        self._known[reply.id] = (stamp, reply)

    def sound(self, reply_id: str, stamp: Stamp) -> Reply | None:
        """Return the reply in a record file with this stamp; None if it is not remembered."""
        known = self._known.get(reply_id)
        if known is None or known[0] != stamp or isinstance(known[1], RecordError):
            return None
        return known[1]

    def prefetch(self, stamps: Mapping[str, Stamp]) -> None:
        """Take from the cache what it holds of many record files."""
        fresh = {
            id: stamp for id, stamp in stamps.items() if self._known.get(id, (None,))[0] != stamp
        }
        if len(fresh) >= _CACHED_FROM:
            for reply_id, reply in self._cache.read(fresh).items():
                self._known[reply_id] = (stamps[reply_id], reply)

    def kept(self, look: Look) -> dict[str, str]:
        """Return the digests of the documents of those replies that the cache holds, by id."""
        if look.kept is None:
            look.kept = self._cache.digests(look.stamps)
        return look.kept

    def related(self, look: Look, wanted: Wanted) -> frozenset[str]:
        """Return the ids of replies among which all that are wanted are.

        Of a large record, those only that the cache holds as wanted, and those that it lacks.
        """
        ids = frozenset(look.stamps)
        if not look.is_large:
            return ids
        kept = self.kept(look)
        found = self._cache.related(kept, wanted)
        if found is None:
            return ids
        for reply_id, reply in found.items():
            if reply is None:
                del kept[reply_id]
            else:
                self._known[reply_id] = (look.stamps[reply_id], reply)
        return frozenset(found) | {id for id in ids if id not in kept}

    def keep(self, look: Look) -> None:
        """Give the cache of a large record what was read or written and is not in it."""
        if look.kept is None or not look.is_large:
            return
        fresh = [
            (reply, stamp)
            for id, stamp in look.stamps.items()
            if id not in look.kept and (reply := self.sound(id, stamp)) is not None
        ]
        if fresh:
            self._cache.write(fresh, look.stamps)


def stamp_of(status: os.stat_result) -> Stamp:
    """Return what changes with a record file."""
    return (status.st_ino, status.st_size, status.st_mtime_ns)


def _read(data: bytes, reply_id: str, path: Path) -> Reply | RecordError:
    if not ID_PATTERN.fullmatch(reply_id):
        return RecordError(
            str(path), "the file name must be an id: only a-z, 0-9 and single hyphens", field="id"
        )
    try:
        return record.parse(data, reply_id, str(path))
    except RecordError as error:
        return error

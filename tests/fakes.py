"""Fakes of the ports of `knowledge`."""

from __future__ import annotations

import errno
from collections.abc import Iterable
from pathlib import PurePath

from knowledge import record
from knowledge.errors import RecordError, StoreError, UnknownReply
from knowledge.model import Reply, Revision
from knowledge.wanted import Wanted


class MemoryStore:
    """A `Store` that forgets; its faults can be set by the test.

    Attributes:
        full: whether writing a record fails as on a full disk.
        broken: records that cannot be read, by id.
    """

    def __init__(self, replies: Iterable[Reply] = ()) -> None:
        self.replies = {reply.id: reply for reply in replies}
        self.sources: dict[str, bytes] = {}
        self.broken: dict[str, RecordError] = {}
        self.full = False
        self.kept: dict[tuple[str, int | None], Reply] = {}

    def ids(self) -> tuple[str, ...]:
        return tuple(sorted({*self.replies, *self.broken}))

    def load(self, reply_id: str, /) -> Reply:
        if reply_id in self.broken:
            raise self.broken[reply_id]
        if reply_id not in self.replies:
            raise UnknownReply(reply_id)
        return self.replies[reply_id]

    def load_all(self) -> tuple[tuple[Reply, ...], tuple[RecordError, ...]]:
        sound = tuple(self.replies[id] for id in sorted(self.replies) if id not in self.broken)
        return sound, tuple(self.broken[id] for id in sorted(self.broken))

    def load_related(self, wanted: Wanted, /) -> tuple[Reply, ...]:
        return tuple(reply for reply in self.load_all()[0] if wanted.fits(reply))

    def save(self, replies: Iterable[Reply], /) -> None:
        wanted = list(replies)
        for reply in wanted:
            record.dump(reply)  # refuses what the real store refuses
        if self.full:
            raise StoreError("memory", "no space left; free some", number=errno.ENOSPC)
        for reply in wanted:
            self.replies[reply.id] = reply
            self.broken.pop(reply.id, None)

    def add_source(self, file_name: str, data: bytes, /) -> str:
        path = PurePath(file_name)
        name, number = path.name, 1
        while self.sources.get(name, data) != data:
            number += 1
            name = f"{path.stem}-{number}{path.suffix}"
        self.sources[name] = data
        return name

    def source(self, file: str, /) -> bytes | None:
        return self.sources.get(file)

    def drop_source(self, file: str, /) -> None:
        self.sources.pop(file, None)

    def revisions(
        self, reply_id: str | None = None, /
    ) -> tuple[tuple[Revision, ...], tuple[RecordError, ...]]:
        order = sorted(self.kept, key=lambda key: (key[0], key[1] or 10**9))
        wanted = [key for key in order if reply_id in (None, key[0])]
        return tuple(Revision(key[1], self.kept[key]) for key in wanted), ()

    def document_digests(self) -> frozenset[str]:
        texts = (*self.load_all()[0], *self.kept.values())
        return frozenset(reply.source.sha256 for reply in texts if reply.source)

    def archive(self, reply_id: str, number: int, /) -> None:
        self.kept[reply_id, number] = self.replies[reply_id]

    def save_waiting(self, reply: Reply, /) -> None:
        record.dump(reply)
        if self.full:
            raise StoreError("memory", "no space left; free some", number=errno.ENOSPC)
        self.kept[reply.id, None] = reply

    def drop_waiting(self, reply_id: str, /) -> None:
        self.kept.pop((reply_id, None), None)

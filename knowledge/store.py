"""The record on disk: one reviewable YAML file a reply, its document beside it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from knowledge import record
from knowledge.disk import TEMPORARY, Writer, disk
from knowledge.errors import RecordError, UnknownReply
from knowledge.fingerprints import changed, fingerprints
from knowledge.model import Event, Reply, Revision
from knowledge.record_cache import Stamp
from knowledge.remembered import Look, Remembered, stamp_of
from knowledge.sources import Sources
from knowledge.wanted import Wanted

__all__ = ["YamlStore"]

_SUFFIX = ".yaml"
_WAITING = "next"
_REVISION = re.compile(rf"(?P<number>[1-9][0-9]{{0,8}}|{_WAITING})\{_SUFFIX}")


class YamlStore:
    """`Store` in a folder: `<home>/knowledge/<id>.yaml` and `<home>/sources/<file>`.

    Other texts of a reply lie in `<home>/knowledge/revisions/<id>/`. Folders are made when first
    written to. Records that were read are remembered until their file changes, those of a large
    record in `<home>/cache/` too, so reading all again is cheap.
    """

    def __init__(self, home: Path) -> None:
        self._records = home / "knowledge"
        self._revisions = home / "knowledge" / "revisions"
        self._source_folder = home / "sources"
        self._writer = Writer()
        self._sources = Sources(self._source_folder, self._writer)
        self._remembered = Remembered(home / "cache" / "record.sqlite")
        self._look: Look | None = None

    @contextmanager
    def steady(self) -> Iterator[None]:
        """Look at the record's files once for all that is asked inside the block.

        What is written through this store inside is seen at once, what others write afterwards.
        Files are whole or not there at any moment; that a power cut does not take one back is sure
        only after `settle`, which the end of the block does too.

        Raises:
            StoreError: the disk refuses.
        """
        if self._look is not None:
            yield
            return
        self._look = self._looked()
        try:
            with self._writer.gathering():
                yield
                self._remembered.keep(self._look)
        finally:
            self._look = None

    def settle(self) -> None:
        """Make what was written inside `steady` survive a power cut.

        Raises:
            StoreError: the disk refuses.
        """
        self._writer.settle()

    def ids(self) -> tuple[str, ...]:
        """Return the ids of all replies, sound or not, sorted, as they are now."""
        return tuple(sorted(id for id, _ in self._files()))

    def _looked(self) -> Look:
        """Return what was looked at before, or look now."""
        if self._look is not None:
            return self._look
        stamps: dict[str, Stamp] = {}
        with disk(self._records):
            for id, entry in self._files():
                with suppress(FileNotFoundError):  # gone since its name was read
                    stamps[id] = stamp_of(entry.stat())
        return Look(stamps)

    def _files(self) -> Iterator[tuple[str, os.DirEntry[str]]]:
        """Yield every record file with the id in its name."""
        with disk(self._records):
            if not self._records.is_dir():
                return
            with os.scandir(self._records) as entries:
                for entry in entries:
                    stem = entry.name.removesuffix(_SUFFIX)
                    if stem != entry.name and not stem.startswith(".") and entry.is_file():
                        yield stem, entry

    def _path(self, reply_id: str) -> Path:
        return self._records / f"{reply_id}{_SUFFIX}"

    def _wrote(self, reply_id: str, reply: Reply | None = None) -> None:
        """Take note of a record file that was written, and of what it holds."""
        path = self._path(reply_id)
        with disk(path):
            stamp = stamp_of(path.stat())
        if reply is not None:
            self._remembered.wrote(reply, stamp)
        if self._look is not None:
            self._look.wrote(reply_id, stamp)

    def load(self, reply_id: str, /) -> Reply:
        """Return one reply.

        Raises:
            UnknownReply: there is none with this id.
            RecordError: its record is wrong; names file, field and line.
            StoreError: the disk refuses.
        """
        path = self._path(reply_id)
        if path.name != f"{reply_id}{_SUFFIX}" or "\0" in reply_id:
            raise UnknownReply(reply_id)  # an id with folders in it is none of ours
        return self._remembered.read(path, reply_id, reply_id)

    def load_all(self) -> tuple[tuple[Reply, ...], tuple[RecordError, ...]]:
        """Return every sound reply, sorted by id, and an error for every other one."""
        look = self._looked()
        self._remembered.prefetch(look.stamps)
        found = self._read_some(sorted(look.stamps), look.stamps)
        self._remembered.kept(look)
        self._remembered.keep(look)
        return found

    def prefetch(self, ids: Sequence[str]) -> None:
        """Take from the cache what it holds of many replies that are to be loaded."""
        stamps = self._looked().stamps
        self._remembered.prefetch({id: stamps[id] for id in ids if id in stamps})

    def load_related(self, wanted: Wanted, /) -> tuple[Reply, ...]:
        """Return every sound reply that is wanted, sorted by id.

        Of a large record, only what is wanted or has changed is read.
        """
        look = self._looked()
        ids = self._remembered.related(look, wanted)
        replies, _ = self._read_some(sorted(ids), look.stamps)
        if look is not self._look:
            self._remembered.keep(look)
        return tuple(filter(wanted.fits, replies))

    def document_digests(self) -> frozenset[str]:
        """Return the SHA-256 of every document that a reply, or another text of one, is from.

        Raises:
            StoreError: the disk refuses.
        """
        look = self._looked()
        kept = self._remembered.kept(look) if look.is_large else {}
        replies, _ = self._read_some(sorted(look.stamps.keys() - kept.keys()), look.stamps)
        texts = (*replies, *(one.reply for one in self.revisions()[0]))
        return frozenset(kept.values()) | {one.source.sha256 for one in texts if one.source}

    def _read_some(
        self, ids: Sequence[str], stamps: Mapping[str, Stamp]
    ) -> tuple[tuple[Reply, ...], tuple[RecordError, ...]]:
        """Return some replies of a record, in order."""
        replies: list[Reply] = []
        errors: list[RecordError] = []
        for reply_id in ids:
            known = self._remembered.sound(reply_id, stamps[reply_id])
            if known is not None:
                replies.append(known)
                continue
            try:
                replies.append(self.load(reply_id))
            except RecordError as error:
                errors.append(error)
            except UnknownReply:
                continue  # gone since its name was read
        return tuple(replies), tuple(errors)

    def fingerprints(self, known: Mapping[str, str] | None = None, /) -> dict[str, str]:
        """Return a value for every record file, by reply id, that tells whether it changed.

        Args:
            known: what was given at an earlier time (`knowledge.fingerprints`).
        """
        return fingerprints(self._looked().stamps, self._path, known or {})

    def changed_since(self, prints: Mapping[str, str]) -> tuple[str, ...]:
        """Return the ids, sorted, of records that are new, gone or changed.

        Args:
            prints: what `fingerprints` gave at an earlier time.
        """
        return changed(prints, self.fingerprints(prints))

    def save(self, replies: Iterable[Reply], /) -> None:
        """Write replies, each replacing the record with its id; a crash leaves old or new.

        Raises:
            RecordError: a reply breaks a rule of the format; nothing is written.
            StoreError: the disk refuses; no record is then half written.
        """
        by_id = {reply.id: reply for reply in replies}
        texts = {reply_id: _encoded(reply) for reply_id, reply in by_id.items()}
        self._writer.write(
            {self._path(reply_id): data for reply_id, data in texts.items()},
            self._records,
        )
        for reply_id, reply in by_id.items():
            self._wrote(reply_id, reply)

    def append(self, reply_id: str, event: Event, /) -> None:
        """Add an event to a record's history and leave the rest as it is written.

        Raises:
            UnknownReply, RecordError: there is no such record, or it is wrong.
            StoreError: the disk refuses.
        """
        reply = self.load(reply_id)
        path = self._path(reply_id)
        with disk(path):
            data = path.read_bytes()
        self._writer.write({path: record.with_event(data, reply, event).encode()}, self._records)
        self._wrote(reply_id)

    def revisions(
        self, reply_id: str | None = None, /
    ) -> tuple[tuple[Revision, ...], tuple[RecordError, ...]]:
        """Return the earlier texts of a reply, or of all, oldest first, then the waiting one.

        Returns:
            The sound ones, and an error for every other one.

        Raises:
            StoreError: the disk refuses.
        """
        found: list[Revision] = []
        errors: list[RecordError] = []
        with disk(self._revisions):
            if not self._revisions.is_dir():
                return (), ()
            folders = sorted(self._revisions.iterdir())
            paths = [
                (path, name.group("number"))
                for folder in folders
                if folder.is_dir() and reply_id in (None, folder.name)
                for path in folder.iterdir()
                if (name := _REVISION.fullmatch(path.name))
            ]
        for path, which in paths:
            try:
                reply = self._remembered.read(
                    path, path.parent.name, f"{path.parent.name}/{path.name}"
                )
            except RecordError as error:
                errors.append(error)
            except UnknownReply:
                continue  # gone since its name was read
            else:
                found.append(Revision(None if which == _WAITING else int(which), reply))
        order = sorted(found, key=lambda one: (one.reply.id, one.number or 10**9))
        return tuple(order), tuple(errors)

    def archive(self, reply_id: str, number: int, /) -> None:
        """Keep a copy of a record as it is written, as an earlier revision.

        Args:
            reply_id: whose.
            number: of the revision; a copy under this number is written over.

        Raises:
            StoreError: the disk refuses.
        """
        path = self._path(reply_id)
        with disk(path):
            data = path.read_bytes()
        folder = self._revisions / reply_id
        self._writer.write({folder / f"{number}{_SUFFIX}": data}, folder)

    def save_waiting(self, reply: Reply, /) -> None:
        """Write a corrected text that waits to be published; one that waited goes.

        Raises:
            RecordError: it breaks a rule of the format; nothing is written.
            StoreError: the disk refuses.
        """
        folder = self._revisions / reply.id
        self._writer.write({folder / f"{_WAITING}{_SUFFIX}": _encoded(reply)}, folder)

    def drop_waiting(self, reply_id: str, /) -> None:
        """Remove the corrected text that waits; none is fine.

        Raises:
            StoreError: the disk refuses.
        """
        path = self._revisions / reply_id / f"{_WAITING}{_SUFFIX}"
        with disk(path):
            path.unlink(missing_ok=True)

    def add_source(self, file_name: str, data: bytes, /) -> str:
        """Keep an original document.

        Returns:
            The name under which it is kept: `file_name` made safe, or, where another document
            has that name, the name with a number. The same bytes under the same name are kept
            once.

        Raises:
            StoreError: the disk refuses.
        """
        return self._sources.add(file_name, data)

    def source(self, file: str, /) -> bytes | None:
        """Return the bytes of an original document, or None when it is missing.

        Raises:
            StoreError: the disk refuses.
        """
        return self._sources.read(file)

    def sweep(self) -> None:
        """Remove what a killed writer left half written; only while nobody else writes.

        Raises:
            StoreError: the disk refuses.
        """
        name = TEMPORARY.format("*")
        for folder, left in (
            (self._records, name),
            (self._revisions, f"*/{name}"),
            (self._source_folder, name),
        ):
            with disk(folder):
                for path in folder.glob(left):
                    path.unlink(missing_ok=True)

    def drop_source(self, file: str, /) -> None:
        """Remove an original document that no record names; a missing one is fine.

        Raises:
            StoreError: the disk refuses.
        """
        self._sources.drop(file)


def _encoded(reply: Reply) -> bytes:
    try:
        return record.dump(reply).encode()
    except UnicodeEncodeError as exc:
        raise RecordError(
            f"{reply.id}{_SUFFIX}", f"holds characters that UTF-8 does not have: {exc.reason}"
        ) from exc

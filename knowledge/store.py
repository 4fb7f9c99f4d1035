"""The record on disk: one reviewable YAML file a reply, its document beside it."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from knowledge import record
from knowledge.disk import TEMPORARY, disk, flush_folder, write_whole
from knowledge.errors import RecordError, UnknownReply
from knowledge.file_names import safe_file_name
from knowledge.model import Event, Reply, Revision
from knowledge.record_cache import RecordCache, Stamp
from knowledge.slug import ID_PATTERN
from knowledge.wanted import Wanted

__all__ = ["YamlStore"]

_SUFFIX = ".yaml"
_WAITING = "next"
_REVISION = re.compile(rf"(?P<number>[1-9][0-9]{{0,8}}|{_WAITING})\{_SUFFIX}")
_CACHED_FROM = 500  # record files: fewer are read as quickly


@dataclass(slots=True)
class _Look:
    """The record as it was when it was looked at.

    Attributes:
        stamps: of every record file, by reply id.
        kept: digests of the documents of those that the cache holds, by reply id, once asked for.
        renamed_in: folders in which files were renamed since.
    """

    stamps: dict[str, Stamp]
    kept: dict[str, str] | None = None
    renamed_in: set[Path] = field(default_factory=set)


class YamlStore:
    """`Store` in a folder: `<home>/knowledge/<id>.yaml` and `<home>/sources/<file>`.

    Other texts of a reply lie in `<home>/knowledge/revisions/<id>/`. Folders are made when first
    written to. Records that were read are remembered until their file changes, those of a large
    record in `<home>/cache/` too, so reading all again is cheap.
    """

    def __init__(self, home: Path) -> None:
        self._records = home / "knowledge"
        self._revisions = home / "knowledge" / "revisions"
        self._sources = home / "sources"
        self._cache = RecordCache(home / "cache" / "record.sqlite")
        self._known: dict[str, tuple[Stamp, Reply | RecordError]] = {}
        self._look: _Look | None = None

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
            yield
            self._keep(self._look)
        finally:
            try:
                self.settle()
            finally:
                self._look = None

    def settle(self) -> None:
        """Make what was written inside `steady` survive a power cut.

        Raises:
            StoreError: the disk refuses.
        """
        while self._look is not None and self._look.renamed_in:
            flush_folder(self._look.renamed_in.pop())

    def ids(self) -> tuple[str, ...]:
        """Return the ids of all replies, sound or not, sorted, as they are now."""
        return tuple(sorted(id for id, _ in self._files()))

    def _looked(self) -> _Look:
        """Return what was looked at before, or look now."""
        if self._look is not None:
            return self._look
        stamps: dict[str, Stamp] = {}
        with disk(self._records):
            for id, entry in self._files():
                with suppress(FileNotFoundError):  # gone since its name was read
                    stamps[id] = _stamp(entry.stat())
        return _Look(stamps)

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

    def _kept(self, look: _Look) -> dict[str, str]:
        """Return the digests of the documents of those replies that the cache holds, by id."""
        if look.kept is None:
            look.kept = self._cache.digests(look.stamps)
        return look.kept

    def _keep(self, look: _Look) -> None:
        """Give the cache of a large record what was read or written and is not in it."""
        if look.kept is None or len(look.stamps) < _CACHED_FROM:
            return
        fresh = [
            (known[1], stamp)
            for id, stamp in look.stamps.items()
            if id not in look.kept
            and (known := self._known.get(id)) is not None
            and known[0] == stamp
            and isinstance(known[1], Reply)
        ]
        if fresh:
            self._cache.write(fresh, look.stamps)

    def _wrote(self, reply_id: str, reply: Reply | None = None) -> None:
        """Take note of a record file that was written, and of what it holds."""
        path = self._records / f"{reply_id}{_SUFFIX}"
        with disk(path):
            stamp = _stamp(path.stat())
        if reply is not None:
            self._known[reply_id] = (stamp, reply)
        if self._look is not None:
            self._look.stamps[reply_id] = stamp
            if self._look.kept is not None:
                self._look.kept.pop(reply_id, None)

    def _fingerprint(self, reply_id: str, age: str) -> str:
        data = (self._records / f"{reply_id}{_SUFFIX}").read_bytes()
        return f"{age}-{hashlib.sha256(data).hexdigest()}"

    def load(self, reply_id: str, /) -> Reply:
        """Return one reply.

        Raises:
            UnknownReply: there is none with this id.
            RecordError: its record is wrong; names file, field and line.
            StoreError: the disk refuses.
        """
        path = self._records / f"{reply_id}{_SUFFIX}"
        if path.name != f"{reply_id}{_SUFFIX}" or "\0" in reply_id:
            raise UnknownReply(reply_id)  # an id with folders in it is none of ours
        return self._load(path, reply_id, reply_id)

    def _load(self, path: Path, reply_id: str, key: str) -> Reply:
        with disk(path):
            try:
                stamp = _stamp(path.stat())
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

    def load_all(self) -> tuple[tuple[Reply, ...], tuple[RecordError, ...]]:
        """Return every sound reply, sorted by id, and an error for every other one."""
        look = self._looked()
        self._prefetch(look.stamps)
        found = self._read_some(sorted(look.stamps), look.stamps)
        self._kept(look)
        self._keep(look)
        return found

    def prefetch(self, ids: Sequence[str]) -> None:
        """Take from the cache what it holds of many replies that are to be loaded."""
        if len(ids) >= _CACHED_FROM:
            stamps = self._looked().stamps
            self._prefetch({id: stamps[id] for id in ids if id in stamps})

    def _prefetch(self, stamps: Mapping[str, Stamp]) -> None:
        fresh = self._unread(stamps)
        if len(fresh) >= _CACHED_FROM:
            for reply_id, reply in self._cache.read({id: stamps[id] for id in fresh}).items():
                self._known[reply_id] = (stamps[reply_id], reply)

    def load_related(self, wanted: Wanted, /) -> tuple[Reply, ...]:
        """Return every sound reply that is wanted, sorted by id.

        Of a large record, only what is wanted or has changed is read.
        """
        look = self._looked()
        ids = set(look.stamps)
        if len(ids) >= _CACHED_FROM:
            kept = self._kept(look)
            found = self._cache.related(kept, wanted)
            if found is not None:
                for reply_id, reply in found.items():
                    if reply is None:
                        del kept[reply_id]
                    else:
                        self._known[reply_id] = (look.stamps[reply_id], reply)
                ids = found.keys() | (ids - kept.keys())
        replies, _ = self._read_some(sorted(ids), look.stamps)
        if look is not self._look:
            self._keep(look)
        return tuple(filter(wanted.fits, replies))

    def document_digests(self) -> frozenset[str]:
        """Return the SHA-256 of every document that a reply, or another text of one, is from.

        Raises:
            StoreError: the disk refuses.
        """
        look = self._looked()
        kept = self._kept(look) if len(look.stamps) >= _CACHED_FROM else {}
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
            known = self._known.get(reply_id)
            if known is not None and known[0] == stamps[reply_id] and isinstance(known[1], Reply):
                replies.append(known[1])
                continue
            try:
                replies.append(self.load(reply_id))
            except RecordError as error:
                errors.append(error)
            except UnknownReply:
                continue  # gone since its name was read
        return tuple(replies), tuple(errors)

    def _unread(self, stamps: Mapping[str, Stamp]) -> list[str]:
        """Return the ids of the record files that were not read since they changed."""
        return [id for id, stamp in stamps.items() if self._known.get(id, (None,))[0] != stamp]

    def fingerprints(self, known: Mapping[str, str] | None = None, /) -> dict[str, str]:
        """Return a value for every record file, by reply id, that tells whether it changed.

        Args:
            known: what was given at an earlier time; a file that has not changed since keeps its
                value.

        Returns:
            `<size in bytes>-<mtime in ns>-<SHA-256>`: a file of the same size and time is taken
            as unchanged without reading it, one with another time only if its content differs.
        """
        prints: dict[str, str] = {}
        for reply_id, (_, size, changed_ns) in sorted(self._looked().stamps.items()):
            age = f"{size}-{changed_ns}"
            before = (known or {}).get(reply_id, "")
            if before.startswith(f"{age}-"):
                prints[reply_id] = before
                continue
            with disk(self._records), suppress(FileNotFoundError):
                found = self._fingerprint(reply_id, age)
                same = found.rpartition("-")[2] == before.rpartition("-")[2]
                prints[reply_id] = before if same else found
        return prints

    def changed_since(self, prints: Mapping[str, str]) -> tuple[str, ...]:
        """Return the ids, sorted, of records that are new, gone or changed.

        Args:
            prints: what `fingerprints` gave at an earlier time.
        """
        now = self.fingerprints(prints)
        return tuple(sorted(id for id in now.keys() | prints if now.get(id) != prints.get(id)))

    def save(self, replies: Iterable[Reply], /) -> None:
        """Write replies, each replacing the record with its id; a crash leaves old or new.

        Raises:
            RecordError: a reply breaks a rule of the format; nothing is written.
            StoreError: the disk refuses; no record is then half written.
        """
        by_id = {reply.id: reply for reply in replies}
        texts = {reply_id: _encoded(reply) for reply_id, reply in by_id.items()}
        self._write(
            {self._records / f"{reply_id}{_SUFFIX}": data for reply_id, data in texts.items()},
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
        path = self._records / f"{reply_id}{_SUFFIX}"
        with disk(path):
            data = path.read_bytes()
        self._write({path: record.with_event(data, reply, event).encode()}, self._records)
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
                reply = self._load(path, path.parent.name, f"{path.parent.name}/{path.name}")
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
        path = self._records / f"{reply_id}{_SUFFIX}"
        with disk(path):
            data = path.read_bytes()
        folder = self._revisions / reply_id
        self._write({folder / f"{number}{_SUFFIX}": data}, folder)

    def save_waiting(self, reply: Reply, /) -> None:
        """Write a corrected text that waits to be published; one that waited goes.

        Raises:
            RecordError: it breaks a rule of the format; nothing is written.
            StoreError: the disk refuses.
        """
        folder = self._revisions / reply.id
        self._write({folder / f"{_WAITING}{_SUFFIX}": _encoded(reply)}, folder)

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
        wanted = Path(safe_file_name(file_name))
        with disk(self._sources):
            self._sources.mkdir(parents=True, exist_ok=True)
            name, number = wanted.name, 1
            while (path := self._sources / name).exists():
                if path.is_file() and path.read_bytes() == data:
                    return name
                number += 1
                name = f"{wanted.stem}-{number}{wanted.suffix}"
            self._write({path: data}, self._sources)
        return name

    def source(self, file: str, /) -> bytes | None:
        """Return the bytes of an original document, or None when it is missing.

        Raises:
            StoreError: the disk refuses.
        """
        path = self._sources / file
        if path.parent != self._sources or "\0" in file or file == "..":
            return None
        with disk(path):
            return path.read_bytes() if path.is_file() else None

    def sweep(self) -> None:
        """Remove what a killed writer left half written; only while nobody else writes.

        Raises:
            StoreError: the disk refuses.
        """
        name = TEMPORARY.format("*")
        for folder, left in (
            (self._records, name),
            (self._revisions, f"*/{name}"),
            (self._sources, name),
        ):
            with disk(folder):
                for path in folder.glob(left):
                    path.unlink(missing_ok=True)

    def drop_source(self, file: str, /) -> None:
        """Remove an original document that no record names; a missing one is fine.

        Raises:
            StoreError: the disk refuses.
        """
        path = self._sources / file
        if path.parent == self._sources and file != "..":
            with disk(path):
                path.unlink(missing_ok=True)

    def _write(self, files: Mapping[Path, bytes], folder: Path) -> None:
        write_whole(files, folder)
        if self._look is not None:
            self._look.renamed_in.add(folder)
        else:
            flush_folder(folder)


def _stamp(status: os.stat_result) -> Stamp:
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


def _encoded(reply: Reply) -> bytes:
    try:
        return record.dump(reply).encode()
    except UnicodeEncodeError as exc:
        raise RecordError(
            f"{reply.id}{_SUFFIX}", f"holds characters that UTF-8 does not have: {exc.reason}"
        ) from exc

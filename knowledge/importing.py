"""Use case: a document becomes stored replies."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Protocol

from knowledge.draft import Draft
from knowledge.errors import DocumentError, RecordError, StoreError
from knowledge.model import Event, PassageKind, Reply, Source, Status
from knowledge.ports import Store
from knowledge.reading import Reading
from knowledge.slug import reply_id
from knowledge.verify import Original, verify_against

__all__ = ["ImportEntry", "ImportStatus", "ImportStore", "import_document"]


class ImportStore(Store, Protocol):
    """A store that can also take back a document, so that a failed import leaves nothing."""

    def drop_source(self, file: str, /) -> None:
        """Remove an original document that no record names; a missing one is fine."""


class ImportStatus(StrEnum):
    """What became of one reply, or of a file without any."""

    IMPORTED = "imported"
    UNCHANGED = "unchanged"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class ImportEntry:
    """One reply that was found, or one file that yields none.

    Attributes:
        file: the document's name, or its path where one was given.
        status: what became of it; `imported` in a dry run too.
        reply_id: the reply's id; None when it failed.
        title: as the document gives it.
        passages: how many of each kind; every kind is a key.
        warnings: Swedish, one sentence each, `"<field>: <what is missing or doubtful>"`.
        error: Swedish, why it failed and what to do.
        reply: the reply; None when it failed.
    """

    file: str
    status: ImportStatus
    reply_id: str | None = None
    title: str | None = None
    passages: Mapping[PassageKind, int] = field(default_factory=lambda: _counts(None))
    warnings: tuple[str, ...] = ()
    error: str | None = None
    reply: Reply | None = None


def import_document(
    store: ImportStore,
    file_name: str,
    data: bytes,
    *,
    municipality: str | None = None,
    today: date,
    publish: bool,
    dry_run: bool,
    reading: Reading,
) -> tuple[ImportEntry, ...]:
    """Read a document, understand the replies in it, check them against it and store them.

    A document that the record has already, under whatever name, changes nothing. Either all
    sound replies of a document are stored or, when the disk refuses, none. A stored reply that says
    it replaces one of them is completed: what `replaces` holds does not depend on the order of
    import.

    Args:
        store: the record.
        file_name: the document's name.
        data: the document.
        municipality: whose replies these are, where the document does not say.
        today: the day of the import.
        publish: whether the replies are published at once or stay drafts.
        dry_run: whether to say only what would happen.
        reading: reads the document, and the text of stored replies again.

    Returns:
        One entry for each reply, at least one; what goes wrong is an entry with `error`.
    """
    try:
        known, _ = store.load_all()
        taken = set(store.ids())
    except StoreError as error:
        return (_failed(file_name, f"registret kan inte läsas: {error}"),)
    digest = hashlib.sha256(data).hexdigest()
    same = [reply for reply in known if reply.source and reply.source.sha256 == digest]
    if same:
        return tuple(_unchanged(file_name, reply) for reply in same)
    try:
        understood = reading.understand(file_name, data)
    except DocumentError as error:
        return (_failed(file_name, error.message),)
    document, drafts = understood.document, understood.drafts
    if not drafts:
        return (_failed(file_name, "dokumentet innehåller inget svar på en interpellation."),)
    source = Source(
        file=file_name, sha256=digest, pages=len(document.pages) if document.paged else None
    )
    original = Original(data, lambda _file, _data: document)
    entries: list[ImportEntry] = []
    replaced: dict[str, tuple[str, ...]] = {}
    for draft in drafts:
        reply = _reply(
            draft,
            source,
            taken,
            municipality=municipality,
            event=Event(today, Status.PUBLISHED if publish else Status.DRAFT),
        )
        errors = verify_against(reply, original)
        if errors:
            entries.append(_failed(file_name, _NOT_VERBATIM + "; ".join(errors), draft.title))
            continue
        taken.add(reply.id)
        replaced[reply.id] = draft.replaces_dnr
        entries.append(_imported(file_name, reply, draft.warnings))
    new = [entry.reply for entry in entries if entry.reply is not None]
    completed, not_read = _completed(known, new, reading)
    record = tuple({reply.id: reply for reply in (*known, *completed)}.values())
    entries = [_related(entry, replaced, record, new, not_read) for entry in entries]
    if dry_run:
        return tuple(entries)
    return _stored(store, file_name, data, entries, completed)


_NOT_VERBATIM = (
    "svaret stämmer inte ordagrant med dokumentet och har inte sparats. Anmäl felet till den som "
    "sköter Kommunsvar: "
)
_NOT_COMPLETED = (
    "replaces: Svaret {reply} i registret nämner detta svar men kunde inte läsas om: {why} Ange "
    "där under replaces om det ersätter detta."
)


def _reply(
    draft: Draft,
    source: Source,
    taken: set[str],
    *,
    municipality: str | None,
    event: Event,
) -> Reply:
    return Reply(
        id=reply_id(draft.answered_on, draft.title, taken),
        status=event.status,
        text=draft.text,
        passages=draft.passages,
        title=draft.title,
        municipality=draft.municipality or municipality,
        interpellants=draft.interpellants,
        respondents=draft.respondents,
        answered_on=draft.answered_on,
        dnr=draft.dnr,
        language=draft.language,
        source=source,
        history=(event,),
    )


def _related(
    entry: ImportEntry,
    replaced: Mapping[str, Collection[str]],
    record: Sequence[Reply],
    new: Sequence[Reply],
    warnings: Sequence[str],
) -> ImportEntry:
    """Return an entry whose reply names those that it replaces, with a warning for each double."""
    if entry.reply is None:
        return entry
    reply = _replacing(entry.reply, replaced[entry.reply.id], (*record, *new))
    return _imported(entry.file, reply, (*entry.warnings, *warnings, *_doubles(reply, record)))


def _replacing(reply: Reply, numbers: Iterable[str], among: Iterable[Reply]) -> Reply:
    """Return a reply whose `replaces` also names those of `among` with these registry numbers."""
    wanted = {_dnr(dnr) for dnr in numbers}
    found = {old.id for old in among if old.dnr and _dnr(old.dnr) in wanted and old.id != reply.id}
    if found <= set(reply.replaces):
        return reply
    return replace(reply, replaces=tuple(sorted({*reply.replaces, *found})))


def _completed(
    known: Iterable[Reply], new: Sequence[Reply], reading: Reading
) -> tuple[tuple[Reply, ...], tuple[str, ...]]:
    """Find the stored replies that say they replace a new one.

    Returns:
        These, with its id in `replaces`, and a warning for each that could not be read again.
    """
    numbers = [reply.dnr for reply in new if reply.dnr]
    changed: list[Reply] = []
    warnings: list[str] = []
    for reply in known:
        if not any(_holds(reply.text, dnr) for dnr in numbers):
            continue
        try:
            after = _replacing(reply, _replaced_by(reply, reading), new)
        except DocumentError as error:
            warnings.append(_NOT_COMPLETED.format(reply=reply.id, why=error.message))
            continue
        changed += [] if after is reply else [after]
    return tuple(changed), tuple(warnings)


def _holds(text: str, dnr: str) -> bool:
    # Its digits first: a quick look, as most replies name no other one.
    digits = max(re.findall(r"\d+", dnr), key=len, default="")
    return digits in text and _dnr(dnr) in _dnr(text)


def _replaced_by(reply: Reply, reading: Reading) -> tuple[str, ...]:
    """Read again which registry numbers a stored reply says it replaces."""
    return tuple(dnr for draft in reading.reread(reply.text) for dnr in draft.replaces_dnr)


def _doubles(reply: Reply, record: Iterable[Reply]) -> tuple[str, ...]:
    """Say which stored replies this one may be a corrected document of."""
    said = []
    for old in record:
        if (
            old.status is Status.WITHDRAWN
            or old.id in reply.replaces
            or reply.id in old.replaces
            or (same := _same(reply, old)) is None
        ):
            continue
        said.append(
            f"replaces: Svaret {old.id}, ur ett annat dokument, har samma {same}. Är detta en "
            f"rättelse, återkalla det gamla (kommunsvar withdraw {old.id}) eller ange {old.id} "
            f"under replaces."
        )
    return tuple(said)


def _same(reply: Reply, old: Reply) -> str | None:
    """Return what two replies have in common that two rarely have, in Swedish."""
    if reply.dnr and old.dnr and _dnr(reply.dnr) == _dnr(old.dnr):
        return "diarienummer"
    if reply.title and old.title and reply.answered_on and reply.answered_on == old.answered_on:
        titles = {" ".join(title.casefold().split()) for title in (reply.title, old.title)}
        return "rubrik och datum" if len(titles) == 1 else None
    return None


def _dnr(dnr: str) -> str:
    """Return a registry number without the differences of writing: "KS 2025/112", "ks2025/112"."""
    return "".join(dnr.casefold().split())


def _stored(
    store: ImportStore,
    file_name: str,
    data: bytes,
    entries: list[ImportEntry],
    completed: Iterable[Reply],
) -> tuple[ImportEntry, ...]:
    """Store the sound replies with their document and the completed ones, all or none."""
    sound = [entry.reply for entry in entries if entry.reply is not None]
    if not sound:
        return tuple(entries)
    kept: str | None = None
    try:
        kept = store.add_source(file_name, data)
        replies = {reply.id: _at(reply, kept) for reply in sound}
        # The new ones last: killed in between, the same import again does the rest.
        store.save((*completed, *replies.values()))
    except (StoreError, RecordError) as error:
        why = f"svaret kunde inte sparas: {error}"
        left = _taken_back(store, kept) if kept is not None else None
        return tuple(
            _failed(file_name, f"{why}{left or ''}", entry.title) if entry.reply else entry
            for entry in entries
        )
    return tuple(
        _imported(file_name, replies[entry.reply.id], entry.warnings) if entry.reply else entry
        for entry in entries
    )


def _at(reply: Reply, file: str) -> Reply:
    assert reply.source is not None  # every imported reply has one
    return replace(reply, source=replace(reply.source, file=file))


def _taken_back(store: ImportStore, file: str) -> str | None:
    """Remove a document whose replies were not stored; say so where even that fails."""
    try:
        replies, _ = store.load_all()
        if not any(reply.source and reply.source.file == file for reply in replies):
            store.drop_source(file)
    except StoreError as error:
        return f"; dokumentet {file} ligger kvar bland källorna: {error}"
    return None


def _counts(reply: Reply | None) -> dict[PassageKind, int]:
    counts = Counter(passage.kind for passage in reply.passages) if reply else Counter()
    return {kind: counts[kind] for kind in PassageKind}


def _imported(file: str, reply: Reply, warnings: tuple[str, ...]) -> ImportEntry:
    return ImportEntry(
        file=file,
        status=ImportStatus.IMPORTED,
        reply_id=reply.id,
        title=reply.title,
        passages=_counts(reply),
        warnings=warnings,
        reply=reply,
    )


def _unchanged(file: str, reply: Reply) -> ImportEntry:
    warnings: tuple[str, ...] = ()
    if reply.status is Status.WITHDRAWN:
        warnings = ("status: svaret är återkallat; publicera det för att visa det igen.",)
    elif reply.status is Status.DRAFT:
        warnings = ("status: svaret är ett utkast; publicera det för att visa det.",)
    return ImportEntry(
        file=file,
        status=ImportStatus.UNCHANGED,
        reply_id=reply.id,
        title=reply.title,
        passages=_counts(reply),
        warnings=warnings,
        reply=reply,
    )


def _failed(file: str, error: str, title: str | None = None) -> ImportEntry:
    return ImportEntry(file=file, status=ImportStatus.FAILED, title=title, error=error)

"""Use case: a document becomes stored replies, or the next revision of stored ones."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from pathlib import PurePath
from typing import Protocol

from knowledge import model
from knowledge.corrections import (
    Kinship,
    Relative,
    archive_number,
    differences,
    relative_of,
    revised,
)
from knowledge.document import Converted, Document
from knowledge.draft import Certainty, Draft, Found, Place
from knowledge.entries import ImportEntry, ImportStatus, counts, failed, since, unchanged
from knowledge.errors import DocumentError, RecordError, StoreError, UnknownReply
from knowledge.matters import completed, names_itself, replacing, suggestions
from knowledge.model import Change, Event, Reply, Revision, Source, Status
from knowledge.ports import Store
from knowledge.reading import Reading
from knowledge.review import overtaken
from knowledge.slug import reply_id
from knowledge.verify import Original, verify_against
from knowledge.wanted import Wanted

__all__ = ["ImportEntry", "ImportStatus", "ImportStore", "import_document"]


class ImportStore(Store, Protocol):
    """A store that can also keep what was, and take back a document that was not needed."""

    def archive(self, reply_id: str, number: int, /) -> None:
        """Keep a copy of a record as it is written, as an earlier revision."""

    def save_waiting(self, reply: Reply, /) -> None:
        """Write a corrected text that waits to be published; one that waited goes."""

    def drop_waiting(self, reply_id: str, /) -> None:
        """Remove the corrected text that waits; none is fine."""

    def drop_source(self, file: str, /) -> None:
        """Remove an original document that no record names; a missing one is fine."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is to become of one reply of a document.

    Attributes:
        reply: to be stored.
        draft: as the document gives it.
        replaced: the stored reply that it is a new revision of, or None for a reply of its own.
        archived: the number under which that one is kept.
        waits: whether the revision waits beside the published one.
        warnings: all that is to be said.
    """

    reply: Reply
    draft: Draft
    replaced: Reply | None = None
    archived: int = 0
    waits: bool = False
    warnings: tuple[str, ...] = ()


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
    by: str | None = None,
) -> tuple[ImportEntry, ...]:
    """Read a document, understand the replies in it, check them against it and store them.

    A document that the record has already, under whatever name, changes nothing; neither does
    one that an earlier revision was read from. A corrected document is the next revision of the
    stored reply; where that is not certain, a draft of its own. Either all sound replies of a
    document are stored or, when the disk refuses, none. A stored reply that says it replaces one
    of them is completed: what `replaces` holds does not depend on the order of import.

    Args:
        store: the record.
        file_name: the document's name.
        data: the document.
        municipality: whose replies these are, where the document does not say.
        today: the day of the import.
        publish: whether the replies are published at once or stay drafts. A corrected text that
            is not published waits beside the published one, which holds until then.
        dry_run: whether to say only what would happen.
        reading: reads the document, and the text of stored replies again.
        by: who imports it, for the history.

    Returns:
        One entry for each reply, at least one; what goes wrong is an entry with `error`.
    """
    try:
        taken = set(store.ids())
        digest = hashlib.sha256(data).hexdigest()
        known, revisions = _related_to(store, Wanted(sha256s=frozenset({digest})))
        same = _read_before(file_name, digest, known, revisions)
        if same:
            return same
        understood = reading.understand(file_name, data)
        known, revisions = _related_to(store, _wanted(understood.drafts))
    except StoreError as error:
        return (failed(file_name, f"registret kan inte läsas: {error.swedish}"),)
    except DocumentError as error:
        return (failed(file_name, error.message),)
    heads = {reply.id: reply for reply in known}
    document = understood.document
    drafts = [
        replace(draft, warnings=(*_recognised(document), *draft.warnings))
        for draft in understood.drafts
    ]
    if not drafts:
        return (failed(file_name, "dokumentet innehåller inget svar på en interpellation."),)
    source = Source(
        file=file_name, sha256=digest, pages=len(document.pages) if document.paged else None
    )
    original = Original(data, lambda _file, _data: document)
    entries: list[ImportEntry | _Plan] = []
    for draft in drafts:
        reply = _reply(draft, source, taken, municipality)
        errors = verify_against(reply, original)
        if errors:
            entries.append(failed(file_name, _NOT_VERBATIM + "; ".join(errors), draft.title))
            continue
        reply = replacing(reply, draft.replaces_dnr, known)
        relative = relative_of(reply, _comparable(heads, revisions))
        if relative is not None and relative.kinship is not Kinship.DOUBTFUL:
            head = heads.pop(relative.reply.id)
            if relative.kinship is Kinship.SAME_WORDS:
                entries.append(_same_words(file_name, head, relative))
                continue
            event = Event(today, Status.DRAFT, by=by)
            entries.append(_revision(reply, draft, head, relative, revisions, event, publish))
            continue
        status = Status.PUBLISHED if publish and relative is None else Status.DRAFT
        event = Event(today, status, what=Change.IMPORTED, revision=1, by=by)
        reply = replace(reply, status=status, history=(event,))
        taken.add(reply.id)
        said = () if relative is None else (_doubt(reply, relative),)
        entries.append(_Plan(reply, draft, warnings=(*draft.warnings, *said)))
    plans = [entry for entry in entries if isinstance(entry, _Plan)]
    new = [plan.reply for plan in plans]
    ids = {reply.id for reply in new}
    others = [reply for reply in known if reply.id not in ids]
    after, not_read = completed(others, new, reading)
    record = tuple({reply.id: reply for reply in (*others, *after)}.values())
    ready = [
        _related(entry, record, new, not_read) if isinstance(entry, _Plan) else entry
        for entry in entries
    ]
    if dry_run:
        return tuple(
            _imported(file_name, entry) if isinstance(entry, _Plan) else entry for entry in ready
        )
    return _stored(store, file_name, data, document.converted, ready, after)


def _wanted(drafts: Sequence[Draft]) -> Wanted:
    """Say which stored replies these drafts may have to do with."""
    own = [draft.dnr for draft in drafts if draft.dnr]
    return Wanted.by(
        dnrs=[*own, *(dnr for draft in drafts for dnr in draft.replaces_dnr)],
        titles=[draft.title for draft in drafts if draft.title],
        named=own,
    )


def _related_to(store: Store, wanted: Wanted) -> tuple[list[Reply], list[Revision]]:
    """Return the stored replies that are wanted, and all revisions with theirs.

    Raises:
        StoreError: the disk refuses.
    """
    known = {reply.id: reply for reply in store.load_related(wanted)}
    revisions = []
    for one in store.revisions()[0]:
        with suppress(UnknownReply, RecordError):  # a text of no reply, or of a broken one
            head = known.get(one.reply.id) or store.load(one.reply.id)
            if not overtaken(one, head):
                known[head.id] = head
                revisions.append(one)
    return [known[id] for id in sorted(known)], revisions


_NOT_VERBATIM = (
    "svaret stämmer inte ordagrant med dokumentet och har inte sparats. Anmäl felet till den som "
    "sköter Kommunsvar: "
)
_DOUBT = (
    "replaces: Svaret {old}, ur ett annat dokument, har samma {evidence} men bara {percent} % av "
    "orden gemensamt. Detta är därför sparat som ett eget utkast. Är det en rättelse, publicera "
    "det (kommunsvar publish {new}) och återkalla det gamla (kommunsvar withdraw {old}). Ersätter "
    "det ett äldre svar, ange {old} under replaces och publicera det."
)
_CORRECTED = (
    "status: Dokumentet är en rättelse av {id} (samma {evidence}; {percent} % av orden "
    "gemensamma). Den tidigare lydelsen ligger kvar i knowledge/revisions/{id}/{number}.yaml."
)
_WAITS = (
    "status: Dokumentet är en rättelse av {id} (samma {evidence}; {percent} % av orden "
    "gemensamma). Rättelsen väntar; den publicerade lydelsen gäller tills kommunsvar publish {id} "
    "körs."
)
_STAYS_WITHDRAWN = (
    "status: Svaret är återkallat{since} och förblir det; kommunsvar publish {id} visar den "
    "rättade lydelsen."
)
_WAS = "{field}: Ändrat i det rättade dokumentet; det stod {old} förut."
_SAME_WORDS = (
    "source: Filen är en annan än {file}, men svaret är detsamma ord för ord. Inget är ändrat."
)
_EARLIER = (
    "source: Dokumentet är en tidigare lydelse (revision {number}); nu gäller revision {now}."
)
_WAITING = (
    "status: Dokumentet är en rättelse som väntar på att publiceras (kommunsvar publish {id})."
)


def _read_before(
    file: str, digest: str, known: Sequence[Reply], revisions: Sequence[Revision]
) -> tuple[ImportEntry, ...]:
    """Return the entries of a document that was read before, in whatever revision."""
    found = {
        reply.id: unchanged(file, reply)
        for reply in known
        if reply.source and reply.source.sha256 == digest
    }
    heads = {reply.id: reply for reply in known}
    for revision in revisions:
        source, head = revision.reply.source, heads.get(revision.reply.id)
        if head is None or head.id in found or source is None or source.sha256 != digest:
            continue
        said = (
            _WAITING.format(id=head.id)
            if revision.number is None
            else _EARLIER.format(number=revision.number, now=head.revision)
        )
        found[head.id] = unchanged(file, head, said)
    return tuple(found.values())


def _reply(draft: Draft, source: Source, taken: set[str], municipality: str | None) -> Reply:
    return Reply(
        id=reply_id(draft.answered_on, draft.title, taken),
        status=Status.DRAFT,
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
    )


def _comparable(known: Mapping[str, Reply], revisions: Sequence[Revision]) -> list[Reply]:
    """Return the newest text of each stored reply: the one that waits, where one does."""
    waiting = {one.reply.id: one.reply for one in revisions if one.number is None}
    return [waiting.get(id, reply) for id, reply in known.items()]


def _revision(
    reply: Reply,
    draft: Draft,
    head: Reply,
    relative: Relative,
    revisions: Sequence[Revision],
    event: Event,
    publish: bool,
) -> _Plan:
    """Plan the next revision of a stored reply; a withdrawn one stays withdrawn."""
    own = [one for one in revisions if one.reply.id == head.id]
    archived = archive_number(head, own)
    number = 1 + max([archived, *(one.number for one in own if one.number)])
    waits = head.status is Status.PUBLISHED and not publish
    if head.status is Status.WITHDRAWN:
        status = Status.WITHDRAWN
    else:
        status = Status.PUBLISHED if publish else Status.DRAFT
    after = revised(
        reply,
        head,
        event=replace(event, status=status, what=Change.CORRECTED, revision=number),
        status=status,
        used={passage.id for one in own for passage in one.reply.passages},
    )
    values = {
        "id": head.id,
        "evidence": relative.evidence,
        "percent": round(100 * relative.likeness),
        "number": archived,
    }
    said = [(_WAITS if waits else _CORRECTED).format(**values)]
    if status is Status.WITHDRAWN:
        said.append(_STAYS_WITHDRAWN.format(id=head.id, since=since(head)))
    said += [
        _WAS.format(field=name, old=_in_words(getattr(head, name)))
        for name in differences(after, head)
    ]
    return _Plan(after, draft, head, archived, waits, (*said, *draft.warnings))


def _in_words(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(f"”{person.name}”" for person in value)
    return f"”{value}”"


def _doubt(reply: Reply, relative: Relative) -> str:
    return _DOUBT.format(
        old=relative.reply.id,
        evidence=relative.evidence,
        percent=round(100 * relative.likeness),
        new=reply.id,
    )


def _related(
    plan: _Plan, record: Sequence[Reply], new: Sequence[Reply], warnings: Sequence[str]
) -> _Plan:
    """Return a plan whose reply names those that it replaces, with what may be so besides."""
    reply = replacing(plan.reply, plan.draft.replaces_dnr, (*record, *new))
    told = {one.id for one in record if names_itself(plan.draft.replaces_dnr, one)}
    others = [one for one in record if one.id not in told]
    said = (*plan.warnings, *warnings, *suggestions(reply, others))
    return replace(plan, reply=reply, warnings=said)


def _stored(
    store: ImportStore,
    file_name: str,
    data: bytes,
    converted: Converted | None,
    entries: Sequence[ImportEntry | _Plan],
    after: Sequence[Reply],
) -> tuple[ImportEntry, ...]:
    """Store the sound replies with their document and the completed ones, all or none."""
    plans = [entry for entry in entries if isinstance(entry, _Plan)]
    if not plans:
        return tuple(entry for entry in entries if isinstance(entry, ImportEntry))
    kept: list[str] = []
    why: str | None = None
    try:
        kept.append(store.add_source(file_name, data))
        if converted is not None:
            beside = f"{PurePath(kept[0]).stem}.konverterad.{converted.suffix}"
            kept.append(store.add_source(beside, converted.data))
        plans = [replace(plan, reply=_at(plan.reply, kept, converted)) for plan in plans]
        for plan in plans:
            if plan.replaced is not None and not plan.waits:
                store.archive(plan.replaced.id, plan.archived)
            if plan.waits:
                store.save_waiting(plan.reply)
        # The new ones last: killed in between, the same import again does the rest.
        store.save((*after, *(plan.reply for plan in plans if not plan.waits)))
        for plan in plans:
            if plan.replaced is not None and not plan.waits:
                store.drop_waiting(plan.reply.id)
    except (StoreError, RecordError) as error:
        left = "".join(_taken_back(store, file) or "" for file in kept)
        why = f"svaret kunde inte sparas: {error.swedish}{left}"
    done = iter(plans)
    return tuple(
        entry
        if isinstance(entry, ImportEntry)
        else _imported(file_name, next(done))
        if why is None
        else failed(file_name, why, entry.draft.title)
        for entry in entries
    )


def _at(reply: Reply, kept: Sequence[str], converted: Converted | None) -> Reply:
    """Return a reply that names the files under which its document is kept."""
    assert reply.source is not None  # every imported reply has one
    made = None
    if converted is not None:
        made = model.Converted(kept[1], hashlib.sha256(converted.data).hexdigest())
    return replace(reply, source=replace(reply.source, file=kept[0], converted=made))


def _taken_back(store: ImportStore, file: str) -> str | None:
    """Remove a document whose replies were not stored; say so where even that fails."""
    try:
        replies, _ = store.load_all()
        revisions, broken = store.revisions()
        named = [*replies, *(one.reply for one in revisions)]
        if not broken and not any(one.source and file in _files(one.source) for one in named):
            store.drop_source(file)
    except StoreError as error:
        return f" Dokumentet {file} ligger kvar bland källorna: {error.swedish}"
    return None


def _files(source: Source) -> tuple[str, ...]:
    made = source.converted
    return (source.file,) if made is None else (source.file, made.file)


def _recognised(document: Document) -> tuple[str, ...]:
    """Say which pages were read from images, if any."""
    if not document.scanned:
        return ()
    pages = _ranges(document.scanned)
    one = len(document.scanned) == 1
    are = f"sidan {pages} är inläst" if one else f"sidorna {pages} är inlästa"
    return (f"text: {are} med OCR; jämför med originalet.",)


def _ranges(numbers: Sequence[int]) -> str:
    """Return ascending numbers as words: "1, 3–5 och 8"."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    parts = [str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs]
    return " och ".join(part for part in (", ".join(parts[:-1]), parts[-1]) if part)


def _imported(file: str, plan: _Plan) -> ImportEntry:
    return ImportEntry(
        file=file,
        status=ImportStatus.IMPORTED,
        reply_id=plan.reply.id,
        title=plan.reply.title,
        passages=counts(plan.reply),
        warnings=plan.warnings,
        reply=plan.reply,
        revision=plan.reply.revision,
        found=_found(plan),
    )


def _found(plan: _Plan) -> tuple[Found, ...]:
    if plan.draft.municipality is None and plan.reply.municipality is not None:
        configured = Found("municipality", Certainty.LIKELY, Place.SETTINGS)
        return (configured, *plan.draft.found)
    return plan.draft.found


def _same_words(file: str, head: Reply, relative: Relative) -> ImportEntry:
    name = relative.reply.source.file if relative.reply.source else relative.reply.id
    return unchanged(file, head, _SAME_WORDS.format(file=name))

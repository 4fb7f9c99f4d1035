"""Use case: a document becomes stored replies, or the next revision of stored ones."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from knowledge.document import Document
from knowledge.draft import Draft
from knowledge.entries import ImportEntry, ImportStatus, failed
from knowledge.errors import DocumentError, StoreError
from knowledge.keeping import ImportStore, stored
from knowledge.known import read_before, related_to, wanted_by
from knowledge.matters import completed, replacing
from knowledge.model import Event, Reply, Source, Status
from knowledge.planning import Plan, planned, related
from knowledge.reading import Begun, Reading
from knowledge.slug import reply_id
from knowledge.verify import Original, verify_against
from knowledge.wanted import Wanted

__all__ = ["ImportEntry", "ImportStatus", "ImportStore", "Terms", "import_document"]

_NOT_VERBATIM = (
    "svaret stämmer inte ordagrant med dokumentet och har inte sparats. Anmäl felet till den som "
    "sköter Kommunsvar: "
)


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for every document of one import.

    Attributes:
        today: the day of the import.
        publish: whether the replies are published at once or stay drafts. A corrected text that
            is not published waits beside the published one, which holds until then.
        dry_run: whether to say only what would happen.
        municipality: whose replies these are, where a document does not say.
        by: who imports, for the history.
    """

    today: date
    publish: bool
    dry_run: bool = False
    municipality: str | None = None
    by: str | None = None


def import_document(
    store: ImportStore,
    file_name: str,
    data: bytes,
    terms: Terms,
    *,
    reading: Reading,
    begun: Begun | None = None,
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
        terms: when, for whom and how it is imported.
        reading: reads the document, and the text of stored replies again.
        begun: gives what is understood of the document, where that was begun before.

    Returns:
        One entry for each reply, at least one; what goes wrong is an entry with `error`.
    """
    try:
        digest = hashlib.sha256(data).hexdigest()
        known, revisions = related_to(store, Wanted(sha256s=frozenset({digest})))
        same = read_before(file_name, digest, known, revisions)
        if same:
            return same
        understood = begun() if begun is not None else reading.understand(file_name, data)
        known, revisions = related_to(store, wanted_by(understood.drafts))
        taken = set(store.ids())
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
    event = Event(terms.today, Status.DRAFT, by=terms.by)
    entries: list[ImportEntry | Plan] = []
    for draft in drafts:
        reply = _reply(draft, source, taken, terms.municipality)
        errors = verify_against(reply, original)
        if errors:
            entries.append(failed(file_name, _NOT_VERBATIM + "; ".join(errors), draft.title))
            continue
        reply = replacing(reply, draft.replaces_dnr, known)
        entry = planned(
            file_name, reply, draft, heads, revisions, event=event, publish=terms.publish
        )
        entries.append(entry)
        if isinstance(entry, Plan):
            taken.add(entry.reply.id)
    new = [entry.reply for entry in entries if isinstance(entry, Plan)]
    ids = {reply.id for reply in new}
    others = [reply for reply in known if reply.id not in ids]
    after, not_read = completed(others, new, reading)
    record = tuple({reply.id: reply for reply in (*others, *after)}.values())
    ready = [
        related(entry, record, new, not_read) if isinstance(entry, Plan) else entry
        for entry in entries
    ]
    if terms.dry_run:
        return tuple(
            entry.entry(file_name) if isinstance(entry, Plan) else entry for entry in ready
        )
    return stored(store, file_name, data, document.converted, ready, after)


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

"""What the record has already that a document may have to do with."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from knowledge.draft import Draft
from knowledge.entries import ImportEntry, unchanged
from knowledge.errors import RecordError, UnknownReply
from knowledge.model import Reply, Revision
from knowledge.ports import Store
from knowledge.review import overtaken
from knowledge.wanted import Wanted

__all__ = ["read_before", "related_to", "wanted_by"]

_EARLIER = (
    "source: Dokumentet är en tidigare lydelse (revision {number}); nu gäller revision {now}."
)
_WAITING = (
    "status: Dokumentet är en rättelse som väntar på att publiceras (kommunsvar publish {id})."
)


def wanted_by(drafts: Sequence[Draft]) -> Wanted:
    """Say which stored replies these drafts may have to do with."""
    own = [draft.dnr for draft in drafts if draft.dnr]
    return Wanted.by(
        dnrs=[*own, *(dnr for draft in drafts for dnr in draft.replaces_dnr)],
        titles=[draft.title for draft in drafts if draft.title],
        named=own,
    )


def related_to(store: Store, wanted: Wanted) -> tuple[list[Reply], list[Revision]]:
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


def read_before(
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

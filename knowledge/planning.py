"""What is to become of a reply in a document: one of its own, or the next text of a stored one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from knowledge.corrections import (
    Kinship,
    Relative,
    archive_number,
    differences,
    relative_of,
    revised,
)
from knowledge.draft import Certainty, Draft, Found, Place
from knowledge.entries import ImportEntry, ImportStatus, counts, since, unchanged
from knowledge.matters import names_itself, replacing, suggestions
from knowledge.model import Change, Event, Reply, Revision, Status

__all__ = ["Plan", "planned", "related"]

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


@dataclass(frozen=True, slots=True)
class Plan:
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

    def entry(self, file: str) -> ImportEntry:
        """Return the entry of a reply that was stored, or would be."""
        return ImportEntry(
            file=file,
            status=ImportStatus.IMPORTED,
            reply_id=self.reply.id,
            title=self.reply.title,
            passages=counts(self.reply),
            warnings=self.warnings,
            reply=self.reply,
            revision=self.reply.revision,
            found=self._found(),
        )

    def _found(self) -> tuple[Found, ...]:
        if self.draft.municipality is None and self.reply.municipality is not None:
            configured = Found("municipality", Certainty.LIKELY, Place.SETTINGS)
            return (configured, *self.draft.found)
        return self.draft.found


def planned(
    file: str,
    reply: Reply,
    draft: Draft,
    heads: dict[str, Reply],
    revisions: Sequence[Revision],
    *,
    event: Event,
    publish: bool,
) -> Plan | ImportEntry:
    """Say what becomes of a reply that a document holds.

    Args:
        file: the document's name.
        reply: as the document gives it.
        draft: the same, as it was found.
        heads: the stored replies that it may be the next text of; the one that it is goes, for a
            document holds no reply twice.
        revisions: other texts of these.
        event: when it is imported and by whom.
        publish: whether it is published at once.

    Returns:
        The plan, or the entry of a reply that is stored already in the same words.
    """
    relative = relative_of(reply, _comparable(heads, revisions))
    if relative is not None and relative.kinship is not Kinship.DOUBTFUL:
        head = heads.pop(relative.reply.id)
        if relative.kinship is Kinship.SAME_WORDS:
            return _same_words(file, head, relative)
        return _revision(reply, draft, head, relative, revisions, event, publish)
    status = Status.PUBLISHED if publish and relative is None else Status.DRAFT
    imported = replace(event, status=status, what=Change.IMPORTED, revision=1)
    said = () if relative is None else (_doubt(reply, relative),)
    return Plan(
        replace(reply, status=status, history=(imported,)),
        draft,
        warnings=(*draft.warnings, *said),
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
) -> Plan:
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
    return Plan(after, draft, head, archived, waits, (*said, *draft.warnings))


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


def related(
    plan: Plan, record: Sequence[Reply], new: Sequence[Reply], warnings: Sequence[str]
) -> Plan:
    """Return a plan whose reply names those that it replaces, with what may be so besides."""
    reply = replacing(plan.reply, plan.draft.replaces_dnr, (*record, *new))
    told = {one.id for one in record if names_itself(plan.draft.replaces_dnr, one)}
    others = [one for one in record if one.id not in told]
    said = (*plan.warnings, *warnings, *suggestions(reply, others))
    return replace(plan, reply=reply, warnings=said)


def _same_words(file: str, head: Reply, relative: Relative) -> ImportEntry:
    name = relative.reply.source.file if relative.reply.source else relative.reply.id
    return unchanged(file, head, _SAME_WORDS.format(file=name))

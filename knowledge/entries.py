"""What became of each reply in a document that was to be imported."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from knowledge.draft import Found
from knowledge.model import PassageKind, Reply, Status

__all__ = ["ImportEntry", "ImportStatus", "counts", "failed", "since", "unchanged"]


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
        revision: which text of the reply it is, 1 for the first; None when it failed.
        found: where the document gives the fields.
    """

    file: str
    status: ImportStatus
    reply_id: str | None = None
    title: str | None = None
    passages: Mapping[PassageKind, int] = field(default_factory=lambda: counts(None))
    warnings: tuple[str, ...] = ()
    error: str | None = None
    reply: Reply | None = None
    revision: int | None = None
    found: tuple[Found, ...] = ()


def counts(reply: Reply | None) -> dict[PassageKind, int]:
    """Return how many passages of each kind a reply has; every kind is a key."""
    found = Counter(passage.kind for passage in reply.passages) if reply else Counter()
    return {kind: found[kind] for kind in PassageKind}


def unchanged(file: str, reply: Reply, *said: str) -> ImportEntry:
    """Return the entry of a reply that stays as it is, with what is to be said of it."""
    warnings = said
    if reply.status is Status.WITHDRAWN:
        warnings = (
            *said,
            f"status: svaret är återkallat{since(reply)}; publicera det för att visa det igen.",
        )
    elif reply.status is Status.DRAFT:
        warnings = (*said, "status: svaret är ett utkast; publicera det för att visa det.")
    return ImportEntry(
        file=file,
        status=ImportStatus.UNCHANGED,
        reply_id=reply.id,
        title=reply.title,
        passages=counts(reply),
        warnings=warnings,
        reply=reply,
        revision=reply.revision,
    )


def failed(file: str, error: str, title: str | None = None) -> ImportEntry:
    """Return the entry of a file, or a reply in it, that was not imported."""
    return ImportEntry(file=file, status=ImportStatus.FAILED, title=title, error=error)


def since(reply: Reply) -> str:
    """Return since when a reply is withdrawn, in Swedish; "" where that is not known."""
    days = [event.on for event in reply.history if event.status is Status.WITHDRAWN]
    return f" sedan {days[-1].isoformat()}" if days else ""

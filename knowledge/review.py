"""A reply's life: draft → published → withdrawn. Pure: a new reply comes back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from knowledge.errors import ReviewStateError
from knowledge.model import Change, Event, Reply, Revision, Status
from knowledge.swedish import swedish_date

__all__ = ["edited", "overtaken", "publish", "with_correction", "withdraw"]


def publish(reply: Reply, today: date, by: str | None = None) -> Reply:
    """Publish a draft, or a reply that was withdrawn.

    Args:
        reply: as it stands.
        today: the day of the change.
        by: who makes it.

    Returns:
        The published reply, with the step in its history.

    Raises:
        ReviewStateError: it is published already.
    """
    if reply.status is Status.PUBLISHED:
        raise ReviewStateError(
            reply.id,
            f"was already published{_on(reply)}",
            why=f"är redan publicerat{_in_swedish(reply)}",
        )
    return _changed(reply, Event(today, Status.PUBLISHED, what=Change.PUBLISHED, by=by))


def withdraw(reply: Reply, reason: str, today: date, by: str | None = None) -> Reply:
    """Withdraw a reply, published or not.

    Args:
        reply: as it stands.
        reason: why, for those who look it up later.
        today: the day of the change.
        by: who makes it.

    Returns:
        The withdrawn reply, with the step in its history.

    Raises:
        ReviewStateError: it is withdrawn already, or no reason is given.
    """
    if reply.status is Status.WITHDRAWN:
        raise ReviewStateError(
            reply.id,
            f"was already withdrawn{_on(reply)}",
            why=f"är redan återkallat{_in_swedish(reply)}",
        )
    if not reason.strip():
        raise ReviewStateError(
            reply.id,
            "cannot be withdrawn without a reason; give one",
            why="kan inte återkallas utan skäl",
        )
    return _changed(
        reply, Event(today, Status.WITHDRAWN, reason.strip(), what=Change.WITHDRAWN, by=by)
    )


def edited(reply: Reply, today: date, by: str | None = None) -> Reply:
    """Note a status that was changed in the record file by hand.

    Returns:
        The reply with the step in its history; the same reply where its history tells its status,
        or tells nothing.
    """
    if not reply.history or reply.history[-1].status is reply.status:
        return reply
    return _changed(reply, Event(today, reply.status, what=Change.EDITED, by=by))


def overtaken(revision: Revision, head: Reply) -> bool:
    """Tell whether a corrected text no longer waits: it holds, or another one came after it.

    Its file is still there when a command was killed before it could be removed.
    """
    return revision.number is None and revision.reply.revision <= head.revision


def with_correction(reply: Reply, waiting: Reply) -> Reply:
    """Return the corrected text of a reply that waited, a draft with the history of both.

    Args:
        reply: as it stands.
        waiting: its next revision; its last event is the correction.
    """
    history = (*reply.history, *waiting.history[-1:])
    return replace(waiting, status=Status.DRAFT, history=history)


def _changed(reply: Reply, event: Event) -> Reply:
    return replace(reply, status=event.status, history=(*reply.history, event))


def _on(reply: Reply) -> str:
    last = _last(reply)
    return f" on {last.on.isoformat()}{_why(last)}" if last else ""


def _in_swedish(reply: Reply) -> str:
    last = _last(reply)
    return f" sedan {swedish_date(last.on)}{_why(last)}" if last else ""


def _last(reply: Reply) -> Event | None:
    """Return the event that made a reply what it is, where the history tells it."""
    last = reply.history[-1] if reply.history else None
    return last if last is not None and last.status is reply.status else None


def _why(event: Event) -> str:
    return f" ({event.reason})" if event.reason else ""

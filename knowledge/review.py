"""A reply's life: draft → published → withdrawn. Pure: a new reply comes back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from knowledge.errors import ReviewStateError
from knowledge.model import Event, Reply, Status

__all__ = ["publish", "withdraw"]


def publish(reply: Reply, today: date) -> Reply:
    """Publish a draft, or a reply that was withdrawn.

    Args:
        reply: as it stands.
        today: the day of the change.

    Returns:
        The published reply, with the step in its history.

    Raises:
        ReviewStateError: it is published already.
    """
    if reply.status is Status.PUBLISHED:
        raise ReviewStateError(reply.id, f"is already published{_since(reply)}")
    return _changed(reply, Event(today, Status.PUBLISHED))


def withdraw(reply: Reply, reason: str, today: date) -> Reply:
    """Withdraw a reply, published or not.

    Args:
        reply: as it stands.
        reason: why, for those who look it up later.
        today: the day of the change.

    Returns:
        The withdrawn reply, with the step in its history.

    Raises:
        ReviewStateError: it is withdrawn already, or no reason is given.
    """
    if reply.status is Status.WITHDRAWN:
        raise ReviewStateError(reply.id, f"is already withdrawn{_since(reply)}")
    if not reason.strip():
        raise ReviewStateError(reply.id, "cannot be withdrawn without a reason; give one")
    return _changed(reply, Event(today, Status.WITHDRAWN, reason.strip()))


def _changed(reply: Reply, event: Event) -> Reply:
    return replace(reply, status=event.status, history=(*reply.history, event))


def _since(reply: Reply) -> str:
    last = reply.history[-1] if reply.history else None
    if last is None or last.status is not reply.status:
        return ""
    why = f" ({last.reason})" if last.reason else ""
    return f" since {last.on.isoformat()}{why}"

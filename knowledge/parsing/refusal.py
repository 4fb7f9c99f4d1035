"""Documents that hold no reply, and what they look like instead."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["LooksLike", "NoReply"]


class LooksLike(StrEnum):
    """What a document without a reply is."""

    INTERPELLATION = "interpellation"
    """An interpellation that no one has answered yet."""
    MOTION = "motion"
    """A motion, a proposal from a resident, or a reply to one."""
    QUESTION = "question"
    """An "enkel fråga" that no one has answered yet."""
    AGENDA = "agenda"
    OTHER = "other"


class NoReply(ValueError):
    """The document holds no reply.

    Attributes:
        reason: what it looks like instead, a Swedish sentence.
        looks_like: the same as one of a few kinds.
    """

    def __init__(self, reason: str, looks_like: LooksLike = LooksLike.OTHER) -> None:
        super().__init__(reason)
        self.reason = reason
        self.looks_like = looks_like

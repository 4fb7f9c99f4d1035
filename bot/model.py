"""What is decided, before it is spoken: plain frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from index.model import Hit, ResultSet
from knowledge.model import Passage, Reply, Revision

__all__ = ["Answer", "Decision", "Shown", "SimilarQuestion"]


class Decision(StrEnum):
    """What a person is shown."""

    ANSWER = "answer"
    """The official passage, its question and its source."""
    RELATED = "related"
    """No certain answer; the nearest replies as links, not as the position."""
    NONE = "none"
    """An honest no: what was searched, whom to contact."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The outcome of one question.

    Attributes:
        question: as put.
        confidence: calibrated probability that the first hit answers the question, 0 to 1.
        shown: for `answer`, the passage and up to two more that add something; for `related`,
            the best passage of each of the nearest replies; for `none`, empty. Never a
            background passage.
        results: all that was found, in rank order, whatever the decision.
    """

    question: str
    decision: Decision
    confidence: float
    shown: tuple[Hit, ...]
    results: ResultSet


@dataclass(frozen=True, slots=True)
class SimilarQuestion:
    """One question of a new interpellation, with what was answered before.

    Attributes:
        number: its own number in the document, or None where it has none.
        text: the question.
        hits: earlier official passages, best first.
    """

    number: int | None
    text: str
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """A reply from the record, or one passage of it.

    Attributes:
        passage: the passage meant by the id, or None for the whole reply.
        newer: id of a later reply on the same matter, or None.
        revisions: its other texts, for staff: earlier ones and one that waits to be published.
    """

    reply: Reply
    passage: Passage | None
    newer: str | None
    revisions: tuple[Revision, ...] = ()

"""What is searched and what is found: plain frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from knowledge.model import PassageKind, Person

__all__ = [
    "Asked",
    "Filters",
    "Hit",
    "IndexedPassage",
    "IndexedReply",
    "Mask",
    "Query",
    "Ranking",
    "ResultSet",
    "Searched",
    "Vectors",
]

Vectors: TypeAlias = NDArray[np.float32]
"""float32, shape (n, dim), rows of L2 norm 1 unless said otherwise."""

Mask: TypeAlias = NDArray[np.bool_]
"""bool, shape (number of passages,): True where a row may be found."""


@dataclass(frozen=True, slots=True)
class IndexedReply:
    """What an index version knows of one published reply.

    Attributes:
        newer: id of the newest later reply on the same matter, or None.
        source: name of the source document in `<home>/sources/`.
        url: the public link to the document, or None.
        replaces: ids of older replies on the same matter, as the record says.
        matter: by which replies on the same matter are known (`index.newest.matter_of`).
    """

    id: str
    title: str | None
    municipality: str | None
    interpellants: tuple[Person, ...]
    respondents: tuple[Person, ...]
    answered_on: date | None
    dnr: str | None
    source: str | None
    url: str | None
    newer: str | None
    replaces: tuple[str, ...] = ()
    matter: str = ""


@dataclass(frozen=True, slots=True)
class IndexedPassage:
    """One passage as it is searched and quoted.

    Attributes:
        id: `<reply id>#<passage id>`.
        text: the passage as quoted (knowledge.quote).
        question: the question as quoted, for an answer.
        page: the page on which the passage starts, from 1.
    """

    id: str
    reply_id: str
    kind: PassageKind
    text: str
    number: int | None = None
    question: str | None = None
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Filters:
    """Which passages may be found; an empty field allows all.

    Attributes:
        date_from: first day of the reply, inclusive; a reply without date is then left out.
        date_to: last day of the reply, inclusive; likewise.
        party: an interpellant's or respondent's party, case ignored.
        respondent: part of a respondent's name, case ignored.
        interpellant: part of an interpellant's name, case ignored.
        kinds: passage kinds.
    """

    date_from: date | None = None
    date_to: date | None = None
    party: str | None = None
    respondent: str | None = None
    interpellant: str | None = None
    kinds: frozenset[PassageKind] = frozenset()


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for.

    Attributes:
        text: the question or search words, as put.
        limit: how many hits at the most, at least 1.
    """

    text: str
    limit: int = 3
    filters: Filters = Filters()


@dataclass(frozen=True, slots=True)
class Asked:
    """A question in its own words, and in the record's.

    Attributes:
        text: as put.
        official: the official words for what it says; empty when the glossary has none.
    """

    text: str
    official: str = ""


@dataclass(frozen=True, slots=True)
class Ranking:
    """Rows by falling score; ties by rising row.

    Attributes:
        rows: int64, shape (n,), passage rows.
        scores: float32, shape (n,).
    """

    rows: NDArray[np.int64]
    scores: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Hit:
    """One passage found.

    Attributes:
        score: by which hits are ranked; compares hits of one question only.
        confidence: calibrated probability that the passage answers the question, 0 to 1.
        signals: why it stands where it stands, by the names of `index.signals.STANDING`.
    """

    passage: IndexedPassage
    reply: IndexedReply
    score: float
    confidence: float
    signals: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Searched:
    """What a search went through.

    Attributes:
        replies: number of published replies.
        passages: number of passages.
        latest: day of the latest reply, or None when none has a date.
    """

    replies: int
    passages: int
    latest: date | None


@dataclass(frozen=True, slots=True)
class ResultSet:
    """All that a search found, kept whole so that a refusal can be explained.

    Attributes:
        hits: best first; at most `query.limit`.
        thresholds: calibrated; a passage is an answer from a confidence of `answer` on, and
            something near is shown from a `present` of `related` on.
        took_ms: milliseconds from the question to the hits.
        present: calibrated probability that any passage answers the question, 0 to 1.
        elsewhere: municipalities that the question names and none of the replies is of.
    """

    query: Query
    hits: tuple[Hit, ...]
    searched: Searched
    version_id: str
    thresholds: Mapping[str, float]
    took_ms: float
    present: float
    elsewhere: tuple[str, ...] = ()

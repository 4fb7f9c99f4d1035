"""What was said: one answered interpellation and the passages in it.

Plain frozen values, standard library only. Spans count Unicode code points in
`Reply.text`, end exclusive.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

__all__ = [
    "Change",
    "Converted",
    "Event",
    "Passage",
    "PassageKind",
    "Person",
    "Reply",
    "Revision",
    "Source",
    "Span",
    "Status",
]


class PassageKind(StrEnum):
    """Whose words a passage holds, and in which part of the reply."""

    ANSWER = "answer"
    """The official answer to a numbered question."""
    STATEMENT = "statement"
    """Official text outside the questions."""
    BACKGROUND = "background"
    """The interpellant's view, or the questions retold: never the municipality's position."""


class Status(StrEnum):
    """Where a reply stands in its life."""

    DRAFT = "draft"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open range of code points, `0 <= start < end`.

    Raises:
        ValueError: the range is empty, reversed or negative.
    """

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"a span needs 0 <= start < end, got {self.start}..{self.end}")

    def of(self, text: str) -> str:
        """Return the slice of `text` that this span covers."""
        return text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Person:
    """An interpellant or a respondent; what the document does not give is None."""

    name: str
    party: str | None = None
    role: str | None = None


@dataclass(frozen=True, slots=True)
class Converted:
    """What was read instead of a document whose own format has no reader.

    Attributes:
        file: its name in `<home>/sources/`.
        sha256: lower-case hex digest of its bytes.
    """

    file: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Source:
    """The original document.

    Attributes:
        file: its name in `<home>/sources/`.
        sha256: lower-case hex digest of its bytes.
        pages: how many pages it has, or None for a format without pages.
        url: where it is published, if anywhere.
        converted: what OCR or LibreOffice made of it and the text was read from, if anything.
    """

    file: str
    sha256: str
    pages: int | None = None
    url: str | None = None
    converted: Converted | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """The unit that is found and quoted.

    Attributes:
        id: unique within its reply (`q1`, `s2`, `b1`).
        kind: whose words these are.
        span: where the passage lies in the reply's text.
        number: the question's number, for an answer.
        question: where the question lies, for an answer.
        page: the page on which the passage starts, from 1, or None without pages.
    """

    id: str
    kind: PassageKind
    span: Span
    number: int | None = None
    question: Span | None = None
    page: int | None = None


class Change(StrEnum):
    """What happened to a reply."""

    IMPORTED = "imported"
    """Its document was read for the first time."""
    CORRECTED = "corrected"
    """A corrected document took the place of the one before: a new revision."""
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"
    EDITED = "edited"
    """The status in the record file was changed by hand."""


@dataclass(frozen=True, slots=True)
class Event:
    """One step in a reply's life, oldest first in `Reply.history`.

    Attributes:
        on: the day it happened.
        status: the status from then on.
        reason: why, where a reason was given.
        what: what happened, or None in records from before it was kept.
        revision: the number of the text from then on, where the text is new.
        by: who did it, where that is known.
    """

    on: date
    status: Status
    reason: str | None = None
    what: Change | None = None
    revision: int | None = None
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """One answered interpellation: the fields of its YAML record.

    Attributes:
        id: file name of the record without its suffix: lower-case ASCII letters, digits, hyphens.
        text: the extracted text, NFC, which all spans point into.
        passages: in the order of the text.
    """

    id: str
    status: Status
    text: str
    passages: tuple[Passage, ...]
    title: str | None = None
    municipality: str | None = None
    interpellants: tuple[Person, ...] = ()
    respondents: tuple[Person, ...] = ()
    answered_on: date | None = None
    dnr: str | None = None
    replaces: tuple[str, ...] = ()
    language: str | None = None
    source: Source | None = None
    history: tuple[Event, ...] = ()

    @property
    def revision(self) -> int:
        """Which text this is: 1 for the first document, one more for each corrected one."""
        return max((event.revision or 1 for event in self.history), default=1)


@dataclass(frozen=True, slots=True)
class Revision:
    """Another text of a reply than the one that holds.

    Attributes:
        number: which text it is, from 1; None for a corrected one that waits to be published.
        reply: as it stood, or as it will stand.
    """

    number: int | None
    reply: Reply

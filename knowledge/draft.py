"""What the parser understood of one reply, before it has an id or a source."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from knowledge.model import Passage, Person

__all__ = ["Certainty", "Draft", "Found", "Place"]


class Certainty(StrEnum):
    """How sure it is that a field was read rightly."""

    CERTAIN = "certain"
    """It stands where such a field belongs, or under its own label."""
    LIKELY = "likely"
    """It was taken from the running text, or known by its form alone."""
    DOUBTFUL = "doubtful"
    """Several contend, or it stands nowhere where such a field belongs: nothing was chosen."""


class Place(StrEnum):
    """Where a field stands."""

    TEXT = "text"
    MARGIN = "margin"
    """A page head or foot that is no part of the text."""
    SETTINGS = "settings"
    """Not in the document: the configuration says so."""


@dataclass(frozen=True, slots=True)
class Found:
    """Where a document gives a field, or what a warning is about.

    Attributes:
        field: as in the record: `dnr`, `interpellants[0]`, `passages`.
        certainty: how sure it is.
        place: where it stands.
        line: the line around it, on one line; "" where there is none.
        page: from 1, or None without pages.
    """

    field: str
    certainty: Certainty
    place: Place = Place.TEXT
    line: str = ""
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """One reply as found in a document; a field that the document does not give is None or empty.

    Attributes:
        text: the extracted text without page heads and feet; one line feed after each line, a
            blank line at each paragraph border, no trailing blanks, no control characters, NFC.
        passages: in the order of the text, not overlapping.
        replaces_dnr: registry numbers of older replies that this one says it replaces.
        warnings: Swedish, one sentence each, `"<field>: <what is missing or doubtful>"`.
        found: where the fields stand, and what the warnings are about.
    """

    text: str
    passages: tuple[Passage, ...]
    title: str | None = None
    municipality: str | None = None
    interpellants: tuple[Person, ...] = ()
    respondents: tuple[Person, ...] = ()
    answered_on: date | None = None
    dnr: str | None = None
    language: str | None = None
    replaces_dnr: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    found: tuple[Found, ...] = ()

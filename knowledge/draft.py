"""What the parser understood of one reply, before it has an id or a source."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from knowledge.model import Passage, Person

__all__ = ["Draft"]


@dataclass(frozen=True, slots=True)
class Draft:
    """One reply as found in a document; a field that the document does not give is None or empty.

    Attributes:
        text: the extracted text without page heads and feet; one line feed after each line, a
            blank line at each paragraph border, no trailing blanks, no control characters, NFC.
        passages: in the order of the text, not overlapping.
        replaces_dnr: registry numbers of older replies that this one says it replaces.
        warnings: Swedish, one sentence each, `"<field>: <what is missing or doubtful>"`.
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

"""Where a text comes from, in Swedish words; what the document does not give is left out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from knowledge.model import Passage, Person, Reply
from knowledge.swedish import swedish_date

if TYPE_CHECKING:
    from bot.render.links import Links
    from index.model import Hit, IndexedPassage, IndexedReply

__all__ = ["Citation", "of_hit", "of_reply", "people"]


def people(persons: Iterable[Person]) -> str:
    """Return "Karin Ek (C), Ordförande i nämnden; …", without what is not known."""
    return "; ".join(filter(None, map(_person, persons)))


def _person(person: Person) -> str:
    name, party, role = map(_tidy, (person.name, person.party, person.role))
    if name and party:
        name = f"{name} ({party})"
    return ", ".join(filter(None, (name, role)))


def _tidy(value: str | None) -> str:
    """Return one line without control characters, which could steer a terminal; "" for None."""
    value = value or ""
    if not value.isprintable():
        value = "".join(c if c.isprintable() else " " for c in value)
    return " ".join(value.split())


@dataclass(frozen=True, slots=True)
class Citation:
    """The source of a passage or a reply; "" stands for what is not known.

    Attributes:
        interpellants: who asked, with party.
        respondents: who answered, with party and role.
        day: in Swedish words.
        number: the question's number, as digits.
        page: the page where the passage starts, as digits.
        document: the name of the document.
        url: where the document opens.
    """

    title: str
    municipality: str
    interpellants: str
    respondents: str
    day: str
    dnr: str
    number: str
    page: str
    document: str
    url: str

    @property
    def place(self) -> str:
        """Where to find it: municipality, day, registry number, question, page."""
        parts = (
            self.municipality,
            self.day,
            self.dnr and f"dnr {self.dnr}",
            self.number and f"fråga {self.number}",
            self.page and f"sidan {self.page}",
        )
        return ", ".join(filter(None, parts))

    @property
    def lines(self) -> tuple[str, ...]:
        """The source, one matter a line."""
        lines = (
            self.title,
            self.interpellants and f"Interpellant: {self.interpellants}",
            self.respondents and f"Besvarad av: {self.respondents}",
            self.place,
            self.document and f"Dokument: {self.document}",
            self.url and f"Länk: {self.url}",
        )
        return tuple(filter(None, lines))

    @property
    def sentence(self) -> str:
        """The source in one line, to paste under a quotation."""
        parts = (
            self.title and f"”{self.title.strip('”“')}”",
            self.respondents and f"svar av {self.respondents}",
            self.interpellants and f"på interpellation av {self.interpellants}",
            self.place,
            self.document,
        )
        return ", ".join(filter(None, parts))


def of_hit(hit: Hit, links: Links) -> Citation:
    """Return the source of a passage that was found."""
    reply = hit.reply
    return _citation(reply, hit.passage, reply.source, reply.url, links)


def of_reply(reply: Reply, passage: Passage | None, links: Links) -> Citation:
    """Return the source of a reply, or of one of its passages."""
    source = reply.source
    if source is None:
        return _citation(reply, passage, None, None, links)
    return _citation(reply, passage, source.file, source.url, links)


def _citation(
    reply: Reply | IndexedReply,
    passage: Passage | IndexedPassage | None,
    file: str | None,
    url: str | None,
    links: Links,
) -> Citation:
    number = passage.number if passage is not None else None
    page = passage.page if passage is not None else None
    return Citation(
        title=_tidy(reply.title),
        municipality=_tidy(reply.municipality),
        interpellants=people(reply.interpellants),
        respondents=people(reply.respondents),
        day="" if reply.answered_on is None else swedish_date(reply.answered_on),
        dnr=_tidy(reply.dnr),
        number="" if number is None else str(number),
        page="" if page is None else str(page),
        document=_tidy(file),
        url=_tidy(links.document(file, url)),
    )

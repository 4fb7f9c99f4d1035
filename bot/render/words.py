"""What every channel with a catalogue says alike: whose words a passage holds, and its source."""

from __future__ import annotations

from datetime import date

from bot.catalogue import Catalogue
from bot.render.citation import Citation
from index.model import IndexedPassage
from knowledge.model import Passage, PassageKind

__all__ = ["source", "whose"]


def whose(passage: Passage | IndexedPassage, say: Catalogue) -> str:
    """Return whose words a passage holds, with the question's number for an answer."""
    kind = say(f"kind_{passage.kind.value}")
    if passage.kind is PassageKind.ANSWER and passage.number is not None:
        return say("on_question", kind=kind, number=passage.number)
    return kind


def source(citation: Citation, day: date | None, say: Catalogue) -> str:
    """Return where a text comes from, one matter a line.

    Args:
        citation: the source.
        day: when it was answered, if known.
        say: the catalogue.
    """
    place = (
        citation.municipality,
        "" if day is None else say.day(day),
        citation.dnr and say("dnr", dnr=citation.dnr),
        citation.number and say("number", number=citation.number),
        citation.page and say("page", page=citation.page),
    )
    lines = (
        citation.title,
        citation.interpellants and say("interpellant", people=citation.interpellants),
        citation.respondents and say("respondent", people=citation.respondents),
        ", ".join(filter(None, place)),
        citation.document and say("document", document=citation.document),
    )
    return "\n".join(filter(None, lines))

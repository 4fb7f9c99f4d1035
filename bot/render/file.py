"""A whole reply as the text of a file, for those who quote from it."""

from __future__ import annotations

from collections.abc import Iterator

from bot.catalogue import Catalogue
from bot.model import Shown
from bot.render.citation import of_reply
from bot.render.links import Links
from bot.render.runs import clean
from bot.render.words import source, whose
from knowledge.model import Status
from knowledge.quote import quote

__all__ = ["file_text"]


def file_text(shown: Shown, newer_title: str | None, say: Catalogue, links: Links) -> str:
    """Return a reply, every passage marked with whose words it holds, and its source.

    Args:
        shown: the reply.
        newer_title: title of a newer reply on the same matter, where there is one.
        say: the catalogue.
        links: makes public addresses.
    """
    return clean("\n\n".join(_parts(shown, newer_title, say, links))) + "\n"


def _parts(shown: Shown, newer_title: str | None, say: Catalogue, links: Links) -> Iterator[str]:
    reply = shown.reply
    if reply.status is Status.DRAFT:
        yield say("draft")
    yield " ".join((reply.title or reply.id).split())
    for passage in reply.passages:
        yield f"[{whose(passage, say)}]  #{passage.id}"
        if passage.question is not None:
            asked = quote(passage.question.of(reply.text))
            yield say("the_question", question=" ".join(asked.split()))
        yield quote(passage.span.of(reply.text))
    citation = of_reply(reply, None, links)
    lines = (say("source"), source(citation, reply.answered_on, say), citation.url)
    yield "\n".join(filter(None, lines))
    if shown.newer:
        yield say("newer", title=newer_title or shown.newer)
    if not say.is_swedish:
        yield say("in_swedish")
    yield say("id", id=reply.id)

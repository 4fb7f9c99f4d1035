"""A whole reply as text, every passage marked with whose words it holds."""

from __future__ import annotations

from collections.abc import Iterator

from bot import texts
from bot.model import Shown
from bot.render.citation import of_reply
from bot.render.plain import Speaker, kind_label
from knowledge.model import Passage, PassageKind, Reply, Status
from knowledge.quote import quote

__all__ = ["shown_text"]


def shown_text(shown: Shown, speaker: Speaker) -> str:
    """Return a reply, or the one passage that was asked for, whole and with its source."""
    reply, chosen = shown.reply, shown.passage
    return "\n\n".join(_parts(reply, chosen, shown.newer, speaker))


def _parts(
    reply: Reply, chosen: Passage | None, newer: str | None, speaker: Speaker
) -> Iterator[str]:
    style = speaker.style
    if reply.status is Status.DRAFT:
        yield style.alert(style.fold(texts.DRAFT_NOTICE))
    if chosen is not None:
        yield from _passage(reply, chosen, speaker, marked=chosen.kind is PassageKind.BACKGROUND)
    else:
        yield style.bold(style.fold(" ".join((reply.title or reply.id).split())))
        for passage in reply.passages:
            yield from _passage(reply, passage, speaker, marked=True)
    yield speaker.source(of_reply(reply, chosen, speaker.links), newer)
    identity = reply.id if chosen is None else f"{reply.id}#{chosen.id}"
    yield style.faint(f"{texts.FIELDS['id']}: {identity}")


def _passage(reply: Reply, passage: Passage, speaker: Speaker, *, marked: bool) -> Iterator[str]:
    style = speaker.style
    question = None if passage.question is None else quote(passage.question.of(reply.text))
    if marked:
        dress = style.alert if passage.kind is PassageKind.BACKGROUND else style.bold
        yield dress(f"[{kind_label(passage)}]") + style.faint(f"  #{passage.id}")
        if question:
            yield speaker.question(texts.THE_QUESTION, question)
    yield style.fold(quote(passage.span.of(reply.text)))
    if question and not marked:
        yield speaker.question(texts.ASKED, question)

"""A whole reply as text, every passage marked with whose words it holds."""

from __future__ import annotations

from collections.abc import Iterator

from bot import texts
from bot.model import Shown
from bot.render.citation import of_reply
from bot.render.plain import Speaker, kind_label
from knowledge.model import Change, Event, Passage, PassageKind, Reply, Status
from knowledge.quote import quote

__all__ = ["shown_text"]


def shown_text(shown: Shown, speaker: Speaker, *, staff: bool = False) -> str:
    """Return a reply, or the one passage that was asked for, whole and with its source.

    Args:
        shown: what is to be shown.
        speaker: to whom.
        staff: whether they may see its history and who made it.
    """
    reply, chosen = shown.reply, shown.passage
    parts = [*_parts(reply, chosen, shown.newer, speaker)]
    if any(one.reply == reply for one in shown.revisions):
        parts.insert(0, speaker.style.alert(speaker.style.fold(texts.OTHER_TEXT)))
    if staff:
        parts += _life(shown, speaker)
    return "\n\n".join(parts)


def _life(shown: Shown, speaker: Speaker) -> Iterator[str]:
    """Yield what happened to a reply, and where its other texts are."""
    style, reply = speaker.style, shown.reply
    rows = [texts.HISTORY.format(number=reply.revision)]
    rows += [style.fold(_event(event), "  ", "    ") for event in reply.history]
    if reply.history or shown.revisions:
        yield "\n".join(rows)
    numbers = [str(one.number) for one in shown.revisions if one.number]
    if numbers:
        said = texts.EARLIER_TEXTS.format(id=reply.id, numbers="|".join(numbers))
        yield style.faint(style.fold(said))
    if any(one.number is None for one in shown.revisions):
        yield style.alert(style.fold(texts.WAITING_TEXT.format(id=reply.id)))


def _event(event: Event) -> str:
    what = texts.STATUSES[event.status] if event.what is None else texts.CHANGES[event.what]
    changed = event.what in (Change.IMPORTED, Change.CORRECTED, Change.EDITED)
    parts = (
        f"{event.on.isoformat()}  {what}",
        texts.STATUSES[event.status] if changed else "",
        f"revision {event.revision}" if event.revision else "",
        texts.BY.format(name=_line(event.by)) if event.by else "",
    )
    reason = f": {_line(event.reason)}" if event.reason else ""
    return ", ".join(filter(None, parts)) + reason


def _line(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


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
    yield style.faint(texts.ID.format(id=identity))


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

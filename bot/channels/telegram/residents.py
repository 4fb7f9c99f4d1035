"""What everyone can do: ask, open links, read about the bot, press the buttons of an answer."""

from __future__ import annotations

import sqlite3
import time

from telegram import CallbackQuery, InlineKeyboardMarkup, Message

from bot import VERSION
from bot.access import Decided, Role
from bot.channels.telegram.data import Action, Pressed, own_id, read, read_payload
from bot.channels.telegram.desk import Desk, Talk, today
from bot.decide import MAX_SHOWN
from bot.feedback import Feedback
from bot.logs import event, problem
from bot.model import Decision, Shown
from bot.render.telegram import Letter
from bot.service import MAX_QUESTION_CHARS
from index.model import Hit
from knowledge.errors import UnknownReply
from knowledge.model import PassageKind

__all__ = ["Residents"]

_MORE_HITS = 8


class Residents:
    """The residents' handlers.

    Args:
        desk: the parts of the channel.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def start(self, talk: Talk, payload: str) -> None:
        """Greet, or open what a link points to."""
        if payload and talk.private:
            await self._open(talk, payload)
        else:
            await self._desk.tell(talk, "hello", municipality=self._municipality(talk))

    async def help(self, talk: Talk, _: str) -> None:
        """Say what there is to do, by role."""
        text = talk.say("help")
        if talk.private and talk.role >= Role.STAFF:
            text += talk.say("help_staff", bot=self._desk.bot_name)
        if talk.private and talk.role >= Role.ADMIN:
            text += talk.say("help_admin")
        await self._desk.send(talk, self._desk.writer(talk).text(text))

    async def about(self, talk: Talk, _: str) -> None:
        """Say what is in the record, whose bot this is, whom to contact."""
        desk, say = self._desk, talk.say
        searched = await desk.run(desk.service.searched)
        municipality = self._municipality(talk)
        record = say("about_empty")
        if searched.replies:
            record = say("about_record", replies=searched.replies, passages=searched.passages)
            if searched.latest is not None:
                record += say("about_latest", latest=say.day(searched.latest))
        lines = [say("about", municipality=municipality), record]
        owner = municipality[:1].upper() + municipality[1:]
        lines.append(say("about_owner", municipality=owner))
        if desk.settings.contact:
            lines[-1] += " " + say("about_contact", contact=desk.settings.contact)
        lines.append(say("about_program", version=VERSION))
        await desk.send(talk, desk.writer(talk).text("\n\n".join(lines)))

    async def privacy(self, talk: Talk, _: str) -> None:
        """Say what is kept."""
        await self._desk.tell(talk, "privacy")

    async def question(self, talk: Talk, text: str) -> None:
        """Answer a question."""
        desk = self._desk
        started_s = time.perf_counter()
        if talk.role is Role.RESIDENT:
            match desk.allowance.ask(talk.user_id):
                case Decided.IGNORE:
                    event("over the allowance")
                    return
                case Decided.ASK_TO_WAIT:
                    await desk.tell(talk, "slow_down")
                    return
        if not any(character.isalnum() for character in text):
            await desk.tell(talk, "empty_question")
            return
        if len(text) > MAX_QUESTION_CHARS:
            await desk.tell(talk, "long_question", limit=MAX_QUESTION_CHARS)
            return
        written = await desk.ask(talk, text)
        await desk.send(talk, written.letters, reply=True)
        desk.ledger.count_question(today())
        event(
            "answered",
            decision=written.decision,
            index_version=written.version_id,
            search_ms=round(written.search_ms, 1),
            took_ms=round((time.perf_counter() - started_s) * 1000, 1),
        )

    async def press(self, talk: Talk, query: CallbackQuery, pressed: Pressed) -> None:
        """Do what a button of an answer says."""
        match pressed:
            case Pressed(Action.WHOLE, (given,)):
                await self._show(talk, query, given, None)
            case Pressed(Action.PASSAGE, (given, own)):
                await self._show(talk, query, given, own)
            case Pressed(Action.MORE, ()):
                await self._more(talk, query)
            case Pressed(Action.HELPFUL | Action.NOT_HELPFUL, (given, own, decision, version)):
                helpful = pressed.action is Action.HELPFUL
                await self._vote(talk, query, (given, own, decision, version), helpful)
            case _:
                await self._desk.outbox.toast(query.id, talk.say("old_button"), alert=True)

    async def _open(self, talk: Talk, payload: str) -> None:
        target = read_payload(payload)
        found = None
        if target is not None:
            found = await self._desk.run(self._find, target[0], target[1], talk.role)
        if found is None:
            await self._desk.tell(talk, "gone_link")
            return
        shown, newer_title = found
        await self._desk.send(talk, self._written(talk, shown, newer_title))

    async def _show(self, talk: Talk, query: CallbackQuery, given: str, own: str | None) -> None:
        desk = self._desk
        found = await desk.run(self._find, given, own, talk.role)
        if found is None:
            await desk.outbox.toast(query.id, talk.say("gone"), alert=True)
            return
        await desk.outbox.toast(query.id)
        shown, newer_title = found
        await desk.send(talk, self._written(talk, shown, newer_title))

    def _written(self, talk: Talk, shown: Shown, newer_title: str | None) -> tuple[Letter, ...]:
        writer = self._desk.writer(talk)
        if shown.passage is not None:
            return writer.passage(shown, newer_title)
        staff = talk.private and talk.role >= Role.STAFF
        return writer.reply(shown, newer_title, staff=staff)

    def _find(self, given: str, own: str | None, role: Role) -> tuple[Shown, str | None] | None:
        """Return a reply or passage and the title of a newer one; None when it is not there."""
        service = self._desk.service
        reply_id = self._desk.resolver.reply_id(given)
        if reply_id is None:
            return None
        try:
            shown = service.show(reply_id, drafts=False)
            if own is not None:
                ids = [one.id for one in shown.reply.passages if own_id(one.id) == own]
                if not ids:
                    return None
                shown = service.show(f"{reply_id}#{ids[0]}")
        except UnknownReply:
            return None
        return shown, service.title(shown.newer) if shown.newer else None

    async def _more(self, talk: Talk, query: CallbackQuery) -> None:
        desk = self._desk
        asked = question_of(query, desk.bot_name)
        if asked is None:
            await desk.outbox.toast(query.id, talk.say("gone_question"), alert=True)
            return
        answer = await desk.run(desk.service.ask, asked, limit=_MORE_HITS + MAX_SHOWN)
        await desk.outbox.toast(query.id)
        hits = [hit for hit in answer.results.hits if _may_be_pointed_to(hit)]
        if answer.decision is Decision.ANSWER:
            hits = [hit for hit in hits if hit.passage.id != answer.shown[0].passage.id]
        await desk.send(talk, desk.writer(talk).more(hits[:_MORE_HITS]))

    async def _vote(
        self, talk: Talk, query: CallbackQuery, given: tuple[str, str, str, str], helpful: bool
    ) -> None:
        desk = self._desk
        reply, own, decision, version = given
        passage_id = None
        if reply:
            reply_id = await desk.run(desk.resolver.reply_id, reply)
            if reply_id is None:
                await desk.outbox.toast(query.id, talk.say("gone"), alert=True)
                return
            passage_id = f"{reply_id}#{own}"
        if not _can_vote(query):
            await desk.outbox.toast(query.id)
            return
        vote = Feedback(passage_id, decision, helpful, version, today())
        try:
            await desk.run(desk.feedback.record, vote)
        except (sqlite3.Error, OSError) as exc:
            problem("feedback not kept", exc)
            await desk.outbox.toast(query.id, talk.say("not_kept"))
            return
        event("feedback", helpful=helpful, decision=decision)
        await desk.outbox.toast(query.id, talk.say("thanks_yes" if helpful else "thanks_no"))
        await desk.outbox.set_buttons(talk.place, talk.message_id, _without_votes(query))

    def _municipality(self, talk: Talk) -> str:
        return self._desk.settings.municipality or talk.say("municipality")


def _may_be_pointed_to(hit: Hit) -> bool:
    return hit.passage.kind is not PassageKind.BACKGROUND


def question_of(query: CallbackQuery, bot_name: str) -> str | None:
    """Return the question that an answer replies to, as it was written; None when it is gone."""
    message = query.message
    if not isinstance(message, Message) or message.reply_to_message is None:
        return None
    text = message.reply_to_message.text or ""
    return without_mention(text, bot_name) or None


def without_mention(text: str, bot_name: str) -> str:
    """Return a text without the bot's name in it."""
    words = [
        word for word in text.split() if word.strip(",:").casefold() != f"@{bot_name}".casefold()
    ]
    return " ".join(words)


def _can_vote(query: CallbackQuery) -> bool:
    """Whether the vote buttons are still there: a second tap changes nothing."""
    message = query.message
    if not isinstance(message, Message) or message.reply_markup is None:
        return True
    return any(
        _is_vote(one.callback_data) for row in message.reply_markup.inline_keyboard for one in row
    )


def _without_votes(query: CallbackQuery) -> InlineKeyboardMarkup | None:
    message = query.message
    if not isinstance(message, Message) or message.reply_markup is None:
        return None
    rows = [
        [one for one in row if not _is_vote(one.callback_data)]
        for row in message.reply_markup.inline_keyboard
    ]
    kept = [row for row in rows if row]
    return InlineKeyboardMarkup(kept) if kept else None


def _is_vote(data: object) -> bool:
    pressed = read(data) if isinstance(data, str) else None
    return pressed is not None and pressed.action in {Action.HELPFUL, Action.NOT_HELPFUL}

"""What staff can do besides: filtered search, replies as documents, new interpellations."""

from __future__ import annotations

from telegram import CallbackQuery, Message, MessageEntity

from bot.access import Role
from bot.channels.telegram.data import Action, Pressed
from bot.channels.telegram.desk import Desk, Talk
from bot.channels.telegram.telling import why
from bot.errors import QuestionError, SearchError
from bot.logs import event
from bot.model import Shown
from bot.render.file import file_text
from bot.render.links import Links
from bot.render.telegram import PAGE_HITS, Letter
from bot.search_words import read_search
from index.model import Query
from knowledge.errors import DocumentError, KommunsvarError, UnknownReply

__all__ = ["Staff"]

_EXAMPLE_ID = "2025-03-17-skolskjutsen-pa-landsbygden"
_LAST_PAGE = 40


class Staff:
    """The staff's handlers; the router lets nobody else in.

    Args:
        desk: the parts of the channel.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def search(self, talk: Talk, words: str) -> None:
        """Search all passages; pages are turned by buttons."""
        try:
            letter = await self._desk.look_up(talk.place, self._page, talk, words, 0)
        except SearchError as exc:
            await self._desk.tell(talk, exc.key, **exc.values)
        except QuestionError:
            await self._desk.tell(talk, "search_how")
        else:
            await self._desk.send(talk, [letter])
            event("searched")

    async def show(self, talk: Talk, id: str) -> None:
        """Show a whole reply or one of its passages; a draft to admins."""
        desk = self._desk
        if not id:
            await desk.tell(talk, "show_how", example=_EXAMPLE_ID)
            return
        drafts = talk.role >= Role.ADMIN
        try:
            shown = await desk.run(desk.service.show, id, drafts=drafts)
        except UnknownReply:
            await desk.tell(talk, "unknown_reply", id=id)
            return
        except KommunsvarError as exc:  # withdrawn: since when and why
            await desk.send(talk, desk.writer(talk).text(self._why(talk, exc)))
            return
        writer = desk.writer(talk)
        newer = await desk.run(desk.service.title, shown.newer) if shown.newer else None
        letters = (
            writer.reply(shown, newer, staff=True)
            if shown.passage is None
            else writer.passage(shown, newer)
        )
        await desk.send(talk, letters)

    async def press(self, talk: Talk, query: CallbackQuery, pressed: Pressed) -> None:
        """Turn a page, or send a reply as a document."""
        match pressed:
            case Pressed(Action.PAGE, (page,)) if page.isdigit() and int(page) <= _LAST_PAGE:
                await self._turn(talk, query, int(page))
            case Pressed(Action.FILE, (given,)):
                await self._file(talk, query, given)
            case _:
                await self._desk.outbox.toast(query.id, talk.say("old_button"), alert=True)

    async def similar(self, talk: Talk, name: str, data: bytes) -> None:
        """Show what was answered before to each question of a new interpellation."""
        desk = self._desk
        try:
            questions = await desk.look_up(talk.place, desk.service.similar, name, data)
        except DocumentError as exc:
            await desk.send(talk, desk.writer(talk).text(self._why(talk, exc)))
            return
        await desk.send(talk, desk.writer(talk).similar(name, questions))
        event("similar", questions=len(questions))

    def _page(self, talk: Talk, words: str, page: int) -> Letter:
        search = read_search(words)
        first = page * PAGE_HITS
        results = self._desk.service.search(
            Query(search.words, first + PAGE_HITS + 1, search.filters)
        )
        hits = results.hits[first : first + PAGE_HITS]
        more = len(results.hits) > first + PAGE_HITS
        writer = self._desk.writer(talk)
        return writer.search(words, hits, page, more=more, searched=results.searched)

    async def _turn(self, talk: Talk, query: CallbackQuery, page: int) -> None:
        desk = self._desk
        words = _words_in(query)
        if words is None:
            await desk.outbox.toast(query.id, talk.say("gone_question"), alert=True)
            return
        letter = await desk.run(self._page, talk, words, page)
        await desk.outbox.toast(query.id)
        await desk.outbox.edit(talk.place, talk.message_id, letter)

    async def _file(self, talk: Talk, query: CallbackQuery, given: str) -> None:
        desk = self._desk
        shown = await desk.run(self._shown, given, talk.role)
        if shown is None:
            await desk.outbox.toast(query.id, talk.say("gone"), alert=True)
            return
        await desk.outbox.toast(query.id)
        newer = await desk.run(desk.service.title, shown.newer) if shown.newer else None
        text = file_text(shown, newer, talk.say, Links(desk.settings.public_url))
        await desk.outbox.document(talk.place, f"{shown.reply.id}.txt", text.encode())

    def _why(self, talk: Talk, error: KommunsvarError) -> str:
        return why(error, talk.say, self._desk.settings.home)

    def _shown(self, given: str, role: Role) -> Shown | None:
        reply_id = self._desk.resolver.reply_id(given)
        if reply_id is None:
            return None
        try:
            return self._desk.service.show(reply_id, drafts=role >= Role.ADMIN)
        except KommunsvarError:
            return None


def _words_in(query: CallbackQuery) -> str | None:
    """Return the search that a page shows: what stands in its first entity of code."""
    message = query.message
    if not isinstance(message, Message) or not message.text:
        return None
    for entity in message.entities:
        if entity.type == MessageEntity.CODE:
            return message.parse_entity(entity)
    return None

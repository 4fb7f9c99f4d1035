"""Inline mode for staff: `@bot words` in any chat; the chosen passage arrives with its citation."""

from __future__ import annotations

from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQuery,
    InlineQueryResultArticle,
    InputTextMessageContent,
    LinkPreviewOptions,
)
from telegram.constants import ParseMode

from bot.access import Role
from bot.catalogue import catalogue_for
from bot.channels.telegram.data import digest
from bot.channels.telegram.desk import Desk, Talk
from bot.channels.telegram.outbox import Place
from bot.errors import QuestionError, SearchError
from bot.logs import event
from bot.search_words import read_search
from bot.service import MAX_QUESTION_CHARS
from index.model import Hit, Query

__all__ = ["Inline"]

_PAGE_HITS = 10
_MOST_HITS = 50
_CACHE_S = 5
"""Short: a withdrawn passage must not be offered for long."""
_DESCRIPTION_CHARS = 120


class Inline:
    """The handler.

    Args:
        desk: the parts of the channel.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def answer(self, query: InlineQuery) -> None:
        """Offer passages to staff, nothing to others."""
        desk = self._desk
        role = desk.roles.of(query.from_user.id)
        first = int(query.offset) if query.offset.isdigit() else 0
        if role < Role.STAFF or first >= _MOST_HITS or len(query.query) > MAX_QUESTION_CHARS:
            await desk.outbox.inline(query.id, [], "", _CACHE_S)
            return
        say = catalogue_for(query.from_user.language_code)
        talk = Talk(Place(query.from_user.id), query.from_user.id, 0, True, role, say)
        results = await desk.run(self._results, talk, query.query, first)
        onward = str(first + _PAGE_HITS) if len(results) == _PAGE_HITS else ""
        await desk.outbox.inline(query.id, results, onward, _CACHE_S)
        event("inline", hits=len(results))

    def _results(self, talk: Talk, text: str, first: int) -> list[InlineQueryResultArticle]:
        try:
            search = read_search(text)
            query = Query(search.words, first + _PAGE_HITS, search.filters)
            hits = self._desk.service.search(query).hits
        except (SearchError, QuestionError):
            return []
        return [self._article(talk, hit) for hit in hits[first:]]

    def _article(self, talk: Talk, hit: Hit) -> InlineQueryResultArticle:
        writer = self._desk.writer(talk)
        kind = talk.say(f"kind_{hit.passage.kind.value}")
        beginning = " ".join(hit.passage.text.split())[:_DESCRIPTION_CHARS]
        link = self._desk.link(hit.passage.id)
        return InlineQueryResultArticle(
            id=digest(hit.passage.id),
            title=writer.citation_line(hit),
            description=f"{kind}: {beginning}",
            input_message_content=InputTextMessageContent(
                writer.inline(hit),
                parse_mode=ParseMode.HTML,
                link_preview_options=LinkPreviewOptions(is_disabled=True),
            ),
            reply_markup=InlineKeyboardMarkup(
                [[InlineKeyboardButton(talk.say("button_whole"), url=link)]]
            ),
        )

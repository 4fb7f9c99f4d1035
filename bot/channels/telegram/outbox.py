"""Everything that goes to Telegram: each message arrives exactly once.

A connection that breaks does not tell whether the message was taken. So before a message is sent
again, the ids that it may have got are looked at: setting the buttons that it has already is
refused with "message is not modified" where it is, and with something else where it is not.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from telegram import (
    BotCommand,
    BotCommandScope,
    InlineKeyboardMarkup,
    InlineQueryResult,
    InputFile,
    LinkPreviewOptions,
    ReplyParameters,
)
from telegram.constants import ChatAction, ParseMode
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    RetryAfter,
    TelegramError,
)

from bot.channels.telegram.connection import Connection
from bot.channels.telegram.http import NotSent
from bot.channels.telegram.ids import MessageIds
from bot.channels.telegram.ledger import Ledger
from bot.render.telegram import Button, Letter, Rows

__all__ = ["Delivery", "Outbox", "Place", "delivery"]

T = TypeVar("T")

PATIENCE_S = 600.0
"""How long a message is tried while Telegram cannot be reached."""
_FIRST_PAUSE_S = 0.05
_LONGEST_PAUSE_S = 10.0
_CHATS = 10_000

_REFUSED = (BadRequest, Forbidden, InvalidToken, ChatMigrated, Conflict)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message goes.

    Attributes:
        chat_id: the chat.
        thread_id: the topic within a forum, or None.
    """

    chat_id: int
    thread_id: int | None = None


@dataclass(slots=True)
class Delivery:
    """What is sent for one update, counted so that a second run knows what the first one sent."""

    update_id: int
    parts: int = 0

    def next_part(self) -> int:
        """Return the number of the next message, from 0."""
        self.parts += 1
        return self.parts - 1


delivery: ContextVar[Delivery | None] = ContextVar("delivery", default=None)
"""The update that is being dealt with."""


class Outbox:
    """Sends.

    Args:
        bot: the connection.
        ids: the message ids known so far.
        ledger: remembers across a restart what was sent.
    """

    def __init__(self, bot: Connection, ids: MessageIds, ledger: Ledger) -> None:
        self._bot = bot
        self._ids = ids
        self._ledger = ledger
        self._under_way = 0
        self._locks: OrderedDict[int, asyncio.Lock] = OrderedDict()

    async def send(self, place: Place, letter: Letter, reply_to: int | None = None) -> int:
        """Send a message; return its id.

        Raises:
            TelegramError: Telegram refuses it, or cannot be reached for `PATIENCE_S`.
        """
        async with self._lock(place.chat_id):
            return await self._send(place, letter, reply_to)

    async def send_all(
        self, place: Place, letters: Sequence[Letter], reply_to: int | None = None
    ) -> None:
        """Send messages that belong together, with none of another answer between them.

        Args:
            place: where to.
            letters: in order.
            reply_to: what the first one replies to, or None.
        """
        async with self._lock(place.chat_id):
            for number, letter in enumerate(letters):
                await self._send(place, letter, None if number else reply_to)

    async def _send(self, place: Place, letter: Letter, reply_to: int | None) -> int:
        parameters: dict[str, object] = {
            "chat_id": place.chat_id,
            "text": letter.html,
            "parse_mode": ParseMode.HTML.value,
            "message_thread_id": place.thread_id,
            "link_preview_options": {"is_disabled": True},
            "reply_markup": _keyboard(letter.rows),
        }
        if reply_to is not None:
            parameters["reply_parameters"] = {
                "message_id": reply_to,
                "allow_sending_without_reply": True,
            }

        async def attempt() -> int:
            return await self._bot.post_message(parameters)

        return await self._once(place, letter.rows, attempt)

    async def document(
        self, place: Place, name: str, data: bytes, reply_to: int | None = None
    ) -> int:
        """Send a document; return the message's id."""

        async def attempt() -> int:
            message = await self._bot.send_document(
                place.chat_id,
                InputFile(data, filename=name),
                message_thread_id=place.thread_id,
                reply_parameters=_reply_to(reply_to),
            )
            return message.message_id

        async with self._lock(place.chat_id):
            return await self._once(place, (), attempt)

    async def edit(self, place: Place, message_id: int, letter: Letter) -> None:
        """Put another text and other buttons into a message; one that is gone is left alone."""

        async def attempt() -> None:
            await self._bot.edit_message_text(
                letter.html,
                place.chat_id,
                message_id,
                parse_mode=ParseMode.HTML,
                reply_markup=_markup(letter.rows),
                link_preview_options=LinkPreviewOptions(is_disabled=True),
            )

        await self._harmlessly(attempt)

    async def set_buttons(
        self, place: Place, message_id: int, markup: InlineKeyboardMarkup | None
    ) -> None:
        """Put other buttons below a message; one that is gone is left alone."""

        async def attempt() -> None:
            await self._bot.edit_message_reply_markup(
                place.chat_id, message_id, reply_markup=markup
            )

        await self._harmlessly(attempt)

    async def toast(self, callback_id: str, text: str = "", *, alert: bool = False) -> None:
        """Answer the press of a button; one that is too old is left alone."""

        async def attempt() -> None:
            await self._bot.answer_callback_query(callback_id, text or None, show_alert=alert)

        await self._harmlessly(attempt)

    async def inline(
        self, query_id: str, results: Sequence[InlineQueryResult], next_offset: str, cache_s: int
    ) -> None:
        """Answer an inline query; one that is too old is left alone."""

        async def attempt() -> None:
            await self._bot.answer_inline_query(
                query_id, results, cache_time=cache_s, is_personal=True, next_offset=next_offset
            )

        await self._harmlessly(attempt)

    async def typing(self, place: Place) -> None:
        """Show that an answer is being looked for; tried once."""
        await self._bot.send_chat_action(
            place.chat_id, ChatAction.TYPING, message_thread_id=place.thread_id
        )

    async def commands(
        self, commands: Sequence[BotCommand], scope: BotCommandScope, language: str | None
    ) -> None:
        """Set a menu."""
        await _persist(
            lambda: self._bot.set_my_commands(commands, scope=scope, language_code=language)
        )

    async def fetch(self, file_id: str) -> bytes:
        """Return the bytes of a document that was sent."""

        async def attempt() -> bytes:
            file = await self._bot.get_file(file_id)
            return bytes(await file.download_as_bytearray())

        return await _persist(attempt)

    async def _once(
        self,
        place: Place,
        rows: Rows,
        attempt: Callable[[], Awaitable[int]],
    ) -> int:
        """Send exactly once, also when an earlier run of the program began to."""
        current = delivery.get()
        part = current.next_part() if current is not None else 0
        before = None if current is None else self._ledger.sending(current.update_id, part)
        if before is not None and before[1] is not None:
            return before[1]
        after = self._ids.newest(place.chat_id) if before is None else before[0]

        async def arrived() -> int | None:
            return await self._find(place, _markup(rows), after)

        found = await arrived() if before is not None else None
        if found is None:
            if current is not None:
                self._ledger.begin(current.update_id, part, after)
            self._under_way += 1
            try:
                found = await _persist(attempt, arrived)
            finally:
                self._under_way -= 1
        self._ids.note(place.chat_id, found)
        if current is not None:
            self._ledger.sent(current.update_id, part, found)
        return found

    async def _find(
        self, place: Place, markup: InlineKeyboardMarkup | None, after: int
    ) -> int | None:
        """Return the id of the message with these buttons that was sent after another, if any."""
        for candidate in self._ids.candidates(place.chat_id, after, self._under_way):
            if await self._is_there(place.chat_id, candidate, markup):
                return candidate
        return None

    async def _is_there(
        self, chat_id: int, message_id: int, markup: InlineKeyboardMarkup | None
    ) -> bool:
        try:
            await _persist(
                lambda: self._bot.edit_message_reply_markup(
                    chat_id, message_id, reply_markup=markup
                )
            )
        except BadRequest as exc:
            return _is_unchanged(exc)
        return True

    async def _harmlessly(self, attempt: Callable[[], Awaitable[None]]) -> None:
        """Do what may be done twice; what it was about may be gone."""
        try:
            await _persist(attempt)
        except BadRequest as exc:
            text = str(exc).casefold()
            if not (_is_unchanged(exc) or "not found" in text or "too old" in text):
                raise

    def _lock(self, chat_id: int) -> asyncio.Lock:
        """Return the lock of a chat: two messages to one chat go one after the other."""
        lock = self._locks.pop(chat_id, None) or asyncio.Lock()
        self._locks[chat_id] = lock
        while len(self._locks) > _CHATS and not next(iter(self._locks.values())).locked():
            self._locks.popitem(last=False)
        return lock


async def _persist(
    attempt: Callable[[], Awaitable[T]],
    arrived: Callable[[], Awaitable[T | None]] | None = None,
) -> T:
    """Repeat an attempt until Telegram takes or refuses it.

    Args:
        attempt: what to do.
        arrived: finds out whether an attempt without an answer was taken nevertheless; None for
            what may be done twice.
    """
    clock = asyncio.get_running_loop().time
    give_up = clock() + PATIENCE_S
    pause_s = _FIRST_PAUSE_S
    while True:
        wait_s = pause_s
        try:
            return await attempt()
        except RetryAfter as exc:
            wait_s = _seconds(exc.retry_after)
            if clock() + wait_s > give_up:
                raise
        except _REFUSED:
            raise
        except TelegramError as exc:  # no connection, no answer, or one that is no JSON
            if arrived is not None and not isinstance(exc, NotSent):
                found = await arrived()
                if found is not None:
                    return found
            if clock() + wait_s > give_up:
                raise
            pause_s = min(pause_s * 2, _LONGEST_PAUSE_S)
        await asyncio.sleep(wait_s)


def _seconds(value: int | timedelta) -> float:
    return value.total_seconds() if isinstance(value, timedelta) else float(value)


def _is_unchanged(exc: BadRequest) -> bool:
    return "not modified" in str(exc).casefold()


def _markup(rows: Rows) -> InlineKeyboardMarkup | None:
    keyboard = _keyboard(rows)
    return None if keyboard is None else InlineKeyboardMarkup.de_json(keyboard, None)


def _keyboard(rows: Rows) -> dict[str, object] | None:
    """Return buttons as the Bot API has them."""
    if not rows:
        return None
    return {"inline_keyboard": [[_key(one) for one in row] for row in rows]}


def _key(one: Button) -> dict[str, str]:
    key = {"text": one.label}
    if one.url is not None:
        key["url"] = one.url
    if one.data is not None:
        key["callback_data"] = one.data
    return key


def _reply_to(message_id: int | None) -> ReplyParameters | None:
    if message_id is None:
        return None
    return ReplyParameters(message_id, allow_sending_without_reply=True)

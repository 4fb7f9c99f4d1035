"""What every handler works with, and whom it is talking to."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import ParamSpec, TypeVar

from telegram import CallbackQuery, Message, User
from telegram.error import TelegramError

from bot.access import Allowance, Role, Roles
from bot.catalogue import Catalogue, catalogue_for
from bot.channels.telegram.answering import Answering, Asked, AskingTwin, Written
from bot.channels.telegram.arrivals import Said
from bot.channels.telegram.data import Resolver
from bot.channels.telegram.ledger import Ledger
from bot.channels.telegram.outbox import Outbox, Place
from bot.channels.telegram.writers import deep_link, writer
from bot.feedback import FeedbackJournal
from bot.render.telegram import Letter, Writer
from bot.service import Service
from bot.settings import Settings
from bot.twin import TwinError

__all__ = ["Desk", "Talk", "talk_of_message", "talk_of_press", "talk_of_said", "today"]

P = ParamSpec("P")
T = TypeVar("T")

_MOMENT_S = 0.6
"""Work that takes longer than this is shown as typing."""
_TYPING_LASTS_S = 4.5


@dataclass(frozen=True, slots=True)
class Talk:
    """Who said something, and where to answer.

    Attributes:
        message_id: of what was said, or of the message whose button was pressed.
        private: whether nobody else reads along.
    """

    place: Place
    user_id: int
    message_id: int
    private: bool
    role: Role
    say: Catalogue


@dataclass(frozen=True, slots=True)
class Desk:
    """The parts of the channel.

    Attributes:
        threads: where questions are looked up, off the event loop.
        office: where admins' work is done, one piece at a time.
        answering: answers residents' questions, where there is no twin or it fails.
        twin: does so beside the program; None where the threads do.
        bot_name: user name, without @.
        bot_id: user id.
        started_s: when the program started, by the monotonic clock.
    """

    settings: Settings
    service: Service
    answering: Answering
    outbox: Outbox
    roles: Roles
    allowance: Allowance
    feedback: FeedbackJournal
    ledger: Ledger
    resolver: Resolver
    threads: Executor
    office: Executor
    bot_name: str
    bot_id: int
    twin: AskingTwin | None = None
    started_s: float = field(default_factory=time.monotonic)

    def writer(self, talk: Talk) -> Writer:
        """Return what writes in the person's language."""
        return writer(talk.say, self.settings, self.bot_name)

    def link(self, id: str) -> str:
        """Return the address that opens a reply or a passage in this bot."""
        return deep_link(self.bot_name, id)

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do work that takes a while, off the event loop."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self.threads, lambda: function(*args, **kwargs))

    async def look_up(
        self, place: Place, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Do work off the event loop, and show typing when it takes longer than a moment."""
        return await self._with_typing(place, self.run(function, *args, **kwargs))

    async def ask(self, talk: Talk, question: str) -> Written:
        """Return the messages that answer a question.

        Raises:
            VersionError: no index version can be opened.
        """
        asked = Asked(question, talk.say.language, self.bot_name)
        return await self._with_typing(talk.place, self._written(asked))

    async def _written(self, asked: Asked) -> Written:
        if self.twin is not None:
            with suppress(TwinError):
                return await self.twin.ask(asked)
        (written,) = await self.run(self.answering, [asked])
        return written

    async def _with_typing(self, place: Place, work: Coroutine[object, object, T]) -> T:
        # A timer, for what is done within a moment needs no task beside it.
        done = asyncio.Event()
        showing: list[asyncio.Task[None]] = []
        timer = asyncio.get_running_loop().call_later(
            _MOMENT_S,
            lambda: showing.append(asyncio.create_task(self._show_typing(place, done))),
        )
        try:
            return await work
        finally:
            timer.cancel()
            done.set()
            await asyncio.gather(*showing)

    async def _show_typing(self, place: Place, done: asyncio.Event) -> None:
        while not done.is_set():
            with suppress(TelegramError):  # no more than a courtesy
                await self.outbox.typing(place)
            with suppress(TimeoutError):
                async with asyncio.timeout(_TYPING_LASTS_S):
                    await done.wait()

    async def send(self, talk: Talk, letters: Sequence[Letter], *, reply: bool = False) -> None:
        """Send messages to whom one is talking to.

        Args:
            talk: the person.
            letters: in order.
            reply: whether the first shows what it is an answer to; in groups it always does.
        """
        reply_to = talk.message_id if reply or not talk.private else None
        await self.outbox.send_all(talk.place, letters, reply_to)

    async def tell(self, talk: Talk, key: str, **values: object) -> None:
        """Say one of the fixed texts."""
        await self.send(talk, self.writer(talk).text(talk.say(key, **values)))


def today() -> date:
    """Return the operator's own calendar day."""
    return date.today()  # noqa: DTZ011


def talk_of_message(message: Message, user: User, roles: Roles) -> Talk:
    """Return whom a message comes from."""
    thread = message.message_thread_id if message.is_topic_message else None
    return Talk(
        Place(message.chat.id, thread),
        user.id,
        message.message_id,
        message.chat.type == message.chat.PRIVATE,
        roles.of(user.id),
        catalogue_for(user.language_code),
    )


def talk_of_said(said: Said, roles: Roles) -> Talk:
    """Return who said something in private."""
    return Talk(
        Place(said.chat_id),
        said.user_id,
        said.message_id,
        True,
        roles.of(said.user_id),
        catalogue_for(said.language),
    )


def talk_of_press(query: CallbackQuery, roles: Roles) -> Talk | None:
    """Return who pressed a button; None for one below a message that was sent inline."""
    if query.message is None:
        return None
    chat = query.message.chat
    thread = None
    if isinstance(query.message, Message) and query.message.is_topic_message:
        thread = query.message.message_thread_id
    return Talk(
        Place(chat.id, thread),
        query.from_user.id,
        query.message.message_id,
        chat.type == chat.PRIVATE,
        roles.of(query.from_user.id),
        catalogue_for(query.from_user.language_code),
    )

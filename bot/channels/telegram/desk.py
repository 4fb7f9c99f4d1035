"""What every handler works with, and whom it is talking to."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import ParamSpec, TypeAlias, TypeVar

from telegram import CallbackQuery, Message, User
from telegram.error import TelegramError

from bot.access import Allowance, Role, Roles
from bot.catalogue import Catalogue, catalogue_for
from bot.channels.telegram.data import Action, Resolver, button, digest, link_payload, own_id
from bot.channels.telegram.ledger import Ledger
from bot.channels.telegram.outbox import Outbox, Place
from bot.feedback import FeedbackJournal
from bot.model import Answer
from bot.render.links import Links
from bot.render.telegram import Deeds, Letter, Writer
from bot.service import Service
from bot.settings import Settings
from bot.twin import Twin, TwinError

__all__ = [
    "AskingTwin",
    "Desk",
    "Talk",
    "answered",
    "talk_of_message",
    "talk_of_press",
    "today",
]

P = ParamSpec("P")
T = TypeVar("T")

AskingTwin: TypeAlias = Twin[str, tuple[Answer, str | None]]
"""Does what `answered` does."""

_HITS = 2
"""The hits beside those shown that an answer is given: whether there are more is all that is said
of them."""

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
        twin: answers residents' questions; None where the threads do.
        bot_name: user name, without @.
        bot_id: user id.
        started_s: when the program started, by the monotonic clock.
    """

    settings: Settings
    service: Service
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
        deeds = Deeds(
            whole=lambda reply_id: button(Action.WHOLE, digest(reply_id)),
            passage=_passage_button,
            file=lambda reply_id: button(Action.FILE, digest(reply_id)),
            vote=_vote_button,
            more=button(Action.MORE),
            page=lambda page: button(Action.PAGE, str(page)),
            link=self.link,
        )
        settings = self.settings
        return Writer(talk.say, Links(settings.public_url), deeds, settings.contact)

    def link(self, id: str) -> str:
        """Return the address that opens a reply or a passage in this bot."""
        reply_id, sign, _ = id.partition("#")
        return f"https://t.me/{self.bot_name}?start={link_payload(reply_id, id if sign else None)}"

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do work that takes a while, off the event loop."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self.threads, lambda: function(*args, **kwargs))

    async def look_up(
        self, place: Place, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Do work off the event loop, and show typing when it takes longer than a moment."""
        return await self._with_typing(place, self.run(function, *args, **kwargs))

    async def ask(self, place: Place, question: str) -> tuple[Answer, str | None]:
        """Find what answers a question, and the title of a newer reply on its matter, if any.

        Raises:
            VersionError: no index version can be opened.
        """
        return await self._with_typing(place, self._answered(question))

    async def _answered(self, question: str) -> tuple[Answer, str | None]:
        if self.twin is not None:
            with suppress(TwinError):
                return await self.twin.ask(question)
        return await self.run(answered, self.service, question)

    async def _with_typing(self, place: Place, coroutine: Coroutine[object, object, T]) -> T:
        work = asyncio.ensure_future(coroutine)
        wait_s = _MOMENT_S
        while not (await asyncio.wait([work], timeout=wait_s))[0]:
            with suppress(TelegramError):  # no more than a courtesy
                await self.outbox.typing(place)
            wait_s = _TYPING_LASTS_S
        return await work

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


def answered(service: Service, question: str) -> tuple[Answer, str | None]:
    """Return the answer that a resident is given, and the title of a newer reply, if any."""
    return service.ask_with_newer(question, limit=_HITS)


def today() -> date:
    """Return the operator's own calendar day."""
    return date.today()  # noqa: DTZ011


def _passage_button(passage_id: str) -> str:
    return button(Action.PASSAGE, digest(passage_id.partition("#")[0]), own_id(passage_id))


def _vote_button(helpful: bool, passage_id: str, decision: str, version: str) -> str:
    action = Action.HELPFUL if helpful else Action.NOT_HELPFUL
    reply = digest(passage_id.partition("#")[0]) if passage_id else ""
    own = own_id(passage_id) if passage_id else ""
    return button(action, reply, own, decision, version)


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

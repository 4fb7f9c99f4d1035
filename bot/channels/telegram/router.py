"""Which handler an update belongs to, and who may reach it.

A command that a person may not use does not exist for them: it is answered like any unknown one.
Staff and admin commands, buttons and files work in private chats only.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from telegram import CallbackQuery, Document, Message, User
from telegram.constants import FileSizeLimit
from telegram.error import Forbidden, TelegramError

from bot.access import Role
from bot.channels.telegram.admins import Admins
from bot.channels.telegram.arrivals import Arrival, Said
from bot.channels.telegram.data import Action, Pressed, read
from bot.channels.telegram.desk import (
    Desk,
    Talk,
    talk_of_message,
    talk_of_press,
    talk_of_said,
)
from bot.channels.telegram.inline import Inline
from bot.channels.telegram.menus import Menus
from bot.channels.telegram.residents import Residents, without_mention
from bot.channels.telegram.staff import Staff
from bot.logs import event, problem
from index.errors import EncoderUnavailable, VersionError

__all__ = ["Command", "Router"]

_COMMAND = re.compile(r"/(\w{1,40})(?:@(\w+))?(?:\s+(.*))?", re.DOTALL)

_STAFF_ACTIONS = frozenset({Action.PAGE, Action.FILE})
_ADMIN_ACTIONS = frozenset(
    {
        Action.PUBLISH_UPLOAD,
        Action.DRAFT_UPLOAD,
        Action.CANCEL_UPLOAD,
        Action.SIMILAR_UPLOAD,
        Action.PUBLISH,
    }
)


@dataclass(frozen=True, slots=True)
class Command:
    """What a command does, and from which role on it exists."""

    role: Role
    run: Callable[[Talk, str], Awaitable[None]]


class Router:
    """Deals with updates.

    Args:
        desk: the parts of the channel.
        admins: the admins' handlers.
        menus: gives staff and admins their menus.
    """

    def __init__(self, desk: Desk, admins: Admins, menus: Menus) -> None:
        self._desk = desk
        self._residents = Residents(desk)
        self._staff = Staff(desk)
        self._admins = admins
        self._inline = Inline(desk)
        self._menus = menus
        self._commands = self._table()

    def _table(self) -> Mapping[str, Command]:
        everyone, staff, admins = self._residents, self._staff, self._admins
        table = {
            "start": (Role.RESIDENT, self._start),
            "hjalp help hjälp": (Role.RESIDENT, everyone.help),
            "om about": (Role.RESIDENT, everyone.about),
            "integritet privacy": (Role.RESIDENT, everyone.privacy),
            "sok sök": (Role.STAFF, staff.search),
            "svar": (Role.STAFF, staff.show),
            "utkast": (Role.ADMIN, admins.drafts),
            "publicera": (Role.ADMIN, admins.publish),
            "dra_tillbaka": (Role.ADMIN, admins.withdraw),
            "indexera": (Role.ADMIN, admins.reindex),
            "versioner": (Role.ADMIN, admins.versions),
            "aterstall återställ": (Role.ADMIN, admins.rollback),
            "status": (Role.ADMIN, admins.status),
        }
        return {
            name: Command(role, run)
            for names, (role, run) in table.items()
            for name in names.split()
        }

    async def handle(self, arrival: Arrival) -> None:
        """Deal with an update; what goes wrong becomes one polite line with an error id."""
        talk: Talk | None = None
        update = arrival.content
        try:
            if isinstance(update, Said):
                talk = talk_of_said(update, self._desk.roles)
                await self._private_text(talk, update.text)
            elif update.inline_query is not None:
                await self._inline.answer(update.inline_query)
            elif update.callback_query is not None:
                talk = talk_of_press(update.callback_query, self._desk.roles)
                await self._press(talk, update.callback_query)
            elif update.message is not None:
                user = update.message.from_user
                if user is None or user.is_bot or _is_own(update.message, self._desk):
                    return
                talk = talk_of_message(update.message, user, self._desk.roles)
                await self._message(talk, update.message, user)
        except asyncio.CancelledError:
            raise
        except Forbidden:
            event("not allowed to write there")  # the person has stopped the bot
        except (VersionError, EncoderUnavailable) as exc:
            problem("no index", exc)
            await self._apologise(talk, "no_index")
        except Exception as exc:
            error_id = problem("error", exc)
            self._desk.ledger.note("last error", error_id)
            await self._apologise(talk, "error", id=error_id)

    async def _apologise(self, talk: Talk | None, key: str, **values: object) -> None:
        if talk is None:
            return
        try:
            await self._desk.tell(talk, key, **values)
        except TelegramError as exc:
            problem("apology not sent", exc)

    async def _start(self, talk: Talk, payload: str) -> None:
        if talk.private and talk.role > Role.RESIDENT:
            await self._menus.give(talk.user_id)
        await self._residents.start(talk, payload)

    async def _message(self, talk: Talk, message: Message, user: User) -> None:
        text = message.text
        if text is None:
            await self._other(talk, message)
        elif talk.private:
            await self._private_text(talk, text)
        elif (command := _COMMAND.fullmatch(text.strip())) is not None:
            await self._command(talk, command)
        elif self._is_addressed(message):
            await self._residents.question(talk, without_mention(text, self._desk.bot_name))

    async def _private_text(self, talk: Talk, text: str) -> None:
        command = _COMMAND.fullmatch(text.strip())
        if command is not None:
            await self._command(talk, command)
        else:
            await self._residents.question(talk, text)

    async def _command(self, talk: Talk, match: re.Match[str]) -> None:
        name, bot_name, rest = match[1].casefold(), match[2], (match[3] or "").strip()
        named = bot_name is not None
        if named and bot_name.casefold() != self._desk.bot_name.casefold():
            return  # meant for another bot
        command = self._commands.get(name)
        if command is not None and command.role > Role.RESIDENT and not talk.private:
            command = None
        if command is not None and talk.role >= command.role:
            await command.run(talk, rest)
        elif talk.private or named:
            await self._desk.tell(talk, "unknown_command", command=f"/{match[1]}")

    async def _press(self, talk: Talk | None, query: CallbackQuery) -> None:
        pressed = read(query.data) if query.data else None
        if talk is None or pressed is None:
            await self._desk.outbox.toast(query.id)
            return
        if pressed.action in _ADMIN_ACTIONS:
            if talk.role >= Role.ADMIN and talk.private:
                await self._admin_press(talk, query, pressed)
                return
        elif pressed.action in _STAFF_ACTIONS:
            if talk.role >= Role.STAFF and talk.private:
                await self._staff.press(talk, query, pressed)
                return
        else:
            await self._residents.press(talk, query, pressed)
            return
        await self._desk.outbox.toast(query.id, talk.say("old_button"), alert=True)

    async def _admin_press(self, talk: Talk, query: CallbackQuery, pressed: Pressed) -> None:
        if pressed.action is not Action.SIMILAR_UPLOAD:
            await self._admins.press(talk, query, pressed)
            return
        path = self._admins.upload(pressed.arguments[0]) if pressed.arguments else None
        if path is None:
            await self._desk.outbox.toast(query.id, talk.say("upload_gone"), alert=True)
            return
        await self._desk.outbox.toast(query.id)
        data = await self._desk.run(path.read_bytes)
        await self._staff.similar(talk, path.name, data)

    async def _other(self, talk: Talk, message: Message) -> None:
        """Deal with what is not text: documents of staff, and a friendly line for the rest."""
        if message.document is not None and talk.private and talk.role >= Role.STAFF:
            await self._document(talk, message.document)
        elif not _is_said(message):
            return  # somebody joined, a message was pinned, …
        elif talk.private or self._is_addressed(message):
            await self._desk.tell(talk, "no_document" if message.document else "no_text")

    async def _document(self, talk: Talk, document: Document) -> None:
        limit = int(FileSizeLimit.FILESIZE_DOWNLOAD)
        if document.file_size is not None and document.file_size > limit:
            await self._desk.tell(talk, "too_large", limit=limit // 1_000_000)
            return
        name = document.file_name or talk.say("unnamed_document")
        data = await self._desk.outbox.fetch(document.file_id)
        if talk.role >= Role.ADMIN:
            await self._admins.document(talk, name, data)
        else:
            await self._desk.tell(talk, "similar_ask")
            await self._staff.similar(talk, name, data)

    def _is_addressed(self, message: Message) -> bool:
        """Whether a message in a group is meant for the bot: it is named, or replied to."""
        replied = message.reply_to_message
        if replied is not None and replied.from_user and replied.from_user.id == self._desk.bot_id:
            return True
        return f"@{self._desk.bot_name}".casefold() in (
            (message.text or message.caption or "").casefold()
        )


def _is_own(message: Message, desk: Desk) -> bool:
    """Whether a message is a passage that was chosen in inline mode, and no question."""
    return message.via_bot is not None and message.via_bot.id == desk.bot_id


def _is_said(message: Message) -> bool:
    """Whether a message was made by a person, and not by what happened in the chat."""
    return bool(message.effective_attachment)

"""The commands in each person's menu, by role; to others they do not exist."""

from __future__ import annotations

from telegram import (
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllGroupChats,
    BotCommandScopeChat,
    BotCommandScopeDefault,
)
from telegram.error import TelegramError

from bot.access import Role, Roles
from bot.catalogue import LANGUAGES, Catalogue, catalogue_for
from bot.channels.telegram.ledger import Ledger
from bot.channels.telegram.outbox import Outbox
from bot.logs import event

__all__ = ["Menus", "commands_for"]

_RESIDENT = {
    "sv": {"start": "menu_start", "hjalp": "menu_help", "om": "menu_about",
           "integritet": "menu_privacy"},
    "en": {"start": "menu_start", "help": "menu_help", "about": "menu_about",
           "privacy": "menu_privacy"},
}  # fmt: skip
_STAFF = {"sok": "menu_search", "svar": "menu_show"}
_ADMIN = {
    "utkast": "menu_drafts",
    "publicera": "menu_publish",
    "dra_tillbaka": "menu_withdraw",
    "indexera": "menu_reindex",
    "versioner": "menu_versions",
    "aterstall": "menu_rollback",
    "status": "menu_status",
}


def commands_for(role: Role, say: Catalogue) -> list[BotCommand]:
    """Return the commands that a person of a role has."""
    keys = dict(_RESIDENT[say.language])
    if role >= Role.STAFF:
        keys |= _STAFF
    if role >= Role.ADMIN:
        keys |= _ADMIN
    return [BotCommand(name, say(key)) for name, key in keys.items()]


class Menus:
    """Sets the menus.

    Args:
        outbox: sends.
        roles: who is who.
        ledger: remembers who was given a menu, so that it can be taken back.
    """

    def __init__(self, outbox: Outbox, roles: Roles, ledger: Ledger) -> None:
        self._outbox = outbox
        self._roles = roles
        self._ledger = ledger

    async def set_all(self) -> None:
        """Set everyone's menu, and take back those of people who lost their role."""
        for scope in (BotCommandScopeDefault(), BotCommandScopeAllGroupChats()):
            await self._set(scope, Role.RESIDENT)
        with_role = self._roles.staff | self._roles.admins
        for user_id in sorted(with_role | self._ledger.menus()):
            await self.give(user_id)

    async def give(self, user_id: int) -> None:
        """Set one person's menu."""
        role = self._roles.of(user_id)
        if await self._set(BotCommandScopeChat(user_id), role):
            self._ledger.set_menu(user_id, role > Role.RESIDENT)

    async def _set(self, scope: BotCommandScope, role: Role) -> bool:
        """Set a menu in each language; one that has never written to the bot gets none yet."""
        try:
            for language in LANGUAGES:
                say = catalogue_for(language)
                code = None if language == LANGUAGES[0] else language
                await self._outbox.commands(commands_for(role, say), scope, code)
        except TelegramError as exc:
            event("menu not set", role=role.name.lower(), kind=type(exc).__name__)
            return False
        return True

"""The channel as a whole: connect, take updates by polling or webhook, and stop in good order."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass

from telegram import User
from telegram.error import InvalidToken, TelegramError

from bot.access import Allowance, Roles
from bot.audit import AuditLog
from bot.channels.telegram.admins import Admins
from bot.channels.telegram.answering import Answering, AskingTwin
from bot.channels.telegram.connection import Connection, connection
from bot.channels.telegram.data import Resolver
from bot.channels.telegram.desk import Desk
from bot.channels.telegram.dispatcher import Dispatcher
from bot.channels.telegram.http import HttpRequest
from bot.channels.telegram.ids import MessageIds
from bot.channels.telegram.inbox import Inbox
from bot.channels.telegram.ledger import Ledger
from bot.channels.telegram.menus import Menus
from bot.channels.telegram.outbox import Outbox
from bot.channels.telegram.polling import UPDATES, Polling
from bot.channels.telegram.router import Router
from bot.channels.telegram.webhook import WebhookServer
from bot.errors import ChannelError, ConfigError
from bot.feedback import FeedbackJournal
from bot.logs import event
from bot.office import Office
from bot.service import Service
from bot.settings import SECRETS, Settings

__all__ = ["TelegramChannel"]

GRACE_S = 20.0
"""How long what is under way may take after the signal to stop."""

_THREADS = max(2, min(4, os.cpu_count() or 2))
_FIRST_PAUSE_S = 1.0
_LONGEST_PAUSE_S = 30.0
_WEBHOOK_CONNECTIONS = 100


@dataclass(slots=True)
class TelegramChannel:
    """The Telegram channel of one home.

    Attributes:
        settings: with a token.
        service: answers staff and links.
        answering: answers residents.
        twin: does so beside it, where there is one.
    """

    settings: Settings
    service: Service
    answering: Answering
    twin: AskingTwin | None = None
    _state: str = "starting"
    _polling: Polling | None = None

    @property
    def state(self) -> str:
        """What the channel is doing: `starting`, `connected` or `not connected`."""
        if self._polling is not None and not self._polling.connected:
            return "not connected"
        return self._state

    async def run(self, stop: asyncio.Event) -> None:
        """Serve until told to stop; then finish what is under way.

        Raises:
            ChannelError: the token is wrong, or was revoked.
            ConfigError: a webhook without a secret.
            PortError: the webhook's address cannot be listened at.
        """
        webhook = self.settings.telegram.webhook
        if webhook.url is not None and webhook.secret is None:
            name = "KOMMUNSVAR_TELEGRAM_WEBHOOK_SECRET"
            raise ConfigError(name, webhook.secret, f"a secret of your own: {SECRETS[name]}")
        bot, updates = connection(self.settings.telegram)
        threads = ThreadPoolExecutor(_THREADS, "questions")
        office = ThreadPoolExecutor(1, "office")
        administering = Office(self.settings)
        try:
            me = await _first_contact(bot, stop)
            if me is not None:
                await self._serve(bot, updates, me, (threads, office), administering, stop)
        finally:
            threads.shutdown(wait=False, cancel_futures=True)
            office.shutdown(wait=False, cancel_futures=True)
            administering.close()
            with suppress(TelegramError):
                await bot.shutdown()

    async def _serve(
        self,
        bot: Connection,
        updates: HttpRequest,
        me: User,
        executors: tuple[ThreadPoolExecutor, ThreadPoolExecutor],
        administering: Office,
        stop: asyncio.Event,
    ) -> None:
        settings = self.settings
        threads, office = executors
        ids = MessageIds()
        soon = asyncio.get_running_loop().call_soon
        ledger = Ledger(settings.home / "journal" / "telegram.sqlite", soon=soon)
        ledger.belong_to(me.id)
        outbox = Outbox(bot, ids, ledger)
        roles = Roles(frozenset(settings.telegram.staff), frozenset(settings.telegram.admins))
        desk = Desk(
            settings=settings,
            service=self.service,
            answering=self.answering,
            outbox=outbox,
            roles=roles,
            allowance=Allowance(settings.telegram.questions_per_minute),
            feedback=FeedbackJournal(settings.home / "journal" / "feedback.sqlite"),
            ledger=ledger,
            resolver=Resolver(self.service.reply_ids),
            threads=threads,
            office=office,
            bot_name=me.username or "",
            bot_id=me.id,
            twin=self.twin,
        )

        audit = AuditLog(settings.home / "journal" / "audit.jsonl")
        inbox = Inbox(settings.home / "inbox")
        menus = Menus(outbox, roles, ledger)
        router = Router(desk, Admins(desk, administering, audit, inbox), menus)
        dispatcher = Dispatcher(router.handle, ledger, ids)
        background = [
            asyncio.create_task(menus.set_all()),
            asyncio.create_task(_sweeping(inbox, ledger)),
        ]
        try:
            if settings.telegram.webhook.url is None:
                await self._poll(bot, updates, dispatcher, stop)
            else:
                await self._listen(bot, dispatcher, stop)
        finally:
            for task in background:
                task.cancel()
            left = await dispatcher.finish(GRACE_S)
            event("stopped", given_up=left)
            ledger.close()

    async def _poll(
        self, bot: Connection, updates: HttpRequest, dispatcher: Dispatcher, stop: asyncio.Event
    ) -> None:
        await _until_done(lambda: bot.delete_webhook(drop_pending_updates=False), stop)
        self._polling = Polling(bot, updates, dispatcher)
        self._state = "connected"
        event("started", mode="polling")
        polling = asyncio.create_task(self._polling.run())
        stopping = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait([polling, stopping], return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopping.cancel()
            polling.cancel()
            with suppress(asyncio.CancelledError):
                await polling

    async def _listen(self, bot: Connection, dispatcher: Dispatcher, stop: asyncio.Event) -> None:
        webhook = self.settings.telegram.webhook
        if webhook.secret is None or webhook.url is None:  # said in `run`
            raise ChannelError("a webhook needs an address and a secret")
        url, secret = webhook.url, webhook.secret.reveal()
        server = WebhookServer(bot, dispatcher, secret)
        await server.start(webhook.listen)
        await _until_done(
            lambda: bot.set_webhook(
                url,
                secret_token=secret,
                allowed_updates=UPDATES,
                max_connections=_WEBHOOK_CONNECTIONS,
                drop_pending_updates=False,
            ),
            stop,
        )
        self._state = "connected"
        event("started", mode="webhook", listen=str(webhook.listen))
        await stop.wait()
        await server.close()
        await dispatcher.finish(GRACE_S)
        await server.stop()


async def _first_contact(bot: Connection, stop: asyncio.Event) -> User | None:
    """Wait until Telegram answers; return who the bot is, or None when told to stop.

    Raises:
        ChannelError: the token is wrong.
    """
    pause_s = _FIRST_PAUSE_S
    while not stop.is_set():
        try:
            await bot.initialize()
        except InvalidToken as exc:
            raise ChannelError(
                "Telegram does not know the token in KOMMUNSVAR_TELEGRAM_TOKEN; @BotFather shows"
                " it with /mybots"
            ) from exc
        except TelegramError as exc:
            event(
                "Telegram cannot be reached",
                logging.WARNING,
                kind=type(exc).__name__,
                again_in_s=pause_s,
            )
            with suppress(TimeoutError):
                async with asyncio.timeout(pause_s):
                    await stop.wait()
            pause_s = min(pause_s * 2, _LONGEST_PAUSE_S)
        else:
            return bot.bot
    return None


async def _until_done(call: Callable[[], Awaitable[object]], stop: asyncio.Event) -> None:
    """Repeat a call that may be made twice, until Telegram takes it or the program stops."""
    pause_s = _FIRST_PAUSE_S
    while not stop.is_set():
        try:
            await call()
        except InvalidToken as exc:
            raise ChannelError("Telegram does not know the token") from exc
        except TelegramError as exc:
            event("not set up yet", logging.WARNING, kind=type(exc).__name__, again_in_s=pause_s)
            with suppress(TimeoutError):
                async with asyncio.timeout(pause_s):
                    await stop.wait()
            pause_s = min(pause_s * 2, _LONGEST_PAUSE_S)
        else:
            return


async def _sweeping(inbox: Inbox, ledger: Ledger) -> None:
    """Forget old documents and serial numbers, now and every hour."""
    while True:
        await asyncio.to_thread(inbox.sweep)
        await asyncio.to_thread(ledger.sweep)
        await asyncio.sleep(3600)

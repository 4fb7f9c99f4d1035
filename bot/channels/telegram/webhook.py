"""Telegram sends updates here; it is told "done" when they are, and sends them again otherwise."""

from __future__ import annotations

import asyncio
import hmac
import json

from aiohttp import web
from telegram import Bot

from bot.channels.telegram.arrivals import UNREADABLE, read
from bot.channels.telegram.dispatcher import Dispatcher
from bot.listening import Listener
from bot.setting_types import Address

__all__ = ["SECRET_HEADER", "WebhookServer"]

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
_PATIENCE_S = 45.0
"""Telegram gives up on a call after a minute, and makes it again."""


class WebhookServer:
    """Takes updates over HTTP, any path; behind something that speaks TLS.

    Args:
        bot: the connection.
        dispatcher: deals with what arrives.
        secret: what every call must carry.
    """

    def __init__(self, bot: Bot, dispatcher: Dispatcher, secret: str) -> None:
        self._bot = bot
        self._dispatcher = dispatcher
        self._secret = secret.encode()
        self._listener = Listener(self._answer)

    async def start(self, address: Address) -> None:
        """Begin to listen.

        Raises:
            PortError: the address is in use or not allowed.
        """
        await self._listener.start(address)

    async def close(self) -> None:
        """Take no new calls; those under way are still answered."""
        await self._listener.close()

    async def stop(self) -> None:
        """Close all connections."""
        await self._listener.stop()

    async def _answer(self, request: web.BaseRequest) -> web.Response:
        if request.method != "POST":
            return web.Response(status=405, headers={"Allow": "POST"})
        given = request.headers.get(SECRET_HEADER, "")
        if not hmac.compare_digest(given.encode(errors="replace"), self._secret):
            return web.Response(status=403)
        try:
            arrival = read(json.loads(await request.read()), self._bot)
        except UNREADABLE:
            return web.Response(status=400)
        task, _ = self._dispatcher.take(arrival)
        if task is not None:
            await asyncio.wait([task], timeout=_PATIENCE_S)
            if not task.done() or task.cancelled() or task.exception() is not None:
                return web.Response(status=503)  # it is sent again
        return web.Response()

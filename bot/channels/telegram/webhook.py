"""Telegram sends updates here; it is told "done" when they are, and sends them again otherwise."""

from __future__ import annotations

import asyncio
import hmac
import json

import tornado.httpserver
import tornado.web
from telegram import Bot, Update

from bot.channels.telegram.dispatcher import Dispatcher
from bot.health import listen
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
        self._parts = {"bot": bot, "dispatcher": dispatcher, "secret": secret}
        self._server: tornado.httpserver.HTTPServer | None = None

    def start(self, address: Address) -> None:
        """Begin to listen.

        Raises:
            PortError: the address is in use or not allowed.
        """
        routes = [(r"/.*", _Updates, self._parts)]
        self._server = listen(tornado.web.Application(routes, log_function=_silent), address)

    def close(self) -> None:
        """Take no new calls; those under way are still answered."""
        if self._server is not None:
            self._server.stop()

    async def stop(self) -> None:
        """Close all connections."""
        if self._server is not None:
            await self._server.close_all_connections()


def _silent(_handler: tornado.web.RequestHandler) -> None:
    """Write no line a request."""


class _Updates(tornado.web.RequestHandler):
    def initialize(self, bot: Bot, dispatcher: Dispatcher, secret: str) -> None:
        self._bot = bot
        self._dispatcher = dispatcher
        self._secret = secret

    async def post(self) -> None:
        given = self.request.headers.get(SECRET_HEADER, "")
        if not hmac.compare_digest(given.encode(), self._secret.encode()):
            self.send_error(403)
            return
        try:
            update = Update.de_json(json.loads(self.request.body), self._bot)
        except (ValueError, KeyError, TypeError, AttributeError):
            self.send_error(400)
            return
        task, _ = self._dispatcher.take(update)
        if task is not None:
            await asyncio.wait([task], timeout=_PATIENCE_S)
            if not task.done() or task.cancelled() or task.exception() is not None:
                self.send_error(503)  # it is sent again
                return
        self.finish()

    def write_error(self, status_code: int, **_: object) -> None:
        """Say nothing but the status."""
        self.finish()

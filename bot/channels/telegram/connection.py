"""The connection to the Bot API, set up for many small calls."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, cast

from telegram.ext import AIORateLimiter, BaseRateLimiter, ExtBot
from telegram.request import RequestData

from bot.channels.telegram.http import HttpRequest, PlainData
from bot.errors import ChannelError
from bot.settings import Telegram

if TYPE_CHECKING:
    from telegram._utils.types import JSONDict

__all__ = ["Connection", "connection"]

# Telegram's waiting times come as timedelta, as they will in the library's next major version.
os.environ.setdefault("PTB_TIMEDELTA", "1")

_CONNECTIONS = 16
"""Enough for what Telegram allows, thirty messages a second."""


class Connection(ExtBot[None]):
    """python-telegram-bot's bot, and a way to send messages that costs less."""

    __slots__ = ()

    async def post_message(self, parameters: dict[str, object]) -> int:
        """Send a message; return its id, the only part of the answer that is read.

        Args:
            parameters: of `sendMessage`, as the Bot API describes them; None for those left out.

        Raises:
            TelegramError: as with `send_message`.
        """
        if self.rate_limiter is None:
            answer = await self._send(parameters)
        else:
            answer = await self.rate_limiter.process_request(
                self._send, (parameters,), {}, "sendMessage", parameters, None
            )
        return int(cast("dict[str, Any]", answer)["message_id"])

    async def _send(self, parameters: dict[str, object]) -> bool | JSONDict | list[JSONDict]:
        """Make the call itself.

        `do_api_request`, the library's way for plain parameters, looks into each of them for
        objects to translate and for defaults: a third of what a message costs.
        """
        data = cast("RequestData", PlainData(parameters))
        return await self.request.post(f"{self.base_url}/sendMessage", data)


def connection(settings: Telegram) -> tuple[Connection, HttpRequest]:
    """Return the connection, not yet used, and what asks for updates.

    Raises:
        ChannelError: there is no token.
    """
    if settings.token is None:
        raise ChannelError("there is no Telegram token")
    limiter: BaseRateLimiter[None] | None = None
    if settings.rate_limit:
        # Waiting times are heeded by the outbox, which also knows what may be done twice.
        limiter = cast("BaseRateLimiter[None]", AIORateLimiter(max_retries=0))
    updates = HttpRequest(settings.api_url, connections=2)
    bot = Connection(
        settings.token.reveal(),
        base_url=f"{settings.api_url}/bot",
        base_file_url=f"{settings.api_url}/file/bot",
        request=HttpRequest(settings.api_url, _CONNECTIONS),
        get_updates_request=updates,
        rate_limiter=limiter,
    )
    return bot, updates

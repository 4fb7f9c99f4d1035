"""The connection to the Bot API, set up for many small calls."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from telegram.ext import AIORateLimiter, BaseRateLimiter, ExtBot
from telegram.request import BaseRequest, RequestData

from bot.channels.telegram.http import HttpRequest, PlainData
from bot.errors import ChannelError
from bot.settings import Telegram

if TYPE_CHECKING:
    from telegram._utils.types import JSONDict, ODVInput

__all__ = ["Connection", "UpdatesRequest", "connection"]

# Telegram's waiting times come as timedelta, as they will in the library's next major version.
os.environ.setdefault("PTB_TIMEDELTA", "1")

_CONNECTIONS = 16
"""Enough for what Telegram allows, thirty messages a second."""


class UpdatesRequest(HttpRequest):
    """Asks for updates, and takes those out of the answer that are known already.

    An update that is under way comes again with every answer; reading it costs more than asking.

    Attributes:
        is_known: told the id of an update.
    """

    __slots__ = ("is_known",)

    def __init__(self, api_url: str) -> None:
        super().__init__(api_url, connections=2)
        self.is_known: Callable[[int], bool] = lambda _: False

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        write_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        connect_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        pool_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Ask; see `HttpRequest.do_request`."""
        status, payload = await super().do_request(
            url, method, request_data, read_timeout, write_timeout, connect_timeout, pool_timeout
        )
        return status, self._without_known(payload) if status == 200 else payload

    def _without_known(self, payload: bytes) -> bytes:
        try:
            answer = json.loads(payload)
            new = [one for one in answer["result"] if not self.is_known(one["update_id"])]
        except (ValueError, KeyError, TypeError):
            return payload  # the library says what is wrong with it
        if len(new) == len(answer["result"]):
            return payload
        return json.dumps({**answer, "result": new}).encode()


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


def connection(settings: Telegram) -> tuple[Connection, UpdatesRequest]:
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
    updates = UpdatesRequest(settings.api_url)
    bot = Connection(
        settings.token.reveal(),
        base_url=f"{settings.api_url}/bot",
        base_file_url=f"{settings.api_url}/file/bot",
        request=HttpRequest(settings.api_url, _CONNECTIONS),
        get_updates_request=updates,
        rate_limiter=limiter,
    )
    return bot, updates

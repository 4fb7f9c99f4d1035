"""Asks Telegram for updates; an update is confirmed when it is dealt with, not when it arrives.

So nothing is lost when the program is killed: what was under way arrives again, and the ledger
knows what of it was sent.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

from telegram import Bot, Update
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.channels.telegram.arrivals import UNREADABLE, read
from bot.channels.telegram.dispatcher import Dispatcher
from bot.channels.telegram.http import HttpRequest, PlainData
from bot.errors import ChannelError
from bot.logs import event

if TYPE_CHECKING:
    from telegram.request import RequestData

__all__ = ["UPDATES", "Polling"]

UPDATES = (Update.MESSAGE, Update.CALLBACK_QUERY, Update.INLINE_QUERY)
"""The kinds of update that are asked for."""

_LONG_POLL_S = 25
_READ_TIMEOUT_S = 10
_FIRST_LOOK_S = 0.04
_LONGEST_LOOK_S = 0.3
_LONGEST_PAUSE_S = 30.0


class Polling:
    """The loop.

    Args:
        bot: the connection.
        request: what asks for updates.
        dispatcher: deals with what arrives.

    Attributes:
        connected_s: when Telegram answered last, by the monotonic clock; it did just before.
    """

    def __init__(self, bot: Bot, request: HttpRequest, dispatcher: Dispatcher) -> None:
        self._bot = bot
        self._request = request
        self._dispatcher = dispatcher
        self._next = 0
        self.connected_s = time.monotonic()

    @property
    def connected(self) -> bool:
        """Whether Telegram answered within the last minute."""
        return time.monotonic() - self.connected_s < 60

    async def run(self) -> None:
        """Ask until cancelled.

        Raises:
            ChannelError: the token was revoked.
        """
        pause_s, look_s = 1.0, _FIRST_LOOK_S
        while True:
            try:
                updates = await self._ask()
            except InvalidToken as exc:
                raise ChannelError("Telegram no longer accepts the token") from exc
            except TelegramError as exc:
                wait_s = _wait_s(exc, pause_s)
                event("no updates", logging.WARNING, kind=type(exc).__name__, again_in_s=wait_s)
                await asyncio.sleep(wait_s)
                pause_s = min(pause_s * 2, _LONGEST_PAUSE_S)
                continue
            pause_s = 1.0
            self.connected_s = time.monotonic()
            look_s = _FIRST_LOOK_S if self._take(updates) else min(look_s * 1.5, _LONGEST_LOOK_S)
            if self._dispatcher.unfinished:
                # What comes now waits for what is under way anyway, and asking costs time.
                await self._dispatcher.wait(look_s)

    async def _ask(self) -> Sequence[dict[str, Any]]:
        """Confirm what is done and return what is not, waiting for more when nothing is left."""
        unfinished = self._dispatcher.unfinished
        timeout_s = 0 if unfinished else _LONG_POLL_S
        parameters = PlainData(
            {
                "offset": min(unfinished, default=self._next) or None,
                "timeout": timeout_s,
                "allowed_updates": UPDATES,
            }
        )
        found = await self._request.post(
            f"{self._bot.base_url}/getUpdates",
            cast("RequestData", parameters),
            read_timeout=timeout_s + _READ_TIMEOUT_S,
        )
        return cast("list[dict[str, Any]]", found)

    def _take(self, updates: Sequence[dict[str, Any]]) -> bool:
        """Begin to deal with what is new; tell whether anything is.

        What is under way comes again with every answer; reading it would cost more than asking.
        """
        any_new = False
        for one in updates:
            number: int = one["update_id"]
            self._next = max(self._next, number + 1)
            if self._dispatcher.is_known(number):
                continue
            try:
                arrival = read(one, self._bot)
            except UNREADABLE as exc:  # it would come again and again, and the others behind it
                event("update not understood", logging.WARNING, kind=type(exc).__name__)
                self._dispatcher.skip(number)
                continue
            any_new |= self._dispatcher.take(arrival)[1]
        return any_new


def _wait_s(exc: TelegramError, pause_s: float) -> float:
    if isinstance(exc, RetryAfter):
        value = exc.retry_after
        return float(value) if isinstance(value, int) else value.total_seconds()
    if isinstance(exc, Conflict):  # another program asks with the same token
        return max(pause_s, 5.0)
    return pause_s

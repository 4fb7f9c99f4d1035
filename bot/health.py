"""Whether the program lives, and whether it is ready to answer, told at a local port.

`/health` answers as long as the program runs; `/ready` only when there is an index and the channel
is connected. Both answer JSON, 200 or 503.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from aiohttp import web

from bot.listening import Listener
from bot.setting_types import Address

__all__ = ["Health"]


class Health:
    """Answers at the health address.

    Args:
        state: what to tell: whether it is ready, and why not.
    """

    def __init__(self, state: Callable[[], Mapping[str, object]]) -> None:
        self._state = state
        self._listener = Listener(self._answer)

    async def start(self, address: Address) -> None:
        """Begin to answer.

        Raises:
            PortError: the address is in use or not allowed.
        """
        await self._listener.start(address)

    async def stop(self) -> None:
        """Answer no more."""
        await self._listener.stop()

    async def _answer(self, request: web.BaseRequest) -> web.Response:
        if request.path not in {"/health", "/ready"}:
            return web.Response(status=404)
        if request.method not in {"GET", "HEAD"}:
            return web.Response(status=405, headers={"Allow": "GET, HEAD"})
        if request.path == "/health":
            return web.json_response({"status": "ok"})
        state = self._state()
        return web.json_response(dict(state), status=200 if state["ready"] else 503)

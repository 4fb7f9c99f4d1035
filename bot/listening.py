"""Answering HTTP at an address of one's own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeAlias

from aiohttp import web

from bot.errors import PortError
from bot.setting_types import Address

__all__ = ["Handler", "Listener"]

Handler: TypeAlias = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]

_STOPPING_S = 1.0
"""How long a request may take once it was told to stop."""


class Listener:
    """A server with one handler for whatever is asked.

    No line is written for a request: addresses of people would stand in it.

    Args:
        handler: answers a request.
    """

    def __init__(self, handler: Handler) -> None:
        server = web.Server(handler, access_log=None)
        self._runner = web.ServerRunner(server, shutdown_timeout=_STOPPING_S)

    async def start(self, address: Address) -> None:
        """Begin to answer.

        Raises:
            PortError: the address is in use or not allowed.
        """
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, address.host, address.port).start()
        except OSError as exc:
            await self._runner.cleanup()
            raise PortError(str(address), exc.strerror or str(exc)) from exc

    async def close(self) -> None:
        """Take no new connections; requests under way are still answered."""
        for site in list(self._runner.sites):
            await site.stop()

    async def stop(self) -> None:
        """Close all connections."""
        await self._runner.cleanup()

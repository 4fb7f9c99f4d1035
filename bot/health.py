"""Whether the program lives, and whether it is ready to answer, told at a local port.

`/health` answers as long as the program runs; `/ready` only when there is an index and the channel
is connected. Both answer JSON, 200 or 503.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

import tornado.httpserver
import tornado.web

from bot.errors import PortError
from bot.setting_types import Address

__all__ = ["Health", "listen"]


class Health:
    """Answers at the health address.

    Args:
        state: what to tell: whether it is ready, and why not.
    """

    def __init__(self, state: Callable[[], Mapping[str, object]]) -> None:
        self._state = state
        self._server: tornado.httpserver.HTTPServer | None = None

    def start(self, address: Address) -> None:
        """Begin to answer.

        Raises:
            PortError: the address is in use or not allowed.
        """
        routes = [
            tornado.web.url(r"/health", _Alive),
            tornado.web.url(r"/ready", _Ready, {"state": self._state}),
        ]
        self._server = listen(tornado.web.Application([*routes], log_function=_silent), address)

    async def stop(self) -> None:
        """Answer no more."""
        if self._server is not None:
            self._server.stop()
            await self._server.close_all_connections()


def listen(app: tornado.web.Application, address: Address) -> tornado.httpserver.HTTPServer:
    """Serve an application.

    Raises:
        PortError: the address is in use or not allowed.
    """
    server = tornado.httpserver.HTTPServer(app, max_buffer_size=4 * 1024 * 1024)
    try:
        server.listen(address.port, address.host)
    except OSError as exc:
        raise PortError(str(address), exc.strerror or str(exc)) from exc
    return server


def _silent(_handler: tornado.web.RequestHandler) -> None:
    """Write no line a request: addresses of people stand in it."""


class _Alive(tornado.web.RequestHandler):
    def get(self) -> None:
        self.set_header("Content-Type", "application/json")
        self.finish(json.dumps({"status": "ok"}))


class _Ready(tornado.web.RequestHandler):
    def initialize(self, state: Callable[[], Mapping[str, object]]) -> None:
        self._state = state

    def get(self) -> None:
        state = self._state()
        self.set_status(200 if state["ready"] else 503)
        self.set_header("Content-Type", "application/json")
        self.finish(json.dumps(state, ensure_ascii=False))

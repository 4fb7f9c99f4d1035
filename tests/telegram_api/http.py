"""HTTP/1.1 for the Bot API server, kept small so that what it costs is not taken for the bot's.

Requests are parsed by httptools. An answer is one write; a connection can also be cut, before a
request is answered or while it waits.
"""

from __future__ import annotations

import asyncio
import socket
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import TypeAlias
from urllib.parse import unquote

import httptools

__all__ = ["Answer", "Handler", "HttpServer", "Request"]

_STOPPING_S = 2.0


@dataclass(frozen=True, slots=True)
class Request:
    """What a client asks.

    Attributes:
        path: decoded, without the query.
        hung_up: done when the client closes the connection.
    """

    method: str
    path: str
    query: str
    content_type: str
    body: bytes
    hung_up: asyncio.Future[None]


@dataclass(frozen=True, slots=True)
class Answer:
    """What it is answered."""

    status: int
    media_type: str
    body: bytes


Handler: TypeAlias = Callable[[Request], Awaitable[Answer | None]]
"""Answers a request; None cuts the connection."""


class HttpServer:
    """Answers on a socket.

    Args:
        handle: answers a request.
    """

    def __init__(self, handle: Handler) -> None:
        self._handle = handle
        self._connections: set[_Connection] = set()

    async def run(self, listener: socket.socket, stop: asyncio.Event) -> None:
        """Serve until told to stop; what is under way is answered, within two seconds."""
        loop = asyncio.get_running_loop()
        server = await loop.create_server(
            lambda: _Connection(self._handle, self._connections), sock=listener
        )
        await stop.wait()
        server.close()
        busy = [one.answering for one in self._connections if one.answering is not None]
        if busy:
            await asyncio.wait(busy, timeout=_STOPPING_S)
        for connection in tuple(self._connections):
            connection.cut()


class _Connection(asyncio.Protocol):
    """A connection; its requests are answered one after the other."""

    def __init__(self, handle: Handler, among: set[_Connection]) -> None:
        self.answering: asyncio.Task[None] | None = None
        self._handle = handle
        self._among = among
        self._waiting: deque[tuple[Request, bool]] = deque()
        self._hung_up: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._parser = httptools.HttpRequestParser(self)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._among.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._among.discard(self)
        self._waiting.clear()
        if not self._hung_up.done():
            self._hung_up.set_result(None)

    def data_received(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            self._write(Answer(400, "text/plain", b"Bad Request"), keep=False)

    def cut(self) -> None:
        """End the connection without another word."""
        self._transport.abort()

    # -- what the parser tells ----------------------------------------------------------------

    def on_message_begin(self) -> None:
        self._url = b""
        self._content_type = ""
        self._body: list[bytes] = []

    def on_url(self, url: bytes) -> None:
        self._url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        lower = name.lower()
        if lower == b"content-type":
            self._content_type = value.decode("latin-1")
        elif lower == b"expect":
            self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def on_body(self, body: bytes) -> None:
        self._body.append(body)

    def on_message_complete(self) -> None:
        url = httptools.parse_url(self._url)
        request = Request(
            self._parser.get_method().decode("ascii"),
            unquote((url.path or b"/").decode("ascii")),
            (url.query or b"").decode("ascii"),
            self._content_type,
            b"".join(self._body),
            self._hung_up,
        )
        self._waiting.append((request, self._parser.should_keep_alive()))
        if self.answering is None:
            self.answering = asyncio.get_running_loop().create_task(self._answer_all())

    async def _answer_all(self) -> None:
        try:
            while self._waiting:
                request, keep = self._waiting.popleft()
                answer = await self._handle(request)
                if answer is None:
                    self.cut()
                else:
                    self._write(answer, keep=keep)
        except BaseException:
            self.cut()
            raise
        finally:
            self.answering = None

    def _write(self, answer: Answer, *, keep: bool) -> None:
        if self._transport.is_closing():
            return
        head = (
            f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}\r\n"
            f"Content-Type: {answer.media_type}\r\n"
            f"Content-Length: {len(answer.body)}\r\n"
            f"Connection: {'keep-alive' if keep else 'close'}\r\n\r\n"
        )
        self._transport.write(head.encode("ascii") + answer.body)
        if not keep:
            self._transport.close()

"""HTTP/1.1 for the Bot API server, kept small so that what it costs is not taken for the bot's.

Parsed by httptools. What is sent is one write; what can be answered at once is, without a task. A
connection can also be cut, before a request is answered or while it waits.
"""

from __future__ import annotations

import asyncio
import socket
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import TypeAlias
from urllib.parse import unquote, urlsplit

import httptools

__all__ = ["Answer", "Handler", "HttpClient", "HttpServer", "Request"]

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


Handler: TypeAlias = Callable[[Request], Answer | Awaitable[Answer | None] | None]
"""Answers a request, at once or later; None cuts the connection."""


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
        if self.answering is None:
            self._answer_waiting()

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

    def _answer_waiting(self) -> None:
        while self._waiting:
            request, keep = self._waiting.popleft()
            answer = self._handle(request)
            if isinstance(answer, Awaitable):
                later = self._answer_later(answer, keep)
                self.answering = asyncio.get_running_loop().create_task(later)
                return
            self._send(answer, keep=keep)

    async def _answer_later(self, answer: Awaitable[Answer | None], keep: bool) -> None:
        try:
            self._send(await answer, keep=keep)
        except BaseException:
            self.cut()
            raise
        finally:
            self.answering = None
        self._answer_waiting()

    def _send(self, answer: Answer | None, *, keep: bool) -> None:
        if answer is None:
            self.cut()
        else:
            self._write(answer, keep=keep)

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


class HttpClient:
    """Posts, over connections that stay open, as many as are needed at once.

    Args:
        timeout_s: how long a post may take.
    """

    def __init__(self, timeout_s: float) -> None:
        self._timeout_s = timeout_s
        self._free: defaultdict[tuple[str, int, bool], list[_Posting]] = defaultdict(list)

    async def post(
        self, url: str, body: bytes, headers: Mapping[str, str]
    ) -> tuple[int, str] | None:
        """Post JSON; return the status and its words, None when the connection broke.

        Raises:
            OSError: there is no connection.
            TimeoutError: no whole answer in time.
        """
        parts = urlsplit(url)
        secure = parts.scheme == "https"
        place = (parts.hostname or "", parts.port or (443 if secure else 80), secure)
        target = parts._replace(scheme="", netloc="", fragment="").geturl() or "/"
        fields = {"Host": parts.netloc, "Content-Type": "application/json", **headers}
        head = f"POST {target} HTTP/1.1\r\nContent-Length: {len(body)}\r\n" + "".join(
            f"{name}: {value}\r\n" for name, value in fields.items()
        )
        async with asyncio.timeout(self._timeout_s):
            connection = await self._connection(place)
            try:
                answer = await connection.post(head.encode("ascii") + b"\r\n" + body)
            except BaseException:
                connection.cut()
                raise
        if connection.is_open:
            self._free[place].append(connection)
        return answer

    def close(self) -> None:
        """Close all connections that are not in use."""
        for connections in self._free.values():
            for connection in connections:
                connection.cut()
        self._free.clear()

    async def _connection(self, place: tuple[str, int, bool]) -> _Posting:
        free = self._free[place]
        while free:
            connection = free.pop()
            if connection.is_open:
                return connection
        host, port, secure = place
        loop = asyncio.get_running_loop()
        _, made = await loop.create_connection(_Posting, host, port, ssl=secure or None)
        return made


class _Posting(asyncio.Protocol):
    """A connection of the client's; one request at a time."""

    def __init__(self) -> None:
        self._answer: asyncio.Future[tuple[int, str] | None] | None = None

    @property
    def is_open(self) -> bool:
        """Whether another request may be made."""
        return not self._transport.is_closing()

    async def post(self, request: bytes) -> tuple[int, str] | None:
        """Send a request; return the answer's status and its words, None when it broke."""
        self._answer = asyncio.get_running_loop().create_future()
        self._parser = httptools.HttpResponseParser(self)
        self._words = b""
        self._transport.write(request)
        return await self._answer

    def cut(self) -> None:
        """End the connection without another word."""
        self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        self._done(None)

    def data_received(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            self.cut()

    def _done(self, answer: tuple[int, str] | None) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(answer)

    # -- what the parser tells ----------------------------------------------------------------

    def on_status(self, words: bytes) -> None:
        self._words += words

    def on_message_complete(self) -> None:
        if not self._parser.should_keep_alive():
            self._transport.close()
        self._done((self._parser.get_status_code(), self._words.decode("latin-1")))

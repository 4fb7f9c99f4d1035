"""HTTP to the Bot API: python-telegram-bot's form of a connection, over aiohttp.

Why not over httpx, which the library uses by itself: docs/adr/0019-aiohttp.md.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
from aiohttp.payload import BytesPayload
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

if TYPE_CHECKING:
    from telegram._utils.types import ODVInput

__all__ = ["HttpRequest", "NotSent", "PlainData"]

_CONNECT_S = 10.0
_WAIT_FOR_CONNECTION_S = 30.0
_READ_S = 15.0


class NotSent(NetworkError):
    """No connection came about, so Telegram knows nothing of the request."""


@dataclass(frozen=True, slots=True)
class PlainData:
    """Parameters of a call that are plain values; to `HttpRequest` as good as a `RequestData`.

    Attributes:
        given: by name; None for those left out.
    """

    given: Mapping[str, object]
    contains_files: ClassVar[bool] = False

    @property
    def parameters(self) -> dict[str, object]:
        """What is sent."""
        return {name: value for name, value in self.given.items() if value is not None}


class HttpRequest(BaseRequest):
    """Makes requests over connections that stay open; implements python-telegram-bot's base.

    Args:
        api_url: of the Bot API server, to choose the proxy of the environment by.
        connections: how many there may be at once.
    """

    __slots__ = ("_connections", "_proxy", "_session")

    def __init__(self, api_url: str, connections: int) -> None:
        self._connections = connections
        self._proxy = _proxy_for(api_url)
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        """How long an answer may take where nothing else is asked for, in seconds."""
        return _READ_S

    async def initialize(self) -> None:
        """Be ready for requests."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._connections, ttl_dns_cache=60),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": self.USER_AGENT},
                proxy=self._proxy,
            )

    async def shutdown(self) -> None:
        """Close all connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

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
        """Make a request; return its status and the bytes of the answer.

        Args:
            url: whole.
            method: of HTTP.
            request_data: sent as JSON, or as a form where there are files.
            read_timeout: seconds to wait for more of the answer.
            write_timeout: not heeded: a connection that takes nothing gives no answer either.
            connect_timeout: seconds until a connection stands.
            pool_timeout: seconds until a connection is free.

        Raises:
            NotSent: there was no connection.
            TimedOut: no answer in time.
            NetworkError: the connection broke.
        """
        if self._session is None:
            raise RuntimeError("not initialized")
        try:
            async with self._session.request(
                method,
                url,
                data=_body(request_data),
                timeout=_timeout(pool_timeout, connect_timeout, read_timeout),
                allow_redirects=False,
            ) as answer:
                return answer.status, await answer.read()
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as exc:
            raise NotSent(type(exc).__name__) from exc
        except TimeoutError as exc:
            raise TimedOut from exc
        except aiohttp.ClientError as exc:
            raise NetworkError(type(exc).__name__) from exc


@lru_cache
def _timeout(
    pool: ODVInput[float], connect: ODVInput[float], read: ODVInput[float]
) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(
        total=None,
        connect=_given(pool, _WAIT_FOR_CONNECTION_S),
        sock_connect=_given(connect, _CONNECT_S),
        sock_read=_given(read, _READ_S),
    )


def _given(value: ODVInput[float], usual: float) -> float | None:
    """Return a waiting time, or the usual one where none was given."""
    return value if value is None or isinstance(value, int | float) else usual


def _body(request_data: RequestData | None) -> BytesPayload | aiohttp.FormData | None:
    """Return what is sent, with its kind."""
    if request_data is None:
        return None
    if not request_data.contains_files:
        text = json.dumps(request_data.parameters, ensure_ascii=False)
        return BytesPayload(text.encode(), content_type="application/json")
    form = aiohttp.FormData(request_data.json_parameters, quote_fields=False)
    for name, (file_name, data, kind) in request_data.multipart_data.items():
        form.add_field(name, data, filename=file_name, content_type=kind)
    return form


def _proxy_for(url: str) -> str | None:
    """Return the proxy that the environment names for an address, or None."""
    parts = urlsplit(url)
    if not parts.hostname or proxy_bypass(parts.hostname):
        return None
    known = getproxies()
    return known.get(parts.scheme) or known.get("all")

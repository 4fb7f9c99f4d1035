"""What a setting may be: from a YAML value to a typed one.

Each function takes what stood in the file and raises ValueError when it cannot be.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

__all__ = ["Address", "address", "count", "switch", "text", "url", "user_ids"]


@dataclass(frozen=True, slots=True)
class Address:
    """Where to listen.

    Attributes:
        host: a name or an IP address.
        port: 0 to 65535; 0 lets the system choose.
    """

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def text(value: object) -> str:
    """Return text without white space around it."""
    if not isinstance(value, str) or not value.strip():
        raise ValueError(value)
    return value.strip()


def url(value: object) -> str:
    """Return a web address without a closing slash."""
    found = text(value).rstrip("/")
    parts = urlsplit(found)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise ValueError(value)
    return found


def address(value: object) -> Address:
    """Return where to listen, from HOST:PORT or [IPv6]:PORT."""
    host, colon, port = text(value).rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not colon or not host or not (port.isascii() and port.isdigit()) or int(port) > 65535:
        raise ValueError(value)
    return Address(host, int(port))


def user_ids(value: object) -> tuple[int, ...]:
    """Return Telegram user ids."""
    if not isinstance(value, list) or not all(type(item) is int and item > 0 for item in value):
        raise ValueError(value)
    return tuple(value)


def count(value: object) -> int:
    """Return a whole number, at least 0."""
    if type(value) is not int or value < 0:
        raise ValueError(value)
    return value


def switch(value: object) -> bool:
    """Return true or false."""
    if not isinstance(value, bool):
        raise ValueError(value)
    return value

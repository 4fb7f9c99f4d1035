"""What a button carries: at most 64 bytes that still mean something after a restart.

A reply's id may be long, so a digest of it stands in the button; it is looked up among the ids of
the record when the button is pressed.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from telegram.constants import InlineKeyboardButtonLimit

__all__ = ["Action", "Pressed", "Resolver", "button", "digest", "link_payload", "read"]

MAX_BYTES = int(InlineKeyboardButtonLimit.MAX_CALLBACK_DATA)
MAX_PAYLOAD = 64
"""Characters after `?start=`; Telegram allows A–Z, a–z, 0–9, _ and -."""

_PAYLOAD = re.compile(r"[a-z0-9-]+(?:_[A-Za-z0-9]+)?")


class Action(StrEnum):
    """What a button does."""

    WHOLE = "w"
    """The whole reply."""
    PASSAGE = "s"
    """One passage, with its source."""
    MORE = "m"
    """More hits for the question that the message replies to."""
    HELPFUL = "y"
    NOT_HELPFUL = "n"
    PAGE = "p"
    """Another page of the staff search that stands in the message."""
    FILE = "f"
    """The whole reply as a document, for staff."""
    PUBLISH_UPLOAD = "ip"
    DRAFT_UPLOAD = "id"
    CANCEL_UPLOAD = "ic"
    SIMILAR_UPLOAD = "is"
    PUBLISH = "pu"
    """Publish a draft."""


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button that was pressed.

    Attributes:
        arguments: as they were given to `button`.
    """

    action: Action
    arguments: tuple[str, ...]


def digest(text: str) -> str:
    """Return ten hexadecimal digits that stand for a text."""
    return hashlib.blake2b(text.encode(), digest_size=5).hexdigest()


def button(action: Action, *arguments: str) -> str:
    """Return what a button carries.

    Raises:
        ValueError: it does not fit into 64 bytes, or an argument holds a colon.
    """
    data = ":".join((action, *arguments))
    if len(data.encode()) > MAX_BYTES or any(":" in argument for argument in arguments):
        raise ValueError(data)
    return data


def read(data: str) -> Pressed | None:
    """Return what a button means, or None for one that this program did not make."""
    action, *arguments = data.split(":")
    return Pressed(Action(action), tuple(arguments)) if action in set(Action) else None


def own_id(passage_id: str) -> str:
    """Return a passage's id within its reply, short enough for a button."""
    own = passage_id.rpartition("#")[2]
    return own if len(own) <= 16 and own.isascii() and own.isalnum() else digest(own)


def link_payload(reply_id: str, passage_id: str | None = None) -> str:
    """Return what stands after `?start=` in a link to a reply or a passage."""
    tail = "" if passage_id is None else f"_{own_id(passage_id)}"
    readable = f"{reply_id}{tail}"
    return readable if len(readable) <= MAX_PAYLOAD else f"{digest(reply_id)}{tail}"


def read_payload(payload: str) -> tuple[str, str | None] | None:
    """Return the reply, by id or digest, and the passage that a link means; None for nonsense."""
    if not _PAYLOAD.fullmatch(payload):
        return None
    reply, underscore, passage = payload.partition("_")
    return reply, passage if underscore else None


class Resolver:
    """Finds the reply that a digest stands for.

    Args:
        ids: gives the ids of all replies; asked when a digest is not known yet.
    """

    def __init__(self, ids: Callable[[], Iterable[str]]) -> None:
        self._ids = ids
        self._known: dict[str, str] = {}

    def reply_id(self, given: str) -> str | None:
        """Return a reply's id from its digest, or the id itself; None when there is none such."""
        if given not in self._known:
            ids = tuple(self._ids())
            self._known = {digest(one): one for one in ids} | {one: one for one in ids}
        return self._known.get(given)

"""What arrives, read as far as it is needed.

Nearly all of it is what this is for: a text that somebody writes to the bot in private. The
library's `Message` has a hundred fields, and making one takes twenty times as long as reading the
five that such a text is dealt with by.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from telegram import Bot, Chat, Update

__all__ = ["UNREADABLE", "Arrival", "Said", "read"]

UNREADABLE = (KeyError, TypeError, ValueError, AttributeError)
"""What reading something raises that is no update."""

_NEEDED = frozenset({"message_id", "from", "chat", "date", "text"})
_PLAIN = _NEEDED | {"entities", "link_preview_options"}


@dataclass(frozen=True, slots=True)
class Said:
    """A text to the bot in private, and nothing else: no reply to something, not passed on.

    Attributes:
        chat_id: of the person's chat.
        language: the code that Telegram gives, or None.
    """

    chat_id: int
    message_id: int
    user_id: int
    language: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Arrival:
    """An update: what was said, or else all that Telegram tells."""

    update_id: int
    content: Said | Update

    @property
    def message(self) -> tuple[int, int] | None:
        """The chat and the id of the message that arrived; None for what is no message."""
        content = self.content
        if isinstance(content, Said):
            return content.chat_id, content.message_id
        message = content.message
        return None if message is None else (message.chat_id, message.message_id)

    @property
    def is_text(self) -> bool:
        """Whether it is a message with text."""
        content = self.content
        return isinstance(content, Said) or bool(content.message and content.message.text)

    @property
    def pressed_in(self) -> int | None:
        """The chat in which a button was pressed; None for anything else."""
        press = None if isinstance(self.content, Said) else self.content.callback_query
        return None if press is None or press.message is None else press.message.chat.id


def read(wire: Mapping[str, Any], bot: Bot | None) -> Arrival:
    """Read an update as Telegram sends it.

    Raises:
        UNREADABLE: it is none.
    """
    number: int = wire["update_id"]
    message = wire.get("message")
    said = None if message is None else _said(message)
    return Arrival(number, said or Update.de_json(dict(wire), bot))


def _said(message: Mapping[str, Any]) -> Said | None:
    if not _NEEDED <= message.keys() <= _PLAIN:
        return None
    chat, user = message["chat"], message["from"]
    if chat["type"] != Chat.PRIVATE or user["is_bot"]:
        return None
    return Said(
        chat["id"], message["message_id"], user["id"], user.get("language_code"), message["text"]
    )

"""A strict Bot API server of our own, and the person who writes to the bot through it."""

from tests.telegram_api.faults import Faults
from tests.telegram_api.person import (
    Button,
    CallbackOutcome,
    Entity,
    Group,
    InlineResult,
    InlineResults,
    Message,
    Person,
)
from tests.telegram_api.server import Call, TelegramApi

__all__ = [
    "Button",
    "Call",
    "CallbackOutcome",
    "Entity",
    "Faults",
    "Group",
    "InlineResult",
    "InlineResults",
    "Message",
    "Person",
    "TelegramApi",
]

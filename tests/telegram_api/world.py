"""What Telegram knows: chats and their messages, updates for the bot, files, commands."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.telegram_api.markup import EntityJson

Json = dict[str, Any]

ALL_UPDATES = frozenset({"message", "edited_message", "callback_query", "inline_query"}) | {
    "chosen_inline_result",
    "my_chat_member",
}
"""The kinds of update that are made here; none of them is off by default at Telegram."""


@dataclass(slots=True)
class Update:
    """An update that waits for the bot."""

    id: int
    wire: Json
    queue: object
    """Webhook deliveries of one queue are made in order, different queues side by side."""
    twice: bool


@dataclass(slots=True)
class Stored:
    """A message as Telegram keeps it."""

    wire: Json
    source: str
    """The text as sent, before it was parsed."""
    at_s: float
    edited: bool = False

    @property
    def content(self) -> tuple[str, list[EntityJson], Json | None]:
        """Return what an edit must change: text, entities, markup."""
        wire = self.wire
        prefix = "" if "text" in wire else "caption_"
        text: str = wire.get("text") or wire.get("caption") or ""
        entities: list[EntityJson] = wire.get(f"{prefix}entities") or []
        markup: Json | None = wire.get("reply_markup")
        return text, entities, markup


@dataclass(slots=True)
class Chat:
    """A private chat or a group; what the bot did in it, in order."""

    wire: Json
    changed: threading.Condition
    known: bool
    """The bot may write here: the person wrote first, or the group took it in."""
    blocked: bool = False
    messages: dict[int, Stored] = field(default_factory=dict)
    seen: list[Stored] = field(default_factory=list)
    """Snapshots of the bot's messages and edits, in the order in which they came."""
    read: int = 0
    actions: list[str] = field(default_factory=list)

    @property
    def id(self) -> int:
        """Return the chat's id."""
        return int(self.wire["id"])


@dataclass(slots=True)
class Callback:
    """A press of a button, until it is answered or too old."""

    made_s: float
    changed: threading.Condition
    answer: Json | None = None
    stale: bool = False
    refused: str | None = None


@dataclass(slots=True)
class InlineQuery:
    """An inline query, until it is answered or too old."""

    made_s: float
    changed: threading.Condition
    key: tuple[str, str]
    person_id: int
    answer: Json | None = None


@dataclass(slots=True)
class Webhook:
    """Where and how updates are delivered."""

    url: str
    secret: str | None
    max_connections: int
    last_error: str | None = None
    last_error_date: int = 0


@dataclass(slots=True)
class File:
    """A file that was sent."""

    id: str
    unique_id: str
    path: str
    name: str
    media_type: str
    data: bytes = field(repr=False)


class World:
    """The state of the server; every access holds `lock`."""

    def __init__(self, bot: Json, doubles_update: Callable[[], bool]) -> None:
        self.lock = threading.RLock()
        self.bot = bot
        self.chats: dict[int, Chat] = {}
        self.people: dict[int, Json] = {}
        self.callbacks: dict[str, Callback] = {}
        self.inline_queries: dict[str, InlineQuery] = {}
        self.inline_cache: dict[tuple[str, str, int | None], tuple[Json, float]] = {}
        self.inline_messages: dict[str, Stored] = {}
        self.files: dict[str, File] = {}
        self.commands: dict[tuple[str, int | None, int | None, str], list[Json]] = {}
        self.profile: dict[tuple[str, str], str] = {}
        self.webhook: Webhook | None = None
        self.allowed = ALL_UPDATES
        self.pending: list[Update] = []
        self.again: list[Update] = []
        self.on_update: Callable[[], None] = lambda: None
        self._doubles_update = doubles_update
        self._update_ids = itertools.count(700_000_001)
        self._message_ids = itertools.count(1)
        self._group_message_ids: dict[int, itertools.count[int]] = {}
        self._ids = itertools.count(1)

    def new_id(self, prefix: str) -> str:
        """Return an id that no other thing has."""
        return f"{prefix}{next(self._ids):08}"

    def new_message_id(self, chat: Chat) -> int:
        """Return the next message id: private chats share one sequence, groups have their own."""
        if chat.wire["type"] == "private":
            return next(self._message_ids)
        return next(self._group_message_ids.setdefault(chat.id, itertools.count(1)))

    def condition(self) -> threading.Condition:
        """Return a condition that uses the world's lock."""
        return threading.Condition(self.lock)

    def add_update(self, kind: str, content: Json, queue: object) -> None:
        """Queue an update, unless the bot asked for other kinds only."""
        with self.lock:
            if kind not in self.allowed:
                return
            number = next(self._update_ids)
            wire = {"update_id": number, kind: content}
            self.pending.append(Update(number, wire, queue, self._doubles_update()))
        self.on_update()

    def confirm(self, offset: int) -> None:
        """Forget the updates below an offset; a negative one counts from the end."""
        if offset < 0:
            del self.pending[: max(0, len(self.pending) + offset)]
            return
        for update in self.pending:
            if update.id < offset and update.twice:
                update.twice = False
                self.again.append(update)
        self.pending = [update for update in self.pending if update.id >= offset]

    def batch(self, limit: int) -> list[Json]:
        """Return the updates to deliver by polling, those that come again first."""
        taken = [*self.again, *self.pending][:limit]
        self.again = self.again[limit:]
        return [update.wire for update in taken]

    def drop_pending(self) -> None:
        """Forget all updates."""
        self.pending.clear()
        self.again.clear()

    def add_file(self, name: str, media_type: str, data: bytes) -> File:
        """Keep a file."""
        number = self.new_id("")
        suffix = name.rpartition(".")[2] if "." in name else "bin"
        file = File(
            f"BQACAgQ{number}",
            f"AgAD{number}",
            f"documents/file_{int(number)}.{suffix}",
            name,
            media_type,
            data,
        )
        self.files[file.id] = file
        return file

    def store(self, chat: Chat, wire: Json, source: str) -> Stored:
        """Put a message into a chat; return it."""
        stored = Stored(wire, source, time.monotonic())
        chat.messages[wire["message_id"]] = stored
        return stored

    def show(self, chat: Chat, stored: Stored) -> None:
        """Let people see a message of the bot's, new or edited."""
        chat.seen.append(Stored(dict(stored.wire), stored.source, time.monotonic(), stored.edited))
        chat.changed.notify_all()

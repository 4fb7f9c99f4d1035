"""The person's side: writes, presses, asks inline, and waits for what the bot answers."""

from __future__ import annotations

import mimetypes
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.telegram_api.markup import found_entities, utf16_length, utf16_slice
from tests.telegram_api.methods import MAX_TEXT_UNITS, document_json
from tests.telegram_api.world import Callback, Chat, InlineQuery, Json, Stored, World

_OUTSIDE: Json = {"id": 0, "type": "private"}
"""A chat that the bot is not in, where inline results are sent."""


@dataclass(frozen=True, slots=True)
class Entity:
    """A marked part of a message."""

    type: str
    text: str
    offset: int
    """In UTF-16 units, like the length."""
    length: int
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a message: one of the three does something."""

    text: str
    callback_data: str | None = None
    url: str | None = None
    switch_inline_query: str | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """A message of the bot's as it was when it came, or after that edit."""

    id: int
    chat_id: int
    text: str
    """Plain, as people read it; a document's caption."""
    html: str
    """As the bot sent it."""
    entities: tuple[Entity, ...]
    buttons: tuple[tuple[Button, ...], ...]
    document: tuple[str, bytes] | None
    edited: bool
    at_s: float
    """When it came, seconds on the monotonic clock."""
    reply_to: int | None = None
    inline_id: str | None = None

    @property
    def labels(self) -> list[str]:
        """Return the texts of all buttons, row by row."""
        return [button.text for row in self.buttons for button in row]

    @property
    def quotes(self) -> list[str]:
        """Return the texts of the quote blocks."""
        return [e.text for e in self.entities if e.type.endswith("blockquote")]

    def button(self, label_or_prefix: str) -> Button:
        """Return the button with this text, else the first that begins with it."""
        every = [button for row in self.buttons for button in row]
        found = [b for b in every if b.text == label_or_prefix]
        found += [b for b in every if b.text.startswith(label_or_prefix)]
        if not found:
            raise AssertionError(f"no button {label_or_prefix!r} among {self.labels}")
        return found[0]


@dataclass(frozen=True, slots=True)
class InlineResult:
    """An article that inline mode offers."""

    id: str
    title: str
    description: str
    text: str
    """What is sent when it is chosen, plain."""
    query: str
    wire: Json


class InlineResults(list[InlineResult]):
    """The answer to an inline query."""

    next_offset: str = ""
    button: Json | None = None


class CallbackOutcome:
    """What a press led to."""

    def __init__(self, press: Callback | None, button: Button) -> None:
        self._press = press
        self.button = button

    @property
    def answered(self) -> bool:
        """Whether the bot answered in time."""
        return self._press is not None and self._press.answer is not None

    @property
    def refused(self) -> str | None:
        """Return why an answer of the bot's was refused."""
        return self._press.refused if self._press else None

    @property
    def text(self) -> str:
        """Return the toast's text; empty without one."""
        return str(self._answer.get("text") or "")

    @property
    def alert(self) -> bool:
        """Whether the text must be dismissed."""
        return bool(self._answer.get("alert"))

    @property
    def url(self) -> str | None:
        """Return the address that opens, by the button itself or by the answer."""
        return self.button.url or self._answer.get("url")

    @property
    def switch_inline_query(self) -> str | None:
        """Return the inline query that the button begins."""
        return self.button.switch_inline_query

    def wait(self, timeout_s: float = 10.0) -> CallbackOutcome:
        """Wait until the bot has answered, or an answer was refused."""
        if self._press is not None:
            press = self._press
            with press.changed:
                done = press.changed.wait_for(
                    lambda: press.answer is not None or press.refused is not None, timeout_s
                )
            if not done:
                raise AssertionError(f"no answer to {self.button} within {timeout_s} s")
        return self

    @property
    def _answer(self) -> Json:
        return (self._press.answer if self._press else None) or {}


class Outbox:
    """A chat as the people in it see it: what the bot sent and edited, read one by one."""

    def __init__(self, world: World, wire: Json, *, known: bool) -> None:
        self._world = world
        with world.lock:
            self._chat = world.chats[wire["id"]] = Chat(wire, world.condition(), known)

    @property
    def chat(self) -> Chat:
        """Return the chat itself."""
        return self._chat

    def reply(self, timeout_s: float = 10.0) -> Message:
        """Return the next message or edit that was not read yet."""
        return self.replies(1, timeout_s)[0]

    def replies(self, n: int, timeout_s: float = 10.0) -> list[Message]:
        """Return the next n messages or edits that were not read yet."""
        chat = self._chat
        with chat.changed:
            if not chat.changed.wait_for(lambda: len(chat.seen) >= chat.read + n, timeout_s):
                unread = [_message(self._world, m).text for m in chat.seen[chat.read :]]
                raise AssertionError(
                    f"{len(unread)} of {n} messages in chat {chat.id} within {timeout_s} s: "
                    f"{unread}"
                )
            new = chat.seen[chat.read : chat.read + n]
            chat.read += n
            return [_message(self._world, stored) for stored in new]

    def unread(self) -> list[Message]:
        """Return what has come and was not read yet, and count it as read."""
        chat = self._chat
        with self._world.lock:
            new, chat.read = chat.seen[chat.read :], len(chat.seen)
            return [_message(self._world, stored) for stored in new]

    def nothing(self, within_s: float = 1.0) -> None:
        """Assert that nothing comes."""
        chat = self._chat
        with chat.changed:
            came = chat.changed.wait_for(lambda: len(chat.seen) > chat.read, within_s)
            if came:
                text = _message(self._world, chat.seen[chat.read]).text
                raise AssertionError(f"something came in chat {chat.id}: {text!r}")

    def history(self) -> list[Message]:
        """Return the bot's messages as they stand now, without those deleted."""
        with self._world.lock:
            return [
                _message(self._world, stored)
                for stored in self._chat.messages.values()
                if stored.wire["from"]["is_bot"]
            ]

    def wait_until(self, condition: Callable[[], bool], timeout_s: float = 10.0) -> None:
        """Wait until something holds; looked at whenever something happens in this chat."""
        with self._chat.changed:
            if not self._chat.changed.wait_for(condition, timeout_s):
                raise AssertionError(f"it did not come true within {timeout_s} s")

    @property
    def actions(self) -> list[str]:
        """Return the chat actions so far, "typing" for one."""
        with self._world.lock:
            return list(self._chat.actions)

    def sent_at_s(self, message_id: int) -> float:
        """Return when a message was sent, seconds on the monotonic clock."""
        with self._world.lock:
            return self._chat.messages[message_id].at_s


class Group(Outbox):
    """A group with the bot in it, which reads everything; people write with `send(…, to=group)`."""

    def __init__(self, world: World, id_: int, title: str) -> None:
        if id_ >= 0:
            raise ValueError("a group's id is negative")
        super().__init__(world, {"id": id_, "type": "supergroup", "title": title}, known=True)
        self.id = id_
        self.title = title

    def add_bot(self, by: Person) -> None:
        """Let a person take the bot into the group: two updates that need no answer."""
        with self._world.lock:
            self._chat.known, self._chat.blocked = True, False
            by.membership(self._chat, "left", "member")
            by.post({"new_chat_members": [self._world.bot]}, to=self)

    def remove_bot(self, by: Person) -> None:
        """Let a person throw the bot out."""
        with self._world.lock:
            self._chat.blocked = True
            by.membership(self._chat, "member", "kicked")


class Person(Outbox):
    """A person and their private chat with the bot."""

    def __init__(self, world: World, wire: Json) -> None:
        names = {key: wire[key] for key in ("first_name", "username") if key in wire}
        super().__init__(world, {"id": wire["id"], "type": "private"} | names, known=False)
        self.wire = wire
        self.id = int(wire["id"])

    # -- writing ----------------------------------------------------------------------------

    def send(
        self, text: str, *, to: Group | None = None, reply_to: Message | int | None = None
    ) -> int:
        """Write; return the message's id."""
        text = text.strip()
        if not 0 < utf16_length(text) <= MAX_TEXT_UNITS:
            raise ValueError("Telegram's apps send between 1 and 4096 UTF-16 units")
        return self.post(_written(text), to=to, reply_to=reply_to)

    def open_link(self, url: str) -> int:
        """Open t.me/<bot>?start=… and press START; return the message's id."""
        parts = urlsplit(url)
        bot = self._world.bot["username"]
        if parts.netloc not in {"t.me", "telegram.me"} or parts.path.strip("/") != bot:
            raise AssertionError(f"{url} does not lead to the bot")
        payload = parse_qs(parts.query).get("start", [""])[0]
        if payload and not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", payload):
            raise AssertionError(f"Telegram passes no such payload on: {payload!r}")
        return self.send(f"/start {payload}".strip())

    def edit(self, message_id: int, text: str) -> None:
        """Change a message of one's own in the private chat."""
        with self._world.lock:
            stored = self._chat.messages[message_id]
            kept = {k: v for k, v in stored.wire.items() if k not in {"text", "entities"}}
            stored.wire = kept | _written(text) | {"edit_date": int(time.time())}
            self._world.add_update("edited_message", stored.wire, self.id)

    def send_document(
        self,
        name: str,
        data: bytes,
        caption: str | None = None,
        *,
        media_type: str | None = None,
        to: Group | None = None,
    ) -> int:
        """Send a file; return the message's id."""
        guessed = mimetypes.guess_type(name)[0] or "application/octet-stream"
        with self._world.lock:
            file = self._world.add_file(name, media_type or guessed, data)
        content: Json = {
            "document": document_json(file.id, file.unique_id, name, file.media_type, len(data))
        }
        return self.post(content | ({"caption": caption} if caption else {}), to=to)

    def send_sticker(self) -> int:
        """Send a sticker."""
        return self.post({"sticker": self._file("webp") | {"type": "regular", "width": 512,
            "height": 512, "is_animated": False, "is_video": False, "emoji": "👍"}})  # fmt: skip

    def send_voice(self) -> int:
        """Send a voice message."""
        return self.post({"voice": self._file("ogg") | {"duration": 3}})

    def send_photo(self, caption: str | None = None) -> int:
        """Send a picture."""
        content: Json = {"photo": [self._file("jpg") | {"width": 90, "height": 60}]}
        return self.post(content | ({"caption": caption} if caption else {}))

    def post(
        self,
        content: Json,
        *,
        to: Group | None = None,
        reply_to: Message | int | None = None,
    ) -> int:
        """Put any message into a chat, as Telegram's JSON; return its id."""
        world = self._world
        chat = to.chat if to else self._chat
        with world.lock:
            chat.known = True
            if to is None:
                chat.blocked = False
            wire: Json = {
                "message_id": world.new_message_id(chat),
                "from": self.wire,
                "chat": chat.wire,
                "date": int(time.time()),
            } | content
            if reply_to is not None:
                target = reply_to if isinstance(reply_to, int) else reply_to.id
                original = chat.messages[target].wire
                wire["reply_to_message"] = {
                    key: value for key, value in original.items() if key != "reply_to_message"
                }
            world.store(chat, wire, content.get("text", ""))
            world.add_update("message", wire, chat.id)
        return int(wire["message_id"])

    def block(self) -> None:
        """Stop the bot from writing, until the person writes again."""
        with self._world.lock:
            self._chat.blocked = True
            self.membership(self._chat, "member", "kicked")

    def membership(self, chat: Chat, before: str, after: str) -> None:
        """Tell the bot that its place in a chat changed, by this person's hand."""

        def member(status: str) -> Json:
            until = {"until_date": 0} if status == "kicked" else {}
            return {"user": self._world.bot, "status": status} | until

        self._world.add_update(
            "my_chat_member",
            {
                "chat": chat.wire,
                "from": self.wire,
                "date": int(time.time()),
                "old_chat_member": member(before),
                "new_chat_member": member(after),
            },
            chat.id,
        )

    def _file(self, suffix: str) -> Json:
        with self._world.lock:
            file = self._world.add_file(f"file.{suffix}", "application/octet-stream", b"\0" * 64)
        return {"file_id": file.id, "file_unique_id": file.unique_id, "file_size": 64}

    # -- buttons ----------------------------------------------------------------------------

    def press(
        self,
        label_or_prefix: str,
        message: Message | None = None,
        *,
        to: Group | None = None,
        timeout_s: float = 10.0,
        wait: bool = True,
        stale: bool = False,
        inaccessible: bool = False,
    ) -> CallbackOutcome:
        """Press a button, and wait until the bot has answered.

        Args:
            label_or_prefix: the button's text, or how it begins.
            message: the message as this person sees it, maybe outdated; the newest message with
                such a button by default.
            to: the group whose messages are meant; the private chat by default.
            timeout_s: how long to wait for the answer, seconds.
            wait: False returns at once; the outcome's `wait` waits later.
            stale: the press reaches the bot too late to be answered.
            inaccessible: the message is too old for Telegram to give its text along.
        """
        chat = to.chat if to else self._chat
        with self._world.lock:
            if message is None:
                message = self._newest_with(chat, label_or_prefix)
            button = message.button(label_or_prefix)
            if button.callback_data is None:
                return CallbackOutcome(None, button)
            query_id = self._world.new_id("4382")
            press = Callback(time.monotonic(), self._world.condition(), stale=stale)
            self._world.callbacks[query_id] = press
            query: Json = {
                "id": query_id,
                "from": self.wire,
                "chat_instance": str(hash(chat.id)),
                "data": button.callback_data,
            }
            if message.inline_id:
                query["inline_message_id"] = message.inline_id
            else:
                chat = self._world.chats[message.chat_id]
                query["chat_instance"] = str(hash(chat.id))
                stored = chat.messages.get(message.id)
                gone = stored is None or inaccessible
                query["message"] = (
                    {"chat": chat.wire, "message_id": message.id, "date": 0}
                    if stored is None or gone
                    else stored.wire
                )
            self._world.add_update("callback_query", query, ("callback", self.id))
        outcome = CallbackOutcome(press, button)
        return outcome.wait(timeout_s) if wait else outcome

    def _newest_with(self, chat: Chat, label: str) -> Message:
        messages = [_message(self._world, m) for m in reversed(chat.messages.values())]
        for message in messages:
            if any(text.startswith(label) for text in message.labels):
                return message
        every = [message.labels for message in messages if message.labels]
        raise AssertionError(f"no button {label!r}; there are, newest first: {every}")

    # -- inline mode ------------------------------------------------------------------------

    def inline(self, query: str, offset: str = "", *, timeout_s: float = 10.0) -> InlineResults:
        """Type @bot and a query in some chat; return what is offered.

        As at Telegram, an earlier answer may be shown again while its cache time lasts: to
        everyone, unless it was personal.
        """
        world = self._world
        with world.lock:
            now_s = time.monotonic()
            for owner in (self.id, None):
                answer, until_s = world.inline_cache.get((query, offset, owner), ({}, 0.0))
                if until_s > now_s:
                    return _results(answer, query)
            query_id = world.new_id("7731")
            asked = InlineQuery(now_s, world.condition(), (query, offset), self.id)
            world.inline_queries[query_id] = asked
            wire = {"id": query_id, "from": self.wire, "query": query, "offset": offset}
            world.add_update("inline_query", wire | {"chat_type": "private"}, ("inline", self.id))
            if not asked.changed.wait_for(lambda: asked.answer is not None, timeout_s):
                raise AssertionError(f"no answer to the inline query {query!r} in {timeout_s} s")
            assert asked.answer is not None
            return _results(asked.answer, query)

    def choose(self, result: InlineResult, *, to: Outbox | None = None) -> Message:
        """Send an inline result, into a chat without the bot unless one is given."""
        world = self._world
        with world.lock:
            chat_wire = to.chat.wire if to else _OUTSIDE
            message_id = world.new_message_id(to.chat) if to else 1
            wire: Json = {
                "message_id": message_id,
                "from": self.wire,
                "chat": chat_wire,
                "date": int(time.time()),
                "via_bot": world.bot,
            } | result.wire["sent"]
            chosen = {"result_id": result.id, "from": self.wire, "query": result.query}
            stored = Stored(wire, result.wire["source"], time.monotonic())
            inline_id = None
            if "reply_markup" in wire:
                inline_id = chosen["inline_message_id"] = world.new_id("inline")
                world.inline_messages[inline_id] = stored
            if to is not None:
                to.chat.messages[message_id] = stored
                world.add_update("message", wire, to.chat.id)
            world.add_update("chosen_inline_result", chosen, ("chosen", self.id))
            return _message(world, stored, inline_id)

    def seen_inline(self, message: Message) -> Message:
        """Return an inline message as it stands now."""
        with self._world.lock:
            assert message.inline_id is not None
            return _message(
                self._world, self._world.inline_messages[message.inline_id], message.inline_id
            )

    # -- the menu ---------------------------------------------------------------------------

    def commands(self, to: Group | None = None) -> list[str]:
        """Return the commands that the menu shows this person, by Telegram's order of scopes."""
        return [str(command["command"]) for command in self.menu(to)]

    def menu(self, to: Group | None = None) -> list[Json]:
        """Return the commands of the menu with their descriptions."""
        chat_id = to.id if to else self.id
        language = str(self.wire.get("language_code", ""))
        scopes: list[tuple[str, int | None, int | None]] = (
            [
                ("chat_member", chat_id, self.id),
                ("chat", chat_id, None),
                ("all_group_chats", None, None),
            ]
            if to
            else [("chat", chat_id, None), ("all_private_chats", None, None)]
        )
        with self._world.lock:
            for scope in [*scopes, ("default", None, None)]:
                for code in dict.fromkeys((language, "")):
                    if found := self._world.commands.get((*scope, code)):
                        return found
        return []


def _written(text: str) -> Json:
    entities = found_entities(text)
    return {"text": text} | ({"entities": entities} if entities else {})


def _message(world: World, stored: Stored, inline_id: str | None = None) -> Message:
    wire = stored.wire
    text, entities, markup = stored.content
    document = None
    if "document" in wire:
        file = world.files[wire["document"]["file_id"]]
        document = (file.name, file.data)
    reply = wire.get("reply_to_message")
    return Message(
        id=wire["message_id"],
        chat_id=wire["chat"]["id"],
        text=text,
        html=stored.source,
        entities=tuple(_entities(text, entities)),
        buttons=tuple(
            tuple(_button(button) for button in row)
            for row in (markup or {}).get("inline_keyboard", [])
        ),
        document=document,
        edited=stored.edited,
        at_s=stored.at_s,
        reply_to=reply["message_id"] if reply else None,
        inline_id=inline_id,
    )


def _entities(text: str, entities: list[dict[str, Any]]) -> Iterator[Entity]:
    for entity in entities:
        offset, length = entity["offset"], entity["length"]
        yield Entity(
            entity["type"], utf16_slice(text, offset, length), offset, length, entity.get("url")
        )


def _button(wire: Json) -> Button:
    switch = wire.get("switch_inline_query", wire.get("switch_inline_query_current_chat"))
    if switch is None and "switch_inline_query_chosen_chat" in wire:
        switch = wire["switch_inline_query_chosen_chat"].get("query", "")
    return Button(wire["text"], wire.get("callback_data"), wire.get("url"), switch)


def _results(answer: Json, query: str) -> InlineResults:
    results = InlineResults(
        InlineResult(
            id=result["id"],
            title=result["title"],
            description=result.get("description", ""),
            text=result["sent"]["text"],
            query=query,
            wire=result,
        )
        for result in answer["results"]
    )
    results.next_offset = answer["next_offset"]
    results.button = answer["button"]
    return results

from __future__ import annotations

from typing import Any

import pytest
from telegram import Update

from bot.access import Roles
from bot.channels.telegram.arrivals import Said, read
from bot.channels.telegram.desk import talk_of_message, talk_of_said

KIM = {"id": 5, "is_bot": False, "first_name": "Kim", "language_code": "en"}
PRIVATE = {"id": 5, "type": "private", "first_name": "Kim"}
PLAIN = {"message_id": 8, "date": 1_700_000_000, "chat": PRIVATE, "from": KIM, "text": "hej"}
ROLES = Roles(frozenset({5}), frozenset())


def arrived(**message: object) -> dict[str, Any]:
    return {"update_id": 3, "message": {**PLAIN, **message}}


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"text": "/om", "entities": [{"type": "bot_command", "offset": 0, "length": 3}]},
        {"from": {"id": 6, "is_bot": False, "first_name": "Å"}},
    ],
)
def test_a_text_in_private_is_what_the_library_reads(more: dict[str, object]) -> None:
    wire = arrived(**more)
    arrival = read(wire, None)
    message = Update.de_json(wire, None).message
    assert isinstance(arrival.content, Said)
    assert message is not None
    assert message.from_user is not None
    assert talk_of_said(arrival.content, ROLES) == talk_of_message(
        message, message.from_user, ROLES
    )
    assert arrival.content.text == message.text
    assert arrival.update_id == 3
    assert arrival.message == (5, 8)
    assert arrival.is_text
    assert arrival.pressed_in is None


@pytest.mark.parametrize(
    "more",
    [
        {"chat": {"id": -5, "type": "supergroup", "title": "Grannarna"}},
        {"from": KIM | {"is_bot": True}},
        {"reply_to_message": PLAIN},
        {"via_bot": KIM | {"is_bot": True}},
        {"message_thread_id": 2, "is_topic_message": True},
        {"forward_origin": {"type": "hidden_user", "date": 1, "sender_user_name": "Kim"}},
    ],
)
def test_a_text_with_more_to_it_is_read_whole(more: dict[str, object]) -> None:
    arrival = read(arrived(**more), None)
    whole = Update.de_json(arrived(**more), None)
    assert arrival.content == whole
    assert arrival.is_text
    assert whole.message is not None
    assert arrival.message == (whole.message.chat_id, 8)


def test_what_is_no_text_is_read_whole() -> None:
    sticker = arrived()
    del sticker["message"]["text"]
    press = {"id": "1", "from": KIM, "chat_instance": "1", "data": "x"}
    arrivals = [
        read({"update_id": 1, "callback_query": press | {"message": PLAIN}}, None),
        read({"update_id": 2, "callback_query": press}, None),
        read(sticker, None),
        read({"update_id": 4}, None),
    ]
    assert [one.pressed_in for one in arrivals] == [5, None, None, None]
    assert [one.message for one in arrivals] == [None, None, (5, 8), None]
    assert not any(one.is_text for one in arrivals)


@pytest.mark.parametrize("wire", [{}, {"update_id": 1, "message": {"text": "hej"}}])
def test_what_is_no_update_is_refused(wire: dict[str, Any]) -> None:
    with pytest.raises((KeyError, TypeError, ValueError, AttributeError)):
        read(wire, None)

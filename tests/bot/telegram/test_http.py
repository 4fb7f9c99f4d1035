from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Coroutine
from contextlib import closing
from typing import TypeVar

import pytest
from telegram import InputFile
from telegram.error import BadRequest, NetworkError, TimedOut

from bot.channels.telegram.connection import Connection, connection
from bot.channels.telegram.http import HttpRequest, NotSent
from bot.settings import Address, Secret, Telegram, Webhook
from tests.telegram_api import TelegramApi

TOKEN = "4711:AAF-token_of_the_stub_0123456789abcdef"
T = TypeVar("T")


def through(
    api_url: str,
    work: Callable[[Connection], Coroutine[object, object, T]],
    *,
    rate_limit: bool = False,
) -> T:
    """Do something with a connection that is open."""

    async def run() -> T:
        bot, _ = connection(
            Telegram(
                token=Secret(TOKEN),
                api_url=api_url,
                staff=(),
                admins=(),
                rate_limit=rate_limit,
                questions_per_minute=0,
                webhook=Webhook(url=None, listen=Address("127.0.0.1", 8443), secret=None),
            )
        )
        async with bot:
            return await work(bot)

    return asyncio.run(run())


def asked(url: str, *, read_timeout_s: float = 5.0) -> tuple[int, bytes]:
    async def run() -> tuple[int, bytes]:
        request = HttpRequest(url, connections=1)
        await request.initialize()
        try:
            return await request.do_request(url, "POST", read_timeout=read_timeout_s)
        finally:
            await request.shutdown()

    return asyncio.run(run())


def test_a_message_and_a_document_arrive_whole() -> None:
    text = "<b>Åtta</b> “gånger” & 👋".replace("&", "&amp;")
    with TelegramApi(TOKEN) as api:
        kim = api.person(1)
        kim.send("hej")

        async def work(bot: Connection) -> int:
            keyboard = {"inline_keyboard": [[{"text": "Å", "callback_data": "å"}]]}
            sent = await bot.post_message(
                {
                    "chat_id": 1,
                    "text": text,
                    "parse_mode": "HTML",
                    "message_thread_id": None,
                    "reply_markup": keyboard,
                }
            )
            data = InputFile("räksmörgås\r\n".encode(), filename="svar å.txt")
            await bot.send_document(1, data, caption="ö")
            return sent

        number = through(api.url, work)
        message, document = kim.replies(2)
    assert (message.id, message.text, message.labels) == (number, "Åtta “gånger” & 👋", ["Å"])
    assert document.document == ("svar å.txt", "räksmörgås\r\n".encode())
    assert document.text == "ö"


def test_messages_to_one_chat_keep_to_telegrams_rate() -> None:
    async def work(bot: Connection) -> list[int]:
        return [await bot.post_message({"chat_id": -1, "text": "hej"}) for _ in range(20)]

    async def one_more(bot: Connection) -> None:
        await work(bot)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.5):  # a group gets twenty a minute
                await bot.post_message({"chat_id": -1, "text": "hej"})

    with TelegramApi(TOKEN) as api:
        group = api.group(-1)
        through(api.url, one_more, rate_limit=True)
        assert len(group.unread()) == 20


def test_what_telegram_refuses_is_told_as_by_the_library() -> None:
    with TelegramApi(TOKEN) as api, pytest.raises(BadRequest, match="Chat not found"):
        through(api.url, lambda bot: bot.post_message({"chat_id": 5, "text": "hej"}))


def test_without_a_connection_nothing_was_sent() -> None:
    with closing(socket.socket()) as nobody:
        nobody.bind(("127.0.0.1", 0))  # and does not listen
        with pytest.raises(NotSent):
            asked(f"http://127.0.0.1:{nobody.getsockname()[1]}/")


def test_without_an_answer_it_may_have_been_sent() -> None:
    with closing(socket.socket()) as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        with pytest.raises(TimedOut):
            asked(f"http://127.0.0.1:{silent.getsockname()[1]}/", read_timeout_s=0.1)


@pytest.mark.parametrize("kind", ["drop_before", "drop_after"])
def test_a_connection_that_breaks_may_have_carried_it(kind: str) -> None:
    with TelegramApi(TOKEN) as api:
        api.fail_next("getMe", kind)
        with pytest.raises(NetworkError) as told:
            asked(f"{api.url}/bot{TOKEN}/getMe")
        assert not isinstance(told.value, NotSent | TimedOut)
        assert TOKEN not in str(told.value)
        assert asked(f"{api.url}/bot{TOKEN}/getMe")[0] == 200


def test_the_proxy_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with TelegramApi(TOKEN) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        assert asked(f"http://api.telegram.invalid/bot{TOKEN}/getMe")[0] == 200
        monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
        assert asked(f"{proxy.url}/bot{TOKEN}/getMe")[0] == 200

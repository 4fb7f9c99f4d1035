"""The Bot API server of our own, driven by python-telegram-bot itself."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, TypeVar

import httpx
import pytest
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InputTextMessageContent,
    ReplyParameters,
    Update,
)
from telegram.error import (
    BadRequest,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    InlineQueryHandler,
    MessageHandler,
    filters,
)

from tests.telegram_api import Faults, Person, TelegramApi
from tests.telegram_api.methods import MAX_DOWNLOAD_BYTES, MAX_UPLOAD_BYTES

TOKEN = "4711:AAF-token_of_the_stub_0123456789abcdef"


@pytest.fixture
def api() -> Iterator[TelegramApi]:
    with TelegramApi(TOKEN) as started:
        yield started


@pytest.fixture
def kim(api: TelegramApi) -> Person:
    """A person who has written, so that the bot may answer."""
    person = api.person(100)
    person.send("/start")
    return person


def bot_of(api: TelegramApi, token: str = TOKEN) -> Bot:
    return Bot(token, base_url=f"{api.url}/bot", base_file_url=f"{api.url}/file/bot")


T = TypeVar("T")


def done(api: TelegramApi, work: Callable[[Bot], Coroutine[Any, Any, T]]) -> T:
    """Let a bot do something."""

    async def run() -> T:
        async with bot_of(api) as bot:
            return await work(bot)

    return asyncio.run(run())


def keyboard(*buttons: InlineKeyboardButton) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[button] for button in buttons])


# -- a minimal bot, run as ours is: an Application under polling or behind a webhook ------------


async def _start(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    assert update.message
    await update.message.reply_html(
        f"Hej <b>{' '.join(context.args or [])}</b>",
        reply_markup=keyboard(InlineKeyboardButton("Mer", callback_data="more")),
    )


async def _echo(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
    assert update.message
    if update.message.document:
        data = await (await update.message.document.get_file()).download_as_bytearray()
        await update.message.reply_document(bytes(data), filename="tillbaka.txt", caption="Här")
    elif update.message.text:
        await update.message.reply_text(update.message.text)


async def _more(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
    assert update.callback_query
    await update.callback_query.answer("Mer kommer")
    await update.callback_query.edit_message_text("Mer")


async def _inline(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
    assert update.inline_query
    content = InputTextMessageContent(f"<i>{update.inline_query.query}</i>", parse_mode="HTML")
    article = InlineQueryResultArticle("1", "Träff", content, description="En träff")
    await update.inline_query.answer([article], is_personal=True, next_offset="1")


@contextmanager
def application(api: TelegramApi, *, webhook: bool) -> Iterator[None]:
    """The bot in a thread of its own, until the block ends."""
    app = (
        Application.builder()
        .token(TOKEN)
        .base_url(f"{api.url}/bot")
        .base_file_url(f"{api.url}/file/bot")
        .build()
    )
    app.add_handler(CommandHandler("start", _start))
    app.add_handler(MessageHandler(filters.ALL, _echo))
    app.add_handler(CallbackQueryHandler(_more))
    app.add_handler(InlineQueryHandler(_inline))
    ready, stop = threading.Event(), asyncio.Event()
    loop = asyncio.new_event_loop()

    async def serve() -> None:
        async with app:
            await app.start()
            assert app.updater
            if webhook:
                port = free_port()
                await app.updater.start_webhook(
                    "127.0.0.1",
                    port,
                    "hook",
                    webhook_url=f"http://127.0.0.1:{port}/hook",
                    secret_token="a-secret",
                )
            else:
                await app.updater.start_polling(timeout=5)
            ready.set()
            await stop.wait()
            await app.updater.stop()
            await app.stop()

    def run() -> None:
        try:
            loop.run_until_complete(serve())
        finally:
            loop.close()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        assert ready.wait(10)
        yield
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(20)
        assert not thread.is_alive()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.parametrize("webhook", [False, True], ids=["polling", "webhook"])
def test_a_whole_conversation(api: TelegramApi, webhook: bool) -> None:
    kim = api.person(100)
    with application(api, webhook=webhook):
        kim.open_link(f"https://t.me/{api.bot_username}?start=abc-1")
        greeting = kim.reply()
        assert (greeting.text, greeting.html) == ("Hej abc-1", "Hej <b>abc-1</b>")
        assert [(e.type, e.text) for e in greeting.entities] == [("bold", "abc-1")]
        outcome = kim.press("Mer")
        assert (outcome.text, outcome.alert) == ("Mer kommer", False)
        edit = kim.reply()
        assert (edit.text, edit.edited, edit.id) == ("Mer", True, greeting.id)
        asked = kim.send("Hur många platser? 👋")
        answer = kim.reply()
        assert answer.text == "Hur många platser? 👋"
        assert 0 <= answer.at_s - kim.sent_at_s(asked) < 5
        kim.send_document("fråga.txt", "räksmörgås".encode())
        back = kim.reply()
        assert back.document == ("tillbaka.txt", "räksmörgås".encode())
        assert back.text == "Här"
        offered = kim.inline("skola")
        assert [(r.title, r.description) for r in offered] == [("Träff", "En träff")]
        assert offered.next_offset == "1"
        assert kim.choose(offered[0]).text == "skola"
        kim.send_sticker()
        kim.send_voice()
        kim.send_photo()
        kim.nothing(0.2)
    assert [call.reason for call in api.calls if not call.ok] == []


@pytest.mark.parametrize("webhook", [False, True], ids=["polling", "webhook"])
def test_fifty_people_at_once_get_their_answers_in_order(api: TelegramApi, webhook: bool) -> None:
    people = [api.person(1000 + n) for n in range(50)]
    with application(api, webhook=webhook):
        for n in range(3):
            for person in people:
                person.send(f"{person.id} fråga {n}")
        for person in people:
            texts = [reply.text for reply in person.replies(3, 30)]
            assert texts == [f"{person.id} fråga {n}" for n in range(3)]


def test_webhook_deliveries_carry_the_secret_and_are_tried_again(api: TelegramApi) -> None:
    kim = api.person(100)
    heard: list[tuple[str | None, str]] = []
    first = asyncio.Event()

    async def listen() -> None:
        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
            length = int(head.partition("content-length: ")[2].partition("\r\n")[0])
            body = (await reader.readexactly(length)).decode()
            secret = head.partition("x-telegram-bot-api-secret-token: ")[2].partition("\r\n")[0]
            heard.append((secret, body))
            status = "500 No" if len(heard) == 1 else "200 OK"
            writer.write(f"HTTP/1.1 {status}\r\ncontent-length: 0\r\n".encode())
            writer.write(b"connection: close\r\n\r\n")
            await writer.drain()
            writer.close()
            if len(heard) == 3:
                first.set()

        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        async with server, bot_of(api) as bot:
            await bot.set_webhook(f"http://127.0.0.1:{port}/x", secret_token="s3cret")
            kim.send("ett")
            kim.send("två")
            await asyncio.wait_for(first.wait(), 10)
            info = await bot.get_webhook_info()
            assert info.last_error_message == "Wrong response from the webhook: 500 No"
            await bot.delete_webhook()

    asyncio.run(listen())
    assert [secret for secret, _ in heard] == ["s3cret"] * 3
    assert ["ett" in body for _, body in heard] == [True, True, False]


def test_a_reverse_proxy_is_played_and_nothing_leaves_the_machine(api: TelegramApi) -> None:
    port = free_port()

    async def work(bot: Bot) -> None:
        await bot.set_webhook("https://example.org/hook")
        api.person(1).send("hej")
        while not (info := await bot.get_webhook_info()).last_error_message:
            assert info.pending_update_count == 1
        assert info.last_error_message == "Failed to resolve host: Name or service not known"

        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            heard.set_result((await reader.readline()).decode())
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
            await writer.drain()
            writer.close()

        heard = asyncio.get_running_loop().create_future()
        async with await asyncio.start_server(answer, "127.0.0.1", port):
            api.proxy = f"http://127.0.0.1:{port}"
            assert await asyncio.wait_for(heard, 10) == "POST /hook HTTP/1.1\r\n"

    done(api, work)


def test_polling_while_a_webhook_is_set_and_the_other_way_round(api: TelegramApi) -> None:
    async def work(bot: Bot) -> None:
        await bot.set_webhook("https://example.org/hook")
        with pytest.raises(Conflict, match="while webhook is active"):
            await bot.get_updates()
        await bot.delete_webhook()
        assert await bot.get_updates() == ()
        for url, reason in (
            ("http://example.org/x", "an https url must be provided"),
            ("https://example.org:9000/x", "only on ports 80, 88, 443 or 8443"),
        ):
            with pytest.raises(BadRequest, match=reason):
                await bot.set_webhook(url)
        with pytest.raises(BadRequest, match="Secret token contains unallowed characters"):
            await bot.set_webhook("https://example.org/x", secret_token="å")

    done(api, work)


def test_a_second_poll_ends_the_first(api: TelegramApi) -> None:
    async def work(bot: Bot) -> None:
        async with bot_of(api) as other:
            polls = {asyncio.create_task(one.get_updates(timeout=20)) for one in (bot, other)}
            (ended,), (alive,) = await asyncio.wait(polls, return_when="FIRST_COMPLETED")
            with pytest.raises(Conflict, match="terminated by other getUpdates"):
                await ended
            api.person(1).send("hej")
            assert len(await alive) == 1

    done(api, work)


def test_an_update_stays_until_it_is_confirmed(api: TelegramApi) -> None:
    for text in ("ett", "två", "tre"):
        api.person(1).send(text)

    async def work(bot: Bot) -> None:
        seen = await bot.get_updates(limit=2)
        assert [update.message and update.message.text for update in seen] == ["ett", "två"]
        assert await bot.get_updates(limit=2) == seen
        (third,) = await bot.get_updates(seen[-1].update_id + 1)
        assert third.message and third.message.text == "tre"
        assert await bot.get_updates(third.update_id + 1) == ()

    done(api, work)


def test_only_the_kinds_of_update_asked_for(api: TelegramApi) -> None:
    async def work(bot: Bot) -> None:
        await bot.get_updates(allowed_updates=["message"])
        api.person(1).send("hej")
        api.person(1).block()
        assert len(await bot.get_updates()) == 1
        await bot.get_updates(-1, allowed_updates=[])
        api.person(1).block()
        assert len(await bot.get_updates()) == 2

    done(api, work)


def test_what_people_write_is_marked_as_telegram_marks_it(api: TelegramApi) -> None:
    group = api.group(-100)
    kim = api.person(1, username="kim_h")
    first = kim.send(f"👋 /sok@{api.bot_username} skola", to=group)
    kim.send(f"@{api.bot_username} hej", to=group, reply_to=first)
    kim.send("/hjälp")

    async def work(bot: Bot) -> None:
        one, two, three = [update.message for update in await bot.get_updates()]
        assert one and two and three and two.reply_to_message
        assert one.parse_entities(["bot_command"]) == {one.entities[0]: f"/sok@{api.bot_username}"}
        assert one.entities[0].offset == 3
        assert one.chat.type == "supergroup" and one.chat.title == "Grannarna"
        assert list(two.parse_entities(["mention"]).values()) == [f"@{api.bot_username}"]
        assert two.reply_to_message.message_id == first
        assert three.entities == () and three.chat.type == "private"
        assert three.from_user and three.from_user.language_code == "sv"

    done(api, work)


def test_a_group_knows_when_the_bot_comes_and_goes(api: TelegramApi) -> None:
    group, kim = api.group(-5), api.person(1)
    group.add_bot(kim)

    async def work(bot: Bot) -> None:
        changed, service = await bot.get_updates()
        assert changed.my_chat_member and changed.my_chat_member.new_chat_member.status == "member"
        assert service.message and service.message.new_chat_members[0].id == bot.id
        await bot.send_message(-5, "Hej grannar")
        group.remove_bot(kim)
        with pytest.raises(Forbidden, match="kicked"):
            await bot.send_message(-5, "Hej")

    done(api, work)
    assert group.reply().text == "Hej grannar"


# -- refusals -----------------------------------------------------------------------------------


def refused(api: TelegramApi, work: Callable[[Bot], Coroutine[Any, Any, object]]) -> str:
    """Return why a bad request was refused."""
    with pytest.raises(BadRequest) as error:
        done(api, work)
    return error.value.message


def test_a_wrong_token_and_a_wrong_method(api: TelegramApi) -> None:
    with httpx.Client(base_url=api.url, trust_env=False) as client:
        answer = client.post("/bot4711:other/getMe")
        assert (answer.status_code, answer.json()) == (
            401,
            {"ok": False, "error_code": 401, "description": "Unauthorized"},
        )
        assert client.post("/botnonsense/getMe").status_code == 404
        answer = client.post(f"/bot{TOKEN}/getNothing")
        assert (answer.status_code, answer.json()["description"]) == (
            404,
            "Not Found: method not found",
        )
        assert client.get(f"/bot{TOKEN}/GETME").json()["result"]["is_bot"] is True
        assert client.get(f"/file/bot{TOKEN}/documents/none.txt").status_code == 404
        assert client.post(f"/bot{TOKEN}/getMe", json={"x": 1}).status_code == 400

    async def initialize() -> None:
        async with bot_of(api, "4711:other"):
            pass

    with pytest.raises(InvalidToken):
        asyncio.run(initialize())


def test_json_bodies_and_queries_are_read_like_forms(api: TelegramApi, kim: Person) -> None:
    body = {"chat_id": kim.id, "text": "a", "reply_markup": {"inline_keyboard": [[]]}}
    with httpx.Client(base_url=api.url, trust_env=False) as client:
        assert client.post(f"/bot{TOKEN}/sendMessage", json=body).json()["ok"]
        query = {"chat_id": str(kim.id), "text": "b"}
        assert client.get(f"/bot{TOKEN}/sendMessage", params=query).json()["ok"]
        assert client.post(f"/bot{TOKEN}/sendMessage", content=b"{").status_code == 400
    assert [message.text for message in kim.replies(2)] == ["a", "b"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "Message text is empty"),
        (" \n ", "Message text is empty"),
        ("a" * 4097, "Message is too long"),
        ("👋" * 2049, "Message is too long"),
    ],
)
def test_empty_and_long_texts(api: TelegramApi, kim: Person, text: str, reason: str) -> None:
    assert refused(api, lambda bot: bot.send_message(kim.id, text)) == reason


def test_the_longest_text_counts_after_parsing(api: TelegramApi, kim: Person) -> None:
    whole = "<b>" + "👋" * 2047 + "&lt;&amp;</b>"
    done(api, lambda bot: bot.send_message(kim.id, whole, parse_mode="HTML"))
    assert kim.reply().text == "👋" * 2047 + "<&"


def test_long_captions(api: TelegramApi, kim: Person) -> None:
    assert "caption is too long" in refused(
        api, lambda bot: bot.send_document(kim.id, b"x", caption="a" * 1025)
    )
    done(api, lambda bot: bot.send_document(kim.id, b"x", caption="a" * 1024))


def test_text_is_trimmed_and_cleaned(api: TelegramApi, kim: Person) -> None:
    raw = " \n a\tb\r\n<b>Ä\u2028rad </b> \n"
    done(api, lambda bot: bot.send_message(kim.id, raw, parse_mode="HTML"))
    message = kim.reply()
    assert message.text == "a b\nÄrad"
    assert [(e.type, e.text) for e in message.entities] == [("bold", "Ärad")]


@pytest.mark.parametrize(
    ("button", "reason"),
    [
        (InlineKeyboardButton("å", callback_data="å" * 33), "Button_data_invalid"),
        (InlineKeyboardButton("å"), "text buttons are not allowed"),
        (InlineKeyboardButton(" ", callback_data="x"), "must be non-empty"),
        (InlineKeyboardButton("å", url="nonsense"), "Button_url_invalid"),
        (InlineKeyboardButton("å", url="http://localhost/"), "wrong http url"),
    ],
)
def test_bad_buttons(
    api: TelegramApi, kim: Person, button: InlineKeyboardButton, reason: str
) -> None:
    assert reason in refused(
        api, lambda bot: bot.send_message(kim.id, "x", reply_markup=keyboard(button))
    )


def test_more_than_a_hundred_buttons(api: TelegramApi, kim: Person) -> None:
    many = keyboard(*[InlineKeyboardButton("x", callback_data="x")] * 101)
    assert "too long" in refused(api, lambda bot: bot.send_message(kim.id, "x", reply_markup=many))


def test_callback_data_of_64_bytes_is_carried(api: TelegramApi, kim: Person) -> None:
    most = keyboard(InlineKeyboardButton("Tryck", callback_data="å" * 32))
    done(api, lambda bot: bot.send_message(kim.id, "x", reply_markup=most))
    assert kim.reply().button("Try").callback_data == "å" * 32


def test_an_edit_that_changes_nothing(api: TelegramApi, kim: Person) -> None:
    buttons = keyboard(InlineKeyboardButton("A", callback_data="a"))

    async def work(bot: Bot) -> None:
        message = await bot.send_message(kim.id, "<b>x</b>", "HTML", reply_markup=buttons)
        for text in ("<b>x</b>", "<b>x </b>", "<strong>x</strong>"):
            with pytest.raises(BadRequest, match="Message is not modified"):
                await message.edit_text(text, "HTML", reply_markup=buttons)
        with pytest.raises(BadRequest, match="Message is not modified"):
            await message.edit_reply_markup(buttons)
        await message.edit_text("x", reply_markup=buttons)
        await message.edit_reply_markup()
        with pytest.raises(BadRequest, match="Message is not modified"):
            await message.edit_reply_markup(None)
        with pytest.raises(BadRequest, match="Message_too_long"):
            await message.edit_text("a" * 4097)
        await message.delete()
        with pytest.raises(BadRequest, match="Message to edit not found"):
            await message.edit_text("y")
        with pytest.raises(BadRequest, match="Message to delete not found"):
            await message.delete()
        document = await bot.send_document(kim.id, b"x")
        with pytest.raises(BadRequest, match="There is no text in the message to edit"):
            await document.edit_text("y")

    done(api, work)
    first, plain, bare, document = kim.replies(4)
    assert (first.labels, plain.entities, plain.labels, bare.labels) == (["A"], (), ["A"], [])
    assert [message.id for message in kim.history()] == [document.id]


def test_the_bot_writes_only_to_whom_it_knows(api: TelegramApi) -> None:
    kim = api.person(7)
    assert refused(api, lambda bot: bot.send_message(7, "hej")) == "Chat not found"
    scope = BotCommandScopeChat(7)
    commands = [BotCommand("sok", "Sök")]
    assert "Chat not found" in refused(api, lambda bot: bot.set_my_commands(commands, scope))
    kim.send("hej")
    done(api, lambda bot: bot.send_message(7, "hej"))
    kim.block()
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        done(api, lambda bot: bot.send_message(7, "hej"))


def test_replies_to_what_is_there(api: TelegramApi, kim: Person) -> None:
    asked = kim.send("fråga")

    async def work(bot: Bot) -> None:
        await bot.send_message(kim.id, "svar", reply_parameters=ReplyParameters(asked))
        with pytest.raises(BadRequest, match="Message to be replied not found"):
            await bot.send_message(kim.id, "svar", reply_parameters=ReplyParameters(999))
        lenient = ReplyParameters(999, allow_sending_without_reply=True)
        await bot.send_message(kim.id, "svar", reply_parameters=lenient)

    done(api, work)
    assert [message.reply_to for message in kim.replies(2)] == [asked, None]


def pressed(api: TelegramApi, kim: Person, *, stale: bool = False) -> str:
    """Let a person press a button; return the id of the press."""
    kim.press("Tryck", wait=False, stale=stale)
    (update,) = done(api, lambda bot: bot.get_updates(-1))
    assert update.callback_query
    return update.callback_query.id


def answer(query: str) -> Callable[[Bot], Coroutine[Any, Any, object]]:
    return lambda bot: bot.answer_callback_query(query)


def test_a_press_is_answered_once_and_in_time(api: TelegramApi, kim: Person) -> None:
    button = keyboard(InlineKeyboardButton("Tryck", callback_data="x"))
    done(api, lambda bot: bot.send_message(kim.id, "x", reply_markup=button))
    query = pressed(api, kim)
    assert (
        "too_long" in refused(api, lambda bot: bot.answer_callback_query(query, "a" * 201)).lower()
    )
    assert done(api, lambda bot: bot.answer_callback_query(query, "ja", show_alert=True))
    too_old = "Query is too old and response timeout expired or query id is invalid"
    for late in (query, "nonsense", pressed(api, kim, stale=True)):
        assert refused(api, answer(late)) == too_old
    query = pressed(api, kim)
    api.expire_queries()
    assert refused(api, lambda bot: bot.answer_callback_query(query)) == too_old


def test_a_press_on_a_message_too_old_to_come_along(api: TelegramApi, kim: Person) -> None:
    button = keyboard(InlineKeyboardButton("Tryck", callback_data="x"))
    done(api, lambda bot: bot.send_message(kim.id, "x", reply_markup=button))
    kim.press("Tryck", wait=False, inaccessible=True)
    (update,) = done(api, lambda bot: bot.get_updates(-1))
    assert update.callback_query and update.callback_query.message
    assert not update.callback_query.message.is_accessible


def article(
    number: int = 1, text: str = "x", reply_markup: InlineKeyboardMarkup | None = None
) -> InlineQueryResultArticle:
    content = InputTextMessageContent(text, parse_mode="HTML")
    return InlineQueryResultArticle(str(number), "Träff", content, reply_markup)


def asked(api: TelegramApi, kim: Person, query: str) -> tuple[str, list[Any]]:
    """Let a person ask inline, in a thread; return the query's id and where the answer goes."""
    got: list[Any] = []
    thread = threading.Thread(target=lambda: got.append(kim.inline(query)))
    thread.start()
    (update,) = done(api, lambda bot: bot.get_updates(-1, timeout=5))
    assert update.inline_query and update.inline_query.query == query
    return update.inline_query.id, [thread, got]


def offer(
    query: str, results: list[InlineQueryResultArticle]
) -> Callable[[Bot], Coroutine[Any, Any, object]]:
    return lambda bot: bot.answer_inline_query(query, results)


def test_inline_results_are_checked_cached_and_sent(api: TelegramApi, kim: Person) -> None:
    done(api, lambda bot: bot.get_updates(-1))
    done(api, lambda bot: bot.get_updates(800_000_000))
    query, (thread, got) = asked(api, kim, "skola")
    for results, reason in (
        ([article(n) for n in range(51)], "Results_too_much"),
        ([article(), article()], "Result_id_duplicate"),
        ([article(text="<b>")], "Can't parse inline query result: can't parse entities"),
        ([article(text="")], "Message text is empty"),
        ([article(text="a" * 4097)], "Message_too_long"),
    ):
        assert refused(api, offer(query, results)).startswith(reason)
    button = keyboard(InlineKeyboardButton("Tryck", callback_data="x"))
    found = article(text="<i>a</i>", reply_markup=button)
    done(api, lambda bot: bot.answer_inline_query(query, [found], cache_time=60))
    assert "too old" in refused(api, lambda bot: bot.answer_inline_query(query, []))
    thread.join(10)
    (result,) = got[0]
    assert api.person(55).inline("skola") == [result]  # not personal: shown to all
    message = kim.choose(result)
    assert (message.text, message.labels) == ("a", ["Tryck"])
    kim.press("Tryck", message, wait=False)

    async def work(bot: Bot) -> None:
        updates = await bot.get_updates()
        press = updates[-1].callback_query
        assert press and press.inline_message_id
        assert await bot.edit_message_text("b", inline_message_id=press.inline_message_id)

    done(api, work)
    assert kim.seen_inline(message).text == "b"


def test_files_of_every_size(api: TelegramApi, kim: Person) -> None:
    too_big = bytes(MAX_DOWNLOAD_BYTES + 1)
    kim.send_document("stor.pdf", too_big)
    kim.send_document("brev.pdf", b"\r\n--\r\n\xff")

    async def work(bot: Bot) -> None:
        big, small = [update.message for update in await bot.get_updates()][-2:]
        assert big and big.document and small and small.document
        assert small.document.mime_type == "application/pdf"
        with pytest.raises(BadRequest, match="File is too big"):
            await big.document.get_file()
        with pytest.raises(BadRequest, match="Wrong file_id"):
            await bot.get_file("nonsense")
        data = await (await small.document.get_file()).download_as_bytearray()
        assert bytes(data) == b"\r\n--\r\n\xff"
        sent = await bot.send_document(kim.id, bytes(data), filename="räksmörgås.pdf")
        assert sent.document
        await bot.send_document(kim.id, sent.document.file_id)
        with pytest.raises(NetworkError, match="Request Entity Too Large"):
            await bot.send_document(kim.id, bytes(MAX_UPLOAD_BYTES + 1), filename="x")
        with pytest.raises(BadRequest, match="must be non-empty"):
            await bot.send_document(kim.id, b"", filename="x")

    done(api, work)
    first, second = kim.replies(2)
    assert first.document == second.document == ("räksmörgås.pdf", b"\r\n--\r\n\xff")


def test_the_menu_follows_scope_and_language(api: TelegramApi, kim: Person) -> None:
    english = api.person(8, language_code="en")

    async def work(bot: Bot) -> None:
        await bot.set_my_commands([BotCommand("start", "Börja")])
        everyone = BotCommandScopeAllPrivateChats()
        await bot.set_my_commands([BotCommand("hjalp", "Hjälp")], everyone)
        await bot.set_my_commands([BotCommand("help", "Help")], everyone, language_code="en")
        await bot.set_my_commands([BotCommand("status", "Läget")], BotCommandScopeChat(kim.id))
        assert (await bot.get_my_commands(everyone))[0].command == "hjalp"
        for command in ("Hjalp", "hjälp", "a" * 33):
            with pytest.raises(BadRequest, match="Bot_command_invalid"):
                await bot.set_my_commands([BotCommand(command, "x")])
        with pytest.raises(BadRequest, match="Bot_command_description_invalid"):
            await bot.set_my_commands([BotCommand("x", " ")])
        await bot.set_my_description("Svarar", language_code="sv")
        assert (await bot.get_my_description("sv")).description == "Svarar"

    done(api, work)
    assert kim.commands() == ["status"]
    assert english.commands() == ["help"]
    assert api.person(9).commands() == ["hjalp"]
    assert kim.commands(to=api.group(-1)) == ["start"]
    done(api, lambda bot: bot.delete_my_commands(BotCommandScopeChat(kim.id)))
    assert kim.commands() == ["hjalp"]


def test_chat_actions_are_seen(api: TelegramApi, kim: Person) -> None:
    done(api, lambda bot: bot.send_chat_action(kim.id, "typing"))
    assert kim.actions == ["typing"]
    assert (
        "wrong parameter action"
        in refused(api, lambda bot: bot.send_chat_action(kim.id, "dancing")).lower()
    )


# -- faults -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "error", "arrives"),
    [
        ("429", RetryAfter, False),
        ("500", NetworkError, False),
        ("502", NetworkError, False),
        ("drop_before", NetworkError, False),
        ("500_after", NetworkError, True),
        ("drop_after", NetworkError, True),
    ],
)
def test_faults_on_demand(
    api: TelegramApi,
    kim: Person,
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
    error: type[TelegramError],
    arrives: bool,
) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")  # else it warns
    api.fail_next("sendMessage", kind, retry_after=3)
    with pytest.raises(error) as raised:
        done(api, lambda bot: bot.send_message(kim.id, "ett"))
    if isinstance(raised.value, RetryAfter):
        assert raised.value.retry_after == timedelta(seconds=3)
    done(api, lambda bot: bot.send_message(kim.id, "två"))
    expected = ["ett", "två"] if arrives else ["två"]
    assert [message.text for message in kim.replies(len(expected))] == expected
    kim.nothing(0)
    call = api.made("sendMessage")[0]
    assert (call.fault, call.ok) == (kind, arrives)


def test_an_outage_cuts_everything(api: TelegramApi, kim: Person) -> None:
    with api.outage(), pytest.raises(NetworkError):
        done(api, lambda bot: bot.send_message(kim.id, "ett"))
    done(api, lambda bot: bot.send_message(kim.id, "två"))
    assert kim.reply().text == "två"


@pytest.mark.parametrize("webhook", [False, True], ids=["polling", "webhook"])
def test_an_update_can_come_twice(api: TelegramApi, webhook: bool) -> None:
    kim = api.person(1)
    with application(api, webhook=webhook):
        api.fail_next("update", "duplicate_update")
        kim.send("hej")
        kim.send("en gång")
        assert sorted(message.text for message in kim.replies(3)) == ["en gång", "hej", "hej"]
        kim.nothing(0.2)


def test_faults_by_chance_follow_the_seed() -> None:
    def drawn(seed: int) -> list[str | None]:
        faults = Faults(seed, 0.3)
        return [fault.kind if (fault := faults.for_call("x")) else None for _ in range(200)]

    assert drawn(1) == drawn(1) != drawn(2)
    assert 30 < sum(kind is not None for kind in drawn(1)) < 90
    assert Faults(1, 1.0, methods={"sendMessage"}).for_call("getMe") is None
    with pytest.raises(ValueError, match="no such kind"):
        Faults(1, 0.1, {"nonsense"})


def test_questions_are_answered_through_faults_by_chance() -> None:
    """PTB repeats polling by itself; sending is repeated here, so none is lost."""
    faults = Faults(3, 0.1, {"500", "drop_before"}, methods={"getUpdates"})
    with TelegramApi(TOKEN, faults=faults) as api, application(api, webhook=False):
        for n in range(20):
            api.person(n + 1).send(f"fråga {n}")
        for n in range(20):
            assert api.person(n + 1).reply(30).text == f"fråga {n}"


def test_the_driver_says_what_is_missing(api: TelegramApi, kim: Person) -> None:
    with pytest.raises(AssertionError, match="0 of 1 messages"):
        kim.reply(0)
    done(api, lambda bot: bot.send_message(kim.id, "hej"))
    with pytest.raises(AssertionError, match="something came"):
        kim.nothing(0)
    with pytest.raises(AssertionError, match="no button 'Mer'"):
        kim.press("Mer")
    with pytest.raises(AssertionError, match="no such payload"):
        kim.open_link(f"https://t.me/{api.bot_username}?start=å")
    begun = time.monotonic()
    kim.reply()
    kim.nothing(0.1)
    assert time.monotonic() - begun >= 0.1

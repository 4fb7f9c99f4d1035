"""The server: HTTP on loopback, long polling, webhook deliveries, faults."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import socket
import threading
import time
from collections.abc import Awaitable, Iterator
from dataclasses import dataclass
from functools import partial
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit, urlunsplit

from tests.telegram_api.faults import Fault, Faults
from tests.telegram_api.http import Answer, HttpClient, HttpServer, Request
from tests.telegram_api.methods import LOOPBACK, MAX_DOWNLOAD_BYTES, NAMES, BotApi
from tests.telegram_api.person import Group, Person
from tests.telegram_api.wire import Params, Refusal, read_params
from tests.telegram_api.world import Json, Update, World

_START_S = 10.0
_WEBHOOK_TIMEOUT_S = 10.0
_FIRST_RETRY_S = 0.05
_LAST_RETRY_S = 1.0
_DOWNLOAD = re.compile(r"/file/bot([^/]+)/(.*)")
_CALL = re.compile(r"/bot([^/]+)/([^/]+)")
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False)
_WRONG_POLL = (
    "Conflict: can't use getUpdates method while webhook is active; "
    "use deleteWebhook to delete the webhook first"
)
_OTHER_POLL = (
    "Conflict: terminated by other getUpdates request; "
    "make sure that only one bot instance is running"
)


@dataclass(frozen=True, slots=True)
class Call:
    """A call that the bot made."""

    method: str
    params: Json
    ok: bool
    """The work was done; the answer may have been lost on the way back, then `fault` says so."""
    status: int
    """What was answered; 0 when the connection was dropped."""
    reason: str | None
    """Why it was refused."""
    fault: str | None
    at_s: float
    """When it came, seconds on the monotonic clock."""


class TelegramApi:
    """Telegram on loopback: `with TelegramApi(token) as api:`.

    Args:
        token: the bot's token, number:letters.
        faults: what goes wrong by chance; nothing by default.
        query_lifetime_s: how long a press or an inline query can be answered, seconds.
    """

    bot_username = "kommunsvar_bot"

    def __init__(
        self, token: str, *, faults: Faults | None = None, query_lifetime_s: float = 30.0
    ) -> None:
        if not re.fullmatch(r"\d+:[\w-]+", token):
            raise ValueError("a token is a number, a colon and letters")
        self.token = token
        self.faults = faults or Faults(share=0.0)
        self.calls: list[Call] = []
        self.proxy: str | None = None
        """http://HOST:PORT of the bot: where deliveries go that a reverse proxy would pass on."""
        bot = {
            "id": int(token.partition(":")[0]),
            "is_bot": True,
            "first_name": "Kommunsvar",
            "username": self.bot_username,
        }
        self.world = World(bot, self.faults.doubles_update)
        self._api = BotApi(self.world, query_lifetime_s)
        self._people: dict[int, Person] = {}
        self._groups: dict[int, Group] = {}
        self._down = False
        self._waking = False
        self._stopping = False
        self._poller = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    # -- life -------------------------------------------------------------------------------

    def __enter__(self) -> Self:
        # the protocol is named so that asyncio turns Nagle off, which costs 40 ms an answer
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        self.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        self._wake = asyncio.Event()
        self._stop = asyncio.Event()
        self._running = threading.Event()
        self._thread = threading.Thread(
            target=self._run, args=(listener,), name="telegram-api", daemon=True
        )
        self._thread.start()
        if not self._running.wait(_START_S):
            raise RuntimeError("the Bot API server did not start")
        self.world.on_update = self._woken
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stopping = True
        assert self._thread is not None
        assert self._loop is not None
        self._loop.call_soon_threadsafe(self._stop.set)
        self._woken()
        self._thread.join(_START_S)
        if self._thread.is_alive():
            raise RuntimeError("the Bot API server did not stop")

    def _run(self, listener: socket.socket) -> None:
        asyncio.run(self._serve(listener))

    async def _serve(self, listener: socket.socket) -> None:
        self._loop = asyncio.get_running_loop()
        deliveries = asyncio.create_task(self._deliver())
        self._running.set()
        try:
            await HttpServer(self._routed).run(listener, self._stop)
        finally:
            self._stopping = True
            self._wake.set()
            await deliveries

    def _woken(self) -> None:
        """Wake everything that waits for updates; from any thread."""
        loop = self._loop
        if self._waking or loop is None or loop.is_closed():
            return
        self._waking = True
        with contextlib.suppress(RuntimeError):  # closed between the two lines
            loop.call_soon_threadsafe(self._awake)

    def _awake(self) -> None:
        self._waking = False  # before the event: whoever comes now is not seen by those it wakes
        self._wake.set()

    # -- people and faults ------------------------------------------------------------------

    def person(
        self,
        id: int,
        *,
        first_name: str = "Kim",
        language_code: str | None = "sv",
        username: str | None = None,
    ) -> Person:
        """Return the person with this id; the bot knows them once they have written."""
        with self.world.lock:
            if id not in self._people:
                wire: Json = {"id": id, "is_bot": False, "first_name": first_name}
                wire |= {"language_code": language_code} if language_code else {}
                wire |= {"username": username} if username else {}
                self._people[id] = Person(self.world, wire)
            return self._people[id]

    def group(self, id: int, title: str = "Grannarna") -> Group:
        """Return the group with this id (negative); the bot is in it and reads everything."""
        with self.world.lock:
            if id not in self._groups:
                self._groups[id] = Group(self.world, id, title)
            return self._groups[id]

    def fail_next(self, method: str, kind: str, retry_after: int = 1, times: int = 1) -> None:
        """Let the next calls of a method go wrong; "file" is a download.

        Kinds: 429, 500, 502, 500_after, drop_before, drop_after; duplicate_update lets the next
        update come twice, whatever the method.
        """
        if kind != "duplicate_update" and method.lower() not in {*NAMES, "file"}:
            raise ValueError(f"no such method: {method}")
        name = NAMES.get(method.lower(), method)
        self.faults.order(name, kind, retry_after=retry_after, times=times)

    @contextlib.contextmanager
    def outage(self) -> Iterator[None]:
        """Cut every connection for a while."""
        self._down = True
        self._woken()
        try:
            yield
        finally:
            self._down = False

    def expire_queries(self) -> None:
        """Make every press and inline query that waits for an answer too old."""
        with self.world.lock:
            for press in self.world.callbacks.values():
                press.stale = True
            for query in self.world.inline_queries.values():
                query.made_s = float("-inf")

    def forget_inline_cache(self) -> None:
        """Forget the answers to inline queries that may be shown again."""
        with self.world.lock:
            self.world.inline_cache.clear()

    def made(self, method: str) -> list[Call]:
        """Return the calls of one method, in order."""
        with self.world.lock:
            return [call for call in self.calls if call.method == method]

    # -- HTTP -------------------------------------------------------------------------------

    def _check_token(self, token: str) -> None:
        if not re.fullmatch(r"\d+:[\w-]+", token):
            raise Refusal(404, "Not Found")
        if token != self.token:
            raise Refusal(401, "Unauthorized")

    def _routed(self, request: Request) -> Answer | Awaitable[Answer | None] | None:
        """Answer a request, or cut the connection."""
        if found := _DOWNLOAD.fullmatch(request.path):
            if request.method == "GET":
                return self._download(*found.groups())
        elif found := _CALL.fullmatch(request.path):
            if request.method in {"GET", "POST"}:
                return self._answer(request, *found.groups())
        else:
            return Answer(404, "text/plain", b"Not Found")
        return Answer(405, "text/plain", b"Method Not Allowed")

    def _answer(
        self, request: Request, token: str, asked: str
    ) -> Answer | Awaitable[Answer | None] | None:
        at_s = time.monotonic()
        name = NAMES.get(asked.lower(), asked)
        params = Params({})
        fault: Fault | None = None
        try:
            self._check_token(token)
            params = read_params(request.query, request.content_type, request.body)
            fault = Fault("drop_before") if self._down else self.faults.for_call(name)
            if fault and not fault.kind.endswith("_after"):
                return self._failed(name, params, fault, done=False, at_s=at_s)
            if name == "getUpdates":
                return self._polled(params, fault, at_s, request.hung_up)
            result = self._api.call(name, params)
        except Refusal as refusal:
            return self._declined(name, params, refusal, fault, at_s)
        return self._done(name, params, result, fault, at_s)

    async def _polled(
        self, params: Params, fault: Fault | None, at_s: float, hung_up: asyncio.Future[None]
    ) -> Answer | None:
        hung_up.add_done_callback(self._hang_up)
        try:
            result = await self._get_updates(params, hung_up)
        except Refusal as refusal:
            return self._declined("getUpdates", params, refusal, fault, at_s)
        finally:
            hung_up.remove_done_callback(self._hang_up)
        if hung_up.done():
            return None  # a poll that the bot gave up is no call
        return self._done("getUpdates", params, result, fault, at_s)

    def _done(
        self, name: str, params: Params, result: object, fault: Fault | None, at_s: float
    ) -> Answer | None:
        if fault is None and self._down:
            fault = Fault("drop_after")
        if fault:
            return self._failed(name, params, fault, done=True, at_s=at_s)
        self._note(name, params, True, 200, None, None, at_s)
        return _json(200, {"ok": True, "result": result})

    def _declined(
        self, name: str, params: Params, refusal: Refusal, fault: Fault | None, at_s: float
    ) -> Answer:
        self._note(name, params, False, refusal.status, refusal.description, fault, at_s)
        return _refused(refusal)

    def _hang_up(self, _: asyncio.Future[None]) -> None:
        self._wake.set()

    def _failed(
        self, name: str, params: Params, fault: Fault, *, done: bool, at_s: float
    ) -> Answer | None:
        """Answer with a fault, or not at all."""
        status = 0 if fault.kind.startswith("drop") else int(fault.kind[:3])
        self._note(name, params, done, status, None, fault, at_s)
        if status == 0:
            return None
        if status == 502:
            return Answer(502, "text/html", b"<html><h1>502 Bad Gateway</h1></html>")
        if status == 429:
            seconds = fault.retry_after
            return _refused(
                Refusal(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)
            )
        return _refused(Refusal(500, "Internal Server Error"))

    def _note(
        self,
        method: str,
        params: Params,
        ok: bool,
        status: int,
        reason: str | None,
        fault: Fault | None,
        at_s: float,
    ) -> None:
        kind = fault.kind if fault else None
        with self.world.lock:
            self.calls.append(Call(method, params.shown(), ok, status, reason, kind, at_s))

    def _download(self, token: str, path: str) -> Answer | None:
        at_s = time.monotonic()
        params = Params({"path": path})
        try:
            self._check_token(token)
            fault = Fault("drop_before") if self._down else self.faults.for_call("file")
            if fault:
                return self._failed("file", params, fault, done=False, at_s=at_s)
            with self.world.lock:
                found = [file for file in self.world.files.values() if file.path == path]
            if not found or len(found[0].data) > MAX_DOWNLOAD_BYTES:
                raise Refusal(404, "Not Found")
        except Refusal as refusal:
            self._note("file", params, False, refusal.status, refusal.description, None, at_s)
            return _refused(refusal)
        self._note("file", params, True, 200, None, None, at_s)
        return Answer(200, "application/octet-stream", found[0].data)

    # -- updates ----------------------------------------------------------------------------

    async def _get_updates(self, params: Params, hung_up: asyncio.Future[None]) -> list[Json]:
        """Answer a poll as soon as there are updates; a newer poll ends an older one."""
        unknown = set(params.values) - {"offset", "limit", "timeout", "allowed_updates"}
        if unknown:
            raise Refusal(400, f"Bad Request: this server does not know {sorted(unknown)}")
        limit = min(max(params.number("limit") or 100, 1), 100)
        until_s = time.monotonic() + min(max(params.number("timeout") or 0, 0), 50)
        with self.world.lock:
            if self.world.webhook:
                raise Refusal(409, _WRONG_POLL)
            self._api.read_allowed(params)
            self.world.confirm(params.number("offset") or 0)
        self._poller += 1
        mine = self._poller
        self._wake.set()  # an older poll sees that it is over
        while True:
            if hung_up.done():
                return []
            if mine != self._poller:
                raise Refusal(409, _OTHER_POLL)
            with self.world.lock:
                if self.world.webhook:
                    raise Refusal(409, "Conflict: terminated by setWebhook request")
                batch = self.world.batch(limit)
            left_s = until_s - time.monotonic()
            if batch or left_s <= 0 or self._stopping or self._down:
                return batch
            await self._woken_within(left_s)

    async def _woken_within(self, seconds: float) -> None:
        self._wake.clear()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._wake.wait()

    async def _deliver(self) -> None:
        """Deliver updates to the webhook: in order within a queue, queues side by side."""
        busy: dict[object, asyncio.Task[None]] = {}
        client = HttpClient(_WEBHOOK_TIMEOUT_S)
        while not self._stopping:
            with self.world.lock:
                hook = self.world.webhook
                waiting = {update.queue for update in self.world.pending} if hook else set()
                room = (hook.max_connections if hook else 0) - len(busy)
            for queue in list(waiting - set(busy))[: max(0, room)]:
                task = asyncio.create_task(self._deliver_queue(client, queue))
                busy[queue] = task
                task.add_done_callback(partial(self._ended, busy, queue))
            self._wake.clear()
            await self._wake.wait()
        tasks = list(busy.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        client.close()

    def _ended(
        self, busy: dict[object, asyncio.Task[None]], queue: object, _: asyncio.Task[None]
    ) -> None:
        busy.pop(queue, None)
        self._wake.set()

    async def _deliver_queue(self, client: HttpClient, queue: object) -> None:
        retry_s = _FIRST_RETRY_S
        while not self._stopping:
            with self.world.lock:
                hook = self.world.webhook
                update = next((u for u in self.world.pending if u.queue == queue), None)
            if hook is None or update is None:
                return
            error = await self._post(client, hook.url, hook.secret, update)
            with self.world.lock:
                if error is None:
                    if update.twice:
                        update.twice = False
                    else:
                        self.world.pending = [u for u in self.world.pending if u is not update]
                else:
                    hook.last_error, hook.last_error_date = error, int(time.time())
            if error is None:
                retry_s = _FIRST_RETRY_S
                continue
            until_s = time.monotonic() + retry_s
            while not self._stopping and (left_s := until_s - time.monotonic()) > 0:
                await self._woken_within(left_s)
            retry_s = min(2 * retry_s, _LAST_RETRY_S)

    async def _post(
        self, client: HttpClient, url: str, secret: str | None, update: Update
    ) -> str | None:
        """Deliver an update; return what went wrong, in Telegram's wording."""
        headers = {"X-Telegram-Bot-Api-Secret-Token": secret} if secret else {}
        if self.proxy:
            base = urlsplit(self.proxy)
            url = urlunsplit((base.scheme, base.netloc, *urlsplit(url)[2:]))
        if urlsplit(url).hostname not in LOOPBACK:
            return "Failed to resolve host: Name or service not known"  # nothing leaves here
        try:
            answer = await client.post(url, _compact(update.wire), headers)
        except TimeoutError:
            return "Read timeout expired"
        except OSError:
            return "Connection refused"
        if answer is None:
            return "Connection closed"
        status, words = answer
        if 200 <= status < 300:
            return None
        return f"Wrong response from the webhook: {status} {words}"


def _json(status: int, body: Json) -> Answer:
    return Answer(status, "application/json", _compact(body))


def _compact(body: Json) -> bytes:
    return _ENCODER.encode(body).encode()


def _refused(refusal: Refusal) -> Answer:
    body: Json = {"ok": False, "error_code": refusal.status, "description": refusal.description}
    if refusal.parameters:
        body["parameters"] = refusal.parameters
    return _json(refusal.status, body)

"""What arrives is dealt with once, many at a time, one person's messages in their order."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection

from bot.channels.telegram.arrivals import Arrival
from bot.channels.telegram.ids import MessageIds
from bot.channels.telegram.ledger import Ledger
from bot.channels.telegram.outbox import Delivery, delivery

__all__ = ["Dispatcher"]

_RECENT = 2_000


class Dispatcher:
    """Runs a task for each update.

    Args:
        handle: deals with what arrived; never raises but when cancelled.
        ledger: knows what was done before a restart.
        ids: told of every message that arrives.
    """

    def __init__(
        self, handle: Callable[[Arrival], Awaitable[None]], ledger: Ledger, ids: MessageIds
    ) -> None:
        self._handle = handle
        self._ledger = ledger
        self._ids = ids
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._last: dict[int, asyncio.Task[None]] = {}
        self._repeated: dict[int, int] = {}  # chat by update that an earlier run began with
        self._recent: dict[int, None] = {}
        self._few = 0
        self._fewer = asyncio.Event()

    @property
    def unfinished(self) -> tuple[int, ...]:
        """The ids of the updates that are being dealt with."""
        return tuple(self._tasks)

    def is_known(self, update_id: int) -> bool:
        """Whether an update is being dealt with, or was a short while ago."""
        return update_id in self._tasks or update_id in self._recent

    def skip(self, update_id: int) -> None:
        """Take an update for dealt with, for nothing can be done with it."""
        self._remember(update_id)

    def take(self, arrival: Arrival) -> tuple[asyncio.Task[None] | None, bool]:
        """Begin to deal with an update.

        Returns:
            Its task, None for one that is done; and whether it is new.
        """
        number = arrival.update_id
        running = self._tasks.get(number)
        if running is not None:
            return running, False
        if number in self._recent or self._ledger.is_done(number):
            return None, False
        before = self._before(arrival)
        task = asyncio.create_task(self._run(arrival, before))
        self._tasks[number] = task
        if arrival.message is not None:
            chat_id, message_id = arrival.message
            self._ids.note(chat_id, message_id)
            if self._ledger.sending(number, 0) is not None:
                self._repeated[number] = chat_id
            if arrival.is_text:
                self._last[chat_id] = task
                task.add_done_callback(lambda one: self._forget(chat_id, one))
        return task, True

    async def wait(self, timeout_s: float) -> None:
        """Return when half of what is being dealt with is finished, or after the time."""
        self._few = len(self._tasks) // 2
        self._fewer.clear()
        try:
            async with asyncio.timeout(timeout_s):
                await self._fewer.wait()
        except TimeoutError:
            return

    async def finish(self, grace_s: float) -> int:
        """Let what is under way finish; what is not done in time is given up.

        Returns:
            How many updates were given up: they arrive again at the next start.
        """
        running = list(self._tasks.values())
        if not running:
            return 0
        _, late = await asyncio.wait(running, timeout=grace_s)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
        return len(late)

    def _before(self, arrival: Arrival) -> list[asyncio.Task[None]]:
        """Return what must be dealt with first.

        What people write in a chat is answered in its order. A press on a button waits for the
        updates of its chat that an earlier run of the program did not finish: the message with the
        button is the answer to one of them, and would else be written anew after the press.
        """
        if arrival.message is not None and arrival.is_text:
            last = self._last.get(arrival.message[0])
            return [] if last is None else [last]
        pressed_in = arrival.pressed_in
        if pressed_in is None:
            return []
        return [self._tasks[one] for one, chat in self._repeated.items() if chat == pressed_in]

    async def _run(self, arrival: Arrival, before: Collection[asyncio.Task[None]]) -> None:
        number = arrival.update_id
        try:
            if before:
                await asyncio.wait(before)
            sending = Delivery(number)
            delivery.set(sending)
            await self._handle(arrival)
            self._ledger.done(number, sending.parts)
            self._remember(number)
        finally:
            del self._tasks[number]
            self._repeated.pop(number, None)
            if len(self._tasks) <= self._few:
                self._fewer.set()

    def _remember(self, update_id: int) -> None:
        self._recent[update_id] = None
        if len(self._recent) > _RECENT:
            del self._recent[next(iter(self._recent))]

    def _forget(self, chat_id: int, task: asyncio.Task[None]) -> None:
        if self._last.get(chat_id) is task:
            del self._last[chat_id]

from __future__ import annotations

import asyncio
from pathlib import Path

from telegram import Update

from bot.channels.telegram.dispatcher import Dispatcher
from bot.channels.telegram.ids import MessageIds
from bot.channels.telegram.ledger import Ledger


def test_updates_are_asked_for_again_when_half_of_them_are_done(tmp_path: Path) -> None:
    gates = {number: asyncio.Event() for number in range(1, 5)}

    async def handle(update: Update) -> None:
        await gates[update.update_id].wait()

    async def run(ledger: Ledger) -> None:
        dispatcher = Dispatcher(handle, ledger, MessageIds())
        for number in gates:
            assert dispatcher.take(Update(number))[1]
        waiting = asyncio.ensure_future(dispatcher.wait(30))
        await asyncio.sleep(0)
        for number, over in ((3, False), (1, True)):
            gates[number].set()
            await asyncio.wait([waiting], timeout=0.05)
            assert waiting.done() is over
        assert dispatcher.unfinished == (2, 4)
        await dispatcher.wait(0.01)  # and it never waits longer than it is told
        assert [dispatcher.is_known(number) for number in (1, 2, 5)] == [True, True, False]
        assert dispatcher.take(Update(1)) == (None, False)
        for gate in gates.values():
            gate.set()
        assert await dispatcher.finish(5) == 0

    ledger = Ledger(tmp_path / "telegram.sqlite")
    asyncio.run(run(ledger))
    assert [ledger.is_done(number) for number in range(1, 6)] == [True] * 4 + [False]
    ledger.close()

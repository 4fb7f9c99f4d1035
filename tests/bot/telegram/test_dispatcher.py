from __future__ import annotations

import asyncio
from pathlib import Path

from telegram import Update

from bot.channels.telegram.arrivals import Arrival, read
from bot.channels.telegram.dispatcher import Dispatcher
from bot.channels.telegram.ids import MessageIds
from bot.channels.telegram.ledger import Ledger


def test_updates_are_asked_for_again_when_half_of_them_are_done(tmp_path: Path) -> None:
    gates = {number: asyncio.Event() for number in range(1, 5)}

    async def handle(arrival: Arrival) -> None:
        await gates[arrival.update_id].wait()

    async def run(ledger: Ledger) -> None:
        dispatcher = Dispatcher(handle, ledger, MessageIds())
        for number in gates:
            assert dispatcher.take(_empty(number))[1]
        waiting = asyncio.ensure_future(dispatcher.wait(30))
        await asyncio.sleep(0)
        for number, over in ((3, False), (1, True)):
            gates[number].set()
            await asyncio.wait([waiting], timeout=0.05)
            assert waiting.done() is over
        assert dispatcher.unfinished == (2, 4)
        await dispatcher.wait(0.01)  # and it never waits longer than it is told
        assert [dispatcher.is_known(number) for number in (1, 2, 5)] == [True, True, False]
        assert dispatcher.take(_empty(1)) == (None, False)
        for gate in gates.values():
            gate.set()
        assert await dispatcher.finish(5) == 0

    ledger = Ledger(tmp_path / "telegram.sqlite")
    asyncio.run(run(ledger))
    assert [ledger.is_done(number) for number in range(1, 6)] == [True] * 4 + [False]
    ledger.close()


def test_a_press_waits_for_what_an_earlier_run_began_in_its_chat(tmp_path: Path) -> None:
    """Killed after a preview was shown and before that was noted: the document comes again."""
    path = tmp_path / "telegram.sqlite"
    killed = Ledger(path)
    killed.begin(1, 0, 7)
    killed.close()
    gate = asyncio.Event()
    order: list[str] = []

    async def handle(arrival: Arrival) -> None:
        order.append(f"begun {arrival.update_id}")
        if arrival.update_id == 1:
            await gate.wait()
            order.append("done 1")

    async def run(ledger: Ledger) -> None:
        dispatcher = Dispatcher(handle, ledger, MessageIds())
        for arrival in (_document(1, chat_id=5), _press(2, chat_id=5), _press(3, chat_id=6)):
            dispatcher.take(arrival)
        for _ in range(5):
            await asyncio.sleep(0)
        assert order == ["begun 1", "begun 3"]
        gate.set()
        assert await dispatcher.finish(5) == 0
        assert order == ["begun 1", "begun 3", "done 1", "begun 2"]

    ledger = Ledger(path)
    asyncio.run(run(ledger))
    ledger.close()


def _empty(number: int) -> Arrival:
    return Arrival(number, Update(number))


def _document(number: int, chat_id: int) -> Arrival:
    return _update(number, message=_message(chat_id) | {"document": _FILE})


def _press(number: int, chat_id: int) -> Arrival:
    person = {"id": chat_id, "is_bot": False, "first_name": "Kim"}
    press = {"id": "1", "from": person, "chat_instance": "1", "data": "x"}
    return _update(number, callback_query=press | {"message": _message(chat_id)})


_FILE = {"file_id": "a", "file_unique_id": "b", "file_name": "svar.pdf"}


def _message(chat_id: int) -> dict[str, object]:
    return {"message_id": 8, "date": 1_700_000_000, "chat": {"id": chat_id, "type": "private"}}


def _update(number: int, **what: object) -> Arrival:
    return read({"update_id": number, **what}, None)

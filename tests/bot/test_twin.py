from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import pytest

from bot.twin import TOGETHER, Twin, TwinError


def doubled(numbers: Sequence[int]) -> list[int]:
    assert 1 <= len(numbers) <= TOGETHER
    if min(numbers) < 0:
        raise ValueError(numbers)
    return [2 * number for number in numbers]


def together(numbers: Sequence[int]) -> list[int]:
    time.sleep(0.1)
    return [len(numbers)] * len(numbers)


def slow(numbers: Sequence[int]) -> Sequence[int]:
    time.sleep(60)
    return numbers


@contextmanager
def twin_of(work: Callable[[Sequence[int]], Sequence[int]]) -> Iterator[Twin[int, int]]:
    twin = Twin.fork(work)
    if twin is None:
        pytest.skip("one processor, or no Linux: no twin")
    try:
        yield twin
    finally:
        twin.close()


def lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_many_questions_at_once_get_their_own_answers() -> None:
    async def asked(twin: Twin[int, int]) -> list[int]:
        await twin.meet()
        try:
            return await asyncio.gather(*(twin.ask(number) for number in range(500)))
        finally:
            twin.leave()

    with twin_of(doubled) as twin:
        assert asyncio.run(asked(twin)) == [2 * number for number in range(500)]


def test_what_waits_is_done_together() -> None:
    async def asked(twin: Twin[int, int]) -> list[int]:
        await twin.meet()
        try:
            first = asyncio.ensure_future(twin.ask(0))
            await asyncio.sleep(0.05)
            rest = await asyncio.gather(*(twin.ask(number) for number in range(30)))
            return [await first, *rest]
        finally:
            twin.leave()

    with twin_of(together) as twin:
        assert asyncio.run(asked(twin)) == [1, *[12] * 12, *[9] * 9, *[8] * 8, 1]


def test_what_fails_is_told_and_the_next_is_answered() -> None:
    async def asked(twin: Twin[int, int]) -> int:
        await twin.meet()
        try:
            with pytest.raises(TwinError):
                await twin.ask(-1)
            return await twin.ask(4)
        finally:
            twin.leave()

    with twin_of(doubled) as twin:
        assert asyncio.run(asked(twin)) == 8


def test_who_waits_for_a_twin_that_is_killed_is_told() -> None:
    async def asked(twin: Twin[int, int]) -> None:
        await twin.meet()
        waiting = asyncio.ensure_future(twin.ask(1))
        await asyncio.sleep(0.05)
        os.kill(twin.pid, signal.SIGKILL)
        with pytest.raises(TwinError):
            await waiting
        with pytest.raises(TwinError):
            await twin.ask(2)

    with twin_of(slow) as twin:
        asyncio.run(asked(twin))


def test_an_answer_that_nobody_waits_for_any_more_goes_to_nobody_else() -> None:
    async def asked(twin: Twin[int, int]) -> int:
        await twin.meet()
        try:
            given_up = asyncio.ensure_future(twin.ask(1))
            await asyncio.sleep(0)
            given_up.cancel()
            return await twin.ask(5)
        finally:
            twin.leave()

    with twin_of(doubled) as twin:
        assert asyncio.run(asked(twin)) == 10


def test_it_ends_when_it_is_told_and_also_when_it_is_busy() -> None:
    async def asked(twin: Twin[int, int]) -> None:
        await twin.meet()
        waiting = asyncio.ensure_future(twin.ask(1))
        await asyncio.sleep(0.05)
        twin.leave()
        waiting.cancel()

    with twin_of(doubled) as idle:
        pass
    with twin_of(slow) as busy:
        asyncio.run(asked(busy))
    assert not lives(idle.pid)
    assert not lives(busy.pid)

"""Several real workers side by side."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from knowledge.errors import ReadingStopped
from knowledge.reading import Begun
from knowledge.sandbox.limits import Limits
from knowledge.sandbox.pool import SandboxPool
from knowledge.understanding import DirectReading
from tests.knowledge.sandbox.test_sandbox import LETTER, SLOW, runs

EXAMPLES = sorted((Path(__file__).parents[3] / "knowledge" / "examples").glob("*.pdf"))
_PATIENCE_S = 30.0

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="signals are not Windows'")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary folders are made."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


@pytest.fixture
def pool(folder: Path) -> Iterator[SandboxPool]:
    with SandboxPool(2) as made:
        yield made


def _workers(pool: SandboxPool, count: int) -> tuple[int, ...]:
    """Wait until so many workers are there."""
    until = time.monotonic() + _PATIENCE_S
    while len(pool.workers) < count:
        assert time.monotonic() < until
        time.sleep(0.01)
    return pool.workers


def test_documents_are_read_side_by_side_and_each_gives_its_own_answer(pool: SandboxPool) -> None:
    direct = DirectReading()
    documents = [(path.name, path.read_bytes()) for path in EXAMPLES[:10]]
    begun = [pool.begin(*document) for document in documents]
    assert [one() for one in begun] == [direct.understand(*document) for document in documents]
    assert len(pool.workers) == 2


def test_one_document_at_a_time_needs_one_worker(pool: SandboxPool) -> None:
    assert pool.workers == ()
    pool.read("a.txt", LETTER)
    first = pool.workers
    assert pool.understand("b.txt", LETTER).drafts == pool.reread(LETTER.decode())
    assert pool.questions("c.txt", b"1. Hur?\n") == ((1, "Hur?"),)
    assert pool.workers == first
    assert len(first) == 1


@posix_only
def test_a_document_whose_worker_dies_does_not_hurt_its_neighbours(pool: SandboxPool) -> None:
    slow = pool.begin("a.txt", SLOW)
    (ill,) = _workers(pool, 1)
    others = [pool.begin(f"{number}.txt", LETTER) for number in range(4)]
    expected = DirectReading().understand("b.txt", LETTER)
    assert others[0]() == expected
    os.kill(ill, signal.SIGKILL)
    with pytest.raises(ReadingStopped, match="avbröts oväntat"):
        slow()
    assert [one() for one in others] == [expected] * 4
    assert not runs(ill)
    assert pool.begin("c.txt", LETTER)() == expected


def test_a_document_that_takes_too_long_does_not_hold_up_its_neighbours(folder: Path) -> None:
    with SandboxPool(2, Limits(wall_s=2)) as pool:
        slow = pool.begin("a.txt", SLOW)
        others = [pool.begin(f"{number}.txt", LETTER) for number in range(6)]
        for one in others:
            one()
        with pytest.raises(ReadingStopped, match="tog mer än 2 sekunder"):
            slow()


def test_what_is_being_read_is_broken_off_at_the_end(folder: Path) -> None:
    begun: list[Begun] = []

    def interrupted() -> None:
        with SandboxPool(2) as pool:
            begun.extend(pool.begin(f"{number}.txt", SLOW) for number in range(4))
            pids.extend(_workers(pool, 2))
            raise KeyboardInterrupt

    pids: list[int] = []
    start = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert time.monotonic() - start < _PATIENCE_S
    assert not any(map(runs, pids))
    assert list(folder.iterdir()) == []
    assert [one.name for one in threading.enumerate() if one.name.startswith("reading")] == []
    with pytest.raises(ReadingStopped, match="avbröts"):
        begun[0]()


def test_there_are_as_many_workers_as_processors_and_no_more_than_eight(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for processors, expected in ((3, 3), (64, 8)):
        monkeypatch.setattr("knowledge.sandbox.pool._processors", lambda count=processors: count)
        with SandboxPool() as pool:
            assert pool.at_once == expected

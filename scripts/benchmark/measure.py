"""All systems on one record: build, one cold question, warm questions, many at once, quality.

Rounds are interleaved, so that what else the machine does hits all systems alike.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from pathlib import Path

from scripts.benchmark.processes import Run, Worker, environment, run, serving, told
from scripts.benchmark.records import Record, made_reply, make_record
from scripts.benchmark.systems import System
from scripts.benchmark.tasks import Outcome, Task, judge
from scripts.benchmark.texts import read_texts

__all__ = ["COLD_QUESTION", "Bench", "Figure", "say"]

COLD_QUESTION = "Hur långt får det vara till skolbussens hållplats?"

_K = 10
_WARM_UP = 20
_BUILDS = 3
_ENOUGH_S = 30
"""No further build of a system is measured once its builds have taken so long."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure.

    Attributes:
        system: name of the system.
        what: what was measured.
        unit: s, ms, MiB or 1/s.
    """

    system: str
    what: str
    value: float
    unit: str


@dataclass(frozen=True, slots=True)
class Bench:
    """The systems and how they are measured.

    Attributes:
        systems: whom.
        python: the Python that has the peers.
        cores: threads of a process that works alone, and processes when several work at once.
        runs: cold questions a system.
        rounds: times that all questions are asked.
    """

    systems: Sequence[System]
    python: Path
    cores: int
    runs: int
    rounds: int

    def build(self, record: Record, *, most: int = 1) -> dict[str, list[Run]]:
        """Build every system's index, up to so many times."""
        runs: dict[str, list[Run]] = {system.name: [] for system in self.systems}
        for number in range(most):
            for system in self.systems:
                if sum(one.wall_s for one in runs[system.name]) < _ENOUGH_S:
                    say(f"{record.name}: {system.title} builds ({number + 1})")
                    system.clear(record)
                    command = system.build_command(record, self.python)
                    runs[system.name].append(run(command, environment(self.cores)))
        return runs

    def speed(self, record: Record, questions: Sequence[str]) -> tuple[Figure, ...]:
        """Measure what a user waits for and what the machine must give."""
        return (
            *self._build(record),
            *self._cold(record),
            *self._warm(record, questions),
            *self._at_once(record, questions),
            *self._one_reply_more(record),
            *(
                Figure(system.name, "index on disk", system.size_bytes(record) / 2**20, "MiB")
                for system in self.systems
            ),
        )

    def quality(self, task: Task) -> dict[str, Outcome]:
        """Return how well every system, built already, finds what the task asks for."""
        ids = [text.id for text in read_texts(task.record.texts)]
        outcomes = {}
        for system in self.systems:
            say(f"{task.name}: {system.title} is judged")
            with self._serving(system, task.record, self.cores) as worker:
                answer = worker.ask({"questions": task.questions, "k": task.depth})
            found = [[_id(name, ids) for name in hits] for hits in answer["hits"]]
            outcomes[system.name] = judge(task, found)
        return outcomes

    def prepare(self, folder: Path) -> None:
        """Let every system build and answer once, so that byte code is compiled before measuring.

        Args:
            folder: an empty one.

        Raises:
            Failed: a system does not work.
        """
        record = make_record("trial", folder, [made_reply("trial", "Trial", ["One.", "Two."])])
        for system in self.systems:
            say(f"trying {system.title}")
            system.clear(record)
            run(system.build_command(record, self.python), environment(self.cores))
            command = system.ask_command(record, self.python, COLD_QUESTION)
            run(command, environment(self.cores))

    def versions(self) -> dict[str, str]:
        """Return the version of every system by its name.

        Raises:
            Failed: a system is not installed.
        """
        return {
            system.name: str(json.loads(told(system.version_command(self.python)))["version"])
            for system in self.systems
        }

    def _build(self, record: Record) -> Iterator[Figure]:
        for name, runs in self.build(record, most=_BUILDS).items():
            yield from _process(name, "build", runs)

    def _cold(self, record: Record) -> Iterator[Figure]:
        environ = environment(self.cores)
        runs: dict[str, list[Run]] = {system.name: [] for system in self.systems}
        for number in range(self.runs + 1):
            say(f"{record.name}: a cold question ({number} of {self.runs})")
            for system in self.systems:
                one = run(system.ask_command(record, self.python, COLD_QUESTION), environ)
                if number:  # the first puts the files into the system's cache
                    runs[system.name].append(one)
        for name, some in runs.items():
            yield from _process(name, "one cold question", some)

    def _warm(self, record: Record, questions: Sequence[str]) -> Iterator[Figure]:
        times_ms: dict[str, list[float]] = {}
        peaks_mib: dict[str, float] = {}
        with ExitStack() as stack:
            workers = {}
            for system in self.systems:
                say(f"{record.name}: {system.title} warms up")
                workers[system.name] = stack.enter_context(
                    self._serving(system, record, self.cores)
                )
                workers[system.name].ask({"questions": questions[:_WARM_UP], "k": _K})
            for number in range(self.rounds):
                say(f"{record.name}: warm questions ({number + 1} of {self.rounds})")
                for name, worker in workers.items():
                    answer = worker.ask({"questions": questions, "k": _K})
                    times_ms.setdefault(name, []).extend(answer["times_ms"])
                    peaks_mib[name] = answer["peak_mib"]
        for name, times in times_ms.items():
            ranks = statistics.quantiles(times, n=100, method="inclusive")
            for percent in (50, 95, 99):
                yield Figure(name, f"a warm question, p{percent}", ranks[percent - 1], "ms")
            yield Figure(name, "warm questions, peak memory", peaks_mib[name], "MiB")

    def _at_once(self, record: Record, questions: Sequence[str]) -> Iterator[Figure]:
        rates: dict[str, list[float]] = {}
        what = f"questions a second, {self.cores} processes on {self.cores} cores"
        for number in range(self.rounds):
            for system in self.systems:
                say(f"{record.name}: {system.title}, many at once ({number + 1} of {self.rounds})")
                with ExitStack() as stack:
                    workers = [
                        stack.enter_context(self._serving(system, record, 1, place))
                        for place in range(self.cores)
                    ]
                    _all(workers, questions[:_WARM_UP])
                    start_s = time.perf_counter()
                    _all(workers, questions)
                    took_s = time.perf_counter() - start_s
                rates.setdefault(system.name, []).append(len(workers) * len(questions) / took_s)
        for name, some in rates.items():
            yield Figure(name, what, statistics.median(some), "1/s")

    def _one_reply_more(self, record: Record) -> Iterator[Figure]:
        """Measure what a new reply costs Kommunsvar; the others are built anew."""
        say(f"{record.name}: one reply more")
        reindex = [sys.executable, "-m", "bot", "--home", str(record.home), "reindex"]
        last = max((record.home / "knowledge").glob("*.yaml"))
        held = last.read_bytes()
        last.unlink()
        run(reindex, environment(self.cores))
        last.write_bytes(held)
        one = run(reindex, environment(self.cores))
        yield from _process("kommunsvar", "one reply more", [one])

    def _serving(
        self, system: System, record: Record, threads: int, place: int = 0
    ) -> AbstractContextManager[Worker]:
        command = system.serve_command(record, self.python)
        log = record.home.parent / f"{system.name}-{place}.log"
        return serving(command, environment(threads), log)


def _all(workers: Sequence[Worker], questions: Sequence[str]) -> None:
    """Ask all workers at the same time, and wait for the last."""
    for worker in workers:
        worker.send({"questions": questions, "k": _K})
    for worker in workers:
        worker.receive()


def _process(name: str, what: str, runs: Sequence[Run]) -> Iterator[Figure]:
    yield Figure(name, f"{what}, wall", statistics.median(one.wall_s for one in runs), "s")
    yield Figure(name, f"{what}, processor", statistics.median(one.cpu_s for one in runs), "s")
    yield Figure(name, f"{what}, peak memory", max(one.peak_mib for one in runs), "MiB")


def _id(name: str, ids: Sequence[str]) -> str:
    """Return the passage id of a found name, which may be a row."""
    return ids[int(name)] if name.isdigit() else name


def say(text: str) -> None:
    """Tell the progress on standard error."""
    print(f"{text} …", file=sys.stderr, flush=True)

"""Asks one home without pause, as a running bot does, and tells what it was answered.

    python -m tests.journeys.reader HOME

Each line of standard input is a JSON object: what to ask from then on (`Asking`), or null. Each
line of standard output tells what came since the line before (`Told`), each thing asked at least
once.
"""

from __future__ import annotations

import json
import select
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, TypeAlias, cast

from bot.service import Service
from bot.wiring import open_service
from knowledge.errors import UnknownReply
from knowledge.quote import quote
from tests.conftest import settings_of

__all__ = ["Asking", "Reader", "Said", "Told", "reading"]

Said: TypeAlias = tuple[str, str, str]
"""`found` with the id and the text of what came first, `shown` with those of what was looked up;
`gone` with two empty texts where it is not shown."""

_GONE: Said = ("gone", "", "")


@dataclass(frozen=True)
class Asking:
    """What is asked, by a name: questions, and passages to be looked up by their ids."""

    questions: Mapping[str, str]
    passages: Mapping[str, str]


@dataclass
class Told:
    """What came of it.

    Attributes:
        answers: by name, in order; the same one in a row is told once.
        asked: how often something was asked.
        longest_s: the longest time between two answers.
        warnings: all that the service said was wrong.
        errors: all that was raised.
    """

    answers: dict[str, list[Said]] = field(default_factory=dict)
    asked: int = 0
    longest_s: float = 0.0
    warnings: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


class Reader:
    """The process that asks."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def tell(self, asking: Asking | None = None) -> Told:
        """Return what was answered since the last time; from now on, ask something else."""
        stdin, stdout = cast(IO[str], self._process.stdin), cast(IO[str], self._process.stdout)
        stdin.write(json.dumps(asking and asdict(asking)) + "\n")
        stdin.flush()
        told = Told(**json.loads(stdout.readline()))
        told.answers = {
            name: [cast(Said, tuple(one)) for one in said] for name, said in told.answers.items()
        }
        return told


@contextmanager
def reading(home: Path, environment: dict[str, str]) -> Iterator[Reader]:
    """Start asking, and end it."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.journeys.reader", str(home)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env=environment,
    ) as process:
        try:
            yield Reader(process)
        finally:
            cast(IO[str], process.stdin).close()


def main() -> None:
    service = open_service(settings_of(Path(sys.argv[1])))
    asking, told, last_s = Asking({}, {}), Told(), time.monotonic()
    while True:
        for name in (*asking.questions, *asking.passages):
            said = _said(service, asking, name, told)
            now_s = time.monotonic()
            told.longest_s, last_s = max(told.longest_s, now_s - last_s), now_s
            told.asked += 1
            before = told.answers.setdefault(name, [])
            if before[-1:] != [said]:
                before.append(said)
        told.warnings += [one for one in service.warnings if one not in told.warnings]
        if not asking.questions or select.select([sys.stdin], [], [], 0)[0]:
            line = sys.stdin.readline()
            if not line:
                return
            print(json.dumps(asdict(told)), flush=True)
            wanted = json.loads(line)
            if wanted is not None:
                asking = Asking(**wanted)
                last_s = time.monotonic()
            told = Told()


def _said(service: Service, asking: Asking, name: str, told: Told) -> Said:
    try:
        if name in asking.passages:
            shown = service.show(asking.passages[name])
            assert shown.passage is not None
            text = quote(shown.passage.span.of(shown.reply.text))
            return ("shown", f"{shown.reply.id}#{shown.passage.id}", text)
        first = service.ask(asking.questions[name]).results.hits[0].passage
        return ("found", first.id, first.text)
    except UnknownReply:
        return _GONE
    except Exception as exc:  # whatever it is, it is told and fails the test
        told.errors.append(f"{name}: {type(exc).__name__}: {exc}")
        return ("error", "", "")


if __name__ == "__main__":
    main()

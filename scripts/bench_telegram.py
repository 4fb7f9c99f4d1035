"""Measures the Telegram channel: `kommunsvar serve` against the Bot API server of the tests.

    python scripts/bench_telegram.py --home DIR [--json FILE]

The home must have an index (`kommunsvar --home DIR example`); a copy of it is used. Bot, server and
people share the machine, so what is measured is a little slower than the bot alone.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.journeys import telegram
from tests.journeys.telegram import Serving, wait_for
from tests.telegram_api import Faults, Person, TelegramApi

ROOT = Path(__file__).resolve().parent.parent
EVERY_QUESTION = tuple(
    json.loads(line)["question"]
    for line in (ROOT / "tests/data/questions.jsonl").read_text("utf-8").splitlines()
)
QUESTIONS = tuple(one for one in EVERY_QUESTION if any(map(str.isalnum, one)))
"""Questions of residents on the example record: 300, so that few are asked twice in a row. Left out
is what has no word in it: that is not answered but asked for again."""
OFF: dict[str, object] = {"rate_limit": False, "questions_per_minute": 0}


def main() -> int:
    """Measure and print; 1 when a floor is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--questions", type=int, default=1000)
    parser.add_argument("--mode", choices=["polling", "webhook"], default="polling")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        shutil.copytree(given.home, home)
        figures = {
            "start_to_first_reply_s": start(home, given.mode),
            **latency(home, given.mode, given.people, given.rounds),
            **(under_faults(home, given.mode, given.questions) if given.questions else {}),
        }
    text = json.dumps(figures, indent=2)
    print(text)
    if given.json:
        given.json.write_text(f"{text}\n")
    return 0


@contextmanager
def serving(
    home: Path, mode: str, faults: Faults | None = None
) -> Iterator[tuple[Serving, TelegramApi]]:
    """Run the bot against a new server, whose update ids begin anew."""
    shutil.rmtree(home / "journal", ignore_errors=True)
    # With byte code, as after an installation, wherever this interpreter has it or not.
    compiled = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(home.parent / "compiled")}
    with telegram.serving(home, mode, telegram=OFF, faults=faults, environment=compiled) as started:
        yield started


def start(home: Path, mode: str, times: int = 3) -> list[float]:
    """Return the seconds from starting the process to the first reply, each time.

    The first start, which compiles, does not count.
    """
    taken = []
    for _ in range(times + 1):
        with serving(home, mode) as (served, api):
            kim = api.person(1)
            kim.send(QUESTIONS[0])
            answer = kim.reply(60)
            taken.append(round(answer.at_s - served.started_s, 2))
    return taken[1:]


def latency(home: Path, mode: str, people: int, rounds: int) -> dict[str, object]:
    """Measure from a question to its reply, all at the same moment and spread over a second."""
    with serving(home, mode) as (served, api):
        everyone = _people(api, people)
        memory_first = served.memory_mb()
        at_once = _reading(served, everyone, rounds, 0.0)
        spread = _reading(served, everyone, rounds, 1.0)
        memory = served.memory_mb()
    return {
        "people": people,
        "all_at_the_same_moment": at_once,
        "spread_over_a_second": spread,
        "memory_mb": {"after_first_answers": round(memory_first), "after_all": round(memory)},
    }


def _reading(
    served: Serving, everyone: Sequence[Person], rounds: int, within_s: float
) -> dict[str, float]:
    """Let all ask so many times; return milliseconds to the reply, and of processor a question.

    The server's processor time is that of this process, in which the people and the Bot API are.
    """
    own_before_s, before_s = time.process_time(), served.cpu_s()
    taken = [ms for one in range(rounds) for ms in _ask_all(everyone, one, within_s)]
    asked = rounds * len(everyone)
    return {
        **_summary(taken),
        "processor_a_question": round((served.cpu_s() - before_s) * 1000 / asked, 1),
        "servers_processor_a_question": round(
            (time.process_time() - own_before_s) * 1000 / asked, 1
        ),
    }


def _people(api: TelegramApi, count: int) -> list[Person]:
    """Return people who have talked with the bot before, with the bot warm."""
    people = [api.person(10_000 + number) for number in range(count)]
    for number, person in enumerate(people):
        person.send(QUESTIONS[number % len(QUESTIONS)])
    for person in people:
        person.reply(60)
    return people


def _ask_all(people: Sequence[Person], seed: int, within_s: float) -> list[float]:
    """Let each ask one question; return the milliseconds to each reply."""
    draw = random.Random(seed)
    times = (
        sorted((draw.random() * within_s, person) for person in people)
        if within_s
        else [(0.0, person) for person in people]
    )
    begun = time.monotonic()
    asked: list[tuple[Person, float]] = []
    for at, person in times:
        left = begun + at - time.monotonic()
        if left > 0:
            time.sleep(left)
        asked.append((person, time.monotonic()))
        person.send(draw.choice(QUESTIONS))
    # From the last: who waits for the first is woken by every reply, at the expense of the server.
    return [(person.reply(60).at_s - sent) * 1000 for person, sent in reversed(asked)]


def _summary(values: list[float]) -> dict[str, float]:
    ordered = sorted(values)
    return {
        "p50": round(statistics.median(ordered), 1),
        "p95": round(ordered[int(len(ordered) * 0.95) - 1], 1),
        "max": round(ordered[-1], 1),
    }


def under_faults(home: Path, mode: str, questions: int, people: int = 100) -> dict[str, object]:
    """Ask many questions while every twentieth call and update goes wrong; count the replies."""
    faults = Faults(seed=20, share=0.05)
    each = questions // people
    with serving(home, mode, faults=faults) as (served, api):
        served.wait_ready(60)
        everyone = [api.person(20_000 + number) for number in range(people)]
        asked: dict[int, list[int]] = {person.id: [] for person in everyone}
        begun = time.monotonic()
        for number in range(each):
            for person in everyone:
                question = QUESTIONS[(number + person.id) % len(QUESTIONS)]
                asked[person.id].append(person.send(question))
        _settle(served, api, everyone, each)
        took_s = time.monotonic() - begun
        lost = double = 0
        for person in everyone:
            replies = Counter(one.reply_to for one in person.history())
            lost += sum(1 for one in asked[person.id] if not replies[one])
            double += sum(count - 1 for count in replies.values() if count > 1)
    return {
        "questions_under_faults": questions,
        "faults": dict(faults.done),
        "lost": lost,
        "doubled": double,
        "under_faults_s": round(took_s, 1),
    }


def _settle(served: Serving, api: TelegramApi, people: Sequence[Person], each: int) -> None:
    """Wait until everyone has their replies, and a little longer for those that come twice."""

    def came() -> int:
        return sum(len(person.history()) for person in people)

    wait_for(lambda: came() >= each * len(people), 300)
    time.sleep(3)


if __name__ == "__main__":
    raise SystemExit(main())

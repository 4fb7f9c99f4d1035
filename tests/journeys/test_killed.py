"""Promise 7 under SIGKILL: commands are killed at random moments while somebody asks all the while.

Once in a home with the example record, and once in one of some 4,500 passages, so that the record
is cached, runs of rows are copied, the lexical index is extended and, in a full reindex, made in a
process of its own. One reader holds it from the first kill to the last. Of each kill:

- whatever is asked is answered as was right before the command or as is right after it; once
  the new answer was seen, never the old one; and without a pause that would not be there if
  nobody were killed;
- every reply is in the record, whole, as before or after;
- no process, lock or temporary file is left by what was killed;
- the same command again brings the work to its end.

`KOMMUNSVAR_KILLS=300 pytest -s tests/journeys/test_killed.py` kills 300 times, half of them in each
home, and says how long the longest pauses were.
"""

from __future__ import annotations

import json
import os
import random
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import count, groupby, product
from pathlib import Path

import pytest

from bot.wiring import open_administration
from index.versions import Versions
from knowledge.model import Reply, Status
from knowledge.quote import quote
from knowledge.slug import reply_id
from knowledge.store import YamlStore
from tests.builders import reply as built
from tests.conftest import settings_of
from tests.journeys.program import ENVIRONMENT
from tests.journeys.reader import Asking, Reader, Said, Told, reading
from tests.journeys.test_faults import ABOUT_WITHDRAWN, QUESTION, RIGHT, WITHDRAWN, assert_tidy
from tests.journeys.warm import Ended, Order, Warm, warm

KILLS = int(os.environ.get("KOMMUNSVAR_KILLS", "24")) // 2
"""In each of two homes."""
SEED = int(os.environ.get("KOMMUNSVAR_KILLS_SEED", "20251103"))

PAUSE_TIMES, PAUSE_MORE_S = 2.0, 0.5
"""A pause with a kill may be as long as this many of the longest without, and this much more."""

_DAY = date(2025, 11, 3)
_GONE: Said = ("gone", "", "")
_THINGS = ("sparkcyklar", "symaskiner", "tält", "skridskor", "kanoter", "teleskop", "trummor")
_PLACES = tuple(
    f"{first}{last}"
    for first, last in product(
        ("Gran", "Tall", "Björk", "Lönn", "Ask", "Alm", "Rönn"),
        ("sele", "boda", "hyttan", "näset", "torpa", "ryd", "vik"),
    )
)
_FOLLOWED = (
    "snöröjning", "belysning", "simhallar", "lekplatser", "busslinjer", "parkbänkar", "dagvatten",
    "skolgårdar", "återvinning", "ridhus", "fiskevatten", "badplatser", "cykelvägar", "odling",
)  # fmt: skip
REPLIES, ANSWERS = 520, 8


@dataclass(frozen=True)
class Subject:
    """A reply that comes, is corrected, withdrawn and published again; its own words are unique."""

    thing: str
    place: str
    number: int

    @property
    def title(self) -> str:
        return f"Utlåning av {self.thing} i {self.place}"

    @property
    def id(self) -> str:
        return reply_id(_DAY, self.title, ())

    @property
    def passage_id(self) -> str:
        return f"{self.id}#q1"

    @property
    def question(self) -> str:
        return f"Får {self.thing} lånas på biblioteket i {self.place}?"

    def answer(self, edition: int) -> str:
        return (
            f"Ja. Biblioteket i {self.place} lånar ut {edition} {self.thing},"
            " fjorton dagar åt gången, till alla som har lånekort och har fyllt sjutton år."
        )

    def document(self, edition: int) -> str:
        return f"""\
Svar på interpellation från Ada Berg (V) om utlåning av {self.thing} i {self.place}

Dnr KS 2025/{1000 + self.number}

Fråga 1: {self.question}
Svar: {self.answer(edition)}

Exempelby den 3 november 2025

Bo Lind (S)
Ordförande i kulturnämnden
"""


@dataclass(frozen=True)
class State:
    """What is right of a subject: the edition that is answered with and the one shown by its id.

    None where the reply is not found, or not shown.
    """

    answered: int | None
    shown: int | None


@dataclass(frozen=True)
class Step:
    """A command, and what is right when it is done."""

    name: str
    arguments: tuple[str, ...]
    after: State
    until: str | None = None


@dataclass
class Pauses:
    """The longest times between two answers, in seconds, by command."""

    by_command: dict[str, float] = field(default_factory=dict)

    def note(self, name: str, told: Told) -> None:
        self.by_command[name] = max(self.by_command.get(name, 0.0), told.longest_s)

    @property
    def longest_s(self) -> float:
        return max(self.by_command.values(), default=0.0)


@pytest.fixture(params=["small", "large"])
def home(request: pytest.FixtureRequest, example_home: Path, tmp_path: Path) -> Path:
    """The example record, one of it withdrawn, and perhaps many replies that nobody asks for."""
    home = shutil.copytree(example_home, tmp_path / "home")
    chance = random.Random(SEED)
    if request.param == "large":
        YamlStore(home).save(_unasked(number, chance) for number in range(REPLIES))
    administration = open_administration(settings_of(home))
    administration.withdraw([WITHDRAWN], "fel dokument")
    (info, *_) = administration.versions()
    assert request.param == "small" or info.passages > 4_000  # words in a process of their own
    return home


def _unasked(number: int, chance: random.Random) -> Reply:
    def pair(which: int) -> tuple[str, str]:
        what, where = chance.sample(_FOLLOWED, 2)
        many = chance.randrange(3, 900)
        question = f"Hur har nämnden följt upp {what} i distrikt {number}, punkt {which}?"
        answer = (
            f"Nämnden har följt upp {what} vid {many} tillfällen och {where} vid {many // 3}."
            f" I distrikt {number} återstår {chance.randrange(2, 60)} åtgärder till nästa år."
        )
        return question, answer

    what = chance.choice(_FOLLOWED)
    return built(
        f"2020-02-0{1 + number % 9}-uppfoljning-{number}",
        tuple(pair(which) for which in range(1, ANSWERS + 1)),
        title=f"Uppföljning av {what} i distrikt {number}",
        answered_on=date(2020, 2, 1 + number % 9),
    )


class Fray:
    """One home, the reader that asks it, and what starts the commands that are killed."""

    def __init__(self, home: Path, folder: Path, started: Warm, reader: Reader) -> None:
        self.home, self.folder = home, folder
        self.warm, self.reader = started, reader
        self.inbox = folder / "inkorg"
        self.inbox.mkdir()
        self.temporary = folder / "tmp"
        self.store = YamlStore(home)
        self.versions = Versions(home)
        self.chance = random.Random(SEED)
        self.subject = Subject(_THINGS[0], _PLACES[0], 0)
        self.state = State(None, None)
        self.usual: dict[str, Ended] = {}
        self.with_kill, self.without = Pauses(), Pauses()
        self.killed: dict[str, int] = {}
        self.asked = 0
        self.longest_orphan_s = 0.0
        reader.tell(Asking({"stable": QUESTION}, {}))
        (self.right,) = reader.tell().answers["stable"]
        right = next(one for one in _passages(home, self.live()) if one["id"] == RIGHT)
        assert self.right[1:] == (RIGHT, right["text"])

    def live(self) -> str:
        return self.versions.current_id() or ""

    # One subject after the other goes through its life.

    def begin(self, number: int) -> None:
        """Turn to the next subject; the one before is asked for as it was left."""
        self.settled = self.right if not number else _said("found", self.subject, 4)
        settled = QUESTION if not number else self.subject.question
        self.subject = Subject(_THINGS[number % len(_THINGS)], _PLACES[number], number)
        self.state = State(None, None)
        questions = {
            "subject": self.subject.question,
            "stable": QUESTION,
            "withdrawn": ABOUT_WITHDRAWN,
            "settled": settled,
        }
        passages = {"shown": self.subject.passage_id, "hidden": f"{WITHDRAWN}#q1"}
        self.reader.tell(Asking(questions, passages))

    def steps(self, number: int) -> Iterator[Step]:
        """Yield the life of a subject, each step from where the one before has led."""
        id = self.subject.id
        yield Step("import", ("import", self.document(1)), State(1, 1))
        yield Step("import a correction that waits", self.draft(2), State(1, 1))
        yield Step("publish what waits", ("publish", id), State(2, 2))
        yield Step("import a correction", ("import", self.document(3)), State(3, 3))
        earlier = self.earlier()
        yield Step("rollback", ("rollback", earlier), State(self.edition_in(earlier), 3))
        yield Step("reindex", ("reindex",), State(3, 3))
        if number % 3 == 0:
            yield Step("reindex --full", ("reindex", "--full"), State(3, 3))
        reason = ("--reason", "fel dokument")
        yield Step("withdraw", ("withdraw", id, *reason), State(None, None))
        yield Step("rollback to it", ("rollback", self.earlier()), State(None, None))
        yield Step("publish what was withdrawn", ("publish", id), State(3, 3))
        for old in self.inbox.iterdir():
            old.unlink()
        name = self.document(4, self.inbox)
        watching = ("watch", str(self.inbox), "--publish")
        yield Step("watch", watching, State(4, 4), until=f"  {Path(name).name}: ")

    def earlier(self) -> str:
        """Return the version before the live one."""
        ids = self.versions.ids()
        return ids[ids.index(self.live()) - 1]

    def draft(self, edition: int) -> tuple[str, ...]:
        return ("import", "--draft", self.document(edition))

    def document(self, edition: int, folder: Path | None = None) -> str:
        path = (folder or self.folder) / f"svar-{self.subject.number}-{edition}.txt"
        path.write_text(self.subject.document(edition), encoding="utf-8")
        return str(path)

    def edition_in(self, version: str) -> int | None:
        """Return which edition of the subject an index version holds."""
        for passage in _passages(self.home, version):
            if passage["id"] == self.subject.passage_id:
                return next(n for n in range(1, 9) if self.subject.answer(n) == passage["text"])
        return None

    # One command, killed or not.

    def run(
        self, step: Step, *, at: float | None = None, by_clock: bool = False, again: bool = False
    ) -> Ended:
        """Run a command; with `at`, a share of its usual run, kill it there.

        `again` after it was killed: it may say that all is done already.
        """
        order = Order(
            str(self.home), step.arguments, str(self.folder / "output.txt"), until=step.until
        )
        if at is not None and by_clock:
            order = replace(order, kill_after_s=at * self.usual[step.name].seconds)
        elif at is not None:
            order = replace(order, kill_at_change=1 + int(at * self.usual[step.name].changes))
        ended = self.warm.run(order)
        assert ended.left == (), f"{step.name} leaves processes"
        self.longest_orphan_s = max(self.longest_orphan_s, ended.orphans_s)
        said = Path(order.output).read_text("utf-8") if Path(order.output).exists() else ""
        done = ended.code == 0 or (again and "är redan" in said)
        assert ended.killed or done, (step, said)
        return ended

    def undisturbed(self, step: Step) -> None:
        """Run a command to its end, and remember how it goes."""
        before = self.records()
        self.usual[step.name] = self.run(step)
        told = self.tell()
        self.without.note(step.name, told)
        self.check(step, told)
        self.check_records(step, before)
        self.settle(step)

    def kill(self, step: Step) -> bool:
        """Kill a command, look, and run it again; return whether it was alive to be killed."""
        before = self.records()
        self.tell()
        by_clock = self.chance.random() < 0.5
        ended = self.run(step, at=self.chance.random(), by_clock=by_clock)
        told = self.tell()
        if ended.killed:
            self.killed[step.name] = self.killed.get(step.name, 0) + 1
            self.with_kill.note(step.name, told)
        self.check(step, told)
        self.check_records(step, before)
        with self.versions.lock(wait_s=0.5):
            pass
        if not ended.killed:
            self.check_settled(step, self.tell())
        self.run(step, again=True)
        told = self.tell()
        self.without.note(step.name, told)
        self.check(step, told)
        self.settle(step)
        return ended.killed

    def settle(self, step: Step) -> None:
        """From here on only what the command has led to is right."""
        self.check_settled(step, self.tell())
        self.state = step.after
        assert_tidy(self.home)
        left = [one for one in self.temporary.rglob("*") if one.is_file() and one.stat().st_size]
        assert left == []

    def tell(self) -> Told:
        """Return what was answered since the last time; another reply found is as good as none."""
        told = self.reader.tell()
        told.answers["subject"] = _own(told.answers["subject"], self.subject)
        return told

    def check_settled(self, step: Step, told: Told) -> None:
        assert told.answers["subject"][-1] == _said("found", self.subject, step.after.answered)
        assert told.answers["shown"][-1] == _said("shown", self.subject, step.after.shown)

    def check(self, step: Step, told: Told) -> None:
        """Check all that was answered while a command was at work."""
        self.asked += told.asked
        assert told.errors == [], step
        assert all("reindex" in warning for warning in told.warnings), told.warnings
        for name, kind, field_ in (("subject", "found", "answered"), ("shown", "shown", "shown")):
            right = [
                _said(kind, self.subject, getattr(state, field_))
                for state in (self.state, step.after)
            ]
            told_of = told.answers[name]
            assert told_of in (right[:1], right[1:], right), (step, self.state, name, told_of)
        assert told.answers["stable"] == [self.right], step
        assert told.answers["hidden"] == [_GONE], step
        assert told.answers["settled"] == [self.settled], step
        assert not any(id.startswith(WITHDRAWN) for _, id, _ in told.answers["withdrawn"]), step

    def records(self) -> dict[str, Reply]:
        replies, broken = self.store.load_all()
        assert broken == ()
        return {reply.id: reply for reply in replies}

    def check_records(self, step: Step, before: dict[str, Reply]) -> None:
        """Check that no reply is lost, and none but the subject's was touched."""
        after = self.records()
        own_before, own_after = (one.pop(self.subject.id, None) for one in (before, after))
        assert after == before, step
        assert own_after is not None or own_before is None, step
        if own_after is not None:
            shown = own_after.status is Status.PUBLISHED
            text = quote(own_after.passages[0].span.of(own_after.text))
            edition = next(n for n in range(1, 9) if self.subject.answer(n) == text)
            assert (edition if shown else None) in (self.state.shown, step.after.shown), step


def _own(said: list[Said], subject: Subject) -> list[Said]:
    """Return answers with those of other replies as `gone`, the same one in a row once."""
    own = (one if one[1] == subject.passage_id else _GONE for one in said)
    return [one for one, _ in groupby(own)]


def _said(kind: str, subject: Subject, edition: int | None) -> Said:
    return _GONE if edition is None else (kind, subject.passage_id, subject.answer(edition))


def _passages(home: Path, version: str) -> list[dict[str, object]]:
    path = home / "index" / "versions" / version / "passages.jsonl"
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def test_killed_at_any_moment_while_somebody_asks(home: Path, tmp_path: Path) -> None:
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    environment = {**ENVIRONMENT, "TMPDIR": str(temporary)}
    with warm(environment) as started, reading(home, environment) as reader:
        fray = Fray(home, tmp_path, started, reader)
        for number in count():
            fray.begin(number)
            for step in fray.steps(number):
                if number == 0:
                    fray.undisturbed(step)
                elif sum(fray.killed.values()) < KILLS:
                    fray.kill(step)
            print(f"{sum(fray.killed.values())} killed, {fray.asked} answers", flush=True)
            if sum(fray.killed.values()) >= KILLS:
                break
    print(f"\nasked {fray.asked} times; kills: {fray.killed}")
    print(f"usual seconds: { {name: round(one.seconds, 2) for name, one in fray.usual.items()} }")
    for what, pauses in (("with a kill", fray.with_kill), ("without", fray.without)):
        shown = {name: round(seconds, 3) for name, seconds in pauses.by_command.items()}
        print(f"longest pauses {what}, in s: {shown}")
    print(f"longest life of what a killed command had started: {fray.longest_orphan_s:.3f} s")
    assert fray.with_kill.longest_s <= PAUSE_TIMES * fray.without.longest_s + PAUSE_MORE_S
    administration = open_administration(settings_of(home))
    assert administration.verify().errors == ()
    assert all(info.sound for info in administration.versions())

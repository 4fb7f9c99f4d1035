"""Measure how fast answers come, how fast an index is built, and how much memory that takes.

    make bench                                    # the example record
    make bench ARGS="--passages --json out.json"  # and a synthetic record of 10,000 passages

Everything happens in temporary homes. A process is measured as another program would meet it:
wall-clock time from its start to its end, the processor time and the peak memory that the system
counted for it. Medians are given, since a busy machine makes some runs slow and none fast.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from bot.service import MAX_QUESTION_CHARS, Service
from bot.settings import load
from bot.wiring import open_administration, open_service
from knowledge.model import Passage, PassageKind, Person, Reply, Span, Status
from knowledge.quote import quote
from knowledge.store import YamlStore

ROOT = Path(__file__).parent.parent
QUESTIONS = ROOT / "tests" / "data" / "questions.jsonl"
COLD_QUESTION = "Hur långt får det vara till skolbussens hållplats?"

# A process inherits the peak of the one that starts it, so that one must be small.
_LAUNCHER = """
import os, subprocess, sys, time
start = time.perf_counter()
process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL)
_, status, usage = os.wait4(process.pid, 0)
print(time.perf_counter() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss)
sys.exit(os.waitstatus_to_exitcode(status) != 0)
"""

_SEED = 1
_WARM_UP = 20
_ROUNDS = 3
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
_PASSAGES_A_REPLY = 8
_KINDS = (PassageKind.ANSWER,) * 4 + (PassageKind.STATEMENT,) * 3 + (PassageKind.BACKGROUND,)
_FIRST_DAY = date(2010, 1, 1)
_DAYS = 16 * 365


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure.

    Attributes:
        record: which record, for example "49 replies, 373 passages".
        what: what was measured.
        unit: s, ms, MiB or 1/s.
    """

    record: str
    what: str
    value: float
    unit: str


@dataclass(frozen=True, slots=True)
class Run:
    """One process from start to end.

    Attributes:
        wall_s: wall-clock time.
        cpu_s: processor time, in user and system mode, of all threads.
        peak_mib: the most memory it held at once (resident set).
    """

    wall_s: float
    cpu_s: float
    peak_mib: float


def main() -> int:
    """Measure and print; exit code 1 when a measured command fails."""
    parser = argparse.ArgumentParser(
        description=__doc__.split("\n")[0],
        epilog="Prints a Markdown table. Byte code and files are in the system's cache: each"
        " command is run once before it is measured.",
    )
    parser.add_argument(
        "--runs", type=_positive, default=9, metavar="N", help="cold questions measured (9)"
    )
    parser.add_argument(
        "--passages",
        type=_positive,
        nargs="?",
        const=10_000,
        metavar="N",
        help="also measure a synthetic record of N passages (10,000), recombined sentences of"
        " the example record",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures there")
    arguments = parser.parse_args()

    about = _circumstances()
    questions = _questions()
    figures: list[Figure] = []
    try:
        with tempfile.TemporaryDirectory(prefix="kommunsvar-bench-") as folder:
            home = Path(folder) / "example"
            open_administration(load(home, None)).load_examples()
            figures += _measured(home, questions, arguments.runs)
            if arguments.passages:
                home = _synthetic_home(home, Path(folder) / "synthetic", arguments.passages)
                figures += _measured(home, questions, arguments.runs)
    except subprocess.CalledProcessError as exc:
        print(f"bench: {exc}", file=sys.stderr)
        return 1
    about["load_after"] = _load()
    print(_markdown(about, figures))
    if arguments.json:
        document = {**about, "figures": [_fields(figure) for figure in figures]}
        arguments.json.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    return 0


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError(f"{number} is not positive")
    return number


# -- Measuring --------------------------------------------------------------------------------


def _measured(home: Path, questions: Sequence[str], runs: int) -> Iterator[Figure]:
    """Measure everything on one home."""
    service = open_service(load(home, None))
    searched = service.searched()
    name = f"{searched.replies:,} replies, {searched.passages:,} passages"

    def figure(what: str, value: float, unit: str) -> Figure:
        return Figure(name, what, value, unit)

    def process(what: str, measured: Sequence[Run]) -> Iterator[Figure]:
        yield figure(f"{what}, wall", statistics.median(run.wall_s for run in measured), "s")
        yield figure(f"{what}, processor", statistics.median(run.cpu_s for run in measured), "s")
        yield figure(f"{what}, peak memory", max(run.peak_mib for run in measured), "MiB")

    _say(f"{name}: questions")
    for question in questions[:_WARM_UP]:
        service.ask(question)
    start_s = time.process_time()
    times_ms = _warm(service, questions)
    processor_ms = 1000 * (time.process_time() - start_s) / len(times_ms)
    ranks = statistics.quantiles(times_ms, n=100, method="inclusive")
    for percent in (50, 95, 99):
        yield figure(f"a warm question, p{percent}", ranks[percent - 1], "ms")
    yield figure("a warm question, processor (mean)", processor_ms, "ms")
    yield figure("questions, one after the other", 1000 * len(times_ms) / sum(times_ms), "1/s")
    run_command(home, "ask", COLD_QUESTION)
    cold = [run_command(home, "ask", COLD_QUESTION) for _ in range(runs)]
    yield from process(f"`ask`, a whole process (median of {runs})", cold)

    _say(f"{name}: building")
    yield from process("`reindex --full`", [run_command(home, "reindex", "--full")])
    record = max((home / "knowledge").glob("*.yaml"))
    held = record.read_bytes()
    record.unlink()
    run_command(home, "reindex")
    record.write_bytes(held)
    yield from process("`reindex`, one reply more", [run_command(home, "reindex")])
    (directory,) = (home / "index" / "versions").glob(
        (home / "index" / "current").read_text(encoding="ascii").strip()
    )
    size = sum(path.stat().st_size for path in directory.rglob("*") if path.is_file())
    yield figure("an index version on disk", size / 2**20, "MiB")


def _warm(service: Service, questions: Sequence[str]) -> list[float]:
    """Return the milliseconds that each question took in a service that is open already."""
    times_ms: list[float] = []
    for _ in range(_ROUNDS):
        for question in questions:
            start_s = time.perf_counter()
            service.ask(question)
            times_ms.append((time.perf_counter() - start_s) * 1000)
    return times_ms


def run_command(home: Path, *arguments: str) -> Run:
    """Run a command to its end.

    Raises:
        subprocess.CalledProcessError: it fails.
    """
    command = [sys.executable, "-m", "bot", "--home", str(home), *arguments]
    done = subprocess.run(
        [sys.executable, "-S", "-c", _LAUNCHER, *command],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    if done.returncode:
        raise subprocess.CalledProcessError(done.returncode, command)
    wall_s, cpu_s, peak = map(float, done.stdout.split())
    # Linux counts in KiB, macOS in bytes.
    return Run(wall_s, cpu_s, peak / (2**20 if sys.platform == "darwin" else 2**10))


def _questions() -> list[str]:
    """Return the labelled questions without those that are refused unread."""
    lines = QUESTIONS.read_text(encoding="utf-8").splitlines()
    asked = [json.loads(line)["question"] for line in lines]
    return [one for one in asked if any(map(str.isalnum, one)) and len(one) <= MAX_QUESTION_CHARS]


# -- The synthetic record ----------------------------------------------------------------------


def _synthetic_home(example: Path, home: Path, passages: int) -> Path:
    """Make and index a home of so many passages from the sentences of another home's replies."""
    _say(f"making {passages:,} passages")
    replies, _ = YamlStore(example).load_all()
    YamlStore(home).save(synthetic_replies(replies, passages))
    open_administration(load(home, None)).reindex()
    return home


def synthetic_replies(replies: Sequence[Reply], passages: int) -> Iterator[Reply]:
    """Recombine: every sentence is a real one of the example record, their order is chance."""
    chance = random.Random(_SEED)
    whole = [passage.span.of(reply.text) for reply in replies for passage in reply.passages]
    sentences = [one for text in whole for one in _SENTENCE_END.split(quote(text)) if one]
    lengths = [len(_SENTENCE_END.split(quote(text))) for text in whole]
    asked = [
        quote(passage.question.of(reply.text))
        for reply in replies
        for passage in reply.passages
        if passage.question
    ]
    words = sorted({word for reply in replies for word in (reply.title or "").split()})
    made = 0
    while made < passages:
        number = made // _PASSAGES_A_REPLY
        text, found = "", []
        for place in range(min(_PASSAGES_A_REPLY, passages - made)):
            kind = _KINDS[place]
            question = None
            if kind is PassageKind.ANSWER:
                text, question = _added(text, chance.choice(asked))
            body = " ".join(chance.choices(sentences, k=chance.choice(lengths)))
            text, span = _added(text, body)
            count = place + 1 if question else None
            found.append(Passage(f"p{place + 1}", kind, span, count, question=question))
        made += len(found)
        model = chance.choice(replies)
        yield Reply(
            id=f"reply-{number:06d}",
            status=Status.PUBLISHED,
            text=text,
            passages=tuple(found),
            title=" ".join(chance.choices(words, k=5)),
            municipality=model.municipality,
            interpellants=(Person(f"Ledamot {number % 97}", "C"),),
            respondents=model.respondents,
            answered_on=_FIRST_DAY + timedelta(days=chance.randrange(_DAYS)),
            language="sv",
        )


def _added(text: str, paragraph: str) -> tuple[str, Span]:
    return f"{text}{paragraph}\n\n", Span(len(text), len(text) + len(paragraph))


# -- Telling -----------------------------------------------------------------------------------


def _circumstances() -> dict[str, str | int]:
    return {
        "command": " ".join(["python", *(_shown(argument) for argument in sys.argv)]),
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "commit": _commit(),
        "processors": len(os.sched_getaffinity(0))
        if sys.platform == "linux"
        else os.cpu_count() or 1,
        "system": f"{platform.system()} {platform.machine()}, Python {platform.python_version()}",
        "load_before": _load(),
    }


def _shown(argument: str) -> str:
    path = Path(argument)
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else argument


def _commit() -> str:
    """Return the checked-out commit, with a plus sign when files differ from it."""
    git = shutil.which("git")
    if git is None:
        return "unknown"

    def told(*arguments: str) -> str:
        done = subprocess.run([git, *arguments], cwd=ROOT, capture_output=True, text=True)
        return done.stdout.strip()

    changed = told("status", "--porcelain", "--untracked-files=no")
    return f"{told('rev-parse', '--short', 'HEAD') or 'unknown'}{'+' if changed else ''}"


def _load() -> str:
    return f"{os.getloadavg()[0]:.1f}"


def _markdown(about: dict[str, str | int], figures: Sequence[Figure]) -> str:
    """Return one table, a column a record."""
    records = list(dict.fromkeys(figure.record for figure in figures))
    cells = {(figure.what, figure.record): figure for figure in figures}
    lines = [
        f"`{about['command']}`, {about['date']}, commit {about['commit']}; {about['processors']}"
        f" processors, {about['system']}; load {about['load_before']} before,"
        f" {about['load_after']} after.",
        "",
        f"| | {' | '.join(records)} |",
        f"|---|{'---:|' * len(records)}",
    ]
    for what in dict.fromkeys(figure.what for figure in figures):
        row = [_cell(cells[what, record]) for record in records]
        lines.append(f"| {what} | {' | '.join(row)} |")
    return "\n".join(lines)


def _cell(figure: Figure) -> str:
    digits = 0 if figure.value >= 100 else 1 if figure.value >= 10 else 2
    return f"{figure.value:,.{digits}f} {figure.unit}"


def _fields(figure: Figure) -> dict[str, str | float]:
    return {
        "record": figure.record,
        "what": figure.what,
        "value": round(figure.value, 4),
        "unit": figure.unit,
    }


def _say(text: str) -> None:
    print(f"{text} …", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())

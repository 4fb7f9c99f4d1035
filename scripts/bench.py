"""Measure Kommunsvar beside what one would otherwise take: speed, memory, disk and quality.

    make bench                                                   # the example record
    make bench ARGS="--corpus DIR --eval DIR --json FILE"        # everything; takes hours
    make bench ARGS="--corpus DIR --sizes 10k --quality"         # one part of it

The others are measured when `make bench-peers` has installed them. All systems get the same texts
and questions in the same run, in turns, and as many threads; each in processes of its own, as a
user would meet it. Everything happens in temporary folders.
"""

from __future__ import annotations

import argparse
import os
import re
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

if not __package__:  # started as a file: make the folder above importable
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from scripts.benchmark.measure import Bench, say
from scripts.benchmark.processes import Failed, told
from scripts.benchmark.records import (
    Record,
    corpus_passages,
    corpus_replies,
    example_record,
    make_record,
    recombined,
)
from scripts.benchmark.report import Quality, Report, Speed, about, load_now, markdown
from scripts.benchmark.systems import PEERS_PYTHON, SYSTEMS, chosen
from scripts.benchmark.tasks import (
    Task,
    example_task,
    interpellations_task,
    speed_questions,
    swefaq_task,
)

_EXAMPLE = "example"
_SIZES = (_EXAMPLE, "10k", "80k", "250k")
_TASKS = (_EXAMPLE, "interpellations", "swefaq")
_SIZE = re.compile(r"(\d+)(k?)")


def main() -> int:
    """Measure and print; exit code 1 when a measured process fails, 2 for wrong usage."""
    arguments = _arguments()
    # A run that is ended takes its workers and its temporary homes with it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    cores = _processors(arguments.cores)
    peers = arguments.peers.exists()
    if not peers:
        say(f"no {arguments.peers}: measuring Kommunsvar alone (make bench-peers)")
    bench = Bench(
        systems=chosen(arguments.systems, peers=peers),
        python=arguments.peers,
        cores=cores,
        runs=arguments.runs,
        rounds=arguments.rounds,
    )
    report = Report.read(arguments.json) if arguments.json else Report({}, {})
    try:
        _measure(bench, report, arguments)
    except Failed as exc:
        print(f"bench: {exc}", file=sys.stderr)
        return 1
    print(markdown(report))
    if arguments.plot:
        plot = ("-m", "scripts.benchmark.figures", str(arguments.json), str(arguments.plot))
        told([str(arguments.peers), *plot])
    return 0


def _measure(bench: Bench, report: Report, arguments: argparse.Namespace) -> None:
    """Measure everything that is asked for; what is done is written down at once."""
    versions = bench.versions()
    with _folder() as folder:
        bench.prepare(folder)
    questions = speed_questions()

    def done() -> None:
        if arguments.json:
            report.write(arguments.json)

    for size in arguments.sizes:
        with _folder() as folder:
            say(f"making {size}")
            record = _record(size, arguments.corpus, folder)
            load = load_now()
            figures = bench.speed(record, questions)
            circumstances = about(bench.cores, load, versions)
            report.speed[record.name] = Speed(record.passages, circumstances, figures)
        done()
    for name in arguments.quality:
        with _folder() as folder:
            say(f"making {name}")
            task = _task(name, arguments, folder)
            load = load_now()
            bench.build(task.record)
            outcomes = bench.quality(task)
            circumstances = about(bench.cores, load, versions)
            report.quality[task.name] = Quality(task.record.passages, circumstances, outcomes)
        done()


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="kommunsvar-bench-") as folder:
        yield Path(folder)


def _record(size: str, corpus: Path, folder: Path) -> Record:
    """Make the record of a size; more passages than the corpus holds are recombined ones."""
    if size == _EXAMPLE:
        return example_record(folder)
    count = _count(size)
    found = list(islice(corpus_passages(corpus), count))
    if len(found) == count:
        return make_record(f"{size} of the corpus", folder, corpus_replies(found))
    mixed = corpus_replies(recombined(found, count))
    return make_record(f"{size}, the corpus recombined", folder, mixed)


def _task(name: str, arguments: argparse.Namespace, folder: Path) -> Task:
    if name == "interpellations":
        return interpellations_task(arguments.corpus, folder)
    if name == "swefaq":
        return swefaq_task(arguments.eval, folder)
    return example_task(example_record(folder))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__.split("\n")[0],
        epilog="Prints Markdown; in brackets: Kommunsvar's figure divided by this one."
        " Progress goes to standard error.",
    )
    parser.add_argument(
        "--corpus",
        type=_directory,
        metavar="DIR",
        help="folder with government_pages.jsonl.gz and interpellations.jsonl.gz",
    )
    parser.add_argument(
        "--eval", type=_directory, metavar="DIR", help="folder with swefaq_dev.jsonl"
    )
    parser.add_argument(
        "--sizes",
        nargs="*",
        type=_size,
        metavar="SIZE",
        help=f"records whose speed is measured: {_EXAMPLE}, or passages of the corpus, such as 500"
        f" or 10k; more than it holds are made of its sentences ({' '.join(_SIZES)};"
        f" without --corpus {_EXAMPLE})",
    )
    parser.add_argument(
        "--quality",
        nargs="*",
        choices=_TASKS,
        metavar="TASK",
        help=f"tasks on which quality is measured: {', '.join(_TASKS)} (all whose data are given)",
    )
    parser.add_argument(
        "--systems",
        nargs="+",
        choices=[system.name for system in SYSTEMS],
        metavar="SYSTEM",
        help="which to measure, Kommunsvar always: "
        + ", ".join(system.name + ("" if system.usual else " (only so)") for system in SYSTEMS),
    )
    parser.add_argument(
        "--peers",
        type=Path,
        default=PEERS_PYTHON,
        metavar="PYTHON",
        help="the Python that has the other systems (.venv-peers/bin/python)",
    )
    parser.add_argument(
        "--cores", type=_positive, default=2, metavar="N", help="processors to use (2)"
    )
    parser.add_argument(
        "--runs", type=_positive, default=7, metavar="N", help="cold questions a system (7)"
    )
    parser.add_argument(
        "--rounds", type=_positive, default=3, metavar="N", help="rounds of all questions (3)"
    )
    parser.add_argument(
        "--json",
        type=Path,
        metavar="FILE",
        help="also keep the figures there; those of an earlier run stay and are printed too",
    )
    parser.add_argument(
        "--plot",
        type=Path,
        metavar="FILE",
        help="also draw all that --json holds by size (PNG; with the peers' Python)",
    )
    arguments = parser.parse_args()
    if arguments.sizes is None:
        arguments.sizes = _SIZES if arguments.corpus else (_EXAMPLE,)
    if arguments.quality is None:
        given = {_EXAMPLE: True, "interpellations": arguments.corpus, "swefaq": arguments.eval}
        arguments.quality = [task for task in _TASKS if given[task]]
    if not arguments.corpus and {*arguments.sizes, *arguments.quality} - {_EXAMPLE, "swefaq"}:
        parser.error("passages of the corpus and interpellations need --corpus DIR")
    if not arguments.eval and "swefaq" in arguments.quality:
        parser.error("swefaq needs --eval DIR")
    if arguments.plot and not (arguments.json and arguments.peers.exists()):
        parser.error("--plot needs --json FILE, and the peers: make bench-peers")
    return arguments


def _directory(text: str) -> Path:
    path = Path(text)
    if not path.is_dir():
        raise argparse.ArgumentTypeError(f"{text} is not a folder")
    return path


def _size(text: str) -> str:
    if text != _EXAMPLE and not (_SIZE.fullmatch(text) and _count(text)):
        raise argparse.ArgumentTypeError(f"{text} is neither {_EXAMPLE} nor a number such as 10k")
    return text


def _count(size: str) -> int:
    return int(size.removesuffix("k")) * (1_000 if size.endswith("k") else 1)


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError(f"{number} is not positive")
    return number


def _processors(wanted: int) -> int:
    """Keep this process, and all that it starts, to so many processors; return how many it has."""
    if sys.platform != "linux":
        return min(wanted, os.cpu_count() or 1)
    mine = sorted(os.sched_getaffinity(0))[:wanted]
    os.sched_setaffinity(0, mine)
    return len(mine)


if __name__ == "__main__":
    sys.exit(main())

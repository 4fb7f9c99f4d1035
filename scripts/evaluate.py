"""Measure the quality of finding and deciding on all sets of questions, with tables and plots.

    .venv/bin/python scripts/evaluate.py                     # the questions in tests/data
    .venv/bin/python scripts/evaluate.py --swefaq FILE --interpellations FILE.jsonl.gz
    .venv/bin/python scripts/evaluate.py --ablate            # also with one piece off at a time

Prints Markdown; writes quality.json, risk-coverage.png, reliability.png and by-manner.png to the
folder --out. What is measured is the product's own search and decision. Progress, and what is wrong
with a set, go to standard error.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

if not __package__:  # started as a file: make the folder above importable
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from index.calibration import calibration_for
from index.confidence import Calibration
from index.encoders import EMBEDDED, load_encoder
from index.ports import Encoder
from scripts.benchmark.report import load_now
from scripts.measuring.ablation import WHOLE, Variant, variants
from scripts.measuring.asking import Answers, ask
from scripts.measuring.figures import Figures, figures, pooled
from scripts.measuring.report import Report, as_json, as_markdown, configuration
from scripts.measuring.tasks import (
    Task,
    documents_task,
    interpellations_task,
    labelled_task,
    swefaq_task,
)
from scripts.records import LABELLED, version_of
from scripts.training.pairs import VALIDATION_SESSION

RESULTS = Path(__file__).parent.parent / "docs" / "results"
DOCUMENTS = tuple(LABELLED.parent / f"documents_{letter}" for letter in "abc")

UNSEEN_HALF = "test"
"""The half of the labelled questions that nothing was tuned on."""

POOLED = "all unseen"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print and write; exit code 2 for wrong usage."""
    options = _options(arguments)
    _say("reading the sets")
    report = measured(
        labelled_task(),
        [documents_task(folder) for folder in DOCUMENTS],
        _others(options),
        encoder=load_encoder(EMBEDDED),
        ablate=options.ablate,
    )
    print(as_markdown(report))
    write(report, options.out)
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--swefaq", type=_file, nargs="+", default=[], metavar="FILE", help="SweFAQ, JSON Lines")
    add("--interpellations", type=_file, metavar="FILE", help="interpellations, *.jsonl.gz")
    add(
        "--session",
        default=VALIDATION_SESSION,
        help=f"which of them are asked for ({VALIDATION_SESSION})",
    )
    add("--ablate", action="store_true", help="also measure with one piece off at a time")
    add("--out", type=Path, default=RESULTS, metavar="DIR", help="where to write (docs/results)")
    return parser.parse_args(arguments)


def _file(text: str) -> Path:
    path = Path(text)
    if not path.is_file():
        raise argparse.ArgumentTypeError(f"{text} is not a file")
    return path


def _others(options: argparse.Namespace) -> Iterator[Task]:
    yield from map(swefaq_task, options.swefaq)
    if options.interpellations:
        for with_titles in (False, True):
            yield interpellations_task(
                options.interpellations, options.session, with_titles=with_titles
            )


def measured(
    labelled: Task,
    documents: Sequence[Task],
    others: Iterable[Task],
    *,
    encoder: Encoder,
    ablate: bool = False,
) -> Report:
    """Ask all questions and measure what came of them.

    Args:
        labelled: with a half that nothing was tuned on.
        documents: further sets that nothing was tuned on.
        others: sets made by others; read one after the other.
        encoder: of every version.
        ablate: whether the unseen questions are also asked with one piece off at a time.
    """
    load_before = load_now()
    calibration = calibration_for(encoder)
    both_halves = put(labelled, encoder, calibration)
    unseen = [both_halves.of_half(UNSEEN_HALF)]
    unseen += [put(task, encoder, calibration) for task in documents]
    outside = tuple(figures(put(task, encoder, calibration)) for task in others)
    ablation: dict[str, tuple[Figures, ...]] = {}
    if ablate:
        own = [labelled.of_half(UNSEEN_HALF), *documents]
        for variant in variants(calibration):
            _say(f"off: {variant.name}")
            parts = [put(task, encoder, calibration, variant) for task in own]
            ablation[variant.name] = tuple(map(figures, (pooled(POOLED, parts), *parts)))
    return Report(
        configuration(encoder, calibration, load_before),
        tuple(map(figures, unseen)),
        figures(pooled(POOLED, unseen)),
        figures(replace(both_halves, name=f"{labelled.name}, both halves")),
        outside,
        ablation,
    )


def put(
    task: Task, encoder: Encoder, calibration: Calibration, variant: Variant | None = None
) -> Answers:
    """Build a task's record and ask all its questions, perhaps with one piece off."""
    changed = variant or Variant(WHOLE)
    replies = [changed.reply(reply) for reply in task.replies]
    with version_of(replies, encoder, calibration) as version:
        return ask(task, changed.version(version), encoder, _progress)


def write(report: Report, folder: Path) -> None:
    """Write the figures and the plots to a folder."""
    # Imported here: only this needs matplotlib, which takes a second to load.
    from scripts.measuring.plots import draw_manners, draw_reliability, draw_risk_coverage

    folder.mkdir(parents=True, exist_ok=True)
    (folder / "quality.json").write_text(as_json(report), "utf-8")
    drawn = (*report.unseen, *report.others)
    answer = report.configuration.calibration.answer
    draw_risk_coverage(drawn, answer, folder / "risk-coverage.png")
    draw_reliability(drawn, folder / "reliability.png")
    parts = [one.name for one in report.unseen]
    draw_manners(report.pooled, parts, folder / "by-manner.png")


def _say(text: str) -> None:
    print(f"{text} …", file=sys.stderr, flush=True)


def _progress(name: str, done: int, total: int) -> None:
    if done == total or not done % 100:
        print(f"{name}: {done} of {total}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())

"""Fit how the embedded encoder's hits are scored, and how sure the first one is.

Two small linear models, one after the other (index/confidence.py):

- *ranking*: weights of the ranking signals, so that the passage that answers gets the best score
  among the candidates (softmax over them, as in ListNet: Cao et al., ICML 2007).
- *confidence*: a logistic regression over the standing of the first official passage. Every
  question is asked as it is, with the replies that answer it hidden (the matter is then absent),
  and in records of a few replies, for a municipality's first records are small.

A wrong answer costs `--wrong-cost` times a needless refusal, so a passage is shown as the answer
from a confidence of wrong-cost / (wrong-cost + 1).

    .venv/bin/python scripts/calibrate.py --swefaq FILE --interpellations FILE
    .venv/bin/python scripts/calibrate.py --dry-run  # only the figures

It writes index/models/embedded.calibration.yaml; the files are described in scripts/evaluate.py.

Learnt from: scripts/training/calibration.jsonl, which the encoder was not trained on, and one half
of tests/data/questions.jsonl; measured on the other half. Run it after every change to the
encoder, the ranking or the example record.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import yaml
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

if not __package__:  # started as a file: make the folder above importable
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bot.service import OFFICIAL
from index.calibration import CALIBRATION_FILE, COHORT_FILE
from index.cohort import Cohort
from index.confidence import Calibration, Chance
from index.encoders import EMBEDDED, load_encoder
from index.metrics import auroc, calibration_error, reliability
from index.model import Filters, Query
from index.ports import Encoder
from index.search import OpenVersion, Searcher
from index.signals import RANKING, STANDING, Columns
from knowledge.model import Reply
from scripts.measuring.tasks import Task, interpellations_task, swefaq_task
from scripts.records import (
    AskedOf,
    labelled_examples,
    read_pages,
    read_sayings,
    read_written,
    version_of,
)

WRITTEN = Path(__file__).parent / "training"

ANSWERABLE = 0.7
"""So many of the questions that people put are answered by a reply, it is assumed: of those that we
imagined for the example record, 220 of 300 (tests/data/questions.md)."""

NEARER = frozenset({"cosine", "cosine_root", "sentence", "heading", "lexical", "maxsim", "telling"})
"""Signals whose weight in the score is never negative."""

RELATED_RECALL = 0.95
"""`related` is set so low that so many of the answerable questions get the nearest replies."""

PRESENT = (
    "score",
    "margin",
    "lift",
    "cohort",
    "known",
    "reach",
    "cosine",
    "lexical",
    "maxsim",
    "words",
)
"""By what the chance that the record answers is judged."""

FIRST = (
    "margin",
    "lead",
    "share",
    "lift",
    "cohort",
    "cosine",
    "lexical",
    "maxsim",
    "literal",
    "telling",
    "words",
)
"""By what the chance is judged that the first passage is the one, if the record answers."""

SMALL_RECORDS = (10, 25)
"""Sizes, in replies, of the small records in which questions are asked too."""

SWEFAQ_WEIGHT = 15.0
INTERPELLATION_WEIGHT = 0.5
"""So that each set has about the say of half the written questions."""

COHORT_SIZE = 800
"""About so many passages outside the record; ten times as many tell hardly more."""

RIDGE = 1e-3
"""Penalty on the squared ranking weights, per standard deviation of their signals."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """The first official passage found for one question, and whether it is right.

    Attributes:
        absent: whether the replies that answer the question were hidden.
        answerable: whether a reply of the record answers it.
    """

    standing: tuple[float, ...]
    right: bool
    absent: bool
    answerable: bool


@dataclass(frozen=True, slots=True)
class Record:
    """A record with questions to it.

    Attributes:
        small: sizes of small records, in replies, in which they are asked too.
        weight: what each question counts when the ranking is fitted.
    """

    replies: Sequence[Reply]
    asked: Sequence[AskedOf]
    small: Sequence[int] = ()
    weight: float = 1.0


def main() -> int:
    """Fit, report, and write the calibration and its cohort."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--wrong-cost", type=float, default=1.0, help="of a wrong answer, in refusals (1)")
    add("--half", default="tune", help="which half of the labelled questions is learnt from")
    add("--out", type=Path, default=CALIBRATION_FILE, help="file to write")
    add("--cohort", type=Path, default=COHORT_FILE, help="file to write the cohort to")
    add("--swefaq", type=Path, metavar="FILE", help="SweFAQ dev: the ranking learns from it too")
    add("--interpellations", type=Path, metavar="FILE", help="likewise: those of 2022/23")
    add("--dry-run", action="store_true", help="write nothing")
    options = parser.parse_args()

    encoder = load_encoder(EMBEDDED)
    replies, tune, unseen = labelled_examples(options.half)
    records = [
        Record(*read_written(WRITTEN / "calibration.jsonl"), small=SMALL_RECORDS),
        Record(*read_pages(WRITTEN / "calibration_pages.jsonl"), small=SMALL_RECORDS),
        Record(replies, tune),
    ]
    idle = off_topic(WRITTEN / "calibration_offtopic.txt")
    records = [replace(record, asked=[*record.asked, *idle]) for record in records]
    cohort = Cohort(encoder.encode_passages(cohort_texts()))
    calibration = replace(Calibration.none(), encoder=encoder.digest)
    others = list(_others(options.swefaq, options.interpellations))
    calibration = replace(calibration, ranking=fit_ranking([*records, *others], encoder))
    if not options.dry_run:
        cohort.save(options.cohort)
    calibration = fit_confidence(
        calibration, list(_lessons(records, encoder, calibration, cohort)), options.wrong_cost
    )
    held_out = list(_lessons([Record(replies, unseen)], encoder, calibration, cohort))
    calibration = replace(
        calibration,
        fitted_on=f"calibration*.*, half {options.half} of questions.jsonl",
        figures=figures(calibration, held_out),
    )
    document = yaml.safe_dump(calibration.to_fields(), sort_keys=False)
    print(document, end="")
    if not options.dry_run:
        options.out.write_text(document, "utf-8")
    return 0


def off_topic(path: Path) -> list[AskedOf]:
    """Read what people also write to a bot, a line each, and no record answers."""
    lines = path.read_text("utf-8").splitlines()
    return [AskedOf(line, frozenset(), "off-topic") for line in lines if line.strip()]


def _others(swefaq: Path | None, interpellations: Path | None) -> Iterator[Record]:
    """Yield the sets made by others: formal questions, which residents' must not crowd out."""
    if swefaq is not None:
        yield _record_of(swefaq_task(swefaq), SWEFAQ_WEIGHT)
    if interpellations is not None:
        for with_titles in (False, True):
            task = interpellations_task(interpellations, with_titles=with_titles)
            yield _record_of(task, INTERPELLATION_WEIGHT)


def _record_of(task: Task, weight: float) -> Record:
    asked = [
        AskedOf(one.labelled.question, frozenset(one.labelled.expected), "formal")
        for one in task.questions
    ]
    return Record(task.replies, asked, weight=weight)


def cohort_texts() -> list[str]:
    """Return passages and official sentences that the encoder was trained on, evenly chosen."""
    replies, _ = read_written(WRITTEN / "replies.jsonl")
    texts = [one.span.of(reply.text) for reply in replies for one in reply.passages]
    texts += [
        point.official for points in read_sayings(WRITTEN / "sayings.jsonl") for point in points
    ]
    return texts[:: max(1, len(texts) // COHORT_SIZE)]


# -- Ranking ----------------------------------------------------------------------------------


def fit_ranking(records: Sequence[Record], encoder: Encoder) -> dict[str, float]:
    """Return the weights under which the right passages score best among the candidates."""
    lists = [one for record in records for one in _lists(record, encoder)]
    names = tuple(RANKING)
    every = np.concatenate([one.signals for one in lists])
    spread = every.std(axis=0) + 1e-6
    middle = every.mean(axis=0)
    whole = sum(one.weight for one in lists)
    scaled = [((one.signals - middle) / spread, one.right, one.weight / whole) for one in lists]

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        total, slope = RIDGE * float(weights @ weights), 2 * RIDGE * weights
        for signals, right, weight in scaled:
            scores = signals @ weights
            shares = np.exp(scores - scores.max())
            wanted = np.where(right, shares, 0.0)
            total -= weight * float(np.log(wanted.sum() / shares.sum()))
            pull = wanted / wanted.sum() - shares / shares.sum()
            slope = slope - weight * (signals.T @ pull)
        return total, slope

    # What is nearer never counts less. The others may count against a passage.
    bounds = [(0.0 if name in NEARER else None, None) for name in names]
    best = minimize(loss, np.zeros(len(names)), jac=True, method="L-BFGS-B", bounds=bounds)
    weights = best.x / spread
    return {name: round(float(weight), 4) for name, weight in zip(names, weights, strict=True)}


class _List(NamedTuple):
    """The candidates of one question: signals, shape (n, ranking signals), and which are right."""

    signals: NDArray[np.float64]
    right: NDArray[np.bool_]
    weight: float


def _lists(record: Record, encoder: Encoder) -> Iterator[_List]:
    """Yield the candidates of each answerable question, where a right one is among them."""
    with version_of(record.replies, encoder, Calibration.none()) as version:
        searcher = Searcher(version, encoder)
        for asked in record.asked:
            found = searcher.candidates(Query(asked.question, 1, Filters(kinds=OFFICIAL)))
            ids = [version.table.passage(int(row)).id for row in found.rows]
            right = np.array([not asked.expected.isdisjoint(both(id)) for id in ids], np.bool_)
            if right.any():
                yield _List(_signals(found.columns), right, record.weight)


def both(passage_id: str) -> tuple[str, str]:
    """Return the ids by which a passage may be expected: its reply's and its own."""
    return passage_id.partition("#")[0], passage_id


def _signals(columns: Columns) -> NDArray[np.float64]:
    return np.stack([columns[name] for name in RANKING], axis=1).astype(np.float64)


# -- Confidence -------------------------------------------------------------------------------


def _lessons(
    records: Sequence[Record], encoder: Encoder, calibration: Calibration, cohort: Cohort
) -> Iterator[Lesson]:
    for record in records:
        with version_of(record.replies, encoder, calibration) as version:
            yield from lessons(replace(version, cohort=cohort), encoder, record)


def lessons(version: OpenVersion, encoder: Encoder, record: Record) -> Iterator[Lesson]:
    """Ask every question of the whole record, of small ones, and without what answers it."""
    chance = np.random.default_rng(0)
    everything = frozenset(reply.id for reply in version.table.replies)
    whole = Searcher(version, encoder)
    for asked in record.asked:
        answers = frozenset(one.partition("#")[0] for one in asked.expected)
        others = sorted(everything - answers)
        hidden = [frozenset[str]()] + [
            everything - answers - set(chance.choice(others, size - len(answers), replace=False))
            for size in record.small
        ]
        for left_out in hidden:
            searchers = [Searcher(version, encoder, left_out) if left_out else whole]
            if answers:
                searchers.append(Searcher(version, encoder, left_out | answers))
            for absent, searcher in enumerate(searchers):
                query = Query(asked.question, 1, Filters(kinds=OFFICIAL))
                for hit in searcher.search(query).hits:
                    yield Lesson(
                        tuple(hit.signals.get(name, 0.0) for name in STANDING),
                        right=hit.passage.id in asked.expected,
                        absent=bool(absent),
                        answerable=bool(answers) and not absent,
                    )


def fit_confidence(
    calibration: Calibration, learnt: Sequence[Lesson], wrong_cost: float
) -> Calibration:
    """Fit both chances and choose the thresholds.

    Args:
        calibration: with its ranking fitted.
        learnt: some answerable and some not, some right and some wrong.
        wrong_cost: of a wrong answer, in needless refusals.
    """
    answerable = [lesson for lesson in learnt if lesson.answerable]
    fitted = replace(
        calibration,
        present=_fit_chance(
            learnt, [lesson.answerable for lesson in learnt], PRESENT, share=ANSWERABLE
        ),
        first=_fit_chance(answerable, [lesson.right for lesson in answerable], FIRST),
        answer=round(wrong_cost / (wrong_cost + 1), 4),
    )
    present, _ = _chances(fitted, answerable)
    return replace(fitted, related=round(float(np.quantile(present, 1 - RELATED_RECALL)), 4))


def _fit_chance(
    lessons_: Sequence[Lesson],
    wanted: Sequence[bool],
    names: Sequence[str],
    *,
    share: float | None = None,
) -> Chance:
    """Fit a logistic model.

    Args:
        lessons_: what it learns from.
        wanted: which of them it shall find likely.
        names: by what standing.
        share: how many of the questions that people ask are wanted ones, if the lessons differ.
    """
    count = sum(wanted)
    odds = 1.0 if share is None else share / (1 - share) * (len(wanted) - count) / count
    inputs = np.array([lesson.standing for lesson in lessons_], dtype=np.float64)
    inputs = inputs[:, [list(STANDING).index(name) for name in names]]
    middle, spread = inputs.mean(axis=0), inputs.std(axis=0) + 1e-6
    says = np.where(np.array(wanted), odds, 1.0)
    model = LogisticRegression(max_iter=1000).fit((inputs - middle) / spread, wanted, says)
    weights = model.coef_[0] / spread
    return Chance(
        {name: round(float(weight), 4) for name, weight in zip(names, weights, strict=True)},
        round(float(model.intercept_[0] - middle @ weights), 4),
    )


def figures(calibration: Calibration, unseen: Sequence[Lesson]) -> dict[str, float]:
    """Measure the model on lessons that it was not fitted on."""
    right = np.array([lesson.right for lesson in unseen], dtype=np.bool_)
    present, confidences = _chances(calibration, unseen)
    absent = np.array([lesson.absent for lesson in unseen])
    answerable = np.array([lesson.answerable for lesson in unseen])
    shown = confidences >= calibration.answer
    return {
        "lessons": len(unseen),
        "auroc": round(auroc(confidences[~absent & right], confidences[~absent & ~right]), 3),
        "auroc_absent": round(auroc(present[answerable], present[absent]), 3),
        "calibration_error": round(calibration_error(reliability(confidences, right)), 3),
        "shown_right": round(float((shown & right)[answerable].mean()), 3),
        "shown_wrong": round(float((shown & ~right)[~absent].mean()), 3),
        "shown_wrong_when_absent": round(float(shown[absent].mean()), 3),
    }


def _chances(
    calibration: Calibration, lessons_: Sequence[Lesson]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    columns = np.array([lesson.standing for lesson in lessons_], dtype=np.float32).T
    return calibration.chances(dict(zip(STANDING, columns, strict=True)))


if __name__ == "__main__":
    sys.exit(main())

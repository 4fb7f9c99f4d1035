"""Fit how the embedded encoder's hits are scored, and how sure the first one is.

Two small linear models, one after the other (index/confidence.py):

- *ranking*: weights of the ranking signals, so that the passage that answers gets the best score
  among the candidates (softmax over them, as in ListNet: Cao et al., ICML 2007).
- *confidence*: a logistic regression over the standing of the first official passage. Every
  question is asked as it is, with the replies that answer it hidden (the matter is then absent),
  and in records of a few replies, for a municipality's first records are small.

A wrong answer costs `--wrong-cost` times a needless refusal, so a passage is shown as the answer
from a confidence of wrong-cost / (wrong-cost + 1).

    .venv/bin/python scripts/calibrate.py            # writes index/models/embedded.calibration.yaml
    .venv/bin/python scripts/calibrate.py --dry-run  # only the figures

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
from index.confidence import Calibration
from index.encoders import EMBEDDED, load_encoder
from index.metrics import auroc, calibration_error, reliability
from index.model import Filters, Query
from index.ports import Encoder
from index.search import OpenVersion, Searcher
from index.signals import RANKING, STANDING, Columns
from knowledge.model import Reply
from scripts.records import (
    AskedOf,
    labelled_examples,
    read_sayings,
    read_written,
    version_of,
)

WRITTEN = Path(__file__).parent / "training"

RELATED_RECALL = 0.95
"""`related` is set so low that so many of the right first passages are at least shown as near."""

SMALL_RECORDS = (10, 25)
"""Sizes, in replies, of the small records in which questions are asked too."""

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
    """A record with questions to it."""

    replies: Sequence[Reply]
    asked: Sequence[AskedOf]
    small: Sequence[int] = ()


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
    add("--dry-run", action="store_true", help="write nothing")
    options = parser.parse_args()

    encoder = load_encoder(EMBEDDED)
    replies, tune, unseen = labelled_examples(options.half)
    records = [
        Record(*read_written(WRITTEN / "calibration.jsonl"), small=SMALL_RECORDS),
        Record(replies, tune),
    ]
    cohort = Cohort(encoder.encode_passages(cohort_texts()))
    calibration = replace(Calibration.none(), encoder=encoder.digest)
    calibration = replace(calibration, ranking=fit_ranking(records, encoder))
    if not options.dry_run:
        cohort.save(options.cohort)
    calibration = fit_confidence(
        calibration, list(_lessons(records, encoder, calibration, cohort)), options.wrong_cost
    )
    held_out = list(_lessons([Record(replies, unseen)], encoder, calibration, cohort))
    calibration = replace(
        calibration,
        fitted_on=f"calibration.jsonl, and half {options.half} of questions.jsonl",
        figures=figures(calibration, held_out),
    )
    document = yaml.safe_dump(calibration.to_fields(), sort_keys=False)
    print(document, end="")
    if not options.dry_run:
        options.out.write_text(document, "utf-8")
    return 0


def cohort_texts() -> list[str]:
    """Return the passages and official sentences that the encoder was trained on."""
    replies, _ = read_written(WRITTEN / "replies.jsonl")
    texts = [one.span.of(reply.text) for reply in replies for one in reply.passages]
    return texts + [
        point.official for points in read_sayings(WRITTEN / "sayings.jsonl") for point in points
    ]


# -- Ranking ----------------------------------------------------------------------------------


def fit_ranking(records: Sequence[Record], encoder: Encoder) -> dict[str, float]:
    """Return the weights under which the right passages score best among the candidates."""
    lists = [one for record in records for one in _lists(record, encoder)]
    names = tuple(RANKING)
    every = np.concatenate([signals for signals, _ in lists])
    spread = every.std(axis=0) + 1e-6
    scaled = [((signals - every.mean(axis=0)) / spread, right) for signals, right in lists]

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        total, slope = RIDGE * float(weights @ weights), 2 * RIDGE * weights
        for signals, right in scaled:
            scores = signals @ weights
            shares = np.exp(scores - scores.max())
            wanted = np.where(right, shares, 0.0)
            total -= float(np.log(wanted.sum() / shares.sum())) / len(scaled)
            pull = wanted / wanted.sum() - shares / shares.sum()
            slope = slope - signals.T @ pull / len(scaled)
        return total, slope

    best = minimize(loss, np.zeros(len(names)), jac=True, method="L-BFGS-B")
    weights = best.x / spread
    return {name: round(float(weight), 4) for name, weight in zip(names, weights, strict=True)}


def _lists(
    record: Record, encoder: Encoder
) -> Iterator[tuple[NDArray[np.float64], NDArray[np.bool_]]]:
    """Yield the signals of each answerable question's candidates, and which of them are right."""
    with version_of(record.replies, encoder, Calibration.none()) as version:
        searcher = Searcher(version, encoder)
        for asked in record.asked:
            found = searcher.candidates(Query(asked.question, 1, Filters(kinds=OFFICIAL)))
            ids = [version.table.passage(int(row)).id for row in found.rows]
            right = np.array([id in asked.expected for id in ids], dtype=np.bool_)
            if right.any():
                yield _signals(found.columns), right


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
    """Fit the logistic model and choose the thresholds.

    Args:
        calibration: with its ranking fitted.
        learnt: at least one right and one wrong.
        wrong_cost: of a wrong answer, in needless refusals.
    """
    inputs, right = _arrays(learnt)
    middle, spread = inputs.mean(axis=0), inputs.std(axis=0) + 1e-6
    model = LogisticRegression().fit((inputs - middle) / spread, right)
    weights = model.coef_[0] / spread
    fitted = replace(
        calibration,
        weights={
            name: round(float(weight), 4) for name, weight in zip(STANDING, weights, strict=True)
        },
        bias=round(float(model.intercept_[0] - middle @ weights), 4),
        answer=round(wrong_cost / (wrong_cost + 1), 4),
        related=0.0,
    )
    related = float(np.quantile(_confidences(fitted, learnt)[right], 1 - RELATED_RECALL))
    return replace(fitted, related=round(min(related, fitted.answer), 4))


def figures(calibration: Calibration, unseen: Sequence[Lesson]) -> dict[str, float]:
    """Measure the model on lessons that it was not fitted on."""
    _, right = _arrays(unseen)
    confidences = _confidences(calibration, unseen)
    absent = np.array([lesson.absent for lesson in unseen])
    answerable = np.array([lesson.answerable for lesson in unseen])
    shown = confidences >= calibration.answer
    return {
        "lessons": len(unseen),
        "auroc": round(auroc(confidences[~absent & right], confidences[~absent & ~right]), 3),
        "auroc_absent": round(auroc(confidences[answerable], confidences[absent]), 3),
        "calibration_error": round(calibration_error(reliability(confidences, right)), 3),
        "shown_right": round(float((shown & right)[answerable].mean()), 3),
        "shown_wrong": round(float((shown & ~right)[~absent].mean()), 3),
        "shown_wrong_when_absent": round(float(shown[absent].mean()), 3),
    }


def _arrays(lessons_: Sequence[Lesson]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    inputs = np.array([lesson.standing for lesson in lessons_], dtype=np.float64)
    return inputs, np.array([lesson.right for lesson in lessons_], dtype=np.bool_)


def _confidences(calibration: Calibration, lessons_: Sequence[Lesson]) -> NDArray[np.float64]:
    return np.array(
        [
            calibration.confidence(dict(zip(STANDING, lesson.standing, strict=True)))
            for lesson in lessons_
        ]
    )


if __name__ == "__main__":
    sys.exit(main())

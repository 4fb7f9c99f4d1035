"""Fit the two chances that make the confidence, and choose the thresholds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from bot.service import OFFICIAL
from index.cohort import Cohort
from index.confidence import Calibration, Chance
from index.metrics import auroc, calibration_error, reliability
from index.model import Filters, Query
from index.open_version import OpenVersion
from index.ports import Encoder
from index.search import Searcher
from index.signals import STANDING
from scripts.calibrating.data import Record
from scripts.records import version_of

__all__ = ["Lesson", "all_lessons", "figures", "fit_confidence"]

ANSWERABLE = 0.7
"""So many of the questions that people put are answered by a reply, it is assumed: of those that we
imagined for the example record, 220 of 300 (tests/data/questions.md)."""

RELATED_RECALL = 0.95
"""`related` is set so low that so many of the answerable questions get the nearest replies."""

PRESENT = (
    "score",
    "margin",
    "lift",
    "cohort",
    "known",
    "reach",
    "nearest",
    "cosine",
    "lexical",
    "maxsim",
    "elsewhere",
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


def all_lessons(
    records: Sequence[Record], encoder: Encoder, calibration: Calibration, cohort: Cohort
) -> Iterator[Lesson]:
    """Yield what is learnt from the questions of all records, each indexed for it."""
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
    standing = np.array([lesson.standing for lesson in lessons_], dtype=np.float32).T
    return calibration.chances(tuple(STANDING), standing)

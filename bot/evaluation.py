"""Quality on labelled questions: from what was answered to figures; pure.

A hit is right when it is one of the expected passages, or lies in one of the expected replies. A
question without anything expected is one that no reply answers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bot.model import Answer, Decision
from index.metrics import (
    Bin,
    Interval,
    auroc,
    bootstrap,
    calibration_error,
    mrr,
    ndcg,
    rank_of,
    reliability,
    risk_coverage,
    wilson,
)

__all__ = [
    "DEPTH",
    "CurvePoint",
    "Evaluation",
    "Labelled",
    "Outcome",
    "evaluate",
    "judge",
    "measure",
]

DEPTH = 10
"""How many hits are looked at: the cut of MRR@10 and nDCG@10."""

CURVE_STEPS = 20
"""So many steps of coverage, equally wide, does a risk-coverage curve have at the most."""

_ROUNDING = 1e-9
"""A coverage that is less than a step by so little has reached it."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """One question whose answer is known.

    Attributes:
        expected: passage ids (`reply#q1`) and reply ids; empty when no reply answers it.
        manner: how it is asked (everyday, formal, misspelt, …), or None.
        subject: what it is about, or None.
    """

    question: str
    expected: tuple[str, ...]
    manner: str | None = None
    subject: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one labelled question.

    Attributes:
        rank: place of the first right hit, from 1, or None.
        answered: whether a passage was shown as the answer.
        shown_right: whether that passage is a right one; False when none was shown.
        confidence: as given with the answer.
        took_ms: milliseconds of the search.
        ndcg: of the first hits, each expected id counting once, 0 to 1; 0 when none is expected.
        present: probability given that any passage answers the question.
    """

    labelled: Labelled
    rank: int | None
    answered: bool
    shown_right: bool
    confidence: float
    took_ms: float
    ndcg: float = 0.0
    present: float = 0.0

    @property
    def first_right(self) -> bool:
        """Whether the first hit is a right one."""
        return self.rank == 1

    @property
    def decided_right(self) -> bool:
        """Whether the right passage was shown, or rightly none."""
        return self.shown_right if self.labelled.expected else not self.answered


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """What it would cost to answer with the first hit only where it is this sure.

    Attributes:
        threshold: the least confidence that is answered.
        coverage: share of the questions that are then answered.
        risk: share of those answers that are wrong.
    """

    threshold: float
    coverage: float
    risk: float


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Figures over all questions and over groups of them.

    Attributes:
        questions: how many.
        answerable: how many of them a reply answers.
        metrics: by name; one that cannot be had (no such questions) is left out.
        calibration_error: expected calibration error of the confidence.
        took_ms_p50: median time of a search.
        took_ms_p95: 95th percentile of it.
        curve: risk by coverage over all questions, the surest first.
        bins: reliability of the confidence, in ten bins.
    """

    questions: int
    answerable: int
    metrics: Mapping[str, Interval]
    calibration_error: float
    took_ms_p50: float
    took_ms_p95: float
    by_manner: Mapping[str, Evaluation]
    by_subject: Mapping[str, Evaluation]
    curve: tuple[CurvePoint, ...] = ()
    bins: tuple[Bin, ...] = ()


def judge(labelled: Labelled, answer: Answer) -> Outcome:
    """Compare an answer with what was expected."""
    expected = set(labelled.expected)

    def matched(passage_id: str) -> str:
        reply_id = passage_id.partition("#")[0]
        return reply_id if reply_id in expected else passage_id

    ranked = [matched(hit.passage.id) for hit in answer.results.hits]
    answered = answer.decision is Decision.ANSWER and bool(answer.shown)
    return Outcome(
        labelled,
        rank=rank_of(ranked, expected),
        answered=answered,
        shown_right=answered and matched(answer.shown[0].passage.id) in expected,
        confidence=float(answer.confidence),
        took_ms=float(answer.results.took_ms),
        ndcg=_ndcg(ranked, expected),
        present=float(answer.results.present),
    )


def _ndcg(ranked: Sequence[str], expected: set[str]) -> float:
    """Return the nDCG of the first hits; a reply that is found again gains nothing more."""
    wanted = set(expected)
    gains: list[float] = []
    for one in ranked:
        gains.append(float(one in wanted))
        wanted.discard(one)
    return ndcg(gains, [1.0] * len(expected), DEPTH)


def evaluate(outcomes: Sequence[Outcome]) -> Evaluation:
    """Return the figures over all outcomes, and for each manner and subject.

    Raises:
        ValueError: no outcomes.
    """
    return measure(
        outcomes,
        by_manner=_grouped(outcomes, lambda one: one.labelled.manner),
        by_subject=_grouped(outcomes, lambda one: one.labelled.subject),
    )


def measure(
    outcomes: Sequence[Outcome],
    *,
    by_manner: Mapping[str, Evaluation] | None = None,
    by_subject: Mapping[str, Evaluation] | None = None,
) -> Evaluation:
    """Return the figures over some outcomes.

    - `hit_at_k`, `mrr_at_10`, `ndcg_at_10`: of the answerable questions;
    - `decision_accuracy`: share of questions with the right passage shown, or rightly none;
    - `wrong_answers`: share of the questions to which a wrong passage was shown as the answer;
    - `needless_refusals`: share of the answerable questions that got no answer;
    - `auroc`: probability that a right first hit has a higher confidence than any other.

    Raises:
        ValueError: no outcomes.
    """
    if not outcomes:
        raise ValueError("nothing to measure: no questions")
    answerable = [one for one in outcomes if one.labelled.expected]
    metrics: dict[str, Interval] = {}
    if answerable:
        ranks = [one.rank for one in answerable]
        for k in (1, 3, 5):
            metrics[f"hit_at_{k}"] = _share([rank is not None and rank <= k for rank in ranks])
        metrics["mrr_at_10"] = bootstrap([mrr([rank], DEPTH) for rank in ranks])
        metrics["ndcg_at_10"] = bootstrap([one.ndcg for one in answerable])
    metrics["decision_accuracy"] = _share([one.decided_right for one in outcomes])
    metrics["wrong_answers"] = _share([one.answered and not one.shown_right for one in outcomes])
    if answerable:
        metrics["needless_refusals"] = _share([not one.answered for one in answerable])
    first_right = [one.first_right for one in outcomes]
    if any(first_right) and not all(first_right):
        rows = np.array(
            [(one.confidence, right) for one, right in zip(outcomes, first_right, strict=True)]
        )
        metrics["auroc"] = bootstrap(rows, _auroc)
    confidences = [min(1.0, max(0.0, one.confidence)) for one in outcomes]
    bins = reliability(confidences, first_right)
    times = np.array([one.took_ms for one in outcomes])
    return Evaluation(
        questions=len(outcomes),
        answerable=len(answerable),
        metrics=metrics,
        calibration_error=calibration_error(bins),
        took_ms_p50=float(np.quantile(times, 0.5)),
        took_ms_p95=float(np.quantile(times, 0.95)),
        by_manner=by_manner or {},
        by_subject=by_subject or {},
        curve=_curve(confidences, first_right),
        bins=bins,
    )


def _curve(confidences: Sequence[float], first_right: Sequence[bool]) -> tuple[CurvePoint, ...]:
    """Return the first point of the risk-coverage curve at each step of coverage or beyond it."""
    thresholds, coverage, risk = risk_coverage(confidences, first_right)
    steps = np.arange(1, CURVE_STEPS + 1) / CURVE_STEPS
    places = np.unique(np.searchsorted(coverage, steps - _ROUNDING))
    return tuple(
        CurvePoint(float(thresholds[place]), float(coverage[place]), float(risk[place]))
        for place in places.tolist()
    )


def _share(values: Sequence[bool]) -> Interval:
    return wilson(sum(values), len(values))


def _auroc(rows: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> float:
    """Return the AUROC of (confidence, right) rows; a resample of one side only knows nothing."""
    right = rows[:, 1] > 0
    if right.all() or not right.any():
        return 0.5
    return auroc(rows[right, 0], rows[~right, 0])


def _grouped(
    outcomes: Sequence[Outcome], key: Callable[[Outcome], str | None]
) -> dict[str, Evaluation]:
    groups: dict[str, list[Outcome]] = {}
    for one in outcomes:
        name = key(one)
        if name is not None:
            groups.setdefault(name, []).append(one)
    return {name: measure(groups[name]) for name in sorted(groups)}

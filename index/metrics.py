"""Measures of retrieval, of knowing when to be silent, and of calibration; all pure.

A *rank* is the place of the first right hit from 1, or None when it is not among the hits.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = [
    "Bin",
    "Interval",
    "auroc",
    "bootstrap",
    "calibration_error",
    "hit_at",
    "mrr",
    "ndcg",
    "rank_of",
    "recall_at",
    "reliability",
    "risk_coverage",
    "wilson",
]


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Bin:
    """One bin of a reliability diagram.

    Attributes:
        low: least confidence, inclusive.
        high: greatest confidence, exclusive but for the last bin.
        count: how many fall into it.
        confidence: their mean confidence; 0 when there are none.
        accuracy: share of them that are right; 0 when there are none.
    """

    low: float
    high: float
    count: int
    confidence: float
    accuracy: float


def rank_of(ranked: Sequence[str], relevant: Collection[str]) -> int | None:
    """Return the rank of the first relevant id."""
    return next((place for place, one in enumerate(ranked, 1) if one in relevant), None)


def hit_at(ranks: Sequence[int | None], k: int) -> float:
    """Return the share of questions with a right hit among the first k; k = 1 is accuracy.

    Raises:
        ValueError: no questions.
    """
    return _mean([rank is not None and rank <= k for rank in ranks])


def recall_at(ranked: Sequence[str], relevant: Collection[str], k: int) -> float:
    """Return the share of one question's relevant ids that are among the first k.

    Raises:
        ValueError: no relevant ids.
    """
    if not relevant:
        raise ValueError("recall needs at least one relevant id")
    return len(set(ranked[:k]) & set(relevant)) / len(set(relevant))


def mrr(ranks: Sequence[int | None], k: int = 10) -> float:
    """Return the mean of 1 / rank, a rank beyond k counting 0 (Voorhees, TREC-8, 1999).

    Raises:
        ValueError: no questions.
    """
    return _mean([1 / rank if rank is not None and rank <= k else 0 for rank in ranks])


def ndcg(gains: Sequence[float], all_gains: Sequence[float], k: int = 10) -> float:
    """Return one question's normalised discounted cumulative gain, 0 to 1.

    Source: Järvelin & Kekäläinen, "Cumulated gain-based evaluation of IR techniques" (ACM TOIS
    20:4, 2002), with the usual discount log2(rank + 1) from the first rank on.

    Args:
        gains: of the hits in rank order, none negative.
        all_gains: of all that is relevant, in any order.
        k: how many hits count.

    Returns:
        0 when nothing is relevant.
    """
    ideal = _discounted(sorted(all_gains, reverse=True)[:k])
    return _discounted(gains[:k]) / ideal if ideal > 0 else 0.0


def _discounted(gains: Sequence[float]) -> float:
    """Return the discounted cumulative gain."""
    return sum(gain / math.log2(place + 1) for place, gain in enumerate(gains, 1))


def _mean(values: Sequence[float]) -> float:
    """Return the mean, refusing an empty list."""
    if not values:
        raise ValueError("nothing to measure: no questions")
    return float(np.mean(values))


def auroc(positive: ArrayLike, negative: ArrayLike) -> float:
    """Return the probability that a positive scores above a negative, ties counting half.

    This is the area under the ROC curve (Hanley & McNeil, Radiology 143:1, 1982).

    Args:
        positive: scores, shape (p,), p at least 1.
        negative: scores, shape (n,), n at least 1.

    Raises:
        ValueError: one of them is empty.
    """
    above, below = np.asarray(positive, np.float64), np.sort(np.asarray(negative, np.float64))
    if not above.size or not below.size:
        raise ValueError("AUROC needs at least one score on each side")
    beaten = np.searchsorted(below, above, side="left")
    tied = np.searchsorted(below, above, side="right") - beaten
    return float((beaten + tied / 2).sum() / (above.size * below.size))


def risk_coverage(
    confidence: ArrayLike, right: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return what answering only above a threshold would cost, for every threshold.

    Source: El-Yaniv & Wiener, "On the foundations of noise-free selective classification" (JMLR
    11, 2010). Questions of equal confidence are answered together or not at all.

    Args:
        confidence: shape (n,).
        right: shape (n,), whether the best hit is right.

    Returns:
        Thresholds, falling; the share of questions answered at or above each (coverage); and the
        share of those answers that are wrong (risk). Each has the shape (distinct values,).
    """
    scores = np.asarray(confidence, np.float64)
    wrong = ~np.asarray(right, np.bool_)
    thresholds, inverse = np.unique(-scores, return_inverse=True)
    answered = np.cumsum(np.bincount(inverse, minlength=thresholds.size))
    errors = np.cumsum(np.bincount(inverse, weights=wrong, minlength=thresholds.size))
    return -thresholds, answered / max(1, scores.size), errors / np.maximum(1, answered)


def reliability(confidence: ArrayLike, right: ArrayLike, bins: int = 10) -> tuple[Bin, ...]:
    """Return the bins of a reliability diagram, equally wide from 0 to 1.

    Source: Guo et al., "On Calibration of Modern Neural Networks" (ICML 2017).

    Args:
        confidence: shape (n,), 0 to 1.
        right: shape (n,).
        bins: how many, at least 1.
    """
    scores, truth = np.asarray(confidence, np.float64), np.asarray(right, np.bool_)
    place = np.minimum((scores * bins).astype(np.int64), bins - 1)
    found = []
    for number in range(bins):
        inside = place == number
        count = int(inside.sum())
        found.append(
            Bin(
                number / bins,
                (number + 1) / bins,
                count,
                float(scores[inside].mean()) if count else 0.0,
                float(truth[inside].mean()) if count else 0.0,
            )
        )
    return tuple(found)


def calibration_error(bins: Sequence[Bin]) -> float:
    """Return the expected calibration error: mean gap of confidence and accuracy, by count."""
    total = sum(one.count for one in bins)
    gaps = sum(one.count * abs(one.confidence - one.accuracy) for one in bins)
    return gaps / total if total else 0.0


def wilson(successes: int, total: int) -> Interval:
    """Return a share with its 95 % Wilson score interval, for hits and accuracies.

    Source: Wilson, "Probable inference, the law of succession, and statistical inference" (JASA
    22, 1927); unlike the textbook interval it holds for shares near 0 and 1.

    Raises:
        ValueError: total under 1, or successes out of range.
    """
    if not 0 <= successes <= total or total < 1:
        raise ValueError(f"{successes} of {total} is no share")
    z = 1.959963984540054  # the normal distribution's 97.5 % point
    share = successes / total
    middle = (share + z * z / (2 * total)) / (1 + z * z / total)
    spread = share * (1 - share) / total + z * z / (4 * total * total)
    half = z * math.sqrt(spread) / (1 + z * z / total)
    return Interval(share, max(0.0, middle - half), min(1.0, middle + half))


def bootstrap(
    values: ArrayLike,
    statistic: Callable[[NDArray[np.float64]], float] | None = None,
    *,
    rounds: int = 2_000,
    seed: int = 0,
) -> Interval:
    """Return a statistic with its 95 % percentile bootstrap interval, for MRR, nDCG and AUROC.

    Source: Efron & Tibshirani, "An Introduction to the Bootstrap" (1993), chapter 13.

    Args:
        values: one row a question, shape (n,) or (n, columns), n at least 1.
        statistic: of such an array; the mean when None.
        rounds: how many samples are drawn.
        seed: the same seed gives the same interval.

    Raises:
        ValueError: no values.
    """
    data = np.asarray(values, np.float64)
    if not len(data):
        raise ValueError("nothing to measure: no values")
    measure = statistic or (lambda sample: float(sample.mean()))
    random = np.random.default_rng(seed)
    drawn = [measure(data[random.integers(0, len(data), len(data))]) for _ in range(rounds)]
    low, high = np.quantile(drawn, (0.025, 0.975))
    return Interval(measure(data), float(low), float(high))

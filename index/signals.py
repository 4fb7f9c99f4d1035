"""What a candidate is judged by: signals that rank it, and its standing that tells how sure it is.

All are plain numbers by name. *Ranking* signals are columns, one value a candidate; a weighted sum
of them is the score (`index.confidence.Calibration.ranking`). *Standing* is what the confidence
model reads of one candidate once all are scored.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from index.fusion import min_max

__all__ = ["RANKING", "STANDING", "Columns", "score", "standing", "strength"]

Columns: TypeAlias = Mapping[str, NDArray[np.float32]]
"""Ranking signals by name, each shape (questions, candidates)."""

RANKING: Mapping[str, str] = MappingProxyType(
    {
        "cosine": "of question and passage vector, negative cut to 0",
        "cosine_root": "its root: among what is near already, coming nearer counts less",
        "sentence": "cosine of the question and the nearest sentence of the passage",
        "heading": "cosine of the question and the title with the interpellant's question",
        "lexical": "BM25 over the highest that the question could reach, at most 1",
        "maxsim": "weighted mean, over what is asked, of the best match in the passage, 0 to 1",
        "literal": "share of the question that stands almost literally in the passage, 0 to 1",
        "telling": "maxsim with each word counting by what the strongest candidates lack of it",
        "price": "1 where a price is asked for and the passage holds one",
        "time": "1 where a time is asked for and the passage holds one",
        "amount": "1 where an amount is asked for and the passage holds one",
        "reason": "1 where a reason is asked for and the passage holds one",
        "who": "1 where someone responsible is asked for and the passage names one",
        "meaning": "1 where it is asked what something is and the passage starts by saying so",
        "length": "logarithm of the passage's words",
    }
)
"""What ranks, and what each is; `maxsim`, `literal` and `telling` need token vectors."""

STANDING: Mapping[str, str] = MappingProxyType(
    {
        "score": "the candidate's score",
        "margin": "score less the best one on any other matter; below 0 for one that is beaten",
        "lead": "score less the best one of any other candidate",
        "share": "logarithm of exp(score) over the sum of it over all candidates",
        "lift": "score less the mean of the best twenty",
        "cohort": "nearness of the question to passages outside the record (index.cohort)",
        "known": "share of the question's words, by weight, that the record holds at all",
        "reach": "share of the question that any candidate matches",
        "nearest": "the best cosine of any candidate",
        "cosine": "as above",
        "lexical": "as above",
        "maxsim": "as above",
        "literal": "as above",
        "telling": "as above",
        "sentence": "as above",
        "heading": "as above",
        "elsewhere": "1 where a municipality is asked about that is neither the record's nor named",
        "words": "logarithm of the question's words",
    }
)
"""What the confidence model may read, and what each is."""

_STRENGTH: Mapping[str, float] = MappingProxyType({"lexical": 0.3, "cosine": 0.4, "maxsim": 0.3})
"""Shares of three signals in `strength`."""

_BEST = 20


def strength(columns: Columns) -> NDArray[np.float32]:
    """Return how strongly each candidate speaks of the point asked, 0 to 1.

    Unlike the score it compares two passages by ratio, and needs no fitting.
    """
    total = np.float32(0) * next(iter(columns.values()))
    for name, share in _STRENGTH.items():
        if name in columns:
            total += np.float32(share) * columns[name]
    return total


def score(
    columns: Columns, weights: Mapping[str, float], *, stretched: bool
) -> NDArray[np.float32]:
    """Return each candidate's score: the weighted sum of its signals.

    Args:
        columns: none empty, all of one shape, which the scores get too.
        weights: by signal; a signal without weight, or without a column, counts nothing.
        stretched: bring each column to 0..1 among a question's candidates first, as is best when
            the weights were not fitted for this encoder (`index.fusion`).

    Raises:
        ValueError: a signal with weight is NaN or infinite.
    """
    names = [name for name, weight in weights.items() if weight and name in columns]
    if not names:
        return np.zeros_like(next(iter(columns.values())))
    signals = np.array([columns[name] for name in names], dtype=np.float64)
    if stretched:
        signals = min_max(signals)
    total = np.array([weights[name] for name in names]) @ signals.reshape(len(names), -1)
    if not np.isfinite(total).all():
        raise ValueError("a score is NaN or infinite")
    return total.astype(np.float32).reshape(signals.shape[1:])


def standing(
    scores: NDArray[np.float32],
    matters: NDArray[np.int32],
    columns: Columns,
    questions: Mapping[str, NDArray[np.float32]],
) -> dict[str, NDArray[np.float32]]:
    """Return the standing of every candidate, by the names of `STANDING`.

    An older position does not make the newest one doubtful, so replies on one matter are no
    rivals of each other in the margin.

    Args:
        scores: shape (questions, candidates), at least one of each.
        matters: of that shape: the matter of each.
        columns: the ranking signals.
        questions: what stands alike for all of a question, shape (questions,): cohort, known,
            reach, nearest and words.

    Returns:
        Each of shape (questions, candidates).
    """
    best = np.arange(len(scores)), scores.argmax(axis=1)
    first = scores[best][:, None]
    rival = matters != matters[best][:, None]
    runner_up = scores.max(axis=1, keepdims=True, where=rival, initial=-np.inf)
    runner_up = np.where(runner_up > -np.inf, runner_up, first - NO_RIVAL)
    rising = np.sort(scores)
    behind = scores - first
    lead = behind.copy()
    lead[best] = first[:, 0] - rising[:, -2] if scores.shape[1] > 1 else NO_RIVAL
    whole = first + np.log(np.exp(behind).sum(axis=1, keepdims=True))
    top = rising[:, -_BEST:]
    alike = [one.repeat(scores.shape[1]).reshape(scores.shape) for one in questions.values()]
    return (
        {name: columns[name] for name in STANDING if name in columns}
        | {
            "score": scores,
            "margin": scores - np.where(rival, first, runner_up),
            "lead": lead,
            "share": scores - whole,
            "lift": scores - top.sum(axis=1, keepdims=True) / np.float32(top.shape[1]),
        }
        | dict(zip(questions, alike, strict=True))
    )


NO_RIVAL = 3.0
"""Margin and lead of the only candidate: a clear one."""

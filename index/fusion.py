"""Bringing scores to one scale, and putting rows in order.

For an encoder that nothing was fitted for, each column of scores is brought to 0..1 by its own
smallest and largest value among the candidates of this one query, before `index.signals` sums the
columns with weights: a convex combination, which Bruch, Gai and Ingber, "An Analysis of Fusion
Functions for Hybrid Retrieval" (ACM TOIS 42:1, 2023), found better than reciprocal-rank fusion, as
our own measurements did.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from index.model import Ranking

__all__ = ["min_max", "rank", "top"]


def rank(rows: ArrayLike, scores: ArrayLike) -> Ranking:
    """Order rows by falling score, ties by rising row.

    Args:
        rows: integers, shape (n,).
        scores: finite, shape (n,); compared as float32, the precision that is returned.
    """
    row_array = np.asarray(rows, dtype=np.int64)
    score_array = np.asarray(scores, dtype=np.float32)
    order = np.lexsort((row_array, -score_array))
    return Ranking(rows=row_array[order], scores=score_array[order])


def top(fetch: Callable[[int], Ranking], k: int, available: int) -> Ranking:
    """Take the k best from an engine that breaks ties in its own way.

    An engine that is asked for k rows keeps any of those that tie at the border. One row more
    is fetched, then twice as many, until the border lies between two different scores, so that
    the rows with the lowest numbers are the ones kept.

    Args:
        fetch: returns the n best rows by falling score, or fewer when there are no more.
        k: at least 1.
        available: how many rows the engine could give at the most.
    """
    wanted = min(k + 1, available)
    while wanted > 0:
        found = fetch(wanted)
        count = len(found.rows)
        exhausted = count < wanted or wanted >= available
        if exhausted or found.scores[-1] < found.scores[k - 1]:
            best = rank(found.rows, found.scores)
            return Ranking(rows=best.rows[:k], scores=best.scores[:k])
        wanted = min(2 * wanted, available)
    return rank((), ())


def min_max(scores: ArrayLike) -> NDArray[np.float64]:
    """Stretch the scores of each question to 0..1: the lowest becomes 0, the highest 1.

    Where they are all equal they tell nothing and become 0 throughout.

    Args:
        scores: finite, shape (..., candidates).

    Returns:
        Of the same shape.

    Raises:
        ValueError: a score is NaN or infinite.
    """
    column = np.asarray(scores, dtype=np.float64)
    if not np.isfinite(column).all():
        raise ValueError("a score to be fused is NaN or infinite")
    if column.size == 0:
        return column
    low = column.min(axis=-1, keepdims=True)
    spread = column.max(axis=-1, keepdims=True) - low
    stretched: NDArray[np.float64] = np.clip((column - low) / np.where(spread > 0, spread, 1), 0, 1)
    return stretched

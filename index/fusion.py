"""Merging scores that do not share a scale, and putting rows in order.

Each column of scores is brought to 0..1 by its own smallest and largest value among the
candidates of this one query, then the columns are summed with weights: a convex combination,
which Bruch, Gai and Ingber, "An Analysis of Fusion Functions for Hybrid Retrieval" (ACM TOIS
42:1, 2023), found better than reciprocal-rank fusion, as our own measurements did.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from index.model import Ranking

__all__ = ["fuse", "min_max", "rank", "top"]


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
        fetch: returns the n best rows, or fewer when there are no more.
        k: at least 1.
        available: how many rows the engine could give at the most.
    """
    wanted = min(k + 1, available)
    while wanted > 0:
        found = fetch(wanted)
        count = len(found.rows)
        exhausted = count < wanted or wanted >= available
        if exhausted or found.scores.min() < np.partition(found.scores, -k)[-k]:
            best = rank(found.rows, found.scores)
            return Ranking(rows=best.rows[:k], scores=best.scores[:k])
        wanted = min(2 * wanted, available)
    return rank((), ())


def min_max(scores: ArrayLike) -> NDArray[np.float64]:
    """Stretch scores to 0..1: the lowest becomes 0, the highest 1.

    A column whose scores are all equal tells nothing and becomes 0 throughout.

    Args:
        scores: finite, shape (n,).

    Returns:
        Shape (n,).

    Raises:
        ValueError: a score is NaN or infinite.
    """
    column = np.asarray(scores, dtype=np.float64)
    if not np.isfinite(column).all():
        raise ValueError("a score to be fused is NaN or infinite")
    if column.size == 0:
        return column
    low = column.min()
    spread = column.max() - low
    if spread <= 0:
        return np.zeros_like(column)
    stretched: NDArray[np.float64] = np.clip((column - low) / spread, 0, 1)
    return stretched


def fuse(rows: ArrayLike, columns: Sequence[ArrayLike], weights: Sequence[float]) -> Ranking:
    """Merge the score columns of one query's candidates into one ranking.

    The result does not depend on the order of the candidates, nor on the scale or the zero of
    any column.

    Args:
        rows: shape (n,), distinct: the union of all lists' candidates.
        columns: one or more arrays of shape (n,); column j, place i scores rows[i].
        weights: as many as columns, none negative, not all 0.

    Returns:
        All n rows; scores are weighted means of the stretched columns, 0 to 1.

    Raises:
        ValueError: repeated rows, shapes or weights that do not fit, NaN or infinite scores.
    """
    row_array = np.asarray(rows, dtype=np.int64)
    if len(columns) != len(weights):
        raise ValueError(f"{len(columns)} score columns but {len(weights)} weights")
    if not all(0 <= weight < np.inf for weight in weights) or not sum(weights) > 0:
        raise ValueError(f"fusion weights must not be negative, nor all 0: {list(weights)}")
    if len(np.unique(row_array)) != len(row_array):
        raise ValueError("a candidate row is repeated")
    total = np.zeros(len(row_array), dtype=np.float64)
    for column, weight in zip(columns, weights, strict=True):
        stretched = min_max(column)
        if stretched.shape != row_array.shape:
            raise ValueError(f"{len(row_array)} rows but a column of shape {stretched.shape}")
        total += weight * stretched
    return rank(row_array, total / sum(weights))

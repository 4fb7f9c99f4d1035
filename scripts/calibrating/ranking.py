"""Fit the weights of the score: the passage that answers shall score best."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from bot.service import OFFICIAL
from index.confidence import Calibration
from index.model import Filters
from index.ports import Encoder
from index.search import Searcher
from index.signals import RANKING, Columns
from scripts.calibrating.data import Record
from scripts.records import version_of

__all__ = ["fit_ranking"]

NEARER = frozenset({"cosine", "cosine_root", "sentence", "heading", "lexical", "maxsim", "telling"})
"""Signals whose weight in the score is never negative."""

RIDGE = 1e-3
"""Penalty on the squared ranking weights, per standard deviation of their signals."""


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
            found = searcher.candidates([asked.question], 1, Filters(kinds=OFFICIAL))
            ids = [version.table.passage(row).id for row in found.rows[0].tolist()]
            right = np.array([not asked.expected.isdisjoint(_both(id)) for id in ids], np.bool_)
            if right.any():
                yield _List(_signals(found.columns), right, record.weight)


def _both(passage_id: str) -> tuple[str, str]:
    """Return the ids by which a passage may be expected: its reply's and its own."""
    return passage_id.partition("#")[0], passage_id


def _signals(columns: Columns) -> NDArray[np.float64]:
    """Return the signals of the only question."""
    return np.stack([columns[name][0] for name in RANKING], axis=1).astype(np.float64)

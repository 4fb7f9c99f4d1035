from __future__ import annotations

from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from index.fusion import fuse, min_max, rank, top
from index.model import Ranking

Scores = NDArray[np.float64]
WEIGHTS = (0.6, 0.1, 0.3)


@st.composite
def columns(draw: st.DrawFn) -> Scores:
    """Three columns of 1 to 12 scores on a grid, so that ties are common."""
    n = draw(st.integers(1, 12))
    cells = st.lists(st.integers(-8, 8), min_size=3 * n, max_size=3 * n)
    return np.array(draw(cells), dtype=np.float64).reshape(3, n) / 4


@given(columns(), st.randoms(use_true_random=False))
def test_the_order_of_the_candidates_does_not_matter(table: Scores, random: Random) -> None:
    n = table.shape[1]
    order = list(range(n))
    random.shuffle(order)
    one = fuse(np.arange(n), list(table), WEIGHTS)
    other = fuse(np.array(order), list(table[:, order]), WEIGHTS)
    assert one.rows.tolist() == other.rows.tolist()
    assert one.scores.tolist() == other.scores.tolist()


@given(columns(), st.sampled_from([0.001, 0.5, 3.0, 1e4]), st.sampled_from([-100.0, 0.0, 7.0]))
def test_the_scale_and_zero_of_a_column_do_not_matter(
    table: Scores, scale: float, shift: float
) -> None:
    rows = np.arange(table.shape[1])
    one = fuse(rows, list(table), WEIGHTS)
    other = fuse(rows, [table[0] * scale + shift, *table[1:]], WEIGHTS)
    np.testing.assert_allclose(
        one.scores[np.argsort(one.rows)], other.scores[np.argsort(other.rows)], atol=1e-6
    )


@given(columns())
def test_scores_lie_between_0_and_1_and_ties_rise_by_row(table: Scores) -> None:
    found = fuse(np.arange(table.shape[1]), list(table), WEIGHTS)
    assert np.all((found.scores >= 0) & (found.scores <= 1))
    pairs = list(zip((-found.scores).tolist(), found.rows.tolist(), strict=True))
    assert pairs == sorted(pairs)


@given(columns(), st.floats(-5, 5))
def test_a_constant_column_tells_nothing(table: Scores, constant: float) -> None:
    rows = np.arange(table.shape[1])
    one = fuse(rows, [table[0], np.full(len(rows), constant)], (0.5, 0.5))
    other = fuse(rows, [table[0], np.zeros(len(rows))], (0.5, 0.5))
    assert one.rows.tolist() == other.rows.tolist()
    assert one.scores.tolist() == other.scores.tolist()


@given(columns())
def test_what_is_better_everywhere_ranks_first(table: Scores) -> None:
    best = np.append(table, table.max(axis=1, keepdims=True) + 1, axis=1)
    found = fuse(np.arange(best.shape[1]), list(best), WEIGHTS)
    assert found.rows[0] == best.shape[1] - 1
    assert found.scores[0] == pytest.approx(1)


def test_a_worked_example() -> None:
    found = fuse([4, 2, 9], [[10, 20, 30], [1, 0, 0.5]], [3, 1])
    assert found.rows.tolist() == [9, 2, 4]
    np.testing.assert_allclose(found.scores, [0.875, 0.375, 0.25])


def test_no_candidates() -> None:
    assert fuse([], [[], []], [1, 1]).rows.size == 0
    assert min_max([]).size == 0


@pytest.mark.parametrize(
    ("rows", "scores", "weights", "message"),
    [
        ([1, 1], [[1, 2]], [1], "repeated"),
        ([1, 2], [[1, np.nan]], [1], "NaN"),
        ([1, 2], [[1, np.inf]], [1], "infinite"),
        ([1, 2], [[1, 2, 3]], [1], "shape"),
        ([1, 2], [[1, 2]], [1, 1], "weights"),
        ([1, 2], [[1, 2]], [-1], "negative"),
        ([1, 2], [[1, 2]], [0], "all 0"),
        ([1, 2], [[1, 2]], [np.nan], "negative"),
    ],
)
def test_what_makes_no_sense_is_refused(
    rows: list[int], scores: list[list[float]], weights: list[float], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        fuse(rows, scores, weights)


@given(
    st.lists(st.integers(0, 3), max_size=30),
    st.integers(1, 12),
    st.sampled_from(["rising", "falling"]),
)
def test_top_keeps_the_lowest_rows_whatever_the_engine_does_with_ties(
    scores: list[int], k: int, order: str
) -> None:
    values = np.array(scores, dtype=np.float32)
    rows = np.arange(len(scores))
    turn = rows if order == "rising" else -rows

    def engine(n: int) -> Ranking:
        best = np.lexsort((turn, -values))[:n]
        return Ranking(rows=best, scores=values[best])

    found = top(engine, k, len(scores))
    expected = rank(rows, values)
    assert found.rows.tolist() == expected.rows[:k].tolist()
    assert found.scores.tolist() == expected.scores[:k].tolist()

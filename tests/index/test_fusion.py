from __future__ import annotations

from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from index.fusion import min_max, rank, top
from index.model import Ranking
from index.signals import score

Scores = NDArray[np.float64]
WEIGHTS = (0.6, 0.1, 0.3)


@st.composite
def columns(draw: st.DrawFn) -> Scores:
    """Three columns of 1 to 12 scores on a grid, so that ties are common."""
    n = draw(st.integers(1, 12))
    cells = st.lists(st.integers(-8, 8), min_size=3 * n, max_size=3 * n)
    return np.array(draw(cells), dtype=np.float64).reshape(3, n) / 4


def fused(table: Scores) -> Scores:
    """Score candidates by stretched columns, as for an encoder that nothing was fitted for."""
    names = ("lexical", "cosine", "maxsim")
    by_name = {name: column.astype(np.float32) for name, column in zip(names, table, strict=True)}
    scores = score(by_name, dict(zip(names, WEIGHTS, strict=True)), stretched=True)
    return scores.astype(np.float64)


@given(columns(), st.randoms(use_true_random=False))
def test_the_order_of_the_candidates_does_not_matter(table: Scores, random: Random) -> None:
    order = list(range(table.shape[1]))
    random.shuffle(order)
    assert fused(table)[order].tolist() == fused(table[:, order]).tolist()


@given(columns(), st.sampled_from([0.001, 0.5, 3.0, 1e4]), st.sampled_from([-100.0, 0.0, 7.0]))
def test_the_scale_and_zero_of_a_column_do_not_matter(
    table: Scores, scale: float, shift: float
) -> None:
    changed = np.stack([table[0] * scale + shift, *table[1:]])
    # A small column far from 0 keeps few digits in single precision.
    np.testing.assert_allclose(fused(table), fused(changed), atol=1e-2)


@given(columns())
def test_scores_lie_between_0_and_1(table: Scores) -> None:
    found = fused(table)
    assert np.all((found >= 0) & (found <= 1 + 1e-6))


@given(columns(), st.floats(-5, 5))
def test_a_constant_column_tells_nothing(table: Scores, constant: float) -> None:
    flat, zero = table.copy(), table.copy()
    flat[1], zero[1] = constant, 0
    assert fused(flat).tolist() == fused(zero).tolist()


@given(columns())
def test_what_is_better_everywhere_ranks_first(table: Scores) -> None:
    found = fused(np.append(table, table.max(axis=1, keepdims=True) + 1, axis=1))
    assert np.argmax(found) == len(found) - 1
    assert found[-1] == pytest.approx(1)


def test_a_worked_example() -> None:
    columns = {
        "lexical": np.array([10, 20, 30], dtype=np.float32),
        "cosine": np.array([1, 0, 0.5], dtype=np.float32),
    }
    found = score(columns, {"lexical": 0.75, "cosine": 0.25}, stretched=True)
    np.testing.assert_allclose(found, [0.25, 0.375, 0.875])


def test_no_candidates() -> None:
    assert min_max([]).size == 0
    assert score({"cosine": np.zeros(0, np.float32)}, {"cosine": 1.0}, stretched=True).size == 0


@pytest.mark.parametrize("stretched", [True, False])
@pytest.mark.parametrize("wrong", [np.nan, np.inf])
def test_a_score_of_nan_or_infinity_is_refused(wrong: float, *, stretched: bool) -> None:
    column = np.array([1, wrong], dtype=np.float32)
    with pytest.raises(ValueError, match="NaN or infinite"):
        score({"cosine": column}, {"cosine": 1.0}, stretched=stretched)


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

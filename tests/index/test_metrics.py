from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.metrics import (
    auroc,
    bootstrap,
    calibration_error,
    hit_at,
    mrr,
    ndcg,
    rank_of,
    recall_at,
    reliability,
    risk_coverage,
    wilson,
)

grid = st.integers(0, 6).map(lambda cell: cell / 6)


def test_ranks_hits_and_reciprocal_ranks() -> None:
    assert rank_of(["a", "b", "c"], {"c", "b"}) == 2
    assert rank_of(["a"], {"b"}) is None
    ranks = [1, 2, None, 11]
    assert hit_at(ranks, 1) == 0.25
    assert hit_at(ranks, 5) == 0.5
    assert mrr(ranks) == pytest.approx(1.5 / 4)
    assert mrr(ranks, k=11) == pytest.approx((1.5 + 1 / 11) / 4)


def test_recall() -> None:
    assert recall_at(["a", "b", "c"], ["c", "x"], 3) == 0.5
    assert recall_at(["a", "b", "c"], ["c", "x"], 2) == 0
    with pytest.raises(ValueError, match="relevant"):
        recall_at(["a"], [], 1)


def test_ndcg_by_hand() -> None:
    assert ndcg([3, 0, 2], [3, 2]) == pytest.approx((3 + 2 / 2) / (3 + 2 / math.log2(3)))
    assert ndcg([1, 1], [1, 1]) == 1
    assert ndcg([0] * 10 + [1], [1]) == 0
    assert ndcg([], []) == 0


@given(st.lists(grid, max_size=14))
def test_ndcg_lies_between_0_and_1(gains: list[float]) -> None:
    assert 0 <= ndcg(gains, gains) <= 1 + 1e-12
    falling = sorted(gains, reverse=True)
    assert ndcg(falling, gains) == pytest.approx(1 if any(gains) else 0)


@given(st.lists(grid, min_size=1, max_size=12), st.lists(grid, min_size=1, max_size=12))
def test_auroc_is_the_share_of_pairs_in_order(high: list[float], low: list[float]) -> None:
    pairs = [(a > b) + (a == b) / 2 for a in high for b in low]
    assert auroc(high, low) == pytest.approx(np.mean(pairs))
    assert auroc(high, low) + auroc(low, high) == pytest.approx(1)


def test_risk_falls_as_the_threshold_rises() -> None:
    thresholds, coverage, risk = risk_coverage([0.9, 0.5, 0.5, 0.1], [True, True, False, False])
    assert thresholds.tolist() == [0.9, 0.5, 0.1]
    assert coverage.tolist() == [0.25, 0.75, 1]
    np.testing.assert_allclose(risk, [0, 1 / 3, 0.5])
    assert [one.size for one in risk_coverage([], [])] == [0, 0, 0]


def test_reliability_bins() -> None:
    bins = reliability([0.05, 0.95, 1.0, 0.5], [False, True, True, False])
    assert [one.count for one in bins] == [1, 0, 0, 0, 0, 1, 0, 0, 0, 2]
    assert bins[9].accuracy == 1
    assert bins[9].confidence == pytest.approx(0.975)
    assert calibration_error(bins) == pytest.approx((0.05 + 0.5 + 2 * 0.025) / 4)
    assert calibration_error(reliability([], [])) == 0


def test_wilson_against_published_figures() -> None:
    # Newcombe, Statistics in Medicine 17 (1998), table I, method 3.
    for successes, total, low, high in ((81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605)):
        found = wilson(successes, total)
        assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)
    assert wilson(0, 20).low == 0
    assert wilson(20, 20).high == 1
    for wrong in ((1, 0), (-1, 3), (4, 3)):
        with pytest.raises(ValueError, match="share"):
            wilson(*wrong)


def test_bootstrap_agrees_with_the_normal_interval() -> None:
    values = np.random.default_rng(3).normal(10, 2, size=400)
    found = bootstrap(values)
    half = 1.96 * values.std() / 20
    assert found.value == pytest.approx(values.mean())
    assert (found.low, found.high) == pytest.approx(
        (values.mean() - half, values.mean() + half), abs=0.05
    )
    assert bootstrap(values) == found
    pairs = np.stack([values, values + 1], axis=1)
    assert bootstrap(pairs, lambda sample: float((sample[:, 1] - sample[:, 0]).mean())).low == (
        pytest.approx(1)
    )


def test_nothing_to_measure_is_said() -> None:
    for measure in (lambda: mrr([]), lambda: hit_at([], 1), lambda: bootstrap([])):
        with pytest.raises(ValueError, match="nothing to measure"):
            measure()
    with pytest.raises(ValueError, match="each side"):
        auroc([], [1])

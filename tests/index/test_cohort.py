from pathlib import Path

import numpy as np
import pytest

from index.cohort import NEAREST, Cohort
from tests.contract.vector_contract import unit_vectors


def test_nearness_is_the_mean_of_the_best_cosines(tmp_path: Path) -> None:
    vectors = unit_vectors(100, 8)
    question = vectors[3]
    expected = np.sort(vectors @ question)[-NEAREST:].mean()
    cohort = Cohort(vectors)
    assert cohort.nearness(question[None]) == pytest.approx(expected, abs=1e-6)
    cohort.save(tmp_path / "cohort.npy")
    assert Cohort.open(tmp_path / "cohort.npy").nearness(question[None]) == pytest.approx(
        expected, abs=1e-3
    )


def test_a_small_cohort_is_averaged_whole() -> None:
    vectors = unit_vectors(3, 8)
    assert Cohort(vectors).nearness(vectors[:1]) == pytest.approx((vectors @ vectors[0]).mean())

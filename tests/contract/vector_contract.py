"""What every `index.ports.VectorIndex` keeps; subclasses make one of given vectors."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from index.model import Mask, Ranking, Vectors
from index.ports import VectorIndex


def unit_vectors(n: int, dim: int, seed: int = 0) -> Vectors:
    """Return n seeded random unit vectors."""
    rows = np.random.default_rng(seed).normal(size=(n, dim)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return rows


def best(
    index: VectorIndex, vector: NDArray[np.float32], k: int, allowed: Mask | None = None
) -> Ranking:
    """Search for one question."""
    (found,) = index.search(vector[None], k, allowed)
    return found


class VectorContract:
    vectors = unit_vectors(300, 8)
    tolerance = 1e-5

    def make(self, vectors: Vectors, folder: Path) -> VectorIndex:
        raise NotImplementedError

    @pytest.fixture
    def index(self, tmp_path: Path) -> VectorIndex:
        return self.make(self.vectors, tmp_path)

    def test_scores_are_inner_products_and_fall(self, index: VectorIndex) -> None:
        query = unit_vectors(1, 8, seed=1)[0]
        found = best(index, query, 20)
        assert found.rows.dtype == np.int64
        assert found.scores.dtype == np.float32
        assert len(found.rows) == len(set(found.rows.tolist())) == 20
        assert np.all(np.diff(found.scores) <= 0)
        np.testing.assert_allclose(
            found.scores, self.vectors[found.rows] @ query, atol=self.tolerance
        )

    def test_the_best_is_found(self, index: VectorIndex) -> None:
        assert [int(best(index, self.vectors[i], 1).rows[0]) for i in range(50)] == list(range(50))

    def test_asking_for_more_than_there_is_gives_all(self, index: VectorIndex) -> None:
        found = best(index, self.vectors[0], 1_000)
        assert sorted(found.rows.tolist()) == list(range(300))

    @pytest.mark.parametrize("share", [0.005, 0.05, 0.5, 0.95])
    def test_the_mask_is_applied_before_the_top(self, index: VectorIndex, share: float) -> None:
        allowed = np.random.default_rng(2).random(300) < share
        allowed[7] = True
        found = best(index, self.vectors[3], 10, allowed)
        assert len(found.rows) == min(10, allowed.sum())
        assert allowed[found.rows].all()
        rows = np.flatnonzero(allowed)
        first = rows[np.argmax(self.vectors[rows] @ self.vectors[3])]
        assert found.rows[0] == first

    def test_nothing_allowed_gives_nothing(self, index: VectorIndex) -> None:
        assert best(index, self.vectors[0], 5, np.zeros(300, dtype=np.bool_)).rows.size == 0

    @pytest.mark.parametrize("k", [1, 2, 3, 4, 7])
    def test_ties_go_to_the_lowest_rows(self, tmp_path: Path, k: int) -> None:
        one, other = unit_vectors(2, 8)
        index = self.make(np.stack([other, one, one, other, one, one, one]), tmp_path)
        expected = sorted([1, 2, 4, 5, 6][:k]) + ([0, 3] if k == 7 else [])
        assert best(index, one, k).rows.tolist() == expected[:k]
        assert best(index, np.zeros(8, np.float32), k).rows.tolist() == list(range(k))

    def test_the_same_question_gives_the_same_answer(self, index: VectorIndex) -> None:
        first, second = (best(index, self.vectors[9], 30) for _ in range(2))
        assert first.rows.tolist() == second.rows.tolist()
        assert first.scores.tolist() == second.scores.tolist()

    def test_questions_that_are_asked_together_get_what_each_gets_alone(
        self, index: VectorIndex
    ) -> None:
        asked = np.concatenate([unit_vectors(5, 8, seed=3), np.zeros((1, 8), np.float32)])
        allowed = np.random.default_rng(4).random(300) < 0.5
        for mask in (None, allowed):
            together = index.search(asked, 7, mask)
            alone = [best(index, one, 7, mask) for one in asked]
            assert [one.rows.tolist() for one in together] == [one.rows.tolist() for one in alone]
            for some, expected in zip(together, alone, strict=True):
                np.testing.assert_allclose(some.scores, expected.scores, atol=1e-6)
        assert index.search(asked[:0], 7) == []

    @pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
    def test_a_broken_vector_is_refused(self, index: VectorIndex, bad: float) -> None:
        with pytest.raises(ValueError, match="NaN or infinity"):
            best(index, np.full(8, bad, dtype=np.float32), 3)

    def test_no_vectors_give_no_rows(self, tmp_path: Path) -> None:
        index = self.make(np.zeros((0, 8), dtype=np.float32), tmp_path)
        assert best(index, self.vectors[0], 3).rows.size == 0

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import VersionError
from index.model import Vectors
from index.ports import VectorIndex
from index.vectors import (
    EXACT_MAX_VALUES,
    FaissVectorIndex,
    Layout,
    VectorLayout,
    build,
    choose_layout,
)
from tests.contract.vector_contract import VectorContract, best, unit_vectors
from tests.fakes_index import BruteForceVectors


def make(vectors: Vectors, folder: Path, kind: Layout) -> FaissVectorIndex:
    """Build and open an index of a given layout."""
    build(vectors, folder / "vectors.faiss", VectorLayout(kind, "asked for"))
    return FaissVectorIndex.open(folder / "vectors.faiss")


class TestBruteForce(VectorContract):
    def make(self, vectors: Vectors, folder: Path) -> VectorIndex:
        return BruteForceVectors(vectors)


class TestExact(VectorContract):
    def make(self, vectors: Vectors, folder: Path) -> VectorIndex:
        return make(vectors, folder, Layout.EXACT)


class TestBytes(VectorContract):
    tolerance = 0.02

    def make(self, vectors: Vectors, folder: Path) -> VectorIndex:
        return make(vectors, folder, Layout.BYTES)


@settings(max_examples=60)
@given(
    st.integers(1, 120), st.integers(1, 24), st.integers(1, 40), st.floats(0, 1), st.integers(0, 99)
)
def test_exact_equals_brute_force(
    tmp_path_factory: pytest.TempPathFactory, n: int, dim: int, k: int, share: float, seed: int
) -> None:
    random = np.random.default_rng(seed)
    # Whole numbers: sums are exact in float32, so scores and ties agree to the bit.
    vectors = random.integers(-2, 3, size=(n, dim)).astype(np.float32)
    query = random.integers(-2, 3, size=dim).astype(np.float32)
    allowed = random.random(n) < share
    index = make(vectors, tmp_path_factory.mktemp("exact"), Layout.EXACT)
    for mask in (None, allowed):
        found, expected = (best(one, query, k, mask) for one in (index, BruteForceVectors(vectors)))
        assert found.rows.tolist() == expected.rows.tolist()
        assert found.scores.tolist() == expected.scores.tolist()


@pytest.mark.parametrize("dim", [32, 256])
def test_bytes_find_nearly_all_of_the_best(tmp_path: Path, dim: int) -> None:
    vectors, queries = unit_vectors(2_000, dim), unit_vectors(40, dim, seed=5) * 3
    index, exact = make(vectors, tmp_path, Layout.BYTES), BruteForceVectors(vectors)
    allowed = np.random.default_rng(1).random(2_000) < 0.3
    for mask in (None, allowed):
        shares = [
            len(np.intersect1d(some.rows, expected.rows)) / 50
            for some, expected in zip(
                index.search(queries, 50, mask), exact.search(queries, 50, mask), strict=True
            )
        ]
        assert np.mean(shares) > 0.95


@pytest.mark.parametrize("kind", list(Layout))
def test_the_same_vectors_give_the_same_file(tmp_path: Path, kind: Layout) -> None:
    contents = []
    for name in ("a", "b"):
        build(unit_vectors(500, 16), tmp_path / name, VectorLayout(kind, ""))
        contents.append((tmp_path / name).read_bytes())
    assert contents[0] == contents[1]


def test_the_layout_follows_the_size_and_says_why() -> None:
    assert choose_layout(EXACT_MAX_VALUES // 256, 256).kind is Layout.EXACT
    assert choose_layout(EXACT_MAX_VALUES // 256 + 1, 256).kind is Layout.BYTES
    assert "10000 vectors of 256" in choose_layout(10_000, 256).reason
    assert choose_layout(0, 256).kind is Layout.EXACT


def test_build_refuses_broken_vectors_by_row(tmp_path: Path) -> None:
    vectors = unit_vectors(5, 4)
    vectors[3, 1] = np.nan
    with pytest.raises(ValueError, match="row 3 holds NaN"):
        build(vectors, tmp_path / "v")
    with pytest.raises(ValueError, match="shape"):
        build(vectors[0], tmp_path / "v")
    assert not (tmp_path / "v").exists()


def test_wrong_shapes_are_refused(tmp_path: Path) -> None:
    index = make(unit_vectors(5, 4), tmp_path, Layout.EXACT)
    assert (index.size, index.dim) == (5, 4)
    with pytest.raises(ValueError, match="shape"):
        index.search(np.ones((1, 3), dtype=np.float32), 1)
    with pytest.raises(ValueError, match="shape"):
        index.search(np.ones(4, dtype=np.float32), 1)
    with pytest.raises(ValueError, match="mask"):
        index.search(np.ones((1, 4), dtype=np.float32), 1, np.ones(4, dtype=np.bool_))
    with pytest.raises(ValueError, match="at least 1"):
        index.search(np.ones((1, 4), dtype=np.float32), 0)


@pytest.mark.parametrize("content", [None, b"", b"nonsense" * 100])
def test_a_damaged_file_is_a_version_error(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "vectors.faiss"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(VersionError, match=r"vectors\.faiss"):
        FaissVectorIndex.open(path)


@pytest.mark.parametrize("kind", list(Layout))
def test_a_file_cut_short_is_a_version_error(tmp_path: Path, kind: Layout) -> None:
    path = tmp_path / "vectors.faiss"
    build(unit_vectors(200, 16), path, VectorLayout(kind, ""))
    path.write_bytes(path.read_bytes()[:-500])
    with pytest.raises(VersionError):
        FaissVectorIndex.open(path)

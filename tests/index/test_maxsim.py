from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from index.errors import VersionError
from index.maxsim import LEAST_SIMILARITY, LITERAL_SIMILARITY, TokenStore, TokenVectors, match
from tests.contract.vector_contract import unit_vectors

VOCABULARY = 60
TABLE = unit_vectors(VOCABULARY, 12)
token_ids = st.lists(st.integers(0, VOCABULARY - 1), max_size=15).map(
    lambda ids: np.array(ids, dtype=np.uint16)
)


def looking_up(weights: NDArray[np.float32]) -> TokenVectors:
    return lambda ids: (TABLE[ids], weights[ids])


def by_definition(
    question: NDArray[np.uint16], passage: NDArray[np.uint16], weights: NDArray[np.float32]
) -> float:
    """MaxSim in loops."""
    total = float(weights[question].sum())
    if total == 0:
        return 0.0
    covered = 0.0
    for asked in question:
        cosines = [float(TABLE[asked] @ TABLE[held]) for held in passage]
        best = max((one for one in cosines if one >= LEAST_SIMILARITY), default=0.0)
        covered += float(weights[asked]) * best
    return covered / total


def literally(
    question: NDArray[np.uint16], passage: NDArray[np.uint16], weights: NDArray[np.float32]
) -> float:
    """The share that stands almost as it was put, in loops."""
    total = float(weights[question].sum())
    met = [
        float(weights[asked])
        for asked in question
        if any(TABLE[asked] @ TABLE[held] >= LITERAL_SIMILARITY for held in passage)
    ]
    return sum(met) / total if total else 0.0


@given(token_ids, st.lists(token_ids, max_size=8), st.integers(0, 9))
def test_equals_its_definition(
    question: NDArray[np.uint16], passages: list[NDArray[np.uint16]], seed: int
) -> None:
    random = np.random.default_rng(seed)
    weights = (random.random(VOCABULARY) * (random.random(VOCABULARY) > 0.2)).astype(np.float32)
    found = match([[question]], passages, looking_up(weights))
    expected = [by_definition(question, passage, weights) for passage in passages]
    np.testing.assert_allclose(found.maxsim, expected, atol=1e-5)
    literal = [literally(question, passage, weights) for passage in passages]
    np.testing.assert_allclose(found.literal, literal, atol=1e-5)
    for column in found:
        assert column.dtype == np.float32
        assert np.all((column >= 0) & (column <= 1))


def test_a_passage_that_holds_the_whole_question_scores_one() -> None:
    question = np.array([3, 5, 5], dtype=np.uint16)
    passages = [np.array([9, 5, 3], dtype=np.uint16), np.array([], dtype=np.uint16)]
    weights = np.ones(VOCABULARY, dtype=np.float32)
    for column in match([[question]], passages, looking_up(weights)):
        assert column.tolist() == pytest.approx([1, 0], abs=1e-6)
    assert match([[question]], [], looking_up(weights)).maxsim.shape == (0,)
    assert match([[question[:0]]], passages, looking_up(weights)).maxsim.tolist() == [0, 0]
    assert match([], passages, looking_up(weights)).literal.tolist() == [0, 0]


def test_the_best_wording_of_a_concept_counts() -> None:
    said, official = np.array([1], dtype=np.uint16), np.array([2, 4], dtype=np.uint16)
    weights = np.ones(VOCABULARY, dtype=np.float32)
    found = match([[said, official]], [official, said], looking_up(weights))
    assert found.maxsim.tolist() == pytest.approx([1, 1], abs=1e-6)
    assert found.literal.tolist() == pytest.approx([0, 1], abs=1e-6)


@given(passages=st.lists(token_ids, max_size=8))
def test_the_store_gives_back_every_row(
    tmp_path_factory: pytest.TempPathFactory, passages: list[NDArray[np.uint16]]
) -> None:
    folder = tmp_path_factory.mktemp("tokens")
    assert TokenStore.build(passages, folder) == len(passages)
    store = TokenStore.open(folder)
    assert len(store) == len(passages)
    for row, ids in enumerate(passages):
        assert store.row(row).dtype == np.uint16
        assert store.row(row).tolist() == ids.tolist()
    for row in (-1, len(passages)):
        with pytest.raises(IndexError):
            store.row(row)


def test_a_damaged_store_is_a_version_error(tmp_path: Path) -> None:
    with pytest.raises(VersionError, match="nowhere"):
        TokenStore.open(tmp_path / "nowhere")
    TokenStore.build([np.arange(5, dtype=np.uint16)], tmp_path)
    np.save(tmp_path / "ids.npy", np.arange(4, dtype=np.uint16))
    with pytest.raises(VersionError):
        TokenStore.open(tmp_path)
    np.save(tmp_path / "ids.npy", np.arange(5, dtype=np.int64))
    with pytest.raises(VersionError):
        TokenStore.open(tmp_path)
    (tmp_path / "ids.npy").write_bytes(b"")
    with pytest.raises(VersionError):
        TokenStore.open(tmp_path)

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from index.maxsim import (
    LEAST_SHARE,
    LEAST_SIMILARITY,
    LITERAL_SIMILARITY,
    Matches,
    TokenVectors,
    match,
)
from index.ragged import Held
from tests.contract.vector_contract import unit_vectors

VOCABULARY = 60
TABLE = unit_vectors(VOCABULARY, 12)
token_ids = st.lists(st.integers(0, VOCABULARY - 1), max_size=15).map(
    lambda ids: np.array(ids, dtype=np.uint16)
)


def looking_up(weights: NDArray[np.float32]) -> TokenVectors:
    return lambda ids: (TABLE[ids], weights[ids])


def held(passages: list[NDArray[np.uint16]]) -> Held[np.uint16]:
    """Put passages' tokens one after the other."""
    lengths = np.array([len(ids) for ids in passages], dtype=np.int64)
    return Held(np.concatenate([np.zeros(0, dtype=np.uint16), *passages]), lengths)


def only(matches: Matches) -> Matches:
    """Return what is known of the first question."""
    return Matches(matches.best[:1], matches.weights[:1])


def counting(question: NDArray[np.uint16], weights: NDArray[np.float32]) -> NDArray[np.uint16]:
    """Leave out the tokens that have too little of the question's weight."""
    least = LEAST_SHARE * weights[question].sum()
    tokens, times = np.unique(question, return_counts=True)
    kept = tokens[weights[tokens] * times >= least]
    return question[np.isin(question, kept)]


def by_definition(
    question: NDArray[np.uint16], passage: NDArray[np.uint16], weights: NDArray[np.float32]
) -> float:
    """MaxSim in loops."""
    question = counting(question, weights)
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
    question = counting(question, weights)
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
    # With another question beside it, which changes nothing.
    other = question[:1]
    found = only(match([question, other], held([*passages, *passages]), looking_up(weights)))
    expected = [by_definition(question, passage, weights) for passage in passages]
    np.testing.assert_allclose(found.maxsim()[0], expected, atol=1e-5)
    literal = [literally(question, passage, weights) for passage in passages]
    np.testing.assert_allclose(found.literal()[0], literal, atol=1e-5)
    columns = [found.maxsim(), found.literal()]
    if passages:
        columns.append(found.telling(np.arange(len(passages))[None]))
    for (column,) in columns:
        assert column.dtype == np.float32
        assert column.shape == (len(passages),)
        assert np.all((column >= 0) & (column <= 1))


def test_a_passage_that_holds_the_whole_question_scores_one() -> None:
    question = np.array([3, 5, 5], dtype=np.uint16)
    passages = held([np.array([9, 5, 3], dtype=np.uint16), np.array([], dtype=np.uint16)])
    weights = np.ones(VOCABULARY, dtype=np.float32)
    found = match([question], passages, looking_up(weights))
    for (column,) in (found.maxsim(), found.literal(), found.telling(np.array([[1]]))):
        assert column.tolist() == pytest.approx([1, 0], abs=1e-6)
    assert match([question], held([]), looking_up(weights)).maxsim().shape == (1, 0)
    nothing = match([question[:0]], passages, looking_up(weights))
    assert nothing.maxsim().tolist() == nothing.telling(np.array([[0]])).tolist() == [[0, 0]]


def test_what_all_leaders_hold_no_longer_tells_them_apart() -> None:
    best = np.array([[[1, 0.2], [1, 0.9], [0, 1]]], dtype=np.float32)
    matches = Matches(best, np.array([[0.8, 0.2]], dtype=np.float32))
    leaders = np.array([[0, 1]])
    assert np.argmax(matches.maxsim()) == 1
    assert matches.telling(leaders)[0].tolist() == pytest.approx([0.2, 0.9, 1.0], abs=1e-6)
    alike = Matches(np.ones((1, 2, 1), dtype=np.float32), np.ones((1, 1), dtype=np.float32))
    assert alike.telling(leaders).tolist() == [[0, 0]]

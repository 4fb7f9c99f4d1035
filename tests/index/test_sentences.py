from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.model import Vectors
from index.ragged import Held
from index.sentences import LEAST_WORDS, nearness, parts_as_bytes, sentences
from tests.contract.vector_contract import unit_vectors

DIM = 16


@given(st.text(alphabet="ab .!?:;\n", max_size=200))
def test_sentences_hold_every_word_in_order(text: str) -> None:
    found = sentences(text)
    assert " ".join(found).split() == text.split()
    if len(found) > 1:
        assert all(len(one.split()) >= LEAST_WORDS for one in found)


def test_short_sentences_go_with_a_neighbour() -> None:
    long = "Kommunen plogar gång- och cykelvägar inom fyra timmar efter snöfall"
    assert sentences(f"{long}. Ja. {long}!") == [f"{long}. Ja.", f"{long}!"]
    assert sentences(f"Ja. {long}.\n{long}") == [f"Ja. {long}.", long]
    assert sentences("Ja.") == ["Ja."]
    assert sentences(" \n ") == []


def held(passages: list[tuple[Vectors, Vectors]]) -> Held[np.int8]:
    """Put passages' parts one after the other."""
    rows = [parts_as_bytes(np.concatenate(one)) for one in passages]
    return Held(np.concatenate(rows), np.array([len(row) for row in rows]))


def test_nearness_is_that_of_the_nearest_sentence_and_of_the_heading() -> None:
    vectors, question = unit_vectors(9, DIM), unit_vectors(1, DIM, seed=5)[0]
    nothing = np.zeros((1, DIM), dtype=np.float32)
    passages = [(vectors[:1], vectors[1:4]), (nothing, vectors[4:5]), (vectors[5:6], vectors[6:])]
    # Asked twice, of other passages: each question has its own.
    found = nearness(held([*passages, *passages[::-1]]), np.stack([question, -question]))
    for row, asked in enumerate((question, -question)):
        for place, (heading, parts) in enumerate(passages[:: 1 - 2 * row]):
            best = max(0.0, float((parts @ asked).max()))
            near = max(0.0, float(heading[0] @ asked))
            assert found.sentence[row, place] == pytest.approx(best, abs=0.02)
            assert found.heading[row, place] == pytest.approx(near, abs=0.02)


def test_a_passage_without_sentences_is_near_to_nothing() -> None:
    vectors = unit_vectors(2, DIM)
    found = held([(vectors[:1], vectors[:0]), (vectors[1:], vectors[1:])])
    assert nearness(found, vectors[1:]).sentence[0].tolist() == pytest.approx([0, 1], abs=0.02)

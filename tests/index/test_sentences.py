from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from index.errors import VersionError
from index.model import Vectors
from index.sentences import LEAST_WORDS, SentenceStore, parts_as_bytes, sentences
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


def store(folder: Path, passages: list[tuple[Vectors, Vectors]]) -> SentenceStore:
    SentenceStore.build((parts_as_bytes(*one) for one in passages), folder, DIM)
    return SentenceStore.open(folder)


def test_nearness_is_that_of_the_nearest_sentence_and_of_the_heading(tmp_path: Path) -> None:
    vectors, question = unit_vectors(9, DIM), unit_vectors(1, DIM, seed=5)[0]
    nothing = np.zeros((1, DIM), dtype=np.float32)
    passages = [(vectors[:1], vectors[1:4]), (nothing, vectors[4:5]), (vectors[5:6], vectors[6:])]
    found = store(tmp_path, passages).nearness(np.array([2, 0, 1]), question)
    for place, row in enumerate((2, 0, 1)):
        heading, parts = passages[row]
        best = max(0.0, float((parts @ question).max()))
        assert found.sentence[place] == pytest.approx(best, abs=0.02)
        assert found.heading[place] == pytest.approx(max(0.0, heading[0] @ question), abs=0.02)


def test_a_passage_without_sentences_is_near_to_nothing(tmp_path: Path) -> None:
    vectors = unit_vectors(2, DIM)
    found = store(tmp_path, [(vectors[:1], vectors[:0]), (vectors[1:], vectors[1:])])
    assert found.nearness(np.array([0, 1]), vectors[1]).sentence.tolist() == pytest.approx(
        [0, 1], abs=0.02
    )


def test_rows_come_back_as_they_were(tmp_path: Path) -> None:
    rows: list[NDArray[np.int8]] = [
        np.arange(DIM * n, dtype=np.int8).reshape(n, DIM) for n in (1, 3, 2)
    ]
    SentenceStore.build(rows, tmp_path, DIM)
    found = SentenceStore.open(tmp_path)
    assert [found.row(row).tolist() for row in range(len(found))] == [one.tolist() for one in rows]
    for row in (-1, 3):
        with pytest.raises(IndexError):
            found.row(row)
    SentenceStore.build([], tmp_path / "empty", DIM)
    assert len(SentenceStore.open(tmp_path / "empty")) == 0


def test_a_damaged_store_is_a_version_error(tmp_path: Path) -> None:
    with pytest.raises(VersionError, match="nowhere"):
        SentenceStore.open(tmp_path / "nowhere")
    store(tmp_path, [(unit_vectors(1, DIM), unit_vectors(2, DIM))])
    np.save(tmp_path / "vectors.npy", np.zeros((2, DIM), dtype=np.int8))
    with pytest.raises(VersionError):
        SentenceStore.open(tmp_path)
    (tmp_path / "vectors.npy").write_bytes(b"")
    with pytest.raises(VersionError):
        SentenceStore.open(tmp_path)

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import index.lexical
from index.errors import VersionError
from index.lexical import LARGE, LexicalWeights, TantivyLexicalIndex
from index.lexical_files import LexicalDocument, build, extend, numbers
from index.model import Asked
from index.ports import LexicalIndex
from tests.contract.lexical_contract import DOCUMENTS, LexicalContract
from tests.fakes_index import BruteForceLexical, quantised_length

WORDS = """
    snöröjning cykelväg cykelvägar skolskjuts skola gatubelysning taxa hemtjänst och i
    återvandringsbidrag bidrag återvandring kommun kommunen
"""
VOCABULARY = WORDS.split()
sentences = st.lists(st.sampled_from(VOCABULARY), max_size=40).map(" ".join)
documents = st.lists(st.builds(LexicalDocument, sentences, sentences), min_size=1, max_size=12)


def make(entries: Sequence[LexicalDocument], folder: Path) -> TantivyLexicalIndex:
    """Build and open an index."""
    assert build(entries, folder / "lexical") == len(entries)
    return TantivyLexicalIndex.open(folder / "lexical")


class TestBruteForce(LexicalContract):
    def make(self, documents: Sequence[LexicalDocument], folder: Path) -> LexicalIndex:
        return BruteForceLexical(documents)


class TestTantivy(LexicalContract):
    def make(self, documents: Sequence[LexicalDocument], folder: Path) -> LexicalIndex:
        return make(documents, folder)


@settings(max_examples=40, deadline=None)
@given(documents, sentences, sentences, st.integers(1, 12))
def test_scores_follow_the_formula(
    tmp_path_factory: pytest.TempPathFactory,
    entries: list[LexicalDocument],
    text: str,
    official: str,
    k: int,
) -> None:
    lexical = make(entries, tmp_path_factory.mktemp("bm25"))
    plain = BruteForceLexical(entries)
    asked = Asked(text, official)
    with pytest.MonkeyPatch.context() as patch:
        # The formula knows no cut of very long questions, which has a test of its own.
        patch.setattr(index.lexical, "MAX_TERMS", 10_000)
        found = lexical.search(asked, k)
        np.testing.assert_allclose(found.scores, plain.search(asked, k).scores, rtol=1e-4)
        expected = [plain.score(asked, int(row)) for row in found.rows]
        np.testing.assert_allclose(found.scores, expected, rtol=1e-4)
        assert lexical.ceiling(asked) == pytest.approx(plain.ceiling(asked))
        assert lexical.known(asked.text) == pytest.approx(plain.known(asked.text))


def test_lengths_are_rounded_as_tantivy_does() -> None:
    known = {0: 0, 1: 1, 40: 40, 41: 40, 42: 42, 57: 56, 59: 56, 60: 60, 100: 96, 160: 152}
    assert {length: quantised_length(length) for length in known} == known


def test_one_term_by_hand(tmp_path: Path) -> None:
    entries = [LexicalDocument("skola skola kommun"), LexicalDocument("taxa"), LexicalDocument("")]
    build(entries, tmp_path)
    index = TantivyLexicalIndex.open(tmp_path, LexicalWeights(1, 0))
    idf = np.log(1 + (3 - 1 + 0.5) / (1 + 0.5))
    # Field lengths 3, 1 and 0: 4/3 on average.
    part = 2 / (2 + 1.2 * (0.25 + 0.75 * 3 / (4 / 3)))
    assert index.search(Asked("skola"), 3).scores.tolist() == pytest.approx([idf * 2.2 * part])
    assert index.ceiling(Asked("skola")) == pytest.approx(idf * 2.2)


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> TantivyLexicalIndex:
    random = np.random.default_rng(0)
    entries = [
        LexicalDocument(" ".join(random.choice(VOCABULARY, random.integers(1, 9)).tolist()))
        for _ in range(3_000)
    ]
    return make(entries, tmp_path_factory.mktemp("large"))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.floats(0, 1), st.integers(1, 60), st.sampled_from([0, 50, 10**6]), st.integers(0, 99))
def test_filtering_equals_filtering_the_full_ranking(
    large: TantivyLexicalIndex,
    share: float,
    k: int,
    named: int,
    seed: int,
) -> None:
    random = np.random.default_rng(seed)
    allowed = random.random(large.size) < share
    text = " ".join(random.choice(VOCABULARY, 3).tolist())
    full = large.search(Asked(text), large.size)
    expected = full.rows[allowed[full.rows]][:k]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(index.lexical, "_MAX_NAMED_ROWS", named)
        found = large.search(Asked(text), k, allowed)
    assert found.rows.tolist() == expected.tolist()


def test_a_long_question_is_cut_to_its_rarest_terms(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lexical = make(DOCUMENTS, tmp_path)
    whole = " ".join(one.body + " " + one.context for one in DOCUMENTS)
    monkeypatch.setattr(index.lexical, "MAX_TERMS", 20)
    found = lexical.search(Asked(whole), 10)
    assert found.rows.size
    assert found.scores.max() <= lexical.ceiling(Asked(whole))


def test_wrong_masks_and_counts_are_refused(large: TantivyLexicalIndex) -> None:
    with pytest.raises(ValueError, match="mask"):
        large.search(Asked("skola"), 1, np.ones(7, dtype=np.bool_))
    with pytest.raises(ValueError, match="at least 1"):
        large.search(Asked("skola"), 0)


def test_a_missing_or_damaged_folder_is_a_version_error(tmp_path: Path) -> None:
    with pytest.raises(VersionError, match="nowhere"):
        TantivyLexicalIndex.open(tmp_path / "nowhere")
    build(DOCUMENTS, tmp_path / "lexical")
    (tmp_path / "lexical" / "meta.json").write_text("{")
    with pytest.raises(VersionError, match="lexical"):
        TantivyLexicalIndex.open(tmp_path / "lexical")


def test_one_index_serves_many_threads(large: TantivyLexicalIndex) -> None:
    texts = ["skola", "taxa och bidrag", "snöröjning", "kommun", "cykelväg", "hemtjänst"] * 20
    expected = [large.search(Asked(text), 20).rows.tolist() for text in texts]
    with ThreadPoolExecutor(4) as pool:
        found = [
            one.rows.tolist() for one in pool.map(lambda text: large.search(Asked(text), 20), texts)
        ]
    assert found == expected


def test_a_word_longer_than_a_term_may_be_is_no_obstacle(tmp_path: Path) -> None:
    entries = [LexicalDocument("å" * 100_000), LexicalDocument("skola " * 50_000)]
    lexical = make(entries, tmp_path)
    assert lexical.search(Asked("skola"), 2).rows.tolist() == [1]
    assert lexical.search(Asked("å" * 100_000), 2).rows.tolist() == [0]


def test_a_disk_that_refuses_is_an_os_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> object:
        raise ValueError("no space left on device")

    monkeypatch.setattr("tantivy.Index", refuse)
    with pytest.raises(OSError, match="no space left"):
        build(DOCUMENTS, tmp_path)


def test_what_most_passages_of_a_large_record_hold_is_not_looked_up(tmp_path: Path) -> None:
    bodies = [f"kommunen {'skolbuss' if row % 9 else 'sim'}" for row in range(LARGE)]
    build((LexicalDocument(body) for body in bodies), tmp_path / "large")
    large = TantivyLexicalIndex.open(tmp_path / "large")
    rare = large.search(Asked("sim"), LARGE)
    both = large.search(Asked("kommunen sim"), LARGE)
    assert both.rows.tolist() == rare.rows.tolist()
    assert both.scores.tolist() == pytest.approx(rare.scores.tolist())
    # A question of nothing else is still one.
    assert len(large.search(Asked("kommunen"), LARGE).rows) == LARGE


def test_an_extended_index_finds_what_one_built_anew_finds(tmp_path: Path) -> None:
    bodies = ["snöröjning av gator", "skolskjuts", "snö på taket", "belysning"]
    build((LexicalDocument(body) for body in bodies), tmp_path / "first")
    moved = np.array([0, -1, 2, -1])
    added = [LexicalDocument("skolskjuts och snö"), LexicalDocument("bibliotek")]
    extend(tmp_path / "first", tmp_path / "second", moved, added, np.array([1, 3]))
    # Once more: numbers and rows have parted company.
    extend(
        tmp_path / "second",
        tmp_path / "third",
        np.array([-1, 0, 1, 2]),
        [LexicalDocument("snöskottning")],
        np.array([3]),
    )
    third = TantivyLexicalIndex.open(tmp_path / "third")
    anew = ["skolskjuts och snö", "snö på taket", "bibliotek", "snöskottning"]
    build((LexicalDocument(body) for body in anew), tmp_path / "anew")
    fresh = TantivyLexicalIndex.open(tmp_path / "anew")
    assert third.size == fresh.size == 4
    assert numbers(tmp_path / "third") == 7
    for question in ("snö", "skolskjuts", "bibliotek", "gator", "belysning", "snöskottning"):
        asked = Asked(question)
        assert set(third.search(asked, 4).rows) == set(fresh.search(asked, 4).rows), question
        only = np.array([True, True, False, False])
        assert set(third.search(asked, 4, only).rows) == set(fresh.search(asked, 4, only).rows)
    # The first stays as it was.
    assert TantivyLexicalIndex.open(tmp_path / "first").search(Asked("belysning"), 1).rows == [3]

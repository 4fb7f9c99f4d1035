from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text import STOP_WORDS, grams, normalise, stems, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("KS-ordföranden", ["ks", "ordföranden", "ksordföranden"]),
        ("e‑post och e-post", ["e", "post", "epost", "och", "e", "post", "epost"]),
        ("gång- och cykelvägar", ["gång", "och", "cykelvägar"]),
        ("EU:s, SCB:s och TV:n", ["eu", "scb", "och", "tv"]),
        ("kl. 12:30, KS 2025/112", ["kl", "12", "30", "ks", "2025", "112"]),
        ("mandatperioden 2022-2026", ["mandatperioden", "2022", "2026"]),
        ("IT-chefens:s", ["it", "chefens", "itchefens"]),
        ("kommun\u00adstyrelsen", ["kommunstyrelsen"]),
        ("e\u0301n a_b", ["én", "a", "b"]),
        ("ÅÄÖ STRASSE Straße", ["åäö", "strasse", "strasse"]),
        ("", []),
        ("?! – \ud800 🙂", []),
        ("\ud800x", ["x"]),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_stems_join_inflections_and_leave_out_stop_words() -> None:
    assert stems(words("Hur är skolskjutsen?")) == stems(["skolskjutsar"]) == ["skolskjuts"]
    assert stems(sorted(STOP_WORDS)) == []


def test_stop_words_are_words_as_they_are_looked_up() -> None:
    assert all(words(word) == [word] for word in STOP_WORDS)


def test_grams_stay_within_a_word_and_mark_its_borders() -> None:
    assert grams(["bada"]) == ["_bad", "bada", "ada_"]
    assert grams(["å"]) == ["_å_"]
    assert grams([]) == []
    assert grams(["ab", "cd"]) == grams(["ab"]) + grams(["cd"])


@given(st.text(st.characters()))
def test_any_text_gives_words_that_blanks_can_join(text: str) -> None:
    found = words(text)
    assert " ".join(found).split() == found
    assert all(word.isalnum() for word in found)
    terms = stems(found) + grams(found)
    assert " ".join(terms).split() == terms
    " ".join(terms).encode()


@given(st.text())
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@given(st.text(alphabet="abcåäöéÅÄÖ -"))
def test_composed_and_decomposed_text_give_the_same_words(text: str) -> None:
    assert words(unicodedata.normalize("NFD", text)) == words(text)
    assert words(text.upper()) == words(text)

"""Closing words are official, but no part of the answer to the last question."""

from __future__ import annotations

import pytest

from tests.knowledge.test_forms import only, said

_QUESTIONS = (
    "1. Hur många platser finns?\n\nDet finns 40 platser i badets kiosk.\n\n"
    "2. När öppnar badet?\n\nBadet öppnar den 1 juni."
)
_INTRODUCTION = "Kommunens utomhusbad byggdes 1968 och besöks av 12 000 personer varje sommar.\n\n"


def _last(text: str) -> tuple[str, str]:
    draft = only(f"Svar på interpellation från Bo Ek (M) om badet\n\n{text}\n\nEva Al (S)")
    return said(draft)[-1]


@pytest.mark.parametrize(
    "words",
    [
        "Avslutningsvis vill jag tacka föreningen för dess arbete.",
        "Jag hoppas att sommaren blir varm.",
        "Jag ser fram emot debatten om det fortsatta arbetet.",
        "Jag vill också understryka att badet är till för alla.",
    ],
)
def test_a_paragraph_that_says_so_closes(words: str) -> None:
    assert _last(f"{_QUESTIONS}\n\n{words}") == ("s1", words)


def test_another_matter_closes() -> None:
    words = "Vad gäller golfbanan, som du också nämner, har den egna pengar."
    name, found = _last(f"{_QUESTIONS}\n\n{words}")
    assert (name, found) == ("s1", words)


def test_a_last_paragraph_that_shares_no_word_closes_a_reply_with_an_introduction() -> None:
    words = "Ett levande friluftsliv betyder mycket för folkhälsan, inte minst bland äldre."
    assert _last(f"{_INTRODUCTION}{_QUESTIONS}\n\n{words}") == ("s2", words)
    name, found = _last(f"{_QUESTIONS}\n\n{words}")
    assert name == "q2" and found.endswith(words)


@pytest.mark.parametrize(
    "words",
    [
        "Därefter hålls det öppet varje dag till och med den sista augusti.",
        "Öppningsdagen flyttas inte, även om våren skulle dröja ovanligt länge i år.",
    ],
)
def test_what_points_back_or_shares_a_word_goes_on(words: str) -> None:
    asked = "2. Vilken är öppningsdagen?\n\nDen 1 juni."
    name, found = _last(f"{_INTRODUCTION}1. Vad kostar det?\n\n40 kronor.\n\n{asked}\n\n{words}")
    assert name == "q2" and found.endswith(words)

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.readers.lines import clean, close_dashes, whole_words


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("  a\u00a0b\tc  ", "a b c"),
        ("a\u030a", "å"),
        ("åter\u00advandring", "återvandring"),
        ("åter\u00ad ", "åter-"),
        ("e\ufb01n \ufb02it", "efin flit"),
        ("\ufeffa\u200bb\x00c", "abc"),
        ("KS\u2011AU", "KS-AU"),
        ("\uf0b7 punkt", "• punkt"),
        ("\uf0b7punkt", "•punkt"),
        ("▪ punkt", "• punkt"),
        ("· punkt", "• punkt"),
        ("–11,8", "–11,8"),
    ],
)
def test_cleaning(raw: str, kept: str) -> None:
    assert clean(raw) == kept


@given(st.text())
def test_a_clean_line_stays_as_it_is(text: str) -> None:
    once = clean(text)
    assert unicodedata.is_normalized("NFC", once)
    assert once == once.strip()
    assert "\n" not in once
    assert all(c == " " or not c.isspace() for c in once)


def test_a_dash_at_the_end_is_told_from_a_broken_word() -> None:
    lines = ["i många år- ", "det är inget nytt för- ", "och efternamn i kom-", "munen"]
    assert close_dashes(lines, whole_words(lines)) == [
        "i många år- det",
        "är inget nytt för- och",
        "efternamn i kom-",
        "munen",
    ]


def test_writers_that_end_every_line_in_a_blank_break_words_too() -> None:
    lines = ["hela kommunen ", "i kom- ", "munen. "]
    assert close_dashes(lines, whole_words(lines)) == lines


def test_without_the_blanks_small_words_tell() -> None:
    lines = ["Ett år är långt, i många år-", "det är inget nytt. Alla barn-", "omsorg och barn."]
    assert close_dashes(lines, whole_words(lines), blanks_lost=True) == [
        "Ett år är långt, i många år- det",
        "är inget nytt. Alla barn-",
        "omsorg och barn.",
    ]


@given(st.lists(st.text("ab- d\n"), max_size=6))
def test_only_white_space_moves(lines: list[str]) -> None:
    done = close_dashes(lines, whole_words(lines))
    assert "".join("".join(done).split()) == "".join("".join(lines).split())
    assert len(done) == len(lines)


def test_blanks_at_the_end_of_every_line_say_nothing() -> None:
    filler = ["en rad om badet "] * 10
    lines = [*filler, "inom 50 minuter på lands- ", "bygden, i många år- ", "det är så "]
    assert close_dashes(lines, whole_words(lines))[10:] == [
        "inom 50 minuter på lands- ",
        "bygden, i många år- det",
        "är så ",
    ]

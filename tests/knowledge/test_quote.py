from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.quote import quote, same_words

printed = st.lists(
    st.sampled_from(
        ["Kommunen", "kom-\nmunen", "KS-\nordf", "för-\noch", " ", "\n", "\n\n", "• ", "- ", "– ",
         "1) ", "a | b", "-", "-\n", "--\n-", "\t", "\r\n", "\u2028", "slut.", "😀", "\u00ad\n"]
    ),
    max_size=20,
).map("".join)  # fmt: skip


@pytest.mark.parametrize(
    ("printed", "quoted"),
    [
        ("en rad\noch en till", "en rad och en till"),
        ("ett\n\n\n två ", "ett\n\ntvå"),
        ("kom-\nmunen", "kommunen"),
        ("KS-\nordföranden", "KS-ordföranden"),
        ("åren 2024-\n2025", "åren 2024-2025"),
        ("en e-\ntjänst", "en e-tjänst"),
        ("Jan-\nErik", "Jan-Erik"),
        ("för- \noch efternamn", "för- och efternamn"),
        ("barn- och ungdoms-\nsamt fritidsnämnden", "barn- och ungdoms- samt fritidsnämnden"),
        ("är gemen-\nsamt för alla", "är gemensamt för alla"),
        ("A-kasse-\nersättning", "A-kasseersättning"),
        ("vår identitet -\noch vår styrka", "vår identitet - och vår styrka"),
        ("vår identitet\n– och vår styrka", "vår identitet – och vår styrka"),
        ("vi vill:\n– ett\n– två som\ngår vidare", "vi vill:\n– ett\n– två som går vidare"),
        ("• ett som\ngår vidare\n• två", "• ett som går vidare\n• två"),
        ("1) ett\n2) två\na) tre", "1) ett\n2) två\na) tre"),
        ("enligt punkt\n2. som säger", "enligt punkt 2. som säger"),
        ("År | Antal\n2024 | 12", "År | Antal\n2024 | 12"),
        ("", ""),
    ],
)
def test_quoting(printed: str, quoted: str) -> None:
    assert quote(printed) == quoted
    assert same_words(quoted, printed)


@given(printed | st.text())
def test_a_quotation_has_the_words_of_its_source(text: str) -> None:
    assert same_words(quote(text), text)


@given(printed | st.text())
def test_quoting_twice_changes_nothing_but_white_space(text: str) -> None:
    assert same_words(quote(text), text)
    assert same_words(quote(quote(text)), quote(text))


@given(printed | st.text(), st.data())
def test_a_changed_letter_is_seen(text: str, data: st.DataObject) -> None:
    quoted = quote(text)
    letters = [at for at, sign in enumerate(quoted) if not sign.isspace() and sign != "-"]
    if not letters:
        return
    at = data.draw(st.sampled_from(letters))
    other = "x" if quoted[at] != "x" else "y"
    assert not same_words(quoted[:at] + other + quoted[at + 1 :], text)
    assert not same_words(quoted[:at] + quoted[at + 1 :], text)
    assert not same_words(quoted[:at] + other + quoted[at:], text)


def test_a_hyphen_inside_a_line_must_be_there() -> None:
    assert not same_words("efternamn", "efter-namn")
    assert not same_words("efter-namn", "efternamn")
    assert same_words("efter-namn", "efter-\nnamn")
    assert same_words("efternamn", "efter-\nnamn")


def test_time_grows_with_the_length_alone() -> None:
    text = "kom-\nmunen - och " * 60_000 + "-" * 50_000 + "\n-" * 50_000
    start = time.perf_counter()
    assert same_words(quote(text), text)
    assert time.perf_counter() - start < 5

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.errors import UnreadableDocument
from knowledge.readers import read
from knowledge.readers.txt import decode
from tests.knowledge.readers.documents import shown

TEXT = "Svar på fråga ett: åäö ÅÄÖ é\r\n\r\n\r\nRad två – “citat”\r\n"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"]
)
def test_every_encoding_gives_the_same_text(encoding: str) -> None:
    document = read("svar.txt", TEXT.encode(encoding))
    assert shown(document) == [["Svar på fråga ett: åäö ÅÄÖ é", "", "Rad två – “citat”"]]
    assert not document.paged


def test_bytes_that_windows_does_not_know_are_latin_1() -> None:
    assert "gör" in shown(read("a.txt", "gör \x81 det".encode("latin-1")))[0][0]


def test_a_form_feed_is_a_page_border() -> None:
    document = read("a.txt", b"ett\n\n\ftv\xc3\xa5\n\f")
    assert document.paged
    assert shown(document) == [["ett"], ["två"]]


@pytest.mark.parametrize(
    "data", [b"", b" \n\f ", b"\0\0\0", bytes(range(256)) * 20, b"\xef\xbb\xbf"]
)
def test_what_is_no_text_says_so(data: bytes) -> None:
    with pytest.raises(UnreadableDocument, match=r"^a\.txt: "):
        read("a.txt", data)


WORDS = st.text("abdefghiklmnoprstuvyåäö", min_size=1, max_size=9)
STARTS = st.sampled_from(["", "Å", "Ä", "Ö", "É", "S"])
MARKS = st.sampled_from([" ", ", ", ". ", "? ", "\n", "\n\n", ": ", " - "])


@st.composite
def swedish(draw: st.DrawFn) -> str:
    """Draw a text with at least one Swedish letter inside a word."""
    parts = [draw(STARTS) + draw(WORDS) + draw(MARKS) for _ in range(draw(st.integers(1, 40)))]
    inside = draw(st.sampled_from(["för", "två", "här", "FÅR", "SÄKER", "HÖGST"]))
    parts.insert(draw(st.integers(0, len(parts))), f"{inside} ")
    return "".join(parts)


@given(
    swedish(),
    st.sampled_from(
        [
            "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "latin-1",
            "cp1252", "cp850", "cp437", "mac_roman",
        ]
    ),
)  # fmt: skip
def test_any_swedish_text_comes_back_from_any_encoding(text: str, encoding: str) -> None:
    assert decode("a.txt", text.encode(encoding)) == text


@given(swedish(), st.sampled_from(["utf-8", "utf-16", "utf-16-le", "utf-16-be", "cp1252"]))
def test_quotation_marks_do_not_hide_the_encoding(text: str, encoding: str) -> None:
    quoted = f"Hon sade: ”{text}” – men … ’nej’ 5 €"
    assert decode("a.txt", quoted.encode(encoding)) == quoted


def test_a_stray_byte_does_not_spoil_a_whole_text() -> None:
    assert decode("a.txt", "för två år ".encode() + "så är".encode("cp1252")) == "för två år så är"

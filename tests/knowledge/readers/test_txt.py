from __future__ import annotations

import pytest

from knowledge.errors import UnreadableDocument
from knowledge.readers import read
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

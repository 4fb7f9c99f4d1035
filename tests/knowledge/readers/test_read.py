from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.errors import UnreadableDocument
from knowledge.readers import read
from tests.knowledge.readers.documents import pdf, printed, shown, word


def _zip(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        for name in names:
            package.writestr(name, "x")
    return buffer.getvalue()


def test_the_content_decides_not_the_name() -> None:
    assert shown(read("svar.docx", pdf([printed("Svar")]))) == [["Svar"]]
    data = word(lambda document: document.add_paragraph("Svar"))
    assert shown(read("svar.pdf", data)) == [["Svar"]]
    assert shown(read("svar.pdf", b"Svar")) == [["Svar"]]


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "äldre Office-dokument"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le"), "xls"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "skyddat med lösenord",
        ),
        (b"MZ\x90\0\x03\0\0\0", "program"),
        (b"\0\0\0\x18ftypheic", "heic"),
        (b"\x89PNG\r\n", "bild"),
        (_zip("xl/workbook.xml"), "kalkylark"),
        (_zip("content.xml"), "OpenDocument"),
        (_zip("a.txt"), "zip"),
        (b"PK\x03\x04 trasig", "skadad"),
        (b"", "tom"),
    ],
)
def test_other_formats_say_what_they_are(data: bytes, what: str) -> None:
    with pytest.raises(UnreadableDocument, match=what):
        read("fil", data)


def test_a_text_that_starts_like_a_program_is_a_text() -> None:
    assert shown(read("a.txt", b"MZ 2024/1 svar")) == [["MZ 2024/1 svar"]]


@settings(max_examples=200, deadline=None)
@given(
    st.binary(max_size=300),
    st.sampled_from([b"", b"%PDF-1.4\n", b"PK\x03\x04", b"<html>", b"<p>"]),
    st.sampled_from(["a.txt", "a.md", "a.pdf"]),
)
def test_any_bytes_are_read_or_refused(data: bytes, magic: bytes, name: str) -> None:
    try:
        document = read(name, magic + data)
    except UnreadableDocument as error:
        assert error.message.endswith(".")
    else:
        assert any(line.text for page in document.pages for line in page.lines)

"""One module a format: bytes → `Document`. The only importers of the document libraries."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import PurePath

from knowledge.document import Document
from knowledge.errors import UnreadableDocument
from knowledge.limits import (
    MAX_BYTES,
    MAX_CHARS,
    MAX_PAGES,
    TOO_LARGE,
    TOO_LARGE_CONVERTED,
    TOO_MANY_PAGES,
    TOO_MUCH_TEXT,
)
from knowledge.readers import docx, html, markdown, odt, office, pdf, txt
from knowledge.readers.packages import BROKEN

__all__ = ["read"]

_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_HTML = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?<(?:!doctype\s+html|html|head|body|main|article|div|section|"
    rb"h[1-6]|p|table|ul|ol)\b",
    re.IGNORECASE,
)
_KNOWN_BUT_NOT_READ = (
    (b"\x89PNG", "en bild (png)"),
    (b"\xff\xd8\xff", "en bild (jpeg)"),
    (b"GIF8", "en bild (gif)"),
    (b"II*\x00", "en bild (tiff)"),
    (b"MM\x00*", "en bild (tiff)"),
    (b"\x1f\x8b", "ett komprimerat arkiv (gz)"),
    (b"Rar!", "ett komprimerat arkiv (rar)"),
    (b"7z\xbc\xaf", "ett komprimerat arkiv (7z)"),
    (b"RIFF", "en bild eller ett ljud (webp, wav eller avi)"),
    (b"\x7fELF", "ett program"),
)
# Text may start like these, but not with zero bytes close by.
_BINARY = ((b"BM", "en bild (bmp)"), (b"MZ", "ett program (exe)"))
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Streams of an old Office document, by which its programs know it.
_IN_OLE = (
    ("EncryptedPackage", "ett Office-dokument som är skyddat med lösenord"),
    ("Workbook", "ett äldre kalkylark (xls)"),
    ("Book", "ett äldre kalkylark (xls)"),
    ("PowerPoint Document", "en äldre presentation (ppt)"),
    ("__substg1.0_", "ett e-postmeddelande (msg)"),
)
_OPEN = "application/vnd.oasis.opendocument."
_ODT = {f"{_OPEN}text", f"{_OPEN}text-template"}
_OPEN_DOCUMENTS = {
    f"{_OPEN}spreadsheet": "ett kalkylark (ods)",
    f"{_OPEN}presentation": "en presentation (odp)",
    f"{_OPEN}graphics": "en teckning (odg)",
}
_WHAT_TO_DO = "Spara dokumentet som pdf, docx, odt, html, md eller txt och försök igen."
_Reader = Callable[[str, bytes], Document]


def read(file_name: str, data: bytes) -> Document:
    """Read a document; its content decides the format, not its name.

    Args:
        file_name: its name, for messages and to tell plain text from Markdown.
        data: the whole file.

    Returns:
        The document with at least one line of text.

    Raises:
        UnreadableDocument: empty, broken, protected, over a limit (`knowledge.limits`) or of a
            format that has no reader.
    """
    if not data.strip(b"\0 \t\r\n\f"):
        raise UnreadableDocument(file_name, f"filen är tom. {_WHAT_TO_DO}")
    if len(data) > MAX_BYTES:
        raise UnreadableDocument(file_name, TOO_LARGE)
    document = _reader(file_name, data)(file_name, data)
    if document.converted is not None and len(document.converted.data) > MAX_BYTES:
        raise UnreadableDocument(file_name, TOO_LARGE_CONVERTED)
    if len(document.pages) > MAX_PAGES:
        raise UnreadableDocument(file_name, TOO_MANY_PAGES)
    if sum(len(line.text) for page in document.pages for line in page.lines) > MAX_CHARS:
        raise UnreadableDocument(file_name, TOO_MUCH_TEXT)
    if not any(line.text for page in document.pages for line in page.lines):
        raise UnreadableDocument(
            file_name,
            "dokumentet innehåller ingen text. Kontrollera att det är rätt fil; en inskannad bild "
            "måste först textigenkännas (OCR).",
        )
    return document


def _reader(file: str, data: bytes) -> _Reader:
    if b"%PDF-" in data[:1024]:
        return pdf.read
    for magic, what in _KNOWN_BUT_NOT_READ:
        if data.startswith(magic):
            raise _refused(file, what)
    for magic, what in _BINARY:
        if data.startswith(magic) and b"\0" in data[:64]:
            raise _refused(file, what)
    if data[4:8] == b"ftyp":
        raise _refused(file, "en bild eller en film (heic eller mp4)")
    if data.startswith(_OLE):
        return _old_office(file, data)
    if data.startswith(b"{\\rtf"):
        return office.read
    if data.startswith(b"PK\x03\x04"):
        return _zipped(file, data)
    if _HTML.match(_COMMENT.sub(b"", _start(data))):
        return html.read
    return markdown.read if PurePath(file).suffix.lower() in (".md", ".markdown") else txt.read


def _start(data: bytes) -> bytes:
    """Return the beginning of a text in one byte a character, byte order mark removed."""
    start = data[:4096]
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return start[2:].replace(b"\0", b"")
    return start.removeprefix(b"\xef\xbb\xbf")


def _old_office(file: str, data: bytes) -> _Reader:
    if "WordDocument".encode("utf-16-le") in data:
        return office.read
    for stream, what in _IN_OLE:
        if stream.encode("utf-16-le") in data:
            raise _refused(file, what)
    raise _refused(file, "ett äldre Office-dokument av okänt slag")


def _refused(file: str, what: str) -> UnreadableDocument:
    return UnreadableDocument(file, f"filen är {what}, som inte kan läsas. {_WHAT_TO_DO}")


def _mimetype(package: zipfile.ZipFile) -> str:
    with package.open("mimetype") as entry:
        return entry.read(200).decode("ascii", errors="replace").strip()


def _zipped(file: str, data: bytes) -> _Reader:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            names = set(package.namelist())
            mimetype = _mimetype(package) if "mimetype" in names else ""
    except BROKEN as exc:
        raise UnreadableDocument(
            file,
            "filen är skadad eller ofullständig. Hämta originalet på nytt och försök igen.",
        ) from exc
    if "word/vbaProject.bin" in names:
        what = "ett Word-dokument med makron (docm)"
    elif "word/document.xml" in names:
        return docx.read
    elif "content.xml" in names and mimetype in _ODT:
        return odt.read
    elif any(name.startswith("xl/") for name in names):
        what = "ett kalkylark (xlsx)"
    elif any(name.startswith("ppt/") for name in names):
        what = "en presentation (pptx)"
    elif "content.xml" in names:
        what = _OPEN_DOCUMENTS.get(mimetype, "ett OpenDocument-dokument av okänt slag")
    else:
        what = "ett arkiv (zip)"
    raise _refused(file, what)

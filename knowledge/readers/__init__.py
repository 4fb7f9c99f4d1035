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
    TOO_MANY_PAGES,
    TOO_MUCH_TEXT,
)
from knowledge.readers import docx, html, markdown, pdf, txt

__all__ = ["read"]

_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_HTML = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?<(?:!doctype\s+html|html|head|body|main|article|div|section|"
    rb"h[1-6]|p|table|ul|ol)\b",
    re.IGNORECASE,
)
_KNOWN_BUT_NOT_READ = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ett äldre Office-dokument (doc, xls eller ppt)"),
    (b"{\\rtf", "ett RTF-dokument"),
    (b"\x89PNG", "en bild (png)"),
    (b"\xff\xd8\xff", "en bild (jpeg)"),
    (b"GIF8", "en bild (gif)"),
    (b"II*\x00", "en bild (tiff)"),
    (b"MM\x00*", "en bild (tiff)"),
    (b"\x1f\x8b", "ett komprimerat arkiv (gz)"),
    (b"Rar!", "ett komprimerat arkiv (rar)"),
    (b"7z\xbc\xaf", "ett komprimerat arkiv (7z)"),
)
_WHAT_TO_DO = "Spara dokumentet som pdf, docx, html, md eller txt och försök igen."
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
            raise UnreadableDocument(file, f"filen är {what}, som inte kan läsas. {_WHAT_TO_DO}")
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


def _zipped(file: str, data: bytes) -> _Reader:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            names = set(package.namelist())
    except (zipfile.BadZipFile, ValueError, EOFError) as exc:
        raise UnreadableDocument(
            file,
            "filen är skadad eller ofullständig. Hämta originalet på nytt och försök igen.",
        ) from exc
    if "word/vbaProject.bin" in names:
        what = "ett Word-dokument med makron (docm)"
    elif "word/document.xml" in names:
        return docx.read
    elif any(name.startswith("xl/") for name in names):
        what = "ett kalkylark (xlsx)"
    elif any(name.startswith("ppt/") for name in names):
        what = "en presentation (pptx)"
    elif "content.xml" in names:
        what = "ett OpenDocument-dokument (odt)"
    else:
        what = "ett arkiv (zip)"
    raise UnreadableDocument(file, f"filen är {what}, som inte kan läsas. {_WHAT_TO_DO}")

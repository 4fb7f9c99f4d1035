"""Plain text: bytes of whatever encoding → pages of lines."""

from __future__ import annotations

import re

from knowledge.document import Document, Line, LineStyle, Page
from knowledge.errors import UnreadableDocument
from knowledge.readers.lines import BREAKS, printed, whole_words

__all__ = ["decode", "read"]

_BOMS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_QUOTED = re.compile(r"\s*>[>\s]*")
_MIN_QUOTED = 2
_TEXT_CONTROLS = "\t\n\r\f\v\x1a\x1b\x85"
_LETTERS = "åäöÅÄÖé"
_UTF8_LETTERS = re.compile("|".join(_LETTERS).encode())
_OLD = ("cp1252", "cp850", "mac_roman")
"""The 8-bit encodings of Windows, DOS and old Macs; Latin-1 is a part of the first."""
_EVIDENCE = {
    name: re.compile(b"(?<=[A-Za-z%b])[%b](?=[A-Za-z%b])" % ((_LETTERS.encode(name),) * 3))
    for name in _OLD
}
"""Swedish letters inside words: what stands there in another encoding are signs and marks."""


def decode(file: str, data: bytes) -> str:
    """Decode text of an unknown encoding.

    In order: byte order mark, UTF-16 without one (every other byte of Western text is zero),
    UTF-8, and last the 8-bit encoding in which most Swedish letters stand inside words, which is
    Windows-1252 where nothing tells.

    Raises:
        UnreadableDocument: the bytes are no text.
    """
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return _checked(file, data[len(bom) :].decode(encoding, errors="replace"))
    sample = data[:4096]
    if len(sample) >= 4:
        for first, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
            if sample[first::2].count(0) > len(sample) * 0.35:
                return _checked(file, data.decode(encoding, errors="replace"))
    try:
        return _checked(file, data.decode("utf-8"))
    except UnicodeDecodeError:
        if _UTF8_LETTERS.search(data):
            return _checked(file, _mixed(data))
    return _checked(file, _single(data, max(_OLD, key=lambda name: _hits(name, data))))


def _hits(encoding: str, data: bytes) -> int:
    return len(_EVIDENCE[encoding].findall(data))


def _mixed(data: bytes) -> str:
    """Decode UTF-8 into which a few bytes of Windows-1252 have come, as when files are joined."""
    parts: list[str] = []
    while data:
        try:
            parts.append(data.decode("utf-8"))
            break
        except UnicodeDecodeError as error:
            parts.append(data[: error.start].decode("utf-8"))
            parts.append(_single(data[error.start : error.end], "cp1252"))
            data = data[error.end :]
    return "".join(parts)


def _single(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        # Five bytes have no meaning in Windows-1252; Latin-1 gives every byte one.
        return data.decode("latin-1")


def _checked(file: str, text: str) -> str:
    strange = sum(c == "\ufffd" or (c < " " and c not in _TEXT_CONTROLS) for c in text)
    if strange > 2 + len(text) // 100:
        raise UnreadableDocument(
            file,
            "filen innehåller inte läsbar text. Spara dokumentet som pdf, docx eller txt (UTF-8) "
            "och försök igen.",
        )
    return text


def _quoted(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """Take off the marks of a mail's quoted lines, if there are some."""
    marks = [_QUOTED.match(line.text) for line in lines]
    if sum(mark is not None for mark in marks) < _MIN_QUOTED:
        return lines
    return tuple(
        Line(line.text[mark.end() :], LineStyle.QUOTE) if mark else line
        for line, mark in zip(lines, marks, strict=True)
    )


def read(file: str, data: bytes) -> Document:
    """Read plain text; a form feed is a page border.

    Raises:
        UnreadableDocument: the bytes are no text.
    """
    text = decode(file, data)
    parts = text.split("\f")
    if len(parts) > 1 and not parts[-1].strip():
        parts.pop()  # programs end every page, the last one too, with a form feed
    words = whole_words([text])
    pages = tuple(Page(_quoted(printed(BREAKS.split(part), words))) for part in parts)
    return Document(pages=pages, paged="\f" in text)

"""A document as its reader saw it: pages of lines, before anything is understood."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Converted", "Document", "Line", "LineStyle", "Page"]


class LineStyle(StrEnum):
    """What the format itself says about a line."""

    BODY = "body"
    HEADING = "heading"
    LIST = "list"
    TABLE = "table"
    QUOTE = "quote"
    """Marked with ">" in a mail: the words that its writer answers."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text, NFC, without a line break.

    An empty `text` is a blank line: a paragraph border. In formats that flow (docx, html, md)
    one line is one whole paragraph; in paged ones it is one printed line, whose end-of-line
    hyphen stays in place.
    """

    text: str
    style: LineStyle = LineStyle.BODY


@dataclass(frozen=True, slots=True)
class Page:
    """One page; the page head and foot are still in it where the format does not part them."""

    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Converted:
    """A document in the form that another program gave it, so that it could be read.

    Attributes:
        suffix: of its format, without the dot: docx or pdf.
        data: the whole file; its reader gives the same document, without that program.
    """

    suffix: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Document:
    """All that a reader gives.

    Attributes:
        pages: in order; a format without pages has exactly one.
        paged: whether the format has pages (pdf, text with form feeds).
        margins: text of page heads and feet that the format keeps apart from the body
            (docx, odt), for the fields that stand only there; never quoted.
        scanned: numbers, from 1, of the pages whose text was recognised in an image (OCR).
        converted: what was read instead of the original, where its format has no reader.
    """

    pages: tuple[Page, ...]
    paged: bool
    margins: tuple[str, ...] = ()
    scanned: tuple[int, ...] = ()
    converted: Converted | None = None

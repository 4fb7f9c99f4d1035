"""A document as its reader saw it: pages of lines, before anything is understood."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Document", "Line", "LineStyle", "Page"]


class LineStyle(StrEnum):
    """What the format itself says about a line."""

    BODY = "body"
    HEADING = "heading"
    LIST = "list"
    TABLE = "table"


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
class Document:
    """All that a reader gives.

    Attributes:
        pages: in order; a format without pages has exactly one.
        paged: whether the format has pages (pdf, text with form feeds).
        margins: text of page heads and feet that the format keeps apart from the body
            (docx), for the fields that stand only there; never quoted.
    """

    pages: tuple[Page, ...]
    paged: bool
    margins: tuple[str, ...] = ()

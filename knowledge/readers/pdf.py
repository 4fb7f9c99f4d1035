"""PDF: printed lines in reading order; paragraph borders come from the distances between them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise

from knowledge.document import Document, Line, LineStyle, Page
from knowledge.errors import UnreadableDocument
from knowledge.readers.lines import clean, close_dashes, tidy, whole_words
from knowledge.readers.pdf_chars import pieces
from knowledge.readers.pdf_lines import PrintedLine, arranged
from knowledge.readers.pdf_tables import table_rows

__all__ = ["read"]

_LARGER = 1.15  # times the body's size: clearly larger, not another font's figure
_BLANK_GAP = 1.25  # times the usual leading: more than a line border, less than a blank line
_MAX_HEADING_CHARS = 120
_FULL = 0.9  # of the text's width
_SENTENCE_END = re.compile(r"[.!?][”\"'’»)\]]*$")


@dataclass(frozen=True, slots=True)
class _Style:
    """What is usual in this document.

    Attributes:
        size: the body's font size in points.
        leading: the distance between the body's base lines in points.
        right: the right border of the body in points.
    """

    size: float
    leading: float
    right: float


def read(file: str, data: bytes) -> Document:
    """Read a PDF with text in it.

    Raises:
        UnreadableDocument: broken, protected by a password, or without text (scanned).
    """
    import pypdfium2

    try:
        pdf = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as exc:
        raise UnreadableDocument(file, _why(exc)) from exc
    pages: list[list[PrintedLine]] = []
    margins: list[str] = []
    try:
        for page in pdf:
            text = page.get_textpage()
            lines, turned = arranged(list(pieces(text)), page.get_width())
            pages.append(lines)
            margins.extend(turned)
            text.close()
            page.close()
    except pypdfium2.PdfiumError as exc:
        raise UnreadableDocument(
            file,
            "en sida i pdf-filen är skadad och kan inte läsas. Hämta originalet på nytt, eller "
            "spara om dokumentet som pdf, och försök igen.",
        ) from exc
    finally:
        pdf.close()
    if not any(line.text.strip() for lines in pages for line in lines):
        raise UnreadableDocument(
            file,
            "pdf-filen innehåller ingen text, troligen är den inskannad. Kör textigenkänning "
            "(OCR) på den, eller använd originaldokumentet, och försök igen.",
        )
    style = _style(pages)
    words = whole_words(line.text for lines in pages for line in lines)
    read_pages = tuple(Page(_lines(lines, style, words)) for lines in pages)
    seen = dict.fromkeys(text for text in map(clean, margins) if text)
    return Document(pages=read_pages, paged=True, margins=tuple(seen))


def _why(exc: Exception) -> str:
    if "password" in str(exc).lower():
        return "pdf-filen är skyddad med lösenord. Spara en kopia utan lösenord och försök igen."
    return (
        "pdf-filen är skadad eller ofullständig. Hämta originalet på nytt, eller spara om "
        "dokumentet som pdf, och försök igen."
    )


def _style(pages: Sequence[Sequence[PrintedLine]]) -> _Style:
    sizes: Counter[float] = Counter()
    for lines in pages:
        for line in lines:
            sizes[line.size] += len(line.text)
    size = sizes.most_common(1)[0][0]
    gaps: Counter[float] = Counter()
    for lines in pages:
        for before, line in pairwise(lines):
            gap = before.base - line.base
            if before.size == line.size == size and 0.9 * size < gap < 3 * size:
                gaps[round(gap * 2) / 2] += 1
    # The smallest distance that is common: paragraphs of one line each must not decide.
    common = [gap for gap, count in gaps.items() if count * 4 >= max(gaps.values())]
    rights = sorted(line.right for lines in pages for line in lines if line.size == size)
    return _Style(
        size=size,
        leading=min(common) if common else 1.2 * size,
        right=rights[int(len(rights) * 0.9)],
    )


def _lines(lines: Sequence[PrintedLine], style: _Style, words: Collection[str]) -> tuple[Line, ...]:
    # PDFium takes the blank away with the line border.
    texts = close_dashes([line.text for line in lines], words, blanks_lost=True)
    rows = table_rows(lines)
    borders = [at > 0 and _border(lines[at - 1], line, style) for at, line in enumerate(lines)]
    result: list[Line] = []
    for at, line in enumerate(lines):
        row = rows[at]
        if row is not None:
            if at and rows[at - 1] is None:
                result.append(Line(""))
            if row:
                result.append(Line(clean(row), LineStyle.TABLE))
            continue
        # A heading stands alone: bold questions and stressed lines in a text do not.
        first = borders[at] or at == 0
        last = at + 1 == len(lines) or borders[at + 1]
        heading = _is_heading(line, style, alone=first and last)
        if borders[at] or (at and rows[at - 1] is not None):
            result.append(Line(""))
        result.append(Line(clean(texts[at]), LineStyle.HEADING if heading else LineStyle.BODY))
    return tidy(result)


def _is_heading(line: PrintedLine, style: _Style, *, alone: bool) -> bool:
    text = line.text.strip()
    if len(text) > _MAX_HEADING_CHARS:
        return False
    if line.size >= _LARGER * style.size:
        return True
    return line.bold and alone and not text.endswith((".", ",", "?", ":"))


def _border(before: PrintedLine, line: PrintedLine, style: _Style) -> bool:
    """Whether a paragraph ends between two lines of one page."""
    gap = before.base - line.base
    size = max(before.size, line.size)
    usual = style.leading * max(1.0, size / style.size)
    if gap > _BLANK_GAP * usual or gap < 0:
        return True
    if (before.size >= _LARGER * style.size) != (line.size >= _LARGER * style.size):
        return True
    # Paragraphs without space between them: the sentence ended, and the next word had room.
    text = line.text.strip()
    word = text.split(maxsplit=1)[0]
    room = style.right - before.right
    return (
        _SENTENCE_END.search(before.text.strip()) is not None
        and word[0].isupper()
        and room > (len(word) + 3) * 0.6 * style.size
        and before.right < _FULL * style.right
    )

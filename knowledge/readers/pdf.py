"""PDF: printed lines in reading order; paragraph borders come from the distances between them."""

from __future__ import annotations

import ctypes
import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from knowledge.document import Document, Line, LineStyle, Page
from knowledge.errors import UnreadableDocument
from knowledge.limits import MAX_PAGES, TOO_MANY_PAGES
from knowledge.readers.lines import clean, close_dashes, tidy, whole_words
from knowledge.readers.pdf_lines import Cell, Piece, PrintedLine, arranged
from knowledge.readers.pdf_tables import table_rows

if TYPE_CHECKING:
    from pypdfium2 import PdfTextPage

__all__ = ["read"]

_HYPHENS = {0x02, 0xFFFE}  # what PDFium puts for a hyphen at the end of a line
_BOLD_WEIGHT = 600
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
        UnreadableDocument: broken, protected by a password, without text (scanned), or of more
            than `MAX_PAGES` pages, which are then not looked at.
    """
    import pypdfium2

    try:
        pdf = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as exc:
        raise UnreadableDocument(file, _why(exc, data)) from exc
    if len(pdf) > MAX_PAGES:
        pdf.close()
        raise UnreadableDocument(file, TOO_MANY_PAGES)
    pages: list[list[PrintedLine]] = []
    margins: list[str] = []
    try:
        for page in pdf:
            text = page.get_textpage()
            lines, turned = arranged(list(_pieces(text)), page.get_width())
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


def _why(exc: Exception, data: bytes) -> str:
    # PDFium may repeat what it said of an earlier document; the mark is never encrypted itself.
    if "password" in str(exc).lower() and b"/Encrypt" in data:
        return "pdf-filen är skyddad med lösenord. Spara en kopia utan lösenord och försök igen."
    return (
        "pdf-filen är skadad eller ofullständig. Hämta originalet på nytt, eller spara om "
        "dokumentet som pdf, och försök igen."
    )


def _pieces(page: PdfTextPage) -> Iterator[Piece]:
    """Yield the runs of characters that PDFium holds together as one line, in stream order."""
    from pypdfium2 import raw

    box = raw.FS_RECTF()
    x, y = ctypes.c_double(), ctypes.c_double()
    chars: list[str] = []
    sizes: Counter[float] = Counter()
    words: list[Cell] = []
    word_start = 0
    left = right = base = word_left = 0.0
    bold = True
    turned = False

    name = ctypes.create_string_buffer(128)
    flags = ctypes.c_int()

    def named_bold(at: int) -> bool:
        raw.FPDFText_GetFontInfo(page, at, name, len(name), flags)
        return b"bold" in name.value.lower()

    def flush() -> Piece | None:
        nonlocal chars, sizes, bold, words, word_start
        end_word()
        text = "".join(chars)
        size = sizes.most_common(1)[0][0] if sizes else 0.0
        piece = None
        if text.strip():
            piece = Piece(text, left, right, base, size, bold, turned, tuple(words))
        chars, sizes, bold, words, word_start = [], Counter(), True, [], 0
        return piece

    def end_word() -> None:
        nonlocal word_start
        if word := "".join(chars[word_start:]).strip():
            words.append(Cell(word, word_left, right))
        word_start = len(chars)

    for at in range(page.count_chars()):
        code = raw.FPDFText_GetUnicode(page, at)
        if code in (10, 13):
            if chars and (piece := flush()):
                yield piece
            continue
        sign = "-" if code in _HYPHENS else chr(code) if code and code < 0x110000 else ""
        if not raw.FPDFText_IsGenerated(page, at) and not sign.isspace():
            raw.FPDFText_GetCharOrigin(page, at, x, y)
            raw.FPDFText_GetLooseCharBox(page, at, box)
            size = round(float(raw.FPDFText_GetFontSize(page, at)), 1)
            if not sizes:
                left, base = box.left, y.value
                turned = abs(raw.FPDFText_GetCharAngle(page, at)) > 0.1  # radians
            sizes[size] += 1
            if not "".join(chars[word_start:]).strip():
                word_left = box.left
            right = box.right
            # The standard fonts have no weight, but a name ("Helvetica-Bold").
            bold = bold and (raw.FPDFText_GetFontWeight(page, at) >= _BOLD_WEIGHT or named_bold(at))
        if not sign.strip():
            end_word()
        chars.append(sign)
        if code in _HYPHENS and (piece := flush()):
            yield piece
    if piece := flush():
        yield piece


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

"""PDF: printed lines in reading order; paragraph borders come from the distances between them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from knowledge.document import Converted, Document, Line, LineStyle, Page
from knowledge.errors import UnreadableDocument
from knowledge.limits import MAX_PAGES, TOO_MANY_PAGES
from knowledge.readers import ocr
from knowledge.readers.lines import clean, close_dashes, tidy, whole_words
from knowledge.readers.ocr_lines import mended
from knowledge.readers.pdf_asking import one_after_another
from knowledge.readers.pdf_chars import cover, pieces
from knowledge.readers.pdf_lines import PrintedLine, arranged
from knowledge.readers.pdf_margin import without_address
from knowledge.readers.pdf_notes import without_notes
from knowledge.readers.pdf_tables import table_rows

__all__ = ["read"]

_COVERED = 0.6  # of the page, by an image: a scanned page that may hold a printed stamp
_COVERED_ALONE = 0.2  # the same where nothing else stands on it
_MIN_CHARS = 200  # a stamp or the mark of a signature has fewer
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


@dataclass(frozen=True, slots=True)
class _Printed:
    """What stands on the pages.

    Attributes:
        pages: the lines of each.
        margins: what is written along the sides.
        images: numbers of the pages that are images, with little or no text.
        recognised: numbers of the pages whose text was recognised in an image.
        processed: whether OCRmyPDF has looked at the document already.
    """

    pages: list[list[PrintedLine]]
    margins: list[str]
    images: tuple[int, ...]
    recognised: tuple[int, ...]
    processed: bool

    def has_text(self, numbers: Iterable[int]) -> bool:
        """Whether there is text on one of these pages."""
        return any(self.pages[number - 1] for number in numbers)


def read(file: str, data: bytes) -> Document:
    """Read a PDF; the text of scanned pages is recognised first.

    Raises:
        UnreadableDocument: broken, protected by a password, without text, or of more than
            `MAX_PAGES` pages, which are then not looked at; or it is scanned, and there is no OCR.
        ReadingStopped: recognising its text took too long.
    """
    printed = _printed(file, data)
    scanned = printed.recognised
    converted: Converted | None = None
    if printed.images and not printed.processed:
        scanned = tuple(sorted({*scanned, *printed.images}))
        some_text = printed.has_text(printed.images)
        converted = Converted("pdf", ocr.recognised(file, data, printed.images, printed=some_text))
        printed = _printed(file, converted.data)
    pages = printed.pages
    if not any(line.text.strip() for lines in pages for line in lines):
        raise UnreadableDocument(
            file,
            "pdf-filen innehåller ingen text som kan läsas, troligen är den dåligt inskannad eller "
            "tom. Använd originaldokumentet, eller skanna in det på nytt, och försök igen.",
        )
    style = _style(pages)
    words = whole_words(line.text for lines in pages for line in lines)
    seen = dict.fromkeys(text for text in map(clean, printed.margins) if text)
    return Document(
        pages=tuple(Page(_lines(lines, style, words)) for lines in pages),
        paged=True,
        margins=tuple(seen),
        scanned=scanned,
        converted=converted,
    )


def _printed(file: str, data: bytes) -> _Printed:
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
    images, recognised = [], []
    try:
        processed = "ocrmypdf" in pdf.get_metadata_value("Creator").lower()
        for number, page in enumerate(pdf, start=1):
            text = page.get_textpage()
            found = without_notes(list(pieces(text)))
            lines, turned = arranged(found, page.get_width())
            margins.extend(turned)
            over = cover(page)
            if over.image >= (_COVERED if found else _COVERED_ALONE):
                if over.invisible:
                    recognised.append(number)
                    lines = [mended(line) for line in lines]
                elif sum(len(piece.text.strip()) for piece in found) < _MIN_CHARS:
                    images.append(number)
            lines, address = without_address(lines)
            margins.extend(address)
            pages.append(one_after_another(lines))
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
    return _Printed(pages, margins, tuple(images), tuple(recognised), processed)


def _why(exc: Exception, data: bytes) -> str:
    # PDFium may repeat what it said of an earlier document; the mark is never encrypted itself.
    if "password" in str(exc).lower() and b"/Encrypt" in data:
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

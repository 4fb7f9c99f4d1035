"""What PDFium knows of one page: its characters as pieces of lines, and whether it is an image.

A call into PDFium costs more than most of what is done here, so it is asked only at the borders
of words and once for each run of text that shares a font.
"""

from __future__ import annotations

import ctypes
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from knowledge.readers.pdf_lines import Cell, Piece

if TYPE_CHECKING:
    from pypdfium2 import PdfPage, PdfTextPage

__all__ = ["Cover", "cover", "pieces"]

_PIECE = re.compile("[^\r\n\x02\ufffe]+[\x02\ufffe]?|[\x02\ufffe]")
_WORD = re.compile(r"[^\s\0]+")
# What PDFium puts for a hyphen at the end of a line.
_HYPHENS = ("\x02", "\ufffe")
_BOLD_WEIGHT = 600
_MIN_ANGLE = 0.1  # radians
_RAISED_SIZE = 0.8  # of the font size: a raised number is no larger
_RAISED = 0.15  # of the font size
_INVISIBLE = 3  # the render mode of text that lies under the image that it was recognised in


class Cover(NamedTuple):
    """What lies on a page.

    Attributes:
        image: how much of its area images cover: 1 is all.
        invisible: whether most of its text is invisible, as OCR leaves it.
    """

    image: float
    invisible: bool


class _Look(NamedTuple):
    """How a run of text looks: font size in points, and whether it is bold."""

    size: float
    bold: bool


def pieces(page: PdfTextPage) -> Iterator[Piece]:
    """Yield the runs of characters that PDFium holds together as one line, in stream order."""
    from pypdfium2 import raw

    text = _characters(page)
    handle = ctypes.cast(page.raw, ctypes.c_void_p).value
    run_at, box_at, font_of = _calls()
    looks: dict[int | None, _Look] = {}
    bolds: dict[int | None, bool] = {}  # by font
    box = raw.FS_RECTF()
    box_address = ctypes.addressof(box)
    x, y = ctypes.c_double(), ctypes.c_double()

    def look_of(at: int) -> _Look:
        run = run_at(handle, at)
        look = looks.get(run)
        if look is None:
            font = font_of(run)
            if font not in bolds:
                bolds[font] = _is_bold(page, at)
            size = round(float(raw.FPDFText_GetFontSize(page, at)), 1)
            look = looks[run] = _Look(size, bolds[font])
        return look

    for match in _PIECE.finditer(text):
        spans = [word.span() for word in _WORD.finditer(text, match.start(), match.end())]
        if not spans:
            continue
        words: list[Cell] = []
        for start, end in spans:
            box_at(handle, start, box_address)
            left = box.left
            if end - start > 1:
                box_at(handle, end - 1, box_address)
            words.append(Cell(text[start:end], left, box.right))
        # Only at the end of a piece a hyphen is one of PDFium's own signs.
        words[-1] = Cell(_shown(words[-1].text), words[-1].left, words[-1].right)
        first = spans[0][0]
        raw.FPDFText_GetCharOrigin(page, first, x, y)
        base = y.value
        raised: list[tuple[int, int]] = []
        if run_at(handle, first) == run_at(handle, spans[-1][1] - 1):
            size, bold = look_of(first)  # one run is all of it: runs do not interleave
        else:
            shares = list(_shares(spans, lambda at: run_at(handle, at)))
            size, bold = _common(shares, look_of)
            for start, end in shares:
                if text[start:end].isdecimal() and look_of(start).size <= _RAISED_SIZE * size:
                    raw.FPDFText_GetCharOrigin(page, start, x, y)
                    if y.value > base + _RAISED * size:
                        raised.append((start - match.start(), end - match.start()))
        shown = _shown(match[0])
        yield Piece(
            text=shown.replace("\0", ""),
            left=words[0].left,
            right=words[-1].right,
            base=base,
            size=size,
            bold=bold,
            turned=abs(raw.FPDFText_GetCharAngle(page, first)) > _MIN_ANGLE,
            cells=tuple(words),
            raised=tuple(raised) if "\0" not in shown else (),
        )


def _shares(
    spans: Sequence[tuple[int, int]], run_at: Callable[[int], int | None]
) -> Iterator[tuple[int, int]]:
    """Yield the words of a piece, or the parts of a word that are of one run each."""
    for start, end in spans:
        run = run_at(start)
        if run == run_at(end - 1):
            yield start, end
            continue
        for at in range(start + 1, end):
            other = run_at(at)
            if other != run:
                yield start, at
                start, run = at, other
        yield start, end


def _common(shares: Sequence[tuple[int, int]], look_of: Callable[[int], _Look]) -> _Look:
    """Return the commonest size of some words, and whether all of them are bold."""
    sizes: Counter[float] = Counter()
    bold = True
    for start, end in shares:
        look = look_of(start)
        sizes[look.size] += end - start
        bold = bold and look.bold
    return _Look(sizes.most_common(1)[0][0], bold)


def _shown(text: str) -> str:
    return f"{text[:-1]}-" if text.endswith(_HYPHENS) else text


def _characters(page: PdfTextPage) -> str:
    """Return the characters of a page, each at its index in PDFium."""
    from pypdfium2 import raw

    count = page.count_chars()
    if count <= 0:
        return ""
    buffer = (ctypes.c_ushort * (count + 1))()
    # PDFium leaves some characters out here, and gives others as two: then each is asked for.
    if raw.FPDFText_GetText(page, 0, count, buffer) == count + 1:
        text = bytes(buffer)[: 2 * count].decode("utf-16-le", errors="replace")
        if len(text) == count and "\ufffd" not in text:
            return text
    codes = (raw.FPDFText_GetUnicode(page, at) for at in range(count))
    return "".join(chr(code) if code < 0x110000 else "\0" for code in codes)


class _Calls(NamedTuple):
    """Functions of PDFium that take and give addresses as plain numbers.

    ctypes otherwise makes objects of them, which takes longer than the call.

    Attributes:
        run_at: text page and index → the run of text.
        box_at: text page, index and where to put the box → 0 when there is none.
        font_of: run of text → its font.
    """

    run_at: Callable[[int | None, int], int | None]
    box_at: Callable[[int | None, int, int], int]
    font_of: Callable[[int | None], int | None]


@cache
def _calls() -> _Calls:
    from pypdfium2 import raw

    number, address = ctypes.c_int, ctypes.c_void_p

    def call(function: object, gives: type, *takes: type) -> Callable[..., int]:
        place = ctypes.cast(cast(Any, function), address).value
        assert place is not None  # PDFium is loaded
        return cast("Callable[..., int]", ctypes.CFUNCTYPE(gives, *takes)(place))

    return _Calls(
        call(raw.FPDFText_GetTextObject, address, address, number),
        call(raw.FPDFText_GetLooseCharBox, number, address, number, address),
        call(raw.FPDFTextObj_GetFont, address, address),
    )


def _is_bold(page: PdfTextPage, at: int) -> bool:
    from pypdfium2 import raw

    if raw.FPDFText_GetFontWeight(page, at) >= _BOLD_WEIGHT:
        return True
    # The standard fonts have no weight, but a name ("Helvetica-Bold").
    name = ctypes.create_string_buffer(128)
    raw.FPDFText_GetFontInfo(page, at, name, len(name), ctypes.c_int())
    return b"bold" in name.value.lower()


def cover(page: PdfPage) -> Cover:
    """Look whether a page is an image, with or without recognised text under it."""
    from pypdfium2 import raw

    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    width, height = page.get_width(), page.get_height()
    covered = 0.0
    texts = invisible = 0
    for item in _objects(page.raw, raw.FPDFPage_CountObjects, raw.FPDFPage_GetObject):
        kinds = [raw.FPDFPageObj_GetType(item)]
        inner = [item]
        if kinds[0] == raw.FPDF_PAGEOBJ_FORM:
            inner = list(_inside(item))
            kinds = [raw.FPDFPageObj_GetType(one) for one in inner]
        for one, kind in zip(inner, kinds, strict=True):
            if kind == raw.FPDF_PAGEOBJ_TEXT:
                texts += 1
                invisible += raw.FPDFTextObj_GetTextRenderMode(one) == _INVISIBLE
        if raw.FPDF_PAGEOBJ_IMAGE in kinds and raw.FPDFPageObj_GetBounds(
            item, left, bottom, right, top
        ):
            # Some scanners write a page as many strips: their areas are added.
            across = min(right.value, width) - max(left.value, 0.0)
            along = min(top.value, height) - max(bottom.value, 0.0)
            covered += max(across, 0.0) * max(along, 0.0)
    return Cover(
        image=covered / max(width * height, 1.0), invisible=texts > 0 and invisible * 2 > texts
    )


def _inside(form: object) -> Iterator[object]:
    """Yield all that is in a form, and in the forms in it."""
    from pypdfium2 import raw

    for item in _objects(form, raw.FPDFFormObj_CountObjects, raw.FPDFFormObj_GetObject):
        if raw.FPDFPageObj_GetType(item) == raw.FPDF_PAGEOBJ_FORM:
            yield from _inside(item)
        else:
            yield item


def _objects(
    holder: object, count: Callable[[object], int], get: Callable[[object, int], object]
) -> Iterator[object]:
    for at in range(count(holder)):
        yield get(holder, at)

"""What PDFium knows of one page: its characters as pieces of lines, and whether it is an image.

A call into PDFium costs more than most of what is done here, so it is asked only at the borders
of words and once for each run of text that shares a font.
"""

from __future__ import annotations

import ctypes
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from knowledge.readers.pdf_lines import Cell, Piece

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pypdfium2 import PdfPage, PdfTextPage

__all__ = ["Cover", "cover", "pieces"]

_PIECE = re.compile("[^\r\n\x02\ufffe]+[\x02\ufffe]?|[\x02\ufffe]")
_WORD = re.compile(r"[^\s\0]+")
# What PDFium puts for a hyphen at the end of a line.
_HYPHENS = ("\x02", "\ufffe")
_BOLD_WEIGHT = 600
_MIN_ANGLE = 0.1  # radians
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
    run_at, box_at = _calls()
    looks: dict[int | None, _Look] = {}
    box = raw.FS_RECTF()
    box_address = ctypes.addressof(box)
    x, y = ctypes.c_double(), ctypes.c_double()

    def look_of(at: int) -> _Look:
        run = run_at(handle, at)
        look = looks.get(run)
        if look is None:
            look = looks[run] = _look(page, at)
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
            words.append(Cell(_shown(text[start:end]), left, box.right))
        first = spans[0][0]
        size, bold = _common(spans, lambda at: run_at(handle, at), look_of)
        raw.FPDFText_GetCharOrigin(page, first, x, y)
        yield Piece(
            text=_shown(match[0]).replace("\0", ""),
            left=words[0].left,
            right=words[-1].right,
            base=y.value,
            size=size,
            bold=bold,
            turned=abs(raw.FPDFText_GetCharAngle(page, first)) > _MIN_ANGLE,
            cells=tuple(words),
        )


def _common(
    spans: Sequence[tuple[int, int]],
    run_at: Callable[[int], int | None],
    look_of: Callable[[int], _Look],
) -> _Look:
    """Return the commonest size of some words, and whether all of them are bold.

    Runs do not interleave: what starts and ends in one run has nothing of another.
    """
    if run_at(spans[0][0]) == run_at(spans[-1][1] - 1):
        return look_of(spans[0][0])
    sizes: Counter[float] = Counter()
    bold = True
    for start, end in spans:
        same = run_at(start) == run_at(end - 1)
        for at in (start,) if same else range(start, end):
            look = look_of(at)
            sizes[look.size] += end - start if same else 1
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


@cache
def _calls() -> tuple[
    Callable[[int | None, int], int | None], Callable[[int | None, int, int], int]
]:
    """Return two functions of PDFium that take and give addresses as plain numbers.

    ctypes otherwise makes objects of them, which takes longer than the call.

    Returns:
        Text page and index → the run of text, and text page, index and where to put the box → 0
        when there is none.
    """
    from pypdfium2 import raw

    run = ctypes.cast(raw.FPDFText_GetTextObject, ctypes.c_void_p).value
    box = ctypes.cast(raw.FPDFText_GetLooseCharBox, ctypes.c_void_p).value
    assert run is not None and box is not None  # PDFium is loaded
    number, address = ctypes.c_int, ctypes.c_void_p
    return (
        ctypes.CFUNCTYPE(address, address, number)(run),
        ctypes.CFUNCTYPE(number, address, number, address)(box),
    )


def _look(page: PdfTextPage, at: int) -> _Look:
    from pypdfium2 import raw

    size = round(float(raw.FPDFText_GetFontSize(page, at)), 1)
    bold = raw.FPDFText_GetFontWeight(page, at) >= _BOLD_WEIGHT
    if not bold:
        # The standard fonts have no weight, but a name ("Helvetica-Bold").
        name = ctypes.create_string_buffer(128)
        raw.FPDFText_GetFontInfo(page, at, name, len(name), ctypes.c_int())
        bold = b"bold" in name.value.lower()
    return _Look(size, bold)


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

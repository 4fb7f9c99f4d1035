"""Footnotes of a printed page, and the raised numbers that point to them: both are left out.

Pure. A note is small print at the foot of a page or of a column, and starts with the number of
a raised sign above it; everything else that is small stays, "m²" too.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from knowledge.readers.pdf_lines import Cell, Piece

__all__ = ["without_notes"]

_SMALL = 0.92  # of the body's font size
_FOLLOWS = 1.8  # of the font size: the next line of a note is nearer
_BODY_CHARS = 25  # what is as long and not small, below, says that no foot starts here
_RAISED_SIZE = 0.8  # of the line's font size: a raised number is no larger
_RAISED = (0.1, 0.8)  # of the line's font size: how far up it is
_BESIDE = 0.5  # of the font size
_BLANK = 0.15  # of the font size
_LONE_NUMBER = re.compile(r"\s*\d{1,2}\s*")
_NOTE = re.compile(r"\s*(\d{1,2}|[¹²³])[.)]?(?!\d)")
_UNICODE = {"¹": "1", "²": "2", "³": "3"}
_RAISED_SIGN = re.compile("[¹²³]")
_POWER = re.compile(r"(?:^|[\W\d])[kcdm]?m$")
_WORD = re.compile(r"\S+")


def without_notes(pieces: Sequence[Piece]) -> list[Piece]:
    """Return the pieces of one page without its notes, in the same order."""
    pieces = _attached(pieces)
    marks = [(at, start, end, _number(piece, start, end)) for at, piece in enumerate(pieces)
             for start, end in _raised(piece)]  # fmt: skip
    if not marks:
        return pieces
    sizes: Counter[float] = Counter()
    for piece in pieces:
        sizes[piece.size] += len(piece.text)
    body = sizes.most_common(1)[0][0]
    tops: dict[str, float] = {}
    for at, _, _, number in marks:
        tops[number] = max(tops.get(number, 0.0), pieces[at].base)
    notes, numbers = _notes(pieces, body, tops)
    cuts: dict[int, list[tuple[int, int]]] = {}
    for at, start, end, number in marks:
        if number in numbers and at not in notes:
            cuts.setdefault(at, []).append((start, end))
    kept = []
    for at, piece in enumerate(pieces):
        if at in notes:
            continue
        left = _cut(piece, cuts[at]) if at in cuts else piece
        if left.text.strip():
            kept.append(left)
    return kept


def _attached(pieces: Sequence[Piece]) -> list[Piece]:
    """Put raised numbers that PDFium holds for a line of their own into the line they stand in."""
    joined: list[Piece] = []
    for piece in pieces:
        before = joined[-1] if joined else None
        if before is not None and _is_raised(before, piece):
            start = len(before.text.rstrip())
            number = piece.text.strip()
            added = replace(piece, text=number, raised=((0, len(number)),), bold=before.bold)
            joined[-1] = _joined(replace(before, text=before.text[:start]), added, "")
        elif before is not None and _goes_on(before, piece):
            gap = piece.left - before.right > _BLANK * piece.size
            blank = " " if gap and not piece.text[:1].isspace() else ""
            joined[-1] = _joined(before, piece, blank)
        else:
            joined.append(piece)
    return joined


def _is_raised(line: Piece, piece: Piece) -> bool:
    """Whether a piece is a small number, raised from the end of a line."""
    up = piece.base - line.base
    return (
        _LONE_NUMBER.fullmatch(piece.text) is not None
        and piece.size <= _RAISED_SIZE * line.size
        and _RAISED[0] * line.size < up < _RAISED[1] * line.size
        and abs(piece.left - line.right) < _BESIDE * line.size
    )


def _goes_on(line: Piece, piece: Piece) -> bool:
    """Whether a piece goes on from a line that ends in a raised number."""
    if not line.raised or line.raised[-1][1] < len(line.text.rstrip()):
        return False
    near = -0.1 * line.size < piece.left - line.right < line.size
    return near and abs(piece.base - line.base) < 1 and piece.size == line.size


def _joined(line: Piece, piece: Piece, blank: str) -> Piece:
    """Return a line with a piece added; a word that goes on without a blank stays one cell."""
    text = f"{line.text}{blank}{piece.text}"
    cells, added = list(line.cells), list(piece.cells)
    if cells and added and len(text.split()) == len(cells) + len(added) - 1:
        first = added.pop(0)
        cells[-1] = Cell(cells[-1].text + first.text, cells[-1].left, first.right)
    shift = len(line.text) + len(blank)
    return replace(
        line,
        text=text,
        right=piece.right,
        bold=line.bold and piece.bold,
        cells=(*cells, *added),
        raised=(*line.raised, *((start + shift, end + shift) for start, end in piece.raised)),
    )


def _raised(piece: Piece) -> list[tuple[int, int]]:
    """Return where the raised numbers of a piece are, powers left out."""
    found = [*piece.raised, *(sign.span() for sign in _RAISED_SIGN.finditer(piece.text))]
    return [(start, end) for start, end in found if not _POWER.search(piece.text[:start])]


def _number(piece: Piece, start: int, end: int) -> str:
    text = piece.text[start:end]
    return _UNICODE.get(text, text)


def _notes(
    pieces: Sequence[Piece], body: float, tops: dict[str, float]
) -> tuple[set[int], set[str]]:
    """Return the places of the pieces that are notes, and the numbers of these.

    Args:
        pieces: of the page.
        body: the body's font size in points.
        tops: for each number that is raised somewhere, the height of the highest one.
    """
    order = sorted(range(len(pieces)), key=lambda at: (-pieces[at].base, pieces[at].left))
    notes: set[int] = set()
    numbers: set[str] = set()
    for place, at in enumerate(order):
        piece = pieces[at]
        match = _NOTE.match(piece.text)
        number = _UNICODE.get(match[1], match[1]) if match else ""
        if at in notes or piece.size > _SMALL * body or tops.get(number, 0.0) <= piece.base:
            continue
        below = [pieces[later] for later in order[place:]]
        if any(_is_body(later, body) and _overlap(later, piece) for later in below):
            continue
        notes |= _block(pieces, order[place:], _SMALL * body)
        # Later numbers of the same block are found by their own start.
        numbers |= {
            _UNICODE.get(found[1], found[1])
            for later in notes
            if (found := _NOTE.match(pieces[later].text))
        } & tops.keys()
    return notes, numbers


def _block(pieces: Sequence[Piece], order: Sequence[int], largest: float) -> set[int]:
    """Return the places of the small pieces that follow each other closely from the first on.

    Args:
        pieces: of the page.
        order: places, from top to bottom.
        largest: font size that is small, in points.
    """
    block = {order[0]}
    whole = last = pieces[order[0]]
    for at in order[1:]:
        piece = pieces[at]
        beside = last.base - piece.base < piece.size and piece.left - whole.right < piece.size
        if not (beside and piece.left > whole.left) and not _overlap(piece, whole):
            continue  # of another column
        if piece.size > largest or last.base - piece.base > _FOLLOWS * piece.size:
            break
        block.add(at)
        left, right = min(whole.left, piece.left), max(whole.right, piece.right)
        last, whole = piece, replace(whole, left=left, right=right)
    return block


def _is_body(piece: Piece, body: float) -> bool:
    return piece.size > _SMALL * body and len(piece.text.strip()) >= _BODY_CHARS


def _overlap(one: Piece, other: Piece) -> bool:
    """Whether two pieces lie in the same column."""
    return one.left < other.right and other.left < one.right


def _cut(piece: Piece, spans: Sequence[tuple[int, int]]) -> Piece:
    """Take raised numbers out of a piece, each with the blanks before it."""
    text = piece.text
    words = [word.span() for word in _WORD.finditer(text)]
    cells = list(piece.cells) if len(words) == len(piece.cells) else []
    for start, end in sorted(spans, reverse=True):
        for at, (first, last) in enumerate(words[: len(cells)]):
            if first <= start and end <= last:
                shown = cells[at].text
                cells[at] = cells[at]._replace(text=shown[: start - first] + shown[end - first :])
        text = text[:start].rstrip() + text[end:]
    kept = tuple(cell for cell in cells if cell.text) if cells else piece.cells
    return replace(piece, text=text, cells=kept, raised=())

"""The pieces of a printed page, put into the lines and the order in which they are read.

Pure geometry. Coordinates are points from the lower left corner.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

__all__ = ["Cell", "Piece", "PrintedLine", "arranged"]

_SAME_LINE = 0.4  # of the font size: base lines this near belong to one line
_CELL_GAP = 1.2  # of the font size: no blank between two words is as wide
_MIN_COLUMN_LINES = 4
_MIN_INTERLEAVED = 8
_WITHIN_SENTENCE = 0.4
_GUTTER = 1.0  # of the font size
_ALIGNED_PT = 3.0
_FAR = 3.5  # of the font size
_ACROSS = (0.45, 0.55)  # of the page's width: what lies over both belongs to no column
_MIN_COLUMN_WIDTH = 0.25  # of the page's width: narrower is a table's or a letterhead's


class Cell(NamedTuple):
    """Words of a line that stand apart from the others; a tuple, since a page has hundreds."""

    text: str
    left: float
    right: float


@dataclass(frozen=True, slots=True)
class Piece:
    """Characters that lie side by side on one base line.

    Attributes:
        text: with its blanks.
        left: left border of the first character.
        right: right border of the last one.
        base: height of the base line.
        size: the commonest font size.
        bold: whether all of it is bold.
        turned: whether it is not written from left to right.
        cells: its text, parted where wide gaps are.
        raised: where, in its text, small raised numbers stand.
    """

    text: str
    left: float
    right: float
    base: float
    size: float
    bold: bool
    turned: bool = False
    cells: tuple[Cell, ...] = ()
    raised: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class PrintedLine:
    """A whole printed line; fields as in `Piece`."""

    text: str
    left: float
    right: float
    base: float
    size: float
    bold: bool
    cells: tuple[Cell, ...] = ()


def arranged(pieces: Sequence[Piece], width: float) -> tuple[list[PrintedLine], list[str]]:
    """Put the pieces of one page in reading order.

    Lines run from top to bottom; where text stands in two columns, the left one comes first.

    Args:
        pieces: in the order in which the file holds them.
        width: of the page.

    Returns:
        The lines, and the texts that are turned (a stamp along the side).
    """
    turned = [piece for piece in pieces if piece.turned]
    if len(turned) * 2 > len(pieces):
        # The whole page is turned: its heights mean nothing, its order in the file does.
        return [
            PrintedLine(p.text, 0.0, width, -1.5 * p.size * at, p.size, p.bold)
            for at, p in enumerate(pieces)
        ], []
    upright = [piece for piece in pieces if not piece.turned]
    lines: list[PrintedLine] = []
    for block in _read_apart(upright, width):
        lines.extend(_merged(block))
    return lines, [piece.text for piece in turned]


def _read_apart(pieces: list[Piece], width: float) -> list[list[Piece]]:
    """Part the pieces of a page with columns: what is above, left, right, below.

    What runs across the page, such as a heading between two parts that are each set in columns,
    parts it into bands; the columns of one band are read before the next band.
    """
    pieces = _parted(pieces, width)
    bands: list[list[tuple[int, Piece]]] = [[]]
    across: list[Piece] = []
    for place, piece in sorted(enumerate(pieces), key=lambda placed: -placed[1].base):
        if piece.left < _ACROSS[0] * width and piece.right > _ACROSS[1] * width:
            across.append(piece)
            bands.append([])
        else:
            bands[-1].append((place, piece))
    blocks: list[list[Piece]] = [[]]
    for band, border in zip(bands, [*across, None], strict=True):
        columns = _columns(band, width) if len(band) >= 2 * _MIN_COLUMN_LINES else None
        if columns is None:
            blocks[-1].extend(piece for _, piece in band)
        else:
            left, right = columns
            inside = {id(piece) for piece in (*left, *right)}
            rest = [piece for _, piece in band if id(piece) not in inside]
            low = min(piece.base for piece in (*left, *right))
            blocks[-1].extend(piece for piece in rest if piece.base > low)
            blocks += [left, right, [piece for piece in rest if piece.base <= low]]
        if border is not None:
            blocks[-1].append(border)
    return blocks


def _parted(pieces: list[Piece], width: float) -> list[Piece]:
    """Part the pieces that hold a line of the left column and one of the right, side by side."""
    middle = width / 2
    wide = _MIN_COLUMN_WIDTH * width
    gutters: dict[int, int] = {}  # places of the pieces → index of the right column's first word
    for place, piece in enumerate(pieces):
        if piece.left > 0.8 * middle or piece.right < middle + wide:
            continue
        for at, (before, after) in enumerate(pairwise(piece.cells), start=1):
            gap = after.left - before.right
            if after.left > 0.95 * middle and before.right < 1.05 * middle:
                if gap >= _GUTTER * piece.size and before.right - piece.left >= wide:
                    gutters[place] = at
                break
    if len(gutters) < _MIN_INTERLEAVED:
        return pieces
    starts = Counter(round(pieces[place].cells[at].left) for place, at in gutters.items())
    start, _ = starts.most_common(1)[0]
    aligned = {
        place: at
        for place, at in gutters.items()
        if abs(pieces[place].cells[at].left - start) <= _ALIGNED_PT
    }
    if len(aligned) < _MIN_INTERLEAVED:
        return pieces
    parted: list[Piece] = []
    for place, piece in enumerate(pieces):
        word = aligned.get(place)
        if word is None:
            parted.append(piece)
        else:
            parted += [_of_cells(piece, piece.cells[:word]), _of_cells(piece, piece.cells[word:])]
    return parted


def _of_cells(piece: Piece, cells: tuple[Cell, ...]) -> Piece:
    text = " ".join(cell.text for cell in cells)
    return replace(piece, text=text, left=cells[0].left, right=cells[-1].right, cells=cells)


def _columns(band: list[tuple[int, Piece]], width: float) -> tuple[list[Piece], list[Piece]] | None:
    """Return the pieces of a left and a right column of running text, if there are two.

    Args:
        band: pieces from top to bottom, each with its place in the file.
        width: of the page.
    """
    middle = width / 2
    wide = _MIN_COLUMN_WIDTH * width

    def broad(piece: Piece) -> bool:
        return piece.right - piece.left >= wide

    sides = []
    for side in (
        [(at, p) for at, p in band if p.right <= middle * 1.05 and p.left < middle * 0.8],
        [(at, p) for at, p in band if p.left >= middle * 0.95],
    ):
        kept = list(side)
        # A page's foot, or what stands above the columns, is no part of them.
        while len(kept) > 1 and _apart(kept[-2][1], kept[-1][1]) and not broad(kept[-1][1]):
            kept.pop()
        while len(kept) > 1 and _apart(kept[0][1], kept[1][1]) and not broad(kept[0][1]):
            kept.pop(0)
        sides.append(kept)
    left, right = sides
    lines = min(sum(broad(piece) for _, piece in side) for side in sides)
    if lines < _MIN_COLUMN_LINES:
        return None
    # Rows of a table are written cell by cell, columns of text one after the other; or, by some
    # programs, line by line, and then it takes more lines to be sure.
    in_turn = max(at for at, _ in left) < min(at for at, _ in right)
    if not in_turn and (
        lines < _MIN_INTERLEAVED
        or not all(_is_prose([piece for _, piece in side]) for side in sides)
    ):
        return None
    top = min(max(piece.base for _, piece in side) for side in sides)
    ceiling = top + max(piece.size for _, piece in (*left, *right)) * 0.5
    return (
        [piece for _, piece in left if piece.base <= ceiling],
        [piece for _, piece in right if piece.base <= ceiling],
    )


def _is_prose(pieces: Sequence[Piece]) -> bool:
    """Whether many lines start within a sentence, as rows of a table do not."""
    within = sum(piece.text.lstrip()[:1].islower() for piece in pieces)
    return within >= _WITHIN_SENTENCE * len(pieces)


def _apart(upper: Piece, lower: Piece) -> bool:
    """Whether there is more space between two lines than between paragraphs."""
    return upper.base - lower.base > _FAR * max(upper.size, lower.size)


def _merged(pieces: Sequence[Piece]) -> list[PrintedLine]:
    """Return lines from top to bottom, each made of the pieces on its base line."""
    rows: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda p: -p.base):
        row = rows[-1] if rows else None
        if row is not None and _same_line(row, piece):
            row.append(piece)
        else:
            rows.append([piece])
    lines = []
    for row in rows:
        row.sort(key=lambda p: p.left)
        main = max(row, key=lambda p: len(p.text))
        text = " ".join(piece.text.strip() for piece in row[:-1])
        lines.append(
            PrintedLine(
                text=f"{text} {row[-1].text}" if text else row[-1].text,
                left=row[0].left,
                right=max(piece.right for piece in row),
                base=main.base,
                size=main.size,
                bold=all(piece.bold for piece in row),
                cells=_cells(row),
            )
        )
    return lines


def _cells(row: Sequence[Piece]) -> tuple[Cell, ...]:
    """Return the cells of the pieces of one line; what stands close together is one cell."""
    cells: list[Cell] = []
    words: list[str] = []  # of the cell that is being put together
    left = right = 0.0
    for piece in row:
        for text, start, end in piece.cells:
            if words and start - right < _CELL_GAP * piece.size:
                words.append(text)
            else:
                if words:
                    cells.append(Cell(" ".join(words), left, right))
                words, left = [text], start
            right = end
    if words:
        cells.append(Cell(" ".join(words), left, right))
    return tuple(cells)


def _same_line(row: Sequence[Piece], piece: Piece) -> bool:
    first = row[0]
    # A small raised sign (a note's number) belongs to the line that it is raised from.
    size = max(first.size, piece.size)
    near = abs(first.base - piece.base) <= _SAME_LINE * size
    return near and all(p.right <= piece.left + 1 or piece.right <= p.left + 1 for p in row)

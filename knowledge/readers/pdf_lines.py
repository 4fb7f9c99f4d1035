"""The pieces of a printed page, put into the lines and the order in which they are read.

Pure geometry. Coordinates are points from the lower left corner.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

__all__ = ["Cell", "Piece", "PrintedLine", "arranged"]

_SAME_LINE = 0.4  # of the font size: base lines this near belong to one line
_CELL_GAP = 1.2  # of the font size: no blank between two words is as wide
_MIN_COLUMN_LINES = 4
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
    """

    text: str
    left: float
    right: float
    base: float
    size: float
    bold: bool
    turned: bool = False
    cells: tuple[Cell, ...] = ()


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
    """Part the pieces of a page with two columns: above, left, right, below."""
    columns = _columns(pieces, width)
    if columns is None:
        return [pieces]
    left, right = columns
    low = min(piece.base for piece in (*left, *right))
    inside = {id(piece) for piece in (*left, *right)}
    rest = [piece for piece in pieces if id(piece) not in inside]
    above = [piece for piece in rest if piece.base > low]
    below = [piece for piece in rest if piece.base <= low]
    return [above, left, right, below]


def _columns(pieces: list[Piece], width: float) -> tuple[list[Piece], list[Piece]] | None:
    """Return the pieces of a left and a right column of running text, if there are two."""
    middle = width / 2
    left = [p for p in pieces if p.right <= middle * 1.05 and p.left < middle * 0.8]
    right = [p for p in pieces if p.left >= middle * 0.95]
    wide = _MIN_COLUMN_WIDTH * width
    for side in (left, right):
        broad = sum(piece.right - piece.left >= wide for piece in side)
        if broad < _MIN_COLUMN_LINES:
            return None
    top = min(max(p.base for p in left), max(p.base for p in right))
    low = max(min(p.base for p in left), min(p.base for p in right))
    across = [p for p in pieces if p.left < middle * 0.9 and p.right > middle * 1.1]
    if any(low <= piece.base <= top for piece in across):
        return None
    # Rows of a table are written cell by cell, columns of text one after the other.
    order = [id(piece) for piece in pieces]
    if max(order.index(id(p)) for p in left) > min(order.index(id(p)) for p in right):
        return None
    ceiling = top + max(p.size for p in (*left, *right)) * 0.5
    return (
        [p for p in left if p.base <= ceiling],
        [p for p in right if p.base <= ceiling],
    )


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
    for piece in row:
        for cell in piece.cells:
            last = cells[-1] if cells else None
            if last is not None and cell.left - last.right < _CELL_GAP * piece.size:
                cells[-1] = Cell(f"{last.text} {cell.text}", last.left, cell.right)
            else:
                cells.append(cell)
    return tuple(cells)


def _same_line(row: Sequence[Piece], piece: Piece) -> bool:
    first = row[0]
    # A small raised sign (a note's number) belongs to the line that it is raised from.
    size = max(first.size, piece.size)
    near = abs(first.base - piece.base) <= _SAME_LINE * size
    return near and all(p.right <= piece.left + 1 or piece.right <= p.left + 1 for p in row)

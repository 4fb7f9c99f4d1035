"""Rows of a table on a printed page, known by figures that stand below each other.

Pure geometry. Letterheads and signatures have columns too, but fewer lines, or no figures.
"""

from __future__ import annotations

from collections.abc import Sequence

from knowledge.readers.pdf_lines import Cell, PrintedLine

__all__ = ["table_rows"]

_MIN_ROWS = 3
_PROSE_CHARS = 60
"""Above the first line as long as this may stand a letterhead."""


def table_rows(lines: Sequence[PrintedLine]) -> list[str | None]:
    """Find the rows of tables among the lines of a page.

    Args:
        lines: from top to bottom.

    Returns:
        For each line the row with its cells parted by " | ", empty where the line goes on with
        cells of the row above, or None when it is no part of a table.
    """
    found: list[str | None] = [None] * len(lines)
    start = next((at for at, line in enumerate(lines) if _is_prose(line)), len(lines))
    while start < len(lines):
        rows = [list(lines[start].cells)]
        shares = [start]  # the first line of each row
        end = start + 1
        while end < len(lines):
            cells = lines[end].cells
            if _aligned(rows[-1], cells):
                rows.append(list(cells))
                shares.append(end)
            elif not _goes_on(rows[-1], cells):
                break
            end += 1
        if _is_table(rows):
            found[start:end] = [""] * (end - start)
            for at, row in zip(shares, rows, strict=True):
                found[at] = " | ".join(cell.text for cell in row)
        start = end if len(rows) > 1 else start + 1
    return found


def _is_prose(line: PrintedLine) -> bool:
    return len(line.cells) == 1 and len(line.text) >= _PROSE_CHARS


def _aligned(above: Sequence[Cell], below: Sequence[Cell]) -> bool:
    """Tell whether two lines have the same columns: each cell stands below another."""
    return len(above) == len(below) > 1 and all(
        _below(upper, lower) for upper, lower in zip(above, below, strict=True)
    )


def _below(upper: Cell, lower: Cell) -> bool:
    return upper.left < lower.right and lower.left < upper.right


def _goes_on(row: list[Cell], cells: Sequence[Cell]) -> bool:
    """Add the cells of a line to the row that they go on from, below its later columns."""
    columns = [[at for at, above in enumerate(row) if _below(above, cell)] for cell in cells]
    if not cells or len(cells) >= len(row):
        return False
    for at, cell in zip(columns, cells, strict=True):
        # Wrapped words start where their column does; prose starts at the left of them all.
        if len(at) != 1 or at[0] == 0 or cell.left < row[0].right:
            return False
    for (column,), cell in zip(columns, cells, strict=True):
        above = row[column]
        row[column] = Cell(f"{above.text} {cell.text}", above.left, above.right)
    return True


def _is_table(rows: Sequence[Sequence[Cell]]) -> bool:
    """Tell whether aligned lines hold figures, all but the first, which may be the head."""
    figures = sum(any(sign.isdigit() for cell in row[1:] for sign in cell.text) for row in rows)
    return len(rows) >= _MIN_ROWS and figures >= len(rows) - 1

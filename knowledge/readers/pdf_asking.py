"""Questions and answers that are printed side by side, put one after the other.

Pure geometry but for the head of the table, "Fråga" beside "Svar", by which it is known.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from knowledge.readers.pdf_lines import Cell, PrintedLine

__all__ = ["one_after_another"]

_ASKS = re.compile(r"(?:\w+s\s+)?(?:del)?fr[åa]g(?:a|an|or|orna|eställning\w*)", re.IGNORECASE)
_ANSWERS = re.compile(r"(?:\w+s\s+)?(?:svar(?:et|en)?|kommentar\w*)", re.IGNORECASE)
_NUMBERED = re.compile(r"(?:fråga\s+)?\d{1,2}\s?[.):]", re.IGNORECASE)
_ALIGNED_PT = 6.0
_COLUMNS = 2


def one_after_another(lines: Sequence[PrintedLine]) -> list[PrintedLine]:
    """Put each answer of a table below its question.

    Args:
        lines: of a page, from top to bottom.

    Returns:
        The same words; lines of a table that asks and answers are parted into its columns.
    """
    done: list[PrintedLine] = []
    at = 0
    while at < len(lines):
        done.append(lines[at])
        at += 1
        if not _is_head(lines[at - 1]):
            continue
        border = lines[at - 1].cells[1].left - _ALIGNED_PT
        left: list[PrintedLine] = []
        right: list[PrintedLine] = []
        while at < len(lines) and not _runs_across(lines[at], border):
            cells = lines[at].cells
            asks = tuple(cell for cell in cells if cell.left < border)
            tells = tuple(cell for cell in cells if cell.left >= border)
            if asks and _starts_row(asks, left):
                done += [*left, *right]
                left, right = [], []
            if asks:
                left.append(_of_cells(lines[at], asks))
            if tells:
                right.append(_of_cells(lines[at], tells))
            at += 1
        done += [*left, *right]
    return done


def _is_head(line: PrintedLine) -> bool:
    cells = line.cells
    return (
        len(cells) == _COLUMNS
        and _ASKS.fullmatch(cells[0].text.strip()) is not None
        and _ANSWERS.fullmatch(cells[1].text.strip()) is not None
    )


def _runs_across(line: PrintedLine, border: float) -> bool:
    """Tell whether a line belongs to no column: the table has ended."""
    return any(cell.left < border and cell.right > border + 2 * _ALIGNED_PT for cell in line.cells)


def _starts_row(asks: Sequence[Cell], left: Sequence[PrintedLine]) -> bool:
    """Tell whether the next question starts: by its number, or as the one before has ended."""
    if not left:
        return False
    return _NUMBERED.match(asks[0].text) is not None or left[-1].text.rstrip().endswith("?")


def _of_cells(line: PrintedLine, cells: tuple[Cell, ...]) -> PrintedLine:
    text = " ".join(cell.text for cell in cells)
    return replace(line, text=text, left=cells[0].left, right=cells[-1].right, cells=cells)

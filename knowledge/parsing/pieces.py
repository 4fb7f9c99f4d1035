"""Blocks become pieces: the smallest parts that a question, an answer or a list starts with."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from knowledge.document import LineStyle
from knowledge.parsing.labels import ASKING_CELL, ENUMERATOR, ORDINAL, LabelKind, read_label
from knowledge.parsing.paragraphs import Block, Layout, Row, is_bullet

__all__ = ["Piece", "cut"]

# Inside a paragraph: "… i budgeten? Svar: Nej.", "… Svar 1: …".
_INLINE_ANSWER = re.compile(r"(?<=[.?!”\"…])\s+(?=(?:Svar|SVAR)\s*\d{0,2}\s*:)")
# Inside a paragraph: "… så. På fråga 2 svarar jag nej."
_INLINE_REFERENCE = re.compile(
    rf"(?<=[.?!])\s+(?=(?:Som\s+svar\s+på|Svaret\s+på|På|Vad\s+gäller|När\s+det\s+gäller|Beträffande)\s+"
    rf"(?:din\s+|den\s+)?(?:fråga\s+\d|{ORDINAL}\s+fråga))"
)
# Inside a paragraph: "… frågar: 1. Hur …? 2. Varför …?"
_INLINE_NUMBER = re.compile(r"(?<=[.?!:”\"])\s+(?=\(?\d{1,2}[.)]\s?[A-ZÅÄÖ])")

_LETTERED = re.compile(r"\(?[a-l][.)]\s+\S")
_COUNTING = (LabelKind.NUMBER, LabelKind.LETTER)
_STRONG = (LabelKind.QUESTION, LabelKind.ANSWER)


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a block, `text[start:end]`.

    Attributes:
        bullets: whether it is a list with bullets.
        heading: whether the format says that it is a heading.
        rows: how many lines it has.
        opens: whether it is the first in its block.
        table: whether it is a row of a table.
        quoted: whether a mail marks it as what is answered.
    """

    start: int
    end: int
    page: int | None
    bullets: bool
    heading: bool
    rows: int
    opens: bool
    table: bool
    quoted: bool = False


def _starts(text: str, rows: tuple[Row, ...]) -> Iterator[int]:
    """Yield the indices of rows that start a piece."""
    last_number = 0
    bullets = False
    for index, row in enumerate(rows):
        line = text[row.start : row.end]
        bullet = is_bullet(line)
        label = None if bullet else read_label(_item(text, rows, index))
        number = label.numbers[0] if label and label.kind in _COUNTING else 0
        before = text[rows[index - 1].start : rows[index - 1].end] if index else ""
        closed = before.endswith((".", "?", "!", ":", ";", "”", '"', ","))
        # The answer under a question with a bullet: "– Vad kostar det?" / "Det kostar 20 kronor."
        answers = bullets and not bullet and before.endswith("?") and line[:1].isupper()
        if index == 0 or (bullet and not bullets) or answers:
            yield index
            bullets = bullet
        elif (
            (number and (closed or number == last_number + 1))
            or (label and label.kind in _STRONG and (closed or ":" in line[: label.length]))
            or (row.style is LineStyle.TABLE and ASKING_CELL.match(line))
        ):
            yield index
            bullets = False
        elif label and label.kind is LabelKind.REFERENCE and label.numbers and line[:1].isupper():
            # A sentence that names its question, below a heading that the layout does not part.
            yield index
            bullets = False
        last_number = number or last_number


def _item(text: str, rows: Sequence[Row], index: int) -> str:
    """Return a row, or a whole item with a letter: a letter counts only before a question."""
    last = index
    if _LETTERED.match(text, rows[index].start):
        while last + 1 < len(rows) and not _LETTERED.match(text, rows[last + 1].start):
            last += 1
    return text[rows[index].start : rows[last].end]


def _inline(text: str) -> list[int]:
    """Return where a piece holds the start of another: "… ? Svar: …", "1. …? 2. …?"."""
    cuts = [match.end() for match in _INLINE_ANSWER.finditer(text)]
    cuts.extend(match.end() for match in _INLINE_REFERENCE.finditer(text))
    numbered = list(_INLINE_NUMBER.finditer(text))
    marks = [int(re.sub(r"\D", "", text[m.end() : m.end() + 3])) for m in numbered]
    first = ENUMERATOR.match(text)
    expected = int(first.group(1)) + 1 if first else 1
    # Only a run of numbers counts, and only when something is asked.
    if marks and marks == list(range(expected, expected + len(marks))) and "?" in text:
        cuts.extend(match.end() for match in numbered)
    return sorted(cuts)


def _pieces(text: str, block: Block) -> Iterator[Piece]:
    starts = list(_starts(text, block.rows))
    for order, first in enumerate(starts):
        rows = block.rows[first : starts[order + 1] if order + 1 < len(starts) else None]
        start, end = rows[0].start, rows[-1].end
        bullets = is_bullet(text[start:end]) or rows[0].style is LineStyle.LIST
        cuts = [] if bullets else [start + cut for cut in _inline(text[start:end])]
        borders = [start, *cuts, end]
        for part, (low, high) in enumerate(pairwise(borders)):
            words = text[low:high].rstrip()
            held = [row for row in rows if row.end > low and row.start < low + len(words)]
            yield Piece(
                low,
                low + len(words),
                held[0].page,
                bullets,
                rows[0].style is LineStyle.HEADING,
                len(held),
                order == 0 and part == 0,
                rows[0].style is LineStyle.TABLE,
                rows[0].style is LineStyle.QUOTE,
            )


def cut(layout: Layout) -> tuple[Piece, ...]:
    """Cut every block of a layout into pieces, in order; together they hold every word."""
    return tuple(piece for block in layout.blocks for piece in _pieces(layout.text, block))

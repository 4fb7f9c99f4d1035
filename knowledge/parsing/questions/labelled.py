"""The pieces of one reply with their labels, and what can be said of each by itself."""

from __future__ import annotations

import re
from collections.abc import Sequence

from knowledge.parsing.frame import Part
from knowledge.parsing.labels import ASKING_CELL, Label, LabelKind, read_label
from knowledge.parsing.paragraphs import is_bullet
from knowledge.parsing.pieces import Piece
from knowledge.parsing.questions.wording import asks, is_unnumbered, question_end

__all__ = ["ASKED", "Labelled"]

ASKED = (LabelKind.NUMBER, LabelKind.LETTER, LabelKind.QUESTION)
"""What a question may be labelled with."""

# A bullet and the blank after it.
_BULLET = re.compile(r"^\s*\W\s+")


class Labelled:
    """Pieces, of which those with a label tell what they are.

    Attributes:
        parts: of the reply, a piece each.
        live: places of the pieces that are neither frame nor interpellation.
        labels: of the pieces, as they are written; who finds out more puts more.
    """

    def __init__(self, text: str, pieces: Sequence[Piece], parts: Sequence[Part]) -> None:
        self.text = text
        self.pieces = pieces
        self.parts = parts
        self.live = [i for i, part in enumerate(parts) if part is Part.BODY]
        self.labels: list[Label | None] = [read_label(text[p.start : p.end]) for p in pieces]

    def is_a(self, index: int, *kinds: LabelKind) -> bool:
        """Tell whether a piece has a label of one of these kinds."""
        label = self.labels[index] if index < len(self.labels) else None
        return label is not None and label.kind in kinds

    def numbers(self, index: int) -> tuple[int, ...]:
        """Return the numbers in a piece's label."""
        label = self.labels[index]
        return label.numbers if label else ()

    def rest(self, index: int) -> str:
        """Return a piece's words after its label."""
        label = self.labels[index]
        piece = self.pieces[index]
        return self.text[piece.start + (label.length if label else 0) : piece.end]

    def asks(self, index: int) -> bool:
        """Tell whether a labelled piece asks, or starts by asking."""
        rest = self.rest(index)
        return asks(rest) or self._is_answered_cell(index, rest)

    def asks_unnumbered(self, index: int) -> bool:
        """Tell whether a piece is a question without a number, or a list of such."""
        piece = self.pieces[index]
        rows = self.text[piece.start : piece.end].split("\n")
        return is_unnumbered(
            "\n".join(_BULLET.sub("", row) if is_bullet(row) else row for row in rows)
        )

    def names_question(self, index: int) -> bool:
        """Tell whether a label like "Fråga 1" or "Fråga:" is one, and not a heading alone."""
        if not self.is_a(index, LabelKind.QUESTION):
            return False
        if self.numbers(index) or self.rest(index).strip():
            return True
        following = index + 1
        if following >= len(self.pieces):
            return False
        return self.asks(following) or self.is_a(following + 1, LabelKind.ANSWER)

    def items(self, piece: Piece) -> list[tuple[int, int]]:
        """Return the span of each item of a list without its bullet, or of the piece."""
        items: list[tuple[int, int]] = []
        offset = piece.start
        for row in self.text[piece.start : piece.end].split("\n"):
            mark = _BULLET.match(row) if is_bullet(row) else None
            if mark or not items:
                items.append((offset + (mark.end() if mark else 0), offset + len(row)))
            else:
                items[-1] = (items[-1][0], offset + len(row))
            offset += len(row) + 1
        return items

    def answered_within(self, index: int) -> bool:
        """Tell whether an answer follows the question in its own piece."""
        rest = self.rest(index)
        if self._is_answered_cell(index, rest):
            return True
        return bool(rest[question_end(rest, followed=True) :].strip())

    def _is_answered_cell(self, index: int, rest: str) -> bool:
        return self.pieces[index].table and ASKING_CELL.match(rest) is not None

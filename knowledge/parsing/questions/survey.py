"""What the whole reply looks like, before its pieces are read one after the other."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from knowledge.parsing.frame import Part, Zone
from knowledge.parsing.labels import LAST, Label, LabelKind, read_label
from knowledge.parsing.paragraphs import is_bullet
from knowledge.parsing.pieces import Piece
from knowledge.parsing.questions.wording import asks, is_unnumbered, question_end, same

__all__ = ["Survey"]

_ASKED = (LabelKind.NUMBER, LabelKind.LETTER, LabelKind.QUESTION)
# A bullet and the blank after it.
_BULLET = re.compile(r"^\s*\W\s+")


class Survey:
    """The pieces of one reply with their labels, and how it asks and answers.

    Attributes:
        numbered: whether questions carry numbers or labels, so that others are no questions.
        listed: whether the questions stand together, before any answer.
        answers_labelled: whether answers name their questions: "Svar på fråga 2:".
        last_asked: where each number last stands before something that asks.
    """

    def __init__(
        self, text: str, pieces: Sequence[Piece], zones: Sequence[tuple[Part, Zone]]
    ) -> None:
        self.text = text
        self.pieces = pieces
        self.parts = [part for part, _ in zones]
        self._live = [i for i, part in enumerate(self.parts) if part is Part.BODY]
        self.labels = [read_label(text[p.start : p.end]) for p in pieces]
        self._number_letters()
        self._number_lost()
        numbered = [i for i in self._live if self._is(i, LabelKind.NUMBER) and self.asks(i)]
        self.last_asked = {self._numbers(i)[0]: i for i in numbered}
        self.numbered = bool(numbered) or any(map(self.names_question, self._live))
        self.answers_labelled = any(
            self._is(i, LabelKind.ANSWER) and self._numbers(i) for i in self._live
        )
        self.listed = self._is_listed()
        self._find_last()

    def _number_letters(self) -> None:
        """Make letters numbers, unless questions are numbered: then letters name their parts."""
        for i in self._live:
            named = self._is(i, LabelKind.QUESTION, LabelKind.ANSWER) and self._numbers(i)
            if named or (self._is(i, LabelKind.NUMBER) and self.asks(i)):
                return
        for i, label in enumerate(self.labels):
            if label is None:
                continue
            if label.kind is LabelKind.LETTER:
                self.labels[i] = replace(label, kind=LabelKind.NUMBER, letter="")
            elif label.letter and not label.numbers:
                number = ord(label.letter) - ord("a") + 1
                self.labels[i] = replace(label, numbers=(number,), letter="")

    def _number_lost(self) -> None:
        """Number a question whose number was lost before "2. …", as by OCR."""
        for before, i in pairwise(self._live):
            number = self._numbers(i)[0] if self._is(i, LabelKind.NUMBER) and self.asks(i) else 0
            if number > 1 and self.labels[before] is None and self.asks_unnumbered(before):
                known = {self._numbers(j) for j in self._live if self._is(j, LabelKind.NUMBER)}
                if (number - 1,) not in known and not self.pieces[before].bullets:
                    self.labels[before] = Label(LabelKind.NUMBER, (number - 1,), 0)

    def names_question(self, index: int) -> bool:
        """Tell whether a label like "Fråga 1" or "Fråga:" is one, and not a heading alone."""
        if not self._is(index, LabelKind.QUESTION):
            return False
        if self._numbers(index) or self.rest(index).strip():
            return True
        following = index + 1
        if following >= len(self.pieces):
            return False
        return self.asks(following) or self._is(following + 1, LabelKind.ANSWER)

    def _find_last(self) -> None:
        """Put its number for "den sista frågan"."""
        last = max(self.last_asked, default=0)
        if not last:
            last = sum(len(self.items(self.pieces[i])) for i in self._other_candidates())
        for i, label in enumerate(self.labels):
            if label is not None and LAST in label.numbers:
                self.labels[i] = replace(label, numbers=(last,)) if last else None

    def _is(self, index: int, *kinds: LabelKind) -> bool:
        label = self.labels[index] if index < len(self.labels) else None
        return label is not None and label.kind in kinds

    def _numbers(self, index: int) -> tuple[int, ...]:
        label = self.labels[index]
        return label.numbers if label else ()

    def rest(self, index: int) -> str:
        """Return a piece's words after its label."""
        label = self.labels[index]
        piece = self.pieces[index]
        return self.text[piece.start + (label.length if label else 0) : piece.end]

    def asks(self, index: int) -> bool:
        """Tell whether a labelled piece asks, or starts by asking."""
        return asks(self.rest(index))

    def asks_unnumbered(self, index: int) -> bool:
        """Tell whether a piece is a question without a number, or a list of such."""
        piece = self.pieces[index]
        rows = self.text[piece.start : piece.end].split("\n")
        return is_unnumbered(
            "\n".join(_BULLET.sub("", row) if is_bullet(row) else row for row in rows)
        )

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

    def followed(self, index: int) -> bool:
        """Tell whether the piece after a question can be its answer."""
        if self.listed:
            return True
        following = index + 1
        while following < len(self.pieces) and self.parts[following] is Part.FRAME:
            following += 1
        if following >= len(self.pieces) or self.parts[following] is not Part.BODY:
            return False
        if not self._is(following, *_ASKED):
            return True
        return not self.asks(following)

    def _is_listed(self) -> bool:
        candidates = self._numbered_candidates() if self.numbered else self._other_candidates()
        if not self.numbered and len(candidates) == 1:
            piece = self.pieces[candidates[0]]
            return piece.bullets and len(self.items(piece)) > 1
        if len(candidates) < 2:
            return False
        low, high = self._live.index(candidates[0]), self._live.index(candidates[-1])
        if set(self._live[low : high + 1]) - set(candidates):
            return False
        return not any(self._answered_within(i) for i in candidates[:-1])

    def _numbered_candidates(self) -> list[int]:
        """Return the pieces that ask under a number or a label, each number once."""
        found: list[int] = []
        seen: set[tuple[int, str]] = set()
        above = 0
        for i in self._live:
            label = self.labels[i]
            if label is None or label.kind not in _ASKED or i in found:
                continue
            number = next(iter(label.numbers), len(seen) + 1)
            if label.kind is LabelKind.LETTER:
                number = above
            asked = [i] if self.rest(i).strip() else [i, i + 1]
            if (number, label.letter) not in seen and self._is_asked(asked):
                seen.add((number, label.letter))
                found.extend(asked)
                above = number
        return found

    def _other_candidates(self) -> list[int]:
        """Return the pieces that ask without a number, each question once."""
        found: list[int] = []
        for i in self._live:
            if (
                self.labels[i] is None
                and self.asks_unnumbered(i)
                and not any(same(self.rest(i), self.rest(other)) for other in found)
            ):
                found.append(i)
        return found

    def _is_asked(self, indices: Sequence[int]) -> bool:
        """Tell whether a labelled piece asks, or the one after a label that stands alone."""
        last = indices[-1]
        if last >= len(self.pieces) or self.parts[last] is not Part.BODY:
            return False
        alone = self.labels[last] is None or self._is(last, LabelKind.LETTER)
        return self.asks(last) and (last == indices[0] or alone)

    def _answered_within(self, index: int) -> bool:
        """Tell whether an answer follows the question in its own piece."""
        rest = self.rest(index)
        return bool(rest[question_end(rest, followed=True) :].strip())

"""What has been read so far: the units, the questions met, and the one being answered."""

from __future__ import annotations

from dataclasses import dataclass, replace

from knowledge.model import Span
from knowledge.parsing.labels import ASKING_CELL, Label
from knowledge.parsing.pieces import Piece
from knowledge.parsing.questions.model import Role, Target, Unit
from knowledge.parsing.questions.survey import Survey
from knowledge.parsing.questions.wording import question_end, same

__all__ = ["Known", "Ledger"]

_LABEL_CHARS = 40
"""A question's unit takes in the label before it, if there is no more than this."""


@dataclass(frozen=True, slots=True)
class Known:
    """A question met so far.

    Attributes:
        unit: index of its unit.
        appended: whether it was met in the interpellation itself.
    """

    span: Span
    unit: int
    appended: bool


class Ledger:
    """Takes down what each piece turns out to be.

    Attributes:
        units: in order.
        known: the questions by number, the unnumbered by their order.
        parts: the parts of questions by number and letter.
        current: the question that what comes next answers.
        inner: the last number of a list inside an answer, 0 outside of one.
        pending: a label that stands alone, for the piece after it.
        last_number: of the question met last.
        answered: whether any question has got an answer.
    """

    def __init__(self, survey: Survey) -> None:
        self.survey = survey
        self.text = survey.text
        self.units: list[Unit] = []
        self.known: dict[int, Known] = {}
        self.current: Target | None = None
        self.inner = 0
        self.parts: dict[tuple[int, str], Known] = {}
        self.pending: Label | None = None
        self.last_number: int | None = None
        self.answered = False
        self._order = 0
        self._repeated = False

    def add(self, start: int, end: int, piece: Piece, role: Role = Role.BODY) -> None:
        """Take down a part of a piece; body text answers the current question."""
        words = self.text[start:end]
        start += len(words) - len(words.lstrip())
        end -= len(words) - len(words.rstrip())
        if start >= end:
            return
        target = self.current if role is Role.BODY else None
        if target is not None:
            self.answered = True
        opens = piece.opens and start == piece.start
        self.units.append(Unit(start, end, piece.page, role, target, piece.bullets, opens))

    def add_whole(self, piece: Piece, role: Role = Role.BODY) -> None:
        """Take down a piece as it is."""
        self.add(piece.start, piece.end, piece, role)

    def add_after_label(self, start: int, piece: Piece) -> None:
        """Take down a piece whose words begin at `start`; the label before them is left out."""
        self.add(piece.start, start, piece, Role.LEFT_OUT)
        self.add(start, piece.end, piece)

    def find(self, number: int, letter: str = "") -> Known | None:
        """Return a question met before, or the part of one that a letter names."""
        return self.parts.get((number, letter)) if letter else self.known.get(number)

    def question(
        self, start: int, end: int, piece: Piece, number: int | None, letter: str = ""
    ) -> None:
        """Remember a question; what follows answers it, unless the questions are a list."""
        words = self.text[start:end]
        end -= len(words) - len(words.rstrip())
        if start >= end:
            return
        span = Span(start, end)
        self.inner = 0
        self._order += 1
        known = Known(span, len(self.units), False)
        self.last_number = number
        if letter and number:
            self.parts[number, letter] = known
            self.known.setdefault(number, known)
        else:
            self.known[number or self._order] = known
        label_start = piece.start if start - piece.start < _LABEL_CHARS else start
        self.units.append(
            Unit(label_start, end, piece.page, Role.QUESTION, None, False, piece.opens, number)
        )
        # Listed questions may be given again further down, each with its answer.
        waits = self.survey.listed and not self._repeated
        self.current = None if waits else Target(self._order, number, span)

    def question_and_answer(
        self, index: int, start: int, number: int | None, letter: str = ""
    ) -> None:
        """Take down a question, and what follows it in its piece as its answer."""
        piece = self.survey.pieces[index]
        rest = self.text[start : piece.end]
        cell = ASKING_CELL.match(rest) if piece.table else None
        if cell is not None:
            end = start + rest.index("?") + 1
            self.question(start, end, piece, number, letter)
            self.add(start + cell.end(), piece.end, piece)
            return
        end = start + question_end(rest, followed=self.survey.followed(index))
        self.question(start, end, piece, number, letter)
        self.add(end, piece.end, piece)

    def answer(self, numbers: tuple[int, ...], letter: str = "") -> None:
        """Turn to the answer to these questions, or to a part of one."""
        known = self.find(numbers[0], letter) or self.known.get(numbers[0])
        self._order += 1
        self.current = Target(self._order, numbers[0], known.span if known else None, numbers)

    def asked_just_now_without_number(self) -> bool:
        """Tell whether the last words were a question without a number."""
        last = next((one for one in reversed(self.units) if one.role is not Role.LEFT_OUT), None)
        return (
            last is not None
            and last.role is Role.QUESTION
            and self.current is not None
            and self.current.number is None
        )

    def number_question(self, number: int) -> None:
        """Number the question that was asked just now, as its answer does."""
        if self.current is not None:
            self.current = replace(self.current, number=number)

    def turn(self, question: Span) -> None:
        """Turn to the answer to a question that was retold just now."""
        self._order += 1
        self.current = Target(self._order, None, question)

    def answer_only_question(self) -> None:
        """Turn to the answer to the one question there is."""
        ((number, known),) = self.known.items()
        self._order += 1
        self.current = Target(self._order, number, known.span)

    def forget(self, number: int, letter: str = "") -> None:
        """Make an earlier mention of a question a repetition: the one at hand has the answer."""
        known = self.parts.pop((number, letter)) if letter else self.known.pop(number)
        unit = self.units[known.unit]
        if unit.role is Role.QUESTION:
            self.units[known.unit] = replace(unit, role=Role.REPEATED, number=None)
            self._repeated = True

    def forget_same(self, words: str) -> None:
        """Forget the listed mentions of an unnumbered question."""
        for key, known in list(self.known.items()) if self.survey.listed else ():
            if same(known.span.of(self.text), words):
                self.forget(key)

"""Pieces that start with words like "Fråga 2:", "Svar:" or "Som svar på fråga 2 …"."""

from __future__ import annotations

from knowledge.parsing.labels import Label, LabelKind, is_interrogative
from knowledge.parsing.pieces import Piece
from knowledge.parsing.questions.ledger import Ledger
from knowledge.parsing.questions.model import Role
from knowledge.parsing.questions.wording import first_sentence, same
from knowledge.parsing.sentences import hyphens_joined

__all__ = ["read_answer_label", "read_pending", "read_question_label", "read_reference"]


def read_question_label(ledger: Ledger, index: int, piece: Piece, label: Label) -> None:
    """Read "Fråga 1: …", or "Fråga 1" alone, whose question stands in the next piece."""
    if ledger.survey.rest(index).strip():
        _question_or_answer(ledger, index, piece.start + label.length, piece, label.numbers)
    else:
        ledger.pending = label.numbers
        ledger.add_whole(piece, Role.LEFT_OUT)


def read_pending(ledger: Ledger, index: int, piece: Piece, label: Label | None) -> bool:
    """Read the piece after a label that stands alone.

    Returns:
        Whether it was read; otherwise its own label says what it is.
    """
    numbers = ledger.pending or ()
    ledger.pending = None
    if label is not None and label.kind is LabelKind.ANSWER:
        if numbers:
            ledger.answer(numbers)
        return False
    if label is not None and label.kind is not LabelKind.REFERENCE:
        return False
    if not (numbers and numbers[0] in ledger.known) and label is None:
        words = hyphens_joined(ledger.survey.rest(index))
        if "?" in words or is_interrogative(first_sentence(words)):
            ledger.question_and_answer(index, piece.start, numbers[0] if numbers else None)
            return True
    _question_or_answer(ledger, index, piece.start, piece, numbers)
    return True


def _question_or_answer(
    ledger: Ledger, index: int, start: int, piece: Piece, numbers: tuple[int, ...]
) -> None:
    """Read what follows "Fråga N": the question itself, or its answer."""
    number = numbers[0] if numbers else None
    known = ledger.known.get(number) if number is not None else None
    first = first_sentence(ledger.text[start : piece.end])
    asks = is_interrogative(hyphens_joined(first)) or "?" in first
    listed = ledger.survey.listed
    if known is None or known.appended:
        if asks or len(numbers) < 2:
            ledger.question_and_answer(index, start, number)
            return
    elif asks and (not listed or same(known.span.of(ledger.text), first)):
        if listed:
            ledger.forget(numbers[0])
        ledger.question_and_answer(index, start, number)
        return
    if numbers:
        ledger.answer(numbers)
    ledger.add_after_label(start, piece)


def read_answer_label(ledger: Ledger, piece: Piece, label: Label) -> None:
    """Read "Svar på fråga 2: …", or "Svar: …", which answers the question before it."""
    ledger.inner = 0
    if label.numbers:
        if ledger.current is None or ledger.current.number != label.numbers[0]:
            ledger.answer(label.numbers)
    elif ledger.current is None and len(ledger.known) == 1 and not ledger.answered:
        ledger.answer_only_question()
    ledger.add_after_label(piece.start + label.length, piece)


def read_reference(ledger: Ledger, piece: Piece, label: Label) -> None:
    """Read a sentence that names the question it answers; its words belong to the answer."""
    ledger.inner = 0
    interleaved = bool(ledger.known) and not ledger.survey.listed
    same_number = ledger.current is not None and ledger.current.number == label.numbers[0]
    if not interleaved and not same_number:
        ledger.answer(label.numbers)
    ledger.add_whole(piece)

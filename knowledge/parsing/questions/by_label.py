"""Pieces that start with words like "Fråga 2:", "Svar:" or "Som svar på fråga 2 …"."""

from __future__ import annotations

from knowledge.parsing.asking import is_interrogative
from knowledge.parsing.labels import Label, LabelKind
from knowledge.parsing.pieces import Piece
from knowledge.parsing.questions.ledger import Ledger
from knowledge.parsing.questions.model import Role
from knowledge.parsing.questions.wording import first_sentence, same
from knowledge.parsing.sentences import hyphens_joined

__all__ = ["read_answer_label", "read_pending", "read_question_label", "read_reference"]


def read_question_label(ledger: Ledger, index: int, piece: Piece, label: Label) -> None:
    """Read "Fråga 1: …", or "Fråga 1" alone, whose question stands in the next piece."""
    if ledger.survey.rest(index).strip():
        _question_or_answer(ledger, index, piece.start + label.length, piece, label)
    else:
        # "Fråga" over a sentence that asks nothing is a heading.
        ledger.pending = label if ledger.survey.names_question(index) else None
        ledger.add_whole(piece, Role.LEFT_OUT)


def read_pending(ledger: Ledger, index: int, piece: Piece, label: Label | None) -> bool:
    """Read the piece after a label that stands alone.

    Returns:
        Whether it was read; otherwise its own label says what it is.
    """
    pending = ledger.pending
    if pending is None or (label is not None and label.kind is LabelKind.LETTER):
        return False
    ledger.pending = None
    number = pending.numbers[0] if pending.numbers else None
    if label is not None and label.kind is LabelKind.ANSWER:
        if pending.numbers:
            ledger.answer(pending.numbers, pending.letter)
        return False
    if label is not None and label.kind is not LabelKind.REFERENCE:
        return False
    if label is None and (number is None or ledger.find(number, pending.letter) is None):
        words = hyphens_joined(ledger.survey.rest(index))
        if "?" in words or is_interrogative(first_sentence(words)):
            ledger.question_and_answer(index, piece.start, number, pending.letter)
            return True
    _question_or_answer(ledger, index, piece.start, piece, pending)
    return True


def _question_or_answer(ledger: Ledger, index: int, start: int, piece: Piece, label: Label) -> None:
    """Read what follows "Fråga N": the question itself, or its answer."""
    numbers, letter = label.numbers, label.letter
    number = numbers[0] if numbers else None
    known = ledger.find(number, letter) if number is not None else None
    first = first_sentence(ledger.text[start : piece.end])
    asks = is_interrogative(hyphens_joined(first)) or "?" in first
    listed = ledger.survey.listed
    if known is None or known.appended:
        # What was asked in the interpellation is asked again only in its words, or with a mark.
        anew = known is None or "?" in first or same(known.span.of(ledger.text), first)
        if anew and (asks or (len(numbers) < 2 and not _declares(ledger, index, first))):
            ledger.question_and_answer(index, start, number, letter)
            return
    elif asks and (not listed or same(known.span.of(ledger.text), first)):
        if listed:
            ledger.forget(numbers[0], letter)
        ledger.question_and_answer(index, start, number, letter)
        return
    if numbers:
        ledger.answer(numbers, letter)
    ledger.add_after_label(start, piece)


def _declares(ledger: Ledger, index: int, first: str) -> bool:
    """Tell whether what does not ask after "Fråga 2" is an answer; a topic has one after it."""
    following = ledger.survey.labels[index + 1 : index + 2]
    answered = any(label and label.kind is LabelKind.ANSWER for label in following)
    return first.rstrip().endswith(".") and not answered


def read_answer_label(ledger: Ledger, piece: Piece, label: Label) -> None:
    """Read "Svar på fråga 2: …", or "Svar: …", which answers the question before it."""
    ledger.inner = 0
    if len(label.numbers) == 1 and ledger.asked_just_now_without_number():
        ledger.number_question(label.numbers[0])
    if label.numbers:
        current, part = ledger.current, ledger.find(label.numbers[0], label.letter)
        same_part = part is None or (current is not None and current.question == part.span)
        if (
            current is None
            or current.number != label.numbers[0]
            or (label.letter and not same_part)
        ):
            ledger.answer(label.numbers, label.letter)
    elif ledger.current is None and len(ledger.known) == 1 and not ledger.answered:
        ledger.answer_only_question()
    ledger.add_after_label(piece.start + label.length, piece)


def read_reference(ledger: Ledger, piece: Piece, label: Label) -> None:
    """Read a sentence that names the question it answers; its words belong to the answer."""
    ledger.inner = 0
    own = any(not known.appended for known in ledger.known.values())
    interleaved = own and not ledger.survey.listed
    same_number = ledger.current is not None and ledger.current.number == label.numbers[0]
    if not interleaved and (label.letter or not same_number):
        ledger.answer(label.numbers, label.letter)
    ledger.add_whole(piece)

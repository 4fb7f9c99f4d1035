"""Pieces that start with a number: a question, an answer, or an item of a list."""

from __future__ import annotations

from knowledge.parsing.labels import Label
from knowledge.parsing.pieces import Piece
from knowledge.parsing.questions.ledger import Ledger
from knowledge.parsing.questions.wording import question_end, same

__all__ = ["read_number"]

_MIN_LAST = 3
_MAX_LAST_CHARS = 300
"""The last of several questions may not ask in its words, if it is no longer than this."""
_MAX_GAP = 3
"""So many numbers may be missing between two questions."""


def read_number(ledger: Ledger, index: int, piece: Piece, label: Label) -> None:
    """Read a piece that starts with a number, with the number in mind that is expected next."""
    survey = ledger.survey
    number = label.numbers[0]
    start = piece.start + label.length
    expected = max((n for n, k in ledger.known.items() if not k.appended), default=0) + 1
    asks = survey.asks(index)
    marked = "?" in survey.rest(index)
    if ledger.inner and number == ledger.inner + 1 and not (asks and number == expected):
        ledger.inner = number
        ledger.add_whole(piece)
    elif asks and _repeats(ledger, number, start, piece):
        ledger.forget(number)
        ledger.question_and_answer(index, start, number)
    elif asks and number == expected and (marked or survey.numbered):
        ledger.question_and_answer(index, start, number)
    elif asks and marked and expected < number <= expected + _MAX_GAP and not ledger.inner:
        # A question is missing in between: its number was lost or it was left out.
        ledger.question_and_answer(index, start, number)
    elif not asks and number == expected and _in_sequence(ledger, index, number):
        ledger.question(start, piece.end, piece, number)
    elif _answers_by_number(ledger, number):
        ledger.answer((number,))
        ledger.add(start, piece.end, piece)
    else:
        ledger.inner = number
        ledger.add_whole(piece)


def _repeats(ledger: Ledger, number: int, start: int, piece: Piece) -> bool:
    known = ledger.known.get(number)
    if known is None:
        return False
    if known.appended:
        return True
    rest = ledger.text[start : piece.end]
    return same(known.span.of(ledger.text), rest[: question_end(rest, followed=True)])


def _in_sequence(ledger: Ledger, index: int, number: int) -> bool:
    """Tell whether a numbered piece that does not ask stands between ones that do."""
    survey = ledger.survey
    if ledger.inner or not survey.numbered:
        return False
    if number > 1 and (number - 1) not in ledger.known:
        return False
    if survey.last_asked.get(number + 1, -1) > index:
        return True
    # The last of several, on its own line with the answer below: no list starts here.
    piece = survey.pieces[index]
    short = piece.end - piece.start <= _MAX_LAST_CHARS
    return number >= _MIN_LAST and short and not survey.listed and survey.followed(index)


def _answers_by_number(ledger: Ledger, number: int) -> bool:
    """Tell whether a number that does not ask announces the answer to a listed question."""
    survey = ledger.survey
    if not survey.listed or number not in ledger.known or survey.answers_labelled:
        return False
    if ledger.current is None:
        return number == min(ledger.known)
    return ledger.current.number == number - 1

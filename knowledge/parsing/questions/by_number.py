"""Pieces that start with a number: a question, an answer, or an item of a list."""

from __future__ import annotations

from knowledge.parsing.labels import Label
from knowledge.parsing.pieces import Piece
from knowledge.parsing.questions.ledger import Ledger
from knowledge.parsing.questions.wording import question_end, same

__all__ = ["read_letter", "read_number"]

_MIN_LAST = 3
_MAX_LAST_CHARS = 300
"""The last of several questions may not ask in its words, if it is no longer than this."""
_MAX_GAP = 3
"""So many numbers may be missing between two questions."""


def read_number(ledger: Ledger, index: int, piece: Piece, label: Label) -> None:
    """Read a piece that starts with a number, with the number in mind that is expected next."""
    if label.letter:
        _read_part(ledger, index, piece, label, label.numbers[0])
        return
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


def read_letter(ledger: Ledger, index: int, piece: Piece, label: Label) -> None:
    """Read a piece that starts with a letter: a part of the question above it."""
    number = ledger.last_number
    if ledger.pending is not None and ledger.pending.numbers:
        number = ledger.pending.numbers[0]
    ledger.pending = None
    if number is None:
        ledger.add_whole(piece)
    else:
        _read_part(ledger, index, piece, label, number)


def _read_part(ledger: Ledger, index: int, piece: Piece, label: Label, number: int) -> None:
    """Read a part of a question, or the answer to one: "1a) …"."""
    survey = ledger.survey
    start = piece.start + label.length
    known = ledger.find(number, label.letter)
    if survey.asks(index):
        if known and survey.listed and same(known.span.of(ledger.text), survey.rest(index)):
            ledger.forget(number, label.letter)
        ledger.question_and_answer(index, start, number, label.letter)
    elif known and survey.listed and not survey.answers_labelled:
        ledger.answer((number,), label.letter)
        ledger.add(start, piece.end, piece)
    else:
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
    if number not in ledger.known or survey.answers_labelled:
        return False
    # Listed, be it in the interpellation itself.
    if not (survey.listed or all(known.appended for known in ledger.known.values())):
        return False
    if ledger.current is None:
        return number == min(ledger.known)
    return ledger.current.number == number - 1

"""Which question each piece of a reply answers.

The pieces are read once, in order. A numbered piece is a question when it asks; when it does not,
it is one only in sequence with others that do, otherwise an item of a list inside an answer.
Questions that stand together with nothing between them are a *list*, answered further down: by
labels ("Svar på fråga 2:"), by sentences ("Som svar på fråga 2 …"), by the same numbers, or in a
running text, which then answers none in particular.

`wording` knows how questions are worded, `labelled` what a piece is by itself, `numbering` the
numbers of lettered ones. `survey` looks at how the whole reply asks, `answering` finds answers that
name no number. `ledger` holds what has been read so far, `by_number` and `by_label` read the pieces
that start with one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from knowledge.model import Span
from knowledge.parsing.asking import ends_asking
from knowledge.parsing.frame import Part, Zone
from knowledge.parsing.labels import ASKING_CELL, LabelKind
from knowledge.parsing.pieces import Piece
from knowledge.parsing.questions.answering import answer_ends, label_answers
from knowledge.parsing.questions.by_label import (
    read_answer_label,
    read_pending,
    read_question_label,
    read_reference,
)
from knowledge.parsing.questions.by_number import read_letter, read_number
from knowledge.parsing.questions.ledger import Known, Ledger
from knowledge.parsing.questions.model import Role, Target, Unit
from knowledge.parsing.questions.retold import clauses
from knowledge.parsing.questions.survey import Survey
from knowledge.parsing.sentences import hyphens_joined
from knowledge.parsing.voices import Voices

__all__ = ["Role", "Target", "Unit", "read_questions"]

# A heading after which no question is answered any more.
_CLOSING = re.compile(
    r"""^(?:
        avslutning | avslutande\s+\w+ | sammanfattning | sammanfattande\s+\w+ | övrigt | slutord
        | mer\s+om\b.* | övriga?\b.* | fakta\b.* | kontakt\w*
        | slut(?:lig|giltig)\s+\w+ | sam(?:lad|mantagen|manfattad)\s+bedömning
        | slutsats(?:er)? | slutkommentar | kommentar(?:er)? | källor | referenser | bakgrund
        | inledning | nuläge | lagstiftning | vill\s+du\s+veta\s+mer | har\s+du\s+frågor
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)

# Words with which a reply opens, before it comes to what was asked.
_INTRODUCES = re.compile(
    r"(?:låt\s+mig|(?:jag|vi)\s+vill|till\s+att)\s+(?:\w+\s+)?(?:börja|inleda)\b|inledningsvis\b",
    re.IGNORECASE,
)

# "Del 2. Anna Ek (S), ordförande i nämnden"
_ANSWERING = re.compile(r"\([A-ZÅÄÖ]{1,4}\),?\s+(?:[\w-]+\s+){0,2}?[\w-]*(?:ordförande|råd)\b")
# Minutes tell who spoke after the answer.
_DEBATES = re.compile(r"\b(?:yttra(?:r|de)\s+sig|yrka(?:r|de)|tacka(?:r|de)\s+för\s+svaret)\b")

_VOICES = Voices(())
_SEVERAL = 2
_TABLE_HEAD = re.compile(r"(?:nr\.?\s*\|\s*)?fråg\w*\s*\|\s*svar\w*\s*$", re.IGNORECASE)


def read_questions(
    text: str, pieces: Sequence[Piece], zones: Sequence[tuple[Part, Zone]]
) -> list[Unit]:
    """Find the questions and say which one each piece answers.

    Args:
        text: the text that the pieces point into.
        pieces: in order.
        zones: for each piece, its part and zone.

    Returns:
        Units in order, not overlapping; together they hold every word of the pieces, apart from
        labels like "1." and "Svar:".
    """
    survey = Survey(text, pieces, zones)
    label_answers(survey)
    ends = answer_ends(survey, zones)
    ledger = Ledger(survey)
    for number, span in enumerate(survey.retold, 1):
        ledger.known[number] = Known(span, 0, True)
    for index, (piece, (part, _)) in enumerate(zip(pieces, zones, strict=True)):
        if part is Part.INTERPELLATION:
            _read_appended(ledger, index, piece)
        elif part is Part.BODY:
            _read_body(ledger, index, piece)
        else:
            if _CLOSING.match(hyphens_joined(text[piece.start : piece.end])) or (
                part is Part.FRAME and (index in ends or _heads_part(ledger, piece))
            ):
                ledger.current = None
            ledger.add_whole(piece, Role.LEFT_OUT)
    return _answered_at_large(ledger)


def _heads_part(ledger: Ledger, piece: Piece) -> bool:
    """Tell whether a heading names who answers next, in a reply of several."""
    words = hyphens_joined(ledger.text[piece.start : piece.end])
    return piece.heading and _ANSWERING.search(words) is not None


def _answered_at_large(ledger: Ledger) -> list[Unit]:
    """Let all that follows the questions answer them, where no answer is known by its question.

    With one question it answers that one, with several none in particular.
    """
    asked = sorted((known.span.start, number) for number, known in ledger.known.items())
    if not asked or any(unit.target for unit in ledger.units):
        return ledger.units
    number = asked[0][1] if len(asked) == 1 else None
    span = ledger.known[number].span if number is not None else None
    listed = any(unit.role is Role.QUESTION for unit in ledger.units)
    start, end, sections = _answered_from(ledger, asked[-1][0])
    # Several sections answer more than the one question that was found.
    target = Target(1, number if listed else None, span if sections < _SEVERAL else None)
    woven = any(
        unit.role is Role.BODY
        and start < unit.start < end
        and _VOICES.goes_on_retelling(ledger.text[unit.start : unit.end])
        and not _DEBATES.search(ledger.text, unit.start, unit.end)
        for unit in ledger.units
    )
    if woven and not listed:
        # A running text that takes up claim after claim is no answer to the question before it.
        return ledger.units
    return [
        replace(unit, target=target)
        if unit.role is Role.BODY
        and start < unit.start < end
        and not _INTRODUCES.match(hyphens_joined(ledger.text[unit.start : unit.end]))
        else unit
        for unit in ledger.units
    ]


def _answered_from(ledger: Ledger, last_question: int) -> tuple[int, int, int]:
    """Return where the answer to all questions starts and ends, and its number of headings.

    What stands before the first of several headings introduces it; a heading may close it.
    """
    start, end = last_question, len(ledger.text)
    headings = [
        unit.start
        for unit, below in pairwise(ledger.units)
        if unit.start > last_question
        and unit.start in ledger.survey.headings
        and below.role is Role.BODY
    ]
    for heading in headings:
        words = ledger.text[heading:].partition("\n")[0]
        if _CLOSING.match(words):
            end = heading
            break
    if len(headings) >= _SEVERAL and headings[0] < end:
        start = headings[0]
    return start, end, len(headings)


def _read_appended(ledger: Ledger, index: int, piece: Piece) -> None:
    """Read a piece of the interpellation itself: its questions are only remembered."""
    ledger.current = None
    label = ledger.survey.labels[index]
    numbering = label is not None and label.kind in (LabelKind.NUMBER, LabelKind.QUESTION)
    if label and numbering and len(label.numbers) == 1 and ledger.survey.asks(index):
        span = Span(piece.start + label.length, piece.end)
        ledger.known.setdefault(label.numbers[0], Known(span, len(ledger.units), True))
    elif label is None and not ledger.survey.appended_numbered:
        # In running text they are asked one after the other: "Jag frågar: Har …? Kan …?"
        asked = (
            [Span(start, end) for start, end in ledger.survey.items(piece)]
            if ledger.survey.asks_unnumbered(index)
            else [
                span
                for span in clauses(ledger.text, piece.start, piece.end)
                if ends_asking(span.of(ledger.text))
            ]
        )
        for span in asked:
            number = len(ledger.known) + 1
            ledger.known.setdefault(number, Known(span, len(ledger.units), True))
    ledger.add_whole(piece, Role.INTERPELLATION)


def _read_body(ledger: Ledger, index: int, piece: Piece) -> None:
    label = ledger.survey.labels[index]
    if ledger.pending is not None and read_pending(ledger, index, piece, label):
        return
    if label is None:
        _read_plain(ledger, index, piece)
    elif label.kind is LabelKind.LETTER:
        read_letter(ledger, index, piece, label)
    elif label.kind is LabelKind.NUMBER:
        read_number(ledger, index, piece, label)
    elif label.kind is LabelKind.QUESTION:
        read_question_label(ledger, index, piece, label)
    elif label.kind is LabelKind.ANSWER:
        read_answer_label(ledger, piece, label)
    else:
        read_reference(ledger, piece, label)


def _read_plain(ledger: Ledger, index: int, piece: Piece) -> None:
    """Read a piece without a label: body text, or questions that go without numbers."""
    survey = ledger.survey
    if index in survey.turns:
        ledger.add_whole(piece, Role.REPEATED)
        ledger.turn(survey.turns[index])
        return
    if index in survey.openers:
        question, answer = survey.openers[index]
        ledger.add(piece.start, answer, piece, Role.REPEATED)
        ledger.turn(question)
        ledger.add(answer, piece.end, piece)
        return
    words = survey.text[piece.start : piece.end]
    if piece.table and _TABLE_HEAD.match(words):
        ledger.add_whole(piece, Role.LEFT_OUT)
        return
    if piece.table and not survey.numbered and ASKING_CELL.match(words):
        ledger.question_and_answer(index, piece.start, None)
        return
    if not piece.bullets:
        ledger.inner = 0
    if not survey.numbered and (end := survey.repeats_asking(index)):
        ledger.forget_same(words[:end])
        ledger.question_and_answer(index, piece.start, None)
        return
    if not survey.numbered and survey.opens_asking(index):
        ledger.question_and_answer(index, piece.start, None)
        return
    if survey.numbered or not survey.asks_unnumbered(index):
        ledger.add_whole(piece)
        return
    items = survey.items(piece)
    for start, end in items:
        ledger.forget_same(survey.text[start:end])
        ledger.question(start, end, piece, None)
    if len(items) > 1:
        ledger.current = None

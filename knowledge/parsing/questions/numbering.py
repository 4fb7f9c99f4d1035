"""Numbers for what is asked and answered under letters, or under a number that was lost."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

from knowledge.parsing.labels import Label, LabelKind
from knowledge.parsing.questions.labelled import Labelled

__all__ = ["number_letters", "number_lost"]

# "a) Två kaféer finns kvar.": an answer, where the questions have letters.
_LETTERED = re.compile(r"\(?([a-l])[.)]\s+(?=[A-ZÅÄÖ])")
_SEVERAL_LETTERED = 2


def number_letters(reply: Labelled) -> None:
    """Make letters numbers, unless questions are numbered: then letters name their parts."""
    for i in reply.live:
        named = reply.is_a(i, LabelKind.QUESTION, LabelKind.ANSWER) and reply.numbers(i)
        if named or (reply.is_a(i, LabelKind.NUMBER) and reply.asks(i)):
            return
    for i, label in enumerate(reply.labels):
        if label is None:
            continue
        if label.kind is LabelKind.LETTER:
            reply.labels[i] = replace(label, kind=LabelKind.NUMBER, letter="")
        elif label.letter and not label.numbers:
            number = ord(label.letter) - ord("a") + 1
            reply.labels[i] = replace(label, numbers=(number,), letter="")
    _number_lettered_answers(reply)


def _number_lettered_answers(reply: Labelled) -> None:
    """Give the answers to lettered questions that stand in a list the numbers of these."""
    asked = [i for i in reply.live if reply.is_a(i, LabelKind.NUMBER) and reply.asks(i)]
    numbers = {number for i in asked for number in reply.numbers(i)}
    if len(numbers) < _SEVERAL_LETTERED or asked[-1] - asked[0] >= len(asked):
        return
    for i in reply.live:
        match = _LETTERED.match(reply.text, reply.pieces[i].start, reply.pieces[i].end)
        number = ord(match[1]) - ord("a") + 1 if match and i > asked[-1] else 0
        if match and number in numbers and reply.labels[i] is None:
            length = match.end() - match.start()
            reply.labels[i] = Label(LabelKind.NUMBER, (number,), length)


def number_lost(reply: Labelled) -> None:
    """Number a question whose number was lost before "2. …", as by OCR."""
    for before, i in pairwise(reply.live):
        number = reply.numbers(i)[0] if reply.is_a(i, LabelKind.NUMBER) and reply.asks(i) else 0
        if number > 1 and reply.labels[before] is None and reply.asks_unnumbered(before):
            known = {reply.numbers(j) for j in reply.live if reply.is_a(j, LabelKind.NUMBER)}
            if (number - 1,) not in known and not reply.pieces[before].bullets:
                reply.labels[before] = Label(LabelKind.NUMBER, (number - 1,), 0)

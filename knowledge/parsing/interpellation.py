"""The questions of a new interpellation, which has no answers yet."""

from __future__ import annotations

import re

from knowledge.document import Document
from knowledge.errors import NotAReply
from knowledge.parsing.asking import is_interrogative
from knowledge.parsing.furniture import without_furniture
from knowledge.parsing.labels import Label, LabelKind, read_label
from knowledge.parsing.paragraphs import lay_out
from knowledge.parsing.pieces import cut
from knowledge.parsing.sentences import sentences
from knowledge.quote import quote

__all__ = ["questions_of"]

_NO_QUESTION = "dokumentet innehåller inga frågor. Lägg frågorna på egna rader, gärna numrerade."
_MIN_QUESTION_CHARS = 12
_SPACE = re.compile(r"\s+")


def questions_of(file: str, document: Document) -> tuple[tuple[int | None, str], ...]:
    """Find the questions that an interpellation asks.

    Numbered questions count, with or without a question mark, and every sentence that asks.

    Args:
        file: the document's name, for the error.
        document: what a reader gave.

    Returns:
        Each question's own number, or None where it has none, and the question as quoted; in
        order, each once.

    Raises:
        NotAReply: the document asks nothing.
    """
    layout = lay_out(without_furniture(document))
    found: dict[str, int | None] = {}
    announced: int | None = None  # by a label that stands alone, "Fråga 2", for what comes next
    for piece in cut(layout):
        text = layout.text[piece.start : piece.end]
        label = read_label(text)
        body = text[label.length :] if label is not None else text
        number = announced if label is None else _own_number(label)
        announced = None if body.strip() else number
        for question in _asked(body, numbered=label is not None):
            if found.get(question) is None:
                found[question] = number
            number = None
    if not found:
        raise NotAReply(file, _NO_QUESTION)
    return tuple((number, question) for question, number in found.items())


def _own_number(label: Label) -> int | None:
    """Return the one number that a label gives; letters and several numbers are none."""
    numbering = label.kind in (LabelKind.NUMBER, LabelKind.QUESTION)
    return label.numbers[0] if numbering and len(label.numbers) == 1 else None


def _asked(body: str, *, numbered: bool) -> list[str]:
    """Return what a piece asks: a numbered one whole, another one its asking sentences."""
    if numbered and ("?" in body or is_interrogative(body)):
        return [_one_line(body)]
    asking = [
        body[start:end]
        for start, end in sentences(body)
        if body[start:end].rstrip("\"”' ").endswith("?")
    ]
    return [_one_line(one) for one in asking if len(one.strip()) >= _MIN_QUESTION_CHARS]


def _one_line(text: str) -> str:
    return _SPACE.sub(" ", quote(text)).strip()

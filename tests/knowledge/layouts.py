"""Replies in the layouts of many municipalities, made around known questions and answers."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from knowledge.document import Document, Line, LineStyle, Page
from knowledge.quote import quote


class Numbering(Enum):
    """How a question is marked; `{n}` is its number."""

    DOT = "{n}. "
    TIGHT_DOT = "{n}."
    BRACKET = "{n}) "
    LABEL = "Fråga {n}: "
    LABEL_DOT = "Fråga {n}. "
    LABEL_ALONE = "Fråga {n}\n\n"


class Order(Enum):
    """Where the answers stand."""

    INTERLEAVED = "after each question"
    TIGHT = "on the line after each question"
    LABELLED = "after each question, with 'Svar:'"
    LIST_THEN_LABELS = "after all questions, with 'Svar på fråga 1:'"
    LIST_THEN_SENTENCES = "after all questions, with 'Som svar på fråga 1 …'"
    LIST_THEN_REPEATED = "after all questions, each given again"


LISTED = (Order.LIST_THEN_LABELS, Order.LIST_THEN_SENTENCES, Order.LIST_THEN_REPEATED)


@dataclass(frozen=True)
class Item:
    """A question and the paragraphs of its answer."""

    question: str
    answer: tuple[str, ...]


def document(text: str, *, page_lines: int | None = None) -> Document:
    """Make a document of printed lines; form feeds or `page_lines` part the pages."""
    if page_lines is None:
        parts = [part.split("\n") for part in text.split("\f")]
    else:
        lines = text.split("\n")
        parts = [lines[at : at + page_lines] for at in range(0, len(lines), page_lines)]
    pages = tuple(Page(tuple(Line(line) for line in part)) for part in parts)
    return Document(pages, paged=page_lines is not None or len(parts) > 1)


def flowing(*blocks: str | tuple[LineStyle, str]) -> Document:
    """Make a document of whole paragraphs, parted by blank lines, as Word and HTML give."""
    lines: list[Line] = []
    for block in blocks:
        style, text = (LineStyle.BODY, block) if isinstance(block, str) else block
        if lines and not (style is LineStyle.LIST is lines[-1].style):
            lines.append(Line(""))
        lines.append(Line(text, style))
    return Document((Page(tuple(lines)),), paged=False)


def reply(
    items: Sequence[Item], numbering: Numbering, order: Order, *, width: int | None = 90
) -> str:
    """Write a reply in one layout, its lines broken at `width`."""
    marked = [numbering.value.format(n=n) + item.question for n, item in enumerate(items, 1)]
    parts = ["Svar på interpellation från Anna Ek (C) om gatubelysningen"]
    if order in LISTED:
        parts.append("Anna Ek har ställt följande frågor till mig:")
        parts.extend(marked)
    for number, (item, question) in enumerate(zip(items, marked, strict=True), 1):
        first, *rest = item.answer
        if order is Order.TIGHT:
            parts.append(f"{_wrap(question, width)}\n{_wrap(first, width)}")
        elif order is Order.LABELLED:
            parts.extend((question, f"Svar: {first}"))
        elif order is Order.LIST_THEN_LABELS:
            parts.append(f"Svar på fråga {number}: {first}")
        elif order is Order.LIST_THEN_SENTENCES:
            parts.append(f"Som svar på fråga {number} kan sägas följande. {first}")
        else:
            parts.extend((question, first))
        parts.extend(rest)
    parts.append("Bo Alm (S), kommunalråd")
    return "\n\n".join(part if "\n" in part else _wrap(part, width) for part in parts)


def _wrap(text: str, width: int | None) -> str:
    if width is None:
        return text
    return "\n".join(
        textwrap.fill(part, width, break_on_hyphens=False, break_long_words=False)
        for part in text.split("\n")
    )


def plain(text: str) -> str:
    """Return a quotation on one line, for comparing."""
    return " ".join(quote(text).split())

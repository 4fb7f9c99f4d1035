"""Documents and drafts as plain values, and back: nothing that comes back is trusted.

What another program made of a document goes as the bytes beside the plain values.
Every value is checked for its type and its bounds before it becomes one of the frozen classes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date
from enum import StrEnum
from typing import TypeVar

from knowledge.document import Converted, Document, Line, LineStyle, Page
from knowledge.draft import Certainty, Draft, Found, Place
from knowledge.limits import MAX_BYTES, MAX_CHARS, MAX_PAGES, MAX_REPLIES
from knowledge.model import Passage, PassageKind, Person, Span
from knowledge.reading import AskedQuestion, Understood
from knowledge.sandbox.frames import Plain

__all__ = [
    "BadAnswer",
    "converted_bytes",
    "document_from",
    "drafts_from",
    "plain_document",
    "plain_drafts",
    "plain_questions",
    "plain_understood",
    "questions_from",
    "understood_from",
]

_T = TypeVar("_T")
_E = TypeVar("_E", bound=StrEnum)
# A terminal would obey these, and no reader leaves one in a text.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_MAX_NUMBER = 10**9
_CONVERTED_TO = ("docx", "pdf")


class BadAnswer(ValueError):
    """The worker answered something else than what it was asked for."""


def plain_document(document: Document) -> Plain:
    """Return a document as plain values."""
    return {
        "pages": [
            [[line.text, line.style.value] for line in page.lines] for page in document.pages
        ],
        "paged": document.paged,
        "margins": list(document.margins),
        "scanned": list(document.scanned),
        "converted": None if document.converted is None else document.converted.suffix,
    }


def converted_bytes(document: Document) -> bytes:
    """Return the bytes that belong beside the plain values of a document; often none."""
    return b"" if document.converted is None else document.converted.data


def document_from(value: Plain, body: bytes = b"") -> Document:
    """Return the document that plain values hold, with the bytes that came beside them.

    Raises:
        BadAnswer: they hold none, or more than is ever read.
    """
    fields = _fields(value, "pages", "paged", "margins", "scanned", "converted")
    pages = _list(fields["pages"], _page)
    if len(pages) > MAX_PAGES:
        raise BadAnswer(f"{len(pages)} pages")
    if sum(len(line.text) for page in pages for line in page.lines) > MAX_CHARS:
        raise BadAnswer("more text than allowed")
    scanned = _list(fields["scanned"], _count)
    if list(scanned) != sorted(set(scanned)) or any(not 0 < at <= len(pages) for at in scanned):
        raise BadAnswer("scanned pages that the document does not have")
    return Document(
        pages,
        paged=_bool(fields["paged"]),
        margins=_list(fields["margins"], _text),
        scanned=scanned,
        converted=_converted(fields["converted"], body),
    )


def plain_drafts(drafts: Iterable[Draft]) -> Plain:
    """Return drafts as plain values."""
    return [_plain_draft(draft) for draft in drafts]


def drafts_from(value: Plain) -> tuple[Draft, ...]:
    """Return the drafts that plain values hold.

    Raises:
        BadAnswer: they hold none, or spans outside the text.
    """
    if isinstance(value, list) and len(value) > MAX_REPLIES:
        raise BadAnswer(f"{len(value)} replies")
    return _list(value, _draft)


def plain_understood(understood: Understood) -> Plain:
    """Return a document and its drafts as plain values."""
    return {
        "document": plain_document(understood.document),
        "drafts": plain_drafts(understood.drafts),
    }


def understood_from(value: Plain, body: bytes = b"") -> Understood:
    """Return the document and the drafts that plain values hold, with the bytes beside them.

    Raises:
        BadAnswer: they hold none.
    """
    fields = _fields(value, "document", "drafts")
    document = document_from(fields["document"], body)
    drafts = drafts_from(fields["drafts"])
    pages = len(document.pages) if document.paged else 0
    for draft in drafts:
        if any(passage.page and passage.page > pages for passage in draft.passages):
            raise BadAnswer("a passage on a page that the document does not have")
    return Understood(document, drafts)


def plain_questions(questions: Iterable[AskedQuestion]) -> Plain:
    """Return the questions of an interpellation as plain values."""
    return [[number, text] for number, text in questions]


def questions_from(value: Plain) -> tuple[AskedQuestion, ...]:
    """Return the questions that plain values hold.

    Raises:
        BadAnswer: they hold none.
    """
    return _list(value, _question)


def _plain_draft(draft: Draft) -> Plain:
    return {
        "text": draft.text,
        "passages": [
            [
                passage.id,
                passage.kind.value,
                _plain_span(passage.span),
                passage.number,
                None if passage.question is None else _plain_span(passage.question),
                passage.page,
            ]
            for passage in draft.passages
        ],
        "title": draft.title,
        "municipality": draft.municipality,
        "interpellants": [_plain_person(person) for person in draft.interpellants],
        "respondents": [_plain_person(person) for person in draft.respondents],
        "answered_on": None if draft.answered_on is None else draft.answered_on.isoformat(),
        "dnr": draft.dnr,
        "language": draft.language,
        "replaces_dnr": list(draft.replaces_dnr),
        "warnings": list(draft.warnings),
        "found": [
            [one.field, one.certainty.value, one.place.value, one.line, one.page]
            for one in draft.found
        ],
    }


def _draft(value: Plain) -> Draft:
    fields = _fields(
        value, "text", "passages", "title", "municipality", "interpellants", "respondents",
        "answered_on", "dnr", "language", "replaces_dnr", "warnings", "found",
    )  # fmt: skip
    text = _text(fields["text"])
    passages = _list(fields["passages"], _passage)
    for passage in passages:
        if max(passage.span.end, passage.question.end if passage.question else 0) > len(text):
            raise BadAnswer(f"passage {passage.id!r} lies outside the text")
    if len({passage.id for passage in passages}) < len(passages):
        raise BadAnswer("two passages of one id")
    return Draft(
        text=text,
        passages=passages,
        title=_optional(fields["title"], _text),
        municipality=_optional(fields["municipality"], _text),
        interpellants=_list(fields["interpellants"], _person),
        respondents=_list(fields["respondents"], _person),
        answered_on=_optional(fields["answered_on"], _date),
        dnr=_optional(fields["dnr"], _text),
        language=_optional(fields["language"], _text),
        replaces_dnr=_list(fields["replaces_dnr"], _text),
        warnings=_list(fields["warnings"], _text),
        found=_list(fields["found"], _found),
    )


def _found(value: Plain) -> Found:
    field, certainty, place, line, page = _row(value, 5)
    return Found(
        field=_text(field),
        certainty=_choice(certainty, Certainty),
        place=_choice(place, Place),
        line=_text(line),
        page=_optional(page, _count),
    )


def _converted(value: Plain, body: bytes) -> Converted | None:
    if value is None and not body:
        return None
    if value not in _CONVERTED_TO or not 0 < len(body) <= MAX_BYTES:
        raise BadAnswer("a converted document that is none, or too large")
    return Converted(value, body)


def _page(value: Plain) -> Page:
    return Page(_list(value, _line))


def _line(value: Plain) -> Line:
    text, style = _row(value, 2)
    return Line(_text(text), _choice(style, LineStyle))


def _passage(value: Plain) -> Passage:
    id, kind, span, number, question, page = _row(value, 6)
    return Passage(
        id=_text(id),
        kind=_choice(kind, PassageKind),
        span=_span(span),
        number=_optional(number, _count),
        question=_optional(question, _span),
        page=_optional(page, _count),
    )


def _plain_span(span: Span) -> Plain:
    return [span.start, span.end]


def _span(value: Plain) -> Span:
    start, end = _row(value, 2)
    try:
        return Span(_count(start), _count(end))
    except ValueError as exc:
        raise BadAnswer(str(exc)) from exc


def _plain_person(person: Person) -> Plain:
    return [person.name, person.party, person.role]


def _person(value: Plain) -> Person:
    name, party, role = _row(value, 3)
    return Person(_text(name), _optional(party, _text), _optional(role, _text))


def _question(value: Plain) -> AskedQuestion:
    number, text = _row(value, 2)
    return _optional(number, _count), _text(text)


def _fields(value: Plain, *names: str) -> dict[str, Plain]:
    if not isinstance(value, dict) or set(value) != set(names):
        raise BadAnswer(f"not the fields {', '.join(names)}")
    return value


def _row(value: Plain, length: int) -> list[Plain]:
    if not isinstance(value, list) or len(value) != length:
        raise BadAnswer(f"not a list of {length}")
    return value


def _list(value: Plain, item: Callable[[Plain], _T]) -> tuple[_T, ...]:
    if not isinstance(value, list):
        raise BadAnswer("not a list")
    return tuple(item(one) for one in value)


def _optional(value: Plain, item: Callable[[Plain], _T]) -> _T | None:
    return None if value is None else item(value)


def _text(value: Plain) -> str:
    if not isinstance(value, str) or len(value) > 2 * MAX_CHARS or _CONTROL.search(value):
        raise BadAnswer("not a text")
    return value


def _bool(value: Plain) -> bool:
    if not isinstance(value, bool):
        raise BadAnswer("not a yes or no")
    return value


def _count(value: Plain) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _MAX_NUMBER:
        raise BadAnswer("not a number")
    return value


def _date(value: Plain) -> date:
    try:
        return date.fromisoformat(_text(value))
    except ValueError as exc:
        raise BadAnswer("not a day") from exc


def _choice(value: Plain, kind: type[_E]) -> _E:
    try:
        return kind(_text(value))
    except ValueError as exc:
        raise BadAnswer(f"not one of {', '.join(kind)}") from exc

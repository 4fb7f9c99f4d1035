from __future__ import annotations

import io
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.document import Converted, Document, Line, LineStyle, Page
from knowledge.draft import Draft
from knowledge.limits import MAX_BYTES
from knowledge.model import Passage, PassageKind, Person, Span
from knowledge.reading import Understood
from knowledge.sandbox.codec import (
    BadAnswer,
    converted_bytes,
    document_from,
    drafts_from,
    plain_document,
    plain_drafts,
    plain_questions,
    plain_understood,
    questions_from,
    understood_from,
)
from knowledge.sandbox.frames import BrokenFrame, read_frame, write_frame

TEXTS = st.text(st.characters(exclude_categories=["Cc"]), max_size=40)
LINES = st.builds(Line, TEXTS, st.sampled_from(LineStyle))
PAGES = st.lists(LINES, max_size=4).map(tuple).map(Page)
CONVERTED = st.builds(Converted, st.sampled_from(["docx", "pdf"]), st.binary(min_size=1))
DOCUMENTS = st.lists(PAGES, min_size=1, max_size=3).flatmap(
    lambda pages: st.builds(
        Document,
        st.just(tuple(pages)),
        paged=st.booleans(),
        margins=st.lists(TEXTS, max_size=3).map(tuple),
        scanned=st.sets(st.integers(1, len(pages))).map(lambda found: tuple(sorted(found))),
        converted=st.none() | CONVERTED,
    )
)
PEOPLE = st.lists(st.builds(Person, TEXTS, st.none() | TEXTS, st.none() | TEXTS), max_size=2)


@st.composite
def spans(draw: st.DrawFn, length: int) -> Span:
    start = draw(st.integers(0, length - 1))
    return Span(start, draw(st.integers(start + 1, length)))


@st.composite
def drafts(draw: st.DrawFn, pages: int = 99) -> Draft:
    text = draw(TEXTS.map(lambda text: f"{text}\nslut"))
    passages = [
        Passage(
            id=f"p{number}",
            kind=draw(st.sampled_from(PassageKind)),
            span=draw(spans(len(text))),
            number=draw(st.none() | st.integers(0, 99)),
            question=draw(st.none() | spans(len(text))),
            page=draw(st.none() | st.integers(1, pages)) if pages else None,
        )
        for number in range(draw(st.integers(0, 3)))
    ]
    return Draft(
        text=text,
        passages=tuple(passages),
        title=draw(st.none() | TEXTS),
        municipality=draw(st.none() | TEXTS),
        interpellants=tuple(draw(PEOPLE)),
        respondents=tuple(draw(PEOPLE)),
        answered_on=draw(st.none() | st.dates()),
        dnr=draw(st.none() | TEXTS),
        language=draw(st.none() | TEXTS),
        replaces_dnr=tuple(draw(st.lists(TEXTS, max_size=2))),
        warnings=tuple(draw(st.lists(TEXTS, max_size=2))),
    )


@st.composite
def understood(draw: st.DrawFn) -> Understood:
    document = draw(DOCUMENTS)
    pages = len(document.pages) if document.paged else 0
    return Understood(document, tuple(draw(st.lists(drafts(pages), max_size=3))))


def sent(plain: Any, body: bytes = b"") -> tuple[Any, bytes]:  # noqa: ANN401 - as JSON has it
    """Return plain values and bytes as they arrive at the other side."""
    pipe = io.BytesIO()
    write_frame(pipe, plain, body)
    pipe.seek(0)
    frame = read_frame(pipe, max_bytes=10**6)
    assert frame is not None
    assert read_frame(pipe, max_bytes=10**6) is None
    return frame


@given(understood())
def test_what_was_understood_arrives_as_it_was(value: Understood) -> None:
    body = converted_bytes(value.document)
    assert understood_from(*sent(plain_understood(value), body)) == value
    assert document_from(*sent(plain_document(value.document), body)) == value.document
    assert drafts_from(sent(plain_drafts(value.drafts))[0]) == value.drafts


@given(st.lists(st.tuples(st.none() | st.integers(0, 99), TEXTS)).map(tuple))
def test_questions_arrive_as_they_were(value: tuple[tuple[int | None, str], ...]) -> None:
    assert questions_from(sent(plain_questions(value))[0]) == value


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=6)
        | st.dictionaries(
            st.sampled_from(
                ["pages", "paged", "margins", "scanned", "converted", "document", "drafts"]
            ),
            inner,
        )
    ),
)


@given(ANYTHING)
def test_whatever_comes_is_a_value_or_a_bad_answer(value: Any) -> None:  # noqa: ANN401
    for decode in (understood_from, document_from, drafts_from, questions_from):
        with suppress(BadAnswer):
            assert decode(value) is not None


DRAFT = Draft("Svar.\n", (Passage("q1", PassageKind.ANSWER, Span(0, 5)),))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("text", "Svar.\x1b[2J\n"),
        ("text", "Kort"),
        ("text", None),
        ("passages", [["q1", "answer", [0, 5], None, None, None]] * 2),
        ("passages", [["q1", "opinion", [0, 5], None, None, None]]),
        ("passages", [["q1", "answer", [5, 0], None, None, None]]),
        ("passages", [["q1", "answer", [-1, 5], None, None, None]]),
        ("passages", [["q1", "answer", [0, 5], None, [0, 9], None]]),
        ("passages", [["q1", "answer", [0, True], None, None, None]]),
        ("passages", [["q1", "answer", [0, 5], 10**12, None, None]]),
        ("answered_on", "i går"),
        ("interpellants", [["Anna Ek"]]),
        ("title", 7),
    ],
)
def test_a_wrong_draft_is_refused(field: str, value: Any) -> None:  # noqa: ANN401
    (plain,) = plain_drafts([DRAFT])
    with pytest.raises(BadAnswer):
        drafts_from([{**plain, field: value}])
    with pytest.raises(BadAnswer):
        drafts_from([{name: one for name, one in plain.items() if name != field}])


def test_a_page_that_the_document_lacks_is_refused() -> None:
    paged = Draft("Svar.\n", (Passage("q1", PassageKind.ANSWER, Span(0, 5), page=2),))
    document = Document((Page((Line("Svar."),)),), paged=True)
    with pytest.raises(BadAnswer):
        understood_from(plain_understood(Understood(document, (paged,))))


@pytest.mark.parametrize(
    ("suffix", "body"),
    [
        (None, b"%PDF-"),
        ("pdf", b""),
        ("exe", b"MZ"),
        ("../../x", b"x"),
        (["pdf"], b"x"),
        ("pdf", bytes(MAX_BYTES + 1)),
    ],
)
def test_a_wrong_converted_document_is_refused(suffix: Any, body: bytes) -> None:  # noqa: ANN401
    plain = plain_document(Document((Page((Line("Svar."),)),), paged=True))
    with pytest.raises(BadAnswer):
        document_from({**plain, "converted": suffix}, body)


@pytest.mark.parametrize("scanned", [[0], [2], [1, 1], ["1"], None])
def test_wrong_scanned_pages_are_refused(scanned: Any) -> None:  # noqa: ANN401
    plain = plain_document(Document((Page((Line("Svar."),)),), paged=True))
    with pytest.raises(BadAnswer):
        document_from({**plain, "scanned": scanned})


@pytest.mark.parametrize(
    "data",
    [
        b"\0",
        b"\0\0\0\2\0\0\0\0{",
        b"\0\0\0\2\0\0\0\0xx",
        b"\xff\xff\xff\xff\0\0\0\0{}",
        b"\0\1\0\0\0\0\0\0" + b"[" * 65_536,
    ],
)
def test_what_is_no_frame_is_refused(data: bytes) -> None:
    with pytest.raises(BrokenFrame):
        read_frame(io.BytesIO(data), max_bytes=10**6)

from __future__ import annotations

from datetime import date

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge import record
from knowledge.errors import RecordError
from knowledge.model import Event, Passage, PassageKind, Person, Reply, Source, Span, Status
from tests.knowledge.strategies import replies

TEXT = "Fråga 1: Hur långt?\nSvar: Två kilometer.\n"
REPLY = Reply(
    id="2025-03-17-skolskjuts",
    status=Status.PUBLISHED,
    text=TEXT,
    passages=(
        Passage("q1", PassageKind.ANSWER, Span(26, 40), 1, Span(9, 19), 1),
        Passage("b1", PassageKind.BACKGROUND, Span(0, 8)),
    ),
    title="Skolskjutsen på landsbygden",
    interpellants=(Person("Anna Ek", "C"),),
    respondents=(Person("Bo Lind", "S", "Kommunalråd"),),
    answered_on=date(2025, 3, 17),
    dnr="KS 2025/112",
    source=Source("svar.pdf", "0" * 64, 2),
)
RECORD = f"""\
id: 2025-03-17-skolskjuts
title: Skolskjutsen på landsbygden
municipality: null
interpellants: [{{name: Anna Ek, party: C}}]
respondents: [{{name: Bo Lind, role: Kommunalråd, party: S}}]
answered_on: 2025-03-17
dnr: KS 2025/112
status: published
replaces: []
language: null
source: {{file: svar.pdf, sha256: '{"0" * 64}', pages: 2, url: null}}
text: |
  Fråga 1: Hur långt?
  Svar: Två kilometer.
passages:
  - {{id: q1, kind: answer, number: 1, question: {{start: 9, end: 19}}, span: {{start: 26, end: 40}}, page: 1}}
  - {{id: b1, kind: background, span: {{start: 0, end: 8}}}}
"""  # noqa: E501


def test_the_layout_is_the_documented_one() -> None:
    assert record.dump(REPLY) == RECORD


def test_history_comes_last() -> None:
    from dataclasses import replace

    event = Event(date(2025, 4, 1), Status.WITHDRAWN, "fel: bilaga")
    dumped = record.dump(replace(REPLY, history=(event,)))
    assert dumped == RECORD + (
        "history:\n  - {date: 2025-04-01, status: withdrawn, reason: 'fel: bilaga'}\n"
    )


@settings(max_examples=150, deadline=None)
@given(replies())
def test_saving_and_loading_is_identity(reply: Reply) -> None:
    dumped = record.dump(reply)
    assert record.parse(dumped.encode(), reply.id, "x.yaml") == reply
    assert yaml.safe_load(dumped)["text"] == reply.text  # any YAML program reads the same


def _wrong(old: str, new: str, *, id: str = REPLY.id) -> RecordError:
    assert old in RECORD
    with pytest.raises(RecordError) as caught:
        record.parse(RECORD.replace(old, new), id, "r.yaml")
    return caught.value


@pytest.mark.parametrize(
    ("old", "new", "field", "line", "message"),
    [
        ("dnr: KS", "dnrr: KS", "dnrr", 7, "allowed: id, title"),
        ("status: published\n", "", "status", 1, "missing"),
        ("status: published", "status: public", "status", 8, "draft, published, withdrawn"),
        ("title: Sk", "id: Sk", "id", 2, "twice"),
        ("title: Skolskjutsen på landsbygden", "title: 12", "title", 2, "quotation marks"),
        ("language: null", "language: no", "language", 10, "yes or no"),
        ("answered_on: 2025-03-17", "answered_on: 2025-02-30", "answered_on", 6, "2025-03-17"),
        ("answered_on: 2025-03-17", "answered_on: 17 mars", "answered_on", 6, "2025-03-17"),
        ("end: 40", "end: 400", "passages[0].span.end", 16, "0..41"),
        ("start: 26", "start: 40", "passages[0].span.start", 16, "less than the end"),
        ("start: 26", "start: 5", "passages[0].span.start", 16, "may not overlap"),
        ("start: 26", "start: x", "passages[0].span.start", 16, "whole number"),
        ("start: 26", "start: -1", "passages[0].span.start", 16, "whole number"),
        ("page: 1", "page: 0", "passages[0].page", 16, "1 or more"),
        (
            "kind: background",
            "kind: claim",
            "passages[1].kind",
            17,
            "answer, statement, background",
        ),
        ("id: b1", "id: q1", "passages[1].id", 17, "used twice"),
        ("name: Anna Ek, ", "", "interpellants[0].name", 4, "missing"),
        ("replaces: []", "replaces: x", "replaces", 9, "a list"),
        ("file: svar.pdf", "file: ../x", "source.file", 11, "without folders"),
        ("0'", "g'", "source.sha256", 11, "64 digits"),
        ("pages: 2", "pages: två", "source.pages", 11, "whole number"),
    ],
)
def test_a_mistake_is_named_with_field_and_line(
    old: str, new: str, field: str, line: int, message: str
) -> None:
    error = _wrong(old, new)
    assert (error.field, error.line) == (field, line)
    assert message in str(error)
    assert str(error).startswith(f"r.yaml, line {line}: {field}: ")


def test_the_id_must_equal_the_file_name() -> None:
    error = _wrong("id: 2025", "id: 2025", id="2025-annat")
    assert (error.field, error.line) == ("id", 1)
    assert "2025-annat" in str(error)


@pytest.mark.parametrize("text", ["", "a: [", "- 1", "a: \x01", "*x", "a: &x\n  *x"])
def test_what_is_no_record_says_so(text: str) -> None:
    with pytest.raises(RecordError):
        record.parse(text, "a", "a.yaml")


def test_bytes_that_are_not_utf8_say_so() -> None:
    with pytest.raises(RecordError):
        record.parse("title: å".encode("latin-1"), "a", "a.yaml")


def test_optional_fields_may_be_left_out() -> None:
    assert record.parse("id: a\nstatus: draft\ntext: ''\npassages: []\n", "a", "a.yaml") == Reply(
        id="a", status=Status.DRAFT, text="", passages=()
    )


_SCALARS = st.none() | st.integers() | st.dates() | st.text()
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "kind", "span", "name"]), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(_VALUES)
def test_values_are_written_as_pyyaml_writes_them(value: object) -> None:
    written = record._flow(value)
    expected = yaml.dump(
        value, Dumper=yaml.CSafeDumper, default_flow_style=True, allow_unicode=True,
        sort_keys=False, width=2**30,
    )  # fmt: skip
    assert yaml.safe_load(written) == yaml.safe_load(expected) == value
    if "\n" not in written:
        assert written == expected.removesuffix("...\n").rstrip("\n")

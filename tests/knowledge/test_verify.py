from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest

from knowledge.document import Document
from knowledge.errors import RecordError
from knowledge.model import Converted, Passage, PassageKind, Reply, Source, Span, Status
from knowledge.readers import read
from knowledge.verify import verify_reply, verify_store
from tests.fakes import MemoryStore

TEXT = "Fråga 1: Hur långt?\nSvar: Högst två kilo-\nmeter längs vägen.\n"
DATA = TEXT.encode()
REPLY = Reply(
    id="a",
    status=Status.PUBLISHED,
    text=TEXT,
    passages=(Passage("q1", PassageKind.ANSWER, Span(26, 60), 1, Span(9, 19)),),
    source=Source("a.txt", hashlib.sha256(DATA).hexdigest()),
)


def _passage(**changes: object) -> Reply:
    return replace(REPLY, passages=(replace(REPLY.passages[0], **changes),))  # type: ignore[arg-type]


def test_a_sound_reply() -> None:
    assert verify_reply(REPLY, DATA, read) == ()


def test_layout_does_not_matter() -> None:
    other = (
        b"Hur\nl\xc3\xa5ngt?\n\nH\xc3\xb6gst tv\xc3\xa5\nkilometer l\xc3\xa4ngs v\xc3\xa4-\ngen."
    )
    source = Source("a.txt", hashlib.sha256(other).hexdigest())
    assert verify_reply(replace(REPLY, source=source), other, read) == ()


def test_every_fault_is_named() -> None:
    assert "is missing" in verify_reply(REPLY, None, read)[0]
    assert "has changed" in verify_reply(REPLY, DATA + b"\n", read)[0]
    changed = replace(REPLY, text=TEXT.replace("två", "tre"))
    assert verify_reply(changed, DATA, read) == (
        "a#q1: the words of the passage are not in the source document",
    )
    question = replace(REPLY, text=TEXT.replace("långt", "dyrt!"))
    assert verify_reply(question, DATA, read) == (
        "a#q1: the words of the question are not in the source document",
    )
    assert "outside the text" in verify_reply(_passage(span=Span(26, 900)), DATA, read)[0]
    twice = replace(REPLY, passages=(*REPLY.passages, replace(REPLY.passages[0], id="q2")))
    assert verify_reply(twice, DATA, read) == ("a#q2: overlaps passage 'q1'",)


def test_what_was_made_of_the_document_is_read_instead_of_it() -> None:
    converted = Converted("a.konverterad.txt", hashlib.sha256(DATA).hexdigest())
    original = b"an image"
    source = Source("a.pdf", hashlib.sha256(original).hexdigest(), converted=converted)
    made = replace(REPLY, source=source)
    assert verify_reply(made, original, read, converted_bytes=DATA) == ()
    assert (
        "converted document 'a.konverterad.txt' is missing" in verify_reply(made, original, read)[0]
    )
    changed = verify_reply(made, original, read, converted_bytes=DATA + b"\n")
    assert "converted document 'a.konverterad.txt' has changed" in changed[0]
    assert (
        "source document 'a.pdf' has changed"
        in verify_reply(made, original + b"!", read, converted_bytes=DATA)[0]
    )
    store = MemoryStore([made])
    store.sources = {"a.pdf": original, "a.konverterad.txt": DATA}
    assert verify_store(store, read).errors == ()


def test_a_source_that_cannot_be_read() -> None:
    source = Source("a.txt", hashlib.sha256(b"").hexdigest())
    assert "cannot be read" in verify_reply(replace(REPLY, source=source), b"", read)[0]


def test_a_reply_without_a_source_claims_none() -> None:
    assert verify_reply(replace(REPLY, source=None), None, read) == ()


def test_a_passage_over_a_page_border_is_found() -> None:
    data = "Exempelby\nHögst två\n1 (2)\n\fExempelby\nkilometer längs vägen.\n2 (2)\n".encode()
    source = Source("a.txt", hashlib.sha256(data).hexdigest())
    only = replace(REPLY.passages[0], question=None)
    assert verify_reply(replace(REPLY, source=source, passages=(only,)), data, read) == ()


def test_the_whole_store() -> None:
    store = MemoryStore([REPLY, replace(REPLY, id="b"), replace(REPLY, id="c", source=None)])
    store.add_source("a.txt", DATA)
    store.broken["d"] = RecordError("d.yaml", "is empty", line=1)
    calls: list[str] = []

    def counting(file: str, data: bytes) -> Document:
        calls.append(file)
        return read(file, data)

    report = verify_store(store, counting)
    assert (report.replies, report.passages) == (4, 3)
    assert report.errors == ("d.yaml, line 1: is empty",)
    assert calls == ["a.txt"]
    store.sources.clear()
    assert len(verify_store(store, read).errors) == 3


NUMBERS = "Ring 0123-456 78 om åren 2024-2025, t.ex. e-\npost och kilo-\nmeter.\n"


def _numbers(text: str, data: str = NUMBERS) -> tuple[str, ...]:
    """Verify a reply that is one passage, whose record says `text` and whose source `data`."""
    encoded = data.encode()
    only = Passage("s1", PassageKind.STATEMENT, Span(0, len(text.rstrip())))
    source = Source("a.txt", hashlib.sha256(encoded).hexdigest())
    return verify_reply(replace(REPLY, text=text, passages=(only,), source=source), encoded, read)


@pytest.mark.parametrize(
    ("was", "is_now"),
    [
        ("0123-456 78", "01-23456 78"),
        ("0123-456 78", "0123456 78"),
        ("0123-456 78", "01-\n23456 78"),
        ("2024-2025", "20242025"),
        ("2024-2025", "2024--2025"),
        ("post", "p-ost"),
    ],
)
def test_a_hyphen_within_a_line_is_a_word_of_its_own(was: str, is_now: str) -> None:
    assert _numbers(NUMBERS.replace(was, is_now)) == (
        "a#s1: the words of the passage are not in the source document",
    )


@pytest.mark.parametrize(
    ("was", "is_now"),
    [
        ("kilo-\nmeter", "kilometer"),
        ("kilo-\nmeter", "kilo-meter"),
        ("e-\npost", "e-post"),
        ("2024-2025", "2024-\n2025"),
        ("0123-456 78", "0123-45678"),
        ("åren", "år-\nen"),
    ],
)
def test_a_hyphen_at_a_line_end_may_differ_on_either_side(was: str, is_now: str) -> None:
    changed = NUMBERS.replace(was, is_now)
    assert _numbers(changed) == ()
    assert _numbers(NUMBERS, changed) == ()


def test_the_words_are_found_where_the_hyphens_agree() -> None:
    source = "Fel: 01-23.\n\nRätt: 012-3.\n"
    assert _numbers("012-3.\n", source) == ()
    assert _numbers("0-123.\n", source) != ()
    assert _numbers("-3.\n", source) == ()

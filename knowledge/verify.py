"""Promise 1: what is quoted stands in the source, word for word."""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from knowledge.document import Document
from knowledge.errors import DocumentError
from knowledge.model import Converted, Passage, Reply, Source
from knowledge.parsing.furniture import without_furniture
from knowledge.ports import Store
from knowledge.quote import quote, same_words

__all__ = ["Read", "StoreReport", "verify_reply", "verify_store"]

Read = Callable[[str, bytes], Document]
"""Reads a document: `knowledge.readers.read` or a fake."""

_PIECE = re.compile(r"[^\s-]+|-")
_LINE_END = re.compile(r"[^\S\n]*\n")


@dataclass(frozen=True, slots=True)
class StoreReport:
    """What verifying the whole record found.

    Attributes:
        replies: how many records there are, sound or not.
        passages: how many passages were checked.
        errors: one sentence each, naming the reply or the passage.
    """

    replies: int
    passages: int
    errors: tuple[str, ...]


def verify_reply(
    reply: Reply,
    source_bytes: bytes | None,
    read: Read,
    *,
    converted_bytes: bytes | None = None,
) -> tuple[str, ...]:
    """Check that every passage stands in the text, and the text in the source document.

    Args:
        reply: what is to be checked.
        source_bytes: the original document, or None when it is missing. Not looked at where the
            reply names no source.
        read: reads the document afresh.
        converted_bytes: what OCR or LibreOffice made of the document, or None when it is missing.
            Where the reply names it, it is read instead: another version of these programs may
            give other words.

    Returns:
        One sentence for each fault; none when all is well.
    """
    errors = [*_span_errors(reply), *_quote_errors(reply)]
    if reply.source is None:
        return tuple(errors)
    errors.extend(_file_errors(reply, "source", reply.source, source_bytes))
    name, data = reply.source.file, source_bytes
    if reply.source.converted is not None:
        name, data = reply.source.converted.file, converted_bytes
        errors.extend(_file_errors(reply, "converted", reply.source.converted, data))
    if data is None:
        return tuple(errors)
    try:
        document = read(name, data)
    except DocumentError as error:
        return (*errors, f"{reply.id}: the source document cannot be read: {error}")
    errors.extend(_source_errors(reply, document))
    return tuple(errors)


def _file_errors(
    reply: Reply, kind: str, file: Source | Converted, data: bytes | None
) -> list[str]:
    """Check that a document is there and unchanged."""
    if data is None:
        return [f"{reply.id}: the {kind} document {file.file!r} is missing"]
    found = hashlib.sha256(data).hexdigest()
    if found == file.sha256:
        return []
    return [
        f"{reply.id}: the {kind} document {file.file!r} has changed: its SHA-256 is {found}, "
        f"the record says {file.sha256}"
    ]


def verify_store(store: Store, read: Read) -> StoreReport:
    """Check every reply of the record.

    Args:
        store: the record.
        read: reads a document; called once for each source, however many replies it holds.

    Returns:
        What was checked and every fault; a broken record is one fault.
    """
    replies, broken = store.load_all()
    errors = [str(error) for error in broken]
    # Minutes hold many replies: those of one document follow each other, and share its reading.
    by_source = sorted(replies, key=lambda reply: reply.source.file if reply.source else "")
    name: str | None = None
    data: bytes | None = None
    converted: bytes | None = None
    remembered = _Once(read)
    found: dict[str, tuple[str, ...]] = {}
    for reply in by_source:
        if reply.source is not None and reply.source.file != name:
            name, remembered = reply.source.file, _Once(read)
            data, made = store.source(name), reply.source.converted
            converted = None if made is None else store.source(made.file)
        found[reply.id] = verify_reply(
            reply, data if reply.source else None, remembered, converted_bytes=converted
        )
    for reply in replies:
        errors.extend(found[reply.id])
    return StoreReport(
        replies=len(replies) + len(broken),
        passages=sum(len(reply.passages) for reply in replies),
        errors=tuple(errors),
    )


class _Once:
    """Reads one document once, and says the same thing each time."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self._result: Document | DocumentError | None = None

    def __call__(self, file: str, data: bytes) -> Document:
        if self._result is None:
            try:
                self._result = self._read(file, data)
            except DocumentError as error:
                self._result = error
        if isinstance(self._result, DocumentError):
            raise self._result
        return self._result


def _span_errors(reply: Reply) -> list[str]:
    errors = []
    length = len(reply.text)
    for passage in reply.passages:
        for what, span in (("passage", passage.span), ("question", passage.question)):
            if span is not None and span.end > length:
                errors.append(
                    f"{_name(reply, passage)}: the {what} {span.start}..{span.end} lies outside "
                    f"the text (0..{length})"
                )
    ordered = sorted(reply.passages, key=lambda passage: passage.span.start)
    for one, two in pairwise(ordered):
        if two.span.start < one.span.end:
            errors.append(f"{_name(reply, two)}: overlaps passage {one.id!r}")
    return errors


def _quote_errors(reply: Reply) -> list[str]:
    return [
        f"{_name(reply, passage)}: the quotation differs from its slice of the text"
        for passage in reply.passages
        if not same_words(quote(passage.span.of(reply.text)), passage.span.of(reply.text))
    ]


def _source_errors(reply: Reply, document: Document) -> list[str]:
    # With and without page heads and feet: a passage that goes on over a page border stands
    # whole only in the second, and a reply that was cut too much only in the first.
    texts = [_words(_text(document)), _words(_text(without_furniture(document)))]
    errors = []
    for passage in reply.passages:
        spans = [("passage", passage.span)]
        if passage.question is not None:
            spans.append(("question", passage.question))
        for what, span in spans:
            words = _words(span.of(reply.text))
            if not any(_stands_in(words, text) for text in texts):
                errors.append(
                    f"{_name(reply, passage)}: the words of the {what} are not in the source "
                    f"document"
                )
    return errors


def _text(document: Document) -> str:
    return "\n".join(line.text for page in document.pages for line in page.lines)


@dataclass(frozen=True, slots=True)
class _Words:
    """A text without its white space.

    Attributes:
        signs: all that is neither white space nor a hyphen.
        hyphens: by how many signs stand before them, the least and the most hyphens there: one at
            a line end may be there or not.
        places: the keys of `hyphens`, ascending.
    """

    signs: str
    hyphens: Mapping[int, tuple[int, int]]
    places: tuple[int, ...]


def _words(text: str) -> _Words:
    signs: list[str] = []
    hyphens: dict[int, tuple[int, int]] = {}
    at = 0
    for piece in _PIECE.finditer(text):
        if piece[0] == "-":
            least, most = hyphens.get(at, (0, 0))
            ends_line = _LINE_END.match(text, piece.end()) is not None
            hyphens[at] = (least if ends_line else least + 1, most + 1)
        else:
            signs.append(piece[0])
            at += len(piece[0])
    return _Words("".join(signs), hyphens, tuple(hyphens))


def _stands_in(words: _Words, text: _Words) -> bool:
    """Whether words stand in a text, apart from white space and end-of-line hyphens."""
    start = text.signs.find(words.signs)
    while start >= 0:
        if _same_hyphens(words, text, start):
            return True
        start = text.signs.find(words.signs, start + 1)
    return False


def _same_hyphens(words: _Words, text: _Words, start: int) -> bool:
    """Whether the hyphens agree where the signs of `words` stand in `text` from `start`."""
    end = start + len(words.signs)
    first, last = bisect_left(text.places, start), bisect_right(text.places, end)
    for place in {*(at + start for at in words.places), *text.places[first:last]}:
        least, most = words.hyphens.get(place - start, (0, 0))
        there_least, there_most = text.hyphens.get(place, (0, 0))
        # Before the first sign and after the last one the text may have more.
        if least > there_most or (start < place < end and most < there_least):
            return False
    return True


def _name(reply: Reply, passage: Passage) -> str:
    return f"{reply.id}#{passage.id}"

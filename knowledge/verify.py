"""Promise 1: what is quoted stands in the source, word for word."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from knowledge.document import Document
from knowledge.errors import DocumentError
from knowledge.model import Passage, Reply
from knowledge.parsing.furniture import without_furniture
from knowledge.ports import Store
from knowledge.quote import quote, same_words

__all__ = ["Read", "StoreReport", "verify_reply", "verify_store"]

Read = Callable[[str, bytes], Document]
"""Reads a document: `knowledge.readers.read` or a fake."""

_LAYOUT = re.compile(r"[\s-]+")


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


def verify_reply(reply: Reply, source_bytes: bytes | None, read: Read) -> tuple[str, ...]:
    """Check that every passage stands in the text, and the text in the source document.

    Args:
        reply: what is to be checked.
        source_bytes: the original document, or None when it is missing. Not looked at where the
            reply names no source.
        read: reads the document afresh.

    Returns:
        One sentence for each fault; none when all is well.
    """
    errors = [*_span_errors(reply), *_quote_errors(reply)]
    if reply.source is None:
        return tuple(errors)
    if source_bytes is None:
        return (*errors, f"{reply.id}: the source document {reply.source.file!r} is missing")
    found = hashlib.sha256(source_bytes).hexdigest()
    if found != reply.source.sha256:
        errors.append(
            f"{reply.id}: the source document {reply.source.file!r} has changed: its SHA-256 is "
            f"{found}, the record says {reply.source.sha256}"
        )
    try:
        document = read(reply.source.file, source_bytes)
    except DocumentError as error:
        return (*errors, f"{reply.id}: the source document cannot be read: {error}")
    errors.extend(_source_errors(reply, document))
    return tuple(errors)


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
    remembered = _Once(read)
    found: dict[str, tuple[str, ...]] = {}
    for reply in by_source:
        if reply.source is not None and reply.source.file != name:
            name, remembered = reply.source.file, _Once(read)
            data = store.source(name)
        found[reply.id] = verify_reply(reply, data if reply.source else None, remembered)
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
    texts = [_bare(_text(document)), _bare(_text(without_furniture(document)))]
    errors = []
    for passage in reply.passages:
        spans = [("passage", passage.span)]
        if passage.question is not None:
            spans.append(("question", passage.question))
        for what, span in spans:
            words = _bare(span.of(reply.text))
            if not any(words in text for text in texts):
                errors.append(
                    f"{_name(reply, passage)}: the words of the {what} are not in the source "
                    f"document"
                )
    return errors


def _text(document: Document) -> str:
    return "\n".join(line.text for page in document.pages for line in page.lines)


def _bare(text: str) -> str:
    return _LAYOUT.sub("", text)


def _name(reply: Reply, passage: Passage) -> str:
    return f"{reply.id}#{passage.id}"

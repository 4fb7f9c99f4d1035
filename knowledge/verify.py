"""Promise 1: what is quoted stands in the source, word for word."""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from knowledge.document import Document
from knowledge.errors import DocumentError
from knowledge.model import Passage, Reply
from knowledge.parsing.furniture import without_furniture
from knowledge.ports import Store
from knowledge.quote import quote, same_words

__all__ = ["Original", "Read", "StoreReport", "verify_against", "verify_reply", "verify_store"]

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


class Original:
    """An original document, read and hashed once however many replies stand in it.

    Args:
        data: its bytes.
        read: reads it afresh.
    """

    def __init__(self, data: bytes, read: Read) -> None:
        self._data = data
        self._read = read
        self._sha256: str | None = None
        self._texts: tuple[_Words, ...] | DocumentError | None = None

    @property
    def sha256(self) -> str:
        """The lower-case hex digest of its bytes."""
        if self._sha256 is None:
            self._sha256 = hashlib.sha256(self._data).hexdigest()
        return self._sha256

    def texts(self, file: str) -> tuple[_Words, ...]:
        """Return its text with and without page heads and feet.

        A passage that goes on over a page border stands whole only in the second, and a reply
        that was cut too much only in the first.

        Raises:
            DocumentError: it cannot be read; the same at every call.
        """
        if self._texts is None:
            try:
                document = self._read(file, self._data)
                bare = without_furniture(document)
                self._texts = (_words(_text(document)), _words(_text(bare)))
            except DocumentError as error:
                self._texts = error
        if isinstance(self._texts, DocumentError):
            raise self._texts
        return self._texts


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
    original = None if source_bytes is None else Original(source_bytes, read)
    return verify_against(reply, original)


def verify_against(reply: Reply, original: Original | None) -> tuple[str, ...]:
    """Check one of the replies of a document; see `verify_reply`."""
    errors = [*_span_errors(reply), *_quote_errors(reply)]
    if reply.source is None:
        return tuple(errors)
    if original is None:
        return (*errors, f"{reply.id}: the source document {reply.source.file!r} is missing")
    if original.sha256 != reply.source.sha256:
        errors.append(
            f"{reply.id}: the source document {reply.source.file!r} has changed: its SHA-256 is "
            f"{original.sha256}, the record says {reply.source.sha256}"
        )
    try:
        texts = original.texts(reply.source.file)
    except DocumentError as error:
        return (*errors, f"{reply.id}: the source document cannot be read: {error}")
    errors.extend(_source_errors(reply, texts))
    return tuple(errors)


def verify_store(store: Store, read: Read) -> StoreReport:
    """Check every reply of the record, its earlier texts and those that wait.

    Args:
        store: the record.
        read: reads a document; called once for each source, however many replies it holds.

    Returns:
        What was checked and every fault; a broken record is one fault. Only the texts that hold
        are counted.
    """
    replies, broken = store.load_all()
    revisions, broken_revisions = store.revisions()
    errors = [str(error) for error in (*broken, *broken_revisions)]
    texts = [*replies, *(revision.reply for revision in revisions)]
    # Minutes hold many replies: those of one document follow each other, and share its reading.
    order = sorted(range(len(texts)), key=lambda at: _source_file(texts[at]))
    name: str | None = None
    original: Original | None = None
    found: dict[int, tuple[str, ...]] = {}
    for at in order:
        reply = texts[at]
        if reply.source is not None and reply.source.file != name:
            name = reply.source.file
            data = store.source(name)
            original = None if data is None else Original(data, read)
        found[at] = verify_against(reply, original if reply.source else None)
    for at in range(len(replies)):
        errors.extend(found[at])
    for at, revision in enumerate(revisions, len(replies)):
        which = "waiting" if revision.number is None else revision.number
        errors.extend(f"revision {which} of {error}" for error in found[at])
    return StoreReport(
        replies=len(replies) + len(broken),
        passages=sum(len(reply.passages) for reply in replies),
        errors=tuple(errors),
    )


def _source_file(reply: Reply) -> str:
    return reply.source.file if reply.source else ""


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


def _source_errors(reply: Reply, texts: Sequence[_Words]) -> list[str]:
    errors = []
    # Passages stand in the order of the document: the next one is looked for after the last.
    places = [0] * len(texts)
    for passage in reply.passages:
        spans = [("passage", passage.span)]
        if passage.question is not None:
            spans.append(("question", passage.question))
        for what, span in spans:
            words = _words(span.of(reply.text))
            found = False
            for at, text in enumerate(texts):
                place = _place(words, text, places[at])
                if place is not None:
                    places[at], found = place, True
                    break
            if not found:
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


def _place(words: _Words, text: _Words, start: int) -> int | None:
    """Return where words stand in a text, apart from white space and end-of-line hyphens.

    Args:
        words: what is looked for.
        text: where.
        start: the place to look from first; then the whole text is looked through.

    Returns:
        The place among the text's signs, or None.
    """
    for first in dict.fromkeys((start, 0)):
        place = text.signs.find(words.signs, first)
        while place >= 0:
            if _same_hyphens(words, text, place):
                return place
            place = text.signs.find(words.signs, place + 1)
    return None


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

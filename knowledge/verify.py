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
from knowledge.model import Converted, Passage, Reply, Source
from knowledge.parsing.furniture import without_furniture
from knowledge.ports import Store
from knowledge.quote import quote, same_words

__all__ = ["Original", "Read", "StoreReport", "verify_against", "verify_reply", "verify_store"]

Read = Callable[[str, bytes], Document]
"""Reads a document: `knowledge.readers.read` or a fake."""

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
        data: its bytes, or None when it is missing.
        read: reads it afresh.
        converted: what OCR or LibreOffice made of it, or None when that is missing. Where a reply
            names it, it is read instead: another version of these programs may give other words.
    """

    def __init__(self, data: bytes | None, read: Read, converted: bytes | None = None) -> None:
        self._files = (data, converted)
        self._read = read
        self._digests: dict[bool, str | None] = {}
        self._texts: dict[bool, tuple[_Words, ...] | DocumentError] = {}

    def sha256(self, *, converted: bool) -> str | None:
        """Return the lower-case hex digest of one of its files; None when that is missing."""
        if converted not in self._digests:
            data = self._files[converted]
            digest = None if data is None else hashlib.sha256(data).hexdigest()
            self._digests[converted] = digest
        return self._digests[converted]

    def texts(self, source: Source) -> tuple[_Words, ...]:
        """Return its text with and without page heads and feet; nothing where its file is missing.

        A passage that goes on over a page border stands whole only in the second, and a reply
        that was cut too much only in the first.

        Raises:
            DocumentError: it cannot be read; the same at every call.
        """
        converted = source.converted is not None
        data = self._files[converted]
        if data is None:
            return ()
        if converted not in self._texts:
            try:
                document = self._read((source.converted or source).file, data)
                bare = without_furniture(document)
                self._texts[converted] = (_words(_text(document)), _words(_text(bare)))
            except DocumentError as error:
                self._texts[converted] = error
        texts = self._texts[converted]
        if isinstance(texts, DocumentError):
            raise texts
        return texts


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
    return verify_against(reply, Original(source_bytes, read, converted_bytes))


def verify_against(reply: Reply, original: Original) -> tuple[str, ...]:
    """Check one of the replies of a document; see `verify_reply`."""
    errors = [*_span_errors(reply), *_quote_errors(reply)]
    if reply.source is None:
        return tuple(errors)
    errors.extend(_file_errors(reply, "source", reply.source, original.sha256(converted=False)))
    made = reply.source.converted
    if made is not None:
        errors.extend(_file_errors(reply, "converted", made, original.sha256(converted=True)))
    try:
        texts = original.texts(reply.source)
    except DocumentError as error:
        return (*errors, f"{reply.id}: the source document cannot be read: {error}")
    if texts:
        errors.extend(_source_errors(reply, texts))
    return tuple(errors)


def _files(source: Source) -> tuple[str, ...]:
    made = source.converted
    return (source.file,) if made is None else (source.file, made.file)


def _file_errors(reply: Reply, kind: str, file: Source | Converted, found: str | None) -> list[str]:
    """Check that a document is there and unchanged.

    Args:
        reply: whose document it is.
        kind: what it is called.
        file: as the record has it.
        found: the digest of what is kept, or None when it is missing.
    """
    if found is None:
        return [f"{reply.id}: the {kind} document {file.file!r} is missing"]
    if found == file.sha256:
        return []
    return [
        f"{reply.id}: the {kind} document {file.file!r} has changed: its SHA-256 is {found}, "
        f"the record says {file.sha256}"
    ]


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
    order = sorted(range(len(texts)), key=lambda at: _texts_files(texts[at]))
    files: tuple[str, ...] = ()
    original = Original(None, read)
    found: dict[int, tuple[str, ...]] = {}
    for at in order:
        reply = texts[at]
        if reply.source is not None and _files(reply.source) != files:
            files = _files(reply.source)
            data, *converted = (store.source(file) for file in files)
            original = Original(data, read, *converted)
        found[at] = verify_against(reply, original)
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


def _texts_files(reply: Reply) -> tuple[str, ...]:
    return _files(reply.source) if reply.source else ()


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
    hyphen = -1  # where the one before the piece stands; none before the first
    for piece in text.split("-"):
        if hyphen >= 0:
            least, most = hyphens.get(at, (0, 0))
            ends_line = _LINE_END.match(text, hyphen + 1) is not None
            hyphens[at] = (least if ends_line else least + 1, most + 1)
        bare = "".join(piece.split())
        signs.append(bare)
        at += len(bare)
        hyphen += len(piece) + 1
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

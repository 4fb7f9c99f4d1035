"""From a document's bytes to the replies in it: reader, furniture and parser in one."""

from __future__ import annotations

from knowledge.document import Document, Line, Page
from knowledge.draft import Draft
from knowledge.errors import NotAReply, UnreadableDocument
from knowledge.limits import MAX_REPLIES, TOO_MANY_REPLIES
from knowledge.parsing.furniture import without_furniture
from knowledge.parsing.interpellation import questions_of
from knowledge.parsing.parse import NoReply, parse
from knowledge.readers import read
from knowledge.reading import AskedQuestion, Understood

__all__ = ["DirectReading"]


class DirectReading:
    """`Reading` in this process, without limits of time and memory: what a sandbox runs."""

    def read(self, file: str, data: bytes, /) -> Document:
        """Read a document.

        Raises:
            UnreadableDocument: it cannot be read.
        """
        return read(file, data)

    def understand(self, file: str, data: bytes, /) -> Understood:
        """Read a document and find the replies in it.

        Raises:
            UnreadableDocument: it cannot be read.
            NotAReply: it is something else; the message says what.
        """
        document = read(file, data)
        try:
            drafts = parse(without_furniture(document))
        except NoReply as exc:
            raise NotAReply(file, exc.reason) from exc
        if len(drafts) > MAX_REPLIES:
            raise UnreadableDocument(file, TOO_MANY_REPLIES)
        return Understood(document, drafts)

    def reread(self, text: str, /) -> tuple[Draft, ...]:
        """Find the replies in a text that was extracted before; none is no error."""
        lines = tuple(Line(line) for line in text.split("\n"))
        try:
            return parse(Document((Page(lines),), paged=False))
        except NoReply:
            return ()

    def questions(self, file: str, data: bytes, /) -> tuple[AskedQuestion, ...]:
        """Find the questions of a new interpellation, at least one.

        Raises:
            UnreadableDocument: it cannot be read.
            NotAReply: it asks nothing.
        """
        return questions_of(file, read(file, data))

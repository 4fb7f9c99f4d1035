"""What reading a document gives, and whatever reads one: here, or in a process of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from knowledge.document import Document
from knowledge.draft import Draft

__all__ = ["AskedQuestion", "Begun", "Reading", "ReadingAhead", "Understood"]

AskedQuestion = tuple[int | None, str]
"""A question's own number, or None where it has none, and the question as quoted."""


@dataclass(frozen=True, slots=True)
class Understood:
    """A document and the replies that were found in it.

    Attributes:
        document: as its reader gave it.
        drafts: one for each reply, at least one.
    """

    document: Document
    drafts: tuple[Draft, ...]


Begun: TypeAlias = Callable[[], Understood]
"""Waits for a document that is being read; raises what `Reading.understand` raises."""


class Reading(Protocol):
    """Whatever reads documents: here, or in a process of its own."""

    def read(self, file: str, data: bytes, /) -> Document:
        """Read a document.

        Raises:
            DocumentError: it cannot be read.
        """

    def understand(self, file: str, data: bytes, /) -> Understood:
        """Read a document and find the replies in it.

        Raises:
            DocumentError: it cannot be read, or holds no reply.
        """

    def reread(self, text: str, /) -> tuple[Draft, ...]:
        """Find the replies in a text that was extracted before; none is no error.

        Raises:
            DocumentError: reading it was broken off.
        """

    def questions(self, file: str, data: bytes, /) -> tuple[AskedQuestion, ...]:
        """Find the questions of a new interpellation, at least one.

        Raises:
            DocumentError: it cannot be read, or asks nothing.
        """


class ReadingAhead(Reading, Protocol):
    """A reading that can read some documents while others are worked on."""

    @property
    def at_once(self) -> int:
        """How many documents are read side by side, at least one."""

    def begin(self, file: str, data: bytes, /) -> Begun:
        """Begin to understand a document."""

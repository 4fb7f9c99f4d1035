"""What the core needs from outside: a place that keeps replies."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from knowledge.errors import RecordError
from knowledge.model import Reply, Revision
from knowledge.wanted import Wanted

__all__ = ["Store"]


class Store(Protocol):
    """Keeps replies and their original documents."""

    def ids(self) -> tuple[str, ...]:
        """Return the ids of all replies, sound or not, sorted."""

    def load(self, reply_id: str, /) -> Reply:
        """Return one reply.

        Raises:
            UnknownReply: there is none with this id.
            RecordError: its record is wrong; names file, field and line.
        """

    def load_all(self) -> tuple[tuple[Reply, ...], tuple[RecordError, ...]]:
        """Return every sound reply, sorted by id, and an error for every other one."""

    def load_related(self, wanted: Wanted, /) -> tuple[Reply, ...]:
        """Return every sound reply that is wanted, and perhaps others, sorted by id."""

    def save(self, replies: Iterable[Reply], /) -> None:
        """Write replies, each replacing the record with its id; a crash leaves old or new.

        Raises:
            StoreError: the disk refuses.
        """

    def add_source(self, file_name: str, data: bytes, /) -> str:
        """Keep an original document.

        Returns:
            The name under which it is kept: `file_name`, or, where another document has that
            name, the name with a number. The same bytes under the same name are kept once.
        """

    def source(self, file: str, /) -> bytes | None:
        """Return the bytes of an original document, or None when it is missing."""

    def revisions(
        self, reply_id: str | None = None, /
    ) -> tuple[tuple[Revision, ...], tuple[RecordError, ...]]:
        """Return the earlier texts of a reply, or of all, oldest first, then the waiting one.

        Returns:
            The sound ones, and an error for every other one.
        """

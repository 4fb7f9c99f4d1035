"""Public addresses of passages and source documents, made from the configured `public_url`."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

__all__ = ["Links"]


@dataclass(frozen=True, slots=True)
class Links:
    """Makes addresses.

    Attributes:
        public_url: without a closing slash, or None when nothing is published.
    """

    public_url: str | None = None

    def passage(self, reply_id: str, passage_id: str) -> str | None:
        """Return the permalink of a passage.

        Args:
            reply_id: the reply.
            passage_id: the passage, with or without the reply's id before it.
        """
        if self.public_url is None:
            return None
        own = passage_id.rpartition("#")[2]
        return f"{self.public_url}/svar/{quote(reply_id, safe='')}/{quote(own, safe='')}"

    def reply(self, reply_id: str) -> str | None:
        """Return the permalink of a whole reply."""
        return self.public_url and f"{self.public_url}/svar/{quote(reply_id, safe='')}"

    def document(self, file: str | None, url: str | None) -> str | None:
        """Return where the source document opens: its own public link goes first."""
        if url or not file or self.public_url is None:
            return url or None
        return f"{self.public_url}/dokument/{quote(file, safe='')}"

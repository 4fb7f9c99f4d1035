"""What a piece is to its reply, and how it looks."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from knowledge.parsing.pieces import Piece
from knowledge.parsing.sentences import hyphens_joined

__all__ = ["Part", "View", "Zone"]


class Part(Enum):
    """What a piece is to its reply."""

    FRAME = auto()
    TITLE = auto()
    BODY = auto()
    INTERPELLATION = auto()
    """Inside the interpellation itself, appended or quoted under its heading."""
    ENCLOSED = auto()
    """Letterhead, headings and signature of an interpellation that stands before its reply."""


class Zone(Enum):
    """Where a piece of the frame stands."""

    HEAD = auto()
    MIDDLE = auto()
    TAIL = auto()


@dataclass(frozen=True, slots=True)
class View:
    """A piece with its words on one line, and row by row."""

    piece: Piece
    words: str
    rows: tuple[str, ...]

    @classmethod
    def of(cls, text: str, piece: Piece) -> View:
        """Look at a piece of a text."""
        words = text[piece.start : piece.end]
        rows = tuple(" ".join(row.split()) for row in words.split("\n"))
        return cls(piece, hyphens_joined(words), rows)

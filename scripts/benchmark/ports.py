"""What is measured, whoever wrote it: a system that indexes texts and finds them again."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Protocol, TypeAlias

from scripts.benchmark.texts import Text

__all__ = ["Peer", "Search"]

Search: TypeAlias = Callable[[str, int], list[str]]
"""Takes a question and k; returns the k best passages, best first, each named by its row in the
texts (`"17"`) or by its id (`"reply-000002#s2"`), as the system knows it."""


class Peer(Protocol):
    """One system."""

    @property
    def distribution(self) -> str:
        """Name of the installed package whose version is told."""

    def build(self, texts: Iterable[Text], folder: Path) -> None:
        """Index the texts and keep the index in a folder.

        Args:
            texts: in row order, to be read once.
            folder: exists; nothing in it is of use any more.
        """

    def open(self, folder: Path) -> Search:
        """Open what `build` kept, in another process perhaps."""

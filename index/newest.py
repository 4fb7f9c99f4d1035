"""The newest position first: which replies are on the same matter, and which is the latest.

Two replies are on the same matter when the later one names the earlier one in `replaces`, or
when both have the same title, read as the set of its word stems, and the same municipality. A
reply without a date is never linked by its title: it is not known which of the two is newer.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from datetime import date
from itertools import pairwise
from typing import Protocol

from index.text import stems, words

__all__ = ["Matter", "matter_of", "newer_replies"]


class Matter(Protocol):
    """What tells the matter of a reply."""

    @property
    def id(self) -> str:
        """Its id."""

    @property
    def matter(self) -> str:
        """What `matter_of` gives for its title."""

    @property
    def municipality(self) -> str | None:
        """Whose it is."""

    @property
    def answered_on(self) -> date | None:
        """Its day."""

    @property
    def replaces(self) -> tuple[str, ...]:
        """Ids of older replies on the same matter."""


def matter_of(title: str | None) -> str:
    """Return the word stems of a title, each once: alike for titles that say the same."""
    return " ".join(sorted(set(stems(words(title or "")))))


def newer_replies(replies: Sequence[Matter]) -> dict[str, str]:
    """Return, for each reply that is not the latest on its matter, the id of the latest one."""
    by_id = {reply.id: reply for reply in replies}
    successor: dict[str, set[str]] = {}
    for reply in replies:
        for older in reply.replaces:
            if older in by_id and older != reply.id:
                successor.setdefault(older, set()).add(reply.id)
    for group in _same_title(replies):
        for earlier, later in pairwise(group):
            if _day(earlier) < _day(later):
                successor.setdefault(earlier.id, set()).add(later.id)
    newest: dict[str, str] = {}
    for start in successor:
        latest = max(_reachable(start, successor), key=lambda i: (_day(by_id[i]), i), default=None)
        if latest is not None:
            newest[start] = latest
    return newest


def _same_title(replies: Sequence[Matter]) -> list[list[Matter]]:
    groups: dict[Hashable, list[Matter]] = {}
    for reply in replies:
        if reply.matter and reply.answered_on is not None:
            groups.setdefault((reply.municipality, reply.matter), []).append(reply)
    return [sorted(group, key=lambda r: (_day(r), r.id)) for group in groups.values()]


def _day(reply: Matter) -> date:
    return reply.answered_on or date.min


def _reachable(start: str, successor: dict[str, set[str]]) -> set[str]:
    """Return every later reply on the matter.

    A circle of `replaces`, which only an editing mistake can make, ends where it began and never
    names a reply as newer than itself.
    """
    found: set[str] = set()
    todo = [start]
    while todo:
        for following in successor.get(todo.pop(), ()):
            if following not in found and following != start:
                found.add(following)
                todo.append(following)
    return found

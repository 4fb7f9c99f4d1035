"""Which stored replies a new one may have to do with, so that the others need not be read."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from knowledge.model import Reply

__all__ = ["Wanted", "dnr_key", "runs_of", "title_key"]

_KEPT = 100_000


# Asked for every stored reply: what was made plain once is kept.
@lru_cache(_KEPT)
def dnr_key(dnr: str) -> str:
    """Return a registry number without the differences of writing: KS 2025/112, ks2025/112."""
    return "".join(dnr.casefold().split())


@lru_cache(_KEPT)
def title_key(title: str) -> str:
    """Return a title's words, without the differences of white space, case and marks."""
    return " ".join(re.findall(r"\w+", title.casefold()))


def runs_of(dnr: str) -> tuple[str, ...]:
    """Return the runs of digits of a registry number, the last first: that one is the rarest.

    All of them stand in every text that names it.
    """
    return tuple(dict.fromkeys(reversed(re.findall(r"\d+", dnr))))


@dataclass(frozen=True, slots=True)
class Wanted:
    """Replies that have any of these.

    Attributes:
        sha256s: digests of their document.
        dnrs: registry numbers (`dnr_key`).
        titles: titles (`title_key`), none empty.
        digits: of a registry number that stands in their text the runs of digits (`runs_of`).
    """

    sha256s: frozenset[str] = frozenset()
    dnrs: frozenset[str] = frozenset()
    titles: frozenset[str] = frozenset()
    digits: frozenset[tuple[str, ...]] = frozenset()

    @classmethod
    def by(cls, dnrs: Iterable[str], titles: Iterable[str], named: Iterable[str]) -> Wanted:
        """Want replies under some registry numbers or titles, or whose text names one.

        Args:
            dnrs: registry numbers under which they stand, as written.
            titles: as written.
            named: registry numbers that stand in their text, as written.
        """
        return cls(
            dnrs=frozenset(map(dnr_key, dnrs)),
            titles=frozenset(filter(None, map(title_key, titles))),
            digits=frozenset(filter(None, map(runs_of, named))),
        )

    def fits(self, reply: Reply) -> bool:
        """Tell whether a reply is wanted."""
        return (
            (reply.source is not None and reply.source.sha256 in self.sha256s)
            or dnr_key(reply.dnr or "") in self.dnrs
            or title_key(reply.title or "") in self.titles
            or any(all(run in reply.text for run in runs) for runs in self.digits)
        )

"""Questions through one index version: candidates ranked, the newest position first."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from index.candidates import CANDIDATES, Candidates, Finder
from index.filters import allowed_rows
from index.model import Filters, Hit, IndexedReply, Mask, Query, ResultSet, Searched
from index.open_version import OpenVersion
from index.ports import Encoder
from index.signals import standing, strength

__all__ = ["Searcher"]

_REMEMBERED_FILTERS = 8

_AT_ONCE = 32
"""So many texts are looked into together; of a long document's questions the arrays would grow to
hundreds of megabytes, and more together save no time."""

_YEAR = re.compile(r"\b(?:19|20)\d\d\b")

_NEWER_SHARE = 0.6
"""A newer reply on the same matter goes before the older one when its best passage has at least
this share of the older passage's strength: with less, it does not speak of the point asked."""


class Searcher:
    """Searches one open version.

    Args:
        version: stays the same for the searcher's life.
        encoder: the one that the version was built with.
        hidden: ids of replies that are withdrawn since.
    """

    def __init__(
        self, version: OpenVersion, encoder: Encoder, hidden: frozenset[str] = frozenset()
    ) -> None:
        self.version = version
        self._finder = Finder(version, encoder)
        self._replies = version.table.replies
        self._hidden = hidden & {reply.id for reply in version.table.replies}
        self._newer = _newest_visible(version.table.replies, self._hidden)
        self._matters = _matters(version.table.replies, self._newer)
        # Residents all search under the same filters.
        self._allowed = lru_cache(maxsize=_REMEMBERED_FILTERS)(self._allowed_rows)
        self._years = np.array(
            [reply.answered_on.year if reply.answered_on else 0 for reply in self._replies],
            dtype=np.int32,
        )

    @cached_property
    def searched(self) -> Searched:
        """What every search of this version goes through."""
        manifest = self.version.manifest
        if not self._hidden:
            return Searched(manifest.replies, manifest.passages, manifest.latest)
        table = self.version.table
        kept = [reply for reply in table.replies if reply.id not in self._hidden]
        days = [reply.answered_on for reply in kept if reply.answered_on is not None]
        hidden_rows = [row for row, r in enumerate(table.replies) if r.id in self._hidden]
        passages = int(np.isin(table.reply_rows, hidden_rows, invert=True).sum())
        return Searched(len(kept), passages, max(days, default=None))

    def newer(self, reply_id: str) -> str | None:
        """Return the id of the newest later reply on the same matter that is not withdrawn."""
        return self._newer.get(reply_id)

    def search(self, query: Query) -> ResultSet:
        """Return the best passages for a query, best first."""
        return self.search_all([query.text], query.limit, query.filters)[0]

    def search_all(self, texts: Sequence[str], limit: int, filters: Filters) -> list[ResultSet]:
        """Search for several texts together: as `search` for each, but in less time.

        The time that is told of each is its share.
        """
        return [
            found
            for start in range(0, len(texts), _AT_ONCE)
            for found in self._search_some(texts[start : start + _AT_ONCE], limit, filters)
        ]

    def _search_some(self, texts: Sequence[str], limit: int, filters: Filters) -> list[ResultSet]:
        """Search for a few texts, at least one, in one go."""
        start_s = time.perf_counter()
        found = self.candidates(texts, limit, filters)
        ranked = self._ranked(texts, limit, found) if found.rows.size else [((), 0.0)] * len(texts)
        manifest = self.version.manifest
        thresholds = {
            "answer": manifest.calibration.answer,
            "related": manifest.calibration.related,
        }
        took_ms = (time.perf_counter() - start_s) * 1000 / len(texts)
        return [
            ResultSet(
                query=Query(text, limit, filters),
                hits=hits,
                searched=self.searched,
                version_id=manifest.id,
                thresholds=thresholds,
                took_ms=took_ms,
                present=present,
                elsewhere=tuple(sorted(elsewhere)),
            )
            for text, (hits, present), elsewhere in zip(texts, ranked, found.elsewhere, strict=True)
        ]

    def candidates(self, texts: Sequence[str], limit: int, filters: Filters) -> Candidates:
        """Return what texts are ranked from: the best rows and their ranking signals."""
        return self._finder.find(texts, max(CANDIDATES, limit), self._allowed(filters))

    def _ranked(
        self, texts: Sequence[str], limit: int, found: Candidates
    ) -> list[tuple[tuple[Hit, ...], float]]:
        """Return for each text the hits, and how surely any passage answers it.

        Args:
            texts: what is asked.
            limit: how many hits at the most.
            found: at least one candidate each.
        """
        scores = self._finder.score(found.columns)
        replies = self.version.table.reply_rows[found.rows]
        matters = self._matters[replies]
        stands = standing(scores, matters, found.columns, found.questions)
        names, signals = tuple(stands), np.array(list(stands.values()))
        present, confidences = self.version.manifest.calibration.chances(names, signals)
        orders = self._orders(texts, found, scores, replies, matters)
        best = np.arange(len(texts))[:, None], np.array([one[:limit] for one in orders])
        columns = zip(
            found.rows[best].tolist(),
            scores[best].tolist(),
            confidences[best].tolist(),
            signals.transpose(1, 2, 0)[best].tolist(),
            strict=True,
        )
        hits = [
            tuple(
                self._hit(row, score, sure, dict(zip(names, why, strict=True)))
                for row, score, sure, why in zip(*of_text, strict=True)
            )
            for of_text in columns
        ]
        firsts = [(one, order[0]) for one, order in enumerate(orders)]
        return [(some, float(present[first])) for some, first in zip(hits, firsts, strict=True)]

    def _orders(
        self,
        texts: Sequence[str],
        found: Candidates,
        scores: NDArray[np.float32],
        replies: NDArray[np.int32],
        matters: NDArray[np.int32],
    ) -> list[list[int]]:
        """Return each text's candidates, best first, the newest position before the older ones.

        Args:
            texts: what is asked.
            found: the candidates.
            scores: of each, shape (texts, candidates).
            replies: of that shape: the reply of each.
            matters: of that shape: the newest reply on the matter of each.
        """
        falling = np.lexsort((found.rows, -scores))
        strengths = strength(found.columns)
        older = matters != replies
        for one, text in enumerate(texts):
            years = [int(year) for year in _YEAR.findall(text)]
            if years:  # a reply of a year that is asked for by name keeps its place
                older[one] &= ~np.isin(self._years[replies[one]], years)
        return list(map(_newest_first, falling, strengths, replies, matters, older))

    def _allowed_rows(self, filters: Filters) -> Mask | None:
        """Return which passages may be found; None for all."""
        table = self.version.table
        return allowed_rows(filters, table.replies, table.reply_rows, table.kinds, self._hidden)

    def _hit(self, row: int, score: float, confidence: float, signals: Mapping[str, float]) -> Hit:
        """Read a passage from the table."""
        reply = self.version.table.reply_of(row)
        newer = self.newer(reply.id)
        return Hit(
            passage=self.version.table.passage(row),
            reply=reply if newer == reply.newer else replace(reply, newer=newer),
            score=score,
            confidence=confidence,
            signals=signals,
        )


def _newest_visible(replies: Sequence[IndexedReply], hidden: frozenset[str]) -> dict[str, str]:
    """Return, for each visible reply that is not the latest on its matter, the latest one.

    Where the newest reply is withdrawn, the one before it takes its place.
    """
    matters: dict[str, list[IndexedReply]] = {}
    for reply in replies:
        if reply.id not in hidden:
            matters.setdefault(reply.newer or reply.id, []).append(reply)
    newest: dict[str, str] = {}
    for group in matters.values():
        latest = max(group, key=lambda r: (r.newer is None, r.answered_on or date.min, r.id))
        newest |= {reply.id: latest.id for reply in group if reply is not latest}
    return newest


def _matters(replies: Sequence[IndexedReply], newest: Mapping[str, str]) -> NDArray[np.int32]:
    """Number the matters: replies on one matter share the row of the newest one.

    Returns:
        Shape (replies,).
    """
    row_of = {reply.id: row for row, reply in enumerate(replies)}
    return np.array([row_of[newest.get(r.id, r.id)] for r in replies], dtype=np.int32)


def _newest_first(
    order: NDArray[np.intp],
    strength: NDArray[np.float32],
    replies: NDArray[np.int32],
    matters: NDArray[np.int32],
    older: NDArray[np.bool_],
) -> list[int]:
    """Put the newest reply's best passage before the passages of the older ones on its matter.

    Args:
        order: candidates by falling score.
        strength: shape (candidates,): `index.signals.strength` of each.
        replies: shape (candidates,): the reply of each.
        matters: shape (candidates,): the newest reply on the matter of each.
        older: shape (candidates,): whether that one goes before the reply of each.
    """
    falling: list[int] = order.tolist()
    if not older.any():
        return falling
    best_of: dict[int, int] = {}
    for i, reply in zip(falling, replies[order].tolist(), strict=True):
        best_of.setdefault(reply, i)
    # A dict keeps the order of first placing and drops repeats.
    placed: dict[int, None] = {}
    for i in falling:
        newest = best_of.get(int(matters[i])) if older[i] else None
        if newest is not None and strength[newest] >= _NEWER_SHARE * strength[i]:
            placed.setdefault(newest)
        placed.setdefault(i)
    return list(placed)

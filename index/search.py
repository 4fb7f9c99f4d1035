"""One question through one index version: candidates, signals, rank, newest position first."""

from __future__ import annotations

import math
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.cohort import Cohort
from index.elsewhere import municipalities_in
from index.encoders.rows import widen
from index.filters import allowed_rows
from index.forms import FORMS, asked_forms
from index.glossary import Glossary, official_words
from index.lexical import TantivyLexicalIndex
from index.manifest import Manifest
from index.maxsim import Matches, TokenIds, match
from index.model import Asked, Filters, Hit, IndexedReply, Mask, Query, Ranking, ResultSet, Searched
from index.ports import Encoder, LexicalIndex, TokenEncoder, VectorIndex
from index.ragged import Ragged
from index.sentences import Parts, nearness
from index.signals import Columns, score, standing, strength
from index.table import Table
from index.text import words
from index.vectors import FaissVectorIndex

__all__ = ["CANDIDATES", "Candidates", "OpenVersion", "Searcher", "open_version"]

CANDIDATES = 48
"""So many of the best by words and meaning together are scored by every signal. Forty would find as
much (docs/results/ranking.md)."""

PROPOSED = 48
"""So many of the best rows each index proposes."""

LEXICAL_DEPTH = 72
"""So many lexical scores are fetched, so that what the vectors propose seldom lacks one."""

LEADERS = 7
"""So many of the strongest candidates show which words of the question tell them apart."""

OFFICIAL_WEIGHT = 0.3
"""Weight of the official words beside the question itself in its vector."""

_TINY = 1e-12
_REMEMBERED_FILTERS = 8
_FORM_BITS = (1 << np.arange(len(FORMS), dtype=np.uint8))[:, None]

_YEAR = re.compile(r"\b(?:19|20)\d\d\b")

_NEWER_SHARE = 0.6
"""A newer reply on the same matter goes before the older one when its best passage has at least
this share of the older passage's strength: with less, it does not speak of the point asked."""


@dataclass(frozen=True, slots=True)
class OpenVersion:
    """An index version with its files open.

    Attributes:
        directory: the version's folder; it may be pruned while the version is held open.
        embeddings: float16, shape (passages, dim): what the vector index was built from.
        sentences: the vectors of each passage's heading and sentences.
        tokens: token ids per passage, or None when the encoder has no token vectors.
        glossary: everyday words and the official ones that they mean.
        cohort: passages outside the record, or None when the calibration has none.
    """

    directory: Path
    manifest: Manifest
    table: Table
    vectors: VectorIndex
    lexical: LexicalIndex
    embeddings: NDArray[np.float16]
    sentences: Parts
    tokens: TokenIds | None
    glossary: Glossary
    cohort: Cohort | None


@dataclass(frozen=True, slots=True)
class Candidates:
    """What a query is ranked from.

    Attributes:
        rows: passage rows, rising, shape (candidates,).
        columns: their ranking signals; empty when there are no rows.
        question: what the question itself tells (`index.signals.STANDING`).
        elsewhere: municipalities that the question names and no reply is of.
    """

    rows: NDArray[np.int64]
    columns: Columns
    question: Mapping[str, float]
    elsewhere: frozenset[str]


def open_version(directory: Path, manifest: Manifest) -> OpenVersion:
    """Open the files of a version whose checksums were found right."""
    tokens, cohort = directory / "tokens", directory / "cohort.npy"
    return OpenVersion(
        directory=directory,
        manifest=manifest,
        table=Table(directory),
        vectors=FaissVectorIndex.open(directory / "vectors.faiss"),
        lexical=TantivyLexicalIndex.open(directory / "lexical"),
        embeddings=np.load(directory / "embeddings.npy", mmap_mode="r", allow_pickle=False).view(
            np.ndarray
        ),
        sentences=Ragged.open(directory / "sentences", np.int8, (manifest.dim,)),
        tokens=Ragged.open(tokens, np.uint16) if tokens.is_dir() else None,
        glossary=Glossary.open(directory / "glossary.json"),
        cohort=Cohort.open(cohort) if cohort.is_file() else None,
    )


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
        self._encoder = encoder
        # Asked once: telling it from a protocol takes as long as a step of the search.
        self._token_encoder = encoder if isinstance(encoder, TokenEncoder) else None
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
        self._unasked = np.zeros(len(self._replies), dtype=np.bool_)
        self._own = frozenset(filter(None, {reply.municipality for reply in self._replies}))
        self._own_names = municipalities_in("; ".join(self._own))

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
        start_s = time.perf_counter()
        found = self.candidates(query)
        hits, present = self._ranked(query, found) if len(found.rows) else ([], 0.0)
        calibration = self.version.manifest.calibration
        return ResultSet(
            query=query,
            hits=tuple(hits),
            searched=self.searched,
            version_id=self.version.manifest.id,
            thresholds={"answer": calibration.answer, "related": calibration.related},
            took_ms=(time.perf_counter() - start_s) * 1000,
            present=present,
            elsewhere=tuple(sorted(found.elsewhere)),
        )

    def candidates(self, query: Query) -> Candidates:
        """Return what a query is ranked from: the best rows and their ranking signals."""
        asked = self._asked(query.text)
        vector = self._vector(asked)
        allowed = self._allowed(query.filters)
        rows, columns = self._proposed(asked, vector, max(CANDIDATES, query.limit), allowed)
        elsewhere = self._elsewhere(asked.text)
        if not len(rows):
            return Candidates(rows, {}, {}, elsewhere)
        matches = self._matches(asked.text, rows)
        parts = nearness(self.version.sentences.rows(rows), vector)
        columns |= {"sentence": parts.sentence, "heading": parts.heading}
        closer = self._closer(asked.text, rows, columns, matches)
        closer["elsewhere"] = self._silent_on(elsewhere, rows)
        cohort = self.version.cohort
        question = {
            "cohort": cohort.nearness(vector) if cohort is not None else 0.0,
            "known": self.version.lexical.known(asked.text),
            "nearest": float(columns["cosine"].max()),
            "reach": matches.reach() if matches is not None else 0.0,
            "words": math.log1p(len(words(asked.text))),
        }
        return Candidates(rows, columns | closer, question, elsewhere)

    def _ranked(self, query: Query, found: Candidates) -> tuple[list[Hit], float]:
        """Return the hits among at least one candidate and how surely any passage answers."""
        scores = self._score(found.columns)
        reply_rows = self.version.table.reply_rows[found.rows]
        matters = self._matters[reply_rows]
        order = _newest_first(
            np.lexsort((found.rows, -scores)),
            strength(found.columns),
            reply_rows,
            matters,
            self._asked_years(query.text)[reply_rows],
        )
        stands = standing(scores, matters, found.columns, found.question)
        present, confidences = self.version.manifest.calibration.chances(stands)
        best = np.array(order[: query.limit])
        shown = np.array(list(stands.values()))[:, best].T.tolist()
        hits = [
            self._hit(row, score, confidence, dict(zip(stands, signals, strict=True)))
            for row, score, confidence, signals in zip(
                found.rows[best].tolist(),
                scores[best].tolist(),
                confidences[best].tolist(),
                shown,
                strict=True,
            )
        ]
        return hits, float(present[order[0]])

    def _score(self, columns: Columns) -> NDArray[np.float32]:
        """Score candidates with the calibration's weights, shape (candidates,)."""
        calibration = self.version.manifest.calibration
        return score(columns, calibration.ranking, stretched=not calibration.fitted)

    def _asked(self, question: str) -> Asked:
        """Add the official words for what the question says in words foreign to the record."""
        lexical = self.version.lexical
        concepts = self.version.glossary.concepts(question)
        foreign = [one for one in concepts if len(one) > 1 and not lexical.known(one[0])]
        return Asked(question, " ".join(official_words(foreign)))

    def _vector(self, asked: Asked) -> NDArray[np.float32]:
        """Return the question's vector, drawn towards its official words; shape (dim,)."""
        texts = [asked.text, asked.official] if asked.official else [asked.text]
        shares = np.array([1.0, OFFICIAL_WEIGHT], dtype=np.float32)[: len(texts)]
        vector: NDArray[np.float32] = shares @ self._encoder.encode_queries(texts)
        vector /= max(math.sqrt(vector @ vector), _TINY)
        return vector

    def _proposed(
        self, asked: Asked, vector: NDArray[np.float32], wanted: int, allowed: Mask | None
    ) -> tuple[NDArray[np.int64], dict[str, NDArray[np.float32]]]:
        """Return the best rows by words and meaning together, and these two signals of each.

        A row that the vectors propose and the lexical index did not rank has at most the score of
        the last that it ranked, and counts with that.
        """
        proposed = max(PROPOSED, wanted)
        lexical = self.version.lexical.search(asked, max(LEXICAL_DEPTH, proposed), allowed)
        dense = self.version.vectors.search(vector, proposed, allowed)
        rows = np.union1d(lexical.rows[:proposed], dense.rows)
        if not len(rows):
            return rows, {}
        depth = len(lexical.rows)
        floor = lexical.scores[-1] if depth >= LEXICAL_DEPTH else np.float32(0)
        found = _picked(lexical, rows, floor)
        ceiling = self.version.lexical.ceiling(asked)
        cosine = np.clip(widen(self.version.embeddings[rows]) @ vector, 0.0, 1.0)
        columns = {
            "cosine": cosine,
            "cosine_root": np.sqrt(cosine),
            "lexical": np.clip(found / ceiling, 0.0, 1.0) if ceiling > 0 else found * 0,
        }
        if len(rows) <= wanted:
            return rows, columns
        best = np.sort(np.lexsort((rows, -self._score(columns)))[:wanted])
        return rows[best], {name: column[best] for name, column in columns.items()}

    def _matches(self, question: str, rows: NDArray[np.int64]) -> Matches | None:
        """Match the candidates with each token of the question, where there are tokens."""
        tokens, encoder = self.version.tokens, self._token_encoder
        if tokens is None or encoder is None:
            return None
        asked = encoder.token_ids([question])[0]
        return match(asked, tokens.rows(rows), encoder.token_vectors)

    def _closer(
        self, question: str, rows: NDArray[np.int64], columns: Columns, matches: Matches | None
    ) -> dict[str, NDArray[np.float32]]:
        """Score the candidates by the signals that look into each passage."""
        closer = {"length": np.log1p(self.version.table.word_counts[rows].astype(np.float32))}
        met = self.version.table.forms[rows] & asked_forms(question)
        closer |= dict(zip(FORMS, (met & _FORM_BITS != 0).astype(np.float32), strict=True))
        if matches is not None:
            closer |= {"maxsim": matches.maxsim(), "literal": matches.literal()}
            strongest = np.argsort(-strength({**columns, **closer}), kind="stable")[:LEADERS]
            closer["telling"] = matches.telling(strongest)
        return closer

    def _elsewhere(self, question: str) -> frozenset[str]:
        """Return the municipalities that a question names and no reply is of.

        In a record that names no municipality it is not known which one is another.
        """
        return municipalities_in(question) - self._own_names if self._own else frozenset()

    def _silent_on(self, names: frozenset[str], rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return 1 for each candidate that does not name all these municipalities, else 0."""
        if not names:
            return np.zeros(len(rows), dtype=np.float32)
        passages = [self.version.table.passage(int(row)) for row in rows]
        return np.array(
            [not names <= municipalities_in(f"{one.question}\n{one.text}") for one in passages],
            dtype=np.float32,
        )

    def _allowed_rows(self, filters: Filters) -> Mask | None:
        """Return which passages may be found; None for all."""
        table = self.version.table
        return allowed_rows(filters, table.replies, table.reply_rows, table.kinds, self._hidden)

    def _asked_years(self, text: str) -> NDArray[np.bool_]:
        """Tell which replies are of a year that the question names; shape (replies,)."""
        years = [int(year) for year in _YEAR.findall(text)]
        return np.isin(self._years, years) if years else self._unasked

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


def _picked(ranking: Ranking, rows: NDArray[np.int64], missing: np.float32) -> NDArray[np.float32]:
    """Return the score of each row in a ranking, `missing` for those that it does not hold."""
    held = dict(zip(ranking.rows.tolist(), ranking.scores.tolist(), strict=True))
    return np.array([held.get(row, missing) for row in rows.tolist()], dtype=np.float32)


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
    reply_rows: NDArray[np.int32],
    matters: NDArray[np.int32],
    asked: NDArray[np.bool_],
) -> list[int]:
    """Put the newest reply's best passage before the passages of the older ones on its matter.

    A reply of a year that is asked for by name keeps its place: it is the older position that is
    wanted.

    Args:
        order: candidates by falling score.
        strength: shape (candidates,): `index.signals.strength` of each.
        reply_rows: shape (candidates,): the reply of each.
        matters: shape (candidates,): the newest reply on the matter of each.
        asked: shape (candidates,): whether the question names the year of each.
    """
    newer = ((matters != reply_rows) & ~asked).tolist()
    falling: list[int] = order.tolist()
    if not any(newer):
        return falling
    best_of: dict[int, int] = {}
    for i, reply in zip(falling, reply_rows[order].tolist(), strict=True):
        best_of.setdefault(reply, i)
    # A dict keeps the order of first placing and drops repeats.
    placed: dict[int, None] = {}
    for i in falling:
        newest = best_of.get(int(matters[i])) if newer[i] else None
        if newest is not None and strength[newest] >= _NEWER_SHARE * strength[i]:
            placed.setdefault(newest)
        placed.setdefault(i)
    return list(placed)

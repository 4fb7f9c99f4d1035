"""One question through one index version: candidates, signals, rank, newest position first."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import repeat
from pathlib import Path
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from index.filters import allowed_rows
from index.fusion import fuse
from index.glossary import Glossary
from index.lexical import TantivyLexicalIndex
from index.manifest import Manifest
from index.maxsim import TokenStore, concept_maxsim
from index.model import Hit, IndexedReply, Query, ResultSet, Searched, Signals
from index.ports import Encoder, LexicalIndex, TokenEncoder, VectorIndex
from index.table import Table
from index.vectors import FaissVectorIndex

__all__ = ["CANDIDATES", "WEIGHTS", "OpenVersion", "Searcher", "open_version"]

CANDIDATES = 100
"""How many of the best each index proposes; all of them are then scored by every signal."""

WEIGHTS: Mapping[str, float] = MappingProxyType({"lexical": 0.3, "cosine": 0.4, "maxsim": 0.3})
"""Share of each signal in the fused score, after per-question min-max (docs/results/ranking.md).
An encoder without token vectors leaves MaxSim's share to the cosine."""

OFFICIAL_WEIGHT = 0.3
"""Weight of the official words beside the question itself in its vector."""

_TINY = 1e-12

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
        tokens: token ids per passage, or None when the encoder has no token vectors.
        glossary: everyday words and the official ones that they mean.
    """

    directory: Path
    manifest: Manifest
    table: Table
    vectors: VectorIndex
    lexical: LexicalIndex
    embeddings: NDArray[np.float16]
    tokens: TokenStore | None
    glossary: Glossary


def open_version(directory: Path, manifest: Manifest) -> OpenVersion:
    """Open the files of a version whose checksums were found right."""
    tokens = directory / "tokens"
    return OpenVersion(
        directory=directory,
        manifest=manifest,
        table=Table(directory),
        vectors=FaissVectorIndex.open(directory / "vectors.faiss"),
        lexical=TantivyLexicalIndex.open(directory / "lexical"),
        embeddings=np.load(directory / "embeddings.npy", mmap_mode="r", allow_pickle=False),
        tokens=TokenStore.open(tokens) if tokens.is_dir() else None,
        glossary=Glossary.open(directory / "glossary.json"),
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
        self._replies = version.table.replies
        self._hidden = hidden & {reply.id for reply in version.table.replies}
        self._newer = _newest_visible(version.table.replies, self._hidden)
        self._matters = _matters(version.table.replies, self._newer)

    @property
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
        hits = self._ranked(query)[: query.limit] if len(self.version.table) else []
        calibration = self.version.manifest.calibration
        return ResultSet(
            query=query,
            hits=tuple(hits),
            searched=self.searched,
            version_id=self.version.manifest.id,
            thresholds={"answer": calibration.answer, "related": calibration.related},
            took_ms=(time.perf_counter() - start_s) * 1000,
        )

    def _ranked(self, query: Query) -> list[Hit]:
        table = self.version.table
        allowed = allowed_rows(
            query.filters, table.replies, table.reply_rows, table.kinds, self._hidden
        )
        wanted = max(CANDIDATES, query.limit)
        official = " ".join(self.version.glossary.official_words(query.text))
        text = f"{query.text} {official}" if official else query.text
        vector = self._vector(query.text, official)
        lexical = self.version.lexical.search(text, wanted, allowed)
        dense = self.version.vectors.search(vector, wanted, allowed)
        rows = np.union1d(lexical.rows, dense.rows)
        if not len(rows):
            return []
        columns = self._columns(query.text, text, vector, rows)
        weights = _weights(columns)
        ranking = fuse(rows, [columns[name] for name in weights], list(weights.values()))
        by_score = np.searchsorted(rows, ranking.rows)
        fused = np.empty(len(rows), dtype=np.float32)
        fused[by_score] = ranking.scores
        reply_rows = table.reply_rows[rows]
        matters = self._matters[reply_rows]
        margins = _margins(fused, matters)
        asked = self._asked_years(query.text)
        strength = np.sum([weight * columns[name] for name, weight in weights.items()], axis=0)
        order = _newest_first(by_score, strength, reply_rows, matters, asked[reply_rows])
        return [self._hit(i, rows, fused, margins, columns) for i in order[: query.limit]]

    def _vector(self, question: str, official: str) -> NDArray[np.float32]:
        """Return the question's vector, drawn towards its official words; shape (dim,)."""
        texts = [question, official] if official else [question]
        shares = np.array([1.0, OFFICIAL_WEIGHT], dtype=np.float32)[: len(texts)]
        vector: NDArray[np.float32] = shares @ self._encoder.encode_queries(texts)
        vector /= max(float(np.linalg.norm(vector)), _TINY)
        return vector

    def _asked_years(self, text: str) -> NDArray[np.bool_]:
        """Tell which replies are of a year that the question names; shape (replies,)."""
        years = {int(year) for year in _YEAR.findall(text)}
        return np.fromiter(
            (r.answered_on is not None and r.answered_on.year in years for r in self._replies)
            if years
            else repeat(False),
            dtype=np.bool_,
            count=len(self._replies),
        )

    def _columns(
        self,
        question: str,
        text: str,
        vector: NDArray[np.float32],
        rows: NDArray[np.int64],
    ) -> dict[str, NDArray[np.float32]]:
        """Score every candidate by every signal.

        Args:
            question: as put, of which the lexical score is a share.
            text: the question with the official words.
            vector: of the question, shape (dim,).
            rows: the candidates.

        Returns:
            Each float32, shape (rows,), from 0 to 1.
        """
        embeddings = self.version.embeddings[rows].astype(np.float32)
        ceiling = self.version.lexical.ceiling(question)
        scores = self.version.lexical.scores(text, rows)
        columns = {
            "cosine": np.clip(embeddings @ vector, 0.0, 1.0),
            "lexical": np.clip(scores / ceiling, 0.0, 1.0) if ceiling > 0 else scores * 0.0,
        }
        if self.version.tokens is not None and isinstance(self._encoder, TokenEncoder):
            passages = [self.version.tokens.row(int(row)) for row in rows]
            concepts = _token_ids(self._encoder, self.version.glossary.concepts(question))
            columns["maxsim"] = concept_maxsim(concepts, passages, self._encoder.token_vectors)
        return columns

    def _hit(
        self,
        i: int,
        rows: NDArray[np.int64],
        fused: NDArray[np.float32],
        margins: NDArray[np.float32],
        columns: Mapping[str, NDArray[np.float32]],
    ) -> Hit:
        """Read candidate `i` from the table and put its scores together."""
        maxsim_column = columns.get("maxsim")
        signals = Signals(
            cosine=float(columns["cosine"][i]),
            lexical=float(columns["lexical"][i]),
            maxsim=None if maxsim_column is None else float(maxsim_column[i]),
            margin=float(margins[i]),
        )
        row = int(rows[i])
        reply = self.version.table.reply_of(row)
        return Hit(
            passage=self.version.table.passage(row),
            reply=replace(reply, newer=self.newer(reply.id)),
            score=float(fused[i]),
            confidence=self.version.manifest.calibration.confidence(signals),
            signals=signals,
        )


def _token_ids(
    encoder: TokenEncoder, concepts: Sequence[Sequence[str]]
) -> list[list[NDArray[np.uint16]]]:
    """Return the token ids of every wording of every concept."""
    ids = iter(encoder.token_ids([wording for concept in concepts for wording in concept]))
    return [[next(ids) for _ in concept] for concept in concepts]


def _weights(columns: Mapping[str, object]) -> dict[str, float]:
    weights = dict(WEIGHTS)
    if "maxsim" not in columns:
        weights["cosine"] += weights.pop("maxsim")
    return weights


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


def _margins(fused: NDArray[np.float32], matters: NDArray[np.int32]) -> NDArray[np.float32]:
    """Return each candidate's score less the best score on any other matter, not below 0.

    An older position does not make the newest one doubtful, so it is no rival.

    Args:
        fused: shape (candidates,).
        matters: shape (candidates,).
    """
    best = matters[int(np.argmax(fused))]
    others = fused[matters != best]
    runner_up = float(others.max()) if len(others) else 0.0
    rival = np.where(matters == best, runner_up, fused.max())
    margins: NDArray[np.float32] = np.maximum(fused - rival, 0.0).astype(np.float32)
    return margins


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
        strength: shape (candidates,): the weighted signals as they are. Not stretched by min-max,
            which makes much of the little that parts two replies on one matter.
        reply_rows: shape (candidates,): the reply of each.
        matters: shape (candidates,): the newest reply on the matter of each.
        asked: shape (candidates,): whether the question names the year of each.
    """
    best_of: dict[int, int] = {}
    for i in order:
        best_of.setdefault(int(reply_rows[i]), int(i))
    # A dict keeps the order of first placing and drops repeats.
    placed: dict[int, None] = {}
    for i in order:
        newest = None if asked[i] else best_of.get(int(matters[i]))
        if newest is not None and strength[newest] >= _NEWER_SHARE * strength[i]:
            placed.setdefault(newest)
        placed.setdefault(int(i))
    return list(placed)

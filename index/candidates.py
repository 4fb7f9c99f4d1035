"""From questions to candidates: what words and meaning propose, with the signals that rank it.

Several questions are looked into together. All have as many candidates, so that every signal is
one array of shape (questions, candidates): most of the time that one question takes goes into
calling numpy for small arrays, and these calls are then shared.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.elsewhere import municipalities_in
from index.encoders.rows import widen
from index.forms import FORMS, asked_forms
from index.glossary import official_words
from index.maxsim import Matches, match
from index.model import Asked, Mask, Ranking, Vectors
from index.open_version import OpenVersion
from index.ports import Encoder, TokenEncoder
from index.sentences import nearness
from index.signals import Columns, score, strength
from index.text import words

__all__ = ["CANDIDATES", "Candidates", "Finder"]

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

_TINY = np.float32(1e-12)
_FORM_BITS = (1 << np.arange(len(FORMS), dtype=np.uint8))[:, None, None]


@dataclass(frozen=True, slots=True)
class Candidates:
    """What some questions are ranked from.

    Attributes:
        rows: passage rows, rising, shape (questions, candidates).
        columns: their ranking signals, each of that shape; empty when there are no rows.
        questions: what each question itself tells (`index.signals.STANDING`), shape (questions,).
        elsewhere: municipalities that each question names and no reply is of.
    """

    rows: NDArray[np.int64]
    columns: Columns
    questions: Mapping[str, NDArray[np.float32]]
    elsewhere: tuple[frozenset[str], ...]


class Finder:
    """Finds the candidates in one open version.

    Args:
        version: stays the same for the finder's life.
        encoder: the one that the version was built with.
    """

    def __init__(self, version: OpenVersion, encoder: Encoder) -> None:
        self._version = version
        self._encoder = encoder
        # Asked once: telling it from a protocol takes as long as a step of the search.
        self._token_encoder = encoder if isinstance(encoder, TokenEncoder) else None
        own = frozenset(filter(None, {one.municipality for one in version.table.replies}))
        # In a record that names no municipality it is not known which one is another.
        self._own = municipalities_in("; ".join(own)) if own else None

    def find(self, questions: Sequence[str], wanted: int, allowed: Mask | None) -> Candidates:
        """Return what questions are ranked from: the best rows and their ranking signals.

        Args:
            questions: at least one.
            wanted: so many candidates each, where so many are allowed; at least 1.
            allowed: shape (passages,): which may be found; None for all.
        """
        asked = [self._asked(question) for question in questions]
        vectors = self._vectors(asked)
        rows, columns = self._proposed(asked, vectors, wanted, allowed)
        elsewhere = tuple(self._elsewhere(question) for question in questions)
        if not rows.size:
            return Candidates(rows, {}, {}, elsewhere)
        matches = self._matches(questions, rows)
        columns |= self._closer(questions, vectors, rows, columns, matches)
        columns["elsewhere"] = np.array(list(map(self._silent_on, elsewhere, rows)))
        version, held = self._version, np.zeros(len(questions), dtype=np.float32)
        of_questions = {
            "cohort": version.cohort.nearness(vectors) if version.cohort is not None else held,
            "known": [version.lexical.known(question) for question in questions],
            "nearest": columns["cosine"].max(axis=1),
            "reach": [one.reach() for one in matches] if matches else held,
            "words": [math.log1p(len(words(question))) for question in questions],
        }
        return Candidates(
            rows,
            columns,
            {name: np.asarray(some, dtype=np.float32) for name, some in of_questions.items()},
            elsewhere,
        )

    def score(self, columns: Columns) -> NDArray[np.float32]:
        """Score candidates with the calibration's weights, in the shape of the columns."""
        calibration = self._version.manifest.calibration
        return score(columns, calibration.ranking, stretched=not calibration.fitted)

    def _asked(self, question: str) -> Asked:
        """Add the official words for what the question says in words foreign to the record."""
        lexical = self._version.lexical
        concepts = self._version.glossary.concepts(question)
        foreign = [one for one in concepts if len(one) > 1 and not lexical.known(one[0])]
        return Asked(question, " ".join(official_words(foreign)))

    def _vectors(self, asked: Sequence[Asked]) -> Vectors:
        """Return each question's vector, drawn towards its official words."""
        helped = [row for row, one in enumerate(asked) if one.official]
        texts = [one.text for one in asked] + [asked[row].official for row in helped]
        encoded = self._encoder.encode_queries(texts)
        vectors = encoded[: len(asked)].copy()
        vectors[helped] += np.float32(OFFICIAL_WEIGHT) * encoded[len(asked) :]
        norms = np.sqrt(np.einsum("qd,qd->q", vectors, vectors))
        vectors /= np.maximum(norms, _TINY)[:, None]
        return vectors

    def _proposed(
        self, asked: Sequence[Asked], vectors: Vectors, wanted: int, allowed: Mask | None
    ) -> tuple[NDArray[np.int64], dict[str, NDArray[np.float32]]]:
        """Return the best rows by words and meaning together, and these two signals of each.

        A row that the vectors propose and the lexical index did not rank has at most the score of
        the last that it ranked, and counts with that.

        The vectors alone propose as many rows as are wanted, or all that are allowed: so there are
        as many for each question.
        """
        proposed = max(PROPOSED, wanted)
        depth = max(LEXICAL_DEPTH, proposed)
        lexical = [self._version.lexical.search(one, depth, allowed) for one in asked]
        ceilings = np.array([self._version.lexical.ceiling(one) for one in asked])
        reachable = np.divide(1, ceilings, out=np.zeros_like(ceilings), where=ceilings > 0)
        dense = self._version.vectors.search(vectors, proposed, allowed)
        size = len(self._version.table)
        keys = np.union1d(_keys(lexical, size, proposed), _keys(dense, size, proposed))
        if not keys.size:
            return np.zeros((len(asked), 0), dtype=np.int64), {}
        of, rows = np.divmod(keys, size)
        counts = np.bincount(of)
        # A row for each question: shorter ones repeat their last place.
        places = (np.cumsum(counts) - counts)[:, None]
        places = places + np.minimum(np.arange(counts.max()), counts[:, None] - 1)
        rows = rows[places]
        found = _picked(lexical, keys, of, size)[places]
        near = np.matmul(widen(self._version.embeddings[rows]), vectors[:, :, None])[:, :, 0]
        cosine = np.clip(near, 0.0, 1.0)
        columns = {
            "cosine": cosine,
            "cosine_root": np.sqrt(cosine),
            "lexical": np.clip(found * reachable[:, None].astype(np.float32), 0.0, 1.0),
        }
        if rows.shape[1] <= wanted:
            return rows, columns
        scores = self.score(columns)
        scores[np.arange(rows.shape[1]) >= counts[:, None]] = -np.inf
        best = np.sort(np.lexsort((rows, -scores))[:, :wanted])
        best += np.arange(0, rows.size, rows.shape[1])[:, None]  # among those of all questions
        return rows.take(best), {name: column.take(best) for name, column in columns.items()}

    def _matches(self, questions: Sequence[str], rows: NDArray[np.int64]) -> list[Matches]:
        """Match the candidates with each token of their question; empty where there are none."""
        tokens, encoder = self._version.tokens, self._token_encoder
        if tokens is None or encoder is None:
            return []
        held = tokens.rows(rows.ravel()).parts(len(questions))
        asked = encoder.token_ids(questions)
        return [
            match(ids, part, encoder.token_vectors) for ids, part in zip(asked, held, strict=True)
        ]

    def _closer(
        self,
        questions: Sequence[str],
        vectors: Vectors,
        rows: NDArray[np.int64],
        columns: Columns,
        matches: Sequence[Matches],
    ) -> dict[str, NDArray[np.float32]]:
        """Score the candidates by the signals that look into each passage."""
        table = self._version.table
        held = self._version.sentences.rows(rows.ravel()).parts(len(questions))
        parts = [nearness(part, vector) for part, vector in zip(held, vectors, strict=True)]
        closer = {
            "sentence": np.array([part.sentence for part in parts]),
            "heading": np.array([part.heading for part in parts]),
            "length": np.log1p(table.word_counts[rows].astype(np.float32)),
        }
        asked = np.array([asked_forms(question) for question in questions], dtype=np.uint8)
        met = table.forms[rows] & asked[:, None]
        closer |= dict(zip(FORMS, (met & _FORM_BITS != 0).astype(np.float32), strict=True))
        if matches:
            closer["maxsim"] = np.array([one.maxsim() for one in matches])
            closer["literal"] = np.array([one.literal() for one in matches])
            strongest = np.argsort(-strength({**columns, **closer}), kind="stable")[:, :LEADERS]
            closer["telling"] = np.array(
                [one.telling(leaders) for one, leaders in zip(matches, strongest, strict=True)]
            )
        return closer

    def _elsewhere(self, question: str) -> frozenset[str]:
        """Return the municipalities that a question names and no reply is of."""
        return frozenset() if self._own is None else municipalities_in(question) - self._own

    def _silent_on(self, names: frozenset[str], rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return 1 for each candidate that does not name all these municipalities, else 0."""
        if not names:
            return np.zeros(len(rows), dtype=np.float32)
        passages = map(self._version.table.passage, rows.tolist())
        return np.array(
            [not names <= municipalities_in(f"{one.question}\n{one.text}") for one in passages],
            dtype=np.float32,
        )


def _keys(rankings: Sequence[Ranking], size: int, most: int | None = None) -> NDArray[np.int64]:
    """Return one number for each of the best rows of each question: question * size + row."""
    return np.concatenate(
        [question * size + one.rows[:most] for question, one in enumerate(rankings)]
    )


def _picked(
    rankings: Sequence[Ranking], keys: NDArray[np.int64], of: NDArray[np.int64], size: int
) -> NDArray[np.float32]:
    """Return the lexical score of each key, where it has none the last one of a full ranking.

    Args:
        rankings: one a question.
        keys: rising, as `_keys` makes them.
        of: the question of each.
        size: number of passages.
    """
    last = [one.scores[-1] if len(one.rows) >= LEXICAL_DEPTH else 0.0 for one in rankings]
    scores = np.array(last, dtype=np.float32)[of]
    ranked = _keys(rankings, size)
    places = np.minimum(np.searchsorted(keys, ranked), len(keys) - 1)
    held = keys[places] == ranked
    scores[places[held]] = np.concatenate([one.scores for one in rankings])[held]
    return scores

"""From questions to candidates: what words and meaning propose, with the signals that rank it.

Several questions are looked into together. All have as many candidates, so that every signal is
one array of shape (questions, candidates): most of the time that one question takes goes into
calling numpy for small arrays, and these calls are then shared.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

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
_REMEMBERED = 4_096  # passages whose names are kept: half a megabyte when full
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
        # To read a passage for names takes as long as a step of the search.
        self._named = lru_cache(maxsize=_REMEMBERED)(self._named_in)

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
        version, nothing = self._version, np.zeros(len(questions), dtype=np.float32)
        of_questions = {
            "cohort": version.cohort.nearness(vectors) if version.cohort is not None else nothing,
            "known": [version.lexical.known(question) for question in questions],
            "nearest": columns["cosine"].max(axis=1),
            "reach": matches.reach() if matches is not None else nothing,
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
        if helped:
            drawn = encoded[helped] + np.float32(OFFICIAL_WEIGHT) * encoded[len(asked) :]
            norms = np.linalg.norm(drawn, axis=1, keepdims=True)
            encoded[helped] = drawn / np.maximum(norms, _TINY)
        return encoded[: len(asked)]

    def _proposed(
        self, asked: Sequence[Asked], vectors: Vectors, wanted: int, allowed: Mask | None
    ) -> tuple[NDArray[np.int64], dict[str, NDArray[np.float32]]]:
        """Return the best rows by words and meaning together, and these two signals of each.

        A row that the vectors propose and the lexical index did not rank has at most the score of
        the last that it ranked, and counts with that.

        The vectors alone propose as many rows as are wanted, or all that are allowed: so there are
        equally many for each question.
        """
        proposed = max(PROPOSED, wanted)
        depth = max(LEXICAL_DEPTH, proposed)
        lexical = [self._version.lexical.search(one, depth, allowed) for one in asked]
        dense = self._version.vectors.search(vectors, proposed, allowed)
        rows = _together([one.rows[:proposed] for one in lexical], [one.rows for one in dense])
        if not rows.size:
            return rows, {}
        again = np.zeros(rows.shape, dtype=np.bool_)  # rows that stand there twice
        again[:, 1:] = rows[:, 1:] == rows[:, :-1]
        ceilings = [self._version.lexical.ceiling(one) for one in asked]
        per_unit = np.array([1 / one if one > 0 else 0.0 for one in ceilings], dtype=np.float32)
        near = np.matmul(widen(self._version.embeddings.take(rows, axis=0)), vectors[:, :, None])
        cosine = np.clip(near[:, :, 0], 0.0, 1.0)
        columns = {
            "cosine": cosine,
            "cosine_root": np.sqrt(cosine),
            "lexical": np.clip(
                _picked(lexical, rows, len(self._version.table)) * per_unit[:, None], 0.0, 1.0
            ),
        }
        scores = self.score(columns)
        scores[again] = -np.inf
        wanted = min(wanted, rows.shape[1] - int(again.sum(axis=1).max()))
        best = np.sort(np.lexsort((rows, -scores))[:, :wanted])
        best += np.arange(0, rows.size, rows.shape[1])[:, None]  # among those of all questions
        return rows.take(best), {name: column.take(best) for name, column in columns.items()}

    def _matches(self, questions: Sequence[str], rows: NDArray[np.int64]) -> Matches | None:
        """Match the candidates with each token of their question, where there are tokens."""
        tokens, encoder = self._version.tokens, self._token_encoder
        if tokens is None or encoder is None:
            return None
        asked = encoder.token_ids(questions)
        return match(asked, tokens.rows(rows.ravel()), encoder.token_vectors)

    def _closer(
        self,
        questions: Sequence[str],
        vectors: Vectors,
        rows: NDArray[np.int64],
        columns: Columns,
        matches: Matches | None,
    ) -> dict[str, NDArray[np.float32]]:
        """Score the candidates by the signals that look into each passage."""
        table = self._version.table
        parts = nearness(self._version.sentences.rows(rows.ravel()), vectors)
        closer = {
            "sentence": parts.sentence,
            "heading": parts.heading,
            "length": np.log1p(table.word_counts[rows].astype(np.float32)),
        }
        asked = np.array([asked_forms(question) for question in questions], dtype=np.uint8)
        met = table.forms[rows] & asked[:, None]
        closer |= dict(zip(FORMS, (met & _FORM_BITS != 0).astype(np.float32), strict=True))
        if matches is not None:
            closer |= {"maxsim": matches.maxsim(), "literal": matches.literal()}
            strongest = np.argsort(-strength({**columns, **closer}), kind="stable")[:, :LEADERS]
            closer["telling"] = matches.telling(strongest)
        return closer

    def _elsewhere(self, question: str) -> frozenset[str]:
        """Return the municipalities that a question names and no reply is of."""
        return frozenset() if self._own is None else municipalities_in(question) - self._own

    def _silent_on(self, names: frozenset[str], rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return 1 for each candidate that does not name all these municipalities, else 0."""
        if not names:
            return np.zeros(len(rows), dtype=np.float32)
        return np.array([not names <= self._named(row) for row in rows.tolist()], np.float32)

    def _named_in(self, row: int) -> frozenset[str]:
        """Return the municipalities that a passage or its question names."""
        passage = self._version.table.passage(row)
        return municipalities_in(f"{passage.question}\n{passage.text}")


def _together(
    lexical: Sequence[NDArray[np.int64]], dense: Sequence[NDArray[np.int64]]
) -> NDArray[np.int64]:
    """Return the rows that both indexes propose for each question, rising; some stand there twice.

    Args:
        lexical: rows for each question; no more than of the others.
        dense: rows for each question, equally many.

    Returns:
        Shape (questions, two times the length of `dense`).
    """
    rows = np.array(
        [
            np.concatenate([near, told, near[len(told) :]])
            for told, near in zip(lexical, dense, strict=True)
        ]
    )
    rows.sort()
    return rows


def _picked(
    rankings: Sequence[Ranking], rows: NDArray[np.int64], passages: int
) -> NDArray[np.float32]:
    """Return the lexical score of each row, where it has none the last one of a full ranking.

    Args:
        rankings: one a question.
        rows: of each question, rising, shape (questions, n). Where a row stands twice, the first
            gets the score.
        passages: of the version.
    """
    last = [one.scores[-1] if len(one.rows) >= LEXICAL_DEPTH else 0.0 for one in rankings]
    scores = np.array(last, dtype=np.float32).repeat(rows.shape[1])
    # A number for each row of each question, rising over all questions.
    numbers = (rows + np.arange(len(rows))[:, None] * passages).ravel()
    ranked = np.concatenate([one.rows + at * passages for at, one in enumerate(rankings)])
    places = np.minimum(numbers.searchsorted(ranked), numbers.size - 1)
    held = numbers[places] == ranked
    scores[places[held]] = np.concatenate([one.scores for one in rankings])[held]
    return scores.reshape(rows.shape)

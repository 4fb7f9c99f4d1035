"""BM25 over Swedish stems and character grams, with tantivy.

Each passage has two fields of terms (`index.lexical_files`). A row's score is the weighted sum of
BM25 over the question's terms in both fields, one number:

    sum over terms t, fields f:  w_f * sqrt(qtf) * idf_f(t) * (k1 + 1) * tf / (tf + k1 * norm_f)
    idf_f(t) = ln(1 + (N - n + 0.5) / (n + 0.5));  norm_f = 1 - b + b * dl / avgdl_f

Source: Robertson & Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009),
with the idf of Lucene, which is never negative. tantivy rounds the field length dl down to one of
256 steps (exact up to 40 terms, then by less than an eighth). qtf is how often the question holds
the term: the grams of a long question repeat themselves, and the root keeps them in bounds. Terms
of the official words for what a question says count `OFFICIAL_WEIGHT` as much. What other terms
and weights find is in docs/results/ranking.md.
"""

from __future__ import annotations

import math
from collections import Counter
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple, Self

import numpy as np
import tantivy
from numpy.typing import NDArray

from index.errors import VersionError
from index.fusion import rank, top
from index.lexical_files import NUMBER, open_files
from index.model import Asked, Mask, Ranking
from index.text import grams, stems, words

__all__ = [
    "DEFAULT_WEIGHTS",
    "LARGE",
    "LexicalWeights",
    "TantivyLexicalIndex",
]

K1 = 1.2
B = 0.75
OFFICIAL_WEIGHT = 0.3
"""Weight of a term of the official words beside one of the question's own."""

LARGE = 2_000
"""From so many rows on, terms that more than `COMMON_SHARE` of them hold are not looked up."""

COMMON_SHARE = 0.15
"""What so many rows hold costs most to look up and tells least; a tenth would find as much
(docs/results/ranking.md)."""

MAX_TERMS = 200
"""Most distinct terms of a question that are looked up; the rarest are kept."""

# Under so many allowed rows they are named in the query; above, the list is fetched and filtered.
_MAX_NAMED_ROWS = 2_000
# A filtered search fetches so many times the rows that it needs on average.
_SPARE = 1.2
# Questions whose terms are kept, so that they are looked up once: more than are asked together.
_REMEMBERED = 64
# Terms kept with their queries: what people ask with recurs. About 10 MB when full.
_REMEMBERED_TERMS = 1 << 15


class LexicalWeights(NamedTuple):
    """How much each field counts."""

    stems: float = 1.4
    grams: float = 1.0


DEFAULT_WEIGHTS = LexicalWeights()


class _Term(NamedTuple):
    """One term of a question in one field of the index.

    Attributes:
        boost: field weight times the root of how often the question holds the term, less for an
            official word.
        rows: number of rows that hold it.
        idf: its weight.
        clause: finds and scores them.
    """

    field: str
    text: str
    boost: float
    rows: int
    idf: float
    clause: tuple[tantivy.Occur, tantivy.Query]


class _Question(NamedTuple):
    """A question's query and the upper bound of its scores."""

    query: tantivy.Query
    ceiling: float


class TantivyLexicalIndex:
    """A folder written by `index.lexical_files.build`; implements `index.ports.LexicalIndex`."""

    def __init__(
        self, index: tantivy.Index, rows: NDArray[np.int64], weights: LexicalWeights
    ) -> None:
        self._schema = index.schema
        self._searcher = index.searcher()
        self._row_of_number = rows
        self._size = int(np.count_nonzero(rows >= 0))
        self._weights = weights
        # The search for a question and its ceiling need the same.
        self._question = lru_cache(maxsize=_REMEMBERED)(self._read)
        self._term = lru_cache(maxsize=_REMEMBERED_TERMS)(self._look_up)

    @classmethod
    def open(cls, path: Path, weights: LexicalWeights = DEFAULT_WEIGHTS) -> Self:
        """Open a folder; the files are mapped into memory.

        Args:
            path: the folder.
            weights: of the fields; they are applied when searching, not stored.

        Raises:
            VersionError: missing, damaged or not such a folder.
        """
        try:
            return cls._open(path, weights)
        except (ValueError, OSError):
            pass  # perhaps only because it may not write
        # tantivy locks a file beside its own; where that is not allowed, in a folder of links.
        try:
            with TemporaryDirectory(prefix="kommunsvar-") as links:
                for file in path.iterdir():
                    if file.suffix != ".lock":
                        (Path(links) / file.name).symlink_to(file.absolute())
                return cls._open(Path(links), weights)
        except (ValueError, OSError) as exc:
            raise VersionError(None, f"cannot read the lexical index in {path.name}") from exc

    @classmethod
    def _open(cls, path: Path, weights: LexicalWeights) -> Self:
        return cls(*open_files(path), weights)

    @property
    def size(self) -> int:
        """Number of rows."""
        return self._size

    def search(self, asked: Asked, k: int, allowed: Mask | None = None) -> Ranking:
        """Return the k best rows with a positive score among the allowed ones, ties by rising row.

        The result equals the full ranking, filtered and cut: up to 2,000 allowed rows are named
        in the query; under a wider mask the list is fetched, filtered, and fetched twice as long
        until it holds k allowed rows or ends.

        Args:
            asked: any text; nothing in it is taken for query syntax.
            k: at least 1.
            allowed: shape (size,).

        Raises:
            ValueError: a mask of the wrong shape, or k under 1.
        """
        if k < 1:
            raise ValueError(f"k must be at least 1, not {k}")
        query = self._question(asked).query
        if allowed is None:
            return top(lambda n: self._run(query, n), k, self.size)
        if allowed.shape != (self.size,):
            raise ValueError(f"the mask has shape {allowed.shape}, the index {self.size} rows")
        available = int(np.count_nonzero(allowed))
        if not available:
            return rank((), ())
        if available <= _MAX_NAMED_ROWS < self.size:
            named = self._among(query, np.flatnonzero(allowed))
            return top(lambda n: self._run(named, n), k, available)
        return self._search_filtered(query, k, allowed, available)

    def ceiling(self, asked: Asked) -> float:
        """Return an upper bound of the score that any passage could reach for the question's words.

        BM25's term frequency part stays below 1, so no score reaches the sum of
        boost * idf * (k1 + 1) over the terms. Terms that no passage holds are left out, and so
        are the official words, which come on top.
        """
        return self._question(asked).ceiling

    def known(self, text: str) -> float:
        """Return the share of a text's stems, by weight, that any passage holds, 0 to 1.

        0 for a text of stop words alone.
        """
        held = whole = 0.0
        for stem in set(stems(words(text))):
            term = self._term("stems", stem, self._weights.stems)
            whole += term.idf
            held += term.idf if term.rows else 0.0
        return held / whole if whole else 0.0

    def idf(self, found_in: int) -> float:
        """Return the weight of a term that so many rows hold."""
        found_in = min(found_in, self.size)  # what was taken out may still be counted
        return math.log(1 + (self.size - found_in + 0.5) / (found_in + 0.5))

    def _terms(self, text: str, weight: float) -> list[_Term]:
        """Return a text's known terms, rarest first when some must be left out."""
        tokens = words(text)
        asked = [
            self._term(field, term, weight * field_weight * math.sqrt(times))
            for field, field_weight, counted in (
                ("stems", self._weights.stems, Counter(stems(tokens))),
                ("grams", self._weights.grams, Counter(grams(tokens))),
            )
            if field_weight > 0
            for term, times in counted.items()
        ]
        terms = [term for term in asked if term.rows]
        if self.size >= LARGE:
            most = self.size * COMMON_SHARE
            terms = [term for term in terms if term.rows <= most] or terms
        if len(terms) > MAX_TERMS:
            terms = sorted(terms, key=lambda term: (term.rows, term.text, term.field))
        return terms[:MAX_TERMS]

    def _look_up(self, field: str, term: str, boost: float) -> _Term:
        rows = self._searcher.doc_freq(field, term)
        query = tantivy.Query.term_query(self._schema, field, term, index_option="freq")
        clause = (tantivy.Occur.Should, tantivy.Query.boost_query(query, boost))
        return _Term(field, term, boost, rows, self.idf(rows), clause)

    def _read(self, asked: Asked) -> _Question:
        """Look the terms of a question up and build its query from them, never from syntax."""
        own = self._terms(asked.text, 1.0)
        clauses = [term.clause for term in own + self._terms(asked.official, OFFICIAL_WEIGHT)]
        return _Question(
            tantivy.Query.boolean_query(clauses) if clauses else tantivy.Query.empty_query(),
            (K1 + 1) * sum(term.boost * term.idf for term in own),
        )

    def _among(self, query: tantivy.Query, rows: NDArray[np.int64]) -> tantivy.Query:
        """Restrict a query to rows without changing its scores."""
        numbers = np.flatnonzero(np.isin(self._row_of_number, rows))
        named = tantivy.Query.term_set_query(self._schema, NUMBER, numbers.tolist())
        silent = tantivy.Query.const_score_query(named, 0.0)
        return tantivy.Query.boolean_query(
            [(tantivy.Occur.Must, query), (tantivy.Occur.Must, silent)]
        )

    def _run(self, query: tantivy.Query, n: int) -> Ranking:
        """Return the n best rows with a positive score, by falling score."""
        hits = self._searcher.search(query, n, count=False).hits
        numbers = self._searcher.fast_field_values(NUMBER, [address for _, address in hits])
        rows = self._row_of_number[np.array(numbers, dtype=np.int64)]
        scores = np.array([score for score, _ in hits], dtype=np.float32)
        positive = np.count_nonzero(scores > 0)
        return Ranking(rows=rows[:positive], scores=scores[:positive])

    def _search_filtered(
        self, query: tantivy.Query, k: int, allowed: Mask, available: int
    ) -> Ranking:
        """Fetch, filter, and fetch more until k allowed rows are found or the list ends."""
        # So many rows hold the wanted number of allowed ones, and a few more, if these lie evenly.
        wanted = min(self.size, math.ceil(_SPARE * (k + 1) * self.size / available))

        def fetch(n: int) -> Ranking:
            nonlocal wanted
            while True:
                found = self._run(query, wanted)
                keep = allowed[found.rows]
                if np.count_nonzero(keep) >= n or len(found.rows) < wanted or wanted >= self.size:
                    return Ranking(rows=found.rows[keep][:n], scores=found.scores[keep][:n])
                wanted = min(self.size, 2 * wanted)

        return top(fetch, k, available)

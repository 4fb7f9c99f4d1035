"""Measuring a static table by itself, on tasks whose right answers are whole documents.

How well the program finds with it is measured by `scripts/evaluate.py`, on the same tasks. The
lexical scorer here is a small one of its own, over characters' n-grams: it shows what the table
adds to lexical search, and is not the search engine of the program.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse
from tokenizers import Tokenizer

from scripts.measuring import tasks

__all__ = [
    "CharacterBm25",
    "Measures",
    "StaticScorer",
    "Task",
    "evaluate",
    "flat_task",
    "fuse",
    "measure",
]

FloatArray = npt.NDArray[np.float32]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

FUSION_WEIGHTS = {"bm25": 0.6, "cosine": 0.1, "maxsim": 0.3}
TITLE_WEIGHTS = {"bm25": 0.7, "cosine": 0.5, "maxsim": 0.5}
MIN_TOKEN_SIMILARITY = 0.2
"""Below it, a question token counts as not met by the passage."""

MAX_RANK = 10
"""The cut of MRR@10."""


@dataclass(frozen=True, slots=True)
class Task:
    """A retrieval task.

    Attributes:
        name: for the table of results.
        queries: n questions.
        passages: m passages.
        titles: m titles, the field beside each passage's body; empty when there are none.
        document_of_passage: int64, shape (m,).
        document_of_query: int64, shape (n,); the one right document.
        rivals: bool, shape (n, documents), or None. With rivals (SweFAQ: the documents of the
            question's category) the accuracy among them is counted, too.
    """

    name: str
    queries: tuple[str, ...]
    passages: tuple[str, ...]
    titles: tuple[str, ...]
    document_of_passage: IntArray
    document_of_query: IntArray
    rivals: BoolArray | None


@dataclass(frozen=True, slots=True)
class Measures:
    """Figures of one system on one task, each between 0 and 1."""

    mrr_at_10: float
    hit_at_1: float
    hit_at_5: float
    category_accuracy: float | None


def flat_task(name: str, task: tasks.Task) -> Task:
    """Lay out a task in which whole replies are looked for: each reply is a document."""
    places = {reply.id: place for place, reply in enumerate(task.replies)}
    passages = [
        (place, reply.title or "", passage.span.of(reply.text))
        for place, reply in enumerate(task.replies)
        for passage in reply.passages
    ]
    rivals = np.zeros((len(task.questions), len(places)), dtype=np.bool_)
    for row, question in enumerate(task.questions):
        rivals[row, [places[id] for id in question.rivals]] = True
    return Task(
        name=name,
        queries=tuple(question.labelled.question for question in task.questions),
        passages=tuple(text for _, _, text in passages),
        titles=tuple(title for _, title, _ in passages) if any(t for _, t, _ in passages) else (),
        document_of_passage=np.array([place for place, _, _ in passages]),
        document_of_query=np.array(
            [places[question.labelled.expected[0]] for question in task.questions]
        ),
        rivals=rivals if rivals.any() else None,
    )


class CharacterBm25:
    """Okapi BM25 (Robertson & Zaragoza 2009) over the words' character 3-5-grams."""

    def __init__(self, passages: Sequence[str], *, k1: float = 1.2, b: float = 0.75) -> None:
        self._columns: dict[str, int] = {}
        counts = self._counts(passages, grow=True)
        lengths = np.asarray(counts.sum(axis=1)).ravel()
        containing = np.asarray((counts > 0).sum(axis=0)).ravel()
        idf = np.log1p((len(passages) - containing + 0.5) / (containing + 0.5))
        rows = np.repeat(np.arange(len(passages)), np.diff(counts.indptr))
        saturation = k1 * (1 - b + b * lengths / lengths.mean())
        weights = counts.data * (k1 + 1) / (counts.data + saturation[rows])
        counts.data = (weights * idf[counts.indices]).astype(np.float32)
        self._weights = counts

    def scores(self, queries: Sequence[str]) -> FloatArray:
        """Return float32, shape (queries, passages)."""
        product = self._counts(queries, grow=False) @ self._weights.T
        return np.asarray(product.toarray(), dtype=np.float32)

    def _counts(self, texts: Sequence[str], *, grow: bool) -> sparse.csr_matrix:
        data: list[int] = []
        indptr = [0]
        for text in texts:
            for gram in _character_grams(text):
                if grow:
                    data.append(self._columns.setdefault(gram, len(self._columns)))
                elif gram in self._columns:
                    data.append(self._columns[gram])
            indptr.append(len(data))
        ones = np.ones(len(data), dtype=np.float32)
        matrix = sparse.csr_matrix((ones, data, indptr), shape=(len(texts), len(self._columns)))
        matrix.sum_duplicates()
        return matrix


def _character_grams(text: str) -> Iterable[str]:
    """Yield the 3-, 4- and 5-grams within each lower-cased word, its borders marked."""
    for word in re.findall(r"\w+", text.lower()):
        marked = f"_{word}_"
        for size in (3, 4, 5):
            for start in range(max(len(marked) - size + 1, 0)):
                yield marked[start : start + size]


class StaticScorer:
    """Cosine and MaxSim with one table."""

    def __init__(self, tokenizer: Tokenizer, table: npt.NDArray[np.floating]) -> None:
        """Take a model apart.

        Args:
            tokenizer: text -> piece numbers.
            table: shape (pieces, dims); a text's vector is the mean of its pieces' rows.
        """
        self._tokenizer = tokenizer
        self._table = table.astype(np.float32)
        norms = np.linalg.norm(self._table, axis=1)
        self._importance = norms**2
        self._directions = self._table / np.maximum(norms, 1e-9)[:, None]

    def encode(self, texts: Sequence[str]) -> FloatArray:
        """Return float32, shape (texts, dims), rows of L2 norm 1 (or 0 for an empty text)."""
        vectors = np.zeros((len(texts), self._table.shape[1]), dtype=np.float32)
        for row, ids in enumerate(self._ids(texts)):
            if ids.size:
                vectors[row] = self._table[ids].mean(axis=0)
        unit: FloatArray = vectors / np.maximum(np.linalg.norm(vectors, axis=1), 1e-9)[:, None]
        return unit

    def cosine(self, queries: Sequence[str], passages: Sequence[str]) -> FloatArray:
        """Return float32, shape (queries, passages)."""
        return self.encode(queries) @ self.encode(passages).T

    def maxsim(self, queries: Sequence[str], passages: Sequence[str]) -> FloatArray:
        """Score by late interaction (Khattab & Zaharia 2020, ColBERT's MaxSim).

        Each question piece takes its best similarity among the passage's pieces, weighted by the
        squared norm of its row: what the piece adds to the inner product of two texts when it
        meets itself. Similarities under ``MIN_TOKEN_SIMILARITY`` count nothing.

        Returns:
            float32, shape (queries, passages).
        """
        passage_ids = [np.unique(ids) for ids in self._ids(passages)]
        flat = np.concatenate(passage_ids)
        starts = np.cumsum([0, *(ids.size for ids in passage_ids[:-1])])
        query_ids = self._ids(queries)
        pieces, inverse = np.unique(np.concatenate(query_ids), return_inverse=True)
        best = np.empty((pieces.size, len(passages)), dtype=np.float32)
        for row, piece in enumerate(pieces):
            similarities = self._directions @ self._directions[piece]
            best[row] = np.maximum.reduceat(similarities[flat], starts)
        best[best < MIN_TOKEN_SIMILARITY] = 0
        best *= self._importance[pieces][:, None]
        owners = np.repeat(np.arange(len(queries)), [ids.size for ids in query_ids])
        shape = (len(queries), pieces.size)
        counts = sparse.csr_matrix((np.ones(owners.size, np.float32), (owners, inverse)), shape)
        return np.asarray(counts @ best, dtype=np.float32)

    def _ids(self, texts: Sequence[str]) -> list[IntArray]:
        encodings = self._tokenizer.encode_batch(list(texts), add_special_tokens=False)
        return [np.array(encoding.ids, dtype=np.int64) for encoding in encodings]


def measure(task: Task, scores: FloatArray) -> Measures:
    """Turn scores into figures.

    Args:
        task: what was asked.
        scores: float32, shape (queries, passages).

    Returns:
        MRR@10 and hits over all documents, a document's rank being that of its best passage; with
        rivals also the share of questions whose right answer is best among them.
    """
    documents = int(task.document_of_passage.max()) + 1
    best = np.full((len(task.queries), documents), -np.inf, dtype=np.float32)
    for passage, document in enumerate(task.document_of_passage):
        np.maximum(best[:, document], scores[:, passage], out=best[:, document])
    right = best[np.arange(len(task.queries)), task.document_of_query]
    # Ties count against us: a document that scores the same is ranked before the right one.
    ranks = (best >= right[:, None]).sum(axis=1)
    accuracy = None
    if task.rivals is not None:
        accuracy = float((((best >= right[:, None]) & task.rivals).sum(axis=1) == 1).mean())
    return Measures(
        mrr_at_10=float(np.where(ranks <= MAX_RANK, 1 / ranks, 0).mean()),
        hit_at_1=float((ranks <= 1).mean()),
        hit_at_5=float((ranks <= 5).mean()),
        category_accuracy=accuracy,
    )


def fuse(scores: dict[str, FloatArray], weights: dict[str, float]) -> FloatArray:
    """Weigh scores together after stretching each query's scores to 0-1 (min-max)."""
    total = np.zeros_like(next(iter(scores.values())))
    for name, weight in weights.items():
        low = scores[name].min(axis=1, keepdims=True)
        span = scores[name].max(axis=1, keepdims=True) - low
        total += weight * (scores[name] - low) / np.maximum(span, 1e-9)
    return total


def evaluate(
    tokenizer: Tokenizer, table: npt.NDArray[np.floating], task: Task
) -> dict[str, Measures]:
    """Measure every system on a task.

    Args:
        tokenizer: text -> piece numbers.
        table: shape (pieces, dims).
        task: what is asked.

    Returns:
        Figures by name of the system; those with the title as a field only where there are titles.
    """
    scorer = StaticScorer(tokenizer, table)
    bodies = _all_scores(scorer, task.queries, task.passages)
    systems = {**bodies, "fused": fuse(bodies, FUSION_WEIGHTS)}
    if task.titles:
        titles = _all_scores(scorer, task.queries, task.titles)
        fields = {name: bodies[name] + TITLE_WEIGHTS[name] * titles[name] for name in bodies}
        systems |= {f"{name} + title": scores for name, scores in fields.items()}
        systems["fused + title"] = fuse(fields, FUSION_WEIGHTS)
    return {name: measure(task, scores) for name, scores in systems.items()}


def _all_scores(
    scorer: StaticScorer, queries: Sequence[str], passages: Sequence[str]
) -> dict[str, FloatArray]:
    return {
        "bm25": CharacterBm25(passages).scores(queries),
        "cosine": scorer.cosine(queries, passages),
        "maxsim": scorer.maxsim(queries, passages),
    }

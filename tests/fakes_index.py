"""One legible stand-in for each port of `index`, and a static model folder small enough to read."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import DTypeLike
from safetensors.numpy import save_file
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

from index.fusion import rank
from index.lexical import DEFAULT_WEIGHTS, OFFICIAL_WEIGHT, LexicalWeights
from index.lexical_files import CONTEXT_TIMES, LexicalDocument
from index.model import Asked, Mask, Ranking, Vectors
from index.text import grams, stems, words
from knowledge.model import Reply

__all__ = [
    "SWEDISH",
    "BruteForceLexical",
    "BruteForceVectors",
    "FixedRecord",
    "KeywordEncoder",
    "quantised_length",
    "small_tokenizer",
    "write_static_model",
]

SWEDISH = (
    "Kommunen svarar på frågan om skolskjutsen på landsbygden.",
    "Snöröjningen av gång- och cykelvägar sköts av gatukontoret.",
    "Hemtjänsttaxan höjs inte under året, enligt socialnämndens ordförande.",
    "Återvandringsbidraget betalas av staten och inte av kommunen.",
    "Gatubelysningen släcks nattetid för att spara energi.",
)


class FixedRecord:
    """Replies in memory, each with a fingerprint of all that it holds."""

    def __init__(self, replies: Iterable[Reply]) -> None:
        self._replies = {reply.id: reply for reply in replies}

    def fingerprints(self, known: Mapping[str, str] | None = None, /) -> dict[str, str]:
        """Return a value that tells whether a reply changed."""
        return {id: sha256(repr(one).encode()).hexdigest() for id, one in self._replies.items()}

    def load(self, reply_id: str, /) -> Reply:
        """Return one reply."""
        return self._replies[reply_id]


class KeywordEncoder:
    """One dimension a keyword: 1 where the text holds it as part of a word.

    Args:
        keywords: lower-cased; their order is the order of the dimensions.
        name: of the encoder; another name is another digest.
    """

    def __init__(self, keywords: Sequence[str], name: str = "keywords") -> None:
        self.keywords = tuple(keywords)
        self.name = name

    @property
    def digest(self) -> str:
        """Hex digest of the name and the keywords."""
        return sha256("\n".join((self.name, *self.keywords)).encode()).hexdigest()

    @property
    def dim(self) -> int:
        """Number of keywords."""
        return len(self.keywords)

    def encode_queries(self, texts: Sequence[str], /) -> Vectors:
        """Return one row a text, of length 1 unless no keyword is held."""
        rows = np.zeros((len(texts), self.dim), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            row[:] = [keyword in text.lower() for keyword in self.keywords]
            row /= max(1.0, float(np.linalg.norm(row)))
        return rows

    def encode_passages(self, texts: Sequence[str], /) -> Vectors:
        """Return the same rows as for questions."""
        return self.encode_queries(texts)


class BruteForceVectors:
    """Every inner product, sorted."""

    def __init__(self, vectors: Vectors) -> None:
        self.vectors = np.asarray(vectors, dtype=np.float32)

    def search(self, vectors: Vectors, k: int, allowed: Mask | None = None) -> list[Ranking]:
        """Return the k best allowed rows for each question."""
        if not np.isfinite(vectors).all():
            raise ValueError("a question's vector holds NaN or infinity")
        rows = np.arange(len(self.vectors)) if allowed is None else np.flatnonzero(allowed)
        ranked = [rank(rows, self.vectors[rows] @ vector) for vector in vectors]
        return [Ranking(rows=best.rows[:k], scores=best.scores[:k]) for best in ranked]


def quantised_length(length: int) -> int:
    """Round a field length as tantivy and Lucene do: 3 bits after the leading one, from 40 on.

    The steps grow from 2 to 4 after 56, to 8 after 88 and so on, eight of each.
    """
    step, start = 2, 40
    while length >= start + 8 * step:
        start += 8 * step
        step *= 2
    return length if length <= 40 else start + (length - start) // step * step


class BruteForceLexical:
    """BM25 as its formula is written in `index.lexical`, over dictionaries."""

    def __init__(
        self, documents: Iterable[LexicalDocument], weights: LexicalWeights = DEFAULT_WEIGHTS
    ) -> None:
        self.weights = weights
        self.rows = [
            self._fields(words(one.body) + words(one.context) * CONTEXT_TIMES) for one in documents
        ]

    @staticmethod
    def _fields(tokens: list[str]) -> Mapping[str, Counter[str]]:
        """Return the term counts of each field."""
        return {"stems": Counter(stems(tokens)), "grams": Counter(grams(tokens))}

    def _idf(self, field: str, term: str) -> float:
        """Return ln(1 + (N - n + 0.5) / (n + 0.5))."""
        held = sum(term in row[field] for row in self.rows)
        return math.log(1 + (len(self.rows) - held + 0.5) / (held + 0.5))

    def score(self, asked: Asked, row: int) -> float:
        """Return the score of one row."""
        return self._score(asked.text, row) + OFFICIAL_WEIGHT * self._score(asked.official, row)

    def _score(self, text: str, row: int) -> float:
        asked, total = self._fields(words(text)), 0.0
        for field, weight in self.weights._asdict().items():
            average = sum(one[field].total() for one in self.rows) / len(self.rows)
            counts = self.rows[row][field]
            for term, times in asked[field].items():
                if (found := counts[term]) == 0:
                    continue
                length = quantised_length(counts.total()) / average
                part = found / (found + 1.2 * (1 - 0.75 + 0.75 * length))
                total += math.sqrt(times) * weight * self._idf(field, term) * 2.2 * part
        return total

    def search(self, asked: Asked, k: int, allowed: Mask | None = None) -> Ranking:
        """Return the k best allowed rows with a positive score."""
        rows = np.arange(len(self.rows)) if allowed is None else np.flatnonzero(allowed)
        best = rank(rows, [self.score(asked, int(row)) for row in rows])
        count = min(k, int(np.count_nonzero(best.scores > 0)))
        return Ranking(rows=best.rows[:count], scores=best.scores[:count])

    def ceiling(self, asked: Asked) -> float:
        """Return the sum of what every known term of the question could give at the most."""
        terms = self._fields(words(asked.text))
        total = sum(
            math.sqrt(times) * weight * self._idf(field, term) * 2.2
            for field, weight in self.weights._asdict().items()
            for term, times in terms[field].items()
            if any(term in row[field] for row in self.rows)
        )
        return float(total)

    def known(self, text: str) -> float:
        """Return the share of the text's stems, by idf, that any row holds."""
        idf = {stem: self._idf("stems", stem) for stem in stems(words(text))}
        held = [
            weight for stem, weight in idf.items() if any(stem in row["stems"] for row in self.rows)
        ]
        return sum(held) / sum(idf.values()) if idf else 0.0


def small_tokenizer() -> Tokenizer:
    """Return a lower-cased WordPiece of a few whole words and all their letters."""
    held = [word for sentence in SWEDISH for word in words(sentence)]
    letters = sorted(set("".join(held)))
    pieces = ["[PAD]", "[UNK]", *letters, *(f"##{letter}" for letter in letters), *".,?!-"]
    vocabulary = {piece: i for i, piece in enumerate(dict.fromkeys([*pieces, *held]))}
    tokenizer = Tokenizer(models.WordPiece(vocab=vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFC(), normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    return tokenizer


def write_static_model(
    folder: Path,
    *,
    dim: int = 16,
    dtype: DTypeLike = np.float32,
    prompts: Mapping[str, str | None] | None = None,
    seed: int = 0,
) -> Path:
    """Write a static model as sentence-transformers saves one, with a seeded random table."""
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = small_tokenizer()
    tokenizer.save(str(folder / "tokenizer.json"))
    table = np.random.default_rng(seed).normal(size=(tokenizer.get_vocab_size(), dim))
    save_file({"embedding.weight": table.astype(dtype)}, folder / "model.safetensors")
    (folder / "modules.json").write_text(
        json.dumps(
            [
                {"idx": 0, "name": "0", "path": "", "type": f"{_MODULES}.StaticEmbedding"},
                {"idx": 1, "name": "1", "path": "1_Normalize", "type": f"{_MODULES}.Normalize"},
            ]
        ),
        encoding="utf-8",
    )
    (folder / "1_Normalize").mkdir(exist_ok=True)
    (folder / "config_sentence_transformers.json").write_text(
        json.dumps({"prompts": dict(prompts or {}), "default_prompt_name": None}), encoding="utf-8"
    )
    return folder


_MODULES = "sentence_transformers.models"

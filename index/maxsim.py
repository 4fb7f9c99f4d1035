"""MaxSim: how well each token of a question is matched somewhere in a passage.

Source: Khattab & Zaharia, "ColBERT: Efficient and Effective Passage Search via Contextualized Late
Interaction over BERT" (SIGIR 2020), here over a static table instead of contextual vectors, with
token weights and divided by their sum, so that the score is the weighted share of the question
that the passage covers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Literal, NamedTuple, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from index.errors import VersionError
from index.model import Vectors

__all__ = [
    "LEAST_SIMILARITY",
    "LITERAL_SIMILARITY",
    "Matches",
    "TokenStore",
    "TokenVectors",
    "match",
]

LEAST_SIMILARITY = 0.2
"""Cosines below this are chance and count as 0."""

LITERAL_SIMILARITY = 0.7
"""From this cosine on, two tokens are forms of one word more often than words of one field."""

# OpenBLAS stays on one thread up to so many multiplications.
_SINGLE_THREADED_PRODUCT = 1 << 18
_IDS = "ids.npy"
_OFFSETS = "offsets.npy"


TokenVectors: TypeAlias = Callable[[NDArray[np.intp]], tuple[Vectors, NDArray[np.float32]]]
"""Looks tokens up: ids of shape (n,) give unit vectors (n, dim) and weights (n,)."""


class Matches(NamedTuple):
    """How well passages match a question, each shape (passages,), 0 to 1.

    Attributes:
        maxsim: weighted mean, over what is asked, of the best match in the passage.
        literal: share of the question's own tokens, by weight, that stand in the passage almost
            as they were put.
    """

    maxsim: NDArray[np.float32]
    literal: NDArray[np.float32]


def match(
    concepts: Sequence[Sequence[NDArray[np.uint16]]],
    passages: Sequence[NDArray[np.uint16]],
    look_up: TokenVectors,
) -> Matches:
    """Score passages by how well they match each concept of a question, said one way or another.

    A concept's score is that of its best matched wording; its weight is that of its first, the
    one that was asked.

    Args:
        concepts: each one's wordings, each wording's token ids, repeats counted.
        passages: n arrays of token ids; empty ones score 0.
        look_up: gives the vectors and the weights, none negative, of the tokens that occur.

    Returns:
        All 0 when no concept has a token of positive weight.
    """
    scores = np.zeros((2, len(passages)), dtype=np.float32)
    wordings = [ids for concept in concepts for ids in concept]
    tokens = np.unique(np.concatenate(wordings)) if wordings else np.zeros(0, dtype=np.uint16)
    lengths = np.fromiter(map(len, passages), dtype=np.int64, count=len(passages))
    filled = np.flatnonzero(lengths)
    if not tokens.size or not filled.size:
        return Matches(*scores)
    asked, weights = look_up(tokens.astype(np.intp))
    best = _best_matches([passages[place] for place in filled.tolist()], asked, look_up)
    own = np.zeros(tokens.size, dtype=np.float32)
    matched = np.zeros(filled.size, dtype=np.float32)
    for concept in concepts:
        places = [np.searchsorted(tokens, ids) for ids in concept]
        importance = float(weights[places[0]].sum()) if places else 0.0
        if importance > 0:
            np.add.at(own, places[0], weights[places[0]])
            means = [_mean(best, weights, one) for one in places]
            matched += importance * (means[0] if len(means) == 1 else np.max(means, axis=0))
    total = float(own.sum())
    if total > 0:
        scores[0, filled] = np.clip(matched / total, 0, 1)
        scores[1, filled] = np.clip((best >= LITERAL_SIMILARITY) @ own / total, 0, 1)
    return Matches(*scores)


def _mean(
    best: NDArray[np.float32], weights: NDArray[np.float32], places: NDArray[np.intp]
) -> NDArray[np.float32]:
    """Return each passage's weighted mean match over some tokens, shape (passages,)."""
    share = weights[places]
    total = float(share.sum())
    mean: NDArray[np.float32] = best[:, places] @ share / total if total > 0 else best[:, 0] * 0
    return mean


def _best_matches(
    passages: Sequence[NDArray[np.uint16]], asked: Vectors, look_up: TokenVectors
) -> NDArray[np.float32]:
    """Return the best cosine of each asked token in each passage, shape (passages, tokens).

    Args:
        passages: none empty.
        asked: unit vectors, shape (tokens, dim).
        look_up: gives the vectors of the passages' tokens.
    """
    # Each token that occurs is compared once, however many passages hold it.
    held = np.concatenate(passages)
    occurs = np.zeros(int(held.max()) + 1, dtype=np.bool_)
    occurs[held] = True
    distinct = np.flatnonzero(occurs)
    similar = _cosines(distinct, asked, look_up)
    similar[similar < LEAST_SIMILARITY] = 0
    position = np.zeros(occurs.size, dtype=np.intp)
    position[distinct] = np.arange(distinct.size)
    starts = np.concatenate(([0], np.cumsum([len(ids) for ids in passages])[:-1]))
    best: NDArray[np.float32] = np.maximum.reduceat(similar[position[held]], starts, axis=0)
    return best


def _cosines(distinct: NDArray[np.intp], asked: Vectors, look_up: TokenVectors) -> Vectors:
    """Return the cosine of every distinct token with every asked one, shape (n, q).

    The product is cut into blocks too small for BLAS to start threads, which on a busy machine
    wait for each other for many times as long as the product takes.
    """
    tokens, dim = asked.shape
    block = max(1, _SINGLE_THREADED_PRODUCT // (tokens * dim))
    padded = np.zeros(-(-distinct.size // block) * block, dtype=np.intp)
    padded[: distinct.size] = distinct
    vectors, _ = look_up(padded)
    cosines: Vectors = vectors.reshape(-1, block, dim) @ asked.T
    return cosines.reshape(-1, tokens)[: distinct.size]


class TokenStore:
    """The token ids of all passages in a folder of two arrays, mapped into memory.

    `ids.npy` holds all ids one after the other (uint16), `offsets.npy` where each passage starts
    and the last one ends (int64, one more than passages).
    """

    def __init__(self, ids: NDArray[np.uint16], offsets: NDArray[np.int64]) -> None:
        self._ids = ids
        self._offsets = offsets

    @staticmethod
    def build(passages: Iterable[NDArray[np.uint16]], path: Path) -> int:
        """Write the token ids of passages to a folder, row by row, and return their number."""
        arrays = [np.asarray(ids, dtype=np.uint16) for ids in passages]
        lengths = np.array([0, *map(len, arrays)], dtype=np.int64)
        path.mkdir(parents=True, exist_ok=True)
        ids = np.concatenate(arrays) if arrays else np.zeros(0, dtype=np.uint16)
        np.save(path / _IDS, ids, allow_pickle=False)
        np.save(path / _OFFSETS, np.cumsum(lengths), allow_pickle=False)
        return len(arrays)

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open a folder written by `build`.

        Raises:
            VersionError: missing, damaged or not such a folder.
        """
        try:
            # An empty file cannot be mapped, so a record without tokens is read instead.
            offsets = np.load(path / _OFFSETS, allow_pickle=False)
            mode: Literal["r"] | None = "r" if offsets[-1] else None
            ids = np.load(path / _IDS, mmap_mode=mode, allow_pickle=False)
            if ids.dtype != np.uint16 or ids.shape != (offsets[-1],):
                raise ValueError(f"{ids.shape} ids of {ids.dtype} for {offsets[-1]}")
        except (EOFError, OSError, ValueError, IndexError) as exc:
            raise VersionError(None, f"cannot read the tokens in {path.name}") from exc
        return cls(ids.view(np.ndarray), offsets)

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def row(self, row: int) -> NDArray[np.uint16]:
        """Return the token ids of one passage, a view into the file.

        Raises:
            IndexError: no such row.
        """
        if not 0 <= row < len(self):
            raise IndexError(f"row {row} of {len(self)}")
        return self._ids[self._offsets[row] : self._offsets[row + 1]]

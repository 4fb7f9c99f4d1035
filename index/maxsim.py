"""MaxSim: how well each token of a question is matched somewhere in a passage.

Source: Khattab & Zaharia, "ColBERT: Efficient and Effective Passage Search via Contextualized Late
Interaction over BERT" (SIGIR 2020), here over a static table instead of contextual vectors, with
token weights and divided by their sum, so that the score is the weighted share of the question
that the passage covers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from index.model import Vectors
from index.ragged import Held, Ragged

__all__ = [
    "LEAST_SHARE",
    "LEAST_SIMILARITY",
    "LITERAL_SIMILARITY",
    "Matches",
    "TokenIds",
    "TokenVectors",
    "match",
]

LEAST_SIMILARITY = 0.2
"""Cosines below this are chance and count as 0."""

LEAST_SHARE = 0.01
"""A token of the question that has less of its weight is left out: "i", "och", the full stop."""

LITERAL_SIMILARITY = 0.7
"""From this cosine on, two tokens are forms of one word more often than words of one field."""

TokenIds: TypeAlias = Ragged[np.uint16]
"""The token ids of all passages, a row each."""

TokenVectors: TypeAlias = Callable[[NDArray[np.intp]], tuple[Vectors, NDArray[np.float32]]]
"""Looks tokens up: ids of shape (n,) give unit vectors (n, dim) and weights (n,)."""


@dataclass(frozen=True, slots=True)
class Matches:
    """How well passages match each token of their question.

    Attributes:
        best: shape (questions, passages, tokens): the best cosine in the passage, 0 to 1; 0 where
            it is below `LEAST_SIMILARITY`, and for tokens that a question does not have.
        weights: shape (questions, tokens): what each token counts, in sum 1; all 0 when nothing
            counts.
    """

    best: NDArray[np.float32]
    weights: NDArray[np.float32]

    def maxsim(self) -> NDArray[np.float32]:
        """Return the weighted mean of the matches, shape (questions, passages), 0 to 1."""
        return _mean(self.best, self.weights)

    def literal(self) -> NDArray[np.float32]:
        """Return the share of the question that stands in each passage almost as it was put."""
        return _mean((self.best >= LITERAL_SIMILARITY).astype(np.float32), self.weights)

    def reach(self) -> NDArray[np.float32]:
        """Return the share of each question that is matched by any passage, 0 to 1."""
        reach: NDArray[np.float32] = (self.best.max(axis=1, initial=0) * self.weights).sum(axis=1)
        return reach

    def telling(self, leaders: NDArray[np.intp]) -> NDArray[np.float32]:
        """Return MaxSim with each token counting by what the leaders lack of it.

        Where all the leading passages speak of speed limits, "speed" no longer tells them apart.

        Args:
            leaders: passages of each question, at least one, shape (questions, leaders).
        """
        leading = self.best[np.arange(len(leaders))[:, None], leaders]
        weights = self.weights * (1 - leading.sum(axis=1) / np.float32(leaders.shape[1]))
        total = weights.sum(axis=1, keepdims=True)
        return _mean(self.best, weights * (total > _TINY) / np.maximum(total, _TINY))


_TINY = np.float32(1e-6)
_VOCABULARY = 1 << 16


def _mean(matched: NDArray[np.float32], weights: NDArray[np.float32]) -> NDArray[np.float32]:
    mean: NDArray[np.float32] = np.clip(np.matmul(matched, weights[:, :, None])[:, :, 0], 0, 1)
    return mean


def match(
    asked: Sequence[NDArray[np.uint16]], held: Held[np.uint16], look_up: TokenVectors
) -> Matches:
    """Match passages with each token of their question.

    Args:
        asked: each question's token ids, repeats counted; at least one question.
        held: the tokens of n passages for each question; those without tokens match nothing.
        look_up: gives the vectors and the weights, none negative, of the tokens that occur.
    """
    counts = [Counter(ids.tolist()) for ids in asked]
    vectors, weights = look_up(np.array([id for one in counts for id in one], dtype=np.intp))
    weights = weights * np.array([n for one in counts for n in one.values()], dtype=np.float32)
    longest = max(map(len, counts))
    best = np.zeros((len(asked), len(held.lengths) // len(asked), longest), dtype=np.float32)
    shares = np.zeros((len(asked), longest), dtype=np.float32)
    start = 0
    for row, (one, part) in enumerate(zip(counts, held.parts(len(asked)), strict=True)):
        own = weights[start : start + len(one)]
        total = own.sum()
        telling = np.flatnonzero(own >= LEAST_SHARE * total)
        if total > 0 and len(part.values):
            shares[row, : len(telling)] = own[telling] / own[telling].sum()
            filled = part.lengths > 0
            best[row, filled, : len(telling)] = _best_matches(
                part, vectors[start + telling], look_up
            )
        start += len(one)
    return Matches(best, shares)


def _best_matches(
    held: Held[np.uint16], asked: Vectors, look_up: TokenVectors
) -> NDArray[np.float32]:
    """Return the best cosine of each asked token in each passage that has tokens.

    Args:
        held: at least one token.
        asked: unit vectors, shape (tokens, dim).
        look_up: gives the vectors of the passages' tokens.

    Returns:
        Shape (passages with tokens, tokens).
    """
    # Each token that occurs is compared once, however many passages hold it. The arrays over the
    # vocabulary are of small types: they are met at random, and so should lie in the near cache.
    occurs = np.zeros(_VOCABULARY, dtype=np.bool_)
    occurs[held.values] = True
    distinct = np.flatnonzero(occurs)
    position = np.empty(_VOCABULARY, dtype=np.uint16)
    position[distinct] = np.arange(distinct.size, dtype=np.uint16)
    vectors, _ = look_up(distinct)
    similar = asked @ vectors.T
    similar *= similar >= LEAST_SIMILARITY
    starts = held.starts[held.lengths > 0]
    best: NDArray[np.float32] = np.maximum.reduceat(
        similar.take(position[held.values], axis=1), starts, axis=1
    )
    return best.T

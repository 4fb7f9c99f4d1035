"""What search needs from outside: an encoder, a vector index, a lexical index."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from index.model import Asked, Mask, Ranking, Vectors

__all__ = ["Encoder", "LexicalIndex", "TokenEncoder", "VectorIndex"]


class Encoder(Protocol):
    """Turns text into vectors; questions and passages have separate calls and prompts."""

    @property
    def name(self) -> str:
        """The configured name (`embedded`, a model name or a folder)."""

    @property
    def digest(self) -> str:
        """Hex digest of everything that decides the vectors: weights, tokenizer, prompts."""

    @property
    def dim(self) -> int:
        """Number of dimensions."""

    def encode_queries(self, texts: Sequence[str], /) -> Vectors:
        """Embed questions.

        Args:
            texts: n NFC-normalised questions.

        Returns:
            Shape (n, dim), rows of L2 norm 1 (a text without any known token gives a zero row),
            so inner product is cosine; row i belongs to texts[i].

        Raises:
            EncoderUnavailable: the model gives NaN, infinity or another dimension.
        """

    def encode_passages(self, texts: Sequence[str], /) -> Vectors:
        """Embed passages; as `encode_queries`, with the passage prompt."""


@runtime_checkable
class TokenEncoder(Protocol):
    """An encoder that also has one fixed vector per token, for late interaction (MaxSim)."""

    def token_ids(self, texts: Sequence[str], /) -> list[NDArray[np.uint16]]:
        """Return each text's token ids, without special tokens, in order, repeats kept."""

    @property
    def joins(self) -> bool:
        """Whether the ids of two texts joined by a blank are theirs, one after the other."""

    def encode_tokens(self, ids: Sequence[NDArray[np.uint16]], /) -> Vectors:
        """Embed passages by what `token_ids` gave for them.

        As `encode_passages`, for who has cut the texts already.
        """

    def token_vectors(self, ids: NDArray[np.intp], /) -> tuple[Vectors, NDArray[np.float32]]:
        """Look tokens up.

        Args:
            ids: shape (n,).

        Returns:
            Their unit vectors, shape (n, token dim), token dim at most `dim`, and their weights,
            shape (n,): the squared norm that the vector had in the table, by which rare words
            count more. (The plain norm finds less: docs/results/encoder.md.)

        Raises:
            EncoderUnavailable: the model holds NaN or infinity.
        """


class VectorIndex(Protocol):
    """Nearest passages by inner product; opened from an immutable file."""

    def search(self, vectors: Vectors, k: int, allowed: Mask | None = None) -> list[Ranking]:
        """Return for each question the k best rows among the allowed ones, fewer if there are.

        Args:
            vectors: shape (questions, dim).
            k: at least 1.
            allowed: applied before the top k is taken; None allows all.
        """


class LexicalIndex(Protocol):
    """BM25 over words and their parts; opened from an immutable folder."""

    def search(self, asked: Asked, k: int, allowed: Mask | None = None) -> Ranking:
        """Return the k best rows with a positive score among the allowed ones."""

    def ceiling(self, asked: Asked) -> float:
        """Return an upper bound of the score that any passage could reach for the question's words.

        0 when no part of them is known to the index.
        """

    def known(self, text: str) -> float:
        """Return the share of a text's words, by weight, that any passage holds, 0 to 1."""

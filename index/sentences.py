"""The sentences of passages as vectors, to look closer at the candidates.

The vector of a long passage is a mean over all that it speaks of; a question mostly asks for what
one sentence says. So each passage's sentences are kept too, and its heading (title and question),
as bytes (`index.vectors`): they are read for the candidates only, from a file mapped into memory.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Literal, NamedTuple, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from index.errors import VersionError
from index.model import Vectors
from index.vectors import as_bytes, bytes_per_unit

__all__ = ["ByteVectors", "Nearness", "SentenceStore", "sentences"]

ByteVectors: TypeAlias = NDArray[np.int8]
"""int8, shape (n, dim): unit vectors as whole numbers (`index.vectors`)."""

LEAST_WORDS = 8
"""A shorter sentence says too little alone and goes with the one before it."""

_BORDER = re.compile(r"(?<=[.!?:;])\s+|\n+")
_VECTORS = "vectors.npy"
_OFFSETS = "offsets.npy"


def sentences(text: str) -> list[str]:
    """Part a passage into its sentences, none shorter than eight words unless it is the only one.

    Unlike `knowledge.parsing.sentences` it need not be right to the word: nothing is quoted by it.
    """
    found: list[str] = []
    for part in filter(None, map(str.strip, _BORDER.split(text))):
        if found and min(len(found[-1].split()), len(part.split())) < LEAST_WORDS:
            found[-1] = f"{found[-1]} {part}"
        else:
            found.append(part)
    return found


class Nearness(NamedTuple):
    """How near a question comes to parts of passages, each shape (passages,), 0 to 1.

    Attributes:
        sentence: the highest cosine with any sentence of the passage.
        heading: the cosine with its title and question; 0 where there is none.
    """

    sentence: NDArray[np.float32]
    heading: NDArray[np.float32]


class SentenceStore:
    """The vectors of all passages' headings and sentences, in a folder of two arrays.

    `vectors.npy` holds them one passage after the other, the heading first (int8), `offsets.npy`
    where each passage starts and the last one ends (int64, one more than passages).
    """

    def __init__(self, vectors: ByteVectors, offsets: NDArray[np.int64]) -> None:
        self._vectors = vectors
        self._offsets = offsets

    @staticmethod
    def build(passages: Iterable[ByteVectors], path: Path, dim: int) -> None:
        """Write the vectors of passages, each with its heading first and at least one sentence."""
        path.mkdir(parents=True, exist_ok=True)
        rows = list(passages)
        offsets = np.cumsum([0, *map(len, rows)], dtype=np.int64)
        vectors = np.concatenate([np.zeros((0, dim), dtype=np.int8), *rows])
        np.save(path / _VECTORS, vectors, allow_pickle=False)
        np.save(path / _OFFSETS, offsets, allow_pickle=False)

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open a folder written by `build`.

        Raises:
            VersionError: missing, damaged or not such a folder.
        """
        try:
            offsets = np.load(path / _OFFSETS, allow_pickle=False)
            # An empty file cannot be mapped, so a record without passages is read instead.
            mode: Literal["r"] | None = "r" if offsets[-1] else None
            vectors = np.load(path / _VECTORS, mmap_mode=mode, allow_pickle=False)
            if vectors.dtype != np.int8 or vectors.ndim != 2 or len(vectors) != offsets[-1]:
                raise ValueError(f"{vectors.shape} vectors of {vectors.dtype} for {offsets[-1]}")
        except (EOFError, OSError, ValueError, IndexError) as exc:
            raise VersionError(None, f"cannot read the sentences in {path.name}") from exc
        return cls(vectors.view(np.ndarray), offsets)

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def row(self, row: int) -> ByteVectors:
        """Return the heading and the sentences of one passage.

        Raises:
            IndexError: no such row.
        """
        if not 0 <= row < len(self):
            raise IndexError(f"row {row} of {len(self)}")
        return self._vectors[self._offsets[row] : self._offsets[row + 1]]

    def nearness(self, rows: NDArray[np.int64], vector: NDArray[np.float32]) -> Nearness:
        """Compare a question with the parts of some passages.

        Args:
            rows: shape (passages,), at least one.
            vector: the question's unit vector, shape (dim,).
        """
        starts = self._offsets[rows]
        lengths = self._offsets[rows + 1] - starts
        ends = np.cumsum(lengths)
        firsts = ends - lengths
        places = np.repeat(starts - firsts, lengths) + np.arange(ends[-1])
        cosines = self._vectors[places].astype(np.float32) @ vector
        cosines = np.clip(cosines / bytes_per_unit(len(vector)), 0, 1)
        headings = cosines[firsts]
        cosines[firsts] = 0
        return Nearness(np.maximum.reduceat(cosines, firsts), headings)


def parts_as_bytes(heading: Vectors, parts: Vectors) -> ByteVectors:
    """Return a passage's heading, shape (1, dim), and sentences, shape (n, dim), as bytes."""
    return as_bytes(np.concatenate([heading, parts])).astype(np.int8)

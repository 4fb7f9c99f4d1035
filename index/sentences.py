"""The sentences of passages as vectors, to look closer at the candidates.

The vector of a long passage is a mean over all that it speaks of; a question mostly asks for what
one sentence says. So each passage's sentences are kept too, and its heading (title and question),
as bytes (`index.vectors`): they are read for the candidates only, from a file mapped into memory.
"""

from __future__ import annotations

import re
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from index.model import Vectors
from index.ragged import Held, Ragged
from index.vectors import as_bytes, bytes_per_unit

__all__ = ["ByteVectors", "Nearness", "Parts", "nearness", "parts_as_bytes", "sentences"]

ByteVectors: TypeAlias = NDArray[np.int8]
"""int8, shape (n, dim): unit vectors as whole numbers (`index.vectors`)."""

Parts: TypeAlias = Ragged[np.int8]
"""The byte vectors of all passages, a row each: its heading, then its sentences."""

LEAST_WORDS = 8
"""A shorter sentence says too little alone and goes with the one before it."""

_BORDER = re.compile(r"(?<=[.!?:;])\s+|\n+")


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


def nearness(held: Held[np.int8], vector: NDArray[np.float32]) -> Nearness:
    """Compare a question with the parts of some passages.

    Args:
        held: at least one passage, each with its heading first.
        vector: the question's unit vector, shape (dim,).
    """
    cosines = held.values.astype(np.float32) @ vector
    cosines = np.clip(cosines / bytes_per_unit(len(vector)), 0, 1)
    starts = held.starts
    headings = cosines[starts]
    cosines[starts] = 0
    return Nearness(np.maximum.reduceat(cosines, starts), headings)


def parts_as_bytes(parts: Vectors) -> ByteVectors:
    """Return the unit vectors of headings and sentences as bytes."""
    return as_bytes(parts).astype(np.int8)

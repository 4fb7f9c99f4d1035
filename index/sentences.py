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
    """How near questions come to parts of passages, each shape (questions, passages), 0 to 1.

    Attributes:
        sentence: the highest cosine with any sentence of the passage.
        heading: the cosine with its title and question; 0 where there is none.
    """

    sentence: NDArray[np.float32]
    heading: NDArray[np.float32]


def nearness(held: Held[np.int8], vectors: Vectors) -> Nearness:
    """Compare questions with the parts of some passages.

    Args:
        held: equally many passages for each question, at least one, each with its heading first.
        vectors: the questions', shape (questions, dim).
    """
    questions, dim = vectors.shape
    cosines = np.concatenate(
        [
            part.values.astype(np.float32) @ vector
            for part, vector in zip(held.parts(questions), vectors, strict=True)
        ]
    )
    cosines = np.clip(cosines / bytes_per_unit(dim), 0, 1)
    starts = held.starts
    headings = cosines[starts]
    cosines[starts] = 0
    nearest = np.maximum.reduceat(cosines, starts)
    return Nearness(nearest.reshape(questions, -1), headings.reshape(questions, -1))


def parts_as_bytes(parts: Vectors) -> ByteVectors:
    """Return the unit vectors of headings and sentences as bytes."""
    return as_bytes(parts).astype(np.int8)

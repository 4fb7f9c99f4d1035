"""How near a question comes to municipal passages at large, to judge how near the record's are.

A question that resembles all sorts of official text finds something near in any record; one in
rare words finds nothing very near even where the answer is. The mean of the question's best
cosines among a fixed *cohort* of passages outside the record tells the two apart, as score
normalisation by a cohort does in speaker verification (Auckenthaler, Carey & Lloyd-Thomas, "Score
normalization for text-independent speaker verification systems", Digital Signal Processing 10,
2000). The cohort belongs to the encoder that made its vectors.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.model import Vectors

__all__ = ["NEAREST", "Cohort"]

NEAREST = 8
"""So many of the best cosines are averaged."""


class Cohort:
    """Vectors of passages outside the record.

    Args:
        vectors: shape (n, dim), n at least 1.
    """

    def __init__(self, vectors: Vectors) -> None:
        self._vectors = vectors

    @classmethod
    def open(cls, path: Path) -> Cohort:
        """Read what `save` wrote."""
        return cls(np.load(path, allow_pickle=False).astype(np.float32))

    def save(self, path: Path) -> None:
        """Write the vectors in half precision."""
        np.save(path, self._vectors.astype(np.float16), allow_pickle=False)

    def nearness(self, vectors: Vectors) -> NDArray[np.float32]:
        """Return the mean of the best cosines with each question's vector, shape (questions,)."""
        cosines = vectors @ self._vectors.T
        nearest = min(NEAREST, len(self._vectors))
        cosines.partition(-nearest)
        best: NDArray[np.float32] = cosines[:, -nearest:].sum(axis=1) / np.float32(nearest)
        return best

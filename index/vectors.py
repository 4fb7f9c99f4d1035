"""Dense vectors on disk, searched by inner product with FAISS, always exhaustively.

Few vectors are kept as float32. More are kept as whole numbers of 8 bits, a quarter of the size,
and so is the question's vector then: products of bytes are several times as fast as those of
floats, and need no graph, which would take minutes to build and miss some. Measured
for the best 100 of one query on one thread (256 dimensions, unit vectors around 500 centres,
two-core virtual machine; median in ms, and the share of the exact best 100 found):

=========  ==============  ==================  ============
passages   float32         8 bits, learnt      whole bytes
                           ranges
=========  ==============  ==================  ============
10,000      0.8             0.6, .99           0.3, .98
80,000      6.7             7.9, 1.00          2.5, .98
250,000    38.9            11.9, .99           6.9, .98
=========  ==============  ==================  ============

Whoever needs exact products takes them from the version's embeddings, as the search does for all
that is proposed.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from index.encoders.rows import widen
from index.errors import VersionError
from index.fusion import rank, top
from index.model import Mask, Ranking, Vectors
from index.splice import Run, fresh_rows, spliced

__all__ = [
    "EXACT_MAX_VALUES",
    "FaissVectorIndex",
    "Layout",
    "VectorLayout",
    "as_bytes",
    "build",
    "bytes_per_unit",
    "choose_layout",
]

EXACT_MAX_VALUES = 4_000 * 256
"""Most numbers (passages times dimensions) kept as float32: 4 MB."""

_LARGEST_BYTE = 127
_ROWS_AT_ONCE = 8_192  # so that float copies of all never lie in memory
_REMEMBERED_MASKS = 8  # residents all search under the same one
# Bytes per standard deviation of a unit vector's numbers, which is 1 / sqrt(dim): what lies beyond
# 6.3 of them is cut off.
_BYTES_PER_DEVIATION = 20


class Layout(StrEnum):
    """How the vectors lie in the file."""

    EXACT = "exact"
    BYTES = "bytes"


@dataclass(frozen=True, slots=True)
class VectorLayout:
    """A layout and why it was chosen, for the manifest."""

    kind: Layout
    reason: str


FaissObject: TypeAlias = Any
"""An object of FAISS, whose type stubs do not know what its Python layer adds."""

faiss: FaissObject = import_module("faiss")


def choose_layout(n: int, dim: int) -> VectorLayout:
    """Choose how to store n vectors of dim dimensions; see the module's figures."""
    size = f"{n} vectors of {dim} dimensions"
    if n * dim <= EXACT_MAX_VALUES:
        return VectorLayout(Layout.EXACT, f"{size}: few enough for exact numbers")
    return VectorLayout(Layout.BYTES, f"{size}: bytes take a quarter of the size and time")


class Before(NamedTuple):
    """The index of a version before, some of whose rows are kept."""

    parts: Sequence[Run]
    path: Path


def build(
    vectors: NDArray[np.floating],
    path: Path,
    layout: VectorLayout | None = None,
    before: Before | None = None,
) -> VectorLayout:
    """Write an index of the vectors to a file.

    The same vectors give the same file.

    Args:
        vectors: float16 or float32, shape (n, dim), rows of norm 1 or 0; n may be 0. Row i is
            found as i.
        path: the file to write; replaced when it exists.
        layout: chosen by size when None.
        before: an index of the same layout takes its rows from there, which is quicker.

    Returns:
        The layout used.

    Raises:
        ValueError: not two-dimensional, or a vector holds NaN or infinity.
        OSError: the disk refuses.
    """
    if vectors.ndim != 2 or vectors.shape[1] == 0:
        raise ValueError(f"vectors must have shape (n, dim), not {vectors.shape}")
    n, dim = vectors.shape
    chosen = layout or choose_layout(n, dim)
    if chosen.kind is Layout.EXACT:
        index = faiss.IndexFlatIP(dim)
    else:
        signed = faiss.ScalarQuantizer.QT_8bit_direct_signed
        index = faiss.IndexScalarQuantizer(dim, signed, faiss.METRIC_INNER_PRODUCT)
    if before is None or not _take_over(index, before, vectors):
        _add(index, vectors)
    # Not faiss.write_index, which tells a full disk to standard error and hides the reason.
    path.write_bytes(faiss.serialize_index(index))
    return chosen


def _take_over(index: FaissObject, before: Before, vectors: NDArray[np.floating]) -> bool:
    """Fill an index with the kept rows of the one before; tell whether that one is of its kind."""
    known = faiss.read_index(str(before.path))
    if type(known) is not type(index) or known.d != index.d:
        return False
    fresh = faiss.clone_index(index)
    _add(fresh, fresh_rows(before.parts, vectors))
    codes = spliced(before.parts, _codes(known), _codes(fresh))
    faiss.copy_array_to_vector(codes.ravel(), index.codes)
    index.ntotal = len(codes)
    return True


def _add(index: FaissObject, vectors: NDArray[np.floating]) -> None:
    """Add vectors, checked and as the index has them."""
    for start in range(0, len(vectors), _ROWS_AT_ONCE):
        some = widen(np.ascontiguousarray(vectors[start : start + _ROWS_AT_ONCE]))
        bad = np.flatnonzero(~np.isfinite(some).all(axis=1))
        if bad.size:
            raise ValueError(f"the vector of row {start + bad[0]} holds NaN or infinity")
        index.add(as_bytes(some) if isinstance(index, faiss.IndexScalarQuantizer) else some)


def _codes(index: FaissObject) -> NDArray[np.uint8]:
    """Return what an index stores of each row, shape (n, bytes)."""
    codes: NDArray[np.uint8] = faiss.vector_to_array(index.codes)
    return codes.reshape(index.ntotal, index.code_size)


def bytes_per_unit(dim: int) -> float:
    """Return by what numbers are multiplied before they are rounded to whole bytes."""
    return min(_LARGEST_BYTE, _BYTES_PER_DEVIATION * math.sqrt(dim))


def as_bytes(vectors: Vectors) -> Vectors:
    """Round unit vectors to whole numbers of -127 to 127, still as float32, which FAISS takes."""
    scaled = np.rint(vectors * bytes_per_unit(vectors.shape[1]))
    whole: Vectors = np.clip(scaled, -_LARGEST_BYTE, _LARGEST_BYTE).astype(np.float32)
    return whole


class FaissVectorIndex:
    """Vectors in a file, mapped into memory; implements `index.ports.VectorIndex`."""

    def __init__(self, index: FaissObject) -> None:
        self._index = index
        self._bytes = isinstance(index, faiss.IndexScalarQuantizer)

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open a file written by `build`, without reading it into memory.

        Raises:
            VersionError: missing, damaged or not such a file.
        """
        try:
            return cls(faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC))
        except RuntimeError as exc:
            raise VersionError(None, f"cannot read the vectors in {path.name}") from exc

    @property
    def size(self) -> int:
        """Number of vectors."""
        return int(self._index.ntotal)

    @property
    def dim(self) -> int:
        """Number of dimensions."""
        return int(self._index.d)

    def search(self, vectors: Vectors, k: int, allowed: Mask | None = None) -> list[Ranking]:
        """Return for each question the k best rows among the allowed ones, ties by rising row.

        Args:
            vectors: shape (questions, dim), finite. All zeros (no known word) scores every row 0.
            k: at least 1.
            allowed: shape (size,); applied before the top k is taken.

        Returns:
            min(k, number of allowed rows) rows each; scores are inner products.

        Raises:
            ValueError: vectors or a mask of the wrong shape, NaN or infinity, k under 1.
        """
        asked = np.ascontiguousarray(vectors, dtype=np.float32)
        if asked.ndim != 2 or asked.shape[1] != self.dim:
            raise ValueError(f"the vectors have shape {asked.shape}, the index (n, {self.dim})")
        norms = [math.sqrt(one @ one) for one in asked.astype(np.float64)]
        if not all(map(math.isfinite, norms)):
            raise ValueError("a question's vector holds NaN or infinity")
        if k < 1:
            raise ValueError(f"k must be at least 1, not {k}")
        if allowed is not None and allowed.shape != (self.size,):
            raise ValueError(f"the mask has shape {allowed.shape}, the index {self.size} rows")
        available = self.size if allowed is None else int(np.count_nonzero(allowed))
        first = min(k + 1, available)
        if not first or not len(asked):
            return [rank((), ())] * len(asked)
        parameters = None
        if allowed is not None:
            parameters = _only(np.packbits(allowed, bitorder="little").tobytes())
        if self._bytes:
            lengths: Vectors = np.array([[norm or 1.0] for norm in norms], dtype=np.float32)
            asked = as_bytes(asked / lengths)
        together = _run(self._index, asked, first, parameters)

        def best(question: int) -> Ranking:
            if not norms[question]:
                rows = np.arange(self.size) if allowed is None else np.flatnonzero(allowed)
                return rank(rows[:k], np.zeros(min(k, available)))

            def fetch(n: int) -> Ranking:
                if n == first:  # most need no more
                    return together[question]
                return _run(self._index, asked[question : question + 1], n, parameters)[0]

            found = top(fetch, k, available)
            if not self._bytes:
                return found
            unit = norms[question] / bytes_per_unit(self.dim) ** 2
            return Ranking(found.rows, found.scores * np.float32(unit))

        return list(map(best, range(len(asked))))


@lru_cache(maxsize=_REMEMBERED_MASKS)
def _only(bits: bytes) -> FaissObject:
    """Return FAISS' form of a mask, which is one bit a row, lowest bit first."""
    return faiss.SearchParameters(sel=faiss.IDSelectorBitmap(np.frombuffer(bits, dtype=np.uint8)))


def _run(index: FaissObject, asked: Vectors, n: int, parameters: FaissObject) -> list[Ranking]:
    """Search once, on this thread alone: starting others costs more than a query takes.

    Args:
        index: holds n rows that the parameters allow, or more.
        asked: shape (questions, dim).
        n: how many are wanted.
        parameters: of FAISS.
    """
    # The setting belongs to the calling thread, so each search makes sure of it.
    faiss.omp_set_num_threads(1)
    scores, rows = index.search(asked, n, params=parameters)
    return list(map(Ranking, rows, scores))

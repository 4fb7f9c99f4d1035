"""Dense vectors on disk, searched by inner product with FAISS.

Layouts were chosen by measuring one query for the best 100 on one thread (256 dimensions,
unit vectors around 500 centres, two-core virtual machine; median in ms, MiB on disk, share of
the exact best 100 found):

=========  ==============  ===============  ==============================
passages   exact float32   8-bit, flat      8-bit, HNSW (efSearch 256)
=========  ==============  ===============  ==============================
10,000      0.6,   10       0.9,   2, .99
20,000      1.7,   20       1.3,   5, .99    1.0, .96 (built in 9 s)
50,000      4.1,   49       4.1,  12, .99    1.1, .99 (built in 21 s)
100,000     9.0,   98       8.5,  24, .99    0.8, .99 (built in 42 s)
200,000    17.4,  195      16.4,  49, .99
=========  ==============  ===============  ==============================

So: exact while a query takes less than 5 ms; then 8 bits, still exhaustive, which saves memory
and no time (half precision: 3.0 ms at 50,000, 14 at 100,000 and 200,000); and a graph (Malkov &
Yashunin, arXiv:1603.09320) only where the wait would be felt, since building it takes minutes.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from typing import Any, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from index.errors import VersionError
from index.fusion import rank, top
from index.model import Mask, Ranking, Vectors

__all__ = [
    "EXACT_MAX_VALUES",
    "FLAT_MAX_VALUES",
    "FaissVectorIndex",
    "Layout",
    "VectorLayout",
    "build",
    "choose_layout",
]

EXACT_MAX_VALUES = 50_000 * 256
"""Most numbers (passages times dimensions) kept as float32: a query takes under 5 ms."""

FLAT_MAX_VALUES = 200_000 * 256
"""Most numbers searched exhaustively in 8 bits: a query takes under 20 ms."""

_HNSW_NEIGHBOURS = 32
_HNSW_BUILD_EFFORT = 80
_HNSW_SEARCH_EFFORT = 256
_HNSW_LEAST_ALLOWED = 0.1
# Ranges of the 8-bit steps are learnt from so many vectors, evenly spread over the rows.
_TRAINING_ROWS = 100_000


class Layout(StrEnum):
    """How the vectors lie in the file."""

    EXACT = "exact"
    SQ8 = "sq8"
    HNSW_SQ8 = "hnsw-sq8"


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
    values = n * dim
    size = f"{n} vectors of {dim} dimensions"
    if values <= EXACT_MAX_VALUES:
        return VectorLayout(Layout.EXACT, f"{size}: exact search takes under 5 ms")
    if values <= FLAT_MAX_VALUES:
        return VectorLayout(
            Layout.SQ8, f"{size}: exhaustive search in 8 bits takes under 20 ms, a quarter the size"
        )
    return VectorLayout(
        Layout.HNSW_SQ8, f"{size}: exhaustive search would take over 20 ms, hence a graph"
    )


def build(vectors: Vectors, path: Path, layout: VectorLayout | None = None) -> VectorLayout:
    """Write an index of the vectors to a file.

    The same vectors give the same file: graphs are built on one thread (0.4 ms a vector).

    Args:
        vectors: shape (n, dim); n may be 0. Row i is found as i.
        path: the file to write; replaced when it exists.
        layout: chosen by size when None.

    Returns:
        The layout used.

    Raises:
        ValueError: not two-dimensional, or a vector holds NaN or infinity.
        OSError: the disk refuses.
    """
    matrix = np.ascontiguousarray(vectors, dtype=np.float32)
    if matrix.ndim != 2 or matrix.shape[1] == 0:
        raise ValueError(f"vectors must have shape (n, dim), not {matrix.shape}")
    bad = np.flatnonzero(~np.isfinite(matrix).all(axis=1))
    if bad.size:
        raise ValueError(f"the vector of row {bad[0]} holds NaN or infinity")
    n, dim = matrix.shape
    chosen = layout or choose_layout(n, dim)
    faiss.omp_set_num_threads(1)
    index = _empty(chosen.kind, dim)
    if not index.is_trained and n:
        index.train(matrix[:: max(1, -(-n // _TRAINING_ROWS))])
    if n:
        index.add(matrix)
    # Not faiss.write_index, which tells a full disk to standard error and hides the reason.
    path.write_bytes(faiss.serialize_index(index))
    return chosen


def _empty(kind: Layout, dim: int) -> FaissObject:
    """Return an index without vectors."""
    if kind is Layout.EXACT:
        return faiss.IndexFlatIP(dim)
    eight_bits = faiss.ScalarQuantizer.QT_8bit
    if kind is Layout.SQ8:
        return faiss.IndexScalarQuantizer(dim, eight_bits, faiss.METRIC_INNER_PRODUCT)
    graph = faiss.IndexHNSWSQ(dim, eight_bits, _HNSW_NEIGHBOURS, faiss.METRIC_INNER_PRODUCT)
    graph.hnsw.efConstruction = _HNSW_BUILD_EFFORT
    return graph


class FaissVectorIndex:
    """Vectors in a file, mapped into memory; implements `index.ports.VectorIndex`."""

    def __init__(self, index: FaissObject) -> None:
        self._index = index
        self._graph = isinstance(index, faiss.IndexHNSW)
        # What a graph falls back on: its own stored vectors, searched exhaustively.
        self._flat = faiss.downcast_index(index.storage) if self._graph else index

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

    def search(self, vector: NDArray[np.float32], k: int, allowed: Mask | None = None) -> Ranking:
        """Return the k best rows among the allowed ones, ties by rising row.

        A graph is searched exhaustively instead where it would do worse: under a mask that
        allows less than a tenth of the rows, and when it found fewer rows than there are.

        Args:
            vector: shape (dim,), finite. All zeros (no known word) scores every row 0.
            k: at least 1.
            allowed: shape (size,); applied before the top k is taken.

        Returns:
            min(k, number of allowed rows) rows; scores are inner products.

        Raises:
            ValueError: a vector or mask of the wrong shape, NaN or infinity, k under 1.
        """
        query = np.ascontiguousarray(vector, dtype=np.float32)
        if query.shape != (self.dim,):
            raise ValueError(f"the vector has shape {query.shape}, the index ({self.dim},)")
        if not np.isfinite(query).all():
            raise ValueError("the question's vector holds NaN or infinity")
        if k < 1:
            raise ValueError(f"k must be at least 1, not {k}")
        if allowed is not None and allowed.shape != (self.size,):
            raise ValueError(f"the mask has shape {allowed.shape}, the index {self.size} rows")
        available = self.size if allowed is None else int(np.count_nonzero(allowed))
        if not query.any():
            rows = np.arange(self.size) if allowed is None else np.flatnonzero(allowed)
            return rank(rows[:k], np.zeros(min(k, available)))
        selector = _selector(allowed)
        if self._graph and available >= _HNSW_LEAST_ALLOWED * self.size:
            found = top(lambda n: self._search_graph(query, n, selector), k, available)
            if len(found.rows) == min(k, available):
                return found
        parameters = faiss.SearchParameters(sel=selector) if selector is not None else None
        return top(lambda n: _run(self._flat, query, n, parameters), k, available)

    def _search_graph(
        self, query: NDArray[np.float32], n: int, selector: FaissObject | None
    ) -> Ranking:
        """Search the graph; may give fewer rows than there are."""
        given = {"sel": selector} if selector is not None else {}
        effort = max(_HNSW_SEARCH_EFFORT, 2 * n)
        return _run(self._index, query, n, faiss.SearchParametersHNSW(efSearch=effort, **given))


def _selector(allowed: Mask | None) -> FaissObject:
    """Return FAISS' form of the mask: one bit a row, lowest bit first; None for no mask."""
    if allowed is None:
        return None
    return faiss.IDSelectorBitmap(np.packbits(allowed, bitorder="little"))


def _run(
    index: FaissObject, query: NDArray[np.float32], n: int, parameters: FaissObject
) -> Ranking:
    """Search once, on this thread alone: starting others costs more than one query takes."""
    # The setting belongs to the calling thread, so each search makes sure of it.
    faiss.omp_set_num_threads(1)
    scores, rows = index.search(query[None], n, params=parameters)
    known = rows[0] >= 0
    return Ranking(rows=rows[0][known], scores=scores[0][known])

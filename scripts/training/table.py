"""The table's start: PPMI and truncated SVD over the corpus, SIF weights folded in."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy import sparse

__all__ = ["cooccurrence", "ppmi", "sif_weights", "start_table", "symmetric_svd"]

FloatArray = npt.NDArray[np.float32]
IntArray = npt.NDArray[np.int64]

WINDOW_PIECES = 8
CONTEXT_SMOOTHING = 0.75
SIF_A = 1e-4
MIN_WEIGHTED_COUNT = 0.5
"""Pieces that met less often (counts weighted by nearness) are chance more than meaning."""

CHUNK_PIECES = 1_000_000
OVERSAMPLING = 32
POWER_ITERATIONS = 2


def cooccurrence(
    texts: Sequence[IntArray], vocabulary_size: int, *, window_pieces: int = WINDOW_PIECES
) -> sparse.csr_matrix:
    """Count which pieces stand near each other.

    A neighbour at distance d counts (window - d + 1) / window: the dynamic window of Levy,
    Goldberg & Dagan (2015). Windows do not cross texts.

    Args:
        texts: piece numbers of each text.
        vocabulary_size: the number of pieces.
        window_pieces: how far neighbours reach on each side.

    Returns:
        float32, shape (vocabulary_size, vocabulary_size), symmetric.
    """
    shape = (vocabulary_size, vocabulary_size)
    total = sparse.csr_matrix(shape, dtype=np.float32)
    for chunk in _chunks(texts):
        ids = np.concatenate(chunk)
        owners = np.repeat(np.arange(len(chunk)), [text.size for text in chunk])
        lefts, rights, weights = [], [], []
        for distance in range(1, min(window_pieces, ids.size - 1) + 1):
            same = owners[:-distance] == owners[distance:]
            lefts.append(ids[:-distance][same])
            rights.append(ids[distance:][same])
            weight = (window_pieces - distance + 1) / window_pieces
            weights.append(np.full(lefts[-1].size, weight, dtype=np.float32))
        cells = (np.concatenate(lefts), np.concatenate(rights))
        total = total + sparse.csr_matrix((np.concatenate(weights), cells), shape=shape)
    return (total + total.T).tocsr()


def _chunks(texts: Sequence[IntArray]) -> list[list[IntArray]]:
    """Group texts into runs of about ``CHUNK_PIECES`` pieces, so that memory stays bounded."""
    chunks: list[list[IntArray]] = [[]]
    size = 0
    for text in texts:
        if size >= CHUNK_PIECES:
            chunks.append([])
            size = 0
        chunks[-1].append(text)
        size += text.size
    return chunks


def ppmi(counts: sparse.csr_matrix) -> sparse.csr_matrix:
    """Turn counts into positive pointwise mutual information (Levy & Goldberg 2014).

    PPMI(w, c) = max(0, log(P(w, c) / (P(w) P'(c)))), where P' is the distribution of contexts
    raised to 0.75 (Levy, Goldberg & Dagan 2015). The mean of the matrix and its transpose is taken,
    for smoothing makes it slightly asymmetric.

    Args:
        counts: float32, shape (v, v), symmetric, from ``cooccurrence``.

    Returns:
        float32, shape (v, v), symmetric, without negative or stored zero values.
    """
    totals = np.asarray(counts.sum(axis=1), dtype=np.float64).ravel()
    smoothed = totals**CONTEXT_SMOOTHING
    word = np.log(np.maximum(totals, 1e-12) / totals.sum())
    context = np.log(np.maximum(smoothed, 1e-12) / smoothed.sum())
    kept = counts.copy()
    kept.data[kept.data < MIN_WEIGHTED_COUNT] = 0
    kept.eliminate_zeros()
    rows = np.repeat(np.arange(kept.shape[0]), np.diff(kept.indptr))
    joint = np.log(kept.data / totals.sum())
    kept.data = np.maximum(joint - word[rows] - context[kept.indices], 0).astype(np.float32)
    kept.eliminate_zeros()
    return ((kept + kept.T) * np.float32(0.5)).tocsr()


def symmetric_svd(
    matrix: sparse.csr_matrix, dims: int, *, seed: int
) -> tuple[FloatArray, FloatArray]:
    """Truncated SVD of a symmetric matrix by random projection (Halko, Martinsson & Tropp 2011).

    Args:
        matrix: float32, shape (v, v), symmetric.
        dims: how many singular values, at most v.
        seed: of the random projection.

    Returns:
        Left singular vectors, float32, shape (v, dims), and singular values in falling order,
        float32, shape (dims,).
    """
    rng = np.random.default_rng(seed)
    columns = min(dims + OVERSAMPLING, matrix.shape[0])
    basis = rng.standard_normal((matrix.shape[0], columns), dtype=np.float32)
    for _ in range(POWER_ITERATIONS + 1):
        basis, _ = np.linalg.qr(matrix @ basis)
    small = basis.T @ (matrix @ basis)
    values, vectors = np.linalg.eigh((small + small.T) / 2)
    order = np.argsort(-np.abs(values))[:dims]
    return basis @ vectors[:, order], np.abs(values[order])


def sif_weights(counts: IntArray) -> FloatArray:
    """Smooth inverse frequency a / (a + p) of each piece (Arora, Liang & Ma 2017), a = 1e-4.

    Args:
        counts: shape (v,), how often each piece occurs.

    Returns:
        float32, shape (v,), between 0 and 1.
    """
    share = counts / max(int(counts.sum()), 1)
    return (SIF_A / (SIF_A + share)).astype(np.float32)


def start_table(
    texts: Sequence[IntArray], vocabulary_size: int, dims: int, *, seed: int
) -> FloatArray:
    """Make the table that contrastive training starts from.

    Args:
        texts: piece numbers of each text.
        vocabulary_size: v, the number of pieces.
        dims: the width of the table.
        seed: of the random projection.

    Returns:
        float32, shape (v, dims): rows of U, scaled to norm 1 and then to the SIF weight of their
        piece. The singular values are left out (the exponent 0 of Levy, Goldberg & Dagan 2015),
        which served retrieval better than their roots; they still put the most telling dimensions
        first, as Matryoshka training wants them.
    """
    matrix = ppmi(cooccurrence(texts, vocabulary_size))
    vectors, _ = symmetric_svd(matrix, min(dims, vocabulary_size), seed=seed)
    table = np.zeros((vocabulary_size, dims), dtype=np.float32)
    table[:, : vectors.shape[1]] = vectors
    norms = np.linalg.norm(table, axis=1, keepdims=True)
    counts = np.bincount(np.concatenate(texts), minlength=vocabulary_size)
    weighted: FloatArray = table / np.maximum(norms, 1e-9) * sif_weights(counts)[:, None]
    return weighted

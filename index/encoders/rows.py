"""What both encoders do with rows of vectors before handing them out."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from index.errors import EncoderUnavailable
from index.model import Vectors

__all__ = ["encodable", "unit_rows", "widen"]

_HALF_LIMIT = np.float32(65_536)  # above the largest finite half-precision number, 65,504


def unit_rows(vectors: NDArray[np.floating], dim: int, encoder: str) -> Vectors:
    """Return rows of L2 norm 1; a row of zeros stays as it is.

    Args:
        vectors: shape (n, dim), any float type.
        dim: the number of dimensions promised.
        encoder: its name, for the error.

    Raises:
        EncoderUnavailable: another shape, NaN or infinity.
    """
    rows = np.array(vectors, dtype=np.float32)
    if rows.ndim != 2 or rows.shape[1] != dim:
        raise EncoderUnavailable(encoder, f"gave vectors of shape {rows.shape}, not (n, {dim})")
    if not np.isfinite(rows).all():
        raise EncoderUnavailable(encoder, "gave a vector with NaN or infinity; the model is broken")
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    rows /= np.where(norms > 0, norms, 1)
    return rows


def encodable(text: str) -> str:
    """Return the text with what UTF-8 cannot carry (lone surrogates) replaced by "?"."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def widen(values: NDArray[np.floating]) -> NDArray[np.float32]:
    """Return a float32 copy of a float16 or float32 array, exact.

    numpy converts half precision one number at a time. Shifting the bits to where float32 has
    them and correcting the exponent takes a sixth of the time, which half of encoding is.
    """
    if values.dtype != np.float16:
        return values.astype(np.float32)
    bits = values.view(np.int16).astype(np.int32) << 13  # the sign is carried to the top
    bits &= np.int32(-0x7000_2000)  # sign, 5 bits of exponent, 10 of fraction
    wide = bits.view(np.float32)
    wide *= np.float32(2.0**112)  # exponent bias: 127 in float32, 15 in float16
    if wide.size and not (wide.max() < _HALF_LIMIT and wide.min() > -_HALF_LIMIT):
        return values.astype(np.float32)  # NaN or infinity, whose bits mean something else
    return wide

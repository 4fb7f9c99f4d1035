"""Rows of unequal length in two arrays, mapped into memory and read by many rows at once.

`values.npy` holds what the rows hold, one row after the other; `offsets.npy` where each row starts
and the last one ends (int64, one more than rows).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Generic, Literal, NamedTuple, Self, TypeVar

import numpy as np
from numpy.typing import DTypeLike, NDArray

from index.errors import VersionError
from index.splice import Run, save_spliced, spliced

__all__ = ["Held", "Ragged"]

Number = TypeVar("Number", bound=np.generic)

_VALUES = "values.npy"
_OFFSETS = "offsets.npy"


class Held(NamedTuple, Generic[Number]):
    """What some rows hold, one row after the other.

    Attributes:
        values: shape (values of all, ...).
        lengths: shape (rows,): how many of them each row has.
    """

    values: NDArray[Number]
    lengths: NDArray[np.int64]

    @property
    def starts(self) -> NDArray[np.int64]:
        """Where each row starts among the values, shape (rows,)."""
        starts: NDArray[np.int64] = np.cumsum(self.lengths) - self.lengths
        return starts

    def parts(self, count: int) -> list[Held[Number]]:
        """Return so many runs of equally many rows, one after the other."""
        rows = len(self.lengths) // count
        if not rows:
            return [self] * count
        ends = self.lengths.cumsum()[rows - 1 :: rows].tolist()
        return [
            Held(self.values[start:end], self.lengths[at * rows : (at + 1) * rows])
            for at, (start, end) in enumerate(zip([0, *ends[:-1]], ends, strict=True))
        ]


class Ragged(Generic[Number]):
    """Rows in memory, or in a folder written by `save`."""

    def __init__(self, values: NDArray[Number], offsets: NDArray[np.int64]) -> None:
        self._values = values
        self._offsets = offsets

    @classmethod
    def of(
        cls, rows: Iterable[NDArray[Number]], kind: DTypeLike, shape: tuple[int, ...] = ()
    ) -> Self:
        """Hold rows in memory.

        Args:
            rows: each of shape (any length, *shape).
            kind: type of the values.
            shape: of one value.
        """
        held = [np.zeros((0, *shape), dtype=kind), *rows]
        offsets = np.cumsum([len(row) for row in held], dtype=np.int64)
        return cls(np.concatenate(held, dtype=kind), offsets)

    def save(
        self, path: Path, parts: Sequence[Run] | None = None, kept: Ragged[Number] | None = None
    ) -> None:
        """Write rows to a folder.

        Args:
            path: the folder.
            parts: runs of these rows, which are the fresh ones, and of kept ones; None for all
                of these.
            kept: rows of the version before.

        Raises:
            OSError: the disk refuses.
        """
        path.mkdir(parents=True, exist_ok=True)
        if parts is None:
            parts = [Run(True, 0, len(self))]
        before = self if kept is None else kept
        lengths = spliced(parts, np.diff(before._offsets), np.diff(self._offsets))
        offsets = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(lengths)])
        np.save(path / _OFFSETS, offsets, allow_pickle=False)
        values = []
        for part in parts:
            ends = (self if part.fresh else before)._offsets
            values.append(Run(part.fresh, int(ends[part.start]), int(ends[part.stop])))
        save_spliced(path / _VALUES, values, before._values, self._values)

    @classmethod
    def open(cls, path: Path, kind: DTypeLike, shape: tuple[int, ...] = ()) -> Self:
        """Open a folder of values of that type and shape.

        Raises:
            VersionError: missing, damaged or not such a folder.
        """
        try:
            offsets = np.load(path / _OFFSETS, allow_pickle=False)
            # An empty file cannot be mapped, so rows without values are read instead.
            mode: Literal["r"] | None = "r" if offsets[-1] else None
            values = np.load(path / _VALUES, mmap_mode=mode, allow_pickle=False)
            if values.dtype != kind or values.shape != (offsets[-1], *shape):
                raise ValueError(f"{values.shape} of {values.dtype} for {offsets[-1]}")
        except (EOFError, OSError, ValueError, IndexError) as exc:
            raise VersionError(None, f"cannot read the {path.name}") from exc
        return cls(values.view(np.ndarray), offsets)

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def rows(self, rows: NDArray[np.int64]) -> Held[Number]:
        """Return what some rows hold, in the order given.

        Raises:
            IndexError: no such row.
        """
        if len(rows) and not 0 <= rows.min() <= rows.max() < len(self):
            raise IndexError(f"rows {rows.min()} to {rows.max()} of {len(self)}")
        starts = self._offsets[rows]
        lengths = self._offsets[rows + 1] - starts
        # Where each value lies, less where it goes to.
        places = np.repeat(starts - (np.cumsum(lengths) - lengths), lengths)
        places += np.arange(len(places))
        return Held(self._values.take(places, axis=0), lengths)

    def row(self, row: int) -> NDArray[Number]:
        """Return what one row holds, a view into the file.

        Raises:
            IndexError: no such row.
        """
        if not 0 <= row < len(self):
            raise IndexError(f"row {row} of {len(self)}")
        return self._values[self._offsets[row] : self._offsets[row + 1]]

"""A new version's rows, spliced from runs of rows of the version before and of fresh ones.

Rows of an index version stand in the order of their replies' ids. When one reply in ten thousand
changes, nearly all rows stay as they were: they are copied in a few long runs, and what is written
is the same, byte for byte, as if all had been made anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

__all__ = ["Run", "fresh_rows", "runs", "save_spliced", "spliced"]

Number = TypeVar("Number", bound=np.generic)


class Run(NamedTuple):
    """Some rows that follow each other, `start` to `stop`.

    Attributes:
        fresh: whether they are rows of what is new, else of the version before.
    """

    fresh: bool
    start: int
    stop: int

    @property
    def rows(self) -> slice:
        """The rows."""
        return slice(self.start, self.stop)


def runs(order: Iterable[str], kept: Mapping[str, range], fresh: Mapping[str, range]) -> list[Run]:
    """Say where each row of a new version comes from.

    Args:
        order: ids of all replies, in the order of the new version, in which the kept ones and
            the fresh ones stand too.
        kept: rows, in the version before, of each reply that stays as it was.
        fresh: rows, among the fresh ones, of each reply that does not.

    Returns:
        As few runs as there can be, none empty.
    """
    found: list[Run] = []
    for one in order:
        is_fresh = one in fresh
        rows = fresh[one] if is_fresh else kept[one]
        if not rows:
            continue
        last = found[-1] if found else None
        if last is not None and last.fresh == is_fresh and last.stop == rows.start:
            found[-1] = last._replace(stop=rows.stop)
        else:
            found.append(Run(is_fresh, rows.start, rows.stop))
    return found


def spliced(
    parts: Sequence[Run], kept: NDArray[Number] | None, fresh: NDArray[Number]
) -> NDArray[Number]:
    """Return the rows of a new version.

    Args:
        parts: what `runs` gave.
        kept: shape (rows of the version before, ...); None without one.
        fresh: shape (fresh rows, ...), of the same type.
    """
    return np.concatenate([fresh[:0], *_slices(parts, kept, fresh)])


def save_spliced(
    path: Path, parts: Sequence[Run], kept: NDArray[Number] | None, fresh: NDArray[Number]
) -> None:
    """Write what `spliced` gives to an npy file, without holding it in memory.

    Raises:
        OSError: the disk refuses.
    """
    count = sum(part.stop - part.start for part in parts)
    header = np.lib.format.header_data_from_array_1_0(fresh)
    with path.open("wb") as file:
        np.lib.format.write_array_header_1_0(file, header | {"shape": (count, *fresh.shape[1:])})
        for rows in _slices(parts, kept, fresh):
            file.write(np.ascontiguousarray(rows).data)


def _slices(
    parts: Sequence[Run], kept: NDArray[Number] | None, fresh: NDArray[Number]
) -> Iterable[NDArray[Number]]:
    for part in parts:
        if part.fresh:
            yield fresh[part.rows]
        else:
            assert kept is not None  # who keeps rows has them
            yield kept[part.rows]


def fresh_rows(parts: Sequence[Run], rows: NDArray[Number]) -> NDArray[Number]:
    """Return the fresh ones among the rows of a new version."""
    found = [rows[:0]]
    row = 0
    for part in parts:
        count = part.stop - part.start
        if part.fresh:
            found.append(rows[row : row + count])
        row += count
    return np.concatenate(found)

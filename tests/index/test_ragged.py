from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from index.errors import VersionError
from index.ragged import Ragged

short = st.lists(st.integers(0, 60_000), max_size=9).map(lambda ids: np.array(ids, np.uint16))


@given(rows=st.lists(short, max_size=8), seed=st.integers(0, 99))
def test_every_row_comes_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[NDArray[np.uint16]], seed: int
) -> None:
    folder = tmp_path_factory.mktemp("ragged")
    Ragged.of(rows, np.uint16).save(folder)
    stored = Ragged[np.uint16].open(folder, np.uint16)
    assert len(stored) == len(rows)
    assert [stored.row(row).tolist() for row in range(len(rows))] == [one.tolist() for one in rows]
    order = np.random.default_rng(seed).permutation(len(rows))
    held = stored.rows(order)
    assert held.values.dtype == np.uint16
    parts = np.split(held.values, held.starts[1:]) if len(rows) else []
    assert [part.tolist() for part in parts] == [rows[row].tolist() for row in order]
    for row in (-1, len(rows)):
        with pytest.raises(IndexError):
            stored.row(row)
        with pytest.raises(IndexError):
            stored.rows(np.array([row]))


@given(st.integers(1, 4), st.integers(1, 4), st.data())
def test_runs_of_equally_many_rows_hold_what_the_rows_hold(
    count: int, each: int, data: st.DataObject
) -> None:
    rows = data.draw(st.lists(short, min_size=count * each, max_size=count * each))
    held = Ragged.of(rows, np.uint16)
    parts = held.rows(np.arange(len(rows))).parts(count)
    assert len(parts) == count
    for number, part in enumerate(parts):
        expected = held.rows(np.arange(number * each, (number + 1) * each))
        assert part.values.tolist() == expected.values.tolist()
        assert part.lengths.tolist() == expected.lengths.tolist()


def test_values_may_be_vectors(tmp_path: Path) -> None:
    rows = [np.arange(4 * n, dtype=np.int8).reshape(n, 4) for n in (1, 0, 3)]
    Ragged.of(rows, np.int8, (4,)).save(tmp_path)
    stored = Ragged[np.int8].open(tmp_path, np.int8, (4,))
    assert stored.rows(np.array([2, 0])).values.shape == (4, 4)
    for kind, shape in ((np.int8, (5,)), (np.int8, ()), (np.uint8, (4,))):
        with pytest.raises(VersionError):
            Ragged[np.int8].open(tmp_path, kind, shape)


def test_a_damaged_folder_is_a_version_error(tmp_path: Path) -> None:
    with pytest.raises(VersionError, match="nowhere"):
        Ragged[np.uint16].open(tmp_path / "nowhere", np.uint16)
    Ragged.of([np.arange(5, dtype=np.uint16)], np.uint16).save(tmp_path)
    for damage in (np.arange(4, dtype=np.uint16), np.arange(5, dtype=np.int64)):
        np.save(tmp_path / "values.npy", damage)
        with pytest.raises(VersionError):
            Ragged[np.uint16].open(tmp_path, np.uint16)
    (tmp_path / "values.npy").write_bytes(b"")
    with pytest.raises(VersionError):
        Ragged[np.uint16].open(tmp_path, np.uint16)

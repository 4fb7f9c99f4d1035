from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.ragged import Ragged
from index.splice import Run, runs, save_spliced, spliced

ids = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 3), max_size=8)


def _rows(counts: dict[str, int]) -> dict[str, range]:
    found, start = {}, 0
    for one, count in sorted(counts.items()):
        found[one] = range(start, start + count)
        start += count
    return found


def _names(counts: dict[str, int], mark: str) -> list[str]:
    return [f"{one}{mark}{n}" for one, count in sorted(counts.items()) for n in range(count)]


@given(kept=ids, fresh=ids)
def test_every_row_of_the_new_version_is_where_its_reply_is(
    tmp_path_factory: pytest.TempPathFactory, kept: dict[str, int], fresh: dict[str, int]
) -> None:
    order = sorted({*kept, *fresh})
    wanted = [
        f"{one}{'+' if one in fresh else ''}{n}"
        for one in order
        for n in range((fresh if one in fresh else kept)[one])
    ]
    parts = runs(order, _rows(kept), _rows(fresh))
    assert all(part.start < part.stop for part in parts)
    assert all(one.fresh != two.fresh or one.stop != two.start for one, two in pairwise(parts))
    before, new = np.array(_names(kept, ""), "U4"), np.array(_names(fresh, "+"), "U4")
    assert spliced(parts, before, new).tolist() == wanted
    folder = tmp_path_factory.mktemp("spliced")
    save_spliced(folder / "rows.npy", parts, before, new)
    assert np.load(folder / "rows.npy").tolist() == wanted

    def ragged(names: list[str]) -> Ragged[np.uint16]:
        return Ragged.of([np.frombuffer(name.encode(), np.uint8) for name in names], np.uint16)

    ragged(_names(fresh, "+")).save(folder / "ragged", parts, ragged(_names(kept, "")))
    stored = Ragged[np.uint16].open(folder / "ragged", np.uint16)
    assert [bytes(stored.row(row).tolist()).decode() for row in range(len(stored))] == wanted


def test_what_is_all_fresh_needs_no_version_before(tmp_path: Path) -> None:
    parts = runs(["a", "b"], {}, {"a": range(2), "b": range(2, 3)})
    assert parts == [Run(True, 0, 3)]
    save_spliced(tmp_path / "rows.npy", parts, None, np.eye(3, dtype=np.float16))
    assert np.array_equal(np.load(tmp_path / "rows.npy"), np.eye(3))

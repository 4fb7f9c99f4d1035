from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.model import Reply
from knowledge.record_cache import _TABLE, RecordCache
from knowledge.wanted import Wanted
from tests.builders import reply
from tests.knowledge.strategies import replies

STAMP = (1, 2, 3)


@given(st.lists(replies(), max_size=3, unique_by=lambda one: one.id))
def test_what_was_kept_comes_back(
    tmp_path_factory: pytest.TempPathFactory, kept: list[Reply]
) -> None:
    cache = RecordCache(tmp_path_factory.mktemp("cache") / "deep" / "record.sqlite")
    assert cache.read({one.id: STAMP for one in kept}) == {}
    cache.write([(one, STAMP) for one in kept], [one.id for one in kept])
    assert cache.read({one.id: STAMP for one in kept}) == {one.id: one for one in kept}


def test_another_stamp_or_an_id_that_is_gone_is_not_read(tmp_path: Path) -> None:
    cache = RecordCache(tmp_path / "record.sqlite")
    cache.write([(reply("a"), STAMP), (reply("b"), STAMP)], ["a", "b"])
    assert cache.read({"a": (1, 2, 4), "b": STAMP}) == {"b": reply("b")}
    cache.write([], ["a"])
    assert cache.read({"a": STAMP, "b": STAMP}) == {"a": reply("a")}


def test_a_damaged_cache_is_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "record.sqlite"
    cache = RecordCache(path)
    cache.write([(reply("a"), STAMP)], ["a"])
    database = sqlite3.connect(path)
    database.execute(f"UPDATE {_TABLE} SET data = replace(data, 'kilometer', 'mil')")
    database.commit()
    database.close()
    assert cache.read({"a": STAMP}) == {}
    path.write_bytes(b"not a database" * 1_000)
    assert cache.read({"a": STAMP}) == {}
    cache.write([(reply("a"), STAMP)], ["a"])
    cache.write([(reply("a"), STAMP)], ["a"])
    assert cache.read({"a": STAMP}) == {"a": reply("a")}


def test_a_cache_that_cannot_be_read_to_its_end_tells_nothing(tmp_path: Path) -> None:
    path = tmp_path / "record.sqlite"
    cache = RecordCache(path)
    cache.write([(reply("a"), STAMP)], ["a"])
    wanted = Wanted.by([], [reply("a").title or ""], [])
    assert cache.digests({"a": STAMP}).keys() == {"a"}
    assert cache.related({"a"}, wanted) == {"a": reply("a")}
    database = sqlite3.connect(path)
    database.execute(f"ALTER TABLE {_TABLE} DROP COLUMN title")  # ids can be read, replies not
    database.close()
    assert cache.digests({"a": STAMP}).keys() == {"a"}
    assert cache.related({"a"}, wanted) is None


def test_where_nothing_can_be_kept_nothing_is_lost(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    cache = RecordCache(tmp_path / "file" / "record.sqlite")
    cache.write([(reply("a"), STAMP)], ["a"])
    assert cache.read({"a": STAMP}) == {}


@given(kept=st.lists(replies(), max_size=3, unique_by=lambda one: one.id), other=replies())
def test_what_is_wanted_is_among_what_is_related(
    tmp_path_factory: pytest.TempPathFactory, kept: list[Reply], other: Reply
) -> None:
    cache = RecordCache(tmp_path_factory.mktemp("cache") / "record.sqlite")
    cache.write([(one, STAMP) for one in kept], [one.id for one in kept])
    stamps = {one.id: STAMP for one in kept}
    for one in (*kept, other):
        by = Wanted.by([one.dnr or ""], [one.title or ""], [one.dnr or "", "KS 2025/112"])
        wanted = replace(by, sha256s=frozenset({one.source.sha256} if one.source else ()))
        ids = cache.digests(stamps)
        assert ids == {one.id: one.source.sha256 if one.source else "" for one in kept}
        found = cache.related(ids, wanted)
        assert found is not None
        assert {one.id for one in kept if wanted.fits(one)} <= set(found)
        assert all(found[id] in kept for id in found)

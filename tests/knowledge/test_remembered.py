from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from knowledge import remembered
from knowledge.store import YamlStore
from knowledge.wanted import Wanted
from tests.builders import reply


def test_a_large_record_is_read_from_its_files_only_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remembered, "_CACHED_FROM", 3)
    many = [reply(f"r{n}") for n in range(4)]
    YamlStore(tmp_path).save(many)
    (tmp_path / "knowledge" / "broken.yaml").write_text("id: [", "utf-8")
    found, errors = YamlStore(tmp_path).load_all()
    assert list(found) == many
    assert [Path(one.file).name for one in errors] == ["broken.yaml"]
    changed = replace(many[1], title="Ny rubrik")
    YamlStore(tmp_path).save([changed])
    (tmp_path / "knowledge" / "r3.yaml").unlink()
    read: list[str] = []
    actual = remembered._read

    def reading(data: bytes, reply_id: str, path: Path) -> object:
        read.append(reply_id)
        return actual(data, reply_id, path)

    monkeypatch.setattr(remembered, "_read", reading)
    again, errors = YamlStore(tmp_path).load_all()
    assert list(again) == [many[0], changed, many[2]]
    assert read == ["broken", "r1"]
    assert len(errors) == 1


def test_of_a_large_record_only_what_is_related_or_new_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remembered, "_CACHED_FROM", 3)
    many = [replace(reply(f"r{n}", title=f"Sak {n}"), dnr=f"KS 2025/{900 + n}") for n in range(5)]
    YamlStore(tmp_path).save(many)
    wanted = Wanted.by(["ks2025/901"], ["SAK 3!"], [])
    read: list[str] = []
    actual = remembered._read

    def reading(data: bytes, reply_id: str, path: Path) -> object:
        read.append(reply_id)
        return actual(data, reply_id, path)

    monkeypatch.setattr(remembered, "_read", reading)

    def related() -> list[str]:
        """Look with a new store, and return what it read from files."""
        read.clear()
        assert YamlStore(tmp_path).load_related(wanted) == (many[1], many[3])
        return read

    assert related() == ["r0", "r1", "r2", "r3", "r4"]  # nothing is kept yet
    YamlStore(tmp_path).save([replace(reply("r9", title="Sak 9"), dnr=None)])
    assert related() == ["r9"]
    assert related() == []

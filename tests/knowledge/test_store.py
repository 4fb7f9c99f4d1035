from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from knowledge.errors import RecordError, StoreError
from knowledge.importing import ImportStore
from knowledge.model import Change, Event, Status
from knowledge.store import YamlStore
from knowledge.wanted import Wanted
from tests.builders import reply
from tests.contract.store_contract import StoreContract
from tests.fakes import MemoryStore


class TestMemoryStore(StoreContract):
    @pytest.fixture
    def store(self) -> ImportStore:
        return MemoryStore()


class TestYamlStore(StoreContract):
    @pytest.fixture
    def store(self, tmp_path: Path) -> ImportStore:
        return YamlStore(tmp_path / "home")


def test_the_layout_on_disk(tmp_path: Path) -> None:
    store = YamlStore(tmp_path)
    store.save([reply("a")])
    store.add_source("mapp/svar på fråga.pdf", b"x")
    files = {str(p.relative_to(tmp_path)) for p in tmp_path.rglob("*") if p.is_file()}
    assert files == {"knowledge/a.yaml", "sources/svar på fråga.pdf"}


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    store, other = YamlStore(tmp_path), YamlStore(tmp_path)
    store.save([reply("a")])
    store.load("a")
    changed = replace(reply("a"), title="Ny rubrik")
    other.save([changed])
    assert store.load("a") == changed


def test_a_broken_record_does_not_hide_the_others(tmp_path: Path) -> None:
    store = YamlStore(tmp_path)
    store.save([reply("a"), reply("b")])
    path = tmp_path / "knowledge" / "b.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("status: published", "status: nej"))
    (tmp_path / "knowledge" / "Fel namn.yaml").write_text("x: 1")
    sound, errors = store.load_all()
    assert [r.id for r in sound] == ["a"]
    assert [(Path(e.file).name, e.field) for e in errors] == [
        ("Fel namn.yaml", "id"),
        ("b.yaml", "status"),
    ]
    assert store.ids() == ("Fel namn", "a", "b")
    with pytest.raises(RecordError):
        store.load("b")


def test_fingerprints_change_with_the_file(tmp_path: Path) -> None:
    store = YamlStore(tmp_path)
    store.save([reply("a"), reply("b")])
    before = store.fingerprints()
    store.save([replace(reply("a"), title="Annan")])
    after = store.fingerprints()
    assert before["a"] != after["a"]
    assert before["b"] == after["b"]


def test_a_disk_that_refuses_leaves_the_old_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = YamlStore(tmp_path)
    store.save([reply("a")])

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("knowledge.disk.os.fsync", full)
    with pytest.raises(StoreError, match="No space left"):
        store.save([replace(reply("a"), title="Annan"), reply("b")])
    with pytest.raises(StoreError, match="No space left"):
        store.add_source("svar.pdf", b"x")
    monkeypatch.undo()
    assert store.load_all() == ((reply("a"),), ())
    assert [p.name for p in tmp_path.rglob("*") if p.is_file()] == ["a.yaml"]


def test_a_home_that_is_a_file_is_a_store_error(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.write_text("ingen mapp")
    with pytest.raises(StoreError):
        YamlStore(home).save([reply("a")])
    with pytest.raises(StoreError):
        YamlStore(home).add_source("a.txt", b"x")


def test_importing_the_package_loads_no_library() -> None:
    import subprocess
    import sys

    code = (
        "import sys, knowledge, knowledge.readers, knowledge.importing\n"
        "heavy = {'yaml', 'docx', 'pypdfium2', 'trafilatura', 'lxml'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_other_texts_of_a_reply_are_kept_beside_it_and_are_no_replies(tmp_path: Path) -> None:
    store = YamlStore(tmp_path)
    old = reply("old")
    store.save([old])
    record = tmp_path / "knowledge" / "old.yaml"
    record.write_text(record.read_text("utf-8") + "# av Karin\n", encoding="utf-8")
    store.archive("old", 1)
    new = replace(old, title="Rättad")
    store.save([new])
    store.save_waiting(replace(new, title="Väntar"))
    folder = tmp_path / "knowledge" / "revisions" / "old"
    assert (folder / "1.yaml").read_text("utf-8").endswith("# av Karin\n")
    assert store.ids() == ("old",)
    assert store.load_all() == ((new,), ())
    found, errors = store.revisions("old")
    assert [(one.number, one.reply.title) for one in found] == [(1, "Skolskjuts"), (None, "Väntar")]
    assert (errors, store.revisions("other"), store.revisions()) == ((), ((), ()), (found, ()))
    (folder / "1.yaml").write_text("nej", encoding="utf-8")
    (folder / "anteckning.txt").write_text("nej", encoding="utf-8")
    found, errors = store.revisions()
    assert [one.number for one in found] == [None]
    assert "1.yaml" in str(errors[0])
    store.drop_waiting("old")
    store.drop_waiting("old")
    assert store.revisions()[0] == ()


def test_an_event_is_added_and_the_rest_left_as_it_is_written(tmp_path: Path) -> None:
    store = YamlStore(tmp_path)
    event = Event(date(2025, 3, 18), Status.DRAFT, what=Change.EDITED, by="karin")
    for history in ((), (Event(date(2025, 3, 17), Status.PUBLISHED),)):
        store.save([replace(reply("old"), history=history)])
        path = tmp_path / "knowledge" / "old.yaml"
        written = path.read_text("utf-8").replace("title:", "# en rad för hand\ntitle:")
        path.write_text(written, encoding="utf-8")
        store.append("old", event)
        assert store.load("old").history == (*history, event)
        # Only a record without any history has no place for it.
        assert path.read_text("utf-8").startswith(written) == bool(history)


def test_inside_a_block_the_record_is_looked_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, other = YamlStore(tmp_path), YamlStore(tmp_path)
    store.save([reply("a"), reply("b")])
    before = store.fingerprints()
    with store.steady():
        other.save([reply("c")])
        store.save([replace(reply("a"), title="Ny rubrik"), reply("d")])
        assert store.ids() == ("a", "b", "c", "d")  # no new reply takes the name of another one
        assert [one.id for one in store.load_all()[0]] == ["a", "b", "d"]
        assert store.changed_since(before) == ("a", "d")
        store.append("d", Event(date(2025, 4, 1), Status.DRAFT))
        assert len(store.load("d").history) == len(reply("d").history) + 1
        assert store.load_all()[0][2] == store.load("d")
        with store.steady():
            assert store.changed_since(before) == ("a", "d")
        assert store.changed_since(before) == ("a", "d")
    assert store.changed_since(before) == ("a", "c", "d")


def test_what_is_written_inside_a_block_is_found_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("knowledge.remembered._CACHED_FROM", 3)
    store = YamlStore(tmp_path)
    store.save([reply(f"r{n}", title=f"Sak {n}") for n in range(4)])
    store.load_all()
    wanted = Wanted.by([], ["Sak 3", "Sak 9"], [])
    with store.steady():
        assert [one.id for one in store.load_related(wanted)] == ["r3"]
        store.save([reply("r3", title="Sak 7"), reply("r9", title="Sak 9")])
        assert [one.id for one in store.load_related(wanted)] == ["r9"]
        store.save([reply("r0", title="Sak 3")])
        assert [one.id for one in store.load_related(wanted)] == ["r0", "r9"]
    monkeypatch.setattr("knowledge.remembered._read", None)  # all is in the cache now
    assert [one.id for one in YamlStore(tmp_path).load_related(wanted)] == ["r0", "r9"]

import multiprocessing
import os
import signal
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.confidence import Calibration
from index.errors import IndexLocked, NoIndex, VersionError
from index.manifest import Manifest, file_digests, read_manifest, write_manifest
from index.versions import Versions, replace_file


def _make(versions: Versions, content: bytes = b"passages") -> str:
    """Build and publish a version that holds one file."""
    staged = versions.stage()
    (staged / "data").mkdir()
    (staged / "data" / "file").write_bytes(content)
    write_manifest(
        staged,
        Manifest(
            id=staged.name,
            created=datetime(2025, 3, 17, tzinfo=UTC),
            program="0.1.0",
            encoder="embedded",
            encoder_digest="abc",
            dim=2,
            replies=1,
            passages=2,
            latest=date(2025, 3, 17),
            vectors={"layout": "exact", "reason": "few"},
            calibration=Calibration.none(),
            files=file_digests(staged, {}),
        ),
    )
    return versions.publish(staged)


def test_a_published_version_is_live_and_reads_back(tmp_path: Path) -> None:
    versions = Versions(tmp_path)
    assert _make(versions) == "000001"
    directory, manifest, problems = versions.find_sound()
    assert (directory.name, manifest.passages, problems) == ("000001", 2, ())
    assert manifest == read_manifest(directory)


def test_an_empty_home_says_how_to_start(tmp_path: Path) -> None:
    with pytest.raises(NoIndex, match="kommunsvar import"):
        Versions(tmp_path).find_sound()


@given(data=st.data())
def test_a_flipped_bit_in_any_file_falls_back_loudly(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    versions = Versions(tmp_path_factory.mktemp("home"))
    _make(versions)
    damaged = versions.directory(_make(versions))
    path = data.draw(st.sampled_from(sorted(p for p in damaged.rglob("*") if p.is_file())))
    content = bytearray(path.read_bytes())
    content[data.draw(st.integers(0, len(content) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    path.write_bytes(content)
    directory, _, problems = versions.find_sound()
    # A trailing line break of the checksum file may turn into other white space.
    if directory.name == "000002":
        assert path.name == "manifest.sha256"
    else:
        assert directory.name == "000001"
        assert any("000002" in problem for problem in problems)
        assert any("reindex" in problem for problem in problems)


@pytest.mark.parametrize("content", [b"", b"999999\n", b"\xff\xfe", b"../../etc\n"])
def test_a_damaged_pointer_falls_back_to_the_newest(tmp_path: Path, content: bytes) -> None:
    versions = Versions(tmp_path)
    _make(versions)
    _make(versions)
    (tmp_path / "index" / "current").write_bytes(content)
    directory, _, problems = versions.find_sound()
    assert directory.name == "000002"
    assert "current" in problems[0]


def test_when_no_version_is_sound_it_says_which_command_helps(tmp_path: Path) -> None:
    versions = Versions(tmp_path)
    (versions.directory(_make(versions)) / "data" / "file").unlink()
    with pytest.raises(VersionError, match="reindex --full"):
        versions.find_sound()


def test_rollback_goes_to_the_sound_version_before_and_by_name(tmp_path: Path) -> None:
    versions = Versions(tmp_path)
    for _ in range(3):
        _make(versions)
    (versions.directory("000002") / "data" / "file").write_bytes(b"other")
    assert versions.rollback().id == "000001"
    assert versions.current_id() == "000001"
    assert versions.rollback("000003").id == "000003"
    with pytest.raises(VersionError, match="not as it was written"):
        versions.rollback("000002")
    with pytest.raises(VersionError, match="000001, 000002, 000003"):
        versions.rollback("../000001")
    assert versions.current_id() == "000003"
    assert [info.sound for info in versions.infos()] == [True, False, True]


def test_nothing_earlier_to_roll_back_to(tmp_path: Path) -> None:
    versions = Versions(tmp_path)
    _make(versions)
    with pytest.raises(VersionError, match="no earlier"):
        versions.rollback()


def test_after_a_rollback_a_new_version_still_gets_a_new_number(tmp_path: Path) -> None:
    versions = Versions(tmp_path)
    _make(versions)
    _make(versions)
    versions.rollback()
    assert _make(versions) == "000003"


def test_pruning_keeps_the_newest_and_the_live_one(tmp_path: Path) -> None:
    versions = Versions(tmp_path)
    for _ in range(5):
        _make(versions)
    versions.rollback("000001")
    assert versions.prune(keep=2) == ("000002", "000003")
    assert versions.ids() == ("000001", "000004", "000005")


def test_whoever_is_killed_while_pruning_leaves_no_half_of_a_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    versions = Versions(tmp_path)
    for _ in range(3):
        _make(versions)

    def killed(path: Path, **_: object) -> None:
        (path / "manifest.yaml").unlink()
        raise KeyboardInterrupt

    with monkeypatch.context() as context, pytest.raises(KeyboardInterrupt):
        context.setattr("shutil.rmtree", killed)
        versions.prune(keep=2)
    assert versions.ids() == ("000002", "000003")
    assert all(info.sound for info in versions.infos())
    versions.sweep()
    assert not (tmp_path / "index" / "staging").exists()


def test_what_a_crash_left_in_staging_is_swept(tmp_path: Path) -> None:
    versions = Versions(tmp_path)
    (versions.stage() / "half").write_bytes(b"written")
    assert list(versions.stage().iterdir()) == []


def test_the_stamp_changes_with_the_pointer_and_the_withdrawn_list(tmp_path: Path) -> None:
    versions = Versions(tmp_path)
    stamps = [versions.stamp()]
    _make(versions)
    stamps.append(versions.stamp())
    versions.set_withdrawn(["b", "a"])
    stamps.append(versions.stamp())
    assert versions.withdrawn() == (frozenset({"a", "b"}), None)
    assert len(set(stamps)) == 3
    assert versions.stamp() == stamps[-1]


def test_a_damaged_list_of_withdrawn_replies_is_told(tmp_path: Path) -> None:
    versions = Versions(tmp_path)
    assert versions.withdrawn() == (frozenset(), None)
    versions.set_withdrawn(["2025-03-17-skolskjuts"])
    path = tmp_path / "index" / "withdrawn"
    path.write_bytes(path.read_bytes().replace(b"skol", b"\xffkol"))
    _, problem = versions.withdrawn()
    assert problem is not None and "reindex" in problem


def _hold_lock(home: Path, ready: "multiprocessing.synchronize.Event") -> None:
    with Versions(home).lock():
        ready.set()
        signal.pause()


def test_a_second_builder_waits_then_says_so_and_a_killed_holder_leaves_no_lock(
    tmp_path: Path,
) -> None:
    context = multiprocessing.get_context("spawn")
    ready = context.Event()
    holder = context.Process(target=_hold_lock, args=(tmp_path, ready))
    holder.start()
    try:
        assert ready.wait(30)
        told: list[bool] = []
        with (
            pytest.raises(IndexLocked, match="another command"),
            Versions(tmp_path).lock(wait_s=0.2, on_wait=lambda: told.append(True)),
        ):
            pass
        assert told == [True]
    finally:
        assert holder.pid is not None
        os.kill(holder.pid, signal.SIGKILL)
        holder.join()
    with Versions(tmp_path).lock(wait_s=5):
        assert _make(Versions(tmp_path)) == "000001"


def test_replacing_a_file_leaves_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "current"
    for content in (b"one", b"two"):
        replace_file(path, content)
        assert path.read_bytes() == content
    assert [one.name for one in tmp_path.iterdir()] == ["current"]


@pytest.mark.parametrize("name", ["backup", "000002.old", "2", "0000002", "٠٠٠٠٠٢"])
def test_a_stray_folder_is_no_version(tmp_path: Path, name: str) -> None:
    versions = Versions(tmp_path)
    _make(versions)
    (tmp_path / "index" / "versions" / name).mkdir()
    assert versions.ids() == ("000001",)
    assert [info.id for info in versions.infos()] == ["000001"]
    assert versions.find_sound()[2] == ()
    assert _make(versions) == "000002"
    assert versions.prune(keep=1) == ("000001",)
    assert (tmp_path / "index" / "versions" / name).is_dir()


def test_a_version_that_is_not_accepted_does_not_go_live(tmp_path: Path) -> None:
    versions = Versions(tmp_path)
    _make(versions)
    _make(versions)

    def refuse(manifest: Manifest) -> None:
        raise VersionError(manifest.id, f"was made with {manifest.encoder}")

    for version in (None, "000001"):
        with pytest.raises(VersionError, match="000001: was made with embedded"):
            versions.rollback(version, refuse)
    assert versions.current_id() == "000002"


def test_sweeping_takes_what_a_crash_left_and_nothing_else(tmp_path: Path) -> None:
    versions = Versions(tmp_path)
    _make(versions)
    versions.set_withdrawn({"a"})
    (versions.stage() / "half").write_bytes(b"written")
    (tmp_path / "index" / ".withdrawn.123").write_bytes(b"half")
    versions.sweep()
    names = {path.name for path in (tmp_path / "index").iterdir()}
    assert names == {"current", "withdrawn", "versions"}

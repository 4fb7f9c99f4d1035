from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from index.settling import Settling


def test_every_file_is_settled_with_its_checksum(tmp_path: Path) -> None:
    alone, folder = tmp_path / "alone", tmp_path / "folder"
    (folder / "deep").mkdir(parents=True)
    files = {alone: b"a", folder / "one": b"b", folder / "deep" / "two": b""}
    with Settling() as settling:
        for path, data in files.items():
            path.write_bytes(data)
        settling.add([alone, folder])
        assert settling.finish() == {
            path: hashlib.sha256(data).hexdigest() for path, data in files.items()
        }


def test_a_disk_that_refuses_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("index.settling.flush", full)
    (tmp_path / "file").write_bytes(b"a")
    with Settling() as settling:
        settling.add([tmp_path])
        with pytest.raises(OSError, match="No space left"):
            settling.finish()

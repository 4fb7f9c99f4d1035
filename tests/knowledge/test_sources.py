from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.disk import Writer
from knowledge.file_names import safe_file_name
from knowledge.sources import Sources


@pytest.mark.parametrize("file", ["../hemligt", "/etc/hostname", "..", "a/b", "", "a\0"])
def test_what_lies_outside_the_folder_is_missing(tmp_path: Path, file: str) -> None:
    (tmp_path / "hemligt").write_text("x")
    sources = Sources(tmp_path / "sources", Writer())
    sources.add("a", b"x")
    assert sources.read("a") == b"x"
    assert sources.read(file) is None


@given(st.text())
def test_every_name_can_be_kept(name: str) -> None:
    kept = safe_file_name(name)
    assert kept
    assert len(kept.encode()) <= 210
    assert not set("/\\\0\n:") & set(kept)
    assert not kept.startswith(".")
    assert safe_file_name(kept) == kept

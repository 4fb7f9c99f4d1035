from __future__ import annotations

from pathlib import Path

import pytest

from scripts import bench_import


def test_it_measures_every_stage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "svar.txt").write_text(
        "Svar på interpellation om bad\n\nBadet är öppet.\n", "utf-8"
    )
    (tmp_path / "tom.docx").write_bytes(b"")
    assert bench_import.main([str(tmp_path), "--rounds", "1", "--minutes", "4"]) == 0
    shown = capsys.readouterr()
    lines = shown.out.splitlines()
    assert lines[0] == "| format | documents | pages | read | furniture | parse | all |"
    assert lines[2].startswith("| pdf, minutes | 1 | 4 | ")
    assert lines[3].startswith("| txt | 1 | – | ")
    assert "tom.docx: filen är tom" in shown.err


def test_an_empty_folder_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert bench_import.main([str(tmp_path)]) == 1
    assert "can be read" in capsys.readouterr().err


def test_it_measures_import_itself(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = [str(tmp_path), "--import", "2", "--minutes", "4", "--rounds", "1"]
    assert bench_import.main(arguments) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[2].startswith("| letters | stored | 2 | 4 | ")
    assert lines[3].startswith("| letters | answerable | 2 | 4 | ")
    assert lines[4].startswith("| minutes | stored | 1 | 4 | ")
    assert len(lines) == 6

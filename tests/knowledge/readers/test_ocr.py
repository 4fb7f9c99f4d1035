from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from knowledge.errors import ReadingStopped, UnreadableDocument
from knowledge.readers import ocr, pdf_lines, read
from knowledge.readers.ocr_lines import mended
from tests.knowledge.readers.documents import pdf, printed, scanned, shown

needs_ocr = pytest.mark.skipif(
    shutil.which("ocrmypdf") is None, reason="ocrmypdf is not installed (apt install ocrmypdf)"
)
PROSE = "Kommunen har sedan länge arbetat med frågan och fortsätter med det under hela året."
PAGES = pdf(
    [
        printed(PROSE, "Nu först."),
        printed("Den andra sidan är inskannad.", PROSE),
    ]
)


@needs_ocr
def test_only_scanned_pages_are_recognised_and_pages_keep_their_numbers() -> None:
    document = read("svar.pdf", scanned(PAGES, {2}))
    assert [[line for line in page if line] for page in shown(document)] == [
        [PROSE, "Nu först."],
        ["Den andra sidan är inskannad.", PROSE],
    ]
    assert document.scanned == (2,)
    assert document.converted is not None
    again = read("svar.konverterad.pdf", document.converted.data)
    assert again.pages == document.pages
    assert again.scanned == (2,)
    assert again.converted is None


@needs_ocr
def test_a_stamp_on_a_scanned_page_stays_as_it_is() -> None:
    document = read("svar.pdf", scanned(PAGES, {1, 2}, stamp="Ankom 2024-03-05"))
    lines = [line for page in shown(document) for line in page]
    assert lines.count("Ankom 2024-03-05") == 2
    assert "Nu först." in lines
    assert document.scanned == (1, 2)


def test_text_over_a_picture_is_text() -> None:
    filled = pdf([printed(PROSE, PROSE, PROSE)])
    assert read("svar.pdf", scanned(filled, {1}, stamp=PROSE * 3)).scanned == ()


def test_without_the_program_it_is_said_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UnreadableDocument, match="paketen ocrmypdf och tesseract-ocr-swe"):
        read("svar.pdf", scanned(PAGES, {2}))


def _program(folder: Path, script: str) -> None:
    path = folder / "ocrmypdf"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


@pytest.mark.parametrize(
    ("script", "what"),
    [
        ("echo 'no language data for swe'; exit 3", "tesseract-ocr-swe"),
        ("exit 8", "skyddad"),
        ("echo; echo 'bad page'; exit 7", "misslyckades: bad page"),
        ("exit 1", "felkod 1"),
    ],
)
def test_what_goes_wrong_is_said(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, script: str, what: str
) -> None:
    _program(tmp_path, script)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UnreadableDocument, match=what):
        ocr.recognised("svar.pdf", b"%PDF-", (2, 3), printed=False)


def test_a_program_that_hangs_is_stopped(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    _program(tmp_path, "/bin/sleep 60")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(ocr, "_START_S", 0.2)
    monkeypatch.setattr(ocr, "_PAGE_S", 0.1)
    with pytest.raises(ReadingStopped, match="2 inskannade sidor blev inte klar"):
        ocr.recognised("svar.pdf", b"%PDF-", (2, 3), printed=False)


def test_bullets_and_section_signs_are_put_right() -> None:
    cells = (pdf_lines.Cell("«", 72, 78), pdf_lines.Cell("enligt $ 5", 90, 150))
    line = pdf_lines.PrintedLine("« enligt $ 5", 72, 150, 700, 11, False, cells)
    done = mended(line)
    assert done.text == "• enligt § 5"
    assert [cell.text for cell in done.cells] == ["• enligt § 5"]
    other = pdf_lines.PrintedLine("e-post", 72, 99, 700, 11, False, (cells[1],))
    assert mended(other).text == "e-post"

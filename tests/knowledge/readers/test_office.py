from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from knowledge.errors import ReadingStopped, UnreadableDocument
from knowledge.readers import office, read
from tests.knowledge.readers.documents import listening, shown, word

SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")
needs_office = pytest.mark.skipif(
    SOFFICE is None, reason="LibreOffice is not installed (apt install libreoffice-writer)"
)
RTF = (
    rb"{\rtf1\ansi\ansicpg1252 Svar p\'e5 fr\'e5gan\par "
    rb"H\'f6gst tv\'e5 kilometer.\par}"
)


@needs_office
def test_rtf_is_read() -> None:
    document = read("svar.rtf", RTF)
    assert shown(document) == [["Svar på frågan", "", "Högst två kilometer."]]
    assert document.converted is not None
    again = read("svar.konverterad.docx", document.converted.data)
    assert again.pages == document.pages
    assert again.converted is None


@needs_office
@pytest.mark.slow
def test_doc_is_read_with_its_numbers(tmp_path: Path) -> None:
    assert SOFFICE is not None
    original = tmp_path / "svar.docx"

    def build(document) -> None:  # type: ignore[no-untyped-def] # noqa: ANN001
        document.add_heading("Svar på interpellation", 1)
        document.add_paragraph("Hur långt?", style="List Number")
        document.add_paragraph("Hur dyrt?", style="List Number")
        document.sections[0].header.paragraphs[0].text = "Dnr KS 2025/112"

    original.write_bytes(word(build))
    profile = f"-env:UserInstallation={(tmp_path / 'profil').as_uri()}"
    command = [SOFFICE, profile, "--headless", "--convert-to", "doc", "--outdir", str(tmp_path)]
    subprocess.run([*command, str(original)], check=True, capture_output=True, timeout=120)
    document = read("svar.doc", (tmp_path / "svar.doc").read_bytes())
    assert shown(document) == [
        ["# Svar på interpellation", "", "L 1. Hur långt?", "L 2. Hur dyrt?"]
    ]
    assert document.margins == ("Dnr KS 2025/112",)


@needs_office
def test_nothing_is_fetched() -> None:
    with listening() as (address, asked):
        link = f'INCLUDEPICTURE "{address}/bild.png" \\\\d'.encode()
        field = rb"{\field{\*\fldinst " + link + rb"}{\fldrslt}}\par}"
        assert shown(read("svar.rtf", RTF[:-1] + field))[0][0] == "Svar på frågan"
    assert asked == []


@needs_office
def test_a_broken_document_says_so() -> None:
    with pytest.raises(UnreadableDocument, match="skadat"):
        office.read("svar.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)


@pytest.mark.parametrize(
    "data", [RTF, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1W\0o\0r\0d\0D\0o\0c\0u\0m\0e\0n\0t\0"]
)
def test_without_the_program_it_is_said_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, data: bytes
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UnreadableDocument, match="paketet libreoffice-writer"):
        read("svar", data)


def test_libreoffice_without_writer_and_one_that_hangs(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "soffice"
    monkeypatch.setenv("PATH", str(tmp_path))
    path.write_text("#!/bin/sh\necho 'Error: no export filter for x found, aborting.'\n")
    path.chmod(0o755)
    with pytest.raises(UnreadableDocument, match="libreoffice-writer"):
        read("svar.rtf", RTF)
    path.write_text("#!/bin/sh\n/bin/sleep 60\n")
    monkeypatch.setattr(office, "_TIMEOUT_S", 0.3)
    with pytest.raises(ReadingStopped, match="blev inte klart"):
        read("svar.rtf", RTF)

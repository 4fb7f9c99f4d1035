"""Scanned pages: OCRmyPDF puts the text of their images into the PDF."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from knowledge.errors import ReadingStopped, UnreadableDocument
from knowledge.patience import needs_scan_time
from knowledge.readers import programs

__all__ = ["recognised"]

_START_S = 60.0
_PAGE_S = 60.0  # 3 seconds are usual; a slow machine at work needs many times that
_MAX_JOBS = 2
_MISSING_DEPENDENCY = 3
_ENCRYPTED = 8


def recognised(file: str, data: bytes, pages: Sequence[int], *, printed: bool) -> bytes:
    """Recognise the text of some pages.

    Args:
        file: the document's name, for messages.
        data: a PDF.
        pages: numbers of the scanned pages, from 1.
        printed: whether one of them holds some real text besides (a stamp, a signature's mark),
            which is kept and read round. Without, the pages are straightened too.

    Returns:
        The PDF with the text on these pages; the other pages as they were.

    Raises:
        UnreadableDocument: OCRmyPDF or its Swedish is not installed, or it fails.
        ReadingStopped: it takes too long.
    """
    program = programs.find("ocrmypdf")
    if program is None:
        raise _not_installed(file)
    timeout_s = _START_S + _PAGE_S * len(pages)
    needs_scan_time()
    with tempfile.TemporaryDirectory(prefix="kommunsvar-") as name:
        folder = Path(name)
        scanned, made = folder / "skannad.pdf", folder / "text.pdf"
        scanned.write_bytes(data)
        command = [
            program,
            *(("--redo-ocr",) if printed else ("--skip-text", "--deskew")),
            *("--pages", ",".join(map(str, pages))),
            *("--language", "swe"),
            *("--output-type", "pdf"),
            *("--optimize", "0"),
            *("--jobs", str(min(_MAX_JOBS, os.cpu_count() or 1))),
            "--quiet",
            str(scanned),
            str(made),
        ]
        try:
            finished = programs.run(command, folder, timeout_s=timeout_s)
        except programs.OutOfTime as exc:
            raise ReadingStopped(
                file,
                f"textigenkänningen (OCR) av {_counted(len(pages))} blev inte klar på "
                f"{timeout_s / 60:.0f} minuter. Dela upp dokumentet, eller kör OCR på det för sig, "
                f"och försök igen.",
            ) from exc
        except OSError as exc:
            raise _not_installed(file) from exc
        if finished.code == 0 and made.is_file():
            return made.read_bytes()
    if finished.code == _MISSING_DEPENDENCY:
        raise _not_installed(file)
    if finished.code == _ENCRYPTED:
        raise UnreadableDocument(
            file,
            "den inskannade pdf-filen är skyddad mot ändring, så att texten inte kan kännas igen "
            "(OCR). Spara en kopia utan skydd och försök igen.",
        )
    raise UnreadableDocument(
        file,
        f"textigenkänningen (OCR) av den inskannade pdf-filen misslyckades: {_last(finished)}. "
        f"Använd originaldokumentet, eller skanna in det på nytt, och försök igen.",
    )


def _counted(pages: int) -> str:
    return "en inskannad sida" if pages == 1 else f"{pages} inskannade sidor"


def _last(finished: programs.Finished) -> str:
    """Return the last that a program printed, or its exit code where it said nothing."""
    lines = [line.strip() for line in finished.output.splitlines() if line.strip()]
    return lines[-1].rstrip(".") if lines else f"ocrmypdf gav felkod {finished.code}"


def _not_installed(file: str) -> UnreadableDocument:
    return UnreadableDocument(
        file,
        "pdf-filen är inskannad, och för att läsa den behövs textigenkänning (OCR), som inte är "
        "installerad. Installera paketen ocrmypdf och tesseract-ocr-swe (Debian, Ubuntu), eller "
        "använd originaldokumentet, och försök igen.",
    )

"""DOC and RTF: LibreOffice makes a DOCX of them, and that is read."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

from knowledge.document import Converted, Document
from knowledge.errors import ReadingStopped, UnreadableDocument
from knowledge.patience import needs_scan_time
from knowledge.readers import docx, programs

__all__ = ["read"]

_TIMEOUT_S = 120.0
_PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
{}</oor:items>
"""
_SETTING = (
    '<item oor:path="/org.openoffice.Office.Common/Security/Scripting">'
    '<prop oor:name="{}" oor:op="fuse"><value>{}</value></prop></item>\n'
)
_SAFE = {
    "DisableMacrosExecution": "true",
    "MacroSecurityLevel": "3",
    "BlockUntrustedRefererLinks": "true",
}
"""No macro runs, and nothing that a document links to is fetched."""


def read(file: str, data: bytes) -> Document:
    """Read a document of Word 97–2003 or in RTF.

    Returns:
        The document, with the DOCX that was read as `converted`.

    Raises:
        UnreadableDocument: LibreOffice is not installed, or cannot read the document.
        ReadingStopped: LibreOffice takes too long.
    """
    kind = "rtf" if data.startswith(b"{\\rtf") else "doc"
    docx_data = _converted(file, data, kind)
    try:
        document = docx.read(file, docx_data)
    except UnreadableDocument as exc:
        raise _broken(file, kind) from exc
    return replace(document, converted=Converted("docx", docx_data))


def _converted(file: str, data: bytes, kind: str) -> bytes:
    program = programs.find("soffice", "libreoffice")
    if program is None:
        raise _not_installed(file, kind)
    needs_scan_time()
    with tempfile.TemporaryDirectory(prefix="kommunsvar-") as name:
        folder = Path(name)
        original, profile = folder / f"dokument.{kind}", folder / "profil"
        original.write_bytes(data)
        settings = profile / "user" / "registrymodifications.xcu"
        settings.parent.mkdir(parents=True)
        lines = (_SETTING.format(key, value) for key, value in _SAFE.items())
        settings.write_text(_PROFILE.format("".join(lines)), encoding="utf-8")
        command = [
            program,
            f"-env:UserInstallation={profile.as_uri()}",
            *("--headless", "--norestore", "--nologo", "--nodefault", "--nolockcheck"),
            *("--convert-to", "docx:MS Word 2007 XML"),
            *("--outdir", str(folder / "ut")),
            str(original),
        ]
        try:
            finished = programs.run(command, folder, timeout_s=_TIMEOUT_S)
        except programs.OutOfTime as exc:
            raise ReadingStopped(
                file,
                f"LibreOffice blev inte klart med dokumentet på {_TIMEOUT_S:.0f} sekunder. Öppna "
                f"det i Word eller LibreOffice, spara det som docx eller pdf, och försök igen.",
            ) from exc
        except OSError as exc:
            raise _not_installed(file, kind) from exc
        made = folder / "ut" / "dokument.docx"
        if made.is_file():
            return made.read_bytes()
        if "no export filter" in finished.output:
            raise _not_installed(file, kind)  # LibreOffice without Writer
        raise _broken(file, kind)


def _not_installed(file: str, kind: str) -> UnreadableDocument:
    return UnreadableDocument(
        file,
        f"för att läsa {kind}-dokument behövs LibreOffice Writer, som inte är installerat. "
        f"Installera paketet libreoffice-writer (Debian, Ubuntu), eller spara dokumentet som docx "
        f"eller pdf, och försök igen.",
    )


def _broken(file: str, kind: str) -> UnreadableDocument:
    return UnreadableDocument(
        file,
        f"{kind}-dokumentet är skadat eller skyddat med lösenord. Öppna det i Word eller "
        f"LibreOffice, spara en ny kopia som docx eller pdf, och försök igen.",
    )

"""A zip of documents: its members one after the other, none of them trusted.

Pure: bytes in, bytes out. Nothing is ever written under a name that stands in an archive.
"""

from __future__ import annotations

import io
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from knowledge.errors import UnreadableDocument
from knowledge.limits import MAX_BYTES, TOO_LARGE

__all__ = [
    "MAX_MEMBERS",
    "MAX_RATIO",
    "MAX_UNPACKED_BYTES",
    "Member",
    "is_archive",
    "is_hidden",
    "members",
]

MAX_MEMBERS = 1_000
MAX_UNPACKED_BYTES = 500 * 1024 * 1024
MAX_RATIO = 200
"""Text shrinks to a tenth, and the emptiest form to a fiftieth; what shrinks more is made to."""

_MAX_ENTRIES = 20_000  # with folders and hidden files; each takes half a kilobyte of memory
_RATIO_FROM_BYTES = 1024 * 1024
_ENTRY = b"PK\x01\x02"
_EMPTY = b"PK\x05\x06"
_ENCRYPTED = 0x1
_UNIX = 3
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_DRIVE = re.compile(r"[A-Za-z]:")
_LITTER = {"thumbs.db", "desktop.ini"}

_BROKEN = "arkivet är skadat eller ofullständigt. Hämta originalet på nytt och försök igen."
_NO_DOCUMENTS = "arkivet innehåller inga dokument."
_TOO_MANY = (
    f"arkivet innehåller fler än {MAX_MEMBERS:,} filer. Dela det i flera arkiv, eller packa upp "
    "det och importera mappen."
).replace(",", " ")
_TOO_MUCH = (
    "arkivet är större än 500 MB när det packas upp. Dela det i flera arkiv, eller packa upp det "
    "och importera mappen."
)
_BAD_NAME = (
    "namnet är tomt eller pekar utanför arkivet, så filen hoppas över. Packa upp arkivet, döp om "
    "filen och importera den."
)
_LINK = "filen är en symbolisk länk, som inte följs. Importera filen som länken pekar på."
_LOCKED = "filen är skyddad med lösenord. Packa upp arkivet och importera filen."
_METHOD = (
    "filen är komprimerad på ett sätt som inte läses. Packa upp arkivet och importera filen, eller "
    "packa den som vanlig zip."
)
_BOMB = (
    f"filen växer mer än {MAX_RATIO} gånger när den packas upp, vilket inget vanligt dokument gör, "
    "så den hoppas över."
)
_NESTED = "filen är ett arkiv i ett arkiv, som inte öppnas. Packa upp det och importera filerna."
_MEMBER_BROKEN = "filen är skadad i arkivet. Hämta originalet på nytt och försök igen."


@dataclass(frozen=True, slots=True)
class Member:
    """One file in an archive.

    Attributes:
        path: its name with folders, as the archive gives it, without control characters.
        data: its bytes, or None when it is refused.
        problem: Swedish, why it is refused; None for a document.
    """

    path: str
    data: bytes | None = None
    problem: str | None = None

    @property
    def name(self) -> str:
        """Its name without folders."""
        return PurePosixPath(self.path).name or self.path


def is_archive(data: bytes) -> bool:
    """Tell whether bytes are a zip, and none of the documents that are zips inside.

    A broken zip counts as none: who reads it as a document says that it is broken.
    """
    if data.startswith(_EMPTY):
        return True
    if not data.startswith(b"PK\x03\x04") or data.count(_ENTRY) > _MAX_ENTRIES:
        return data.startswith(b"PK\x03\x04") and not _names_office(data[:4096])
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, EOFError, NotImplementedError):
        return False
    return not (
        names & {"[Content_Types].xml", "word/document.xml", "content.xml", "mimetype"}
        or any(name.startswith(("xl/", "ppt/")) for name in names)
    )


def _names_office(start: bytes) -> bool:
    return b"[Content_Types].xml" in start or start[30:38] == b"mimetype"


def is_hidden(path: str) -> bool:
    """Tell whether a file is a system's own litter: `.DS_Store`, `__MACOSX/…`, `Thumbs.db`."""
    parts = [part for part in path.replace("\\", "/").split("/") if part not in ("", ".", "..")]
    return any(part.startswith(".") or part == "__MACOSX" for part in parts) or (
        bool(parts) and parts[-1].casefold() in _LITTER
    )


def members(file: str, data: bytes) -> Iterator[Member]:
    """Yield the files of an archive in the order of their names, one in memory at a time.

    Folders and what `is_hidden` knows are left out; they are no documents.

    Args:
        file: the archive's name, for errors.
        data: the archive.

    Raises:
        UnreadableDocument: the whole archive is refused: broken, empty, or over a limit. Told
            before the first member, but for an archive whose own figures are wrong.
    """
    if data.count(_ENTRY) > _MAX_ENTRIES:
        raise UnreadableDocument(file, _TOO_MANY)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = sorted(
                (
                    entry
                    for entry in archive.infolist()
                    if not entry.filename.endswith("/") and not is_hidden(entry.filename)
                ),
                key=lambda entry: entry.filename,
            )
            if not entries:
                raise UnreadableDocument(file, _NO_DOCUMENTS)
            if len(entries) > MAX_MEMBERS:
                raise UnreadableDocument(file, _TOO_MANY)
            if sum(entry.file_size for entry in entries) > MAX_UNPACKED_BYTES:
                raise UnreadableDocument(file, _TOO_MUCH)
            for entry in entries:
                yield _member(archive, entry)
    except (zipfile.BadZipFile, ValueError, EOFError, NotImplementedError) as exc:
        raise UnreadableDocument(file, _BROKEN) from exc


def _member(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Member:
    path = _CONTROL.sub("\ufffd", entry.filename)
    problem = _problem(entry)
    if problem is None:
        try:
            # zipfile reads no more than the entry says, and that is within the limits.
            data = archive.read(entry)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError,
                ValueError, OSError):  # fmt: skip
            return Member(path, problem=_MEMBER_BROKEN)
        if not is_archive(data):
            return Member(path, data)
        problem = _NESTED
    return Member(path, problem=problem)


def _problem(entry: zipfile.ZipInfo) -> str | None:
    name = entry.filename.replace("\\", "/")
    if not name or name.startswith("/") or _DRIVE.match(name) or ".." in name.split("/"):
        return _BAD_NAME
    if entry.create_system == _UNIX and stat.S_ISLNK(entry.external_attr >> 16):
        return _LINK
    if entry.flag_bits & _ENCRYPTED:
        return _LOCKED
    if entry.compress_type not in _METHODS:
        return _METHOD
    if entry.file_size > MAX_BYTES:
        return TOO_LARGE
    if entry.file_size > max(_RATIO_FROM_BYTES, MAX_RATIO * entry.compress_size):
        return _BOMB
    return None

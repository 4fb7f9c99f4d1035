"""What every reader of a zip package does before it looks inside."""

from __future__ import annotations

import zipfile
import zlib

from knowledge.errors import UnreadableDocument

__all__ = ["BROKEN", "check_size"]

BROKEN = (
    zipfile.BadZipFile, zlib.error, KeyError, ValueError, EOFError, NotImplementedError,
    RuntimeError, OSError,
)  # fmt: skip
"""What opening a broken package, or the XML in it, raises."""

_MAX_UNPACKED_BYTES = 400_000_000  # a small file that unpacks to more is an attack


def check_size(file: str, package: zipfile.ZipFile) -> None:
    """Refuse a package that would fill the memory.

    Raises:
        UnreadableDocument: what is in it is too large.
    """
    if sum(entry.file_size for entry in package.infolist()) > _MAX_UNPACKED_BYTES:
        raise UnreadableDocument(
            file, "dokumentet är orimligt stort när det packas upp. Spara det på nytt."
        )

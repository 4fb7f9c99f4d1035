"""Names under which documents are kept."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["safe_file_name"]

_UNSAFE = re.compile(r'[<>:"|?*]')
_MAX_NAME_BYTES = 200  # file systems allow 255; a number and a temporary suffix still fit


def safe_file_name(name: str) -> str:
    """Return a name under which a document can be kept on any file system.

    Folders, control characters and leading dots go; Swedish letters stay.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    shown = "".join(c for c in last if not unicodedata.category(c).startswith("C"))
    shown = _UNSAFE.sub("_", shown).strip().lstrip(".").rstrip(". ")
    stem, dot, suffix = shown.rpartition(".")
    if not dot:
        stem, suffix = shown, ""
    room = _MAX_NAME_BYTES - len(f"{dot}{suffix}".encode())
    if room < 1:
        stem, dot, suffix, room = shown, "", "", _MAX_NAME_BYTES
    stem = stem.encode()[:room].decode(errors="ignore")
    return f"{stem}{dot}{suffix}" if stem else f"dokument{dot}{suffix}"

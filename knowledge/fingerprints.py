"""What tells whether a record file changed since an earlier time, without reading all of them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from knowledge.disk import disk
from knowledge.record_cache import Stamp

__all__ = ["changed", "fingerprints"]


def fingerprints(
    stamps: Mapping[str, Stamp], path_of: Callable[[str], Path], known: Mapping[str, str]
) -> dict[str, str]:
    """Return a value for every record file, by reply id, that tells whether it changed.

    Args:
        stamps: of the files, by reply id.
        path_of: reply id -> its file.
        known: what was given at an earlier time; a file that has not changed since keeps its value.

    Returns:
        `<size in bytes>-<mtime in ns>-<SHA-256>`: a file of the same size and time is taken as
        unchanged without reading it, one with another time only if its content differs.

    Raises:
        StoreError: the disk refuses.
    """
    prints: dict[str, str] = {}
    for reply_id, (_, size, changed_ns) in sorted(stamps.items()):
        age = f"{size}-{changed_ns}"
        before = known.get(reply_id, "")
        if before.startswith(f"{age}-"):
            prints[reply_id] = before
            continue
        path = path_of(reply_id)
        with disk(path), suppress(FileNotFoundError):  # gone since its name was read
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            same = digest == before.rpartition("-")[2]
            prints[reply_id] = before if same else f"{age}-{digest}"
    return prints


def changed(before: Mapping[str, str], now: Mapping[str, str]) -> tuple[str, ...]:
    """Return the ids, sorted, of records that are new, gone or changed."""
    return tuple(sorted(id for id in now.keys() | before if now.get(id) != before.get(id)))

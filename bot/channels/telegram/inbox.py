"""Documents that admins sent, kept until they are published, drafted or cancelled."""

from __future__ import annotations

import hashlib
import re
import shutil
import time
from collections.abc import Callable
from pathlib import Path

from knowledge.file_names import safe_file_name

__all__ = ["Inbox"]

_DAY_S = 24 * 3600
_DIGEST = re.compile(r"[0-9a-f]{20}")


class Inbox:
    """A folder that only the program's own user can read, with a folder for each document.

    Args:
        folder: made at the first document.
        clock_s: seconds since 1970.
    """

    def __init__(self, folder: Path, clock_s: Callable[[], float] = time.time) -> None:
        self._folder = folder
        self._clock_s = clock_s

    def keep(self, name: str, data: bytes) -> str:
        """Keep a document; return what stands for it.

        Raises:
            OSError: the disk refuses.
        """
        safe = safe_file_name(name)
        key = hashlib.blake2b(safe.encode() + b"\0" + data, digest_size=10).hexdigest()
        place = self._folder / key
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        place.mkdir(mode=0o700, exist_ok=True)
        half = place / ".half"
        half.write_bytes(data)
        half.replace(place / safe)
        return key

    def find(self, key: str) -> Path | None:
        """Return where a document is kept, or None when it is no longer."""
        if not _DIGEST.fullmatch(key) or not (self._folder / key).is_dir():
            return None
        files = [one for one in (self._folder / key).iterdir() if one.name != ".half"]
        return files[0] if files else None

    def drop(self, key: str) -> None:
        """Forget a document."""
        if _DIGEST.fullmatch(key):
            shutil.rmtree(self._folder / key, ignore_errors=True)

    def sweep(self) -> None:
        """Forget what is older than a day."""
        if not self._folder.is_dir():
            return
        for place in self._folder.iterdir():
            if self._clock_s() - place.stat().st_mtime > _DAY_S:
                self.drop(place.name)

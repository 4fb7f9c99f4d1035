"""The audit log: one line for each thing that an admin did, only ever added to."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

__all__ = ["AuditLog"]


class AuditLog:
    """A file of JSON lines.

    Args:
        path: the file; made with its folder where it is missing.
        now: gives the time.
    """

    def __init__(self, path: Path, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._path = path
        self._now = now

    def record(self, who: str, what: str, outcome: str, **fields: object) -> None:
        """Add a line, and return when it is on the disk.

        Args:
            who: the channel and the admin's id there.
            what: the action.
            outcome: `done` or `failed`.
            fields: what it was done to.

        Raises:
            OSError: the disk refuses.
        """
        line = {
            "at": self._now().isoformat(timespec="seconds"),
            "who": who,
            "what": what,
            "outcome": outcome,
            **fields,
        }
        self._path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(handle, (json.dumps(line, ensure_ascii=False) + "\n").encode())
            os.fsync(handle)
        finally:
            os.close(handle)

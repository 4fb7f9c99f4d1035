"""The journal of helpful and not helpful: passage, decision, version, day; nobody, no text."""

from __future__ import annotations

import sqlite3
import threading
from dataclasses import dataclass
from datetime import date
from pathlib import Path

__all__ = ["Feedback", "FeedbackJournal"]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS feedback (
    passage_id TEXT,
    decision TEXT NOT NULL CHECK (decision IN ('answer', 'related', 'none')),
    helpful INTEGER NOT NULL CHECK (helpful IN (0, 1)),
    index_version TEXT NOT NULL,
    day TEXT NOT NULL
)
"""


@dataclass(frozen=True, slots=True)
class Feedback:
    """One press of a button.

    Attributes:
        passage_id: the first passage that was shown, or None where none was.
        decision: what was shown.
        index_version: from which version.
    """

    passage_id: str | None
    decision: str
    helpful: bool
    index_version: str
    day: date


class FeedbackJournal:
    """A SQLite file, opened at the first press.

    Args:
        path: the file; made with its folder where it is missing.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()

    def record(self, feedback: Feedback) -> None:
        """Write one line.

        Raises:
            sqlite3.Error: the disk refuses.
            OSError: the folder cannot be made.
        """
        with self._lock:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            db = sqlite3.connect(self._path)
            try:
                with db:
                    db.execute(_SCHEMA)
                    db.execute(
                        "INSERT INTO feedback VALUES (?, ?, ?, ?, ?)",
                        (
                            feedback.passage_id,
                            feedback.decision,
                            int(feedback.helpful),
                            feedback.index_version,
                            feedback.day.isoformat(),
                        ),
                    )
            finally:
                db.close()

"""What must outlive a restart: which updates are done, and which messages were sent for them.

Serial numbers only: no chat, no person, no text. Lines older than two days go, for Telegram keeps
an update for one.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, TypeAlias

from bot.logs import event

__all__ = ["Ledger"]

Value: TypeAlias = int | str

_SCHEMA = """
CREATE TABLE IF NOT EXISTS done (update_id INTEGER PRIMARY KEY, at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS sent (
    update_id INTEGER, part INTEGER, after INTEGER NOT NULL, message_id INTEGER,
    at INTEGER NOT NULL,
    PRIMARY KEY (update_id, part)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS days (day TEXT PRIMARY KEY, questions INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS notes (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS menus (user_id INTEGER PRIMARY KEY);
"""
_KEPT_S = 2 * 24 * 3600


class Ledger:
    """A small SQLite file. Safe to use from several threads.

    A kill loses nothing that was written; a power cut may lose the last moments. When the disk
    refuses, that is logged and the work goes on: answers matter more than what is remembered.

    Every message waits for it, so it is only written: what must be known of updates that are not
    done is held in memory too, and read from the file at the start alone. And what follows a
    message at once, that it was sent and that its update is done, is written in one go.

    Args:
        path: the file; made with its folder where it is missing.
        clock_s: seconds since 1970.
        soon: calls something when what runs now is over, as an event loop does; at once by default.
    """

    def __init__(
        self,
        path: Path,
        clock_s: Callable[[], float] = time.time,
        soon: Callable[[Callable[[], None]], object] = lambda write: write(),
    ) -> None:
        self._clock_s = clock_s
        self._soon = soon
        self._held: list[tuple[str, tuple[Value, ...]]] = []
        self._lock = threading.Lock()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = _opened(str(path))
        except (OSError, sqlite3.Error) as exc:
            event("ledger kept in memory", logging.WARNING, kind=type(exc).__name__)
            self._db = _opened(":memory:")
        self._sent: dict[tuple[int, int], tuple[int, int | None]] = {}
        self._newest_done = 0
        self.sweep()
        self._recall()

    def belong_to(self, bot_id: int) -> None:
        """Forget another bot's updates: each bot has its own serial numbers."""
        if self.noted("bot") != str(bot_id):
            self._do("DELETE FROM done")
            self._do("DELETE FROM sent")
            self._recall()
            self.note("bot", str(bot_id))

    def close(self) -> None:
        """Close the file."""
        self._write()
        with self._lock:
            self._db.close()

    def sweep(self) -> None:
        """Forget what no update can ask for any more."""
        before = int(self._clock_s()) - _KEPT_S
        self._do("DELETE FROM done WHERE at < ?", before)
        self._do(
            "DELETE FROM sent WHERE at < ? OR update_id IN (SELECT update_id FROM done)", before
        )
        self._do("DELETE FROM days WHERE day < date('now', '-31 days')")

    def is_done(self, update_id: int) -> bool:
        """Tell whether an update was dealt with."""
        if update_id > self._newest_done:
            return False
        return self._one("SELECT 1 FROM done WHERE update_id = ?", update_id) is not None

    def done(self, update_id: int, parts: int = 0) -> None:
        """Note that an update is dealt with; what was sent for it need not be known any more.

        Args:
            update_id: of the update.
            parts: how many messages were sent for it.
        """
        self._do("INSERT OR IGNORE INTO done VALUES (?, ?)", update_id, int(self._clock_s()))
        self._newest_done = max(self._newest_done, update_id)
        for part in range(parts):
            self._sent.pop((update_id, part), None)

    def sending(self, update_id: int, part: int) -> tuple[int, int | None] | None:
        """Return what is known of a message for an update from before, or None.

        Returns:
            The newest message id known before it was sent, and its own id once that was told.
        """
        return self._sent.get((update_id, part))

    def begin(self, update_id: int, part: int, after: int) -> None:
        """Note that a message is about to be sent."""
        now = int(self._clock_s())
        self._sent[update_id, part] = (after, None)
        self._do("INSERT OR REPLACE INTO sent VALUES (?, ?, ?, NULL, ?)",
                 update_id, part, after, now)  # fmt: skip

    def sent(self, update_id: int, part: int, message_id: int) -> None:
        """Note that a message was sent."""
        after, _ = self._sent[update_id, part]
        self._sent[update_id, part] = (after, message_id)
        self._do_soon("UPDATE sent SET message_id = ? WHERE update_id = ? AND part = ?",
                      message_id, update_id, part)  # fmt: skip

    def count_question(self, day: date) -> None:
        """Count a question of the day."""
        self._do_soon(
            "INSERT INTO days VALUES (?, 1) ON CONFLICT DO UPDATE SET questions = questions + 1",
            day.isoformat(),
        )

    def questions_on(self, day: date) -> int:
        """Return how many questions were asked on a day."""
        row = self._one("SELECT questions FROM days WHERE day = ?", day.isoformat())
        return 0 if row is None else int(row[0])

    def note(self, name: str, value: str) -> None:
        """Keep a value under a name."""
        self._do("INSERT OR REPLACE INTO notes VALUES (?, ?)", name, value)

    def noted(self, name: str) -> str | None:
        """Return a value kept under a name."""
        row = self._one("SELECT value FROM notes WHERE name = ?", name)
        return None if row is None else str(row[0])

    def menus(self) -> frozenset[int]:
        """Return the users that were given a menu of their own."""
        return frozenset(int(row[0]) for row in self._rows("SELECT user_id FROM menus"))

    def set_menu(self, user_id: int, own: bool) -> None:
        """Note whether a user has a menu of their own."""
        if own:
            self._do("INSERT OR IGNORE INTO menus VALUES (?)", user_id)
        else:
            self._do("DELETE FROM menus WHERE user_id = ?", user_id)

    def _recall(self) -> None:
        """Take over what an earlier run of the program knew."""
        newest = self._one("SELECT max(update_id) FROM done")
        self._newest_done = 0 if newest is None or newest[0] is None else int(newest[0])
        self._sent = {
            (update_id, part): (after, message_id)
            for update_id, part, after, message_id in self._rows(
                "SELECT update_id, part, after, message_id FROM sent"
                " WHERE update_id NOT IN (SELECT update_id FROM done)"
            )
        }

    def _do(self, statement: str, *values: Value) -> None:
        with self._lock:
            self._held.append((statement, values))
        self._write()

    def _do_soon(self, statement: str, *values: Value) -> None:
        """Do something together with what is done next, or when what runs now is over."""
        with self._lock:
            self._held.append((statement, values))
            first = len(self._held) == 1
        if first:
            self._soon(self._write)

    def _write(self) -> None:
        with self._lock:
            held, self._held = self._held, []
            if not held:
                return
            try:
                if len(held) > 1:
                    self._db.execute("BEGIN")
                with self._db:
                    for statement, values in held:
                        self._db.execute(statement, values)
            except sqlite3.Error as exc:
                event("ledger not written", logging.WARNING, kind=type(exc).__name__)

    def _one(self, statement: str, *values: Value) -> tuple[Any, ...] | None:
        return next(iter(self._rows(statement, *values)), None)

    def _rows(self, statement: str, *values: Value) -> list[tuple[Any, ...]]:
        self._write()
        try:
            with self._lock:
                return self._db.execute(statement, values).fetchall()
        except sqlite3.Error as exc:
            event("ledger not read", logging.WARNING, kind=type(exc).__name__)
            return []


def _opened(path: str) -> sqlite3.Connection:
    db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("PRAGMA synchronous=NORMAL")
    db.execute("PRAGMA busy_timeout=2000")
    db.executescript(_SCHEMA)
    return db

"""What large records hold, read once: replies as JSON in SQLite, by the stamp of their file.

Ten thousand YAML files take ten seconds to read, and every import looks at all replies. Nothing is
lost with the cache: whatever is missing in it, damaged, of another form or of another stamp is
read from the YAML file, which alone holds.
"""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Any, TypeAlias

from knowledge.model import (
    Change,
    Converted,
    Event,
    Passage,
    PassageKind,
    Person,
    Reply,
    Source,
    Span,
    Status,
)
from knowledge.wanted import Wanted, dnr_key, title_key

__all__ = ["RecordCache", "Stamp"]

Stamp: TypeAlias = tuple[int, int, int]
"""Inode, size in bytes and time of change in nanoseconds of a record file."""

Plain: TypeAlias = Any
"""What JSON holds."""

_WAIT_S = 2.0
_CHECK_BYTES = 8
_DIGITS = re.compile(r"\d+")
_PARTS = (Reply, Passage, Span, Person, Source, Converted, Event)
# The long one last: SQLite reads through it to reach those after it.
_COLUMNS = (
    "id TEXT PRIMARY KEY, stamp TEXT, checked TEXT, sha256 TEXT, dnr TEXT, title TEXT, digits TEXT,"
    " data TEXT"
)
_FORM = ";".join(
    [_COLUMNS, *(f"{part.__name__}:{','.join(f.name for f in fields(part))}" for part in _PARTS)]
)
_TABLE = f"replies_{hashlib.sha256(_FORM.encode()).hexdigest()[:12]}"
"""Changes with the model, so that what was kept in another form is read anew."""


class RecordCache:
    """One SQLite file; made when it is first written to.

    Args:
        path: of the file; its folder is made too.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self, stamps: Mapping[str, Stamp]) -> dict[str, Reply]:
        """Return the replies whose file has the stamp that it had when it was kept."""
        found: dict[str, Reply] = {}
        if not self._path.is_file():
            return found
        with suppress(sqlite3.Error), self._open() as database:
            rows = database.execute(f"SELECT id, stamp, checked, data FROM {_TABLE}")
            for id, stamp, checked, data in rows:
                if id in stamps and stamp == _stamp(stamps[id]) and checked == _check(data):
                    found[id] = _reply(json.loads(data))
        return found

    def digests(self, stamps: Mapping[str, Stamp]) -> dict[str, str]:
        """Return the digest of the document of each file with these stamps, "" without one.

        Its keys are the ids of all files that are kept.
        """
        if not self._path.is_file():
            return {}
        try:
            with self._open() as database:
                rows = database.execute(f"SELECT id, stamp, sha256 FROM {_TABLE}")
                return {
                    id: sha256
                    for id, stamp, sha256 in rows
                    if id in stamps and stamp == _stamp(stamps[id])
                }
        except sqlite3.Error:
            return {}

    def related(self, kept: Collection[str], wanted: Wanted) -> dict[str, Reply | None] | None:
        """Return those among some kept replies that are wanted, and perhaps others.

        Args:
            kept: ids that `digests` gave.
            wanted: what they must have.

        Returns:
            The replies by id, None for one that is damaged here; None when the cache broke off.
        """
        tests: list[str] = []
        values: list[str] = []
        for column, some in (
            ("sha256", wanted.sha256s),
            ("dnr", wanted.dnrs),
            ("title", wanted.titles),
        ):
            tests += [f"{column} = ?"] * len(some)
            values += some
        for runs in wanted.digits:
            tests.append(" AND ".join(["instr(digits, ?)"] * len(runs)))
            values += runs
        found: dict[str, Reply | None] = {}
        try:
            with self._open() as database:
                any_of = " OR ".join(f"({test})" for test in tests or ["FALSE"])
                rows = database.execute(
                    f"SELECT id, checked, data FROM {_TABLE} WHERE {any_of}", values
                )
                for id, checked, data in rows:
                    if id in kept:
                        sound = checked == _check(data)
                        found[id] = _reply(json.loads(data)) if sound else None
        except sqlite3.Error:
            return None  # what could not be read to its end says nothing of what is not there
        return found

    def write(self, replies: Iterable[tuple[Reply, Stamp]], keep: Iterable[str]) -> None:
        """Keep some replies, and of the others those of these ids.

        Where the file cannot be written, nothing is kept; where it is damaged, it is made anew.
        """
        rows = []
        for reply, stamp in replies:
            data = json.dumps(_plain(reply), ensure_ascii=False, separators=(",", ":"))
            sha256 = reply.source.sha256 if reply.source else ""
            digits = " ".join(_DIGITS.findall(reply.text))
            keys = (sha256, dnr_key(reply.dnr or ""), title_key(reply.title or ""), digits)
            rows.append((reply.id, _stamp(stamp), _check(data), *keys, data))
        try:
            self._replace(rows, set(keep))
        except sqlite3.OperationalError:
            return  # locked, read-only or a full disk: it stays slow, and right
        except sqlite3.DatabaseError:
            with suppress(OSError):
                self._path.unlink(missing_ok=True)

    def _replace(self, rows: Sequence[tuple[str, ...]], keep: set[str]) -> None:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as exc:
            raise sqlite3.OperationalError(str(exc)) from exc
        with self._open() as database, database:
            tables = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            for (name,) in tables.fetchall():
                if name != _TABLE:  # of another form
                    database.execute(f'DROP TABLE "{name}"')
            database.execute(f"CREATE TABLE IF NOT EXISTS {_TABLE} ({_COLUMNS})")
            held = [id for (id,) in database.execute(f"SELECT id FROM {_TABLE}")]
            gone = [(id,) for id in held if id not in keep]
            database.executemany(f"DELETE FROM {_TABLE} WHERE id = ?", gone)
            database.executemany(
                f"INSERT OR REPLACE INTO {_TABLE} VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows
            )

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._path, timeout=_WAIT_S)) as database:
            # A cache may be lost with the power: it need not be waited for.
            database.execute("PRAGMA synchronous = OFF")
            yield database


def _stamp(stamp: Stamp) -> str:
    return "-".join(map(str, stamp))


def _check(data: str) -> str:
    return hashlib.blake2b(data.encode(), digest_size=_CHECK_BYTES).hexdigest()


def _plain(value: object) -> Plain:
    """Return a value as JSON holds it: the fields of a dataclass in order."""
    if is_dataclass(value):
        return [_plain(getattr(value, field.name)) for field in fields(value)]
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, date) else value


# Written out, since this is done a hundred thousand times: by the order of the fields above.


def _reply(values: Plain) -> Reply:
    (
        id, status, text, passages, title, municipality, interpellants, respondents, answered_on,
        dnr, replaces, language, source, history,
    ) = values  # fmt: skip
    return Reply(
        id,
        Status(status),
        text,
        tuple(map(_passage, passages)),
        title,
        municipality,
        tuple(Person(*person) for person in interpellants),
        tuple(Person(*person) for person in respondents),
        _day(answered_on),
        dnr,
        tuple(replaces),
        language,
        None if source is None else _source(source),
        tuple(map(_event, history)),
    )


def _passage(values: Plain) -> Passage:
    id, kind, span, number, question, page = values
    asked = None if question is None else Span(*question)
    return Passage(id, _KINDS[kind], Span(*span), number, asked, page)


def _source(values: Plain) -> Source:
    file, sha256, pages, url, converted = values
    made = None if converted is None else Converted(*converted)
    return Source(file, sha256, pages, url, made)


_KINDS = {kind.value: kind for kind in PassageKind}


def _event(values: Plain) -> Event:
    on, status, reason, what, revision, by = values
    change = None if what is None else Change(what)
    return Event(date.fromisoformat(on), Status(status), reason, change, revision, by)


def _day(value: Plain) -> date | None:
    return None if value is None else date.fromisoformat(value)

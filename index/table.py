"""The passages and replies of one index version, read from disk only where they are needed.

Files (docs/formats.md): `replies.jsonl` and `passages.jsonl`, one JSON object a line, and
`columns.npy`, a structured array with a row per passage.
"""

from __future__ import annotations

import json
import mmap
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.filters import KIND_CODES
from index.forms import held_forms
from index.model import IndexedPassage, IndexedReply
from index.splice import Run, spliced
from knowledge.model import PassageKind, Person

__all__ = ["COLUMNS", "Table", "write_table"]

COLUMNS = np.dtype(
    [
        ("offset", "<i8"),
        ("reply", "<i4"),
        ("words", "<u4"),
        ("kind", "u1"),
        ("forms", "u1"),
        ("key", "V16"),
    ]
)
"""Per passage: byte offset of its line, row of its reply, number of words, kind code, forms of
answer that it holds (`index.forms`), and the key under which its vector may be reused."""

_PASSAGES, _REPLIES, _COLUMNS = "passages.jsonl", "replies.jsonl", "columns.npy"


def write_table(
    directory: Path,
    replies: Sequence[IndexedReply],
    passages: Sequence[IndexedPassage],
    keys: Sequence[bytes],
    parts: Sequence[Run],
    kept: Table | None = None,
) -> None:
    """Write the three files.

    Args:
        directory: an existing folder.
        replies: all replies, in the order of their rows; ids are unique.
        passages: the fresh ones; each one's `reply_id` is in `replies`.
        keys: 16 bytes per fresh passage.
        parts: runs of fresh and of kept passages, each reply's together, in the order of
            `replies`.
        kept: the version before, when rows of it are kept.

    Raises:
        OSError: the disk refuses.
    """
    row_of = {reply.id: row for row, reply in enumerate(replies)}
    lines = [_line(_passage_fields(passage)) for passage in passages]
    fresh = np.zeros(len(passages), dtype=COLUMNS)
    for row, (passage, key) in enumerate(zip(passages, keys, strict=True)):
        fresh[row] = (
            0,
            row_of[passage.reply_id],
            len(passage.text.split()),
            KIND_CODES[passage.kind],
            held_forms(passage.text),
            key,
        )
    sizes = np.fromiter(map(len, lines), dtype=np.int64, count=len(lines))
    before = None
    if kept is not None:
        before = kept._columns.copy()
        before["reply"] = np.array([row_of.get(reply.id, -1) for reply in kept.replies])[
            kept.reply_rows
        ]
    columns = spliced(parts, before, fresh)
    borders = None if kept is None else kept._borders()
    ends = np.cumsum(spliced(parts, None if borders is None else np.diff(borders), sizes))
    columns["offset"][1:] = ends[:-1]
    columns["offset"][:1] = 0
    with (directory / _PASSAGES).open("wb") as file:
        for part in parts:
            if part.fresh:
                file.writelines(lines[part.rows])
            elif kept is not None and borders is not None:
                file.write(memoryview(kept._lines)[borders[part.start] : borders[part.stop]])
    # Most replies are the very ones that were read from the version before.
    as_before = {} if kept is None else kept._reply_lines()
    with (directory / _REPLIES).open("wb") as file:
        file.writelines(
            as_before.get(id(reply)) or _line(_reply_fields(reply)) for reply in replies
        )
    np.save(directory / _COLUMNS, columns, allow_pickle=False)


class Table:
    """Row access to a written table.

    Attributes:
        replies: all replies, in row order.
        reply_rows: int32, shape (passages,).
        kinds: uint8, shape (passages,).
        forms: uint8, shape (passages,): bits of the forms of answer that each holds.
        word_counts: uint32, shape (passages,).
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._columns: NDArray[np.void] = np.load(
            directory / _COLUMNS, mmap_mode="r", allow_pickle=False
        )
        self.reply_rows: NDArray[np.int32] = np.ascontiguousarray(self._columns["reply"])
        self.kinds: NDArray[np.uint8] = np.ascontiguousarray(self._columns["kind"])
        self.forms: NDArray[np.uint8] = np.ascontiguousarray(self._columns["forms"])
        self.word_counts: NDArray[np.uint32] = np.ascontiguousarray(self._columns["words"])
        self._offsets: NDArray[np.int64] = np.ascontiguousarray(self._columns["offset"])
        with (directory / _REPLIES).open("rb") as file:
            # As one array: a call for each line takes twice as long.
            self.replies = tuple(map(_reply, json.loads(b"[%s]" % b",".join(file))))
        with (directory / _PASSAGES).open("rb") as file:
            # An empty file cannot be mapped.
            self._lines = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if len(self) else b""

    def __len__(self) -> int:
        return len(self._columns)

    def passage(self, row: int) -> IndexedPassage:
        """Read one passage."""
        start = int(self._offsets[row])
        end = self._lines.find(b"\n", start)
        return _passage(json.loads(self._lines[start:end].decode()))

    def reply_of(self, row: int) -> IndexedReply:
        """Return the reply that a passage row belongs to."""
        return self.replies[int(self.reply_rows[row])]

    def rows_of(self) -> dict[str, range]:
        """Return the passage rows of each reply, by its id; they follow each other."""
        counts = np.bincount(self.reply_rows, minlength=len(self.replies))
        ends = np.cumsum(counts)
        starts = (ends - counts).tolist()
        return {
            reply.id: range(start, end)
            for reply, start, end in zip(self.replies, starts, ends.tolist(), strict=True)
        }

    def keys(self, rows: Iterable[int]) -> dict[bytes, int]:
        """Return some rows by their reuse key."""
        return {self._columns["key"][row].tobytes(): row for row in rows}

    def _reply_lines(self) -> dict[int, bytes]:
        """Return the line of each reply, by the identity of its object."""
        with (self._directory / _REPLIES).open("rb") as file:
            return {id(reply): line for reply, line in zip(self.replies, file, strict=True)}

    def _borders(self) -> NDArray[np.int64]:
        """Return where each passage's line starts and the last one ends, shape (passages + 1,)."""
        return np.append(self._offsets, len(self._lines))


def _line(fields: dict[str, Any]) -> bytes:
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _passage_fields(passage: IndexedPassage) -> dict[str, Any]:
    return {
        "id": passage.id,
        "reply_id": passage.reply_id,
        "kind": passage.kind.value,
        "text": passage.text,
        "number": passage.number,
        "question": passage.question,
        "page": passage.page,
    }


def _passage(fields: dict[str, Any]) -> IndexedPassage:
    return IndexedPassage(**fields | {"kind": PassageKind(fields["kind"])})


def _reply_fields(reply: IndexedReply) -> dict[str, Any]:
    return {
        "id": reply.id,
        "title": reply.title,
        "municipality": reply.municipality,
        "interpellants": [_person_fields(person) for person in reply.interpellants],
        "respondents": [_person_fields(person) for person in reply.respondents],
        "answered_on": reply.answered_on.isoformat() if reply.answered_on else None,
        "dnr": reply.dnr,
        "source": reply.source,
        "url": reply.url,
        "newer": reply.newer,
        "replaces": reply.replaces,
        "matter": reply.matter,
    }


def _person_fields(person: Person) -> list[str | None]:
    return [person.name, person.party, person.role]


def _reply(fields: dict[str, Any]) -> IndexedReply:
    day = fields["answered_on"]
    fields["interpellants"] = tuple(Person(*person) for person in fields["interpellants"])
    fields["respondents"] = tuple(Person(*person) for person in fields["respondents"])
    fields["answered_on"] = date.fromisoformat(day) if day else None
    fields["replaces"] = tuple(fields["replaces"])
    return IndexedReply(**fields)

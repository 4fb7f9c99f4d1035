"""The passages and replies of one index version, read from disk only where they are needed.

Files (docs/formats.md): `replies.jsonl` and `passages.jsonl`, one JSON object a line, and
`columns.npy`, a structured array with a row per passage.
"""

from __future__ import annotations

import json
import mmap
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.filters import KIND_CODES
from index.forms import held_forms
from index.model import IndexedPassage, IndexedReply
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
) -> None:
    """Write the three files.

    Args:
        directory: an existing folder.
        replies: all replies; ids are unique.
        passages: all passages; each one's `reply_id` is in `replies`.
        keys: 16 bytes per passage.
    """
    row_of = {reply.id: row for row, reply in enumerate(replies)}
    columns = np.zeros(len(passages), dtype=COLUMNS)
    with (directory / _PASSAGES).open("wb") as file:
        for row, (passage, key) in enumerate(zip(passages, keys, strict=True)):
            columns[row] = (
                file.tell(),
                row_of[passage.reply_id],
                len(passage.text.split()),
                KIND_CODES[passage.kind],
                held_forms(passage.text),
                key,
            )
            file.write(_line(_passage_fields(passage)))
    with (directory / _REPLIES).open("wb") as file:
        for reply in replies:
            file.write(_line(_reply_fields(reply)))
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
        self._columns: NDArray[np.void] = np.load(
            directory / _COLUMNS, mmap_mode="r", allow_pickle=False
        )
        self.reply_rows: NDArray[np.int32] = np.ascontiguousarray(self._columns["reply"])
        self.kinds: NDArray[np.uint8] = np.ascontiguousarray(self._columns["kind"])
        self.forms: NDArray[np.uint8] = np.ascontiguousarray(self._columns["forms"])
        self.word_counts: NDArray[np.uint32] = np.ascontiguousarray(self._columns["words"])
        self._offsets: NDArray[np.int64] = np.ascontiguousarray(self._columns["offset"])
        with (directory / _REPLIES).open("rb") as file:
            self.replies = tuple(_reply(json.loads(line)) for line in file)
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

    def keys(self) -> dict[bytes, int]:
        """Return the row of each reuse key."""
        return {key.tobytes(): row for row, key in enumerate(self._columns["key"])}


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
    }


def _person_fields(person: Person) -> list[str | None]:
    return [person.name, person.party, person.role]


def _reply(fields: dict[str, Any]) -> IndexedReply:
    day = fields["answered_on"]
    return IndexedReply(
        **fields
        | {
            "interpellants": tuple(Person(*person) for person in fields["interpellants"]),
            "respondents": tuple(Person(*person) for person in fields["respondents"]),
            "answered_on": date.fromisoformat(day) if day else None,
        }
    )

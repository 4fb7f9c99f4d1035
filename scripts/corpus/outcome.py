"""What every reader of a checkout shares: what is left out and why, and how files are written."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Any

__all__ = ["Reason", "WrongFolderError", "write_lines"]


class WrongFolderError(Exception):
    """A folder named on the command line cannot be used; the message is one full sentence."""


class Reason(StrEnum):
    """Why a document is not in the corpus; the value is what the closing count calls it."""

    UNREADABLE = "not readable as UTF-8 or XML"
    OTHER_FORM = "no interpellation in the expected form"
    SHORT = "too little text"
    EMPTY = "neither text nor questions"
    DUPLICATE = "exact duplicate"
    SAME_BODY = "same text under another title"
    HELD_OUT = "in a session left out"


def write_lines(path: Path, records: Iterable[dict[str, Any]]) -> None:
    """Write gzip-compressed JSON Lines whose bytes depend on the records alone.

    Args:
        path: the file, replaced if it exists.
        records: one object a line, keys in their own order.
    """
    part = path.with_name(path.name + ".part")
    with (
        part.open("wb") as file,
        gzip.GzipFile(filename="", fileobj=file, mode="wb", mtime=0) as packed,
    ):
        for record in records:
            packed.write((json.dumps(record, ensure_ascii=False) + "\n").encode())
    part.replace(path)

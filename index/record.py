"""Which record files a version was built from, so that a later change is noticed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from knowledge.model import Status

__all__ = ["Recorded", "fingerprints_of", "record_of", "write_record"]

_NAME = "record.json"
_STATUSES = {status.value: status for status in Status}


class Recorded(NamedTuple):
    """A sound record file as it was.

    Attributes:
        fingerprint: tells whether it changed since (`knowledge.store.YamlStore.fingerprints`).
        status: of its reply.
    """

    fingerprint: str
    status: Status


def write_record(directory: Path, record: Mapping[str, Recorded]) -> None:
    """Keep what each record file was like, by reply id."""
    # Without line breaks: json writes those in Python, and takes ten times as long.
    text = json.dumps(dict(sorted(record.items())))
    (directory / _NAME).write_text(text, encoding="utf-8")


def record_of(directory: Path) -> dict[str, Recorded]:
    """Return the record files that a version was built from, by reply id."""
    found = json.loads((directory / _NAME).read_bytes())
    return {id: Recorded(print, _STATUSES[status]) for id, (print, status) in found.items()}


def fingerprints_of(directory: Path) -> dict[str, str]:
    """Return the fingerprint of each record file that a version was built from, by reply id."""
    found = json.loads((directory / _NAME).read_bytes())
    return {id: print for id, (print, _) in found.items()}

"""Which record files a version was built from, so that a later change is noticed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

__all__ = ["record_of", "write_record"]

_NAME = "record.json"


def write_record(directory: Path, fingerprints: Mapping[str, str]) -> None:
    """Keep the fingerprint of each record file, by reply id."""
    (directory / _NAME).write_text(json.dumps(dict(fingerprints), indent=0), encoding="utf-8")


def record_of(directory: Path) -> dict[str, str]:
    """Return the fingerprints of the record files that a version was built from."""
    fingerprints: dict[str, str] = json.loads((directory / "record.json").read_bytes())
    return fingerprints

"""Logs: one JSON object a line, without what was asked, who asked, ids of people, or secrets.

Only what the program itself names is written: an event and its plain values. Of other libraries'
records nothing but their origin, level and kind of error, for their texts may hold anything.
"""

from __future__ import annotations

import json
import logging
import secrets
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

__all__ = ["event", "problem", "start_logging"]

_LOGGER = logging.getLogger("kommunsvar")
_FIELDS = "kommunsvar_fields"
_FRAMES = 6
_ENCODER = json.JSONEncoder(ensure_ascii=False, default=str)


def event(name: str, level: int = logging.INFO, **fields: object) -> None:
    """Log that something happened.

    Args:
        name: what, in a few words that never change.
        level: how bad it is.
        fields: counts, durations, decisions, version ids; never a person's words or name.
    """
    if _LOGGER.isEnabledFor(level):
        # Not by `log`, which looks for the caller first: a third of the time, and never written.
        record = logging.LogRecord(_LOGGER.name, level, "", 0, name, None, None)
        setattr(record, _FIELDS, fields)
        _LOGGER.handle(record)


def problem(name: str, exc: BaseException, **fields: object) -> str:
    """Log an error with the places in the program that it went through; return its id.

    The error's own text is left out: it may hold what a person wrote.
    """
    error_id = secrets.token_hex(4)
    frames = traceback.extract_tb(exc.__traceback__)[-_FRAMES:]
    where = [f"{Path(one.filename).name}:{one.lineno} {one.name}" for one in frames]
    event(
        name,
        logging.ERROR,
        error_id=error_id,
        kind=type(exc).__name__,
        cause=None if exc.__cause__ is None else type(exc.__cause__).__name__,
        where=where,
        **fields,
    )
    return error_id


class _Lines(logging.Formatter):
    """Writes a record as one JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
        }
        if record.name == _LOGGER.name:
            line["event"] = record.getMessage()
            line |= getattr(record, _FIELDS, {})
        else:
            line["event"] = "library"
            line["logger"] = record.name
            if record.exc_info and record.exc_info[0]:
                line["kind"] = record.exc_info[0].__name__
        return _ENCODER.encode(line)


def start_logging(stream: TextIO | None = None) -> None:
    """Write logs as JSON lines, to standard error unless told otherwise."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(_Lines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    _LOGGER.setLevel(logging.INFO)
    logging.captureWarnings(True)

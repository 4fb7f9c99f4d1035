"""What the program makes of a document: its drafts, or why there are none."""

from __future__ import annotations

import hashlib
import io
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from knowledge.document import Document
from knowledge.draft import Draft
from knowledge.errors import DocumentError
from knowledge.model import Reply, Source, Status
from knowledge.parsing.furniture import without_furniture
from knowledge.parsing.parse import parse
from knowledge.parsing.refusal import LooksLike, NoReply
from knowledge.readers import read
from knowledge.verify import verify_reply

__all__ = ["Reading", "missing_program", "read_path"]

_NEEDED = {
    "doc": ("soffice", "libreoffice"),
    "rtf": ("soffice", "libreoffice"),
    "scan": ("ocrmypdf",),
    "mixed": ("ocrmypdf",),
}
"""The layouts that another program makes readable: one of these."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of one document.

    Attributes:
        drafts: the replies that were found.
        refused: what the document looks like instead of a reply, where it was refused.
        reason: why there is no draft, in the program's words.
        readable: whether its format could be read; False where a program for it is not installed.
        faults: what is not verbatim in the drafts, one sentence each.
    """

    drafts: tuple[Draft, ...] = ()
    refused: LooksLike | None = None
    reason: str = ""
    readable: bool = True
    faults: tuple[str, ...] = ()


def missing_program(layout: str) -> str | None:
    """Return the program that documents of this layout need and that is not installed, if any."""
    names = _NEEDED.get(layout, ())
    return names[0] if names and not any(map(shutil.which, names)) else None


def read_path(path: Path) -> Reading:
    """Read a document as an import does; an archive gives what its documents give together."""
    data = path.read_bytes()
    if path.suffix == ".zip":
        return _together([_read(name, part) for name, part in _members(data)])
    return _read(path.name, data)


def _members(data: bytes) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for entry in archive.infolist():
            if not entry.is_dir():
                yield entry.filename, archive.read(entry)


def _together(readings: list[Reading]) -> Reading:
    drafts = tuple(draft for one in readings for draft in one.drafts)
    refused = next((one for one in readings if one.refused), Reading())
    return Reading(
        drafts,
        None if drafts else refused.refused,
        "" if drafts else refused.reason,
        all(one.readable for one in readings),
        tuple(fault for one in readings for fault in one.faults),
    )


def _read(name: str, data: bytes) -> Reading:
    try:
        document = read(name, data)
        drafts = parse(without_furniture(document))
    except DocumentError as error:
        return Reading(reason=error.message, readable=False)
    except NoReply as error:
        return Reading(refused=error.looks_like, reason=error.reason)
    faults = [fault for draft in drafts for fault in _faults(draft, document, name, data)]
    return Reading(drafts, faults=tuple(faults))


def _faults(draft: Draft, document: Document, name: str, data: bytes) -> tuple[str, ...]:
    source = Source(name, hashlib.sha256(data).hexdigest())
    reply = Reply("r", Status.DRAFT, draft.text, draft.passages, source=source)
    return verify_reply(reply, data, lambda _name, _data: document)

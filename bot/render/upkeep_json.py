"""The JSON documents of the registrar's commands, field by field as DESIGN.md section 5 has them.

Other programs read these: fields may be added, never renamed or left out.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.render.preview import warned
from knowledge.model import PassageKind, Person, Reply
from knowledge.quote import quote

if TYPE_CHECKING:
    from bot.administration import ImportReport, ReviewReport, VerifyReport
    from bot.render.json import Document
    from index.reindex import BuildReport
    from index.versions import VersionInfo
    from knowledge.draft import Found
    from knowledge.importing import ImportEntry

__all__ = ["build", "entry", "imported", "reviewed", "verified", "version", "versions"]


def imported(report: ImportReport) -> Document:
    """Return what an import did, one entry a reply found."""
    return {
        "files": [entry(one) for one in report.entries],
        "index": None if report.build is None else build(report.build),
    }


def entry(entry: ImportEntry) -> Document:
    """Return what became of one reply, or of a file without any."""
    return {
        "file": entry.file,
        "status": entry.status.value,
        "reply_id": entry.reply_id,
        "title": entry.title,
        "passages": {kind.value: entry.passages.get(kind, 0) for kind in PassageKind},
        "warnings": list(entry.warnings),
        "error": entry.error,
        "revision": entry.revision,
        "reply_status": None if entry.reply is None else entry.reply.status.value,
        "fields": [] if entry.reply is None else _fields(entry.reply, entry.found),
        "passage_list": [] if entry.reply is None else _passages(entry.reply),
        "doubts": [_doubt(one, entry.found) for one in entry.warnings],
    }


def _fields(reply: Reply, found: Iterable[Found]) -> list[Document]:
    """Return every field that a document may give, with where it stands in this one."""
    day = reply.answered_on
    values: dict[str, object] = {
        "title": reply.title,
        "municipality": reply.municipality,
        **{f"interpellants[{at}]": _person(one) for at, one in enumerate(reply.interpellants)},
        **{f"respondents[{at}]": _person(one) for at, one in enumerate(reply.respondents)},
        "answered_on": None if day is None else day.isoformat(),
        "dnr": reply.dnr,
        "replaces": list(reply.replaces),
    }
    places = list(found)
    return [
        {
            "field": field,
            "value": value,
            "found": [_place(one) for one in places if one.field == field],
        }
        for field, value in values.items()
    ]


def _person(person: Person) -> Document:
    return {"name": person.name, "party": person.party, "role": person.role}


def _passages(reply: Reply) -> list[Document]:
    return [
        {
            "passage_id": f"{reply.id}#{one.id}",
            "kind": one.kind.value,
            "number": one.number,
            "question": None if one.question is None else quote(one.question.of(reply.text)),
            "text": quote(one.span.of(reply.text)),
            "page": one.page,
        }
        for one in reply.passages
    ]


def _doubt(warning: str, found: Iterable[Found]) -> Document:
    """Return a warning with what it concerns, and the text that it is about."""
    one = warned(warning)
    return {
        "field": one.field or None,
        "text": one.text,
        "found": [_place(place) for place in found if one.field and place.field == one.field],
    }


def _place(found: Found) -> Document:
    return {
        "certainty": found.certainty.value,
        "place": found.place.value,
        "page": found.page,
        "line": found.line or None,
    }


def reviewed(report: ReviewReport) -> Document:
    """Return the replies whose status changed, and the index built after it."""
    return {
        "replies": [
            {"reply_id": one.id, "title": one.title, "status": one.status.value}
            for one in report.replies
        ],
        "index": build(report.build),
    }


def build(report: BuildReport) -> Document:
    """Return what a reindex did."""
    return {
        "version": report.version,
        "replies": report.replies,
        "passages": report.passages,
        "encoded": report.encoded,
        "reused": report.reused,
        "seconds": round(report.seconds, 3),
        "problems": list(report.problems),
    }


def version(info: VersionInfo) -> Document:
    """Return one index version."""
    return {
        "version": info.id,
        "current": info.current,
        "created": None if info.created is None else info.created.isoformat(),
        "replies": info.replies,
        "passages": info.passages,
        "encoder": info.encoder,
        "size_bytes": info.size_bytes,
        "age_s": None
        if info.created is None
        else round((datetime.now(UTC) - info.created).total_seconds()),
        "sound": info.sound,
        "problem": info.problem,
    }


def versions(infos: tuple[VersionInfo, ...]) -> Document:
    """Return all index versions, newest first."""
    return {
        "current": next((info.id for info in infos if info.current), None),
        "versions": [version(info) for info in infos],
    }


def verified(report: VerifyReport) -> Document:
    """Return the proof of promise 1."""
    return {
        "replies": report.replies,
        "passages": report.passages,
        "errors": list(report.errors),
    }

"""The JSON documents of the registrar's commands, field by field as DESIGN.md section 5 has them.

Other programs read these: fields may be added, never renamed or left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from knowledge.model import PassageKind

if TYPE_CHECKING:
    from bot.administration import ImportReport, ReviewReport, VerifyReport
    from bot.render.json import Document
    from index.reindex import BuildReport
    from index.versions import VersionInfo
    from knowledge.importing import ImportEntry

__all__ = ["build", "imported", "reviewed", "verified", "version", "versions"]


def imported(report: ImportReport) -> Document:
    """Return what an import did, one entry a reply found."""
    return {
        "files": [_entry(entry) for entry in report.entries],
        "index": None if report.build is None else build(report.build),
    }


def _entry(entry: ImportEntry) -> Document:
    return {
        "file": entry.file,
        "status": entry.status.value,
        "reply_id": entry.reply_id,
        "title": entry.title,
        "passages": {kind.value: entry.passages.get(kind, 0) for kind in PassageKind},
        "warnings": list(entry.warnings),
        "error": entry.error,
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

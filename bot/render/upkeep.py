"""What the registrar reads: how an import went, which index is live, what a check found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot import texts
from bot.render.style import Style
from knowledge.importing import ImportEntry, ImportStatus

if TYPE_CHECKING:
    from bot.administration import VerifyReport
    from index.reindex import BuildReport
    from index.versions import VersionInfo

__all__ = ["build_text", "problems_text", "total_text", "verify_text", "versions_text"]


def total_text(entries: Iterable[ImportEntry]) -> str:
    """Return how many replies came in, were there before, and failed."""
    counts = Counter(entry.status for entry in entries)
    return texts.IMPORT_TOTAL.format(**{status.value: counts[status] for status in ImportStatus})


def build_text(build: BuildReport) -> str:
    """Return what a reindex did, in one line."""
    return texts.BUILT.format(
        version=build.version,
        replies=build.replies,
        passages=build.passages,
        encoded=build.encoded,
        reused=build.reused,
        seconds=f"{build.seconds:.1f}".replace(".", ","),
    )


def problems_text(build: BuildReport) -> str:
    """Return in one line how much is to be looked at after a reindex; "" where nothing is."""
    count = len(build.problems)
    return texts.BUILD_PROBLEMS.format(count=count) if count else ""


def versions_text(
    versions: Iterable[VersionInfo],
    style: Style,
    now: datetime | None = None,
    *,
    problems: bool = True,
) -> str:
    """Return a line for every version on disk, the live one marked.

    Args:
        versions: newest first.
        style: how to write.
        now: what ages are counted to; None for this moment.
        problems: whether to say what is wrong with a damaged one, in the operator's English.
    """
    now = now or datetime.now(UTC)
    lines = []
    for one in versions:
        created = "" if one.created is None else one.created.astimezone().strftime("%Y-%m-%d %H:%M")
        mark = "*" if one.current else " "
        size = f"{one.size_bytes / 1e6:.1f} MB".replace(".", ",")
        age = "" if one.created is None else _age((now - one.created).total_seconds())
        counts = f"{one.replies:>6} svar{one.passages:>8} passager"
        cells = f"{mark} {one.id:<8} {created:<17}{age:<13}{counts}"
        line = f"{cells}{size:>11}  {one.encoder or ''}".rstrip()
        if one.current:
            line = style.bold(f"{line}  ({texts.VERSION_LIVE})")
        if one.problem:
            said = texts.VERSION_DAMAGED + (f": {one.problem}" if problems else "")
            line += "\n" + style.alert(f"    {said}")
        lines.append(line)
    return "\n".join(lines) or texts.NO_VERSIONS


def _age(seconds: float) -> str:
    """Return in Swedish how old something is, in its largest unit."""
    for unit_s, one, several in texts.AGES:
        count = int(seconds // unit_s)
        if count:
            return f"{count} {one if count == 1 else several}"
    return texts.JUST_NOW


def verify_text(report: VerifyReport, style: Style) -> str:
    """Return the outcome of the check, and every fault."""
    sentence = texts.NOT_VERIFIED if report.errors else texts.VERIFIED
    counts = {"replies": report.replies, "passages": report.passages, "errors": len(report.errors)}
    lines = [style.fold(sentence.format(**counts))]
    lines += [style.alert(style.fold(f"– {error}", "  ", "    ")) for error in report.errors]
    return "\n".join(lines)

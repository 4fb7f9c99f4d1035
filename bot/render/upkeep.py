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

__all__ = [
    "build_text",
    "problems_text",
    "rolled_back_text",
    "total_text",
    "verify_text",
    "versions_brief",
    "versions_text",
]


def total_text(entries: Iterable[ImportEntry]) -> str:
    """Return how many replies came in, were there before, and failed."""
    counts = Counter(entry.status for entry in entries)
    return ", ".join(
        _counted(counts[ImportStatus(status)], words)
        for status, words in texts.IMPORT_COUNTS.items()
    )


def build_text(build: BuildReport) -> str:
    """Return what a reindex did, in one line."""
    return texts.BUILT.format(
        version=build.version,
        replies=build.replies,
        passages=_counted(build.passages, texts.PASSAGES),
        encoded=_counted(build.encoded, texts.ENCODED),
        reused=_counted(build.reused, texts.REUSED),
        seconds=f"{build.seconds:.1f}".replace(".", ","),
    )


def rolled_back_text(info: VersionInfo) -> str:
    """Return which version is live again, in one line."""
    return texts.ROLLED_BACK.format(
        version=info.id, replies=info.replies, passages=_counted(info.passages, texts.PASSAGES)
    )


def problems_text(build: BuildReport) -> str:
    """Return in one line how much is to be looked at after a reindex; "" where nothing is."""
    count = len(build.problems)
    return texts.BUILD_PROBLEMS.format(count=count) if count else ""


def versions_brief(versions: Iterable[VersionInfo], now: datetime | None = None) -> str:
    """Return the versions for a narrow page: two lines each, the live one marked.

    What is wrong with a damaged one is for the operator, on the command line.

    Args:
        versions: newest first.
        now: what ages are counted to; None for this moment.
    """
    now = now or datetime.now(UTC)
    lines = []
    for one in versions:
        states = [texts.VERSION_LIVE] if one.current else []
        states += [texts.VERSION_DAMAGED] if one.problem else []
        state = f" ({', '.join(states)})" if states else ""
        cells = [] if one.created is None else [_created(one), _age_of(one, now)]
        held = f"{one.replies} svar, {_counted(one.passages, texts.PASSAGES)}, {_size(one)}"
        lines.append(f"{'*' if one.current else ' '} {one.id}{state}")
        lines.append(f"  {held if one.problem is None else _size(one)}")
        lines += [f"  {', '.join(cells)}"] if cells else []
    return "\n".join(lines) or texts.NO_VERSIONS


def versions_text(
    versions: Iterable[VersionInfo], style: Style, now: datetime | None = None
) -> str:
    """Return a line for every version on disk, the live one marked.

    Args:
        versions: newest first.
        style: how to write.
        now: what ages are counted to; None for this moment.
    """
    now = now or datetime.now(UTC)
    lines = []
    for one in versions:
        created = _created(one)
        mark = "*" if one.current else " "
        size = _size(one)
        age = _age_of(one, now)
        counts = f"{one.replies:>6} svar{one.passages:>8} passager"
        cells = f"{mark} {one.id:<8} {created:<17}{age:<13}{counts}"
        line = f"{cells}{size:>11}  {one.encoder or ''}".rstrip()
        if one.current:
            line = style.bold(f"{line}  ({texts.VERSION_LIVE})")
        if one.problem:
            line += "\n" + style.alert(f"    {texts.VERSION_DAMAGED}: {one.problem}")
        lines.append(line)
    return "\n".join(lines) or texts.NO_VERSIONS


def _created(info: VersionInfo) -> str:
    return "" if info.created is None else info.created.astimezone().strftime("%Y-%m-%d %H:%M")


def _age_of(info: VersionInfo, now: datetime) -> str:
    return "" if info.created is None else _age((now - info.created).total_seconds())


def _size(info: VersionInfo) -> str:
    return f"{info.size_bytes / 1e6:.1f} MB".replace(".", ",")


def _counted(count: int, words: tuple[str, str]) -> str:
    """Return a number with its word: for one, for several."""
    return f"{count} {words[0] if count == 1 else words[1]}"


def _age(seconds: float) -> str:
    """Return in Swedish how old something is, in its largest unit."""
    for unit_s, one, several in texts.AGES:
        count = int(seconds // unit_s)
        if count:
            return _counted(count, (one, several))
    return texts.JUST_NOW


def verify_text(report: VerifyReport, style: Style) -> str:
    """Return the outcome of the check, and every fault."""
    sentence = texts.NOT_VERIFIED if report.errors else texts.VERIFIED
    counts = {"replies": report.replies, "passages": report.passages, "errors": len(report.errors)}
    lines = [style.fold(sentence.format(**counts))]
    lines += [style.alert(style.fold(f"– {error}", "  ", "    ")) for error in report.errors]
    return "\n".join(lines)

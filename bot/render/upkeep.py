"""What the registrar reads: how an import went, which index is live, what a check found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot import texts
from bot.catalogue import Catalogue, catalogue_for
from bot.render.style import Style
from knowledge.importing import ImportEntry, ImportStatus

if TYPE_CHECKING:
    from bot.administration import VerifyReport
    from index.reindex import BuildReport
    from index.versions import VersionInfo

__all__ = [
    "build_text",
    "doing_text",
    "problems_text",
    "rolled_back_text",
    "total_text",
    "verify_text",
    "versions_brief",
    "versions_text",
]


_AGES = ((365 * 86_400, "years"), (86_400, "days"), (3_600, "hours"), (60, "minutes"))
"""For telling an age: seconds, and what the catalogues call the unit."""


def doing_text(what: str, say: Catalogue) -> str:
    """Return what is being done, as the administration names it, in words."""
    return say(f"doing_{what}")


def total_text(entries: Iterable[ImportEntry], say: Catalogue) -> str:
    """Return how many replies came in, were there before, and failed."""
    counts = Counter(entry.status for entry in entries)
    return ", ".join(say.count(f"entries_{one.value}", counts[one]) for one in ImportStatus)


def build_text(build: BuildReport, say: Catalogue) -> str:
    """Return what a reindex did, in one line."""
    return say(
        "built",
        version=build.version,
        replies=say.count("replies", build.replies),
        passages=say.count("passages", build.passages),
        encoded=say.count("encoded", build.encoded),
        reused=say.count("reused", build.reused),
        seconds=say.decimal(build.seconds),
    )


def rolled_back_text(info: VersionInfo, say: Catalogue) -> str:
    """Return which version is live again, in one line."""
    replies, passages = say.count("replies", info.replies), say.count("passages", info.passages)
    return say("rolled_back", version=info.id, replies=replies, passages=passages)


def problems_text(build: BuildReport, say: Catalogue) -> str:
    """Return in one line how much is to be looked at after a reindex; "" where nothing is."""
    count = len(build.problems)
    return say("build_problems", count=count) if count else ""


def versions_brief(
    versions: Iterable[VersionInfo], say: Catalogue, now: datetime | None = None
) -> str:
    """Return the versions for a narrow page: two lines each, the live one marked.

    What is wrong with a damaged one is for the operator, on the command line.

    Args:
        versions: newest first.
        say: the catalogue.
        now: what ages are counted to; None for this moment.
    """
    now = now or datetime.now(UTC)
    lines = []
    for one in versions:
        states = [say("version_live")] if one.current else []
        states += [say("version_damaged")] if one.problem else []
        state = f" ({', '.join(states)})" if states else ""
        cells = [] if one.created is None else [_created(one), _age_of(one, now, say)]
        sizes = [_size(one, say)]
        if one.problem is None:
            counts = say.count("replies", one.replies), say.count("passages", one.passages)
            sizes = [*counts, *sizes]
        lines.append(f"{'*' if one.current else ' '} {one.id}{state}")
        lines.append(f"  {', '.join(sizes)}")
        lines += [f"  {', '.join(cells)}"] if cells else []
    return "\n".join(lines) or say("versions_none")


def versions_text(
    versions: Iterable[VersionInfo], style: Style, now: datetime | None = None
) -> str:
    """Return for a terminal, in Swedish, a line for every version on disk, the live one marked.

    Args:
        versions: newest first.
        style: how to write.
        now: what ages are counted to; None for this moment.
    """
    now, say = now or datetime.now(UTC), catalogue_for()
    lines = []
    for one in versions:
        created = _created(one)
        mark = "*" if one.current else " "
        size = _size(one, say)
        age = _age_of(one, now, say)
        counts = f"{one.replies:>6} svar{one.passages:>8} passager"
        cells = f"{mark} {one.id:<8} {created:<17}{age:<13}{counts}"
        line = f"{cells}{size:>11}  {one.encoder or ''}".rstrip()
        if one.current:
            line = style.bold(f"{line}  ({say('version_live')})")
        if one.problem:
            line += "\n" + style.alert(f"    {say('version_damaged')}: {one.problem}")
        lines.append(line)
    return "\n".join(lines) or say("versions_none")


def _created(info: VersionInfo) -> str:
    return "" if info.created is None else info.created.astimezone().strftime("%Y-%m-%d %H:%M")


def _age_of(info: VersionInfo, now: datetime, say: Catalogue) -> str:
    return "" if info.created is None else _age((now - info.created).total_seconds(), say)


def _size(info: VersionInfo, say: Catalogue) -> str:
    return f"{say.decimal(info.size_bytes / 1e6)} MB"


def _age(seconds: float, say: Catalogue) -> str:
    """Return how old something is, in its largest unit."""
    for unit_s, unit in _AGES:
        count = int(seconds // unit_s)
        if count:
            return say.count(unit, count)
    return say("just_now")


def verify_text(report: VerifyReport, style: Style) -> str:
    """Return the outcome of the check, and every fault."""
    sentence = texts.NOT_VERIFIED if report.errors else texts.VERIFIED
    counts = {"replies": report.replies, "passages": report.passages, "errors": len(report.errors)}
    lines = [style.fold(sentence.format(**counts))]
    lines += [style.alert(style.fold(f"– {error}", "  ", "    ")) for error in report.errors]
    return "\n".join(lines)

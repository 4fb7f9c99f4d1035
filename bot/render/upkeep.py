"""What the registrar reads: what an import understood, which index is live, what a check found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from bot import texts
from bot.render.citation import of_reply, people
from bot.render.links import Links
from bot.render.plain import kind_label
from bot.render.style import Style
from knowledge.importing import ImportEntry, ImportStatus
from knowledge.model import Passage, PassageKind, Reply
from knowledge.quote import quote

if TYPE_CHECKING:
    from bot.administration import VerifyReport
    from index.reindex import BuildReport
    from index.versions import VersionInfo

__all__ = ["build_text", "import_text", "total_text", "verify_text", "versions_text"]

_LABEL_WIDTH = max(map(len, texts.FIELDS.values())) + 2
_BEGINNING_CHARS = 64


def import_text(entry: ImportEntry, style: Style, *, dry_run: bool, published: bool) -> str:
    """Return what was understood of one reply, and what a registrar should look at."""
    lines = [style.bold(style.fold(f"{entry.file}: {_outcome(entry, dry_run, published)}"))]
    if entry.error:
        lines.append(style.alert(style.fold(entry.error, "  ")))
    if entry.reply is not None and entry.status is ImportStatus.UNCHANGED:
        lines.append(style.fold(f"{texts.FIELDS['id']}: {entry.reply.id}", "  "))
    elif entry.reply is not None:
        lines += _fields(entry.reply, style)
        lines += _passages(entry.reply, style)
    if entry.warnings:
        lines.append(style.alert(f"  {texts.IMPORT_DOUBTS}:"))
        doubts = map(_in_words, entry.warnings)
        lines += [style.fold(f"– {doubt}", "    ", "      ") for doubt in doubts]
    return "\n".join(lines)


def _outcome(entry: ImportEntry, dry_run: bool, published: bool) -> str:
    if entry.status is ImportStatus.FAILED:
        return texts.IMPORT_FAILED
    if entry.status is ImportStatus.UNCHANGED:
        return texts.IMPORT_UNCHANGED
    if dry_run:
        return texts.IMPORT_UNDERSTOOD
    return texts.IMPORT_PUBLISHED if published else texts.IMPORT_IMPORTED


def _fields(reply: Reply, style: Style) -> Iterator[str]:
    citation = of_reply(reply, None, Links())
    values = {
        "id": reply.id,
        "title": citation.title,
        "municipality": citation.municipality,
        "interpellants": people(reply.interpellants),
        "respondents": people(reply.respondents),
        "answered_on": citation.day,
        "dnr": citation.dnr,
        "replaces": ", ".join(reply.replaces),
    }
    hanging = "  " + " " * _LABEL_WIDTH
    for field, value in values.items():
        if value:
            label = f"{texts.FIELDS[field]}:"
            yield style.fold(f"{label:<{_LABEL_WIDTH}}{value}", "  ", hanging)


def _passages(reply: Reply, style: Style) -> Iterator[str]:
    label = f"{texts.FIELDS['passages']}:"
    yield f"  {label:<{_LABEL_WIDTH}}{_counted(reply.passages)}"
    for passage in reply.passages:
        dress = style.alert if passage.kind is PassageKind.BACKGROUND else str
        yield dress(f"    #{passage.id}  {kind_label(passage)}")
        if passage.question is not None:
            yield style.faint(
                f"        {texts.THE_QUESTION} {_beginning(passage.question.of(reply.text))}"
            )
        yield style.faint(f"        {_beginning(passage.span.of(reply.text))}")


def _counted(passages: Sequence[Passage]) -> str:
    parts = []
    for kind, (one, several) in texts.PLURAL_KINDS.items():
        count = sum(passage.kind is kind for passage in passages)
        if count:
            parts.append(f"{count} {one if count == 1 else several}")
    return ", ".join(parts) or "0"


def _beginning(text: str) -> str:
    words = " ".join(quote(text).split())
    if len(words) <= _BEGINNING_CHARS:
        return words
    return words[:_BEGINNING_CHARS].rpartition(" ")[0] + " …"


def _in_words(warning: str) -> str:
    """Return a warning with its field as a registrar calls it: "Diarienummer: …"."""
    path, colon, doubt = warning.partition(": ")
    field = path.partition("[")[0].partition(".")[0]
    return f"{texts.FIELDS[field]}: {doubt}" if colon and field in texts.FIELDS else warning


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


def versions_text(versions: Iterable[VersionInfo], style: Style) -> str:
    """Return a line for every version on disk, the live one marked."""
    lines = []
    for one in versions:
        created = "" if one.created is None else one.created.astimezone().strftime("%Y-%m-%d %H:%M")
        mark = "*" if one.current else " "
        size = f"{one.size_bytes / 1e6:.1f} MB".replace(".", ",")
        cells = f"{mark} {one.id:<8} {created:<17}{one.replies:>6} svar{one.passages:>8} passager"
        line = f"{cells}{size:>11}  {one.encoder or ''}".rstrip()
        if one.current:
            line = style.bold(f"{line}  ({texts.VERSION_LIVE})")
        if one.problem:
            line += "\n" + style.alert(f"    {texts.VERSION_DAMAGED.format(problem=one.problem)}")
        lines.append(line)
    return "\n".join(lines) or texts.NO_VERSIONS


def verify_text(report: VerifyReport, style: Style) -> str:
    """Return the outcome of the check, and every fault."""
    sentence = texts.NOT_VERIFIED if report.errors else texts.VERIFIED
    counts = {"replies": report.replies, "passages": report.passages, "errors": len(report.errors)}
    lines = [style.fold(sentence.format(**counts))]
    lines += [style.alert(style.fold(f"– {error}", "  ", "    ")) for error in report.errors]
    return "\n".join(lines)

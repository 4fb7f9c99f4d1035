"""What an import understood of a reply, for whoever must decide whether it is right.

Every field with where it stands and how sure that is, every passage by whose words it holds, and
every doubt beside what it concerns.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.catalogue import Catalogue
from bot.render.citation import of_reply, people
from bot.render.links import Links
from bot.render.style import PLAIN, Style
from bot.render.words import whose
from knowledge.draft import Certainty, Found, Place
from knowledge.importing import ImportEntry, ImportStatus
from knowledge.model import Passage, PassageKind, Reply, Status
from knowledge.quote import quote

__all__ = [
    "CHAT",
    "WIDE",
    "Layout",
    "Warned",
    "import_line",
    "import_text",
    "in_words",
    "outcome",
    "warned",
]

_FIELDS = (
    "title", "municipality", "interpellants", "respondents", "answered_on", "dnr", "replaces",
    "source", "language", "text", "passages", "id", "status", "revision",
)  # fmt: skip
"""The fields of a reply that a warning may concern."""
_KINDS = {
    PassageKind.ANSWER: "answers",
    PassageKind.STATEMENT: "statements",
    PassageKind.BACKGROUND: "backgrounds",
}
_NOT_GIVEN = "–"
_BEGINNING_CHARS = 120
_END_CHARS = 60
_INDEX = re.compile(r"\[\d+\]")


@dataclass(frozen=True, slots=True)
class Layout:
    """Where a preview puts things.

    Attributes:
        columns: whether labels and values stand in columns; a value follows its label otherwise.
        margin: before a label.
        passage: before a passage's name, and before the warnings that are left.
        text: before its text.
        apart: whether a blank line stands before each passage.
        certain: whether the place of what is certain is told too.
    """

    columns: bool
    margin: str
    passage: str
    text: str
    apart: bool
    certain: bool


WIDE = Layout(True, "  ", "    ", " " * 8, apart=False, certain=True)
"""For a terminal."""
CHAT = Layout(False, "", "", "", apart=True, certain=False)
"""For a telephone: nothing stands in columns."""


@dataclass(frozen=True, slots=True)
class Warned:
    """A warning taken apart.

    Attributes:
        field: what it concerns: `dnr`, `interpellants[0]`; "" when it names no field.
        text: what it says.
    """

    field: str
    text: str


def warned(warning: str) -> Warned:
    """Take a warning apart: "interpellants[0].party: …" concerns `interpellants[0]`."""
    path, colon, text = warning.partition(": ")
    field = path.partition(".")[0]
    known = colon and _INDEX.sub("", field) in _FIELDS
    return Warned(field, text) if known else Warned("", warning)


def in_words(warning: str, say: Catalogue) -> str:
    """Return a warning with its field as a registrar calls it: "Diarienummer: …"."""
    return _labelled(warned(warning), say)


def outcome(entry: ImportEntry, say: Catalogue, *, dry_run: bool) -> str:
    """Return what became of a document, or would, in a few words."""
    if entry.status is ImportStatus.FAILED:
        return say("import_failed")
    if entry.status is ImportStatus.UNCHANGED:
        return say("import_unchanged")
    corrected = entry.revision is not None and entry.revision > 1
    if dry_run:
        what = say("import_understood")
        return f"{what}, {say('import_revision', number=entry.revision)}" if corrected else what
    status = Status.DRAFT if entry.reply is None else entry.reply.status
    done = "corrected" if corrected else "stored"
    return say(f"{done}_{status.value}", number=entry.revision)


def import_line(entry: ImportEntry, say: Catalogue) -> str:
    """Return in one line what became of a document, and below it what is to be looked at."""
    parts = [f"{entry.file}: {outcome(entry, say, dry_run=False)}"]
    if entry.reply_id:
        parts.append(entry.reply_id)
    if entry.reply is not None and entry.status is ImportStatus.IMPORTED:
        parts.append(counted(entry.reply.passages, say))
    if entry.warnings:
        parts.append(say("to_check", count=len(entry.warnings)))
    lines = [PLAIN.fold(" · ".join(parts))]
    told = [entry.error] if entry.error else [in_words(one, say) for one in entry.warnings]
    return "\n".join((*lines, *(PLAIN.fold(f"– {one}", "    ") for one in told)))


def import_text(
    entry: ImportEntry, style: Style, say: Catalogue, *, dry_run: bool, layout: Layout = WIDE
) -> str:
    """Return what was understood of one reply, and what a registrar should look at.

    Warnings and errors are remarks of the readers and the parser, who write Swedish; where the
    catalogue is another one, the last line says so.
    """
    lines = [style.bold(style.fold(f"{entry.file}: {outcome(entry, say, dry_run=dry_run)}"))]
    if entry.error:
        lines.append(style.alert(style.fold(entry.error, layout.margin)))
    left = [warned(one) for one in entry.warnings]
    if entry.reply is not None and entry.status is ImportStatus.UNCHANGED:
        lines.append(style.fold(f"{say('field_id')}: {entry.reply.id}", layout.margin))
    elif entry.reply is not None:
        shown = _Preview(entry.reply, entry.found, left, style, layout, say)
        lines += [*shown.fields(), *shown.passages()]
        left = shown.left()
    if left:
        lines.append(style.alert(f"{layout.margin}{say('import_doubts')}:"))
        first, rest = layout.passage, f"{layout.passage}  "
        lines += [style.fold(f"– {_labelled(one, say)}", first, rest) for one in left]
    if not say.is_swedish and (entry.error or entry.warnings):
        lines += ["", style.faint(style.fold(say("remarks_in_swedish"), layout.margin))]
    return "\n".join(lines)


def _labelled(one: Warned, say: Catalogue) -> str:
    if not one.field:
        return one.text
    return f"{say('field_' + _INDEX.sub('', one.field))}: {one.text}"


class _Preview:
    """Shows one reply; remembers which warnings were told on the way."""

    def __init__(
        self,
        reply: Reply,
        found: Sequence[Found],
        warnings: Sequence[Warned],
        style: Style,
        layout: Layout,
        say: Catalogue,
    ) -> None:
        self._reply = reply
        self._found = found
        self._warnings = warnings
        self._style = style
        self._layout = layout
        self._say = say
        self._labels = {field: say(f"field_{field}") for field in _FIELDS}
        self._width = max(map(len, self._labels.values())) + 2 if layout.columns else 0
        # Stands before what is said about a field.
        self._below = f"{layout.margin}{' ' * self._width}" if layout.columns else "  "
        self._told: set[int] = set()

    def left(self) -> list[Warned]:
        """Return the warnings that concern nothing that was shown."""
        return [one for at, one in enumerate(self._warnings) if at not in self._told]

    def fields(self) -> Iterator[str]:
        """Yield the fields, each with its place and its doubts below it."""
        reply = self._reply
        citation = of_reply(reply, None, Links())
        yield self._row("id", reply.id)
        if reply.revision > 1:
            yield self._row("revision", str(reply.revision))
        yield from self._field("title", citation.title)
        yield from self._field("municipality", citation.municipality)
        for field, persons in (
            ("interpellants", reply.interpellants),
            ("respondents", reply.respondents),
        ):
            label = field
            for at, person in enumerate(persons):
                yield from self._field(f"{field}[{at}]", people([person]), label)
                label = ""
            yield from self._field(field, "", label)
        day = "" if reply.answered_on is None else self._say.day(reply.answered_on)
        yield from self._field("answered_on", day)
        yield from self._field("dnr", citation.dnr)
        yield from self._field("replaces", ", ".join(reply.replaces), doubts=False)

    def passages(self) -> Iterator[str]:
        """Yield the passages in order, each with whose words it holds, its page and its text."""
        style, reply, layout, say = self._style, self._reply, self._layout, self._say
        yield self._row("passages", counted(reply.passages, say))
        yield from self._doubts("passages")
        for passage in reply.passages:
            dress = _dress(style, passage.kind)
            page = f" · {say('page', page=passage.page)}" if passage.page else ""
            if layout.apart:
                yield ""
            yield dress(f"{layout.passage}#{passage.id}  {whose(passage, say)}{page}")
            if passage.question is not None:
                asked = _shortened(passage.question.of(reply.text))
                yield style.faint(style.fold(say("the_question", question=asked), layout.text))
            text = style.fold(_shortened(passage.span.of(reply.text)), layout.text)
            yield style.faint(text) if passage.kind is PassageKind.BACKGROUND else text

    def _row(self, label: str, value: str) -> str:
        layout = self._layout
        name = f"{self._labels[label]}:" if label else ""
        column = f"{name:<{self._width}}" if layout.columns else f"{name} ".lstrip()
        return self._style.fold(f"{column}{value}", layout.margin, self._below)

    def _field(
        self, field: str, value: str, label: str | None = None, *, doubts: bool = True
    ) -> Iterator[str]:
        label = field if label is None else label
        wanted = doubts and any(one.field == field for one in self._warnings)
        if not value and not wanted:
            return
        if value or label:
            yield self._row(label, value or _NOT_GIVEN)
        sure = [
            one
            for one in self._found
            if one.field == field and one.certainty in self._told_places()
        ]
        for one in sure if value else ():
            yield self._place(one, self._below)
        if doubts:
            yield from self._doubts(field)

    def _told_places(self) -> tuple[Certainty, ...]:
        likely = (Certainty.LIKELY,)
        return (Certainty.CERTAIN, *likely) if self._layout.certain else likely

    def _doubts(self, field: str) -> Iterator[str]:
        """Yield the warnings on a field, with the text that they are about."""
        style, below = self._style, self._below
        said = False
        for at, one in enumerate(self._warnings):
            if one.field == field:
                self._told.add(at)
                said = True
                yield style.alert(style.fold(f"! {one.text}", below, f"{below}  "))
        for place in self._found:
            if said and place.field == field and place.certainty is Certainty.DOUBTFUL:
                yield self._place(place, f"{below}  ")

    def _place(self, found: Found, indent: str) -> str:
        say = self._say
        line = say("quoted", text=found.line) if found.line else ""
        parts = (say(f"certainty_{found.certainty.value}"), where(found, say), line)
        return self._style.faint(
            self._style.fold(" · ".join(filter(None, parts)), indent, f"{indent}  ")
        )


def where(found: Found, say: Catalogue) -> str:
    """Return where something stands: "sidan 2"; "" for a text without pages."""
    if found.place is Place.TEXT:
        return say("page", page=found.page) if found.page else ""
    return say(f"place_{found.place.value}")


def _dress(style: Style, kind: PassageKind) -> Callable[[str], str]:
    return {
        PassageKind.ANSWER: style.good,
        PassageKind.STATEMENT: style.told,
        PassageKind.BACKGROUND: style.faint,
    }[kind]


def counted(passages: Iterable[Passage], say: Catalogue) -> str:
    """Return how many passages of each kind there are, in words."""
    kinds = [passage.kind for passage in passages]
    counts = {key: kinds.count(kind) for kind, key in _KINDS.items()}
    return ", ".join(say.count(key, count) for key, count in counts.items() if count) or "0"


def _shortened(text: str) -> str:
    """Return a text on one line; of a long one where it begins and where it ends."""
    words = " ".join(quote(text).split())
    if len(words) <= _BEGINNING_CHARS + _END_CHARS + 20:
        return words
    begins = words[:_BEGINNING_CHARS].rpartition(" ")[0]
    ends = words[-_END_CHARS:].partition(" ")[2]
    return f"{begins} […] {ends}"

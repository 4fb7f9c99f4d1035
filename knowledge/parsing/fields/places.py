"""Where in a document its fields stand, and how sure that makes them.

The fields are read elsewhere; here each value is looked for again, first where it belongs.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from knowledge.draft import Certainty, Found, Place
from knowledge.model import Person
from knowledge.parsing.fields import Fields
from knowledge.parsing.fields.dates import days_in
from knowledge.parsing.fields.registry import BARE_DNR, DNR
from knowledge.parsing.frame import Part, Zone
from knowledge.parsing.paragraphs import Layout
from knowledge.parsing.pieces import Piece
from knowledge.parsing.sentences import hyphens_joined

__all__ = ["places_of"]

_LINE_CHARS = 160
"""A longer line is shown around what was found in it."""
_CONTENDING = 6
"""More places of a field that contend are not shown."""
_MAX_PEOPLE = 12
"""More people are not looked for."""
_BODY = 3


@dataclass(frozen=True, slots=True)
class _Row:
    """A line of the document.

    Attributes:
        text: on one line, without hyphens at printed line ends.
        rank: 0 for the title, 1 for letterhead, signature and margins, 2 for the rest of the
            frame, `_BODY` for the body; an appended interpellation is left out.
    """

    text: str
    rank: int
    page: int | None
    place: Place = Place.TEXT


def places_of(
    fields: Fields,
    layout: Layout,
    pieces: Sequence[Piece],
    parts: Sequence[tuple[Part, Zone]],
    margins: Iterable[str],
) -> tuple[Found, ...]:
    """Find where the fields of a reply stand.

    Args:
        fields: as they were read.
        layout: the text.
        pieces: of the text.
        parts: what each piece is, and where it stands.
        margins: page heads and feet that are no part of the text.

    Returns:
        One place for each field that has a value and is found again, and every place of one that
        has none because several contend.
    """
    rows = sorted(_rows(layout, pieces, parts, margins), key=lambda row: row.rank)
    found: list[Found | None] = [
        _first("title", rows, _phrase(fields.title), by_rank=_BY_RANK),
        _first("municipality", rows, _phrase(fields.municipality), by_rank=_BY_RANK),
    ]
    for field, people in (
        ("interpellants", fields.interpellants),
        ("respondents", fields.respondents),
    ):
        found += [
            _first(f"{field}[{at}]", rows, _phrase(person.name), by_rank=_rank_of(field, person))
            for at, person in enumerate(people[:_MAX_PEOPLE])
        ]
    found += _days(fields.answered_on, _contends(fields, "answered_on"), rows)
    found += _numbers(fields.dnr, _contends(fields, "dnr"), rows)
    found += [
        _first("replaces", rows, _phrase(number), by_rank=_BY_RANK)
        for number in fields.replaces_dnr[:_MAX_PEOPLE]
    ]
    return tuple(one for one in found if one is not None)


_BY_RANK = (Certainty.CERTAIN, Certainty.CERTAIN, Certainty.LIKELY, Certainty.LIKELY)


def _rank_of(field: str, person: Person) -> tuple[Certainty, ...]:
    # Whoever signs with a role has answered; a name alone may be anyone's.
    sure = field == "interpellants" or person.role is not None
    return _BY_RANK if sure else (Certainty.LIKELY,) * 4


def _contends(fields: Fields, field: str) -> bool:
    return any(said.startswith(f"{field}: Dokumentet har flera") for said in fields.warnings)


def _days(day: date | None, contending: bool, rows: Sequence[_Row]) -> Iterator[Found]:
    """Yield where the day of the reply stands, or every day in the frame that may be it."""
    if day is None and not contending:
        return
    shown = 0
    for row in rows if day else [row for row in rows if row.rank != _BODY]:
        for one, _, start in days_in(row.text):
            if contending and shown < _CONTENDING:
                shown += 1
                yield _found("answered_on", row, start, Certainty.DOUBTFUL)
            elif one == day:
                yield _found("answered_on", row, start, _BY_RANK[row.rank])
                return


def _numbers(dnr: str | None, contending: bool, rows: Sequence[_Row]) -> Iterator[Found]:
    """Yield where the registry number stands, or every number in the frame that may be it."""
    if dnr is None and not contending:
        return
    shown: set[str] = set()
    for pattern, certainty in ((DNR, Certainty.CERTAIN), (BARE_DNR, Certainty.LIKELY)):
        for row in rows if dnr else [row for row in rows if row.rank != _BODY]:
            for match in pattern.finditer(row.text):
                number = " ".join(match.group("dnr").split())
                if contending:
                    if number.upper() in shown or len(shown) == _CONTENDING:
                        continue
                    shown.add(number.upper())
                    yield _found("dnr", row, match.start("dnr"), Certainty.DOUBTFUL)
                elif number == " ".join((dnr or "").split()):
                    yield _found("dnr", row, match.start("dnr"), certainty)
                    return


def _first(
    field: str,
    rows: Sequence[_Row],
    wanted: re.Pattern[str] | None,
    *,
    by_rank: Sequence[Certainty],
) -> Found | None:
    """Return the first place of a value; the rows where such a field belongs come first."""
    if wanted is None:
        return None
    for row in rows:
        if match := wanted.search(row.text):
            return _found(field, row, match.start(), by_rank[row.rank])
    return None


def _phrase(value: str | None) -> re.Pattern[str] | None:
    """Return what finds a value however it is spaced and written; no letter may follow but s."""
    parts = re.findall(r"\w+", value or "")
    if not parts:
        return None
    words = r"\W+".join(map(re.escape, parts))
    return re.compile(rf"(?<!\w){words}s?(?!\w)", re.IGNORECASE)


def _found(field: str, row: _Row, start: int, certainty: Certainty) -> Found:
    return Found(field, certainty, row.place, _around(row.text, start), row.page)


def _around(line: str, start: int) -> str:
    """Return a line, or of a long one the part around a place."""
    if len(line) <= _LINE_CHARS:
        return line
    first = max(0, min(start - _LINE_CHARS // 3, len(line) - _LINE_CHARS))
    part = line[first : first + _LINE_CHARS]
    if first:
        part = "… " + part.partition(" ")[2]
    if first + _LINE_CHARS < len(line):
        part = part.rpartition(" ")[0] + " …"
    return part


def _rows(
    layout: Layout,
    pieces: Sequence[Piece],
    parts: Sequence[tuple[Part, Zone]],
    margins: Iterable[str],
) -> Iterator[_Row]:
    """Yield the lines of the frame and the paragraphs of the body, in order."""
    lines = [row for block in layout.blocks for row in block.rows]
    starts = [row.start for row in lines]
    for piece, (part, zone) in zip(pieces, parts, strict=True):
        words = layout.text[piece.start : piece.end]
        if part is Part.INTERPELLATION:
            continue
        if part in (Part.TITLE, Part.BODY):
            yield _Row(hyphens_joined(words), 0 if part is Part.TITLE else _BODY, piece.page)
            continue
        rank = 2 if zone is Zone.MIDDLE else 1
        at = piece.start
        before = ""
        for line in words.split("\n"):
            page = lines[bisect_right(starts, at + len(line) - len(line.lstrip())) - 1].page
            row = " ".join(line.split())
            # A label alone belongs to what stands below it.
            yield _Row(f"{before}{row}", rank, page)
            before = f"{row} " if row.endswith(":") else ""
            at += len(line) + 1
    for text in margins:
        for line in text.split("\n"):
            if line.strip():
                yield _Row(" ".join(line.split()), 1, None, Place.MARGIN)

"""When a reply was given: never a date that it tells of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from knowledge.parsing.fields.lines import Lines

__all__ = ["DATE", "date_of_reply", "days_in"]

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "januari jan",
            "februari feb febr",
            "mars mar",
            "april apr",
            "maj",
            "juni jun",
            "juli jul",
            "augusti aug",
            "september sep sept",
            "oktober okt",
            "november nov",
            "december dec",
        ),
        1,
    )
    for name in names.split()
}


# 2025-03-17, 2025.03.17, 20250317 is left alone; 17 mars 2025; 17/3 2025;
# 17.3.2025.
DATE = re.compile(
    r"(?<![\d/-])(?:(?P<y>(?:19|20)\d{2})(?P<sep>[-–./])(?P<m>\d{1,2})(?P=sep)(?P<d>\d{1,2})"
    r"|(?P<d2>\d{1,2})(?::?e)?\s+(?P<month>[A-Za-zåäö]{3,9})\.?\s+(?:år\s+)?"
    r"(?:(?P<y2>(?:19|20)\d{2})|[-–’'](?P<short>\d{2}))"
    r"|(?P<d3>\d{1,2})(?:/(?P<m3>\d{1,2})[\s-]+|\.(?P<m4>\d{1,2})\.)(?P<y3>(?:19|20)\d{2}))(?![\d-])"
)


# Words before a date that make it the date of something else.
_OTHER_DATE = re.compile(
    r"(?:inlämna[dt]\w*|inkom\w*|ankom\w*|mottag\w*|registrer\w*|datera[dt]\w*|ställ[dt]\w*|väckt\w*|anmäl[dt]\w*|utskriv\w*|utskrift\w*|"
    r"juster\w*|anslag\w*|reviderad\w*|senast\s+ändrad|bordlagd\w*|beslut\w*|antag\w*|interpellation\s+(?:från|av)|"
    r"lämnade?s?\s+in|lämnat\s+in|uppdaterad\w*|signera\w*|upprättad\w*\s+interpellation|expedier\w*|sista|före|efter|sedan|t\.?o\.?m|fr\.?o\.?m)\b[^.]{0,40}$",
    re.IGNORECASE,
)


# A line whose every date is that of something else: "Justeringens plats och tid …".
_OTHER_LINE = re.compile(
    r"(?:juster\w+|anslag\S*|digitalt\s+signer\w+|(?:elektroniskt\s+)?signer\w+|utskri\w+)\b",
    re.IGNORECASE,
)


# Words that make it the date of the reply.
_REPLY_DATE = re.compile(
    r"(?:besvara[ts]\w*|svar(?:et|sdatum)?\b|svar\s+lämna[ts]\w*|avgiv\w*|avges|behandla[ts])[^.]{0,80}$",
    re.IGNORECASE,
)


_MEETING_DATE = re.compile(
    r"(?:sammanträde\w*|fullmäktige\w*|möte\w*|KF)\b[^.]{0,40}$", re.IGNORECASE
)


_PUBLISHED = re.compile(r"\bpublicera\w*[\s:]*$", re.IGNORECASE)


_CELL_BORDER = " | "


_LABEL_ALONE = re.compile(r"^[A-ZÅÄÖ][\w\s/-]{2,30}:?$")


def date_of_reply(lines: Lines) -> tuple[date | None, bool]:
    """Return the date of the reply, and whether several dates contend for it."""
    head = _dates(_merged(lines.head))
    tail = _dates(_merged(lines.tail))
    margins = _dates(lines.margins)
    # Further down a date counts where it is said to be the reply's.
    frame = _dates(_merged(lines.frame))
    given = [day for day, before in (*tail, *head, *frame) if _REPLY_DATE.search(before)]
    top = (*head, *margins)
    published = [day for day, before in top if _PUBLISHED.search(before)]
    top = tuple((day, before) for day, before in top if not _PUBLISHED.search(before))
    meeting = [day for day, before in top if _MEETING_DATE.search(before)]
    plain = [day for day, before in top if not _MEETING_DATE.search(before)]
    ranks = (given, [day for day, _ in tail], plain, meeting, published)
    for days in ranks:
        if len(set(days)) == 1:
            return days[0], False
        if days:
            return None, True
    return None, False


def days_in(row: str) -> Iterator[tuple[date, str, int]]:
    """Yield the days in a line that can be the reply's, the words before each, and its place."""
    start = 0
    for cell in row.split(_CELL_BORDER):
        if not _OTHER_LINE.match(cell):
            last = 0
            for match in DATE.finditer(cell):
                before = cell[last : match.start()]
                last = match.end()
                day = _day(match)
                if day and not _OTHER_DATE.search(before):
                    yield day, before, start + match.start()
        start += len(cell) + len(_CELL_BORDER)


def _day(match: re.Match[str]) -> date | None:
    """Return the date of a match, or None when there is no such day."""
    groups = match.groupdict()
    try:
        if groups["y"]:
            return date(int(groups["y"]), int(groups["m"]), int(groups["d"]))
        if groups["y3"]:
            return date(int(groups["y3"]), int(groups["m3"] or groups["m4"]), int(groups["d3"]))
        month = _MONTHS.get(groups["month"].lower())
        year = int(groups["y2"] or f"20{groups['short']}")
        return date(year, month, int(groups["d2"])) if month else None
    except ValueError:
        return None


def _dates(rows: Iterable[str]) -> list[tuple[date, str]]:
    """Return the dates in lines that can be the reply's, each with the words before it."""
    return [(day, before) for row in rows for day, before, _ in days_in(row)]


def _merged(rows: Sequence[str]) -> list[str]:
    """Put a form label in front of the value on the next line: "Inlämnad" / "2025-01-02"."""
    done: list[str] = []
    for index, row in enumerate(rows):
        before = rows[index - 1] if index else ""
        alone = _LABEL_ALONE.match(before) and DATE.match(row)
        done.append(f"{before} {row}" if alone else row)
    return done

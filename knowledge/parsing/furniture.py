"""Page heads, page feet and page numbers: found by repetition and place, and taken out.

Pure. What is left of one page goes on into the next where its sentence does.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from knowledge.document import Document, Line, LineStyle, Page
from knowledge.parsing.footnotes import footnotes

__all__ = ["without_furniture"]

_ZONE_LINES = 6
"""How many printed lines from the top or the bottom can be furniture: a letterhead and a foot."""

_MIN_PAGE_LINES = 10
"""So many lines at least stand on a page above its number, where text has lost its borders."""
_MAX_SHIFT = 2
"""How far apart, in lines, the places of a repeated line may be: a first page has more above."""
_SENTENCE_WORDS = 4
_MIN_WIDTH = 40
"""Of a full line, in characters: in a text of short lines none tells whether a sentence ends."""

_PAGE_NUMBER = re.compile(
    r"(?:sid(?:a|an|nr)?\.?|page|s\.)?\s*[-–]?\s*(\d{1,3})\s*[-–]?\s*"
    r"(?:\(\s*(\d{1,3})\s*\)|(?:/|av|of)\s*(\d{1,3}))?",
    re.IGNORECASE,
)
_RULE = re.compile(r"[_=\-–—.·\s]{3,}")
# A foot that stands on one page alone: "Exempelby kommun – Dnr KS 2025/1", with its address.
_FOOT = re.compile(
    r"(?=.{10,130}$)[A-ZÅÄÖ][\w-]+(?:\s[\w-]+)?\s(?:kommun|stad)\s?[,·|–-].*"
    r"(?:\b[Dd]nr\b|\bT(?:fn|el)\b|\b\d{3}\s\d{2}\s[A-ZÅÄÖ]|\b[Oo]rg\.?\s?nr\b).*[^.?!]"
)
_NUMBERED = re.compile(r"\d\s*(?:\(\s*\d+\s*\)|/\s*\d+)?$")
_COUNTER_AT_END = re.compile(r"(|.*\D)\b(\d{1,3})\s*(?:\(|/|av )\s*(\d{1,3})\)?")
_PAGE_WORD = re.compile(r"\bsid(?:a|an|nr)?\b")
_NUMBER = re.compile(r"\d{1,3}")
_DIGITS = re.compile(r"\d+")
_MARK = re.compile(
    r"(?:[•*]|[-–]\s|\d{1,2}[.)](?=\s|[^\W\d])|[a-zåäö]\)\s|(?:fråga|svar|punkt)\s*(?:\d|[:.]|$))",
    re.IGNORECASE,
)
_BULLET = re.compile(r"(?:[•*]|[-–]\s|\d{1,2}\)|[a-zåäö]\)\s)")
_DASH_IN_SENTENCE = re.compile(r"[-–]\s+[a-zåäö]")
_SENTENCE_END = re.compile(r"[.!?:][”\"'’»)\]]*$")
_REPLY_TITLE = re.compile(
    r"(?:interpellations?)?svar\s+(?:på|till|angående|om)\b|interpellation\s+(?:om|angående)\b",
    re.IGNORECASE,
)
_MAX_GAP = 1
"""How many lines of a zone may differ from page to page between those that repeat."""


def without_furniture(document: Document) -> Document:
    """Return a document without its repeated page heads and feet and its page numbers.

    Args:
        document: as its reader gave it.

    Returns:
        The document with the same number of pages; the removed texts, each once, are added to
        `margins`. A page whose text does not clearly go on over the border ends in a blank line.
        Footnotes are left out too, and are no margins. In text that has lost its page borders,
        lines that count the pages are removed alike.
    """
    if document.paged:
        pages = [list(page.lines) for page in document.pages]
        removed = _furniture(pages)
    else:
        pages, removed = _page_by_counter([line for p in document.pages for line in p.lines])
        if len(pages) == 1:
            return document
        repeated = _furniture(pages)
        for at, lines in enumerate(pages):
            removed[at] |= {i for i in repeated[at] if not _is_page_number(lines[i].text)}
    margins = dict.fromkeys(document.margins)
    bodies: list[list[Line]] = []
    for at, lines in enumerate(pages):
        margins.update(dict.fromkeys(lines[i].text for i in sorted(removed[at])))
        body = [line for i, line in enumerate(lines) if i not in removed[at]]
        notes = footnotes(body) if document.paged else set()
        bodies.append(_trimmed([line for i, line in enumerate(body) if i not in notes]))
    width = _width(bodies)
    for at, body in enumerate(bodies):
        following = next((later for later in bodies[at + 1 :] if later), None)
        if body and following and not _goes_on(body, following, width):
            body.append(Line(""))
    if not document.paged:
        bodies = [[line for body in bodies for line in body]]
    return replace(
        document,
        pages=tuple(Page(tuple(body)) for body in bodies),
        margins=tuple(margins),
    )


def _page_by_counter(lines: list[Line]) -> tuple[list[list[Line]], list[set[int]]]:
    """Part unpaged text at lines such as "Exempelby kommun 2 (3)" or "2" that count its pages.

    Returns:
        Parts, each opening with such a line (but for the first), and what to remove from each.
    """
    rows: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for at, line in enumerate(lines):
        counter = _COUNTER_AT_END.fullmatch(line.text)
        if counter is not None:
            rows.setdefault((_key(counter[1]), counter[3]), []).append((at, int(counter[2])))
    cuts: list[int] = []
    for (key, total), found in rows.items():
        numbers = [number for _, number in found]
        first = numbers[0]
        counts = numbers == list(range(first, first + len(numbers)))
        # An extract from minutes starts and ends anywhere: "Sida 11 (24)", "Sida 12 (24)".
        whole = numbers[-1] == int(total) or (_PAGE_WORD.search(key) and numbers[-1] < int(total))
        if counts and len(numbers) > 1 and whole:
            cuts.extend(at for at, _ in found)
    cuts.extend(_lone_numbers(lines))
    borders = [0, *sorted(set(cuts) - {0}), len(lines)]
    parts = [lines[start:end] for start, end in pairwise(borders)]
    removed = [{0} if start in cuts else set() for start in borders[:-1]]
    return parts, removed


def _lone_numbers(lines: Sequence[Line]) -> list[int]:
    """Return the lines that hold nothing but 1, 2, 3 and so on, each at the foot of a page."""
    found = [at for at, line in enumerate(lines) if _NUMBER.fullmatch(line.text)]
    counted = [int(lines[at].text) for at in found] == list(range(1, len(found) + 1))
    filled = [
        sum(bool(line.text) for line in lines[start + 1 : end])
        for start, end in pairwise([-1, *found])
    ]
    return found if counted and len(found) > 1 and min(filled[:-1]) >= _MIN_PAGE_LINES else []


def _furniture(pages: Sequence[Sequence[Line]]) -> list[set[int]]:
    """Return for each page the indices of the lines that are furniture."""
    zones = [_zones(lines) for lines in pages]
    repeated = [
        _repeated([[pages[at][i].text for i in zone[end]] for at, zone in enumerate(zones)])
        for end in (0, 1)
    ]
    offset = _number_offset(pages, zones)
    removed: list[set[int]] = []
    kept_title: tuple[int, int] | None = None
    for at, lines in enumerate(pages):
        found: set[int] = set()
        for end in (0, 1):
            gap = 0
            for i in zones[at][end]:
                line = lines[i]
                if gap > _MAX_GAP:
                    break
                if _key(line.text) not in repeated[end]:
                    gap += not _is_page_number(line.text)
                else:
                    # Some replies print their title as the head of every page: one must stay.
                    title = line.style is LineStyle.HEADING or _REPLY_TITLE.match(line.text)
                    if title and kept_title is None and not _NUMBERED.search(line.text):
                        kept_title = (at, i)
                    elif (at, i) != kept_title:
                        found.add(i)
        found |= _numbers_and_rules(at, lines, zones[at], offset, found)
        removed.append(found)
    return removed


def _zones(lines: Sequence[Line]) -> tuple[list[int], list[int]]:
    """Return the indices of the lines nearest the top and the bottom, outermost first.

    On a short page the zones share lines: a foot is no further from the bottom for that.
    """
    printed = [i for i, line in enumerate(lines) if line.text]
    return printed[:_ZONE_LINES], printed[: -_ZONE_LINES - 1 : -1]


def _key(text: str) -> str:
    return _DIGITS.sub("#", " ".join(text.casefold().split()))


def _repeated(zones: Sequence[Sequence[str]]) -> set[str]:
    """Return the keys of lines that stand in this zone of at least half of the pages, and two.

    What looks like a sentence may be one that the text says twice: it must stand on every page,
    and on three.
    """
    places: dict[str, list[tuple[int, int]]] = {}  # page and place from the edge
    numbers: dict[str, list[tuple[int, list[int]]]] = {}
    sentences: set[str] = set()
    for at, texts in enumerate(zones):
        seen: set[str] = set()
        for place, text in enumerate(texts):
            key = _key(text)
            if key in seen or _MARK.match(text) or text.endswith("?"):
                continue  # "Fråga 1", "Fråga 2": alike but for the number, and no furniture
            seen.add(key)
            if _SENTENCE_END.search(text) and len(text.split()) >= _SENTENCE_WORDS:
                sentences.add(key)
            places.setdefault(key, []).append((at, place))
            numbers.setdefault(key, []).append((at, [int(n[:9]) for n in _DIGITS.findall(text)]))
    return {
        key
        for key, found in places.items()
        if len(found) >= (max(3, len(zones)) if key in sentences else max(2, (len(zones) + 1) // 2))
        and max(place for _, place in found) - min(place for _, place in found) <= _MAX_SHIFT
        and _only_counts_pages(numbers[key])
    }


def _only_counts_pages(rows: Sequence[tuple[int, list[int]]]) -> bool:
    """Whether the figures of a repeated line stay the same, or grow with the pages."""
    for column in zip(*(figures for _, figures in rows), strict=True):
        grows = {figure - at for (at, _), figure in zip(rows, column, strict=True)}
        if len(set(column)) > 1 and len(grows) > 1:
            return False
    return True


def _is_page_number(text: str) -> bool:
    return _PAGE_NUMBER.fullmatch(text) is not None


def _numbers_and_rules(
    at: int,
    lines: Sequence[Line],
    zones: tuple[list[int], list[int]],
    offset: int,
    furniture: set[int],
) -> set[int]:
    """Return the lines at the edges that are this page's number, a drawn rule or an address."""
    found: set[int] = set()
    for zone in zones:
        for i in zone:
            number = _PAGE_NUMBER.fullmatch(lines[i].text)
            counted = number is not None and int(number[1]) == at + offset
            foot = zone is zones[1] and _FOOT.fullmatch(lines[i].text) is not None
            if counted or foot or _RULE.fullmatch(lines[i].text):
                found.add(i)
            elif i not in furniture:
                break
    return found


def _number_offset(
    pages: Sequence[Sequence[Line]], zones: Sequence[tuple[list[int], list[int]]]
) -> int:
    """Return the number of the first page: 1, unless the pages agree on another."""
    votes: Counter[int] = Counter()
    for at, lines in enumerate(pages):
        seen = set()
        for zone in zones[at]:
            for i in zone[:3]:
                number = _PAGE_NUMBER.fullmatch(lines[i].text)
                if number is not None:
                    seen.add(int(number[1]) - at)
        votes.update(seen)
    if votes[1] or not votes:
        return 1
    offset, count = votes.most_common(1)[0]
    return offset if count >= 2 and offset > 0 else 1


def _trimmed(lines: list[Line]) -> list[Line]:
    """Drop blank lines at both ends, and those that removed lines left double."""
    kept: list[Line] = []
    for line in lines:
        if line.text or (kept and kept[-1].text):
            kept.append(line)
    if kept and not kept[-1].text:
        kept.pop()
    return kept


def _width(bodies: Sequence[Sequence[Line]]) -> int:
    """Return how long a full printed line is, in characters."""
    lengths = sorted(len(line.text) for body in bodies for line in body if line.text)
    return max(_MIN_WIDTH, lengths[int(len(lengths) * 0.9)] if lengths else 0)


def _goes_on(body: Sequence[Line], following: Sequence[Line], width: int) -> bool:
    """Whether the text of one page clearly goes on at the top of the next."""
    last, first = body[-1], following[0]
    if LineStyle.HEADING in (last.style, first.style):
        return False
    if last.style is first.style is LineStyle.TABLE:
        return True
    ends = _SENTENCE_END.search(last.text) is not None
    if _DASH_IN_SENTENCE.match(first.text) and not ends and not _in_item(body):
        return True
    if _BULLET.match(first.text):
        return _in_item(body) or last.text.endswith(":")
    if _MARK.match(first.text):
        return False
    if first.text[:1].islower() or last.text.endswith(("-", ",")):
        return True
    # No sign either way: a line that is cut short is the last of its paragraph.
    full = 0.9 if ends else 0.75
    return len(last.text) >= full * width


def _in_item(body: Sequence[Line]) -> bool:
    """Whether the last paragraph of a page ends in a list."""
    for line in reversed(body):
        if not line.text:
            return False
        if _BULLET.match(line.text):
            return True
    return False

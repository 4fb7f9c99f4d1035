"""The items of minutes that number them otherwise than with "§", or not at all."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from knowledge.model import Person
from knowledge.parsing.asking import is_interrogative
from knowledge.parsing.fields.titles import read_title
from knowledge.parsing.frame import answers, is_item, is_title

__all__ = ["items", "with_numbers"]

# "7. Svar på …", "Ärende 7", "Punkt 7:", "7 Val av revisor".
_NUMBER = re.compile(
    r"(?:(?:ärende|punkt)\s*(?:nr\.?)?\s*)?(\d{1,3})(?:\s?[.):])?\s", re.IGNORECASE
)
_LONE_NUMBER = re.compile(
    r"(?:(?:KF\s*)?§|ärende|punkt)\s*(?:nr\.?)?\s*\d{1,3}[.:]?", re.IGNORECASE
)
# What else a council deals with.
_OTHER = re.compile(
    r"(?:svar\s+på\s+)?(?:motion|medborgarförslag|e-förslag|enkel\s+fråga|interpellation)\b"
    r"|(?:val|fyllnadsval|avsägelse\w*|entledigande\w*|anmälan|anmälningsärenden|meddelanden"
    r"|rapport\w*|allmänhetens\s+frågestund|mötet\s+avslutas|nya\s+\w*interpellationer)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]{4,}")
_PROSE_CHARS = 140
"""No list of items has so many characters of sentences below one of them."""
_ITEM_CHARS = 200


def items(lines: Sequence[str]) -> Iterator[int]:
    """Yield where each item of minutes starts, if they hold several replies.

    Titles of replies to different people, or about different matters, with prose below each, are
    items; so are lines between them of the same form: numbered in turn, or about a matter as
    councils have them.

    Args:
        lines: the words of each block.

    Returns:
        The indices of the blocks that open an item, in order; none unless a reply ends where
        another item starts.
    """
    titles = list(_titles(lines))
    numbers = {at: number for at in titles if (number := _number(lines[at])) is not None}
    numbered = len(numbers) == len(titles)
    if not titles or (len(titles) == 1 and not numbered):
        return
    starts = set(titles)
    for at, line in enumerate(lines):
        if at in starts or len(line) > _ITEM_CHARS or line.endswith((".", "?", ":", ",")):
            continue
        if numbered:
            number = _number(line)
            if number is not None and not is_interrogative(_NUMBER.sub("", line, count=1)):
                before = max((one for one in starts if one < at), default=None)
                last = _number(lines[before]) if before is not None else None
                if last is not None and number == last + 1:
                    starts.add(at)
        elif at > titles[0] and _OTHER.match(line) and len(line.split()) > 1:
            starts.add(at)
    if len(starts) > 1:
        yield from sorted(starts)


def with_numbers(lines: Sequence[str]) -> list[str]:
    """Put the number of an item that has a line of its own before the line below it."""
    return [
        f"{line} {below}" if _LONE_NUMBER.fullmatch(line) else line
        for line, below in pairwise((*lines, ""))
    ]


def _titles(lines: Sequence[str]) -> Iterator[int]:
    """Yield the titles of different replies that have prose below them."""
    found = [
        at
        for at, line in enumerate(lines)
        if (is_title(line) or is_item(line)) and not line.endswith((".", "?"))
    ]
    last: tuple[frozenset[str], frozenset[str]] | None = None
    for at, end in pairwise((*found, len(lines))):
        if sum(len(line) for line in lines[at + 1 : end] if line.endswith(".")) < _PROSE_CHARS:
            continue
        if not is_title(lines[at]) and not any(map(answers, lines[at + 1 : end])):
            continue
        title = read_title(lines[at])
        people, matter = (
            _names(title.interpellants),
            frozenset(_WORD.findall((title.matter or "").casefold())),
        )
        if not people and not matter:
            continue
        if last is None or _differs((people, matter), last):
            yield at
            last = people, matter


def _differs(
    one: tuple[frozenset[str], frozenset[str]], other: tuple[frozenset[str], frozenset[str]]
) -> bool:
    if one[0] and other[0] and one[0] != other[0]:
        return True
    return bool(one[1]) and bool(other[1]) and not one[1] & other[1]


def _names(people: Sequence[Person]) -> frozenset[str]:
    return frozenset(person.name.casefold() for person in people)


def _number(line: str) -> int | None:
    match = _NUMBER.match(line)
    return int(match[1]) if match else None

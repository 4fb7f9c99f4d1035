"""Where Swedish sentences start and end, and how their lines are joined for matching."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

__all__ = ["hyphens_joined", "sentences"]

_REMEMBERED = 1024
"""So many texts are kept: the steps of parsing ask for those of one document again and again."""

# A full stop, question or exclamation mark with closing marks, then blanks, then a new start.
_BORDER = re.compile(r"[.?!…]+[”\"»’)\]]*\s+(?=[\"”»’(–-]?\s?[A-ZÅÄÖÉÜ0-9])")
# Abbreviations and initials whose full stop ends no sentence.
_ABBREVIATION = re.compile(
    r"(?:^|[\s(])(?:t\.?\s?ex|bl\.?\s?a|m\.?\s?fl?|m\.?\s?m|d\.?\s?v\.?\s?s|dvs|o\.?\s?s\.?\s?v|osv|"
    r"s\.?\s?k|f\.?\s?d|fr\.?\s?o\.?\s?m|t\.?\s?o\.?\s?m|p\.?\s?g\.?\s?a|resp|ev|kap|st|nr|ca|kl|"
    r"art|sid|s|jfr|inkl|exkl|tel|ang|avd|milj|mkr|tkr|prop|bet|dnr|diarienr|ärendenr|[A-ZÅÄÖ])\.$",
    re.IGNORECASE,
)
# Abbreviations that end a sentence as often: before a capital a new one starts.
_ENDING = re.compile(
    r"(?:^|[\s(])(?:m\.?\s?fl|m\.?\s?m|o\.?\s?s\.?\s?v|osv|st|mkr|tkr)\.$", re.IGNORECASE
)
# A number before the full stop is an enumerator where nothing else stands before it: "1. Hur",
# "Fråga 2. Hur", "frågar: 1. Hur". One at the end of a sentence ("klockan 14. Polisen") is none.
_ENUMERATOR = re.compile(
    r"(?:^|:)\s*(?:(?:som|svar\w*|på|till|fråg\w+|delfråga|punkt|ad|nr|och)\s+)*\(?\d{1,2}\.$",
    re.IGNORECASE,
)
# An end-of-line hyphen that parts a word: "kom- munen".
_HYPHEN = re.compile(r"(?<=[a-zåäöé])-\s+(?=[a-zåäöé])(?!(?:och|eller|samt)\b)")


@lru_cache(maxsize=_REMEMBERED)
def hyphens_joined(text: str) -> str:
    """Return a text for matching, on one line and without end-of-line hyphens."""
    return _HYPHEN.sub("", " ".join(text.split()))


@lru_cache(maxsize=_REMEMBERED)
def sentences(text: str) -> tuple[tuple[int, int], ...]:
    """Return the offsets of one sentence after the other, blanks between them left out."""
    return tuple(_sentences(text))


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    start = len(text) - len(text.lstrip())
    for border in _BORDER.finditer(text):
        stop = border.end() - len(border.group()) + len(border.group().rstrip())
        head = text[max(start, stop - 16) : stop]
        goes_on = not (text[border.end() : border.end() + 1].isupper() and _ENDING.search(head))
        if goes_on and _ABBREVIATION.search(head):
            continue
        if head[-2:-1].isdigit() and _ENUMERATOR.search(text[max(start, stop - 60) : stop]):
            continue
        if start < stop:
            yield start, stop
        start = border.end()
    end = len(text.rstrip())
    if start < end:
        yield start, end

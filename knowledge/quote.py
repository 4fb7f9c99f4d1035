"""A slice of the extracted text as it is quoted: the same words, without the printed lines.

Pure, linear in the length of the text.
"""

from __future__ import annotations

import re

__all__ = ["quote", "same_words"]

_BULLET = re.compile(r"[•*]\s|•")
_DASH = re.compile(r"[-–]\s")
_NUMBER = re.compile(r"(?:\d{1,2}[.)]|[a-zåäö]\))(?=\s|[A-ZÅÄÖ])")
_BROKEN_END = re.compile(r"(?:^|[\s(/])((?:[^\s(/]*-)?([^\s(/-]+))-$")
_FIRST_WORD = re.compile(r"\w+")
_AFTER_SUSPENDED = {"och", "eller", "samt", "respektive"}
# Words in -samt whose end would otherwise be taken for the conjunction.
_BEFORE_SAMT = {
    "arbet", "ens", "fog", "följ", "förnöj", "gemen", "hälso", "hjälp", "lång", "lönt", "lön",
    "mödo", "omsorg", "oförglöm", "rå", "skon", "sorg", "spar", "säll", "tvek", "tyst", "upp",
    "uppmärk", "varak", "verk", "våld", "åter", "under", "tillsam",
}  # fmt: skip
_ENDS_CLAUSE = (".", ":", ";", "?", "!", ",")


def quote(slice_: str) -> str:
    """Return text as it is quoted.

    Lines of one paragraph are joined by a blank, paragraphs parted by a blank line; list items
    and table rows stand on lines of their own. A hyphen at the end of a line goes where it broke
    a word and stays where it belongs to one.

    Args:
        slice_: a part of `Reply.text`.

    Returns:
        The same words: `same_words(quote(s), s)` holds for every `s`.
    """
    paragraphs: list[str] = []
    lines: list[str] = []
    for raw in [*slice_.split("\n"), ""]:
        line = raw.strip()
        if line:
            lines.append(line)
        elif lines:
            paragraphs.append("\n".join(_joined(lines)))
            lines = []
    return "\n\n".join(paragraphs)


def _joined(lines: list[str]) -> list[str]:
    dashes = sum(_DASH.match(line) is not None for line in lines)
    rows: list[list[str]] = []
    for at, line in enumerate(lines):
        if at == 0 or _starts_row(line, lines[at - 1], rows[-1][0], dashes):
            rows.append([line])
        else:
            end, blank = _border(rows[-1][-1], line)
            rows[-1][-1] = end
            rows[-1].append(f"{blank}{line}")
    return ["".join(row) for row in rows]


def _starts_row(line: str, before: str, row: str, dashes: int) -> bool:
    """Whether a line opens an item or a table row; `row` is how the current one begins."""
    if _BULLET.match(line) or " | " in line or " | " in before:
        return True
    if _NUMBER.match(line):
        # "… enligt punkt↵2. Därefter": a number opens an item unless a sentence runs into it.
        return before.endswith(_ENDS_CLAUSE) or _NUMBER.match(row) is not None
    # A dash opens an item or is one in a sentence: "vår identitet↵– och vår styrka".
    return _DASH.match(line) is not None and (
        dashes > 1 or before.endswith(_ENDS_CLAUSE) or _DASH.match(row) is not None
    )


def _border(before: str, after: str) -> tuple[str, str]:
    """Return the end of one line as it is kept, and what stands between it and the next."""
    broken = _BROKEN_END.search(before)
    if broken is None:
        return before, " "
    part = broken[2]
    word = _FIRST_WORD.match(after)
    following = word[0] if word else ""
    if following in _AFTER_SUSPENDED and not (
        following == "samt" and part.casefold() in _BEFORE_SAMT
    ):
        return before, " "
    real = (
        # "KS-ordföranden", "2024-2025", "e-post": no word is broken after one letter.
        part.upper() == part
        or len(part) == 1
        # "Jan-Erik", "covid-19": no word goes on with a capital or a figure.
        or not following[:1].islower()
    )
    return (before, "") if real else (before[:-1], "")


def same_words(quoted: str, slice_: str) -> bool:
    """Whether a quotation has the words of its source: promise 1.

    Equal apart from white space and end-of-line hyphens: a hyphen that stands directly before a
    line break in `slice_` may be there or not in `quoted`.
    """
    if "".join(quoted.split()) == "".join(slice_.split()):
        return True  # as most are; what follows would find the same
    wanted = _signs(slice_)
    at = 0
    optional = 0  # end-of-line hyphens of the current run of hyphens that were not seen
    for sign in quoted:
        if sign.isspace():
            continue
        while at < len(wanted) and wanted[at] == "\n":
            at, optional = at + 1, optional + 1
        if sign == "-":
            if at < len(wanted) and wanted[at] == "-":
                at += 1
            elif optional:
                optional -= 1
            else:
                return False
        elif at < len(wanted) and wanted[at] == sign:
            at, optional = at + 1, 0
        else:
            return False
    return all(sign == "\n" for sign in wanted[at:])


def _signs(slice_: str) -> list[str]:
    """Return all that is no white space, an end-of-line hyphen given as a line break."""
    signs: list[str] = []
    breaks_next = False
    for sign in reversed(slice_):
        if sign.isspace():
            breaks_next = breaks_next or sign == "\n"
        else:
            signs.append("\n" if sign == "-" and breaks_next else sign)
            breaks_next = False
    signs.reverse()
    return signs

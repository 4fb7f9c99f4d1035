"""Footnotes at the bottom of printed pages: their numbers count up, and stand in the text above."""

from __future__ import annotations

import re
from collections.abc import Sequence

from knowledge.document import Line

__all__ = ["footnotes"]

# "1Skolinspektionens beslut …", "2 Se bilaga.", "3" above its note; not "1. Hur" or "2)".
_NOTE = re.compile(r"(\d{1,2})(?:\s?(?=[A-ZÅÄÖ”\"])|$)")
# A number that hangs on the end of a word or a sentence: "i höstas1", "stigit.2".
_REFERENCE = re.compile(r"(?<=[^\W\d_])(\d{1,2})(?=[\s.,;:)]|$)|(?<=[.,;:)”\"])(\d{1,2})(?=\s|$)")


def footnotes(lines: Sequence[Line]) -> set[int]:
    """Return the indices of the lines of a page's footnotes.

    Args:
        lines: of one page, without its foot.

    Returns:
        All lines from the first note on; none unless the text above refers to every note.
    """
    notes = [
        (at, int(match[1])) for at, line in enumerate(lines) if (match := _NOTE.match(line.text))
    ]
    for order, (start, first) in enumerate(notes):
        numbers = [number for _, number in notes[order:]]
        above = " ".join(line.text for line in lines[:start])
        referred = {int(match[1] or match[2]) for match in _REFERENCE.finditer(above)}
        if numbers == list(range(first, first + len(numbers))) and referred >= set(numbers):
            return set(range(start, len(lines)))
    return set()

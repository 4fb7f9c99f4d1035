"""How questions are worded: where one ends, whether two are the same."""

from __future__ import annotations

import re

from knowledge.parsing.asking import is_interrogative
from knowledge.parsing.sentences import hyphens_joined, sentences

__all__ = ["asks", "first_sentence", "is_unnumbered", "question_end", "same"]

# Goes on asking after the question mark: "Om inte, varför.", "Motivera gärna."
_ASKS_ON = re.compile(
    r"""^(?:
        om\s+(?:inte|ja|nej|så)\b | i\s+så\s+fall | och\s+(?:om|hur|vad|när|varför|i)\b
        | motivera | redogör | beskriv | förklara | utveckla | ange | samt\s
    )""",
    re.IGNORECASE | re.VERBOSE,
)
# A line that ends without a mark and not in the middle of a phrase, before one with a capital.
# (A look-behind has one length, so the small words stand by theirs.)
_ROW_BORDER = re.compile(
    r"""(?<![.,:;–-])
    (?<!\bi)
    (?<!\ben) (?<!\bav) (?<!\bpå) (?<!\bom) (?<!\bde)
    (?<!\boch) (?<!\bför) (?<!\batt) (?<!\bmed) (?<!\bsom) (?<!\bden) (?<!\bdet) (?<!\bett)
    (?<!\bvår) (?<!\bhos) (?<!\bvid)
    (?<!\btill) (?<!\bfrån) (?<!\binom)
    (?<!\beller)
    [ ]*\n(?=[A-ZÅÄÖ])""",
    re.VERBOSE,
)
_SHORT_ROW = 0.85
"""A line of less than this share of the longest was not wrapped but ended."""
_WORD = re.compile(r"\w+")
_ASKS = re.compile(r"\?[”\"»’)\]]*$")
# Asks in its own words, not in those of someone named before a colon.
_OPENLY = re.compile(
    r"""^[^:]*$ | ^[”\"]
    | ^(?:vad|vem|vilk\w+|hur|varför|när|var|vart|är|har|kan|kommer|ska|avser|finns)\b""",
    re.IGNORECASE | re.VERBOSE,
)
_MIN_UNNUMBERED_CHARS = 15
_MAX_UNNUMBERED_CHARS = 700
_SAME = 0.6
"""Share of common words from which a question counts as a repetition of another."""


def first_sentence(text: str) -> str:
    """Return the first sentence of a text, or the text when it has none."""
    return next((text[start:end] for start, end in sentences(text)), text)


def asks(text: str) -> bool:
    """Tell whether a text asks, or starts by asking."""
    words = hyphens_joined(text)
    first = first_sentence(words)
    return bool(_ASKS.search(words)) or bool(_ASKS.search(first)) or is_interrogative(first)


def is_unnumbered(text: str) -> bool:
    """Tell whether a whole piece is a question without a number."""
    words = hyphens_joined(text)
    if not _MIN_UNNUMBERED_CHARS <= len(words) <= _MAX_UNNUMBERED_CHARS:
        return False
    parts = [words[start:end] for start, end in sentences(words)]
    openly = is_interrogative(words) and _OPENLY.search(words) is not None
    return openly and all(_ASKS.search(part) for part in parts)


def same(left: str, right: str) -> bool:
    """Tell whether two texts ask the same in nearly the same words."""
    a, b = _words(left), _words(right)
    return bool(a and b) and len(a & b) / min(len(a), len(b)) >= _SAME


def _words(text: str) -> set[str]:
    return set(_WORD.findall(hyphens_joined(text).lower()))


def question_end(text: str, *, followed: bool) -> int:
    """Return where the question ends in a piece that starts with it.

    Args:
        text: the piece without its label.
        followed: whether the answer stands in the pieces after it.

    Returns:
        The offset after the question; what comes later in the piece is its answer.
    """
    spans = list(sentences(text))
    asking = [i for i, (start, end) in enumerate(spans) if _ASKS.search(text[start:end])]
    if asking:
        last = asking[0]
        while last + 1 < len(spans):
            sentence = text[spans[last + 1][0] : spans[last + 1][1]]
            if not (_ASKS.search(sentence) or _ASKS_ON.match(sentence)):
                break
            last += 1
        return spans[last][1]
    if not spans:
        return len(text.rstrip())
    if border := _ROW_BORDER.search(text):
        row = text[: border.start()].rsplit("\n", 1)[-1]
        if len(row) < _SHORT_ROW * max(map(len, text.split("\n"))) or not followed:
            return border.start()
    return len(text.rstrip()) if followed else spans[0][1]

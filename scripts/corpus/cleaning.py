"""Cleaning that both collections go through: characters, markdown, hyphens, page breaks.

Every function here changes nothing the second time.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from enum import StrEnum

__all__ = [
    "Language",
    "clean_characters",
    "count_words",
    "frequent_words",
    "rejoin_paragraphs",
    "repair_hyphens",
    "strip_markdown",
    "tell_language",
]

# Soft hyphen, zero-width space, joiners and direction marks, word joiner, byte order mark.
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_SPACE = re.compile(r"\s+")

_URL = r"\((?:[^()\n]|\([^()\n]*\))*\)"
_IMAGE = re.compile(rf"!\[[^\[\]\n]*\]{_URL}")
_LINK = re.compile(rf"\[([^\[\]]*)\]{_URL}")
_BOLD = re.compile(r"(?<![\\*])\*\*(?=[^\s*])([^*\n]*[^\s*\\])\*\*(?!\*)")
_ITALIC = re.compile(r"(?<![\w\\*])\*(?=[^\s*])([^*\n]*[^\s*\\])\*(?![\w*])")

_BREAK = re.compile(r"([^\W\d_]+)-\s+([^\W\d_]+)(?![\w-])")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_HANGING = frozenset({"och", "eller", "samt", "respektive", "resp"})
MIN_WORD_COUNT = 2
"""A word seen once may itself be a misprint, and proves nothing about a hyphen."""
MIN_LEFT_LETTERS = 3
"""A shorter first part ("e- handel") is rather a word of its own than half of one."""

_PARAGRAPH_ENDS = tuple('.:;?!"”»')

_SWEDISH = frozenset(
    (
        *("och", "att", "är", "som", "det", "för", "av", "på", "till", "med", "den", "inte", "har"),
        *("om", "ett", "de", "från", "kan", "ska", "vid", "sig", "eller", "genom", "också", "en"),
        "i",
    )
)
_ENGLISH = frozenset(
    (
        *("the", "of", "and", "to", "is", "for", "that", "with", "as", "by", "this", "from"),
        *("are", "will", "be", "which", "it", "have", "was", "on", "in"),
    )
)
MIN_FUNCTION_SHARE = 0.03
"""Share of function words under which a text of some length is in a third language."""
MIN_LANGUAGE_WORDS = 20
"""A shorter text that shows no function word is in no language that can be told."""


class Language(StrEnum):
    """What a page is written in, as far as counting can tell."""

    SWEDISH = "sv"
    ENGLISH = "en"
    OTHER = "other"
    UNKNOWN = "und"


def clean_characters(text: str) -> str:
    """Make one line of a text: NFC, nothing invisible, single spaces, none at the ends."""
    visible = unicodedata.normalize("NFC", _INVISIBLE.sub("", text))
    return _SPACE.sub(" ", visible).strip()


def strip_markdown(text: str) -> str:
    """Drop images, keep the words of links and of emphasised text.

    A lone or escaped asterisk is left as it is: in these texts it marks a footnote.

    Args:
        text: markdown of one block, without its line marks.
    """
    before = None
    while text != before:  # what is inside a link may be a link; every round shortens the text
        before = text
        text = _LINK.sub(r"\1", _IMAGE.sub("", text))
        text = _ITALIC.sub(r"\1", _BOLD.sub(r"\1", text))
    return text


def count_words(texts: Iterable[str]) -> Counter[str]:
    """Count lower-case words, those at a hyphen that may be a line break left out.

    Args:
        texts: cleaned texts.
    """
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(word.lower() for word in _WORD.findall(_BREAK.sub(" ", text)))
    return counts


def frequent_words(counts: Counter[str]) -> frozenset[str]:
    """Return the words that are seen often enough to be believed."""
    return frozenset(word for word, count in counts.items() if count >= MIN_WORD_COUNT)


def repair_hyphens(text: str, words: frozenset[str]) -> str:
    """Mend words that a line end had cut, "verksam- heten".

    A hanging hyphen ("barn- och ungdom") stays. The parts become one word when the corpus holds
    that word, or when the second part is no word by itself; they keep the hyphen without the
    space when the corpus holds that form, or after an abbreviation in capitals ("EU- avtalet").

    Args:
        text: cleaned text.
        words: believed words of the corpus, lower case, with and without hyphens.
    """

    def mend(found: re.Match[str]) -> str:
        left, right = found.groups()
        if right.lower() in _HANGING or not right.islower():
            return found.group()
        if (left + right).lower() in words:
            return left + right
        acronym = len(left) > 1 and left.isupper()
        if acronym or f"{left}-{right}".lower() in words:
            return f"{left}-{right}"
        if right not in words and len(left) >= MIN_LEFT_LETTERS:
            return left + right
        return found.group()

    before = None
    while text != before:  # a word may be cut twice; every mended cut shortens the text
        before = text
        text = _BREAK.sub(mend, text)
    return text


def rejoin_paragraphs(paragraphs: Sequence[str]) -> list[str]:
    """Join paragraphs that a page break had cut in two.

    A paragraph goes on in the next one if it does not end like a sentence and the next one
    starts with a small letter.

    Args:
        paragraphs: cleaned, non-empty.
    """
    joined: list[str] = []
    for paragraph in paragraphs:
        if joined and paragraph[0].islower() and not joined[-1].endswith(_PARAGRAPH_ENDS):
            joined[-1] = f"{joined[-1]} {paragraph}"
        else:
            joined.append(paragraph)
    return joined


def tell_language(text: str) -> Language:
    """Tell Swedish, English and anything else apart by counting function words.

    Args:
        text: title and text of a page.
    """
    words = _WORD.findall(text.lower())
    swedish = sum(word in _SWEDISH for word in words)
    english = sum(word in _ENGLISH for word in words)
    if len(words) >= MIN_LANGUAGE_WORDS and max(swedish, english) < MIN_FUNCTION_SHARE * len(words):
        return Language.OTHER
    if not swedish and not english:
        return Language.UNKNOWN
    return Language.SWEDISH if swedish >= english else Language.ENGLISH

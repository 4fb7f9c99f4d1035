"""Swedish text as search terms: the same pure functions when building and when asking.

Two kinds of terms are made of the same words. *Stems* (Snowball's Swedish algorithm,
https://snowballstem.org/algorithms/swedish/stemmer.html) match inflected forms. *Grams* (the
4-grams of a word between its borders) match compounds, which carry much of the meaning in official
Swedish: "återvandringsbidrag" and "bidrag till återvandring" share most grams and no stem. Grams of
3, 4 and 5 characters together found no more (docs/results/ranking.md), at three times the terms.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import Stemmer

__all__ = ["GRAM_CHARS", "STOP_WORDS", "composed", "grams", "normalise", "stems", "words"]

GRAM_CHARS = 4
"""Length of the character grams, word borders included."""

BORDER = "_"
"""Marks the start and the end of a word in its grams; never a character of a word."""

_STOP_WORDS = """
    alla allt att av bara bli blir blev både de dem den denna deras dess dessa det detta dig din
    dina ditt du där då efter ej eller en er era ert ett för från får få finns fram går gör göra
    ha hade han har hon hur här i icke inom inte ja jag kan kommer man med mellan men mig min mina
    mitt mot mycket ni nu när någon något några och också om oss på sig sin sina sitt ska skall
    skulle som så samt till under upp ur ut utan vad var vara varför vart vem vi vid vilka vilken
    vilket vill vår våra vårt än är åt över
"""
STOP_WORDS = frozenset(_STOP_WORDS.split())
"""Words so common that they say nothing of the matter; left out of the stems, kept in the grams."""

_WORD = re.compile(r"[^\W_]+(?:[-\u2010\u2011:][^\W_]+)*")
_HYPHENS = re.compile(r"[-\u2010\u2011]")
# The ending of an abbreviation or a figure: "EU:s", "SCB:s", "TV:n", "1:a".
_COLON_ENDING = re.compile(r":(?:s|n|t|en|et|er|ar|or|ens|ets|arna|erna|a|e)$")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200d\ufeff]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_CACHED_TEXTS = 64  # Glossary, lexical index and signals read the same questions.
_CACHED_WORDS = 1 << 17  # A record's vocabulary, about 25 MB when full; a question fills little.

_stemmer = Stemmer.Stemmer("swedish")


def normalise(text: str) -> str:
    """Return the text in NFC and case-folded, without soft hyphens and zero-width characters.

    Characters that UTF-8 cannot carry (lone surrogates) become blanks. Doing it twice changes
    nothing.
    """
    # Case folding can undo the composition ("ǰ"), hence the second pass.
    return composed(unicodedata.normalize("NFC", text).casefold())


def composed(text: str) -> str:
    """Do as `normalise`, but keep the case."""
    return unicodedata.normalize("NFC", _SURROGATES.sub(" ", _INVISIBLE.sub("", text)))


def words(text: str) -> list[str]:
    """Return the words of a text in order, repeats kept: runs of letters and digits.

    A word with inner hyphens gives its parts and then the joined form, since both spellings are
    common: "KS-ordföranden" gives "ks", "ordföranden", "ksordföranden". An ending after a colon
    is dropped ("EU:s" gives "eu"); other colons part words ("12:30").
    """
    return list(_words(text))


@lru_cache(maxsize=_CACHED_TEXTS)
def _words(text: str) -> tuple[str, ...]:
    found: list[str] = []
    for match in _WORD.findall(normalise(text)):
        if match.isalnum():
            found.append(match)
            continue
        for piece in _COLON_ENDING.sub("", match).split(":"):
            parts = _HYPHENS.split(piece)
            found.extend(parts)
            if len(parts) > 1 and not all(map(str.isdigit, parts)):
                found.append("".join(parts))
    return tuple(found)


def stems(tokens: list[str]) -> list[str]:
    """Return the Swedish stems of the words that are not stop words, in order, repeats kept."""
    return [_stem(word) for word in tokens if word not in STOP_WORDS]


def grams(tokens: list[str]) -> list[str]:
    """Return the 4-grams of each word between its borders, in order, repeats kept.

    "bada" gives "_bad", "bada", "ada_"; a gram never crosses words. A word of one character gives
    "_å_" alone.
    """
    return [gram for word in tokens for gram in _grams(word)]


@lru_cache(maxsize=_CACHED_WORDS)
def _stem(word: str) -> str:
    stem: str = _stemmer.stemWord(word)
    return stem


@lru_cache(maxsize=_CACHED_WORDS)
def _grams(word: str) -> tuple[str, ...]:
    framed = f"{BORDER}{word}{BORDER}"
    return tuple(
        framed[start : start + GRAM_CHARS] for start in range(max(1, len(framed) - GRAM_CHARS + 1))
    )

"""Sentences with the interpellants called so, and not by their names."""

from __future__ import annotations

import re
from functools import lru_cache

from knowledge.parsing.voices.rules import INTERPELLANT, rule

__all__ = ["by_noun"]

# "Interpellanten Anna Ek", once the name is called so, too.
_TWICE = rule(rf"\b{INTERPELLANT}\s+interpellanten\b")


@lru_cache(maxsize=256)  # each sentence is looked at by several rules, one after the other
def by_noun(sentence: str, names: tuple[str, ...]) -> str:
    """Return a sentence that calls the interpellants so, and not by their names.

    Rules with the names in them would have to be compiled for each document, which takes longer
    than all else that is done with it.
    """
    if not any(names):
        return sentence
    return _TWICE.sub("interpellanten", _any_of(names).sub("interpellanten", sentence))


@lru_cache(maxsize=256)
def _any_of(names: tuple[str, ...]) -> re.Pattern[str]:
    """Compile an expression for persons, by their whole, last and first names."""
    alternatives = []
    for name in names:
        words = name.split()
        alternatives.append(r"\s+".join(map(re.escape, words)))
        if len(words) > 1:
            alternatives.extend((re.escape(words[-1]), re.escape(words[0])))
    return re.compile(rf"(?<!\w)(?:{'|'.join(alternatives)})(?=s?(?!\w))", re.IGNORECASE)

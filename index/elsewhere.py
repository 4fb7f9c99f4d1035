"""Which municipalities a text names, to tell a question about another one from the record's own.

"Hur snabbt plogas det i Västerås?" resembles a reply on snow clearance in every word but one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files

import yaml

from index.text import composed

__all__ = ["municipalities_in"]

_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_OFFICE = re.compile(r"(?:kommun|stad)\w*")


def municipalities_in(text: str) -> frozenset[str]:
    """Return the Swedish municipalities that a text names, as they are written officially.

    Case and a genitive ending are ignored. A name that is also a common word or a person's counts
    only before "kommun" or "stad", or as a capitalised word after "i".
    """
    written = _WORD.findall(composed(text))
    said = [word.casefold() for word in written]
    names = _names()
    # Most texts name none: told at once, since every question and candidate passes here.
    if names.keys().isdisjoint(said):
        return frozenset()
    found = set()
    for at, word in enumerate(said):
        for name, rest, ambiguous in names.get(word, ()):
            after = at + 1 + len(rest)
            if not _goes_on(rest, said[at + 1 : after]):
                continue
            follows = said[after] if after < len(said) else ""
            located = at > 0 and said[at - 1] == "i" and written[at][0].isupper()
            if not ambiguous or located or _OFFICE.fullmatch(follows):
                found.add(name)
    return frozenset(found)


def _goes_on(rest: Sequence[str], said: Sequence[str]) -> bool:
    """Tell whether the further words of a name are said, the last one perhaps in the genitive."""
    if not rest:
        return True
    return list(rest[:-1]) == list(said[:-1]) and said[-1:] in ([rest[-1]], [rest[-1] + "s"])


@cache
def _names() -> Mapping[str, tuple[tuple[str, tuple[str, ...], bool], ...]]:
    """Return each name, its further words and whether it is ambiguous.

    By its first word, and by the genitive of that.
    """
    data = files("index").joinpath("municipalities.yaml").read_bytes()
    held = yaml.load(data, getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    names: Iterable[str] = (name for county in held["names"].values() for name in county)
    ambiguous = frozenset(held["ambiguous"])
    by_first: dict[str, list[tuple[str, tuple[str, ...], bool]]] = {}
    for name in names:
        first, *rest = _WORD.findall(name.casefold())
        for form in (first, f"{first}s"):
            by_first.setdefault(form, []).append((name, tuple(rest), name in ambiguous))
    return {first: tuple(entries) for first, entries in by_first.items()}

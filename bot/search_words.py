"""What staff write in a search: days, parties and filters among the words."""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date

from bot.errors import SearchError
from index.model import Filters
from knowledge.model import PassageKind

__all__ = ["Search", "day_of", "party_of", "read_search"]

_PARTIES = {
    "socialdemokraterna": "S",
    "moderaterna": "M",
    "centerpartiet": "C",
    "vänsterpartiet": "V",
    "miljöpartiet": "MP",
    "kristdemokraterna": "KD",
    "liberalerna": "L",
    "sverigedemokraterna": "SD",
}
_DAY = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_BRACKETED = re.compile(r"\(([^()]*)\)\s*\Z")
_FILTER = re.compile(r"""(?<!\S)(\w+):("[^"]*"|”[^”]*”|\S*)""")
_KINDS = {
    "svar": PassageKind.ANSWER,
    "answer": PassageKind.ANSWER,
    "uttalande": PassageKind.STATEMENT,
    "statement": PassageKind.STATEMENT,
    "bakgrund": PassageKind.BACKGROUND,
    "background": PassageKind.BACKGROUND,
}
_NAMES = {
    "från": "date_from", "fran": "date_from", "from": "date_from",
    "till": "date_to", "to": "date_to",
    "parti": "party", "party": "party",
    "svarande": "respondent", "respondent": "respondent",
    "interpellant": "interpellant",
    "typ": "kind", "kind": "kind",
}  # fmt: skip


def day_of(text: str, *, last: bool) -> date:
    """Return a day, or the first or last day of the month or year that is given.

    Raises:
        ValueError: it is none.
    """
    match = _DAY.fullmatch(text.strip())
    if match is None:
        raise ValueError(text)
    year, month = int(match[1]), int(match[2] or (12 if last else 1))
    day = int(match[3]) if match[3] else monthrange(year, month)[1] if last else 1
    return date(year, month, day)


def party_of(text: str) -> str | None:
    """Return the party as the record writes it: "S" for "(S)" and "Socialdemokraterna"."""
    name = unicodedata.normalize("NFC", text.strip())
    bracketed = _BRACKETED.search(name)
    party = bracketed[1].strip() if bracketed else name
    return _PARTIES.get(party.casefold(), party) or None


@dataclass(frozen=True, slots=True)
class Search:
    """A search as it is meant.

    Attributes:
        words: without the filters.
    """

    words: str
    filters: Filters


def read_search(text: str) -> Search:
    """Take the filters out of what staff wrote: `skolskjuts från:2024 parti:C typ:svar`.

    A word before a colon that names no filter stays a word.

    Raises:
        SearchError: a filter has a value that it cannot have.
    """
    filters = Filters()
    words: list[str] = []
    at = 0
    for match in _FILTER.finditer(text):
        name = _NAMES.get(match[1].casefold())
        value = match[2].strip('"”').strip()
        if name is None:
            continue
        words.append(text[at : match.start()])
        at = match.end()
        if value:
            filters = _with(filters, name, match[1], value)
    words.append(text[at:])
    if filters.date_from and filters.date_to and filters.date_from > filters.date_to:
        raise SearchError("search_bad_order")
    return Search(" ".join(" ".join(words).split()), filters)


def _with(filters: Filters, name: str, written: str, value: str) -> Filters:
    match name:
        case "date_from" | "date_to":
            try:
                day = day_of(value, last=name == "date_to")
            except ValueError as exc:
                raise SearchError("search_bad_day", value=value, name=written) from exc
            if name == "date_from":
                return replace(filters, date_from=day)
            return replace(filters, date_to=day)
        case "party":
            return replace(filters, party=party_of(value))
        case "respondent":
            return replace(filters, respondent=value)
        case "interpellant":
            return replace(filters, interpellant=value)
        case _:
            kind = _KINDS.get(value.casefold())
            if kind is None:
                raise SearchError("search_bad_kind", value=value, name=written)
            return replace(filters, kinds=filters.kinds | {kind})

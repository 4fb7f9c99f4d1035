"""The filters of the staff search, from what a person writes."""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from datetime import date

import typer

from bot.cli.session import cleaned

__all__ = ["first_day", "last_day", "part_of_name", "party_of"]

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


def first_day(text: str) -> date:
    """Return the day, or the first day of the month or the year."""
    return _day(text, last=False)


def last_day(text: str) -> date:
    """Return the day, or the last day of the month or the year."""
    return _day(text, last=True)


def _day(text: str, *, last: bool) -> date:
    match = _DAY.fullmatch(text.strip())
    try:
        if match is None:
            raise ValueError(text)
        year, month = int(match[1]), int(match[2] or (12 if last else 1))
        day = int(match[3]) if match[3] else monthrange(year, month)[1] if last else 1
        return date(year, month, day)
    except ValueError as exc:
        message = f"{text!r} is not a day such as 2025-03-17, nor 2025-03 or 2025"
        raise typer.BadParameter(message) from exc


def party_of(text: str | None) -> str | None:
    """Return the party as the record writes it: "S" for "(S)" and "Socialdemokraterna"."""
    name = unicodedata.normalize("NFC", part_of_name(text) or "")
    bracketed = _BRACKETED.search(name)
    party = bracketed[1].strip() if bracketed else name
    return _PARTIES.get(party.casefold(), party) or None


def part_of_name(text: str | None) -> str | None:
    """Return a name, or a part of one, that can be looked for; None when there is nothing."""
    return None if text is None else cleaned(text).strip() or None

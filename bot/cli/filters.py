"""The filters of the staff search, from what a person writes on the command line."""

from __future__ import annotations

from datetime import date

import typer

from bot.cli.session import cleaned

__all__ = ["first_day", "last_day", "part_of_name", "party_of"]


def first_day(text: str) -> date:
    """Return the day, or the first day of the month or the year."""
    return _day(text, last=False)


def last_day(text: str) -> date:
    """Return the day, or the last day of the month or the year."""
    return _day(text, last=True)


def _day(text: str, *, last: bool) -> date:
    from bot.search_words import day_of

    try:
        return day_of(text, last=last)
    except ValueError as exc:
        message = f"{text!r} is not a day such as 2025-03-17, nor 2025-03 or 2025"
        raise typer.BadParameter(message) from exc


def party_of(text: str | None) -> str | None:
    """Return the party as the record writes it: "S" for "(S)" and "Socialdemokraterna"."""
    from bot import search_words

    return search_words.party_of(part_of_name(text) or "")


def part_of_name(text: str | None) -> str | None:
    """Return a name, or a part of one, that can be looked for; None when there is nothing."""
    return None if text is None else cleaned(text).strip() or None

"""How Swedish writes what several parts of the program write."""

from __future__ import annotations

from datetime import date

__all__ = ["MONTHS", "swedish_date"]

MONTHS = (
    "januari", "februari", "mars", "april", "maj", "juni",
    "juli", "augusti", "september", "oktober", "november", "december",
)  # fmt: skip


def swedish_date(day: date) -> str:
    """Return the day as "17 mars 2025"."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"

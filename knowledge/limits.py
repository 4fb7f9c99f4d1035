"""How much of a document is read: what is over a limit is refused before it costs anything."""

from __future__ import annotations

__all__ = [
    "MAX_BYTES",
    "MAX_CHARS",
    "MAX_PAGES",
    "MAX_REPLIES",
    "TOO_LARGE",
    "TOO_LARGE_CONVERTED",
    "TOO_MANY_PAGES",
    "TOO_MANY_REPLIES",
    "TOO_MUCH_TEXT",
]

MAX_BYTES = 50 * 1024 * 1024
MAX_PAGES = 500
MAX_CHARS = 3_000_000
"""Of extracted text: about twice what fits on 500 full pages."""
MAX_REPLIES = 200
"""In one document: minutes of a year hold fewer."""

TOO_LARGE = (
    "dokumentet är större än 50 MB. Spara det med mindre bilder, eller dela det i flera filer, och "
    "försök igen."
)
TOO_LARGE_CONVERTED = (
    "dokumentet blir större än 50 MB när det görs om så att det kan läsas. Spara det med mindre "
    "bilder, eller dela det i flera filer, och försök igen."
)
TOO_MANY_PAGES = (
    "dokumentet har fler än 500 sidor. Dela det i flera filer, ett svar i varje, och försök igen."
)
TOO_MUCH_TEXT = (
    "dokumentet innehåller mer än 3 miljoner tecken text. Dela det i flera filer, ett svar i "
    "varje, och försök igen."
)
TOO_MANY_REPLIES = (
    "dokumentet ser ut att innehålla fler än 200 svar på interpellationer. Dela det i flera filer, "
    "och försök igen."
)

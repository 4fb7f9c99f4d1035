"""Ids of replies: short, lower-case ASCII, legible."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from datetime import date

__all__ = ["ID_PATTERN", "reply_id", "slug"]

ID_PATTERN = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_OTHERS = re.compile(r"[^a-z0-9]+")
_LETTERS = str.maketrans({"æ": "ae", "ø": "o", "ß": "ss", "đ": "d", "ł": "l"})


def slug(text: str, max_chars: int = 60) -> str:
    """Return text as lower-case ASCII words joined by hyphens.

    Args:
        text: any text; å and ä become a, ö becomes o.
        max_chars: the longest slug, at least 1; it ends at a word border unless the first word
            alone is longer.

    Returns:
        The slug, "" where nothing of the text is left.
    """
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    letters = "".join(c for c in plain if not unicodedata.combining(c))
    words = _OTHERS.sub("-", letters).strip("-")
    if len(words) <= max_chars:
        return words
    head = words[: max_chars + 1].rpartition("-")[0]
    return head or words[:max_chars]


def reply_id(answered_on: date | None, title: str | None, taken: Collection[str]) -> str:
    """Return a free id: `<date or "odaterat">-<slug of the title>`, with -2, -3 … if taken."""
    day = answered_on.isoformat() if answered_on else "odaterat"
    base = f"{day}-{slug(title or '') or 'interpellationssvar'}"
    wanted, number = base, 1
    while wanted in taken:
        number += 1
        wanted = f"{base}-{number}"
    return wanted

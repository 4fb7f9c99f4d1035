"""What the channels say, in the language of the person: one gettext catalogue a language.

The catalogues are read as they are (`bot/locale/*.po`), so translators' tools work on them and
nothing has to be compiled.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from knowledge.swedish import swedish_date

__all__ = ["LANGUAGES", "Catalogue", "catalogue_for", "read_catalogue"]

LANGUAGES = ("sv", "en")
"""The first is spoken to everyone whose language is not here."""

_ENGLISH_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything that is said in one language.

    Attributes:
        language: IETF tag.
        texts: by key.
    """

    language: str
    texts: Mapping[str, str]

    @property
    def is_swedish(self) -> bool:
        """Whether it speaks the language of the record and of those who keep it."""
        return self.language == "sv"

    def __call__(self, key: str, /, **values: object) -> str:
        """Return a text with its braces filled in."""
        return self.texts[key].format(**values)

    def count(self, key: str, count: int, /) -> str:
        """Return a number with its word: `<key>_one` for one, `<key>_many` for none and several."""
        return self(f"{key}_{'one' if count == 1 else 'many'}", count=count)

    def decimal(self, value: float) -> str:
        """Return a number with one decimal: "0,4", "0.4"."""
        return f"{value:.1f}".replace(".", self("decimal_mark"))

    def day(self, day: date) -> str:
        """Return a day in words: "17 mars 2025", "17 March 2025"."""
        if self.is_swedish:
            return swedish_date(day)
        return f"{day.day} {_ENGLISH_MONTHS[day.month - 1]} {day.year}"


def catalogue_for(language: str | None = None) -> Catalogue:
    """Return the catalogue of a language, Swedish for one that has none.

    Args:
        language: IETF tag as Telegram gives it ("en-GB"), or None.
    """
    tag = (language or "").partition("-")[0].casefold()
    return _load(tag if tag in LANGUAGES else LANGUAGES[0])


@cache
def _load(language: str) -> Catalogue:
    text = (files("bot") / "locale" / f"{language}.po").read_text(encoding="utf-8")
    return Catalogue(language, read_catalogue(text))


def read_catalogue(text: str) -> dict[str, str]:
    """Return what a gettext catalogue without plural forms holds.

    Raises:
        ValueError: a line is none of a catalogue's; names it.
    """
    texts: dict[str, str] = {}
    key, field = "", ""
    for number, line in enumerate(text.splitlines(), start=1):
        word, _, quoted = line.strip().partition(" ")
        if not word or word.startswith("#"):
            continue
        if word.startswith('"'):
            word, quoted = "", line.strip()
        try:
            said = ast.literal_eval(quoted)
        except (SyntaxError, ValueError):
            said = None
        if word not in {"", "msgid", "msgstr"} or not isinstance(said, str):
            raise ValueError(f"line {number}: {line!r}")
        field = word or field
        if word == "msgid":
            key = said
        elif field == "msgid":
            key += said
        else:
            texts[key] = texts.get(key, "") + said
    texts.pop("", None)  # the header
    return texts

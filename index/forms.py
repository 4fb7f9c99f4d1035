"""Which form of answer a question asks for, and which a passage holds: price, time and so on.

A passage of the right matter that says when does not answer what it costs. The words of the
question seldom tell, since a price is asked for by "vad kostar" and given as "73 kronor".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

__all__ = ["FORMS", "asked_forms", "held_forms"]


class _Form(NamedTuple):
    """How a form of answer is asked for, and how it is given, in lower case.

    Patterns that ignore case take twice as long, which is a tenth of a build.
    """

    asked: re.Pattern[str]
    held: re.Pattern[str]


def _words(*alternatives: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(alternatives)})\b")


_MONTHS = "januari|februari|mars|april|maj|juni|juli|augusti|september|oktober|november|december"

FORMS: Mapping[str, _Form] = MappingProxyType(
    {
        "price": _Form(
            _words(
                r"(?:kosta|avgift|pris|betala|billig|dyr)\w*", "gratis", "pengar", "kr", "kronor"
            ),
            _words(r"(?:avgift|kostnad|taxa|kostnadsfri)\w*", "kronor", "kr", "procent"),
        ),
        "time": _Form(
            _words(
                "när",
                "hur länge",
                "hur lång tid",
                "hur snabbt",
                "vilken dag",
                "datum",
                "klart?",
                r"öppettid\w*",
                "öppet",
                "öppen",
                "tid(?:er)?",
                "snart",
            ),
            _words(
                r"\d{4}",
                _MONTHS,
                "klockan",
                "timmar",
                "dygn",
                "dagar",
                "veckor",
                "månader",
                "hösten",
                "våren",
                "sommaren",
                "kvartalet",
                r"(?:mån|tis|ons|tors|fre|lör|sön)dag\w*",
            ),
        ),
        "amount": _Form(
            _words("hur många", r"hur stor\w*", "hur mycket", "hur långt", "antal"),
            re.compile(r"\d|\b(?:två|tre|fyra|fem|sex|sju|åtta|nio|tio)\b"),
        ),
        "reason": _Form(
            _words("varför", "hur kommer det sig", "hur kan det", r"(?:anledning|skäl|syfte)\w*"),
            _words(
                "eftersom",
                "därför",
                "beror",
                "på grund",
                "för att",
                r"(?:anledning|orsak)\w*",
                r"(?:skäl|syfte)\w*",
            ),
        ),
        "who": _Form(
            _words("vem", "vilka", "vart vänder", "kontakta", "prata med"),
            _words(
                r"(?:ansvar|kontakt|enhet|handläggare|nämnd|förvaltning|utför)\w*",
                "kommunstyrelsen",
                "telefon",
                "beslutar",
            ),
        ),
        "meaning": _Form(
            re.compile(r"^\W*vad (?:är|innebär|menas|betyder)\b"),
            # A passage that starts by saying what something is.
            re.compile(r"^\W*(?:\w+[ -]){0,6}(?:är|innebär|betyder|avser)\b"),
        ),
    }
)
"""By name, in the order of their bits."""


def asked_forms(question: str) -> int:
    """Return the forms that a question asks for, a bit each, the first of `FORMS` lowest."""
    lower = question.lower()
    return sum(1 << bit for bit, form in enumerate(FORMS.values()) if form.asked.search(lower))


def held_forms(passage: str) -> int:
    """Return the forms that a passage holds, a bit each, the first of `FORMS` lowest."""
    lower = passage.lower()
    return sum(1 << bit for bit, form in enumerate(FORMS.values()) if form.held.search(lower))

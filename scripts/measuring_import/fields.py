"""The fields of a reply, judged one by one: right, missing or wrong."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from knowledge.draft import Draft
from knowledge.model import Person
from knowledge.parsing.fields.names import party_letters
from scripts.measuring_import.expected import WantedReply

__all__ = ["FIELDS", "FieldOutcome", "Verdict", "judge_fields"]

FIELDS = ("title", "municipality", "interpellants", "respondents", "answered_on", "dnr")

_GENITIVE = re.compile(r"(?<=n|t)s$")
_CHAIR = re.compile(r"^ordföranden$")
_COUNCILLOR = re.compile(r"(?<=råd)et$")
_MARKS = re.compile(r"[”“\"»«'’‘]")


class Verdict(StrEnum):
    """What became of one field."""

    RIGHT = "right"
    SAID_MISSING = "missing, said so"
    """Less than the document gives, with a warning."""
    MISSING = "missing, silent"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class FieldOutcome:
    """One field of one reply, with both values for whoever looks into it."""

    field: str
    verdict: Verdict
    wanted: str
    found: str


def judge_fields(wanted: WantedReply, draft: Draft | None, refused: bool) -> list[FieldOutcome]:
    """Judge every field of one reply.

    Args:
        wanted: what the document gives.
        draft: what was found; None when the reply was not found at all.
        refused: whether the import said so: then what is missing was said to be missing.
    """
    return [_judged(field, wanted, draft, refused) for field in FIELDS]


def _judged(field: str, wanted: WantedReply, draft: Draft | None, refused: bool) -> FieldOutcome:
    value = getattr(wanted, field)
    found = getattr(draft, field) if draft else None
    warned = refused if draft is None else any(w.startswith(field) for w in draft.warnings)
    missing = Verdict.SAID_MISSING if warned else Verdict.MISSING
    if isinstance(value, tuple):
        verdict = _people(value, found or (), missing)
    elif not found and value:
        verdict = missing
    else:
        verdict = Verdict.RIGHT if _plain(field, value) == _plain(field, found) else Verdict.WRONG
    return FieldOutcome(field, verdict, str(value), str(found))


def _plain(field: str, value: object) -> str | None:
    """Return a value without the differences that do not count."""
    if value is None:
        return None
    text = " ".join(str(value).split())
    if field == "municipality":
        return text.casefold()  # it may stand there in capitals alone
    if field == "title":
        text = _MARKS.sub("", text).rstrip(". ")
        text = text[:1].lower() + text[1:]
    return text


def _people(wanted: Sequence[Person], found: Sequence[Person], missing: Verdict) -> Verdict:
    """Judge persons, their parties and roles: less is missing, other is wrong."""
    if not _within(found, wanted):
        return Verdict.WRONG
    return Verdict.RIGHT if _within(wanted, found) else missing


def _within(some: Sequence[Person], among: Sequence[Person]) -> bool:
    """Tell whether each person is among others who have all that this one has."""
    return all(any(_part_of(one, other) for other in among) for one in some)


def _part_of(one: Person, other: Person) -> bool:
    return (
        one.name == other.name
        and (one.party is None or _letters(one.party) == _letters(other.party))
        and (one.role is None or _words_of(one.role) == _words_of(other.role))
    )


def _letters(party: str | None) -> str | None:
    """Return a party by its letters, be it written out: "Moderaterna" is "M"."""
    return party_letters(party) if party else None


def _words_of(role: str | None) -> set[str]:
    """Return the words of a role: "nämndens ordförande" is "ordförande i nämnden"."""
    words = re.findall(r"[\w-]+", (role or "").casefold())
    plain = (_COUNCILLOR.sub("", _CHAIR.sub("ordförande", word)) for word in words)
    return {_GENITIVE.sub("", word) for word in plain} - {"i", "för"}

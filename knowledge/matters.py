"""Which replies are on the same matter: what a document says it replaces, and what it may replace.

What stands in `replaces` is what a document says; what may be is a warning.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from knowledge.errors import DocumentError
from knowledge.model import Reply, Status
from knowledge.reading import Reading
from knowledge.wanted import dnr_key, runs_of, title_key

__all__ = ["completed", "names_itself", "replacing", "same_dnr", "same_title", "suggestions"]

_NOT_COMPLETED = (
    "replaces: Svaret {reply} i registret nämner detta svar men kunde inte läsas om: {why} Ange "
    "där under replaces om det ersätter detta."
)
_MAY_REPLACE = (
    "replaces: Svaret {old} från {day} har samma rubrik. Om det här svaret ersätter det, ange "
    "{old} under replaces i {new}."
)
_MAY_BE_REPLACED = (
    "replaces: Svaret {later} från {day} har samma rubrik och är nyare. Om det ersätter det här "
    "svaret, ange {new} under replaces i {later}."
)


def same_dnr(one: Reply, other: Reply) -> bool:
    """Tell whether two replies stand under the same registry number, however it is written."""
    return bool(one.dnr and other.dnr) and dnr_key(one.dnr or "") == dnr_key(other.dnr or "")


def same_title(one: Reply, other: Reply) -> bool:
    """Tell whether two replies have the same title, apart from white space, case and marks."""
    title = title_key(one.title or "")
    return bool(title) and title == title_key(other.title or "")


def replacing(reply: Reply, numbers: Iterable[str], among: Iterable[Reply]) -> Reply:
    """Return a reply whose `replaces` also names those of `among` with these registry numbers."""
    wanted = {dnr_key(dnr) for dnr in numbers}
    found = {
        old.id for old in among if old.dnr and dnr_key(old.dnr) in wanted and old.id != reply.id
    }
    if found <= set(reply.replaces):
        return reply
    return replace(reply, replaces=tuple(sorted({*reply.replaces, *found})))


def completed(
    known: Iterable[Reply], new: Sequence[Reply], reading: Reading
) -> tuple[tuple[Reply, ...], tuple[str, ...]]:
    """Find the stored replies that say they replace a new one.

    Returns:
        These, with its id in `replaces`, and a warning for each that could not be read again.
    """
    numbers = [reply.dnr for reply in new if reply.dnr]
    changed: list[Reply] = []
    warnings: list[str] = []
    for reply in known:
        if not any(_holds(reply.text, dnr) for dnr in numbers):
            continue
        try:
            after = replacing(reply, _replaced_by(reply, reading), new)
        except DocumentError as error:
            warnings.append(_NOT_COMPLETED.format(reply=reply.id, why=error.message))
            continue
        changed += [] if after is reply else [after]
    return tuple(changed), tuple(warnings)


def names_itself(numbers: Iterable[str], reply: Reply) -> bool:
    """Tell whether a registry number among these is the one that a reply stands under."""
    return bool(reply.dnr) and dnr_key(reply.dnr or "") in {dnr_key(number) for number in numbers}


def _holds(text: str, dnr: str) -> bool:
    # Its digits first: a quick look, as most replies name no other one.
    if not all(run in text for run in runs_of(dnr)):
        return False
    return dnr_key(dnr) in "".join(text.casefold().split())


def _replaced_by(reply: Reply, reading: Reading) -> tuple[str, ...]:
    """Read again which registry numbers a stored reply says it replaces."""
    return tuple(dnr for draft in reading.reread(reply.text) for dnr in draft.replaces_dnr)


def suggestions(reply: Reply, record: Iterable[Reply]) -> tuple[str, ...]:
    """Say which replies of another day are on the same matter, by their title."""
    said = []
    for other in record:
        if (
            other.id == reply.id
            or other.status is Status.WITHDRAWN
            or other.id in reply.replaces
            or reply.id in other.replaces
            or not same_title(reply, other)
            or other.municipality != reply.municipality
            or other.answered_on is None
            or reply.answered_on in (None, other.answered_on)
        ):
            continue
        day = other.answered_on.isoformat()
        if reply.answered_on is not None and other.answered_on < reply.answered_on:
            said.append(_MAY_REPLACE.format(old=other.id, day=day, new=reply.id))
        else:
            said.append(_MAY_BE_REPLACED.format(later=other.id, day=day, new=reply.id))
    return tuple(said)

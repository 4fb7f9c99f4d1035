"""The fields of a reply: what it is about, who asked, who answered, when, under which number.

A field is read from where it belongs (title, letterhead, form lines, signature, page head and
foot) and left empty where the document does not give it. Nothing is ever guessed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from knowledge.model import Person
from knowledge.parsing.fields.dates import date_of_reply
from knowledge.parsing.fields.interpellants import interpellants_of, with_parties
from knowledge.parsing.fields.lines import Lines
from knowledge.parsing.fields.registry import dnr_of, municipality_of, replaces_of
from knowledge.parsing.fields.respondents import respondents_of
from knowledge.parsing.fields.titles import TitleLine, read_title, title_of

__all__ = ["Fields", "read_fields"]


@dataclass(frozen=True, slots=True)
class Fields:
    """What was read; see `knowledge.draft.Draft`."""

    title: str | None = None
    municipality: str | None = None
    interpellants: tuple[Person, ...] = ()
    respondents: tuple[Person, ...] = ()
    answered_on: date | None = None
    dnr: str | None = None
    replaces_dnr: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def read_fields(lines: Lines) -> Fields:
    """Read every field of one reply, with a warning for each that is missing or doubtful.

    Args:
        lines: the reply's lines by where they stand.

    Returns:
        The fields; the warnings are Swedish sentences, `"<field>: <what>"`.
    """
    title = read_title(lines.title) if lines.title else TitleLine(None, (), ())
    interpellants = with_parties(
        interpellants_of(lines, title.interpellants, genitive=title.genitive), lines
    )
    respondents = with_parties(respondents_of(lines, title.respondents, interpellants), lines)
    answered_on, several_days = date_of_reply(lines)
    dnr, several_numbers = dnr_of(lines)
    fields = Fields(
        title=title_of(lines, title),
        municipality=municipality_of(lines),
        interpellants=interpellants,
        respondents=respondents,
        answered_on=answered_on,
        dnr=dnr,
        replaces_dnr=tuple(n for n in replaces_of(lines) if n != dnr),
    )
    return replace(fields, warnings=_warnings(fields, several_days, several_numbers))


def _warnings(
    fields: Fields, several_days: bool = False, several_numbers: bool = False
) -> tuple[str, ...]:
    """Say in Swedish what is missing or doubtful."""
    said: list[str] = []
    if fields.title is None:
        said.append("title: Ärendets rubrik hittades inte i dokumentet.")
    if fields.municipality is None:
        said.append("municipality: Kommunens namn hittades inte i dokumentet.")
    if not fields.interpellants:
        said.append("interpellants: Vem som ställde interpellationen hittades inte i dokumentet.")
    for index, person in enumerate(fields.interpellants):
        if person.party is None:
            said.append(
                f"interpellants[{index}].party: Parti för {person.name} hittades inte i dokumentet."
            )
    if not fields.respondents:
        said.append("respondents: Vem som svarade hittades inte i dokumentet.")
    for index, person in enumerate(fields.respondents):
        if person.party is None:
            said.append(
                f"respondents[{index}].party: Parti för {person.name} hittades inte i dokumentet."
            )
        if person.role is None:
            said.append(
                f"respondents[{index}].role: Uppdrag för {person.name} hittades inte i dokumentet."
            )
    if several_days:
        said.append("answered_on: Dokumentet har flera datum; välj det som gäller svaret.")
    elif fields.answered_on is None:
        said.append("answered_on: Datum för svaret hittades inte i dokumentet.")
    if several_numbers:
        said.append("dnr: Dokumentet har flera diarienummer; välj det som gäller svaret.")
    elif fields.dnr is None:
        said.append("dnr: Diarienummer hittades inte i dokumentet.")
    return tuple(said)

"""Who answered, with role and party: from the signature, a form line or the text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

from knowledge.model import Person
from knowledge.parsing.fields.lines import Lines, sentences_of
from knowledge.parsing.fields.names import (
    BARE_PERSON,
    COMMA_PARTY,
    NAME,
    PERSON,
    ROLE,
    ROLE_WORD,
    answerer,
    clean_role,
    people_in,
    role_and_name,
    role_before,
)
from knowledge.parsing.fields.registry import BARE_DNR

__all__ = ["respondents_of"]

_RESPONDENT_LINE = re.compile(
    r"^(?:Svarande|Respondent(?:er)?|Besvaras\s+av|Besvarad\s+av|Svar\s+(?:från|av)|Svaret\s+lämnas\s+av|Svar\s+lämnas\s+av|"
    r"Interpellationssvar\s+(?:från|av)|Ställd\s+till|Riktad\s+till|Till\s[^:]{3,80},\s+från|Från(?=.*ordförande|.*råd\b))\s*:?\s+(?P<rest>.+)$"
)


# A cheap sign that a sentence may say so, before the names in it are looked at.
_REPLYING = re.compile(
    r"\b(?:lämna[rt]?|lämnade|avge[rs]?|avgav|avgivit|besvara[rt]?|besvarade|svarar)\b"
    r"(?:.{0,40}\b(?:svar|interpellationen|frågorna|följande)|:)"
)


# "Anna Ek (S) lämnar följande svar", "svarar kommunalrådet Anna Ek (S)".
_REPLIES = re.compile(
    rf"(?P<who>\b{NAME}(?:\s*\([^()]{{1,20}}\))?)"
    r"(?P<aside>,[^,.;]{3,80},)?,?\s+(?:lämnar|lämnade|avger|avgav|besvarar|besvarade|svarar|har\s+(?:lämnat|avgivit|besvarat))\s+"
    r"(?:\w+\s+){0,3}?(?:svar\w*|interpellationen|frågorna|följande)\b"
    rf"|(?P<colon>\b{NAME}(?:\s*\([^()]{{1,20}}\))?)\s+svarar:"
)


# "… lämnas svaret av 2:e vice ordförande Anna Ek (L)": in someone's place.
_GIVEN_BY = re.compile(
    r"\b(?:svaret\s+lämnas|lämnas\s+svaret|svaret\s+ges|besvaras\s+interpellationen"
    rf"|interpellationen\s+besvaras)\s+(?:i\s+stället\s+)?av\s+(?P<rest>(?:[\wåäö:-]+\s+){{0,8}}?{NAME}(?:\s*\([^()]{{1,20}}\))?)"
)
_ROLE_ROW = re.compile(
    rf"(?:[\w-]+(?:nämndens|styrelsens|utskottets)\s+)?{ROLE_WORD}", re.IGNORECASE
)


# "Del 1. Anna Ek (S), ordförande i nämnden": over the part that she answers.
_PART_NUMBER = re.compile(r"(?:[Dd]el\s+)?(?:\d{1,2}|[A-D])\s?[.:)]\s+(?=[A-ZÅÄÖ])")


# Who leads or signs the meeting, not the reply: "Ordförande Anna Ek (C)".
_OFFICER = re.compile(
    r"^(?:ordförande|sekreterare|justera(?:re|nde|s)|vid\s+protokollet|protokollförare|utdragsbestyrkande)\b[\s:]+[A-ZÅÄÖ]",
    re.IGNORECASE,
)


# "… frågor till mig som ordförande i tekniska nämnden", "i min egenskap av kommunalråd".
_OWN_ROLE = re.compile(
    rf"\b(?:(?:mig|jag),?\s+som|i\s+(?:min\s+)?(?:egenskap\s+av|roll\s+som))\s+(?P<role>(?:[\wåäö-]+\s+(?:och\s+)?){{0,5}}?{ROLE_WORD}"
    r"(?:\s+(?:i|för)\s+(?:[\wåäö-]+\s+(?:och\s+)?){0,3}?[\wåäö-]*(?:nämnden|styrelsen|utskottet|beredningen))?)",
    re.IGNORECASE,
)


# "… en interpellation till ordföranden i nämnden, Anna Ek (L)": whom it was put to.
_PUT_TO = re.compile(
    r"\b(?:[Ii]nterpellation(?:en)?|frågor)\s+(?:[^.?!:]{0,80}?[\s,])?till\s+(?P<rest>(?:[a-zåäö][\w-]*,?\s+(?:och\s+|i\s+)?){1,8}?"
    rf"{NAME}(?:\s*\([^()]{{1,20}}\))?)"
)


def respondents_of(
    lines: Lines, titled: tuple[Person, ...], interpellants: Iterable[Person]
) -> tuple[Person, ...]:
    """Find who answered: signature, form line, "NN lämnar följande svar", in this order."""
    asked = {person.name.lower() for person in interpellants}
    found: list[Person] = []
    for line in (*lines.head, *lines.frame, *lines.margins):
        if match := _RESPONDENT_LINE.match(line):
            found.extend(answerer(match.group("rest")))
    found.extend(_signed(lines.tail))
    for sentence in sentences_of(lines.body):
        if match := _GIVEN_BY.search(sentence):
            found.extend(answerer(match["rest"]))
        if _REPLYING.search(sentence) and (match := _REPLIES.search(sentence)):
            group = next(name for name in ("aside", "who", "colon") if match.group(name))
            found.extend(answerer(sentence[: match.end(group)]))
    if not found:
        parts = [line for line in lines.head if _PART_NUMBER.match(line)]
        found.extend(person for person in _signed([*parts, *lines.frame]) if person.role)
    if not found:
        found.extend(_signed_bare(lines))
    if not found:
        found.extend(_sender(lines))
    if not found:
        found.extend(titled or _addressed(lines))
    found = [replace(p, role=_full_role(p, lines)) for p in found]
    if len({p.name for p in found}) == 1 and found[0].role is None:
        found = [
            replace(
                found[0], role=_own_role(lines) or _letterhead_role(lines) or _titled_role(lines)
            )
        ]
    done: dict[str, Person] = {}
    for person in found:
        key = person.name.lower()
        if key in asked:
            continue
        known = done.get(key)
        done[key] = (
            person
            if known is None
            else replace(known, party=known.party or person.party, role=known.role or person.role)
        )
    return tuple(done.values())


def _signed(tail: Sequence[str]) -> list[Person]:
    """Read signatures: "Anna Ek (S), kommunalråd", or a name and its role on the next line."""
    found: list[Person] = []
    tail = [cell for line in tail for cell in _cells(line)]
    index = 0
    while index < len(tail):
        line = _PART_NUMBER.sub("", tail[index].lstrip("/ "))
        if _OFFICER.match(line):
            index += 1
            continue
        following = tail[index + 1] if index + 1 < len(tail) else ""
        if columns := _columns(line, following):
            found.extend(columns)
            index += 2
            continue
        match = PERSON.match(line) or COMMA_PARTY.match(line)
        plain = None if match else re.fullmatch(rf"(?P<name>{NAME})(?:,\s*(?P<role>.+))?", line)
        index += 1
        if match:
            rest = line[match.end() :]
            role = clean_role(rest)
            if role is None and not rest.strip(" ,.") and _is_role_line(following):
                role = clean_role(following)
                index += 1
            before, name = role_and_name(match.group("name"))
            found.append(Person(name, match.group("party"), role or before))
        elif plain and not ROLE.search(plain.group("name")):
            words = plain.group("role") or ""
            own = _PARTY_LINE.fullmatch(following)
            if own and not words and index + 1 < len(tail) and _is_role_line(tail[index + 1]):
                # "Anna Ek" / "Moderaterna" / "kommunalråd"
                words = f"{tail[index + 1]} ({own['party']})"
                index += 2
            elif not words and _is_role_line(following):
                words = following
                index += 1
            party = _PARTY_LAST.search(words)
            role = clean_role(words[: party.start()] if party else words)
            if role and party is None and index < len(tail):
                party = _PARTY_LINE.fullmatch(tail[index])
            if role:
                name = plain.group("name")
                of = party.groupdict() if party else {}
                found.append(Person(name, of.get("party") or of.get("long"), role))
        elif (inner := PERSON.search(line)) and (role := role_before(line[: inner.start()])):
            found.append(Person(inner.group("name"), inner.group("party"), role))
        elif _is_role_line(line) and (own := PERSON.fullmatch(following)):
            found.append(Person(own.group("name"), own.group("party"), clean_role(line)))
            index += 1
    return found


# "Kommunalrådet Anna Ek (S)", "Regionråd Anna Ek 2024-03-19": whoever sends it.
_SENDER = re.compile(
    rf"(?P<who>(?:[\w-]+\s+){{0,3}}?(?i:{ROLE_WORD})\s+{NAME}(?:\s*\([^()]{{1,20}}\))?)(?:\s+\d{{4}}-\d{{2}}-\d{{2}})?"
)


_PLACE_END = re.compile(r"(?:kommun|stad|\w*nämnden|\w*styrelsen)$", re.IGNORECASE)


def _sender(lines: Lines) -> list[Person]:
    """Read who sends a letter: a role and a name, on one line of the letterhead or on two."""
    rows = [*lines.head, *lines.margins]
    for row, following in pairwise((*rows, "")):
        match = _SENDER.fullmatch(row)
        if match and not _OFFICER.match(row) and (people := answerer(match["who"])):
            return people
        alone = re.fullmatch(rf"{NAME}(?:\s*\([^()]{{1,20}}\))?", row)
        role_alone = _is_role_line(following) and not _SENDER.fullmatch(following)
        if alone and role_alone and not row.isupper() and not _PLACE_END.search(row):
            return [replace(one, role=clean_role(following)) for one in people_in(row)]
    return []


def _signed_bare(lines: Lines) -> list[Person]:
    """Read a signature that is a name alone, of one whom the head calls by role or party."""
    told = [line for line in (lines.title or "", *lines.head, *lines.margins)]
    for line in lines.tail:
        if not re.fullmatch(NAME, line):
            continue
        for row in told:
            at = row.find(line)
            party = PERSON.match(row, at) if at >= 0 else None
            role = role_before(row[:at]) if at > 0 else None
            if role or (party and party["name"] == line and ROLE.search(row)):
                return [Person(line, party["party"] if party else None, role)]
    return []


def _cells(line: str) -> list[str]:
    """Part a row of a table whose cells are signatures: "Anna Ek (S) ordförande | …"."""
    cells = [cell.strip() for cell in line.split(" | ")]
    return cells if all(PERSON.search(one) and ROLE.search(one) for one in cells) else [line]


# "Kommunalråd (S)": the party after the role.
_PARTY_LAST = re.compile(
    r"\s*\((?P<party>[A-Za-zÅÄÖåäö]+)\)\s*$|,\s(?=\w+$)(?P<long>\w*(?:partiet|demokraterna)|Moderaterna|Liberalerna)$"
)


def _columns(line: str, following: str) -> list[Person]:
    """Read names side by side over their roles: "Anna Ek Bo Al" / "Kommunalråd Ordförande"."""
    people = people_in(re.sub(r"\s*\|\s*", " , ", line))
    rest = BARE_PERSON.sub("", re.sub(r"\([^()]*\)", "", line)).strip(" |,")
    roles = [
        role.strip(" |,") for role in re.split(r"\s*\|\s*|(?<=[a-zåäö])\s+(?=[A-ZÅÄÖ])", following)
    ]
    if len(roles) != len(people):
        roles = _ROLE_START.split(following)
    if len(people) < 2 or rest or len(roles) != len(people):
        return []
    if not all(ROLE.search(role) for role in roles):
        return []
    return [replace(person, role=role) for person, role in zip(people, roles, strict=True)]


# Where the next of two roles in small letters begins: "ordförande i … ordförande i …".
_ROLE_START = re.compile(
    rf"(?<=\w)\s+(?=(?:[\w-]+(?:nämndens|styrelsens|utskottets)\s+)?(?:vice\s+)?{ROLE_WORD}\b)",
    re.IGNORECASE,
)


# "Centerpartiet", "(S)": the party on a line of its own.
_PARTY_LINE = re.compile(
    r"\(?(?P<party>S|M|C|L|KD|MP|V|SD|[A-ZÅÄÖ][\wåäö]*(?:partiet|demokraterna)|Moderaterna|Liberalerna)\)?"
)


def _is_role_line(line: str) -> bool:
    if re.match(r"(?:interpellation|svar|till|från)\b", line, re.IGNORECASE):
        return False
    return bool(ROLE.search(line)) and not PERSON.search(line) and len(line) <= 110


def _role_beside(name: str, lines: Lines) -> str | None:
    """Return the role that stands right before a name somewhere in the text."""
    for line in (lines.title or "", *lines.head, *lines.body):
        at = line.find(name)
        if at > 0 and (role := role_before(line[:at])):
            return role
    return None


# "ordförande", which says nothing of what.
_BARE_ROLE = re.compile(r"(?:(?:1:e|2:e|förste|andre)\s+)?(?:vice\s+)?ordförande", re.IGNORECASE)
_FOR_BOARD = re.compile(r"För\s+(?P<board>[\w-]+(?:\s+och\s+[\w-]+)?(?:nämnden|styrelsen))\b")


def _full_role(person: Person, lines: Lines) -> str | None:
    """Return a role with the board it belongs to, where that stands elsewhere."""
    if person.role and not _BARE_ROLE.fullmatch(person.role):
        return person.role
    beside = _role_beside(person.name, lines)
    if person.role is None or (beside and _is_longer(beside, person.role)):
        return beside
    signed = (match for line in lines.tail if (match := _FOR_BOARD.match(line)))
    if person.role.lower() == "ordförande" and (board := next(signed, None)):
        return f"{person.role} i {board['board']}"
    return person.role


def _is_longer(role: str, bare: str) -> bool:
    """Tell whether a role is the same, said in full: "nämndens ordförande"."""
    words = re.sub(r"ordföranden\b", "ordförande", role.lower())
    vice = "vice" in words
    return bare.lower() in words and len(role) > len(bare) and vice == ("vice" in bare.lower())


def _letterhead_role(lines: Lines) -> str | None:
    """Return the role that is a line of the letterhead: "Kommunstyrelsens ordförande"."""
    rows = (BARE_DNR.sub("", line).strip() for line in lines.head)
    return next((clean_role(row) for row in rows if _ROLE_ROW.fullmatch(row)), None)


# "Fritidsborgarrådets svar på interpellation", "Kommunstyrelsens ordförandes svar …"
_TITLED_ROLE = re.compile(
    r"(?P<role>[\w-]+råd|(?:[\w-]+(?:nämndens|styrelsens|utskottets)\s+)?ordförande)(?:ets|ns|s)\s+svar\b",
    re.IGNORECASE,
)


def _titled_role(lines: Lines) -> str | None:
    """Return the role of the one whose reply the title says it is."""
    match = _TITLED_ROLE.match(lines.title or "")
    return clean_role(match["role"]) if match else None


def _own_role(lines: Lines) -> str | None:
    """Return the role in which the writer says to answer."""
    for sentence in sentences_of(lines.body[:6]):
        if match := _OWN_ROLE.search(sentence):
            return clean_role(match.group("role"))
    return None


def _addressed(lines: Lines) -> list[Person]:
    """Read whom the interpellation was put to, for a reply that no one has signed."""
    told = sentences_of((*lines.body[:6], *lines.interpellation[-6:]))
    # The heading of an interpellation that follows may take two lines.
    for sentence in (*lines.head, *told, *lines.enclosed, " ".join(lines.frame)):
        if match := _PUT_TO.search(sentence):
            return answerer(match.group("rest"))
    return []

"""Who asked: from a form line, the title or the first sentences."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from knowledge.model import Person
from knowledge.parsing.fields.lines import Lines, sentences_of
from knowledge.parsing.fields.names import (
    NAME,
    PEOPLE,
    ROLE,
    party_beside,
    party_letters,
    people_in,
)

__all__ = ["PUT", "interpellants_of", "with_parties"]

# Someone has put the interpellation: the subject is the interpellant.
PUT = re.compile(
    rf"^(?:(?:ledamoten|Ledamoten)\s+|[A-ZÅÄÖ]\w+(?:\s+\([A-ZÅÄÖ]{{1,4}}\))?\s+genom\s+)?(?P<people>{PEOPLE}(?:,\s+[A-ZÅÄÖ]\w*(?:partiet|listan|demokraterna|erna),)?(?:,\s+båda\s+\([^()]{{1,5}}\),)?)\s+"
    r"(?:(?:\w+\s+){0,3}?har\s+(?:(?:den\s+)?[\w\s-]{1,80}?\s)??|den\s+[\w\s]{5,20}\s)?"
    r"(?:begärt|frågat|frågar|ställt|ställer|ställde|lämnat|lämnade|lämnar|inlämnat|inkommit|inkom|riktat|väckt|väcker|"
    r"framställt|framställer|interpellerat|skriver|anför|undrar|tar)\b",
)


# … in whatever words, where it is an interpellation that they have put: "har adresserat en …".
_PUT_SOMEHOW = re.compile(
    rf"^(?:[Ll]edamoten\s+)?(?P<people>{PEOPLE}(?:,\s+båda\s+\([^()]{{1,5}}\),)?)(?:,[^,.;]{{1,60}},)?\s+"
    r"(?:(?:har|hade)\s+(?:[\w/-]+\s+){0,7}?(?!(?:be)?svarat\b)\w+t"
    r"|(?!(?:be)?svara|f[åi])[a-zåäö]+(?:r|de|te))\s+(?:[\w/-]+\s+){0,6}?"
    r"(?:en|sin|två|följande)\s+(?:[\w-]+\s+){0,2}?interpellation(?:er)?\b"
)


_PUT_CONTEXT = re.compile(
    r"\b(?:interpellation|frågor|fråga|frågat|frågar|undrar|besked)", re.IGNORECASE
)


# "Anna Ek och Bo Al konstaterar i sin interpellation …"
_PUT_IN = re.compile(
    rf"^(?P<people>{PEOPLE})\s+(?:\w+\s+){{1,3}}?i\s+(?:en|sin)\s+(?:gemensam\w*\s+)?interpellation\b"
)


# "I en interpellation frågar Anna Ek (C) …"
_PUT_INVERTED = re.compile(
    rf"\bI\s+(?:en|sin)\s+interpellation\b[^.?!]{{0,80}}?\b(?:frågar|undrar|har|skriver|tar|ställer|framför|lyfter)\s+(?P<people>{PEOPLE})"
)


_PUT_BY = re.compile(
    rf"\binterpellation(?:en)?\s+(?:(?:[^.?!]{{0,80}}?\s)?"
    r"(?:inkommit|ställd|ställts|väckt|väckts|lämnats|inlämnad|inlämnats)\s+(?:in\s+)?)?"
    rf"(?:av|från)\s+(?:ledamoten\s+)?(?P<people>{PEOPLE})"
)


_ADDRESSEE = re.compile(
    r"^(?:(?:Svar\s+till|Till|Bästa|Bäste|Kära|Käre|Ärade|Hej),?:?\s+)"
    rf"(?:ledamot(?:en)?\s+|interpellanten\s+)?(?P<people>{PEOPLE})"
    r"\s*[,!]?\s*(?:från\s.*|och\s+kommunfullmäktige|(?:vid|på|i)\s+(?:kommun)?fullmäktige.*)?$"
)


_INTERPELLANT_LINE = re.compile(
    rf"^(?:Interpellant(?:er|en)?|Frågeställare|Frågor\s+från|Ställd\s+av|Inlämnad\s+av|Från|Fråga\s+från|(?:Inkommen\s+i|Inlämnad\s+i|I)nterpellation\s+(?:från|av))"
    rf"\s*:?\s+(?P<people>{PEOPLE})"
)


# "till Anna Ek (C) angående bron" under "Interpellationssvar".
_GOES_ON = re.compile(rf"^(?:[Ss]var\s+)?(?:[Tt]ill|[Ff]rån|[Aa]v)\s+(?P<people>{PEOPLE})")


# "Interpellation till kommunalrådet Anna Ek (S)": names the one who is asked.
_PUT_TO_SOMEONE = re.compile(r"\binterpellation\b|\btill\b", re.IGNORECASE)


# A line that is nothing but a name and a party: "Anna Ek (C)", "Anna Ek, Centerpartiet (C)".
_PERSON_LINE = re.compile(rf"{NAME}(?:,\s*[A-ZÅÄÖ]\w+)?\s*\([^()]{{1,30}}\)")


# Surnames that end in s themselves take no other in the genitive: "Karl Lindfors interpellation".
_ENDS_IN_S = re.compile(r"(?:fors|näs|ås|us|ss)$")


def interpellants_of(
    lines: Lines, titled: tuple[Person, ...], *, genitive: bool = False
) -> tuple[Person, ...]:
    """Find who asked: form line, title, first sentences, in this order.

    Args:
        lines: the reply's lines.
        titled: whom the title names.
        genitive: whether it names them in the genitive ("Svar på Bo Eks interpellation").

    Returns:
        Those who asked, in order, with the parties that stand beside their names there.
    """
    for line in (*lines.head, *lines.margins, *lines.tail):
        match = _INTERPELLANT_LINE.match(line)
        sender = line.startswith("Från") and (ROLE.search(line) or "@" in line)
        if match and not sender:
            return tuple(people_in(match.group("people")))
    if titled:
        return _nominative(titled, lines) if genitive else titled
    if people := _put_somehow(lines):
        return people
    for sentence in sentences_of(lines.body[:6]):
        match = PUT.match(sentence)
        if match and _PUT_CONTEXT.search(sentence):
            return tuple(people_in(match.group("people")))
        if match := (
            _PUT_IN.match(sentence) or _PUT_INVERTED.search(sentence) or _PUT_BY.search(sentence)
        ):
            return tuple(people_in(match.group("people")))
    for line in (*lines.head, *lines.body[:2]):
        if (match := _ADDRESSEE.match(line)) and not ROLE.search(match.group("people")):
            return tuple(people_in(match.group("people")))
    return _joined(lines) or _letter_to(lines) or _greeted(lines)


def _put_somehow(lines: Lines) -> tuple[Person, ...]:
    """Read who has put an interpellation; each may have a sentence in a joint reply to several."""
    told = (_PUT_SOMEHOW.match(sentence) for sentence in sentences_of(lines.body[:3]))
    return tuple(person for match in told if match for person in people_in(match["people"]))


def _joined(lines: Lines) -> tuple[Person, ...]:
    """Read those who put the interpellation that stands before its reply, or goes on its title."""
    for line in lines.near_title:
        if match := _GOES_ON.match(line):
            return tuple(people_in(match.group("people")))
    for line in (*lines.enclosed, *lines.frame):
        if match := _INTERPELLANT_LINE.match(line):
            return tuple(people_in(match.group("people")))
    signature = [
        line for line in (*lines.enclosed[-4:], *lines.signed) if not _PUT_TO_SOMEONE.search(line)
    ]
    return tuple(person for line in signature for person in people_in(line) if person.party)


# "Bästa Monica,", "Hej Mats!"
_GREETED = re.compile(r"^(?:Bästa|Bäste|Kära|Käre|Hej|Hejsan)\s+(?P<first>[A-ZÅÄÖ][\w-]+)\s*[,!]?$")


def _greeted(lines: Lines) -> tuple[Person, ...]:
    """Read the addressee from a line that is a name, whose first name the letter greets."""
    firsts = {
        match["first"] for row in (*lines.head, *lines.body[:2]) if (match := _GREETED.match(row))
    }
    return tuple(
        Person(line)
        for line in lines.head
        if re.fullmatch(NAME, line) and line.split()[0] in firsts
    )


def _letter_to(lines: Lines) -> tuple[Person, ...]:
    """Read whom a letter is addressed to, where lines of the head are nothing but a name."""
    signed = " ".join(lines.tail)
    found: list[Person] = []
    for line in lines.head:
        people = people_in(line)
        alone = _PERSON_LINE.fullmatch(line) is not None
        if alone and len(people) == 1 and people[0].party and people[0].name not in signed:
            found.extend(people)
        elif found:
            break
    return tuple(found)


def _nominative(people: tuple[Person, ...], lines: Lines) -> tuple[Person, ...]:
    """Take the s of the genitive off a name, unless the name stands with it elsewhere."""
    text = " ".join((*lines.margins, *lines.head, *lines.tail, *lines.frame, *lines.body))
    return tuple(replace(one, name=_without_s(one.name, text)) for one in people)


def _without_s(name: str, text: str) -> str:
    bare = name.removesuffix("s")
    kept = re.search(rf"{re.escape(name)}(?!\w)", text) or _ENDS_IN_S.search(name)
    return name if kept and not re.search(rf"{re.escape(bare)}(?!\w)", text) else bare


def with_parties(people: Iterable[Person], lines: Lines) -> tuple[Person, ...]:
    """Add the parties that stand beside the same names elsewhere in the document."""
    told = (*lines.head, *lines.tail, *lines.frame, *lines.body, *lines.enclosed)
    text = "\n".join((lines.title or "", *told))
    done: dict[str, Person] = {}
    for person in people:
        party = person.party or party_beside(person.name, text)
        letters = party_letters(party) if party else None
        done.setdefault(person.name.lower(), replace(person, party=letters))
    return tuple(done.values())

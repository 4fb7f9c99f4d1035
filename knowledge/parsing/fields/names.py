"""Names of people with their parties and roles, as they are written in Swedish."""

from __future__ import annotations

import re
from dataclasses import replace

from knowledge.model import Person

__all__ = [
    "BARE_PERSON",
    "COMMA_PARTY",
    "NAME",
    "PEOPLE",
    "PERSON",
    "ROLE",
    "ROLE_WORD",
    "answerer",
    "clean_role",
    "party_beside",
    "party_letters",
    "people_in",
    "role_and_name",
    "role_before",
    "with_brackets",
]

_UPPER = "A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĒĘĚĞĢİĶĻĽŁŃŅŇŌŐŒŘŚŞŠŢŤŪŮŰŹŻŽ"
_LOWER = "a-zß-öø-ÿā-ž"
_WORD = rf"[{_UPPER}][{_LOWER}{_UPPER}’'.]*(?:-[{_UPPER}][{_LOWER}’']*)*"


# A person's name: two to five words, noble particles among them.
NAME = (
    rf"{_WORD}(?:\s+(?:af|von|de|van|der|den|da|la|el|al|bin))*"
    rf"(?:\s+{_WORD}(?:\s+(?:af|von|de|van|der))?){{1,3}}"
)


# A party in brackets: "(S)", "(c)", "(Exempelbypartiet)", "(S), kommunalråd".
_PARTY = r"\(\s*(?P<party>[A-Za-zÅÄÖåäö]{1,5}|[A-ZÅÄÖ][\w-]*(?:\s[\w–-]+){0,7})\s*\)"


PERSON = re.compile(rf"(?P<name>{NAME})\s*{_PARTY}")


BARE_PERSON = re.compile(rf"(?P<name>{NAME})")


# "Anna Ek, Exempelbypartiet (EP)", "Anna Ek, Vänsterpartiet".
_PARTY_NAME = re.compile(
    rf"(?P<name>{NAME}),\s*(?:[A-ZÅÄÖ][\w-]*(?:\s[a-zåäö]\w*){{0,3}}\s*\((?P<party>[A-ZÅÄÖ][A-Za-zÅÄÖ]{{0,4}})\)"
    r"|(?P<long>[A-ZÅÄÖ][\w-]*(?:partiet|demokraterna|Moderaterna|Liberalerna|listan)|Moderaterna|Liberalerna)\b)"
)


_PARTY_WORD = (
    r"(?:[A-ZÅÄÖ][\wåäö-]*(?:partiet|demokraterna)|Moderaterna|Liberalerna|Centern|Vänstern)"
)
# Other ways to write a party beside a name: "Anna Ek [C]", "Anna Ek, Centerpartiet", "Anna Ek C".
_BESIDE = re.compile(
    rf"(?<![\w.’'-])(?P<name>{_WORD}(?:\s+(?:af|von|de|van|der))*\s+{_WORD}(?<=\w\w))"
    rf"(?:\s*\[(?P<square>[A-Za-zÅÄÖåäö]{{1,5}})\]"
    rf"|(?:,\s*|\s+(?:från|för)\s+)(?P<word>{_PARTY_WORD})\b(?!\s*\()"
    r"|\s+(?P<letters>S|M|C|V|KD|L|MP|SD)(?=[^\S\n]*(?:\n|$|[,.:;|\d])|\s+[a-zåäö]))"
)


def with_brackets(words: str) -> str:
    """Write every party beside a name in brackets, as most do: "Anna Ek (C)"."""

    def bracketed(match: re.Match[str]) -> str:
        party = match["square"] or match["word"] or match["letters"]
        return f"{match['name']} ({party})"

    return _BESIDE.sub(bracketed, words)


# "Anna Ek, S" where the letters are those of a party in the Riksdag or a common local one.
COMMA_PARTY = re.compile(
    rf"(?P<name>{NAME}),\s*(?P<party>S|M|C|L|KD|MP|V|SD|FP|FI|Fi)\b(?!\s*[a-zåäö]+ar\b)"
)


PEOPLE = (
    rf"(?:ledamot(?:en|erna)?\s+)?{NAME}(?:\s*\([^()]{{1,60}}\))?"
    rf"(?:(?:\s*,\s*|\s+(?:och|samt|&)\s+){NAME}(?:\s*\([^()]{{1,60}}\))?)*"
)


ROLE_WORD = (
    r"(?:[\w-]*(?:ordförande|ordföranden|ordf\.|ordf(?=\s+i\b)|"
    r"(?:kommunal|borgar|landstings|oppositions|region|stads)råd(?:et)?|KSO|gruppledare|kommunstyrelseordförande|borgmästare))"
)


ROLE = re.compile(rf"\b{ROLE_WORD}(?!\w)", re.IGNORECASE)


# "Anna Ek och Bo Al (båda KD)", "…, båda (KD),".
_BOTH = re.compile(r"\b(?:båda|samtliga|alla)\s*\(?\s*(?P<party>[A-ZÅÄÖ]{1,4})\b")


# A role as it is written before a name: "kommunstyrelsens ordförande", "ordföranden i …nämnden,".
_ROLE_BEFORE = re.compile(
    rf"(?P<role>(?:(?:[\w-]*(?:nämndens|styrelsens|utskottets|beredningens|bolagets|AB:s|fullmäktiges)|"
    rf"(?:[\w-]+-\s+och|[\w-]+-,|och|vice|1:e|2:e|förste|andre|biträdande|tekniska)(?=\s))\s+)*"
    rf"{ROLE_WORD}(?:\s+(?:i|för)\s+(?:[\wåäö-]+-?\s+(?:och\s+)?){{0,4}}?[\wåäö-]+(?:nämnden|styrelsen|utskottet|beredningen|AB|fullmäktige))?),?\s*$",
    re.IGNORECASE,
)


# What has a name like a person's and is none: "Ekåsa Bostäder AB", "Barn- och Utbildning".
_BODY = re.compile(
    r"\b(?:AB|HB|KB|Kommun|Stad|Region|Bostäder|Fastigheter|Energi)$"
    r"|(?:förvaltningen|kontoret|nämnden|styrelsen|utskottet|fullmäktige|avdelningen|enheten)$",
    re.IGNORECASE,
)


# Words with a capital that may stand before a name and are none.
_NOT_A_NAME = re.compile(
    r"^(?:(?:Till|Från|Av|Svar|Interpellant(?:en|er)?|Interpellation|Ledamoten|Ordförande(?:n)?|Bästa|Bäste|Kära|Käre|Hej|"
    r"Kommunalråd(?:et)?|Enligt|När|Datum|Fråga|Om|Vice|Att|Som|Med|Herr|Fru)\s+)+"
)


def _bare_name(name: str) -> str:
    """Return a name on one line, without words around it that only look like names."""
    return _NOT_A_NAME.sub("", " ".join(name.split())).rstrip("-–.,’'")


# "Kommunalrådet Anna Ek" is "kommunalråd"; not "ordförande i trygghetsrådet".
_DEFINITE = re.compile(
    r"\b([\w-]*(?:kommunal|borgar|landstings|oppositions|region|stads)råd)et\b", re.IGNORECASE
)


def role_and_name(words: str) -> tuple[str | None, str]:
    """Part "Kommunalrådet Anna Ek" into role and name."""
    match = re.match(rf"(?P<role>{ROLE_WORD})\s+(?P<name>\S+\s.+)", words, re.IGNORECASE)
    return (clean_role(match.group("role")), match.group("name")) if match else (None, words)


def people_in(words: str) -> list[Person]:
    """Read names with parties, in order: "Karin Tove (EP) och Jonas Rön (V)"."""
    found: list[tuple[int, Person]] = []
    taken = words
    for pattern in (_PARTY_NAME, PERSON, COMMA_PARTY, BARE_PERSON):
        for match in pattern.finditer(taken):
            party = match.groupdict().get("party") or match.groupdict().get("long")
            _, name = role_and_name(_bare_name(match.group("name")))
            if len(name.split()) > 1 and not ROLE.search(name) and not _BODY.search(name):
                found.append((match.start(), Person(name, party)))
        taken = pattern.sub(lambda m: " " * len(m.group()), taken)
    people = [person for _, person in sorted(found, key=lambda pair: pair[0])]
    both = _BOTH.search(words)
    if both and len(people) > 1 and not any(person.party for person in people[:-1]):
        return [replace(person, party=both["party"]) for person in people]
    return people


def clean_role(words: str) -> str | None:
    """Return a role without the marks around it, or None when it is none."""
    words = _DEFINITE.sub(r"\1", words.strip(" ,.:;–-()"))
    words += "." if words.endswith("ordf") else ""
    return words if words and len(words) <= 110 and ROLE.search(words) else None


def role_before(words: str) -> str | None:
    """Return the role at the end of a text, right before a name."""
    match = _ROLE_BEFORE.search(words)
    return clean_role(match.group("role")) if match else None


# "kommunalråd (S)": the party after the role.
_PARTY_LAST = re.compile(r"\s*\((?P<party>[A-Za-zÅÄÖåäö]{1,5})\)\s*$")


def answerer(words: str) -> list[Person]:
    """Read "kommunstyrelsens ordförande Anna Ek (S)" or "Anna Ek (S), kommunalråd"."""
    found: list[Person] = []
    last = 0
    for match in PERSON.finditer(words) if PERSON.search(words) else BARE_PERSON.finditer(words):
        after = re.split(r"\s+och\s+(?=[A-ZÅÄÖ])", words[match.end() :])[0]
        party = match.groupdict().get("party")
        if party is None and (last_party := _PARTY_LAST.search(after.strip(" .;"))):
            party, after = last_party["party"], _PARTY_LAST.sub("", after.strip(" .;"))
        role = role_before(words[last : match.start()]) or (
            clean_role(after.split(";")[0])
            if after.startswith(",") and not PERSON.search(after)
            else None
        )
        last = match.end()
        before, name = role_and_name(" ".join(match.group("name").split()))
        if not ROLE.search(name) and not _BODY.search(name):
            found.append(Person(name, party, role or before))
    return found


_LETTERS = {
    "arbetarepartiet-socialdemokraterna": "S",
    "centerpartiet": "C",
    "kristdemokraterna": "KD",
    "liberalerna": "L",
    "miljöpartiet": "MP",
    "moderaterna": "M",
    "socialdemokraterna": "S",
    "sverigedemokraterna": "SD",
    "vänsterpartiet": "V",
}


def party_letters(party: str) -> str:
    """Return the letters of a party in the Riksdag, which some write small or by its name."""
    letters = _LETTERS.get(party.lower(), party)
    return letters.upper() if letters.upper() in _LETTERS.values() else letters


def party_beside(name: str, text: str) -> str | None:
    """Return the party in brackets right after a name, wherever it stands."""
    match = re.search(rf"{re.escape(name)},?(?:\s[^\s()]+)?\s*{_PARTY}", text)
    return match.group("party") if match else None

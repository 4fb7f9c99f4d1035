"""What a reply is about: its title line, taken apart."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from knowledge.model import Person
from knowledge.parsing.fields.dates import DATE
from knowledge.parsing.fields.lines import Lines, sentences_of
from knowledge.parsing.fields.names import (
    NAME,
    PEOPLE,
    PERSON,
    ROLE,
    ROLE_WORD,
    answerer,
    people_in,
)
from knowledge.parsing.fields.registry import BARE_DNR, DNR
from knowledge.parsing.frame import TITLE

__all__ = ["TitleLine", "read_title", "title_of"]

# What a title starts with before it comes to the matter.
_OPENING = re.compile(
    r"^(?:(?:Rubrik|Ämne|Ärende)\s*:\s*)?(?:(?:KF|Kf|KFM)?\s*§\s*\d+[\s:.–-]*)?(?:Dnr[\s:.]*\S+(?:\s\S+)?\s+)?(?:Ärende\s*:?\s*\d+[\s:.–-]*)?(?:\d+[\s:.]+)?"
    r"(?:(?:skriftligt|muntligt|gemensamt|samlat|kompletterande|(?:[\w-]+s\s+){0,2}[\w-]+s)\s+)?"
    r"(?:(?:[^.:]{3,80}?\s)?(?:svarar\s+på|besvarar)\s+(?:en\s+)?interpellation(?:en)?"
    r"|svar\s*(?:på|till|angående|av|,|–|-|:)\s*(?P<who>(?:\S+\s+){0,4}?|(?:(?:(?-i:[A-ZÅÄÖ(])\S*|och|samt|af|von|de)\s+){1,14}?)(?:enkel\s+|skriftlig\s+)?(?:interpellation(?:en|er)?|fråga)"
    r"|svar\s+interpellation|yttrande\s+[^.:?!]{2,40}?\binterpellation(?:en)?"
    r"|[\w-]+\s+(?:med|till)\s+svar\s+(?:på|till)\s+(?:\S+\s+){0,3}?interpellation(?:en)?"
    r"|interpellationssvar|(?:besvarande|besvarad)\s+(?:av\s+)?(?:en\s+)?interpellation(?:en)?"
    r"|(?:angående|gällande|rörande|beträffande)\s+interpellation(?:en)?"
    r"|interpellation(?:en)?\s+(?:med|och)\s+svar|interpellation|fråga(?=\s+(?:om|angående|gällande|rörande)\s))\b"
    r"\s*(?:nr\.?\s*\S+|\d{4}[:/]\d+|\d{1,3}\b)?\s*",
    re.IGNORECASE,
)


# Joins the parts of a title: ":", "–", "-", ",".
_JOINT = re.compile(r"^[\s:,;.–—-]+")


# "från Anna Ek (C)", "ställd av Bo Ek och Eva Alm", "av ledamoten …".
_BY = re.compile(
    rf"^(?:(?:som\s+)?(?:ställd|ställts|väckt|inlämnad|lämnad|framställd|inkommen|inlämnats)\s+)?(?:från|av|till)\s+(?:(?P<group>[A-ZÅÄÖ]\w+)\s+genom\s+)?(?P<people>{PEOPLE})",
)


# "till kommunstyrelsens ordförande (Anna Ek (S))", "från Vänsterpartiet".
_TO_ROLE = re.compile(
    rf"^(?:ställd\s+|riktad\s+)?(?P<link>till|från|av)\s+(?P<rest>[a-zåäö][\w-]*(?:,?\s+[a-zåäö][\w-]*){{0,8}}?(?:,?\s+{NAME}\s*(?:\([^()]{{1,20}}\))?)?)"
    r"(?=\s*(?:[,:.–-]|från\b|av\b|till\b|om\b|angående\b|gällande\b|rörande\b|avseende\b|med\b|ställd\b|kring\b|$))",
)


_FROM_PARTY = re.compile(
    r"^(?:från|av)\s+[A-ZÅÄÖ][\w-]*(?:partiet|demokraterna|erna|lista)\b(?:\s*\([^()]{1,10}\))?"
)


# "om", "angående" …: the matter follows.
_ABOUT = re.compile(
    r"^(?:om\s+att|om|angående|ang\.?|gällande|rörande|avseende|beträffande|kring|ställd\s+angående|"
    r"med\s+(?:rubriken|titeln)|benämnd|vad\s+gäller|med\s+anledning\s+av|med\s+frågor\s+om|på\s+temat)(?=[\s:”\"»])[\s:]*",
    re.IGNORECASE,
)


_ADDRESSEE = re.compile(rf"^till\s+(?:\w+\s+){{0,2}}?{ROLE_WORD}\b", re.IGNORECASE)


# After the matter: "… ställd av Anna Ek (C)", "… från Anna Ek (C)", "… (C)", "(Dnr …)".
_TRAILING_BY = re.compile(
    rf"[\s,–-]+(?:(?:som\s+)?(?:ställd|väckt|inlämnad|framställd|lämnad)\s+)?(?P<link>från|av|till)\s+(?P<people>{PEOPLE})\s*\.?$"
)


_TRAILING_DNR = re.compile(
    r"[\s,–-]*\(?\b(?:dnr|diarienr|diarienummer|ärende(?:nr|nummer)|ref|referens)\b[\s:.]*"
    r"(?:[\wÅÄÖåäö]*[\s-]?[\d/:.-]+|\d+[A-ZÅÄÖ]+\d+)\)?\s*\.?$",
    re.IGNORECASE,
)


# "… om skolmaten" with the number on the line below it.
_TRAILING_NUMBER = re.compile(rf"[\s,–-]+\(?{BARE_DNR.pattern}\)?$")


_TRAILING_REPLY = re.compile(
    r"[\s,.:;–-]+(?:svar\s+på\s+(?:din\s+|er\s+)?interpellation|interpellationssvar|svar|besvarande)\s*\.?$",
    re.IGNORECASE,
)


_QUOTED = re.compile(r"[”“\"»«](?P<words>[^”“\"»«]{3,200})[”“\"«»]")


_MATTER_FIRST = re.compile(
    r"(?P<matter>[^.?!]{3,140}?)[\s,.:;–-]+(?P<opening>(?:svar\s+på\s+interpellation|interpellationssvar)"
    r"\s+(?:från|av|till)\s.+)",
    re.IGNORECASE,
)


# A title that names the matter in the body: "en interpellation med rubriken ”…”".
_NAMED_MATTER = re.compile(
    r"interpellation\w*\s+(?:[^.?!”\"]{0,120}\s)?(?:med\s+(?:rubriken|titeln)|benämnd|rubricerad|kallad)\s*:?\s*"
    r"[”“\"»](?P<words>[^”“\"«»]{3,200})[”“\"«]",
    re.IGNORECASE,
)


# A form line that names the matter: "Ämne: Bron över ån".
_SUBJECT = re.compile(
    r"^(?:Ämne|Rubrik|Ärende(?=\s*:\s*[^\W\d]{4}))\s*:\s*(?P<words>.{3,200})$", re.IGNORECASE
)
# What mail programs put before a subject.
_MAIL = re.compile(r"^(?:(?:sv|re|vb|fw|fwd)\s*:\s*)+", re.IGNORECASE)
_INTERPELLATION_ABOUT = re.compile(
    r"^interpellation\s+(?:nr\.?\s*)?\d[\d:/.-]*[\s,:–-]+[^\W\d]"
    r"|^(?:interpellation|fråga)\s+(?:om|angående|gällande|rörande|kring|av|från)\s",
    re.IGNORECASE,
)


_NAMES_MATTER = re.compile(r"\b(?:om|angående|gällande|rörande|avseende|kring)\s", re.IGNORECASE)
# What goes on from "Interpellationssvar" on the line above: "till Anna Ek (C) om bron".
_GOES_ON = re.compile(r"(?:svar\s+)?(?:till|från|av|om|angående|gällande|rörande)\s", re.IGNORECASE)


_NO_MATTER = re.compile(
    r"^(?:till|från|kopia|bilaga|sändlista|dnr|datum|diarie\w*|interpellant\w*|svarande|kommun\w*|sammanträde\w*|protokoll\w*|sida|ärende\w*|"
    r"svar|beslut\w*|bakgrund|inledning|sammanfattning|fråg(?:a|or|orna|eställning\w*)|ordförande|\S*nämnden|\S+\s+kommun|\S+\s+stad|närvarande|handläggare)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class TitleLine:
    """A title taken apart."""

    matter: str | None
    interpellants: tuple[Person, ...]
    respondents: tuple[Person, ...]
    genitive: bool = False
    """Whether the names were read in the genitive: "Svar på Bo Eks interpellation"."""


# What a title line may leave over that names no matter: better none than these.
_NO_NAME = re.compile(
    r"(?:[\w-]+\s){1,2}(?:kommun|stad)$|(?:den\s+)?\d{1,2}\s+\w+\s+\d{4}$|region\s\w+(?:\s\w+)?$|(?:\w\s){3,}\w$|[(\[]"
    r"|.*\b(?:interpellation|skriftligt\s+svar|svar\s+på)\b|skrivelse\s+med$"
    r"|(?:socialdemokraterna|moderaterna|liberalerna|\w+partiet|\w+demokraterna)(?:\s|,|:|$)",
    re.IGNORECASE,
)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _matter(words: str) -> str | None:
    """Return the matter's name without quotation marks and full stop, or None."""
    words = words.strip(" \t.,:;–—-")
    quoted = _QUOTED.fullmatch(words) or (
        _QUOTED.match(words) if words[:1] in '”“"»' and words.count(words[0]) <= 2 else None
    )
    if quoted:
        words = quoted.group("words").strip(" .")
    words = words.strip(' ”“"»«') if words.count("”") + words.count('"') < 2 else words
    return _capital(words) if len(words) > 2 and not _NO_NAME.match(words) else None


def read_title(line: str) -> TitleLine:
    """Take a title apart: who asked, whom, about what."""
    rest = _TRAILING_NUMBER.sub("", _TRAILING_DNR.sub("", line))
    if (turned := _MATTER_FIRST.match(rest)) and not _OPENING.match(rest):
        # "Bron över ån – svar på interpellation av Anna Ek (C)"
        rest = f"{turned.group('opening')} om {turned.group('matter')}"
    interpellants: list[Person] = []
    respondents: list[Person] = []
    genitive = False
    opening = _OPENING.match(rest)
    if opening:
        if opening.groupdict().get("who"):
            interpellants.extend(people_in(opening.group("who")))
            genitive = bool(interpellants)
        to_interpellant = "interpellationssvar" in opening.group().lower()
        rest = rest[opening.end() :]
        if "svar" not in opening.group().lower():
            rest = _TRAILING_REPLY.sub("", rest)
    else:
        rest = _TRAILING_REPLY.sub("", rest)
        to_interpellant = False
    matter: str | None = None
    while rest:
        rest = rest[joint.end() :] if (joint := _JOINT.match(rest)) else rest
        if by := _BY.match(rest):
            people = people_in(by.group("people"))
            if by.group("group"):
                people = [replace(one, party=one.party or by.group("group")) for one in people]
            linked = by.group()[: by.start("people") - by.start()].split()
            is_to = linked[-1] == "till" and not to_interpellant
            (respondents if is_to else interpellants).extend(people)
            rest = rest[by.end() :]
        elif (step := _FROM_PARTY.match(rest) or _TO_ROLE.match(rest)) and (
            step.re is _FROM_PARTY or ROLE.search(step.group()) or step.group().startswith("till")
        ):
            if step.re is _TO_ROLE:
                respondents.extend(answerer(step.group("rest")))
            rest = rest[step.end() :]
        elif about := _ABOUT.match(rest):
            matter = rest[about.end() :]
            break
        else:
            matter = rest
            break
    if matter and (trailing := _TRAILING_BY.search(matter)):
        people = people_in(trailing.group("people"))
        if people and (
            people[-1].party
            or trailing.group().strip(" ,–-").startswith(("ställd", "väckt", "inläm"))
        ):
            (respondents if trailing.group("link") == "till" else interpellants).extend(people)
            matter = matter[: trailing.start()]
    if matter and _ADDRESSEE.match(matter):
        # "Svar på interpellation till kommunalrådet Anna Ek i egenskap av …" names no matter.
        respondents.extend(person for person in answerer(matter) if person.party)
        matter = None
    party = re.search(r"\s*\((?P<party>[A-ZÅÄÖ]{1,4})\)\s*$", matter or "")
    if matter and party:
        matter = matter[: party.start()]
    return TitleLine(
        _matter(matter) if matter else None, tuple(interpellants), tuple(respondents), genitive
    )


def title_of(lines: Lines, title: TitleLine) -> str | None:
    """Return the matter's name: from the title line, a heading beside it, or the lead."""
    if title.matter:
        return title.matter
    for line in lines.head:
        if match := _SUBJECT.match(line):
            words = _MAIL.sub("", match.group("words"))
            about = _INTERPELLATION_ABOUT.match(words) or TITLE.match(words)
            return read_title(words).matter if about else _matter(words)
    for line in (_TRAILING_DNR.sub("", near) for near in lines.near_title):
        if _INTERPELLATION_ABOUT.match(line) and (matter := read_title(line).matter):
            return matter
        if _GOES_ON.match(line):
            if _NAMES_MATTER.search(line) and (matter := _matter_after(line)):
                return matter
            continue
        if _is_name_of_matter(line):
            return _matter(line)
    for sentence in sentences_of(lines.body[:3]):
        if match := _NAMED_MATTER.search(sentence):
            return _matter(match.group("words"))
    return _title_of_interpellation(lines.enclosed) or _only_heading(lines) or _told_matter(lines)


# "Anna Ek (C) har ställt en interpellation till mig om bron över ån": the sentence ends with it.
_TOLD_MATTER = re.compile(
    r"\b(?:ställt|lämnat(?:\s+in)?|väckt|riktat|inkommit\s+med|framställt)\s+(?:[^.?!,:]{0,80}\s)?"
    r"interpellation(?:\s+till\s[^.?!,:]{3,80}?)?\s+(?:om|angående|gällande|rörande|kring)\s+"
    r"(?P<words>(?!att\b|hur\b|huruvida\b|vad\b)[^.?!,:;]{4,90})\.?$"
)


def _told_matter(lines: Lines) -> str | None:
    """Return the matter that the lead names, in a reply whose title is nowhere else."""
    for sentence in sentences_of(lines.body[:1]):
        match = _TOLD_MATTER.search(sentence)
        if match and not re.search(r"\b(?:och|samt)\s+(?:fråg|undr)", match["words"]):
            return _matter(match["words"])
    return None


def _only_heading(lines: Lines) -> str | None:
    """Return the last heading over a reply that has no line to say that it is one."""
    if lines.title is not None:
        return None
    return next((_matter(line) for line in lines.headings[::-1] if _is_name_of_matter(line)), None)


# On the next line of the same paragraph: "Till nämndens ordförande".
_TO_WHOM = re.compile(r"\s+Till\s[^.?!]*(?:nämnd|styrelse|utskott|ordförande|kommunalråd).*$")


def _matter_after(line: str) -> str | None:
    return read_title(f"Interpellationssvar {line[:1].lower()}{line[1:]}").matter


def _title_of_interpellation(lines: Sequence[str]) -> str | None:
    """Return what an interpellation that stands before its reply is called."""
    for line in (_TO_WHOM.sub("", line) for line in lines):
        if match := _SUBJECT.match(line):
            return _matter(match.group("words"))
        if re.match(r"interpellation\b", line, re.IGNORECASE) and (
            matter := read_title(line).matter
        ):
            return matter
    after = iter(lines)
    for line in after:
        if re.match(r"interpellation\b", line, re.IGNORECASE):
            return next((_matter(line) for line in after if _is_name_of_matter(line)), None)
    return None


def _is_name_of_matter(line: str) -> bool:
    if PERSON.search(line) or DATE.search(line) or BARE_DNR.search(line) or DNR.search(line):
        return False
    if _NO_MATTER.match(line):
        # "Kommunens krisberedskap" is a matter, "Kommunstyrelsen" is not.
        return len(line.split()) > 3 and line.lower().startswith(("kommunens", "kommunal"))
    return len(line) > 5 and not TITLE.match(line)

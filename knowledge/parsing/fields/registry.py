"""Under which number a reply is kept, by which municipality, and what it replaces."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from knowledge.parsing.fields.interpellants import PUT
from knowledge.parsing.fields.lines import Lines, sentences_of

__all__ = ["BARE_DNR", "DNR", "dnr_of", "municipality_of", "replaces_of"]

# "KS 2025/112", "KS2025-112", "KS/2025:112", "2025/405", "329-384/2013", "KS.2021.208",
# "TN 87/12", "98/RN 041", "2009.184 SN", "2024-KS-0655".
_NUMBER = (
    # "2022.418.044", "SBR 1.2-88/2025"
    r"(?:(?:19|20)\d{2}\.\d{1,6}\.\d{1,6}|[A-ZÅÄÖ]{2,5}\s\d{1,2}\.\d{1,2}-\d{1,5}/(?:19|20)\d{2}"
    r"|(?:(?:19|20)\d{2}|\d{2}(?=[A-ZÅÄÖ]))[\s./-]?[A-ZÅÄÖ]{2,6}[\s./-]?\d{1,6}(?:[-./]\d{1,5})?"
    r"|[A-ZÅÄÖ]{2,5}\s\d/\d{2}(?![\d/-])|\d{5,6}/(?:19|20)\d{2}(?!\d)"
    r"|(?:[A-ZÅÄÖa-zåäö]{1,6}(?:[/-][A-ZÅÄÖ]{1,5})?[\s.-]?/?)?"
    r"\d{2,4}(?:[/:]\d{1,6}|-\d{1,6}|\.\d{1,6}(?!\d*\.\d))(?:[-./:]\d{1,5}){0,4}"
    r"(?:\s(?:[A-ZÅÄÖ]{2,5}|\d{3})(?=\s*$))?"
    r"|\d{2,4}/[A-ZÅÄÖ]{2,5}\s\d{1,5})"
)


_DNR_LABEL = (
    r"dnr|diarie[\s-]?(?:nummer|nr|beteckning)|ärende[\s-]?(?:nummer|nr|id|beteckning)|"
    r"vår\s+(?:beteckning|referens|ref)"
)
# "Dnr KS 2025/112", "Diarienummer: KS2025-112".
DNR = re.compile(
    rf"\b(?:{_DNR_LABEL}|diarieför[td](?:\s+(?:som|under|med))?(?:\s+(?:dnr|nummer|diarienummer))?)\b[\s.:]*(?P<dnr>{_NUMBER})",
    re.IGNORECASE,
)
# The label alone, over its number on the next line.
_LABEL_LINE = re.compile(rf"(?:{_DNR_LABEL})[\s.:]*", re.IGNORECASE)


# A registry number by its shape alone, trusted in the letterhead: "KS 2025/112", "KFN 22/0314 109".
BARE_DNR = re.compile(
    # not "KOMMUN 2025-03-17"
    r"(?<![\w/])(?!(?:Dnr|Diarienr)\b)(?![A-Za-zÅÄÖåäö]+\s\d{4}-\d{2}-\d{2}(?!\d))(?P<dnr>[A-ZÅÄÖ][A-Za-zÅÄÖåäö]{1,5}(?:[/-][A-ZÅÄÖ]{1,5})?[\s/.-]?"
    r"(?:(?:19|20)\d{2}[/:.-]\d{1,6}|\d{2}/\d{2,6}|\d{2}-\d{3,6})(?:[-.:]\d{1,5}){0,3}(?:\s\d{3}(?=\s*$))?"
    r"|(?:19|20)\d{2}[-/][A-ZÅÄÖ]{2,6}[-/]\d{1,6})(?![\w/:-])"
)


# "ersätter det svar som lämnades 2021 (KS 2021/318)".
_REPLACES = re.compile(r"\bersätt(?:er|s|a)\b", re.IGNORECASE)


_REPLY_WORD = re.compile(r"\b(?:svar\w*|interpellationssvar\w*)\b", re.IGNORECASE)


_ANY_DNR = re.compile(
    r"(?:dnr|diarienummer)?[\s.:]*(?P<dnr>[A-ZÅÄÖ]{2,6}[\s-]?(?:19|20)\d{2}[/:-]\d{1,6})"
)


_PLACE = r"[A-ZÅÄÖ][a-zåäöé]+(?:-[A-ZÅÄÖ]?[a-zåäö]+)?"
# "Exempelby kommun", "Ramsele Ås kommun", "EXEMPELBY KOMMUN", "Stockholms stad".
_MUNICIPALITY = re.compile(
    rf"\b(?P<name>{_PLACE}(?:\s{_PLACE}){{0,2}})\s+(?P<type>[Kk]ommuns?|[Ss]tads?)\b"
    r"|\b(?P<upper>[A-ZÅÄÖ]{2,}(?:[\s-][A-ZÅÄÖ]{2,}){0,3})\s+(?P<upper_type>KOMMUN|STAD)\b"
    r"|\b(?P<region>Region\s+Gotland)\b"
)
# A region stands at the start of its letterhead; in a text any region may be named.
_REGION = re.compile(
    rf"Region\s{_PLACE}(?:\s{_PLACE})?(?=\s*(?:$|[,|·–-]|\s{{2}}|\s[A-ZÅÄÖ]{{3}}))"
    r"|REGION\s[A-ZÅÄÖ]{3,}(?:\s[A-ZÅÄÖ]{3,})?(?=\s*$)"
)
# Words with a capital that stand before a place's name and are no part of it.
_BEFORE_PLACE = re.compile(
    r"(?:[\w-]*(?:nämnd|styrelse|förvaltning|kontor|utskott|protokoll|kallelse|råd|ordförande"
    r"|direktör|chef|avdelning|beredning|svar|interpellation)(?:en|et|n|s)?"
    r"|[\w-]*fullmäktiges?|tjänsteskrivelse|datum|sida|sammanträde\w*|brev|utdrag|ledamot\w*"
    r"|vår|denna|er|din|hela|varje|ingen|annan|en|alla|sveriges|någon|som|i|för|av|den|vilken"
    r"|samma|flera|ny|små|stor|egen|nuvarande|många|fler|andra|dessa|våra|till|från|hos|inom|om"
    r"|enligt|men|att|när|där|här|och|på|vid|med|både|mellan|under|även|också|nu|har|är|kan|ska"
    r"|kommer|finns|januari|februari|mars|april|maj|juni|juli|augusti|september|oktober"
    r"|november|december|liksom|utom|eftersom|medan|sedan|därför|dock|hur|varför|vad)",
    re.IGNORECASE,
)
# What says that another municipality is named: "till skillnad från Grannby kommun".
_OTHER = re.compile(
    r"\b(?:grann\w*|jämför\w*|skillnad\s+från|liksom|likt|såsom|som\s+i|exempelvis|exempel"
    r"|bland\s+annat|samarbet\w*|samverka\w*|tillsammans\s+med|båda?|både|flytta\w*"
    r"|andra\s+kommuner)\W+(?:\w+\W+){0,3}$",
    re.IGNORECASE,
)


def dnr_of(lines: Lines) -> tuple[str | None, bool]:
    """Return the registry number, and whether several contend."""
    found: list[str] = []
    # What is named further down is the number of an attachment where the head has one.
    for rows in (((lines.title or ""), *lines.head, *lines.margins), (*lines.tail, *lines.frame)):
        if not found:
            found = [match.group("dnr") for row in _labelled(rows) for match in DNR.finditer(row)]
    if not found:
        found = _told_dnr(lines)
    if not found:
        near = (*lines.head, *lines.margins, lines.title or "")
        found = [match.group("dnr") for row in near for match in BARE_DNR.finditer(row)]
    if not found:
        # The interpellation before the reply bears the number of the matter, if it bears any.
        found = [match.group("dnr") for row in lines.enclosed for match in DNR.finditer(row)]
    if not found:
        return None, False
    one = {re.sub(r"\s+", " ", dnr).upper() for dnr in found}
    return (found[0], False) if len(one) == 1 else (None, True)


def _labelled(rows: Sequence[str]) -> Iterator[str]:
    """Yield lines, each label that stands alone together with the line below it."""
    for index, row in enumerate(rows):
        alone = _LABEL_LINE.fullmatch(row) and index + 1 < len(rows)
        yield f"{row} {rows[index + 1]}" if alone else row


def _told_dnr(lines: Lines) -> list[str]:
    """Return the registry number that the lead gives: "har frågat mig om … (KS 2025/87)"."""
    found: list[str] = []
    for sentence in sentences_of(lines.body[:2]):
        if _REPLACES.search(sentence):
            continue
        found.extend(match.group("dnr") for match in DNR.finditer(sentence))
        if PUT.match(sentence):
            found.extend(match.group("dnr") for match in BARE_DNR.finditer(sentence))
    return found


def municipality_of(lines: Lines) -> str | None:
    """Return the municipality of the letterhead, or the only one the reply names."""
    everything = (
        *((lines.title or ""), *lines.frame, *lines.body),
        *(*lines.head, *lines.margins, *lines.tail),
    )
    letterhead = (*lines.head, *lines.margins)
    for rows in (letterhead, lines.tail, everything, lines.enclosed):
        names = _municipality_names(rows)
        if not names and rows is not everything:
            names = Counter(match.group().title() for row in rows if (match := _REGION.match(row)))
        if len(names) == 1:
            return _as_written(next(iter(names)), everything)
        if names:
            (first, most), (_, next_most) = names.most_common(2)
            return _as_written(first, everything) if most > 2 * next_most else None
    return None


def _as_written(name: str, rows: Iterable[str]) -> str:
    """Return a name in capitals as running text spells it, if any does: "Norra" or "norra"."""
    if name.startswith("Region "):
        return name
    place = re.compile(re.escape(name.rsplit(" ", 1)[0]) + r"(?=s?\s)", re.IGNORECASE)
    spelled = (match.group() for row in rows for match in place.finditer(row))
    other = next((one for one in spelled if not one.isupper() and one[:1].isupper()), None)
    return name if other is None else f"{other} {name.rsplit(' ', 1)[1]}"


def _municipality_names(rows: Iterable[str]) -> Counter[str]:
    """Count the municipalities that lines name, in their common spelling."""
    names: Counter[str] = Counter()
    for row in rows:
        for match in _MUNICIPALITY.finditer(row):
            if match.group("region"):
                names[match.group("region")] += 1
                continue
            place = _place(match.group("upper") or match.group("name"))
            if not place or _OTHER.search(row[: match.start()]):
                continue
            kind = match.group("type") or match.group("upper_type").lower()
            if match.group("upper"):
                place = re.sub(r"\w+", lambda word: word[0].capitalize(), place)
            names[f"{place} {kind.removesuffix('s')}"] += 1
    return _without_longer(names)


def _place(words: str) -> str:
    """Return a place's name without the words before it that only have a capital."""
    parts = words.split()
    while parts and _BEFORE_PLACE.fullmatch(parts[0]):
        parts.pop(0)
    return " ".join(parts)


def _without_longer(names: Counter[str]) -> Counter[str]:
    """Count a name with words before it as that name, where it stands alone too."""
    done: Counter[str] = Counter()
    for name, count in names.items():
        done[min((one for one in names if name == one or name.endswith(f" {one}")), key=len)] += (
            count
        )
    return done


def replaces_of(lines: Lines) -> tuple[str, ...]:
    """Return the numbers of older replies that this one says it replaces."""
    found: list[str] = []
    for sentence in sentences_of(lines.body):
        replaces = _REPLACES.search(sentence)
        if replaces and _REPLY_WORD.search(sentence):
            found.extend(m.group("dnr") for m in _ANY_DNR.finditer(sentence, replaces.end()))
    return tuple(dict.fromkeys(found))

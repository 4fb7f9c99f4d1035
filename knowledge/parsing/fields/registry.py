"""Under which number a reply is kept, by which municipality, and what it replaces."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from knowledge.parsing.fields.interpellants import PUT
from knowledge.parsing.fields.lines import Lines, sentences_of

__all__ = ["BARE_DNR", "DNR", "dnr_of", "municipality_of", "replaces_of"]

# "KS 2025/112", "KS2025-112", "KS/2025:112", "2025/405", "329-384/2013", "KS.2021.208",
# "TN 87/12", "98/RN 041", "2009.184 SN".
_NUMBER = (
    r"(?:(?:[A-ZÅÄÖa-zåäö]{1,6}(?:/[A-ZÅÄÖ]{1,4})?[\s.-]?/?)?"
    r"\d{2,4}(?:[/:]\d{1,6}|-\d{1,6}|\.\d{1,6}(?!\d*\.\d))(?:[-./]\d{1,5}){0,4}"
    r"(?:\s(?:[A-ZÅÄÖ]{2,5}|\d{3})(?=\s*$))?"
    r"|\d{2,4}/[A-ZÅÄÖ]{2,5}\s\d{1,5})"
)


# "Dnr KS 2025/112", "Diarienummer: KS2025-112".
DNR = re.compile(
    rf"\b(?:dnr|diarienr|diarie\s?nummer|diarie\s?nr|ärendenummer|ärendenr|ärendebeteckning|vår\s+beteckning|diarieför[td](?:\s+(?:som|under|med))?(?:\s+(?:dnr|nummer|diarienummer))?)\b[\s.:]*(?P<dnr>{_NUMBER})",
    re.IGNORECASE,
)


# A registry number by its shape alone, trusted in the letterhead: "KS 2025/112", "KFN 22/0314 109".
BARE_DNR = re.compile(
    # not "KOMMUN 2025-03-17"
    r"(?<![\w/])(?![A-Za-zÅÄÖåäö]+\s\d{4}-\d{2}-\d{2}(?!\d))(?P<dnr>[A-ZÅÄÖ][A-Za-zÅÄÖåäö]{1,5}(?:/[A-ZÅÄÖ]{1,4})?[\s/.-]?"
    r"(?:(?:19|20)\d{2}[/:.-]\d{1,6}|\d{2}/\d{2,6})(?:[-.]\d{1,5}){0,3}(?:\s\d{3}(?=\s*$))?)(?![\w/:-])"
)


# "ersätter det svar som lämnades 2021 (KS 2021/318)".
_REPLACES = re.compile(r"\bersätt(?:er|s|a)\b", re.IGNORECASE)


_REPLY_WORD = re.compile(r"\b(?:svar\w*|interpellationssvar\w*)\b", re.IGNORECASE)


_ANY_DNR = re.compile(
    r"(?:dnr|diarienummer)?[\s.:]*(?P<dnr>[A-ZÅÄÖ]{2,6}[\s-]?(?:19|20)\d{2}[/:-]\d{1,6})"
)


# "Exempelby kommun", "EXEMPELBY KOMMUN", "Stockholms stad", "Region Gotland".
_MUNICIPALITY = re.compile(
    r"\b(?P<name>(?:(?:Östra|Västra|Norra|Södra|Upplands|Nya|Stora|Lilla)\s+)?[A-ZÅÄÖ][a-zåäöé]+(?:-[A-ZÅÄÖ]?[a-zåäö]+)?)\s+(?P<type>kommuns?|[Ss]tads?)\b"
    r"|\b(?P<upper>[A-ZÅÄÖ]{2,}(?:-[A-ZÅÄÖ]{2,})*(?:\s[A-ZÅÄÖ]{3,})?)\s+(?P<upper_type>KOMMUN|STAD)\b"
    r"|\b(?P<region>Region\s+Gotland)\b"
)


_NO_MUNICIPALITY = frozenset(
    [
        "vår",
        "denna",
        "er",
        "din",
        "hela",
        "varje",
        "ingen",
        "annan",
        "en",
        "alla",
        "sveriges",
        "någon",
        "som",
        "i",
        "för",
        "av",
        "den",
        "vilken",
        "samma",
        "flera",
        "ny",
        "små",
        "stor",
        "egen",
        "nuvarande",
        "många",
        "fler",
        "andra",
        "dessa",
        "våra",
    ]
)


def dnr_of(lines: Lines) -> tuple[str | None, bool]:
    """Return the registry number, and whether several contend."""
    rows = ((lines.title or ""), *lines.head, *lines.margins, *lines.tail, *lines.frame)
    found = [match.group("dnr") for row in rows for match in DNR.finditer(row)]
    if not found:
        found = _told_dnr(lines)
    if not found:
        near = (*lines.head, *lines.margins, lines.title or "")
        found = [match.group("dnr") for row in near for match in BARE_DNR.finditer(row)]
    if not found:
        # The interpellation before the reply bears the number of the matter, if it bears any.
        rows = lines.enclosed
        found = [match.group("dnr") for row in rows for match in DNR.finditer(row)]
    if not found:
        return None, False
    one = {re.sub(r"\s+", " ", dnr).upper() for dnr in found}
    return (found[0], False) if len(one) == 1 else (None, True)


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
    for rows in ((*lines.head, *lines.margins), lines.tail, everything, lines.enclosed):
        names = _municipality_names(rows)
        if len(names) == 1:
            return _as_written(next(iter(names)), everything)
        if names:
            (first, most), (_, next_most) = names.most_common(2)
            return _as_written(first, everything) if most > 2 * next_most else None
    return None


def _as_written(name: str, rows: Iterable[str]) -> str:
    """Return a name in capitals as running text spells it, if any does: "Norra" or "norra"."""
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
            elif match.group("upper"):
                name = re.sub(r"\w+", lambda word: word[0].capitalize(), match.group("upper"))
                names[f"{name} {match.group('upper_type').lower()}"] += 1
            elif match.group("name").lower() not in _NO_MUNICIPALITY:
                kind = match.group("type")
                kind = kind[:-1] if kind.endswith("s") else kind
                names[f"{match.group('name')} {kind}"] += 1
    return names


def replaces_of(lines: Lines) -> tuple[str, ...]:
    """Return the numbers of older replies that this one says it replaces."""
    found: list[str] = []
    for sentence in sentences_of(lines.body):
        replaces = _REPLACES.search(sentence)
        if replaces and _REPLY_WORD.search(sentence):
            found.extend(m.group("dnr") for m in _ANY_DNR.finditer(sentence, replaces.end()))
    return tuple(dict.fromkeys(found))

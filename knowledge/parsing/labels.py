"""What a piece starts with: the number of a question, "Svar:", "Som svar på fråga 2 …"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache

from knowledge.parsing.asking import ends_asking

__all__ = ["ASKING_CELL", "ENUMERATOR", "LAST", "ORDINAL", "Label", "LabelKind", "read_label"]

_ORDINALS = {
    word: number
    for number, words in enumerate(
        (
            ("ett", "en", "första"),
            ("två", "andra"),
            ("tre", "tredje"),
            ("fyra", "fjärde"),
            ("fem", "femte"),
            ("sex", "sjätte"),
            ("sju", "sjunde"),
            ("åtta", "åttonde"),
            ("nio", "nionde"),
            ("tio", "tionde"),
        ),
        1,
    )
    for word in words
}
_COUNT = r"(?:\d{1,2}|ett|två|tre|fyra|fem|sex|sju|åtta|nio|tio)"
ORDINAL = r"(?:första|andra|tredje|fjärde|femte|sjätte|sjunde|åttonde|nionde|tionde|sista)"
LAST = 0
"""Stands for the number of the last question, whichever it is."""
# The letter of a part: "1a", "2 b".
_PART = r"(?:\s?[a-e]\b)?"
# One number or several: "1", "1 och 2", "1, 2 samt 3", "1–3", "1 & 2".
_NUMBERS = rf"""
    {_COUNT}{_PART}
    (?:\s*(?:,|och|samt|&|\+|/|-|–|till)\s*(?:fråga\s*)?{_COUNT}{_PART}\b)*
"""
# "1. Hur", "1.Hur", "1) Hur", "(1) Hur", "1: Hur", "1a) Hur"; not "1.5", not "1. 2".
ENUMERATOR = re.compile(
    r"(?!\d{1,2}:[ae]\s)\(?(\d{1,2})(?:\s?([a-e]))?\s?[.):]\)?\s*(?=[^\s\d.,:)])"
)
# "1 Hur många …": a number alone, trusted only in front of a question.
_BARE_NUMBER = re.compile(r"(\d{1,2})\s+(?=[A-ZÅÄÖ”\"])")
# A row of a table that asks and answers: "Hur många? | Elva.", "1 | Hur många? | Elva."
ASKING_CELL = re.compile(r"(?:(\d{1,2})\.?\s*\|\s*)?[^|]{8,600}\?\s*\|\s*(?=\S)", re.DOTALL)
# "IV. Hur många …?": Roman numbers count only in front of a question.
_ROMAN = re.compile(r"(I{1,3}|IV|VI{0,3}|IX|XI{0,3})[.)]\s+(?=[A-ZÅÄÖ”\"][^.?!]{6,400}\?)")
_ROMAN_NUMBERS = {
    word: number
    for number, word in enumerate(
        ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII"), 1
    )
}
# "a) Hur många …": letters count only in front of a question.
_LETTER = re.compile(r"\(?([a-l])[.)]\s+(?=\S)")
# "Fråga 1:", "Fråga nr 2.", "Fråga 1 och 2 –", "Fråga ett", "Frågeställning 3", "Första frågan:".
_QUESTION_LABEL = re.compile(
    rf"""
    (?: (?:(?:Interpellantens|Din)\s+fråga|Punkt(?=\s+\d{{1,2}}\s*[.:]?\s*$)
        |Fråga|Frågor|Frågorna|Frågeställning|Delfråga|Spörsmål|FRÅGA|FRÅGOR|F(?=\s?\d\s*[.:)]))
        (?:\s+(?:nr\.?|nummer))?\s*(?P<n>{_NUMBERS})
      | (?:Den\s+)?(?P<o>(?i:{ORDINAL}))\s+frågan?
      | (?:Fråga|FRÅGA)\s+(?P<l>[a-lA-L])(?:\)|(?=\s*[:.])) )
    (?: \s*[.:)–—-]+\s* | \s*$ | \s+(?=[A-ZÅÄÖ”\"]) )
    """,
    re.VERBOSE,
)
# "Fråga 2 och 3 besvaras tillsammans": a heading over their answer.
_TOGETHER = re.compile(
    rf"(?:Fråga|Frågor|Frågorna)\s+(?P<n>{_NUMBERS})\s+(?:besvaras|behandlas|hänger)\s+"
    r"(?:tillsammans|gemensamt|samlat|samtidigt|ihop|i\s+ett\s+sammanhang)\s*(?:[.:]\s*|$)",
    re.VERBOSE,
)
# "Fråga:", "Interpellantens fråga:" without a number.
_BARE_QUESTION_LABEL = re.compile(
    r"(?:(?:Interpellantens\s+)?[Ff]råga(?:n)?|FRÅGA|Frågeställning|F)\s*(?:[:–]\s*|$)"
)
# "Svar:", "Svar 1:", "Svar på fråga 1 och 2:", "Mitt svar på fråga 3 –", "Svar fråga 1".
_ANSWER_LABEL = re.compile(
    rf"""
    # "Ad 1." refers to the first question
    (?: Ad\s+(?:fråga\s+)?(?P<ad>\d{{1,2}})(?=\s*[.:)–-])\s*\)?
    # "Mitt svar", "Kommunstyrelsens svar"
      | (?: (?:(?:Mitt|Vårt)\s+ | (?:\S+\s+){{0,2}}?\S+s\s+)?(?:[Ss]var(?:et)?|SVAR)
      | Interpellationssvar | S(?=\s?\d{{1,2}}\s*[.:)])
      | (?:[\w-]+s\s+)?[Kk]ommentar(?=\s*:|(?:\s+till|\s+på)?\s+fråga\s+\d|\s+\d{{1,2}}\s*:) )
    (?: \s*(?:på\s+|till\s+|angående\s+)?(?:(?:din|interpellantens|den)\s+)?
        (?:(?:fråga|frågorna|frågor|frågan|delfråga)\s*(?:nr\.?\s*|nummer\s*)?)?
        (?P<n>{_NUMBERS})
      | \s+(?:på\s+)?fråga\s+(?P<l>[a-lA-L])(?:\)|(?=\s*[:.])|(?=\s*$))
      | \s+på\s+(?:den\s+)?(?P<o>{ORDINAL})\s+frågan
      | \s+(?i:på\s+(?:(?:dina|era|de|ställda|interpellantens)\s+){{0,2}}
        (?:frågan|frågorna|frågor))(?=\s*[:.]?\s*$)
      | (?:\s+på\s+frågan|\s+på\s+frågorna)? ) )
    (?: \s*[.:]\s* | \s*[–—]\s* | \s+-\s+ | \s*$ | \s+(?=[A-ZÅÄÖ”\"]) )
    """,
    re.VERBOSE,
)
# "Som svar på fråga 2 kan jag …": a sentence that names the question it answers.
_REFERENCE = re.compile(
    rf"""
    (?: Som\s+svar\s+på | Svaret\s+på | Mitt\s+svar\s+på | För\s+att\s+svara\s+på
      | För\s+att\s+besvara | I\s+fråga\s+om | Med\s+anledning\s+av | När\s+det\s+gäller
      | Vad\s+gäller | Beträffande | Angående | Gällande | Avseende | Rörande
      | Till | På | Kring | Om )\s+
    (?:(?:din|interpellantens|den|er|hans|hennes)\s+)?
    (?: (?:fråga|frågorna|frågor)\s*(?:nr\.?\s*|nummer\s*)?(?P<n>{_NUMBERS})
      | fråga\s+(?P<l>[a-l])
      | (?P<o>{ORDINAL})\s+frågan? )\b
    """,
    re.IGNORECASE | re.VERBOSE,
)
# "Din andra fråga handlar om …": the paragraph turns to that question.
_TURN = re.compile(
    rf"""
    (?:I\s+)?(?:Din|Er|Interpellantens|Den|Hans|Hennes|Sin)\s+(?P<o>{ORDINAL})\s+frågan?\b
    | (?P<f>Fråga|Frågor|Frågorna)\s+(?P<n>{_NUMBERS})\s+
      (?:handlar|gäller|rör|avser|hänger|hör|besvaras|behandlas)\b
    """,
    re.IGNORECASE | re.VERBOSE,
)


class LabelKind(Enum):
    """What the first words of a piece announce."""

    NUMBER = auto()
    LETTER = auto()
    """Counts as a number, or names a part of the question above it."""
    QUESTION = auto()
    ANSWER = auto()
    REFERENCE = auto()
    """A sentence that names its question; its words belong to the answer."""


@dataclass(frozen=True, slots=True)
class Label:
    """What a piece starts with.

    Attributes:
        numbers: the questions it names, in order; empty when it names none.
        length: how many characters the label takes, blanks after it included.
        letter: of a part of a question, "a" in "1a".
    """

    kind: LabelKind
    numbers: tuple[int, ...]
    length: int
    letter: str = ""


def _number(word: str) -> int:
    digits = re.match(r"\d+", word)
    return int(digits.group()) if digits else _ORDINALS.get(word.lower(), LAST)


def _numbers(match: re.Match[str]) -> tuple[int, ...]:
    """Read the numbers of a label, ranges spelled out."""
    groups = match.groupdict()
    if groups.get("o"):
        return (_number(groups["o"]),)
    if groups.get("ad"):
        return (int(groups["ad"]),)
    if not groups.get("n"):
        return ()
    words = re.findall(rf"{_COUNT}|–|-|till", groups["n"], re.IGNORECASE)
    numbers: list[int] = []
    spread = False
    for word in words:
        if word in ("–", "-", "till"):
            spread = True
            continue
        number = _number(word)
        if spread and numbers and numbers[-1] < number <= numbers[-1] + 20:
            numbers.extend(range(numbers[-1] + 1, number))
        spread = False
        numbers.append(number)
    return tuple(dict.fromkeys(numbers))


def _letter(match: re.Match[str]) -> str:
    """Return the letter of a label that names one part of a question, or a question alone."""
    if alone := match.groupdict().get("l"):
        return alone.lower()
    part = re.fullmatch(rf"{_COUNT}\s?([a-e])", match.groupdict().get("n") or "", re.IGNORECASE)
    return part[1].lower() if part else ""


@lru_cache(maxsize=1024)  # several steps ask for the label of the same piece
def read_label(text: str) -> Label | None:
    """Read what a piece starts with, if it is a label of a question or an answer."""
    if match := ENUMERATOR.match(text):
        return Label(LabelKind.NUMBER, (int(match[1]),), match.end(), match[2] or "")
    if match := _TOGETHER.match(text):
        return Label(LabelKind.ANSWER, _numbers(match), match.end())
    if match := _QUESTION_LABEL.match(text):
        return Label(LabelKind.QUESTION, _numbers(match), match.end(), _letter(match))
    if (match := _ANSWER_LABEL.match(text)) and match.end() > 1:
        return Label(LabelKind.ANSWER, _numbers(match), match.end(), _letter(match))
    if match := _BARE_QUESTION_LABEL.match(text):
        return Label(LabelKind.QUESTION, (), match.end())
    if match := (_REFERENCE.match(text) or _TURN.match(text)):
        return Label(LabelKind.REFERENCE, _numbers(match), 0, _letter(match))
    if (match := ASKING_CELL.match(text)) and match[1]:
        return Label(LabelKind.NUMBER, (int(match[1]),), text.index("|") + 2)
    if match := _ROMAN.match(text):
        return Label(LabelKind.NUMBER, (_ROMAN_NUMBERS[match[1]],), match.end())
    for pattern in (_BARE_NUMBER, _LETTER):
        if (match := pattern.match(text)) and ends_asking(text):
            mark = match.group(1)
            if mark.isdigit():
                return Label(LabelKind.NUMBER, (int(mark),), match.end())
            return Label(LabelKind.LETTER, (ord(mark) - ord("a") + 1,), match.end(), mark)
    return None

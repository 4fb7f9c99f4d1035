"""What a piece starts with: the number of a question, "Svar:", "Som svar på fråga 2 …"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto

__all__ = ["ENUMERATOR", "ORDINAL", "Label", "LabelKind", "is_interrogative", "read_label"]

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
ORDINAL = r"(?:första|andra|tredje|fjärde|femte|sjätte|sjunde|åttonde|nionde|tionde)"
# One number or several: "1", "1 och 2", "1, 2 samt 3", "1–3", "1 & 2".
_NUMBERS = rf"{_COUNT}[a-e]?(?:\s*(?:,|och|samt|&|\+|/|-|–|till)\s*(?:fråga\s*)?{_COUNT}\b[a-e]?)*"
# "1. Hur", "1.Hur", "1) Hur", "(1) Hur", "1: Hur"; not "1.5", not "1. 2".
ENUMERATOR = re.compile(r"\(?(\d{1,2})\s?[.):]\)?\s*(?=[^\s\d.,:)])")
# "1 Hur många …": a number alone, trusted only in front of a question.
_BARE_NUMBER = re.compile(r"(\d{1,2})\s+(?=[A-ZÅÄÖ”\"])")
# "a) Hur många …": letters count only in front of a question.
_LETTER = re.compile(r"\(?([a-h])[.)]\s+(?=\S)")
# "Fråga 1:", "Fråga nr 2.", "Fråga 1 och 2 –", "Fråga ett", "Frågeställning 3", "Första frågan:".
_QUESTION_LABEL = re.compile(
    rf"(?:(?:Fråga|Frågor|Frågorna|Frågeställning|FRÅGA|FRÅGOR)(?:\s+(?:nr\.?|nummer))?\s*(?P<n>{_NUMBERS})"
    rf"|(?:Den\s+)?(?P<o>(?i:{ORDINAL}))\s+frågan?)"
    r"(?:\s*[.:)–—-]+\s*|\s*$|\s+(?=[A-ZÅÄÖ”\"]))"
)
# "Fråga:", "Interpellantens fråga:" without a number.
_BARE_QUESTION_LABEL = re.compile(
    r"(?:(?:Interpellantens\s+)?[Ff]råga(?:n)?|FRÅGA|Frågeställning|F)\s*(?:[:–]\s*|$)"
)
_ANSWERER = (
    r"(?:(?:(?:Mitt|Vårt)\s+|(?:\S+\s+){0,2}?\S+s\s+)?(?:[Ss]var(?:et)?|SVAR)|Interpellationssvar)"
)
# "Svar:", "Svar 1:", "Svar på fråga 1 och 2:", "Mitt svar på fråga 3 –", "Svar fråga 1".
_ANSWER_LABEL = re.compile(
    rf"{_ANSWERER}(?:"
    rf"\s+(?:på\s+|till\s+|angående\s+)?(?:(?:din|interpellantens|den)\s+)?"
    rf"(?:(?:fråga|frågorna|frågor|frågan|delfråga)\s*(?:nr\.?\s*|nummer\s*)?)?(?P<n>{_NUMBERS})"
    rf"|\s+på\s+(?:den\s+)?(?P<o>{ORDINAL})\s+frågan"
    r"|(?:\s+på\s+frågan|\s+på\s+frågorna)?"
    r")(?:\s*[.:]\s*|\s*[–—]\s*|\s+-\s+|\s*$|\s+(?=[A-ZÅÄÖ”\"]))"
)
# "Som svar på fråga 2 kan jag …": a sentence that names the question it answers.
_REFERENCE = re.compile(
    r"(?:(?:Som\s+svar\s+på|Svaret\s+på|Vad\s+gäller|När\s+det\s+gäller|Beträffande|Angående|Gällande|"
    r"I\s+fråga\s+om|Med\s+anledning\s+av|Avseende|Rörande|För\s+att\s+svara\s+på|Till|På|Kring|Om|"
    r"Mitt\s+svar\s+på|För\s+att\s+besvara)\s+)"
    r"(?:(?:din|interpellantens|den|er|hans|hennes)\s+)?"
    rf"(?:(?:fråga|frågorna|frågor)\s*(?:nr\.?\s*|nummer\s*)?(?P<n>{_NUMBERS})"
    rf"|(?P<o>{ORDINAL})\s+frågan?)\b",
    re.IGNORECASE,
)
# "Din andra fråga handlar om …": the paragraph turns to that question.
_TURN = re.compile(
    rf"(?:Din|Er|Interpellantens|Den|Hans|Hennes)\s+(?P<o>{ORDINAL})\s+frågan?\b"
    rf"|(?P<f>Fråga)\s+(?P<n>{_COUNT})\s+(?:handlar|gäller|rör|avser)\b",
    re.IGNORECASE,
)
_QUESTION_WORDS = (
    r"vad|vem|vems|vilka|vilken|vilket|vilkas|hur|huruvida|varför|var|vart|varifrån|när|varav|"
    r"hurdan|hurudan|varmed|varvid"
)
# A verb first: "Har kommunen …", "Avser du …". Long enough for what municipalities are asked.
_QUESTION_VERBS = (
    r"är|har|kan|kommer|ska|skall|avser|ämnar|tänker|anser|finns|finnes|får|bör|vill|vet|blir|delar|"
    r"ser|planerar|planeras|arbetar|överväger|gör|görs|tycker|bedömer|instämmer|känner|stämmer|"
    r"innebär|tror|håller|står|pågår|förekommer|gäller|går|behöver|borde|skulle|kunde|vore|stödjer|"
    r"stöder|erbjuder|erbjuds|följer|följs|når|byts|betalar|kontrollerar|kontrolleras|menar|"
    r"prioriterar|upplever|accepterar|använder|används|säkerställer|garanterar|hade|var|blev|"
    r"vidtar|vidtas|lever|sker|tar|ges|ger|krävs|räcker|saknas|samverkar|driver|föreligger|uppfyller"
)
# Asking in other words: "Redogör för …", "Jag vill veta …", "Om inte, varför?"
_QUESTION_PHRASES = (
    r"redogör|beskriv|förklara|motivera|ange|utveckla|kommentera|önskar\s+svar|jag\s+(?:vill|önskar|undrar)|min\s+fråga|"
    r"om\s+(?:ja|nej|inte|så|svaret)\b|i\s+så\s+fall|i\s+vilk\w+|på\s+vilk\w+|av\s+vilk\w+|till\s+vilk\w+|"
    r"för\s+vilk\w+|med\s+vilk\w+|från\s+vilk\w+|inom\s+vilk\w+|genom\s+vilk\w+|under\s+vilk\w+|enligt\s+vilk\w+|"
    r"från\s+och\s+med\s+när|och\s+(?:hur|vad|när|varför|om)|samt\s+(?:hur|vad|när)|eller\s"
)
_INTERROGATIVE = re.compile(
    rf"[”\"»]?(?:{_QUESTION_WORDS}|{_QUESTION_VERBS}|{_QUESTION_PHRASES})\b", re.IGNORECASE
)
# Look like question words and are none: "När det gäller", "Vad gäller skolan".
_NOT_INTERROGATIVE = re.compile(
    r"(?:när\s+det\s+gäller|vad\s+(?:gäller|beträffar)|"
    r"vad\s+avser\s+(?!(?:du|ni|man|kommun\w*|\w*nämnd\w*|\w*råde?t?|\w*minister\w*|majoriteten|"
    r"regeringen|\w*ordförande\w*|ledningen|staden|regionen)\b)|"
    r"var\s+(?:och\s+en|sjätte|femte|fjärde|tredje|tionde)|är\s+(?:en|ett)\b|när\s+\w+\s+(?:har|är|kommer)\b[^?]*,)",
    re.IGNORECASE,
)
_ENDS_ASKING = re.compile(r"\?[”\"»’)\]]*\s*$")


class LabelKind(Enum):
    """What the first words of a piece announce."""

    NUMBER = auto()
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
    """

    kind: LabelKind
    numbers: tuple[int, ...]
    length: int


def _number(word: str) -> int:
    digits = re.match(r"\d+", word)
    return int(digits.group()) if digits else _ORDINALS[word.lower()]


def _numbers(match: re.Match[str]) -> tuple[int, ...]:
    """Read the numbers of a label, ranges spelled out."""
    groups = match.groupdict()
    if groups.get("o"):
        return (_number(groups["o"]),)
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


def read_label(text: str) -> Label | None:
    """Read what a piece starts with, if it is a label of a question or an answer."""
    if match := ENUMERATOR.match(text):
        return Label(LabelKind.NUMBER, (int(match.group(1)),), match.end())
    if match := _QUESTION_LABEL.match(text):
        return Label(LabelKind.QUESTION, _numbers(match), match.end())
    if (match := _ANSWER_LABEL.match(text)) and match.end() > 1:
        return Label(LabelKind.ANSWER, _numbers(match), match.end())
    if match := _BARE_QUESTION_LABEL.match(text):
        return Label(LabelKind.QUESTION, (), match.end())
    if match := (_REFERENCE.match(text) or _TURN.match(text)):
        return Label(LabelKind.REFERENCE, _numbers(match), 0)
    for pattern in (_BARE_NUMBER, _LETTER):
        if (match := pattern.match(text)) and _ENDS_ASKING.search(text):
            mark = match.group(1)
            number = int(mark) if mark.isdigit() else ord(mark) - ord("a") + 1
            return Label(LabelKind.NUMBER, (number,), match.end())
    return None


def is_interrogative(text: str) -> bool:
    """Tell whether a text asks, by its mark or by its first word."""
    if _ENDS_ASKING.search(text):
        return True
    return bool(_INTERROGATIVE.match(text)) and not _NOT_INTERROGATIVE.match(text)

"""Blocks become pieces: the smallest parts that a question, an answer or a list starts with."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from itertools import pairwise

from knowledge.document import LineStyle
from knowledge.parsing.paragraphs import Block, Layout, Row, is_bullet

__all__ = ["Label", "LabelKind", "Piece", "cut", "is_interrogative", "read_label"]

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
_ORDINAL = r"(?:första|andra|tredje|fjärde|femte|sjätte|sjunde|åttonde|nionde|tionde)"
# One number or several: "1", "1 och 2", "1, 2 samt 3", "1–3", "1 & 2".
_NUMBERS = rf"{_COUNT}[a-e]?(?:\s*(?:,|och|samt|&|\+|/|-|–|till)\s*(?:fråga\s*)?{_COUNT}\b[a-e]?)*"
# "1. Hur", "1.Hur", "1) Hur", "(1) Hur", "1: Hur"; not "1.5", not "1. 2".
_ENUMERATOR = re.compile(r"\(?(\d{1,2})\s?[.):]\)?\s*(?=[^\s\d.,:)])")
# "1 Hur många …": a number alone, trusted only in front of a question.
_BARE_NUMBER = re.compile(r"(\d{1,2})\s+(?=[A-ZÅÄÖ”\"])")
# "a) Hur många …": letters count only in front of a question.
_LETTER = re.compile(r"\(?([a-h])[.)]\s+(?=\S)")
# "Fråga 1:", "Fråga nr 2.", "Fråga 1 och 2 –", "Fråga ett", "Frågeställning 3", "Första frågan:".
_QUESTION_LABEL = re.compile(
    rf"(?:(?:Fråga|Frågor|Frågorna|Frågeställning|FRÅGA|FRÅGOR)(?:\s+(?:nr\.?|nummer))?\s*(?P<n>{_NUMBERS})"
    rf"|(?:Den\s+)?(?P<o>(?i:{_ORDINAL}))\s+frågan?)"
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
    rf"|\s+på\s+(?:den\s+)?(?P<o>{_ORDINAL})\s+frågan"
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
    rf"|(?P<o>{_ORDINAL})\s+frågan?)\b",
    re.IGNORECASE,
)
# "Din andra fråga handlar om …": the paragraph turns to that question.
_TURN = re.compile(
    rf"(?:Din|Er|Interpellantens|Den|Hans|Hennes)\s+(?P<o>{_ORDINAL})\s+frågan?\b"
    rf"|(?P<f>Fråga)\s+(?P<n>{_COUNT})\s+(?:handlar|gäller|rör|avser)\b",
    re.IGNORECASE,
)
# Inside a paragraph: "… i budgeten? Svar: Nej.", "… Svar 1: …".
_INLINE_ANSWER = re.compile(r"(?<=[.?!”\"…])\s+(?=(?:Svar|SVAR)\s*\d{0,2}\s*:)")
# Inside a paragraph: "… så. På fråga 2 svarar jag nej."
_INLINE_REFERENCE = re.compile(
    rf"(?<=[.?!])\s+(?=(?:Som\s+svar\s+på|Svaret\s+på|På|Vad\s+gäller|När\s+det\s+gäller|Beträffande)\s+"
    rf"(?:din\s+|den\s+)?(?:fråga\s+\d|{_ORDINAL}\s+fråga))"
)
# Inside a paragraph: "… frågar: 1. Hur …? 2. Varför …?"
_INLINE_NUMBER = re.compile(r"(?<=[.?!:”\"])\s+(?=\(?\d{1,2}[.)]\s?[A-ZÅÄÖ])")

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


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a block, `text[start:end]`.

    Attributes:
        bullets: whether it is a list with bullets.
        heading: whether the format says that it is a heading.
        rows: how many lines it has.
        opens: whether it is the first in its block.
    """

    start: int
    end: int
    page: int | None
    bullets: bool
    heading: bool
    rows: int
    opens: bool
    table: bool


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


_STRONG = (LabelKind.QUESTION, LabelKind.ANSWER)


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
    if match := _ENUMERATOR.match(text):
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


def _starts(text: str, rows: tuple[Row, ...]) -> Iterator[int]:
    """Yield the indices of rows that start a piece."""
    last_number = 0
    bullets = False
    for index, row in enumerate(rows):
        line = text[row.start : row.end]
        bullet = is_bullet(line)
        label = None if bullet else read_label(line)
        number = label.numbers[0] if label and label.kind is LabelKind.NUMBER else 0
        before = text[rows[index - 1].start : rows[index - 1].end] if index else ""
        closed = before.endswith((".", "?", "!", ":", ";", "”", '"', ","))
        # The answer under a question with a bullet: "– Vad kostar det?" / "Det kostar 20 kronor."
        answers = bullets and not bullet and before.endswith("?") and line[:1].isupper()
        if index == 0 or (bullet and not bullets) or answers:
            yield index
            bullets = bullet
        elif (number and (closed or number == last_number + 1)) or (
            label and label.kind in _STRONG and (closed or ":" in line[: label.length])
        ):
            yield index
            bullets = False
        last_number = number or last_number


def _inline(text: str) -> list[int]:
    """Return where a piece holds the start of another: "… ? Svar: …", "1. …? 2. …?"."""
    cuts = [match.end() for match in _INLINE_ANSWER.finditer(text)]
    cuts.extend(match.end() for match in _INLINE_REFERENCE.finditer(text))
    numbered = list(_INLINE_NUMBER.finditer(text))
    marks = [int(re.sub(r"\D", "", text[m.end() : m.end() + 3])) for m in numbered]
    first = _ENUMERATOR.match(text)
    expected = int(first.group(1)) + 1 if first else 1
    # Only a run of numbers counts, and only when something is asked.
    if marks and marks == list(range(expected, expected + len(marks))) and "?" in text:
        cuts.extend(match.end() for match in numbered)
    return sorted(cuts)


def _pieces(text: str, block: Block) -> Iterator[Piece]:
    starts = list(_starts(text, block.rows))
    for order, first in enumerate(starts):
        rows = block.rows[first : starts[order + 1] if order + 1 < len(starts) else None]
        start, end = rows[0].start, rows[-1].end
        bullets = is_bullet(text[start:end]) or rows[0].style is LineStyle.LIST
        cuts = [] if bullets else [start + cut for cut in _inline(text[start:end])]
        borders = [start, *cuts, end]
        for part, (low, high) in enumerate(pairwise(borders)):
            words = text[low:high].rstrip()
            held = [row for row in rows if row.end > low and row.start < low + len(words)]
            yield Piece(
                low,
                low + len(words),
                held[0].page,
                bullets,
                rows[0].style is LineStyle.HEADING,
                len(held),
                order == 0 and part == 0,
                rows[0].style is LineStyle.TABLE,
            )


def cut(layout: Layout) -> tuple[Piece, ...]:
    """Cut every block of a layout into pieces, in order; together they hold every word."""
    return tuple(piece for block in layout.blocks for piece in _pieces(layout.text, block))

"""The questions of an interpellation, told from the text that argues for them.

An interpellation argues first and asks last, mostly after a formula such as "Med anledning av
detta vill jag fråga statsrådet:". Questions are looked for after the last formula that mainly
questions follow; where there is none, at the very end of the text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from scripts.corpus.cleaning import clean_characters

__all__ = ["split_questions", "split_sentences"]

_SENTENCE_END = re.compile(
    r"(?:(?<=[.!?…])|(?<=[.!?…][\"”]))\s+(?=[\"”(–-]?\s?[A-ZÅÄÖ0-9])"  # the ordinary border
    r"|(?<=\?)(?=\d{1,2}[.)]\s)"  # "…?2. Vilka …", where a line break was lost
)
_ABBREVIATION = re.compile(
    r"(?:^|[\s(:?])(?:\w+\.(?:\w+\.)+|(?:[Dd]nr|[Nn]r|[Ss]id|[Kk]ap|[Aa]rt|ca|[Ss]t)\.|\d{1,2}[.)])$"
)
_NUMBER = re.compile(r"^(?:\(?\d{1,2}[.)]|[a-h]\)|[•·*–-])\s*(?=\S)")

_ASKING = re.compile(
    r"\bjag\b.*\b(?:vill|önskar|ville|ber|får)\b.*\b(?:fråga|ställa|frågor|svar|besked)\b"
    r"|\b(?:vill|önskar|ville|ber|får)\b.*\bjag\b.*\b(?:fråga|ställa|frågor|svar|besked)\b"
    r"|^(?:min fråga|mina frågor|min följdfråga)\b|\bföljande frågor?\b",
    re.IGNORECASE,
)
_OBJECT = re.compile(
    r"\b(?:om|vad|vilk(?:en|et|a)|hur|när|varför|på vilket sätt|huruvida|vem)\b", re.IGNORECASE
)


def split_sentences(paragraph: str) -> list[str]:
    """Split a paragraph into sentences; nothing but spaces between them is lost.

    Args:
        paragraph: cleaned text.
    """
    sentences: list[str] = []
    start = 0
    for border in _SENTENCE_END.finditer(paragraph):
        if not _ABBREVIATION.search(paragraph[start : border.start()]):
            sentences.append(paragraph[start : border.start()].strip())
            start = border.end()
    sentences.append(paragraph[start:].strip())
    return [sentence for sentence in sentences if sentence]


def split_questions(paragraphs: Sequence[str]) -> tuple[list[str], list[str]]:
    """Take the questions, and the formula that leads to them, out of the paragraphs.

    Args:
        paragraphs: cleaned, in order; list items are paragraphs.

    Returns:
        The remaining paragraphs, and the questions without their numbers.
    """
    sentences = [_colon_border(split_sentences(paragraph)) for paragraph in paragraphs]
    for row in reversed(range(len(sentences))):
        for place in reversed(range(len(sentences[row]))):
            if _ASKING.search(sentences[row][place]):
                found = _after_formula(sentences, row, place)
                if found:
                    return found
    return _at_end(sentences)


def _colon_border(sentences: Sequence[str]) -> list[str]:
    """Cut a formula from a question that follows on the same line: "… fråga: Avser …?"."""
    cut: list[str] = []
    for sentence in sentences:
        formula, colon, rest = sentence.partition(": ")
        if colon and _ASKING.search(formula) and rest[:1].isupper():
            cut += [f"{formula}:", rest]
        else:
            cut.append(sentence)
    return cut


def _after_formula(
    sentences: Sequence[Sequence[str]], row: int, place: int
) -> tuple[list[str], list[str]] | None:
    """Split at a formula; None if nothing is asked there after all."""
    formula = sentences[row][place]
    questions: list[str] = []
    rests: list[str] = []
    for part in (sentences[row][place + 1 :], *sentences[row + 1 :]):
        listed = bool(part) and _NUMBER.match(part[0]) is not None
        asked = [sentence for sentence in part if listed or sentence.endswith("?")]
        questions += asked
        rests.append(" ".join(sentence for sentence in part if sentence not in asked))
    if formula.endswith("?") or (not questions and _asks_itself(formula)):
        questions.insert(0, formula)
    if not questions or len(" ".join(rests)) > len(" ".join(questions)):
        return None  # the argument goes on: an aside that only sounds like the formula
    before = [*sentences[:row], sentences[row][:place]]
    shorter, earlier = _at_end(before)
    if any(_ASKING.search(question) for question in earlier):  # "Jag vill också fråga …"
        questions = earlier + questions
    else:
        shorter = [" ".join(part) for part in before]
    return [text for text in (*shorter, *rests) if text], _strip_numbers(questions)


def _asks_itself(formula: str) -> bool:
    """Tell "… vill jag fråga ministern vilka åtgärder hon tänker vidta." from a bare formula."""
    asking = _ASKING.search(formula)
    return asking is not None and _OBJECT.search(formula, asking.end()) is not None


def _at_end(sentences: Sequence[Sequence[str]]) -> tuple[list[str], list[str]]:
    """Take the sentences with a question mark from the end, up to the first one without."""
    rows = [list(row) for row in sentences]
    questions: list[str] = []
    while rows:
        if not rows[-1]:
            rows.pop()
        elif rows[-1][-1].endswith("?"):
            questions.insert(0, rows[-1].pop())
        else:
            break
    return [" ".join(row) for row in rows if row], _strip_numbers(questions)


def _strip_numbers(questions: Sequence[str]) -> list[str]:
    stripped = (clean_characters(_NUMBER.sub("", question)) for question in questions)
    return [question for question in stripped if question]

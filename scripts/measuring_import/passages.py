"""The paragraphs of a reply, each looked for in what was found and judged by where it lies.

Letters and figures alone are compared, so that white space, end-of-line hyphens, bullets and
quotation marks do not count; neither do the numbers of list items at the start of a line. A
sentence that is not there as one run (a footnote's number stands in it, OCR misread a letter) is
looked for in halves.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from knowledge.draft import Draft
from knowledge.model import Passage, PassageKind
from scripts.measuring_import.expected import Paragraph, WantedReply

__all__ = ["Lies", "ParagraphOutcome", "judge_paragraphs", "letters", "share_found"]

_ITEM = re.compile(r"^[^\S\n]*(?:\(?\d{1,2}[.)]|[a-h]\))(?=\s|[A-ZÅÄÖ])", re.MULTILINE)
_SENTENCE = re.compile(r"(?<=[.?!:])\s+")
_MIN_LETTERS = 14
"""A shorter run is found only where it is due: elsewhere it may be another's."""
_MAX_STEP = 60
"""How many letters further on such a run may be."""
_FOUND = 0.5
_UNSAFE_LETTERS = 12

# Lines that writers of expected files count as text or not, as they please.
_FORMAL = re.compile(
    r"\bbesvarad\b|\byttra(?:r|de)\s+sig\b|\bi\s+debatten\b|\bsvar\s+är\s+följande\b"
    r"|^jag\s+tackar\s+för\b",
    re.IGNORECASE,
)
_FORMAL_CHARS = 140


class Lies(StrEnum):
    """Where a paragraph lies."""

    ANSWER = "answer"
    STATEMENT = "statement"
    BACKGROUND = "background"
    QUESTION = "question"
    """Kept as the question of an answer."""
    OUTSIDE = "outside every passage"
    ABSENT = "not in the text"


_OFFICIAL = (Lies.ANSWER, Lies.STATEMENT)


@dataclass(frozen=True, slots=True)
class ParagraphOutcome:
    """What became of one paragraph.

    Attributes:
        lies: where most of it lies.
        right: whether that is its kind.
        right_question: for an answer of the right kind: whether number and question are right.
        formal: whether it is a formality that was left out, which does not count.
        unsafe: the interpellant's words of it that lie in an official passage.
        share: how much of it, in letters, lies where it should.
        question: what an answer was taken to answer.
    """

    wanted: Paragraph
    lies: Lies
    right: bool
    right_question: bool | None
    formal: bool
    unsafe: str
    share: float
    question: str = ""


def letters(text: str) -> str:
    """Return the letters and figures of a text, in small letters."""
    return "".join(sign for sign in text.casefold() if sign.isalnum())


@dataclass(frozen=True, slots=True)
class _Found:
    """What was found, letter by letter.

    Attributes:
        key: the letters of the text.
        lies: for each letter, where it lies.
        passages: for each letter, the index of its passage, or -1.
    """

    key: str
    lies: tuple[Lies, ...]
    passages: tuple[int, ...]

    @classmethod
    def of(cls, draft: Draft) -> _Found:
        """Lay out the letters of a draft."""
        text = draft.text
        skipped = {at for item in _ITEM.finditer(text) for at in range(*item.span())}
        places = [-1] * len(text)
        for index, passage in enumerate(draft.passages):
            for at in range(passage.span.start, passage.span.end):
                places[at] = index
        asked = {
            at
            for passage in draft.passages
            if passage.question
            for at in range(passage.question.start, passage.question.end)
        }
        key: list[str] = []
        lies: list[Lies] = []
        passages: list[int] = []
        for at, sign in enumerate(text):
            if at in skipped:
                continue
            place = places[at]
            where = Lies.QUESTION if at in asked else Lies.OUTSIDE
            if place >= 0:
                where = Lies(draft.passages[place].kind.value)
            for letter in letters(sign):
                key.append(letter)
                lies.append(where)
                passages.append(place)
        return cls("".join(key), tuple(lies), tuple(passages))


def share_found(wanted: WantedReply, draft: Draft) -> float:
    """Return how much of a reply, in letters, stands in a draft's text."""
    key = _Found.of(draft).key
    sizes = [
        (len(part), part in key)
        for paragraph in wanted.paragraphs
        for part in map(letters, _SENTENCE.split(paragraph.text))
    ]
    return sum(size for size, there in sizes if there) / max(1, sum(size for size, _ in sizes))


def judge_paragraphs(wanted: WantedReply, draft: Draft | None) -> list[ParagraphOutcome]:
    """Judge every paragraph of one reply.

    Args:
        wanted: what the document gives.
        draft: what was found; None when the reply was not found at all.
    """
    if draft is None:
        return [
            ParagraphOutcome(one, Lies.ABSENT, False, None, False, "", 0.0)
            for one in wanted.paragraphs
        ]
    found = _Found.of(draft)
    outcomes: list[ParagraphOutcome] = []
    cursor = 0
    for paragraph in wanted.paragraphs:
        runs = list(_runs(found.key, paragraph.text, cursor))
        ends = [start + size for start, size, _ in runs if start >= 0]
        cursor = ends[-1] if ends else cursor
        outcomes.append(_judged(paragraph, runs, found, draft))
    return outcomes


def _runs(key: str, text: str, cursor: int) -> Iterator[tuple[int, int, str]]:
    """Yield for each sentence, or part of one, where it stands in `key`, or -1, and its size."""
    for sentence in _SENTENCE.split(text):
        for start, size in _place(key, letters(sentence), cursor):
            if start >= 0:
                cursor = start + size
            yield start, size, sentence


def _place(key: str, wanted: str, cursor: int) -> Iterator[tuple[int, int]]:
    if not wanted:
        return
    if len(wanted) < _MIN_LETTERS:
        yield key.find(wanted, cursor, cursor + len(wanted) + _MAX_STEP), len(wanted)
        return
    start = key.find(wanted, cursor)
    if start < 0:
        start = key.find(wanted)
    if start >= 0 or len(wanted) < 2 * _MIN_LETTERS:
        yield start, len(wanted)
        return
    half = len(wanted) // 2
    for part in (wanted[:half], wanted[half:]):
        for place, size in _place(key, part, cursor):
            cursor = place + size if place >= 0 else cursor
            yield place, size


def _judged(
    paragraph: Paragraph, runs: list[tuple[int, int, str]], found: _Found, draft: Draft
) -> ParagraphOutcome:
    counts: Counter[Lies] = Counter()
    inside: Counter[int] = Counter()
    unsafe: list[str] = []
    for start, size, sentence in runs:
        if start < 0:
            counts[Lies.ABSENT] += size
            continue
        here = Counter(found.lies[start : start + size])
        counts.update(here)
        inside.update(found.passages[start : start + size])
        if sum(here[kind] for kind in _OFFICIAL) >= min(_UNSAFE_LETTERS, size):
            unsafe.append(sentence)
    total = max(1, sum(counts.values()))
    absent = counts.pop(Lies.ABSENT, 0)
    lies = counts.most_common(1)[0][0] if total - absent >= _FOUND * total else Lies.ABSENT
    is_background = paragraph.kind is PassageKind.BACKGROUND
    due = [Lies(paragraph.kind.value)] + ([Lies.QUESTION] if is_background else [])
    formal = (
        lies in (Lies.OUTSIDE, Lies.ABSENT)
        and paragraph.kind is PassageKind.STATEMENT
        and len(paragraph.text) <= _FORMAL_CHARS
        and _FORMAL.search(paragraph.text) is not None
    )
    right_question: bool | None = None
    question = ""
    if lies is Lies.ANSWER and paragraph.kind is PassageKind.ANSWER:
        del inside[-1]
        passage = draft.passages[inside.most_common(1)[0][0]]
        right_question, question = _same_question(paragraph, passage, draft.text)
    return ParagraphOutcome(
        paragraph,
        lies,
        lies in due,
        right_question,
        formal,
        " ".join(dict.fromkeys(unsafe)) if is_background else "",
        sum(counts[one] for one in due) / total,
        question,
    )


def _same_question(paragraph: Paragraph, passage: Passage, text: str) -> tuple[bool, str]:
    words = passage.question.of(text) if passage.question else ""
    said = f"{passage.number}: {' '.join(words.split())}"
    if passage.number is not None and passage.number != paragraph.number:
        return False, said
    wanted, found = letters(paragraph.question or ""), letters(words)
    if not wanted or not found:
        return wanted == found, said
    shorter, longer = sorted((wanted, found), key=len)
    return shorter in longer and len(shorter) >= 0.6 * len(longer), said

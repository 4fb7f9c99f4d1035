"""Questions that a reply only retells: "Hon undrar hur många platser som saknas och när …"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from knowledge.model import Span
from knowledge.parsing.asking import ends_asking
from knowledge.parsing.sentences import sentences

__all__ = ["clauses", "is_lone", "opener"]

_INTERROGATIVE = r"(?:hur|vad|varför|när|vem|huruvida|vilk\w+|(?:i|på|av)\s+vilk\w+)"
# "om nämnden är beredd …", not "om badhuset".
_WHETHER = (
    r"om\s+(?:[\w-]+\s+){1,7}?(?:är|har|kan|kommer|ska|skall|tänker|avser|vill|anser|ser|bör|får"
    r"|blir|finns|fungerar|går|gör|planerar|planeras|räcker|stämmer|tar|trivs)"
    r"|om\s+(?:jag|vi|du|ni|man)\s+[a-zåäö]+(?:r|s|de|te)"
)
_CLAUSE = rf"(?:{_INTERROGATIVE}|(?:{_WHETHER}))\b"
_ASKING = re.compile(
    rf"\b(?:frågar|frågat|undrar|undrat|(?:ställt|ställer)\s+(?:frågan|frågorna)|(?:vill|önskar)\s+(?:[\w-]+\s+){{0,3}}?(?:veta|svar\s+på|besked\s+om|reda\s+på)"
    rf"|frågan?\s+(?:till\s+\w+\s+)?(?:är|avser|gäller|handlar\s+om|lyder|rör))\s+"
    rf"(?:[\w-]+\s+){{0,5}}?(?={_CLAUSE})",
    re.IGNORECASE,
)
_JOINT = re.compile(rf"(?:,\s+(?:och\s+|samt\s+)?|\s+(?:och|samt)\s+)(?={_CLAUSE})", re.IGNORECASE)
_LEAD = re.compile(r"[^?]*\b(?:fråg(?:a|an|ar|or|orna)|undrar)\b[^?]*:\s+", re.IGNORECASE)
_ASKER = re.compile(r"\b(?:fråg|undra|veta\b)", re.IGNORECASE)


def clauses(text: str, start: int, end: int) -> Iterator[Span]:
    """Yield the questions that a paragraph retells, each without the words around it.

    Args:
        text: what the offsets point into.
        start: of the paragraph.
        end: of the paragraph.
    """
    words = text[start:end]
    if not _ASKER.search(words):
        return
    for first, last in sentences(words):
        sentence = words[first:last]
        if ends_asking(sentence):
            # "… frågar jag: Har kommunen …?"
            lead = _LEAD.match(sentence)
            end = last - len(sentence) + len(sentence.rstrip('"”»’)]'))
            yield Span(start + first + (lead.end() if lead else 0), start + end)
        elif asking := _ASKING.search(sentence):
            stop = len(sentence.rstrip(" ."))
            cut = asking.end()
            for joint in _JOINT.finditer(sentence, asking.end()):
                yield Span(start + first + cut, start + first + joint.start())
                cut = joint.end()
            if cut < stop:
                yield Span(start + first + cut, start + first + stop)


def is_lone(text: str, start: int, end: int) -> bool:
    """Tell whether a paragraph is one sentence that retells one question, and nothing else."""
    words = text[start:end]
    return len(list(sentences(words))) == 1 and len(list(clauses(text, start, end))) == 1


# Told to the one who asked: what comes next is the answer.
_TO_YOU = re.compile(r"\b(?:du|ni|din|er|frågan)\b", re.IGNORECASE)
# Told to others, the interpellant may go on: the answer must be known by itself.
_ANSWERS = re.compile(
    r"(?:ja|nej|jo|jag|vi|svaret|mitt\s+svar|kommunen|[\w-]*(?:nämnden|styrelsen))\b|[^.?!]*\d",
    re.IGNORECASE,
)


def opener(text: str, start: int, end: int) -> tuple[Span, int] | None:
    """Return the one question that a paragraph retells before it answers it.

    Returns:
        The question, and where the answer starts; None where the paragraph does not start with
        the retelling of one question, or goes on asking.
    """
    words = text[start:end]
    (first, last), *rest = sentences(words) or ((0, 0),)
    if not rest or not (
        _TO_YOU.search(words, first, last) or _ANSWERS.match(words, rest[0][0], rest[0][1])
    ):
        return None
    asked = list(clauses(text, start + first, start + last))
    if len(asked) != 1 or ends_asking(words[first:last]):
        return None
    if any(True for _ in clauses(text, start + rest[0][0], end)):
        return None
    return asked[0], start + rest[0][0]

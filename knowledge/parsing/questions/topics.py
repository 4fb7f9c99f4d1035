"""Which question a paragraph turns to by its topic: "När det gäller kontrollen …"."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

__all__ = ["in_turn", "names_topic", "stems", "topic_of"]

# What says that a topic follows.
_TOPIC = re.compile(
    r"""(?:
        (?:vad|när\s+det)\s+(?:(?:så|sedan|därefter|slutligen|vidare)\s+)?
          (?:gäller|beträffar|avser|angår) | beträffande | i\s+fråga\s+om
        | (?:till|på|i)\s+frågan\s+om | frågan\s+om | om(?=\s+\w+\s+\w+\s+(?:har|vill|kan)\s+jag\b)
        | (?:slutligen|vidare|avslutningsvis|därefter|sedan)\s+(?:frågar|undrar|tar)\s+
          (?:du|ni|interpellanten)
        | (?:så|över|nu)\s+till
        | låt\s+mig\s+först | för\s+det\s+(?:första|andra|tredje) | till\s+att\s+börja\s+med
        | (?:du|ni)\s+(?:frågar|undrar)\s+(?:också|även|vidare|slutligen|därefter)
      )\b(?P<topic>(?:\s+\S+){1,8})
      | (?P<apart>[A-ZÅÄÖ][\w-]{4,}),\s+(?:slutligen|vidare|däremot|avslutningsvis),
    """,
    re.IGNORECASE | re.VERBOSE,
)
_WORD = re.compile(r"[^\W\d_]{6,}")
_STEM_CHARS = 6
_SHORT_WORD = re.compile(r"[^\W\d_]{5,}")
_SHORT_STEM_CHARS = 5
_SMALL = re.compile(
    r"alltså|annan|annat|andra|borde|dagen|deras|dessa|detta|efter|eller|enda|först|genom|gånge"
    r"|göras|innan|ingen|inget|bland|måste|mycke|nuvar|något|någon|några|omkri|sedan|skull|tills"
    r"|ungef|varfö|varit|vidta|väldi|årlig|kunna|kunde|gjord|gjort|hålla|komme|lämna|ställ|ytter"
    r"|samti|samma"
)
# Words that any question of a municipality holds.
_COMMON = re.compile(
    r"kommun|nämnd|styrels|ordför|fullmä|förval|beslut|fråga|interp|svara|gälle|vilke|vilka|vilket|många|under|"
    r"januar|februa|april|augusti|septem|oktobe|novemb|decemb|sommar|finns|planer|åtgärd|arbet|senast|komma|kommer|avser|anser|bered|möjlig|verksa|hittil|redan|däref|särskil|också|frågan"
)


def names_topic(words: str) -> str | None:
    """Return the topic that a paragraph, on one line, says it turns to."""
    match = _TOPIC.match(words)
    return (match["topic"] or match["apart"]) if match else None


def stems(words: str) -> set[str]:
    """Return the stems of the words that can tell one matter from another."""
    found = {word.casefold()[:_STEM_CHARS] for word in _WORD.findall(words)}
    return {stem for stem in found if not _COMMON.match(stem)}


def topic_of(topic: str, questions: Mapping[int, str]) -> int | None:
    """Return the number of the one question that shares a word with a topic."""
    wanted = stems(topic)
    found = [number for number, words in questions.items() if wanted & stems(words)]
    return found[0] if len(found) == 1 else None


def in_turn(answers: Sequence[str], questions: Mapping[int, str]) -> dict[int, int]:
    """Return which answers begin to answer which question, by place in `answers`.

    Either each question, in turn, is the one that some answer shares most words with; or as many
    answers as there are questions follow each other, of which none is closer to another question
    and some share words with their own.

    Args:
        answers: the words of paragraphs or sections, in order.
        questions: their words by number, in order.

    Returns:
        Empty where neither holds: then it is not known.
    """
    shared = [
        {number: _shared(words, question) for number, question in questions.items()}
        for words in answers
    ]
    found = [_closest(counts) for counts in shared]
    known = [number for number in found if number is not None]
    if known == sorted(known) and set(known) == set(questions):
        return {found.index(number): number for number in questions}
    best: list[tuple[int, int]] = []
    for offset in range(len(answers) - len(questions) + 1):
        pairs = list(zip(shared[offset:], questions, strict=False))
        fits = all(counts[number] == max(counts.values()) for counts, number in pairs)
        positive = sum(counts[number] > 0 for counts, number in pairs)
        needed = 1 if len(answers) == len(questions) else max(2, len(questions) - 1)
        if fits and positive >= needed:
            best.append((positive, offset))
    best.sort(reverse=True)
    if not best or (len(best) > 1 and best[0][0] == best[1][0]):
        return {}
    return {best[0][1] + order: number for order, number in enumerate(questions)}


def _closest(counts: Mapping[int, int]) -> int | None:
    """Return the number with the highest count, if there is one alone and above nought."""
    most = max(counts.values(), default=0)
    found = [number for number, count in counts.items() if count == most]
    return found[0] if most and len(found) == 1 else None


def _shared(words: str, question: str) -> int:
    """Count the words that two texts share; "cirklar" is in "studiecirklar"."""
    text, asked = words.casefold(), question.casefold()
    return len(
        {stem for stem in _short_stems(words) if stem in asked}
        | {stem for stem in _short_stems(question) if stem in text}
    )


def _short_stems(words: str) -> set[str]:
    """Return shorter stems, for words that are looked for in few others."""
    found = {word.casefold()[:_SHORT_STEM_CHARS] for word in _SHORT_WORD.findall(words)}
    return {stem for stem in found if not (_COMMON.match(stem) or _SMALL.match(stem))}

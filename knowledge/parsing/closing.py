"""The closing words of a reply: official, but no part of the answer to its last question."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from knowledge.parsing.questions import Role, Unit
from knowledge.parsing.questions.topics import names_topic, stems
from knowledge.parsing.sentences import hyphens_joined
from knowledge.parsing.voices import Voice, Voices
from knowledge.parsing.voices.formal import is_formal

__all__ = ["without_closing"]

# How the last paragraph of a reply starts.
_CLOSES = re.compile(
    r"""^(?:
        avslutningsvis | till\s+sist | slutligen | sammanfattningsvis | sammantaget
        | låt\s+mig\s+(?:avsluta|till\s+sist|slutligen)
        | (?:jag|vi)\s+(?:vill|skulle\s+vilja)\s+(?:\w+\s+){0,4}?
          (?:tacka|framhålla|understryka|betona|påminna|säga|tillägga|poängtera|avsluta)\b
        | (?:jag|vi)\s+(?:tackar|hoppas|ser\s+fram|välkomnar)
        | (?:jag|vi)\s+är\s+(?:glad|tacksam|medvet|övertygad|stolt)
        | ordföranden\s+(?:finner|konstaterar|förklarar|frågar|tackar)\b
        | kom\s+gärna | nästa\s+gång | (?:du|ni)\s+är\s+(?:\w+\s+)?välkom\w+
        | (?:du|ni)\s+och\s+jag\b | min\s+förhoppning | för\s+den\s+som\s+är\s+intresserad
        | (?:jag|vi)\s+delar\s+(?:inte\s+)?(?:bild|uppfattning|interpellant|din|\w+\s\w+s\s)
    )""",
    re.IGNORECASE | re.VERBOSE,
)
# Words of a closing, wherever in the paragraph they stand.
_PARTS = re.compile(
    r"\b(?:jag\s+hoppas|ser\s+(?:jag\s+)?fram\s+(?:emot|mot)|vill\s+jag\s+(?:tacka|säga)|jag\s+vill\s+tacka"
    r"|(?:jag\s+)?välkomnar\s+(?:jag\s+)?att|besvarat\s+interpellationen|interpellation(?:en|erna)\s+(?:\w+\s+)?besvarade?)\b",
    re.IGNORECASE,
)
# Points back at what was just said, or goes on counting.
_GOES_ON = re.compile(
    r"""^(?:
        de[tnm]? | dessa | detta | denna | den | här | där | då | så | dit | han | hon | man
        | därut\w+ | däref\w+ | därför | därmed | däremot | därtill | dess\w+ | samtidigt | sedan
        | vidare | också | även | till\s+(?:dess|detta) | först | tills | annars | men | och
        | utöver | i\s+(?:avvaktan|väntan|dag|år|höst|vår|stället) | under\s+tiden | fram\s+till
        | kostnad\w* | belopp\w* | pengarna | medlen | arbetet | försöket | målet | resultatet
        | exempel\w*
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)
_MIN_CHARS = 60


def without_closing(
    text: str, units: Sequence[Unit], title: str, names: tuple[str, ...]
) -> list[Unit]:
    """Take the closing words out of the answer to the last question.

    A last paragraph closes when it says so. In a reply that opens with words of its own it also
    closes when it neither points back nor shares a word with its question and answer, words of
    the title alone aside.

    Args:
        text: what the units point into.
        units: in order.
        title: the title of the reply; "" when it has none.
        names: the interpellants' names.

    Returns:
        The units, of which some no longer answer a question.
    """
    done = list(units)
    last = _last_answer(text, done)
    closing = 0
    # An answer keeps a paragraph; one to no question in particular may have it further up.
    kept = 0 if last and _goes_on_above(done, last[0][0]) else 1
    while len(last) > closing + kept and _says_so(text, done, last[-closing - 1]):
        closing += 1
    closing = max(closing, _other_matter(text, done, last))
    if not closing and len(last) > 1 and _introduced(text, done, names):
        *before, end = last
        said = " ".join(_words(text, done, paragraph) for paragraph in before)
        lists = done[end[0]].bullets or said.endswith(":")
        asked = _asked(text, done[end[0]])
        aside = stems(title) - {stem for stem in stems(title) if stem in asked.casefold()}
        apart = _stands_apart(_words(text, done, end), f"{asked} {said}", aside)
        closing += not lists and apart
    for paragraph in last[len(last) - closing :]:
        for index in paragraph:
            done[index] = replace(done[index], target=None)
    return done


def _goes_on_above(units: Sequence[Unit], first: int) -> bool:
    """Tell whether an answer to no question in particular starts before its last section."""
    target = units[first].target
    return (
        target is not None
        and (target.number, target.question) == (None, None)
        and any(unit.target == target for unit in units[:first])
    )


def _says_so(text: str, units: Sequence[Unit], paragraph: Sequence[int]) -> bool:
    words = _words(text, units, paragraph)
    closes = _CLOSES.match(words) or _PARTS.search(words)
    return closes is not None and not units[paragraph[0]].bullets


def _other_matter(text: str, units: Sequence[Unit], answer: Sequence[Sequence[int]]) -> int:
    """Return how many paragraphs at the end are about a matter that is announced as another."""
    context = _asked(text, units[answer[0][0]]) if answer else ""
    for order, paragraph in enumerate(answer):
        words = _words(text, units, paragraph)
        topic = names_topic(words) if order else None
        if topic and not any(stem in context.casefold() for stem in stems(topic)):
            return len(answer) - order
        context = f"{context} {words}"
    return 0


def _introduced(text: str, units: Sequence[Unit], names: tuple[str, ...]) -> bool:
    """Tell whether official words stand before the first answer."""
    voices = Voices(names)
    for unit in units:
        if unit.target is not None:
            return False
        if unit.role is Role.BODY:
            parts = voices.split(text[unit.start : unit.end])
            if any(
                voice is Voice.OFFICIAL and end - start >= _MIN_CHARS for start, end, voice in parts
            ):
                return True
    return False


def _stands_apart(words: str, context: str, aside: set[str]) -> bool:
    """Tell whether a paragraph neither points back nor shares a word with what stands before."""
    if len(words) < _MIN_CHARS or _GOES_ON.match(words):
        return False
    return not any(stem in context.casefold() for stem in stems(words) - aside)


def _last_answer(text: str, units: Sequence[Unit]) -> list[list[int]]:
    """Return the indices of the units of the last answer, by paragraph, formalities left out."""
    index = len(units) - 1
    while index >= 0 and (
        units[index].role is Role.LEFT_OUT
        or is_formal(hyphens_joined(text[units[index].start : units[index].end]))
    ):
        index -= 1
    if index < 0 or units[index].target is None:
        return []
    target = units[index].target
    paragraphs: list[list[int]] = []
    while index >= 0 and units[index].role is Role.BODY and units[index].target == target:
        start = index
        while start > 0 and not units[start].opens and units[start - 1].role is Role.BODY:
            start -= 1
        paragraphs.insert(0, list(range(start, index + 1)))
        index = start - 1
    return paragraphs


def _words(text: str, units: Sequence[Unit], paragraph: Sequence[int]) -> str:
    return hyphens_joined(text[units[paragraph[0]].start : units[paragraph[-1]].end])


def _asked(text: str, unit: Unit) -> str:
    question = unit.target.question if unit.target else None
    return question.of(text) if question else ""

"""Which question a paragraph turns to by its topic: "När det gäller kontrollen …"."""

from __future__ import annotations

import re
from collections.abc import Mapping

__all__ = ["names_topic", "stems", "topic_of"]

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

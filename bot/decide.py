"""From what was found to what is shown: answer, related or none.

The confidence and its thresholds come from the index version; this module only applies them and
keeps the interpellant's words out of what is shown.
"""

from __future__ import annotations

from collections.abc import Iterable

from bot.model import Answer, Decision
from index.model import Hit, ResultSet
from knowledge.model import PassageKind

__all__ = ["MAX_SHOWN", "decide"]

MAX_SHOWN = 3
"""How many passages or replies a person is shown at the most."""


def decide(question: str, results: ResultSet) -> Answer:
    """Choose what a person is shown.

    Args:
        question: as put.
        results: the hits in rank order; background passages among them are never shown.
    """
    official = [hit for hit in results.hits if hit.passage.kind is not PassageKind.BACKGROUND]
    confidence = official[0].confidence if official else 0.0
    if not official or results.present < results.thresholds["related"]:
        return Answer(question, Decision.NONE, confidence, (), results)
    if confidence < results.thresholds["answer"]:
        nearest = _one_per_reply(official)[:MAX_SHOWN]
        return Answer(question, Decision.RELATED, confidence, tuple(nearest), results)
    sure = [hit for hit in official[1:] if hit.confidence >= results.thresholds["answer"]]
    shown = _adding_something([official[0], *sure], question)[:MAX_SHOWN]
    return Answer(question, Decision.ANSWER, confidence, tuple(shown), results)


def _one_per_reply(hits: Iterable[Hit]) -> list[Hit]:
    best: dict[str, Hit] = {}
    for hit in hits:
        best.setdefault(hit.reply.id, hit)
    return list(best.values())


def _adding_something(hits: list[Hit], question: str) -> list[Hit]:
    """Leave out what a shown hit already says.

    That is another part of the same answer, the same words again, and the older position on a
    matter whose newest one is shown, unless the question names its year.
    """
    kept: list[Hit] = []
    for hit in hits:
        if not any(_repeats(hit, earlier, question) for earlier in kept):
            kept.append(hit)
    return kept


def _repeats(hit: Hit, shown: Hit, question: str) -> bool:
    if hit.passage.text == shown.passage.text:
        return True
    day = hit.reply.answered_on
    if hit.reply.newer == shown.reply.id and not (day and str(day.year) in question):
        return True
    same_reply = hit.reply.id == shown.reply.id
    return (
        same_reply
        and hit.passage.number is not None
        and (hit.passage.number == shown.passage.number)
    )

"""Putting the questions of a task to the product, as `bot.service.Service` does.

Each is asked of the whole record, and, where it has an answer, again with the replies on its matter
hidden, as withdrawn ones are, and with those on its whole topic hidden.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.decide import decide
from bot.evaluation import Outcome, judge
from bot.model import Answer
from bot.service import DECIDING_HITS, OFFICIAL
from index.model import Filters, Hit, Query
from index.open_version import OpenVersion
from index.ports import Encoder
from index.search import Searcher
from scripts.measuring.tasks import Question, Task, half_name

__all__ = ["Answers", "Asked", "ask"]

WHOLE_REPLIES_HITS = 100
"""So many passages hold more than ten different replies."""

Progress = Callable[[str, int, int], None]
"""Told the name of the task, how many of its questions are asked, and how many there are."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What came of one question.

    Attributes:
        whole: asked of the whole record.
        absent: without the replies on its matter; None when it has no answer anyway.
        topic: without those on its whole topic; None where the topic is not known.
        first_among_rivals: whether its answer is best with all but its rivals hidden, or None.
    """

    question: Question
    whole: Outcome
    absent: Outcome | None = None
    topic: Outcome | None = None
    first_among_rivals: bool | None = None


@dataclass(frozen=True, slots=True)
class Answers:
    """What came of the questions of a task.

    Attributes:
        replies: how many there are in the record.
        passages: likewise.
    """

    name: str
    asked: tuple[Asked, ...]
    replies: int
    passages: int

    def of_half(self, half: str) -> Answers:
        """Return what came of the questions of one half."""
        asked = tuple(one for one in self.asked if one.question.half == half)
        return replace(self, name=half_name(self.name, half), asked=asked)


def ask(
    task: Task, version: OpenVersion, encoder: Encoder, progress: Progress | None = None
) -> Answers:
    """Ask every question of a task.

    Args:
        task: what is asked.
        version: of the task's replies.
        encoder: the version's.
        progress: told after every question.
    """
    everything = frozenset(reply.id for reply in task.replies)
    whole = Searcher(version, encoder)

    def outcome(question: Question, searcher: Searcher) -> Outcome:
        return _outcome(question, searcher, whole_replies=task.whole_replies)

    def without(question: Question, hidden: frozenset[str]) -> Outcome:
        return outcome(question, Searcher(version, encoder, hidden))

    asked: list[Asked] = []
    for question in task.questions:
        absent = without(question, question.matter) if question.matter else None
        topic = None
        if question.topic:
            known = question.topic == question.matter
            topic = absent if known else without(question, question.topic)
        first = None
        if question.rivals:
            first = without(question, everything - question.rivals).first_right
        asked.append(Asked(question, outcome(question, whole), absent, topic, first))
        if progress is not None:
            progress(task.name, len(asked), len(task.questions))
    manifest = version.manifest
    return Answers(task.name, tuple(asked), manifest.replies, manifest.passages)


def _outcome(question: Question, searcher: Searcher, *, whole_replies: bool) -> Outcome:
    text = " ".join(unicodedata.normalize("NFC", question.labelled.question).split())
    if not any(map(str.isalnum, text)):  # the service refuses it
        return Outcome(question.labelled, None, False, False, 0.0, 0.0)
    limit = WHOLE_REPLIES_HITS if whole_replies else DECIDING_HITS
    answer = decide(text, searcher.search(Query(text, limit, Filters(kinds=OFFICIAL))))
    return judge(question.labelled, _one_per_reply(answer) if whole_replies else answer)


def _one_per_reply(answer: Answer) -> Answer:
    """Keep the first passage of each reply."""
    firsts: dict[str, Hit] = {}
    for hit in answer.results.hits:
        firsts.setdefault(hit.reply.id, hit)
    return replace(answer, results=replace(answer.results, hits=tuple(firsts.values())))

"""Questions whose answer is known, on the same texts for every system; and how well it is found."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.service import MAX_QUESTION_CHARS
from knowledge.quote import quote
from scripts.benchmark.processes import ROOT
from scripts.benchmark.records import Record, made_reply, make_record
from scripts.measuring import tasks
from scripts.training.pairs import INTERPELLATIONS_FILE, VALIDATION_SESSION

__all__ = [
    "Outcome",
    "Task",
    "example_task",
    "interpellations_task",
    "judge",
    "speed_questions",
    "swefaq_task",
]

QUESTIONS = ROOT / "tests" / "data" / "questions.jsonl"


@dataclass(frozen=True, slots=True)
class Task:
    """Questions on one record.

    Attributes:
        name: for the tables.
        record: what is searched.
        questions: n of them.
        expected: for each, the names of what answers it.
        found_name: passage id -> the name under which it is expected: itself, or its document.
        depth: how many passages are fetched a question.
        rivals: for each question, the names among which its answer must be best, or None when
            that is not asked.
    """

    name: str
    record: Record
    questions: tuple[str, ...]
    expected: tuple[frozenset[str], ...]
    found_name: Callable[[str], str]
    depth: int
    rivals: tuple[frozenset[str], ...] | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one system did on one task.

    Attributes:
        ranks: for each question the place of the first right one, from 1, or None.
        best_among_rivals: for each question, whether the right one came before all its rivals;
            None when that is not asked.
    """

    ranks: tuple[int | None, ...]
    best_among_rivals: tuple[bool, ...] | None


def speed_questions() -> list[str]:
    """Return the labelled questions without those that are refused unread."""
    asked = [line["question"] for line in _labelled()]
    return [one for one in asked if any(map(str.isalnum, one)) and len(one) <= MAX_QUESTION_CHARS]


def example_task(record: Record) -> Task:
    """Return the answerable ones of the project's own questions, on the example record."""
    lines = [line for line in _labelled() if line["expected"]]
    return Task(
        name="everyday questions to the example record",
        record=record,
        questions=tuple(line["question"] for line in lines),
        expected=tuple(frozenset(line["expected"]) for line in lines),
        found_name=str,
        depth=10,
    )


def interpellations_task(corpus: Path, folder: Path) -> Task:
    """Return the validation session: an interpellation's questions ask for its body."""
    task = tasks.interpellations_task(corpus / INTERPELLATIONS_FILE, with_titles=True)
    return _whole_replies(f"Interpellations {VALIDATION_SESSION}", task, folder, depth=50)


def swefaq_task(eval_folder: Path, folder: Path) -> Task:
    """Return SweFAQ dev: every answer is a document of one passage."""
    task = tasks.swefaq_task(eval_folder / tasks.SWEFAQ_FILE)
    return _whole_replies("SweFAQ dev", task, folder, depth=100)


def _whole_replies(name: str, task: tasks.Task, folder: Path, depth: int) -> Task:
    """Make the record of a task whose right answer is a reply, whichever of its passages."""
    replies = (
        made_reply(
            reply.id,
            quote(reply.title) if reply.title else None,
            [quote(passage.span.of(reply.text)) for passage in reply.passages],
        )
        for reply in task.replies
    )
    rivals = tuple(question.rivals for question in task.questions)
    return Task(
        name=name,
        record=make_record(name, folder, replies),
        questions=tuple(quote(question.labelled.question) for question in task.questions),
        expected=tuple(frozenset(question.labelled.expected) for question in task.questions),
        found_name=lambda passage_id: passage_id.partition("#")[0],
        depth=depth,
        rivals=rivals if any(rivals) else None,
    )


def judge(task: Task, found: Sequence[Sequence[str]]) -> Outcome:
    """Compare what a system found with what was expected.

    Args:
        task: what was asked.
        found: for each question, passage ids, best first.
    """
    ranks: list[int | None] = []
    firsts: list[bool] = []
    for number, ids in enumerate(found):
        names = list(dict.fromkeys(task.found_name(one) for one in ids))
        right = task.expected[number]
        ranks.append(next((rank for rank, name in enumerate(names, 1) if name in right), None))
        if task.rivals is not None:
            best = next((name for name in names if name in task.rivals[number]), None)
            firsts.append(best in right)
    return Outcome(tuple(ranks), None if task.rivals is None else tuple(firsts))


def _labelled() -> list[dict[str, Any]]:
    lines = QUESTIONS.read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]

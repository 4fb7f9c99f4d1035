"""Sets of questions whose answers are known, each with the record that they are put to.

Every reader gives a `Task`: replies as `scripts.records.version_of` takes them, and questions that
name what answers them, so that whoever has the texts can search them.
"""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bot.evaluation import Labelled
from bot.settings import load
from bot.wiring import open_administration
from index.build import indexed_reply
from index.newest import newer_replies
from knowledge.model import PassageKind, Reply
from knowledge.store import YamlStore
from scripts.label_questions import expected_passages
from scripts.records import LABELLED, Part, reply_of
from scripts.training.pairs import VALIDATION_SESSION, split_passages

__all__ = [
    "SWEFAQ_FILE",
    "TOPIC_ABSENT",
    "Question",
    "Task",
    "documents_task",
    "half_name",
    "interpellations_task",
    "labelled_task",
    "swefaq_task",
]

TOPIC_ABSENT = frozenset({"absent", "elsewhere", "nonsense"})
"""Reasons for which a question has no answer that mean: the record treats nothing of the kind."""

QUESTIONS_FILE = "questions.jsonl"
SWEFAQ_FILE = "swefaq_dev.jsonl"
"""What SweFAQ's dev part is called where a folder is given."""


@dataclass(frozen=True, slots=True)
class Question:
    """One question.

    Attributes:
        labelled: as put, with the passages or replies that answer it.
        half: the half of the labelled questions that it belongs to, or None.
        why: why nothing answers it (tests/data/questions.md), or None.
        matter: ids of the replies without which it has no answer: those that answer it, and the
            others on the same matter.
        topic: ids of the replies on its whole topic, wider than the matter; empty if not known.
        rivals: ids of the replies among which its answer must be best; empty if not asked.
    """

    labelled: Labelled
    half: str | None = None
    why: str | None = None
    matter: frozenset[str] = frozenset()
    topic: frozenset[str] = frozenset()
    rivals: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Task:
    """A record and what is asked of it.

    Attributes:
        name: for tables and plots.
        whole_replies: whether replies are looked for, each ranked once by its first passage.
    """

    name: str
    replies: tuple[Reply, ...]
    questions: tuple[Question, ...]
    whole_replies: bool = False

    def of_half(self, half: str) -> Task:
        """Return the same with the questions of one half."""
        questions = tuple(one for one in self.questions if one.half == half)
        return replace(self, name=half_name(self.name, half), questions=questions)


def half_name(name: str, half: str) -> str:
    """Return the name of one half of a task."""
    return f"{name}, half {half}"


# -- Questions to imported documents ----------------------------------------------------------


def labelled_task(file: Path = LABELLED) -> Task:
    """Read the labelled questions to the example record."""
    with TemporaryDirectory(prefix="kommunsvar-") as home:
        open_administration(load(Path(home), None)).load_examples()
        replies, _ = YamlStore(Path(home)).load_all()
    questions = [_question(label, label["expected"], tuple(replies)) for label in _json_lines(file)]
    return Task("example record", tuple(replies), tuple(questions))


def documents_task(folder: Path) -> Task:
    """Import a folder of documents and label the questions beside them by their phrases.

    A phrase that no official passage holds is told on standard error; its question is kept as one
    that is answered, and is therefore missed: the fault is the importer's.

    Args:
        folder: `*.txt`, and `questions.jsonl` (tests/data/questions.md), without `expected`.
    """
    with TemporaryDirectory(prefix="kommunsvar-") as home:
        administration = open_administration(load(Path(home), None))
        report = administration.import_files(sorted(folder.glob("*.txt")))
        for entry in report.entries:
            if entry.reply is None:
                _tell(f"{folder.name}/{entry.file} was not imported: {entry.error}")
        replies, _ = YamlStore(Path(home)).load_all()
    questions = []
    for label in _json_lines(folder / QUESTIONS_FILE):
        expected = expected_passages(label, replies)
        if label["file"] and not expected:
            _tell(f"{folder.name}: no official passage holds {label['contains']}: missed")
            expected = [f"{_reply_of_file(label['file'], replies)}#not-found"]
        questions.append(_question(label, expected, tuple(replies)))
    return Task(folder.name.replace("_", " "), tuple(replies), tuple(questions))


def _question(
    label: Mapping[str, Any], expected: Sequence[str], replies: Sequence[Reply]
) -> Question:
    why = label.get("why")
    return Question(
        Labelled(label["question"], tuple(expected), label.get("manner"), label.get("subject")),
        half=label.get("half"),
        why=why.partition(":")[0] if why else None,
        matter=_on_the_matter({one.partition("#")[0] for one in expected}, replies),
    )


def _on_the_matter(ids: Collection[str], replies: Sequence[Reply]) -> frozenset[str]:
    """Return replies and all others on the same matters, earlier and later ones."""
    newest = newer_replies([indexed_reply(reply) for reply in replies])
    wanted = {newest.get(one, one) for one in ids}
    return frozenset(one.id for one in replies if newest.get(one.id, one.id) in wanted)


def _reply_of_file(file: str, replies: Sequence[Reply]) -> str:
    return next((one.id for one in replies if one.source and one.source.file == file), file)


# -- Questions to replies put together --------------------------------------------------------


def swefaq_task(path: Path) -> Task:
    """Read SweFAQ: every candidate answer is a statement of a reply of its own, without title.

    Args:
        path: JSON Lines with `question`, `candidate_answers`, `label`, `category_id` and `meta`.
            SweFAQ 2.0 (Berdicevskis, Språkbanken Text) is part of SuperLim 2; its own measure is
            the accuracy among the candidates of the question's category.
    """
    records = _json_lines(path)
    ids: dict[str, str] = {}
    topics: dict[int, set[str]] = {}
    for record in records:
        for answer in record["candidate_answers"]:
            id = ids.setdefault(answer, f"answer-{len(ids) + 1:04d}")
            topics.setdefault(record["category_id"], set()).add(id)
    questions = []
    for record in records:
        answers = [ids[answer] for answer in record["candidate_answers"]]
        right = answers[record["label"]]
        questions.append(
            Question(
                Labelled(record["question"], (right,), subject=record["meta"]["category"]),
                matter=frozenset({right}),
                topic=frozenset(topics[record["category_id"]]),
                rivals=frozenset(answers),
            )
        )
    replies = tuple(_statements(id, "", [answer]) for answer, id in ids.items())
    return Task(f"SweFAQ ({path.stem})", replies, tuple(questions), whole_replies=True)


def interpellations_task(
    path: Path, session: str = VALIDATION_SESSION, *, with_titles: bool
) -> Task:
    """Read one session of interpellations: the questions ask for the rest of their document.

    A document is its body without its title, in passages of about 100 words; with titles, the
    title is its title. Only documents with questions are asked for. Without a document go all of
    the same title when the matter is absent: no more is known of their topics.

    Args:
        path: gzip-compressed JSON Lines with `id`, `session`, `title`, `body` and `questions`.
        session: such as 2022/23.
        with_titles: whether the documents have their titles.

    Raises:
        ValueError: the file holds nothing of that session.
    """
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        records = [record for record in map(json.loads, lines) if record["session"] == session]
    if not records:
        raise ValueError(f"{path} holds no interpellation of the session {session}")
    ids = {record["id"]: f"document-{n:05d}" for n, record in enumerate(records, 1)}
    same_title: dict[str, set[str]] = {}
    for record in records:
        same_title.setdefault(_folded(record["title"]), set()).add(ids[record["id"]])
    replies = []
    questions = []
    for record in records:
        id, title = ids[record["id"]], record["title"]
        parts = split_passages(record["body"].replace(title, ""))
        replies.append(_statements(id, title if with_titles else "", parts))
        if record["questions"]:
            matter = frozenset(same_title[_folded(title)])
            asked = Labelled(" ".join(record["questions"]), (id,))
            questions.append(Question(asked, matter=matter, topic=matter))
    name = f"interpellations {session}, {'with' if with_titles else 'without'} titles"
    return Task(name, tuple(replies), tuple(questions), whole_replies=True)


def _statements(id: str, title: str, texts: Sequence[str]) -> Reply:
    return reply_of(id, title, [Part(PassageKind.STATEMENT, text) for text in texts])


def _folded(title: str) -> str:
    return " ".join(title.casefold().split())


def _json_lines(path: Path) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def _tell(problem: str) -> None:
    print(f"evaluate: {problem}", file=sys.stderr)

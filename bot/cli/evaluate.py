"""Measuring the quality on labelled questions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from bot.cli.batch import BadLine, QuestionLine, json_of, read_lines
from bot.cli.session import cleaned, notice, session_of
from bot.errors import QuestionError
from knowledge.errors import KommunsvarError

if TYPE_CHECKING:
    from bot.evaluation import Labelled

__all__ = ["COMMANDS", "evaluate"]


def evaluate(
    context: typer.Context,
    file: Path = typer.Argument(
        metavar="FILE",
        exists=True,
        dir_okay=False,
        help='JSON lines: {"question", "expected": [ids], "manner"?, "subject"?}.',
    ),
    as_json: bool = typer.Option(False, "--json", help="Print one JSON document."),
) -> None:
    """Measure the quality on questions whose answers are known.

    An expected id is a reply or a passage; nothing expected means that no reply answers. A
    question that cannot be asked (empty, too long) counts as one that got no answer.
    """
    from bot.evaluation import DEPTH, Outcome, judge
    from bot.evaluation import evaluate as figures
    from bot.render import evaluation as render

    session = session_of(context)
    outcomes = []
    with session.service() as service, file.open("rb") as lines:
        for line in read_lines(lines):
            if not line.text:
                continue
            labelled = _labelled(line) if isinstance(line, QuestionLine) else line
            if isinstance(labelled, BadLine):
                session.failed = True
                notice(f"kommunsvar: {file}, line {labelled.line}: {labelled.problem}")
                continue
            try:
                outcomes.append(judge(labelled, service.ask(labelled.question, limit=DEPTH)))
            except QuestionError:
                outcomes.append(
                    Outcome(
                        labelled,
                        rank=None,
                        answered=False,
                        shown_right=False,
                        confidence=0.0,
                        took_ms=0.0,
                    )
                )
    if not outcomes:
        raise KommunsvarError(f"{file} holds no labelled question")
    result = figures(outcomes)
    print(render.as_json(result) if as_json else render.as_table(result))


def _labelled(line: QuestionLine) -> Labelled | BadLine:
    from bot.evaluation import Labelled

    document = json_of(line)
    if isinstance(document, BadLine):
        return document
    problem = next(_problems(document), None)
    if problem is not None:
        return BadLine(line.line, line.text, problem)
    return Labelled(
        question=cleaned(document["question"]),
        expected=tuple(document["expected"]),
        manner=document.get("manner"),
        subject=document.get("subject"),
    )


def _problems(document: Any) -> Iterator[str]:  # noqa: ANN401 - whatever the line held
    if not isinstance(document, dict):
        yield "not a JSON object"
        return
    if not isinstance(document.get("question"), str):
        yield '"question" must be a text'
    expected = document.get("expected")
    if not isinstance(expected, list) or not all(isinstance(one, str) for one in expected):
        yield '"expected" must be a list of reply and passage ids, empty if none answers'
    for key in ("manner", "subject"):
        if not isinstance(document.get(key), str | None):
            yield f'"{key}" must be a text'


COMMANDS = (evaluate,)

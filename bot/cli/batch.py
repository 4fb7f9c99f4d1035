"""Questions from a file, one a line: plain text or JSON; a bad line never stops the rest."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

__all__ = ["BadLine", "QuestionLine", "json_of", "read_lines", "read_questions"]


@dataclass(frozen=True, slots=True)
class QuestionLine:
    """What a line holds, without white space around it, and the line's number from 1."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that holds no question, what stood there, and why."""

    line: int
    text: str
    problem: str


def read_lines(lines: Iterable[bytes]) -> Iterator[QuestionLine | BadLine]:
    """Decode every line, the empty ones too.

    Args:
        lines: UTF-8, with or without a byte order mark before the first.
    """
    for number, raw in enumerate(lines, start=1):
        encoding = "utf-8-sig" if number == 1 else "utf-8"
        try:
            yield QuestionLine(number, raw.decode(encoding).strip())
        except UnicodeDecodeError:
            yield BadLine(number, raw.decode(encoding, "replace").strip(), "not UTF-8")


def json_of(line: QuestionLine) -> Any:  # noqa: ANN401 - whatever the line holds
    """Return the JSON document on a line, or a `BadLine`."""
    try:
        return json.loads(line.text)
    except (ValueError, RecursionError) as exc:
        return BadLine(line.line, line.text, f"not JSON: {exc}")


def read_questions(lines: Iterable[bytes]) -> Iterator[QuestionLine | BadLine]:
    """Read one question a line; an empty line is an empty question.

    Args:
        lines: UTF-8, each a question in plain text or a JSON object with `question`.
    """
    for line in read_lines(lines):
        if isinstance(line, QuestionLine) and line.text.startswith("{"):
            yield _from_json(line)
        else:
            yield line


def _from_json(line: QuestionLine) -> QuestionLine | BadLine:
    document = json_of(line)
    if isinstance(document, BadLine):
        return document
    question = document.get("question")
    if not isinstance(question, str):
        return BadLine(line.line, line.text, 'no "question" with a text')
    return QuestionLine(line.line, question)

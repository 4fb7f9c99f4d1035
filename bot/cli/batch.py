"""Many questions from one file: plain lines or JSON lines, a bad one never stops the rest."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

__all__ = ["BadLine", "QuestionLine", "read_questions"]


@dataclass(frozen=True, slots=True)
class QuestionLine:
    """A question and the number of its line, from 1."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that holds no question, and why."""

    line: int
    problem: str


def read_questions(lines: Iterable[bytes]) -> Iterator[QuestionLine | BadLine]:
    """Read one question a line; empty lines are passed over.

    Args:
        lines: UTF-8, each a question in plain text or a JSON object with `question`.
    """
    for number, raw in enumerate(lines, start=1):
        try:
            text = raw.decode("utf-8-sig" if number == 1 else "utf-8").strip()
        except UnicodeDecodeError:
            yield BadLine(number, "not UTF-8")
            continue
        if text.startswith("{"):
            yield _from_json(number, text)
        elif text:
            yield QuestionLine(number, text)


def _from_json(number: int, text: str) -> QuestionLine | BadLine:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as exc:
        return BadLine(number, f"not JSON: {exc}")
    question = document.get("question") if isinstance(document, dict) else None
    if not isinstance(question, str):
        return BadLine(number, 'no "question" with a text')
    return QuestionLine(number, question)

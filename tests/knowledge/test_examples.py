"""The parser against what the writers of the example documents meant."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from knowledge.draft import Draft
from knowledge.model import Passage, PassageKind
from knowledge.parsing.furniture import without_furniture
from knowledge.parsing.parse import parse
from knowledge.readers import read

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "knowledge" / "examples"
EXPECTED: list[dict[str, Any]] = [
    json.loads(line)
    for path in sorted((ROOT / "tests" / "data").glob("examples-[ab].jsonl"))
    for line in path.read_text(encoding="utf-8").splitlines()
    if line.strip()
]

assert EXPECTED, "no expectations in tests/data"


@cache
def drafts(file: str) -> tuple[Draft, ...]:
    return parse(without_furniture(read(file, (EXAMPLES / file).read_bytes())))


def plain(text: str) -> str:
    """Return the words alone: hyphens joined, numbers of list items and marks left out."""
    text = re.sub(r"(?<=[a-zåäöé])-\n(?=[a-zåäöé])", "", text)
    text = re.sub(r"^\s*\d{1,2}[.)]\s+", "", text, flags=re.MULTILINE)
    return " ".join(re.findall(r"\w+", text.lower()))


def lowered(title: str | None) -> str:
    """Return a title whose first letter, which the document may write either way, is small."""
    return title[:1].lower() + title[1:] if title else ""


def draft_of(expected: dict[str, Any]) -> Draft:
    """Return the reply that is meant: minutes hold several, told apart by their titles."""
    found = drafts(expected["file"])
    named = [d for d in found if lowered(d.title) == lowered(expected["title"])]
    return (named or list(found))[0]


def quoted(draft: Draft, kind: PassageKind) -> list[str]:
    return [plain(p.span.of(draft.text)) for p in draft.passages if p.kind is kind]


def name(expected: dict[str, Any]) -> str:
    return f"{expected['file']}:{expected['title']}"


each = pytest.mark.parametrize("expected", EXPECTED, ids=name)


@each
def test_fields(expected: dict[str, Any]) -> None:
    draft = draft_of(expected)
    assert lowered(draft.title) == lowered(expected["title"])
    assert [(p.name, p.party) for p in draft.interpellants] == [
        (p["name"], p.get("party")) for p in expected["interpellants"]
    ]
    assert [(p.name, p.role, p.party) for p in draft.respondents] == [
        (p["name"], p.get("role"), p.get("party")) for p in expected["respondents"]
    ]
    assert (draft.answered_on and draft.answered_on.isoformat()) == expected["answered_on"]
    assert draft.dnr == expected["dnr"]


@each
def test_answers(expected: dict[str, Any]) -> None:
    draft = draft_of(expected)
    first: dict[object, Passage] = {}
    for passage in draft.passages:
        if passage.kind is PassageKind.ANSWER:
            first.setdefault((passage.number, passage.question), passage)
    found = [
        (p.number, plain(p.question.of(draft.text)) if p.question else None) for p in first.values()
    ]
    assert found == [(q["number"], plain(q["text"])) for q in expected["questions"]]
    for passage, start in zip(first.values(), expected["answers_start"], strict=True):
        assert plain(passage.span.of(draft.text)).startswith(plain(start))


@each
def test_background(expected: dict[str, Any]) -> None:
    draft = draft_of(expected)
    background = quoted(draft, PassageKind.BACKGROUND)
    official = quoted(draft, PassageKind.ANSWER) + quoted(draft, PassageKind.STATEMENT)
    for start in map(plain, expected["background"]):
        # An expectation of some words may run on into the paragraph after a short retelling.
        assert any(text.startswith(start) or start.startswith(text) for text in background)
        assert not any(start in text for text in official)


@each
def test_statements(expected: dict[str, Any]) -> None:
    draft = draft_of(expected)
    found = quoted(draft, PassageKind.STATEMENT)
    least = expected.get("statement_count_min", 0)
    if len(found) < least and "interpellationen besvarad" in draft.text:
        least -= 1  # the closing formality counts as a statement there; here it is left out
    assert len(found) >= least

"""A guard against a fall: the labelled questions over the example record.

The floors stand a little below what docs/results/quality.md reports, so that only a real loss of
quality fails.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.errors import QuestionError
from bot.evaluation import Labelled, Outcome, evaluate, judge
from bot.model import Decision
from bot.service import Service
from bot.wiring import open_service
from knowledge.store import YamlStore
from tests.conftest import settings_of

QUESTIONS = Path(__file__).parent.parent / "data" / "questions.jsonl"


@pytest.fixture(scope="module")
def service(example_home: Path) -> Service:
    return open_service(settings_of(example_home))


def test_the_labels_point_at_passages_that_hold_their_phrase(example_home: Path) -> None:
    replies, _ = YamlStore(example_home).load_all()
    known = {f"{reply.id}#{passage.id}" for reply in replies for passage in reply.passages}
    labels = [json.loads(line) for line in QUESTIONS.read_text("utf-8").splitlines()]
    assert len(labels) == 300
    assert {one for label in labels for one in label["expected"]} <= known
    assert all(bool(label["expected"]) == bool(label["file"]) for label in labels)


def test_the_quality_holds_on_the_half_that_the_confidence_was_not_fitted_on(
    service: Service,
) -> None:
    outcomes: list[Outcome] = []
    for line in QUESTIONS.read_text("utf-8").splitlines():
        label = json.loads(line)
        if label["half"] != "test":
            continue
        labelled = Labelled(label["question"], tuple(label["expected"]))
        try:
            outcomes.append(judge(labelled, service.ask(labelled.question, limit=10)))
        except QuestionError:
            assert not labelled.expected
    metrics = evaluate(outcomes).metrics
    assert metrics["hit_at_1"].value >= 0.64
    assert metrics["hit_at_3"].value >= 0.84
    assert metrics["wrong_answers"].value <= 0.03


def test_the_question_of_the_readme_is_answered(service: Service) -> None:
    answer = service.ask("Vem ska skotta gångbanan utanför mitt hus?")
    assert answer.decision is Decision.ANSWER
    assert answer.shown[0].passage.id == (
        "2024-01-29-fastighetsagares-ansvar-for-trottoarer-och-halkbekampning#q1"
    )


def test_the_right_passage_comes_first_where_the_answer_is_not_sure(service: Service) -> None:
    answer = service.ask("Hur långt får det vara till skolbussens hållplats?")
    assert answer.decision is not Decision.NONE
    assert answer.results.hits[0].passage.id == "2025-03-17-skolskjutsen-pa-landsbygden#q1"


@pytest.mark.parametrize("question", ["hej", "vem vann melodifestivalen", "asdf qwer"])
def test_what_has_nothing_to_do_with_the_record_gets_an_honest_no(
    service: Service, question: str
) -> None:
    assert service.ask(question).decision is Decision.NONE

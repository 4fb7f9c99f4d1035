"""The main job on a real reply: alone in the record, and among the examples."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.model import Decision
from bot.service import Service
from bot.wiring import open_administration, open_service
from tests.conftest import settings_of

# What is asked, and the passages that answer it, best first.
ANSWERED = {
    "Vem sa nej till inbjudan?": {"q1", "s3"},
    "Vem beslutade att tacka nej till inbjudan?": {"q1", "s3"},
    "Varför tackade kommunen nej till inbjudan?": {"s3", "q2"},
    "Varför sa ni nej till informationen?": {"q2", "s3"},
    "Hur ska segregation och bidragsberoende minskas?": {"q4"},
    "vad gör kommunen för att minska segregationen": {"q4"},
    "Vad säger kommunen till den som vill återvända?": {"q3"},
    "vad gäller för en person som själv vill återvända": {"q3"},
    "Är återvandringsbidraget något nytt?": {"s1"},
    "Har det funnits bidrag till återvandring tidigare?": {"s1"},
    "Är arbetslösheten hög i kommunen?": {"s2"},
    "är det hög arbetslöshet i Vaggeryd": {"s2"},
}


@pytest.fixture(scope="module", params=["alone", "among the examples"])
def service(
    request: pytest.FixtureRequest,
    seed_file: Path,
    example_home: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Service:
    home = tmp_path_factory.mktemp("seed") / "home"
    if request.param != "alone":
        shutil.copytree(example_home, home)
    report = open_administration(settings_of(home)).import_files([seed_file])
    assert [entry.status for entry in report.entries] == ["imported"]
    assert open_administration(settings_of(home)).verify().errors == ()
    return open_service(settings_of(home))


@pytest.mark.parametrize("question", ANSWERED)
def test_the_right_passage_comes_first(service: Service, question: str) -> None:
    hits = service.ask(question).results.hits
    reply_id, _, passage_id = hits[0].passage.id.partition("#")
    assert reply_id.startswith("odaterat-genomfor")
    assert passage_id in ANSWERED[question]


@pytest.mark.parametrize(
    "question",
    ["Vill kommunen att fler ska återvända?", "Ska fler återvända till sina hemländer?"],
)
def test_the_interpellants_wish_is_never_the_answer(service: Service, question: str) -> None:
    answer = service.ask(question, limit=10)
    shown = {hit.passage.kind for hit in answer.shown}
    assert "background" not in shown
    assert answer.results.hits[0].passage.kind != "background"


def test_what_no_reply_answers_gets_no_answer_but_what_was_searched(service: Service) -> None:
    answer = service.ask("När töms soptunnorna på Storgatan?")
    assert answer.decision in {Decision.NONE, Decision.RELATED}
    assert answer.results.searched.replies >= 1
    assert answer.results.searched.passages >= 12

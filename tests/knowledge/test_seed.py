"""The real reply that the project started from; its text stays outside the repository."""

from __future__ import annotations

import os
import re
import time
from pathlib import Path

import pytest

from knowledge.draft import Draft
from knowledge.model import PassageKind
from knowledge.parsing.furniture import without_furniture
from knowledge.parsing.parse import parse
from knowledge.readers import read
from tests.knowledge.layouts import document, plain

NAME = "svar-pa-interpellation-atervandring.txt"
FOLDER = Path(
    os.environ.get("KOMMUNSVAR_SEED", Path(__file__).resolve().parents[3] / "shared" / "seed")
)

pytestmark = pytest.mark.skipif(
    not (FOLDER / NAME).exists(), reason=f"{NAME} is not there; set KOMMUNSVAR_SEED to its folder"
)


def only(text: bytes) -> Draft:
    (draft,) = parse(without_furniture(read(NAME, text)))
    return draft


@pytest.fixture(scope="module")
def draft() -> Draft:
    return only((FOLDER / NAME).read_bytes())


def quotes(draft: Draft, kind: PassageKind) -> list[str]:
    return [plain(p.span.of(draft.text)) for p in draft.passages if p.kind is kind]


def test_fields(draft: Draft) -> None:
    assert draft.title == "Genomför det statliga stödet för återvandring"
    assert [(p.name, p.party) for p in draft.interpellants] == [("Jan-Erik Aronsson", None)]
    assert draft.municipality == "Vaggeryds kommun"


def test_nothing_is_invented(draft: Draft) -> None:
    assert (draft.answered_on, draft.dnr, draft.respondents) == (None, None, ())
    assert {warning.split(":")[0] for warning in draft.warnings} == {
        "interpellants[0].party",
        "respondents",
        "answered_on",
        "dnr",
    }


def test_four_answers_each_with_its_question(draft: Draft) -> None:
    answers = [p for p in draft.passages if p.kind is PassageKind.ANSWER]
    assert [p.id for p in answers] == ["q1", "q2", "q3", "q4"]
    assert [p.number for p in answers] == [1, 2, 3, 4]
    asked = [plain(p.question.of(draft.text)) for p in answers if p.question]
    assert [(q.split()[0], q.split()[-1]) for q in asked] == [
        ("Vad", "regering."),
        ("Vilka", "stödet?"),
        ("Hur", "tillvaro?"),
        ("På", "Sverige?"),
    ]
    starts = [answer.split()[:2] for answer in quotes(draft, PassageKind.ANSWER)]
    assert starts[:2] == [["Inbjudan", "gick"], ["Vaggeryds", "kommun"]]


def test_bullets_stay_in_the_answer_over_the_page_border(draft: Draft) -> None:
    first, second, third, fourth = (
        p.span.of(draft.text) for p in draft.passages if p.kind is PassageKind.ANSWER
    )
    assert [text.count("•") for text in (first, second, third, fourth)] == [0, 3, 3, 4]
    assert second.endswith("frivillig återvandring.")


def test_retellings_are_background_and_the_rest_is_official(draft: Draft) -> None:
    retold = quotes(draft, PassageKind.BACKGROUND)
    assert [text.split()[0] for text in retold] == ["Interpellanten", "Han"]
    official = quotes(draft, PassageKind.STATEMENT)
    assert len(official) >= 5
    assert not any("Interpellanten" in text for text in official)


@pytest.mark.parametrize("page_lines", [20, 33, 46])
def test_page_borders_change_nothing(draft: Draft, page_lines: int) -> None:
    text = (FOLDER / NAME).read_text(encoding="utf-8")
    (paged,) = parse(document(text, page_lines=page_lines))
    for kind in (PassageKind.ANSWER, PassageKind.BACKGROUND):
        assert "".join(quotes(paged, kind)).split() == "".join(quotes(draft, kind)).split()


def test_lines_that_flow_change_nothing(draft: Draft) -> None:
    text = (FOLDER / NAME).read_text(encoding="utf-8")
    blocks = [" ".join(b.split()) if "•" not in b else b for b in re.split(r"\n\s*\n", text)]
    (flowing,) = parse(document("\n\n".join(blocks)))
    assert [p.id for p in flowing.passages] == [p.id for p in draft.passages]


def test_fast(draft: Draft) -> None:
    source = without_furniture(read(NAME, (FOLDER / NAME).read_bytes()))
    times = []
    for _ in range(5):
        start = time.perf_counter()
        parse(source)
        times.append(time.perf_counter() - start)
    assert min(times) < 0.1

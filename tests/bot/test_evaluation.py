"""Figures of an evaluation, and how they are shown."""

from __future__ import annotations

import json

import pytest

from bot.evaluation import CURVE_STEPS, Evaluation, Labelled, Outcome, evaluate, judge
from bot.model import Answer, Decision
from bot.render import evaluation as render
from tests.builders import hit, results

ASKED = Labelled("Hur långt?", ("r1#q1",), manner="plain", subject="skola")
UNANSWERABLE = Labelled("Vem vann?", ())


def judged(labelled: Labelled, *passage_ids: str) -> Outcome:
    found = results(*map(hit, passage_ids))
    return judge(labelled, Answer(labelled.question, Decision.NONE, 0.5, (), found))


def outcome(rank: int | None, confidence: float, labelled: Labelled = ASKED) -> Outcome:
    return Outcome(labelled, rank, False, False, confidence, 1.0)


@pytest.fixture
def four() -> Evaluation:
    """Two right first hits, one second, one question without an answer; the surest is right."""
    return evaluate(
        [outcome(1, 0.9), outcome(2, 0.7), outcome(1, 0.6), outcome(None, 0.1, UNANSWERABLE)]
    )


def test_ndcg_falls_with_the_rank() -> None:
    assert judged(ASKED, "r1#q1", "r2#q1").ndcg == 1
    assert judged(ASKED, "r2#q1", "r1#q1").ndcg == pytest.approx(0.6309, abs=1e-4)
    assert judged(ASKED, "r2#q1").ndcg == 0
    assert judged(UNANSWERABLE, "r2#q1").ndcg == 0


def test_ndcg_is_whole_only_when_all_that_is_expected_comes_first() -> None:
    two = Labelled("Hur?", ("r1#q1", "r2#q1"))
    assert judged(two, "r2#q1", "r1#q1").ndcg == 1
    assert 0.5 < judged(two, "r2#q1", "r3#q1").ndcg < 1


def test_an_expected_reply_counts_once_however_many_passages_are_found() -> None:
    assert judged(Labelled("Hur?", ("r1",)), "r1#q2", "r1#q1").ndcg == 1


def test_ndcg_is_measured_on_the_answerable_questions() -> None:
    outcomes = [judged(ASKED, "r1#q1"), judged(ASKED, "r2#q1"), judged(UNANSWERABLE, "r1#q1")]
    assert evaluate(outcomes).metrics["ndcg_at_10"].value == 0.5
    assert "ndcg_at_10" not in evaluate(outcomes[2:]).metrics


def test_the_curve_tells_the_risk_of_answering_the_surest(four: Evaluation) -> None:
    points = [(one.threshold, one.coverage, one.risk) for one in four.curve]
    assert points == [
        (0.9, 0.25, 0),
        (0.7, 0.5, 0.5),
        (0.6, 0.75, pytest.approx(1 / 3)),
        (0.1, 1, 0.5),
    ]


def test_the_curve_of_many_questions_has_equal_steps() -> None:
    curve = evaluate([outcome(1, n / 1000) for n in range(1000)]).curve
    assert [one.coverage for one in curve] == pytest.approx(
        [n / CURVE_STEPS for n in range(1, CURVE_STEPS + 1)]
    )


def test_questions_of_equal_confidence_are_one_point() -> None:
    (point,) = evaluate([outcome(1, 0.5), outcome(None, 0.5)]).curve
    assert (point.threshold, point.coverage, point.risk) == (0.5, 1, 0.5)


def test_every_question_is_in_one_bin(four: Evaluation) -> None:
    filled = {round(one.low, 1): (one.count, one.accuracy) for one in four.bins if one.count}
    assert filled == {0.1: (1, 0), 0.6: (1, 1), 0.7: (1, 0), 0.9: (1, 1)}


def test_the_json_has_curve_and_bins_once(four: Evaluation) -> None:
    document = json.loads(render.as_json(four))
    assert document["risk_coverage"][0] == {"threshold": 0.9, "coverage": 0.25, "risk": 0}
    assert document["reliability"][9] == {
        "low": 0.9,
        "high": 1,
        "count": 1,
        "confidence": 0.9,
        "accuracy": 1,
    }
    assert document["ndcg_at_10"] == 0
    assert "ndcg_at_10" in document["intervals"]
    group = document["by_manner"]["plain"]
    assert group["questions"] == 3
    assert not {"risk_coverage", "reliability"} & set(group)


def test_the_table_tells_ndcg_and_the_risk_of_the_surest(four: Evaluation) -> None:
    lines = render.as_table(four).splitlines()
    assert any(line.startswith("nDCG@10 ") for line in lines)
    (curve,) = (line for line in lines if line.startswith("wrong first hits"))
    assert "0.000 of the surest 25 %, 0.500 of the surest 50 %" in curve
    assert curve.endswith("0.500 of the surest 100 %")
    assert curve.count("surest 25 %") == 1

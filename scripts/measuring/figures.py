"""From what came of the questions to figures; pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.evaluation import Evaluation, Outcome, evaluate
from index.metrics import Interval, auroc, bootstrap, wilson
from scripts.measuring.asking import Answers, Asked
from scripts.measuring.tasks import TOPIC_ABSENT

__all__ = ["Figures", "figures", "pooled"]


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured on one set of questions.

    Attributes:
        replies: in the record; of several records, the sum.
        passages: likewise.
        outcomes: of the questions asked of the whole record.
        evaluation: what `kommunsvar evaluate` tells of them.
        extra: more shares and AUROCs, each with its interval; left out where it cannot be had:

            - `right_answers`: of the answerable questions, those shown a right passage;
            - `auroc_absent`: probability that an answerable question has a higher confidence with
              the replies on its matter than one without;
            - `auroc_topic_absent`: likewise, without anything on its topic;
            - `answers_when_absent`, `answers_when_topic_absent`: of the questions asked so, those
              shown a passage as the answer, which then is always wrong;
            - `first_in_category`: of the questions with rivals, those whose answer is best among
              them.
    """

    name: str
    replies: int
    passages: int
    outcomes: tuple[Outcome, ...]
    evaluation: Evaluation
    extra: Mapping[str, Interval]


def pooled(name: str, parts: Sequence[Answers]) -> Answers:
    """Put what came of several tasks together."""
    return Answers(
        name,
        tuple(one for part in parts for one in part.asked),
        sum(part.replies for part in parts),
        sum(part.passages for part in parts),
    )


def figures(answers: Answers) -> Figures:
    """Measure what came of some questions.

    Raises:
        ValueError: no questions.
    """
    asked = answers.asked
    outcomes = tuple(one.whole for one in asked)
    extra: dict[str, Interval] = {}

    def share(metric: str, values: Iterable[bool]) -> None:
        found = list(values)
        if found:
            extra[metric] = wilson(sum(found), len(found))

    share("right_answers", (one.shown_right for one in outcomes if one.labelled.expected))
    absent = [one.absent for one in asked if one.absent is not None]
    topic = [one for one in map(_without_topic, asked) if one is not None]
    share("answers_when_absent", (one.answered for one in absent))
    share("answers_when_topic_absent", (one.answered for one in topic))
    share(
        "first_in_category",
        (one.first_among_rivals for one in asked if one.first_among_rivals is not None),
    )
    for metric, rows in (
        ("auroc_absent", [_presence(one, one.absent) for one in asked]),
        ("auroc_topic_absent", [_presence(one, _without_topic(one)) for one in asked]),
    ):
        pairs = np.array(rows)
        if not np.isnan(pairs).all(axis=0).any():
            extra[metric] = bootstrap(pairs, _auroc)
    return Figures(
        answers.name, answers.replies, answers.passages, outcomes, evaluate(outcomes), extra
    )


def _without_topic(asked: Asked) -> Outcome | None:
    """Return what came of a question on whose topic there was nothing, hidden or not."""
    return asked.whole if asked.question.why in TOPIC_ABSENT else asked.topic


def _presence(asked: Asked, without: Outcome | None) -> tuple[float, float]:
    """Return how surely an answer was there, with it and without it; NaN where not asked so."""
    present = asked.whole.present if asked.question.labelled.expected else math.nan
    return present, math.nan if without is None else without.present


def _auroc(rows: NDArray[np.float64]) -> float:
    """Return the AUROC of (presence with, presence without) rows, a question a row.

    A resample of one side only knows nothing.
    """
    present, absent = (column[~np.isnan(column)] for column in rows.T)
    return auroc(present, absent) if present.size and absent.size else 0.5

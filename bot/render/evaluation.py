"""An evaluation as a table for people and as JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from bot.evaluation import CurvePoint, Evaluation

__all__ = ["as_json", "as_table"]

_NAMES = {
    "hit_at_1": "hit@1",
    "hit_at_3": "hit@3",
    "hit_at_5": "hit@5",
    "mrr_at_10": "MRR@10",
    "ndcg_at_10": "nDCG@10",
    "decision_accuracy": "right decision",
    "wrong_answers": "wrong answer shown",
    "needless_refusals": "needless refusal",
    "auroc": "AUROC of confidence",
}
_SURE_SHARES = (0.1, 0.25, 0.5, 0.75, 1.0)
"""Coverages, as shares of the questions, whose risk the table tells."""
_GROUP_COLUMNS = ("hit_at_1", "hit_at_5", "mrr_at_10", "decision_accuracy", "wrong_answers")


def as_json(evaluation: Evaluation) -> str:
    """Return the figures on one line, each metric a number, its interval beside it."""
    return json.dumps(_document(evaluation, groups=True), ensure_ascii=False, allow_nan=False)


def _document(evaluation: Evaluation, *, groups: bool) -> dict[str, Any]:
    metrics = evaluation.metrics
    document: dict[str, Any] = {
        "questions": evaluation.questions,
        "answerable": evaluation.answerable,
        "unanswerable": evaluation.questions - evaluation.answerable,
    }
    for name in _NAMES:
        document[name] = round(metrics[name].value, 4) if name in metrics else None
    document["calibration_error"] = round(evaluation.calibration_error, 4)
    document["took_ms"] = {
        "p50": round(evaluation.took_ms_p50, 2),
        "p95": round(evaluation.took_ms_p95, 2),
    }
    document["intervals"] = {
        name: [round(one.low, 4), round(one.high, 4)] for name, one in metrics.items()
    }
    if groups:
        document["risk_coverage"] = [
            {
                "threshold": round(one.threshold, 4),
                "coverage": round(one.coverage, 4),
                "risk": round(one.risk, 4),
            }
            for one in evaluation.curve
        ]
        document["reliability"] = [
            {
                "low": one.low,
                "high": one.high,
                "count": one.count,
                "confidence": round(one.confidence, 4),
                "accuracy": round(one.accuracy, 4),
            }
            for one in evaluation.bins
        ]
        for name, members in (
            ("by_manner", evaluation.by_manner),
            ("by_subject", evaluation.by_subject),
        ):
            document[name] = {key: _document(one, groups=False) for key, one in members.items()}
    return document


def as_table(evaluation: Evaluation) -> str:
    """Return the figures with their 95 % intervals, then a line for each manner and subject."""
    unanswerable = evaluation.questions - evaluation.answerable
    lines = [
        f"{evaluation.questions} questions: {evaluation.answerable} that a reply answers,"
        f" {unanswerable} that none does",
        "",
    ]
    for name, label in _NAMES.items():
        one = evaluation.metrics.get(name)
        if one is not None:
            lines.append(f"{label:<21}{one.value:7.3f}   95 %: {one.low:.3f} to {one.high:.3f}")
    lines.append(f"{'calibration error':<21}{evaluation.calibration_error:7.3f}")
    if evaluation.curve:
        lines.append(f"{'wrong first hits':<21}  {_curve_line(evaluation.curve)}")
    times = f"p50 {evaluation.took_ms_p50:.1f} ms, p95 {evaluation.took_ms_p95:.1f} ms"
    lines.append(f"{'time a search':<21}  {times}")
    for heading, members in (
        ("manner", evaluation.by_manner),
        ("subject", evaluation.by_subject),
    ):
        if members:
            lines += ["", *_group_lines(heading, members)]
    return "\n".join(lines)


def _curve_line(curve: Sequence[CurvePoint]) -> str:
    """Tell how many of the surest first hits are wrong, the nearest coverage for each share."""
    points = []
    for share in _SURE_SHARES:
        point = min(curve, key=lambda one: abs(one.coverage - share))
        points.append(f"{point.risk:.3f} of the surest {round(100 * point.coverage)} %")
    return ", ".join(dict.fromkeys(points))


def _group_lines(heading: str, members: Mapping[str, Evaluation]) -> list[str]:
    wide = max(len(heading), *map(len, members)) + 2
    columns = [_NAMES[name] for name in _GROUP_COLUMNS]
    lines = [f"{heading:<{wide}}{'n':>5}" + "".join(f"{one:>20}" for one in columns)]
    for name, one in members.items():
        figures = [one.metrics.get(column) for column in _GROUP_COLUMNS]
        cells = "".join(f"{'–' if one is None else f'{one.value:.3f}':>20}" for one in figures)
        lines.append(f"{name:<{wide}}{one.questions:>5}{cells}")
    return lines

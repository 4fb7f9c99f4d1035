"""What was measured, as Markdown tables and as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from typing import Any

import numpy as np

from bot.evaluation import DEPTH, Evaluation
from bot.render import evaluation as render
from index.confidence import Calibration
from index.manifest import SCHEMA
from index.metrics import Interval, bootstrap, mrr
from index.ports import Encoder
from scripts.benchmark.report import About, about
from scripts.measuring.figures import Figures

__all__ = ["Configuration", "Report", "as_json", "as_markdown", "configuration"]

_LIBRARIES = ("faiss-cpu", "numpy", "PyStemmer", "tantivy", "tokenizers")

_RANKING = {
    "hit_at_1": "hit@1",
    "hit_at_3": "hit@3",
    "hit_at_5": "hit@5",
    "mrr_at_10": "MRR@10",
    "ndcg_at_10": "nDCG@10",
}
_CONFIDENCE = {
    "auroc": "AUROC: right first hit or wrong",
    "auroc_absent": "AUROC: answer absent",
    "auroc_topic_absent": "AUROC: topic absent",
}
_DECISIONS = {
    "right_answers": "right answer shown, of the answerable",
    "wrong_answers": "wrong answer shown, of all",
    "answers_when_absent": "shown when absent",
    "answers_when_topic_absent": "shown when the topic is absent",
    "decision_accuracy": "right decision",
}
_COVERAGES = (0.1, 0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True, slots=True)
class Configuration:
    """What was measured, and where."""

    about: About
    encoder: str
    encoder_digest: str
    dim: int
    calibration: Calibration
    schema: int = SCHEMA


@dataclass(frozen=True, slots=True)
class Report:
    """All figures of one run.

    Attributes:
        unseen: sets of the project's own on which nothing was tuned.
        pooled: all of them as one.
        both_halves: the labelled questions that were tuned on, together with those that were not.
        others: sets that were made by others.
        ablation: figures with one piece off, by its name, the whole search first; empty if not
            asked for. Each has the pooled figures first, then those of each unseen set.
    """

    configuration: Configuration
    unseen: tuple[Figures, ...]
    pooled: Figures
    both_halves: Figures
    others: tuple[Figures, ...] = ()
    ablation: Mapping[str, tuple[Figures, ...]] = field(default_factory=dict)

    @property
    def sets(self) -> tuple[Figures, ...]:
        """All sets in the order of the tables."""
        return (*self.unseen, self.pooled, self.both_halves, *self.others)


def configuration(encoder: Encoder, calibration: Calibration, load_before: float) -> Configuration:
    """Return the circumstances of what was measured until now.

    Args:
        encoder: the one in use.
        calibration: the one in use.
        load_before: the load average when the measuring began.
    """
    versions = {name: f"{name} {version(name)}" for name in _LIBRARIES}
    circumstances = about(1, load_before, versions)
    return Configuration(circumstances, encoder.name, encoder.digest, encoder.dim, calibration)


# -- JSON --------------------------------------------------------------------------------------


def as_json(report: Report) -> str:
    """Return everything but the single outcomes."""
    used = report.configuration
    document = {
        "about": asdict(used.about),
        "encoder": {"name": used.encoder, "digest": used.encoder_digest, "dim": used.dim},
        "schema": used.schema,
        "calibration": used.calibration.to_fields(),
        "sets": {one.name: _document(one) for one in report.sets},
        "ablation": {
            name: {one.name: _headline(one) for one in sets}
            for name, sets in report.ablation.items()
        },
    }
    return json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def _document(one: Figures) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(render.as_json(one.evaluation))
    document |= {"replies": one.replies, "passages": one.passages}
    for name, interval in one.extra.items():
        document[name] = round(interval.value, 4)
        document["intervals"][name] = [round(interval.low, 4), round(interval.high, 4)]
    return document


def _headline(one: Figures) -> dict[str, Any]:
    """Return the figures without curves and groups."""
    details = {"by_manner", "by_subject", "risk_coverage", "reliability"}
    return {name: value for name, value in _document(one).items() if name not in details}


# -- Markdown ----------------------------------------------------------------------------------


def as_markdown(report: Report) -> str:
    """Return the configuration and all tables; in brackets the 95 % intervals."""
    sets = report.sets
    blocks = [
        _circumstances(report.configuration),
        f"*{report.pooled.name}*: {'; '.join(one.name for one in report.unseen)}.",
        "### Finding",
        _ranking_table(sets),
        "### Knowing when not to answer",
        _confidence_table(sets),
        "### Deciding",
        _decision_table(sets),
        "### Risk by coverage",
        "Share of wrong first hits among the surest so many questions.",
        _curve_table(sets),
    ]
    for heading, attribute in (("manner", "by_manner"), ("subject", "by_subject")):
        for one in sets:
            groups: Mapping[str, Evaluation] = getattr(one.evaluation, attribute)
            if groups:
                blocks += [f"### By {heading}: {one.name}", _group_table(heading, groups)]
    if report.ablation:
        blocks += [
            "### One piece off at a time",
            "Nothing is fitted anew; *less* is MRR@10 lost, question by question.",
            _ablation_table(report.ablation),
        ]
    return "\n\n".join(blocks)


def _circumstances(used: Configuration) -> str:
    told, calibration = used.about, used.calibration
    fitted = "none, so that nothing is called certain"
    if calibration.fitted:
        fitted = (
            f"fitted on {calibration.fitted_on}; an answer from {calibration.answer:.3f},"
            f" related from {calibration.related:.3f}"
        )
    return (
        f"`{told.command}`, {told.date}, commit {told.commit}"
        f"{' (with changed files)' if told.commit.endswith('+') else ''}; {told.system},"
        f" {told.processors} processors, load {told.load_before} before, {told.load_after}"
        f" after.\n\nEncoder {used.encoder} {used.encoder_digest[:8]}, {used.dim} dimensions,"
        f" schema {used.schema}. Calibration: {fitted}. {', '.join(told.versions.values())}."
    )


def _ranking_table(sets: Sequence[Figures]) -> str:
    category = any("first_in_category" in one.extra for one in sets)
    heads = ["", "replies", "passages", "answerable", *_RANKING.values()]
    rows = []
    for one in sets:
        found = one.evaluation
        row = [one.name, f"{one.replies:,}", f"{one.passages:,}", f"{found.answerable:,}"]
        row += [_cell(found.metrics.get(metric)) for metric in _RANKING]
        rows.append(row + [_cell(one.extra.get("first_in_category"))] * category)
    return _table(heads + ["accuracy in the category"] * category, rows)


def _confidence_table(sets: Sequence[Figures]) -> str:
    rows = [
        [
            one.name,
            f"{one.evaluation.questions:,}",
            *(_cell(_metric(one, metric)) for metric in _CONFIDENCE),
            f"{one.evaluation.calibration_error:.3f}",
        ]
        for one in sets
    ]
    return _table(["", "questions", *_CONFIDENCE.values(), "calibration error"], rows)


def _decision_table(sets: Sequence[Figures]) -> str:
    rows = [
        [
            one.name,
            *(_cell(_metric(one, metric)) for metric in _DECISIONS),
            f"{one.evaluation.took_ms_p50:.1f} / {one.evaluation.took_ms_p95:.1f}",
        ]
        for one in sets
    ]
    return _table(["", *_DECISIONS.values(), "ms a search, p50 / p95"], rows)


def _curve_table(sets: Sequence[Figures]) -> str:
    rows = []
    for one in sets:
        # The first point that reaches a coverage; equal confidences are answered together.
        points = [
            next(p for p in one.evaluation.curve if p.coverage >= share - 1e-9)
            for share in _COVERAGES
        ]
        rows.append([one.name, *(f"{point.risk:.3f}" for point in points)])
    return _table(["", *(f"{share:.0%}" for share in _COVERAGES)], rows)


def _group_table(heading: str, groups: Mapping[str, Evaluation]) -> str:
    rows = [
        [name, str(one.answerable), *(_cell(one.metrics.get(metric)) for metric in _RANKING)]
        for name, one in groups.items()
        if one.answerable
    ]
    return _table([heading, "answerable", *_RANKING.values()], rows)


def _ablation_table(ablation: Mapping[str, Sequence[Figures]]) -> str:
    whole = next(iter(ablation.values()))
    pooled, *single = whole
    heads = [f"off ({pooled.evaluation.answerable} answerable)", *_RANKING.values(), "less"]
    heads += [*_CONFIDENCE.values(), "calibration error"]
    heads += [f"MRR@10, {one.name}" for one in single]
    rows = []
    for name, (all_, *each) in ablation.items():
        row = [name, *(_plain(_metric(all_, metric)) for metric in _RANKING)]
        row.append("–" if all_ is pooled else _signed(_lost(pooled, all_)))
        row += [_plain(_metric(all_, metric)) for metric in _CONFIDENCE]
        row.append(f"{all_.evaluation.calibration_error:.3f}")
        rows.append(row + [_plain(_metric(one, "mrr_at_10")) for one in each])
    return _table(heads, rows)


def _lost(whole: Figures, without: Figures) -> Interval:
    """Return the MRR@10 that is lost, by the same questions, with its 95 % interval."""
    first, second = (
        np.array([mrr([o.rank], DEPTH) for o in one.outcomes if o.labelled.expected])
        for one in (whole, without)
    )
    return bootstrap(first - second)


def _metric(one: Figures, name: str) -> Interval | None:
    return one.evaluation.metrics.get(name) or one.extra.get(name)


def _cell(one: Interval | None) -> str:
    return "–" if one is None else f"{one.value:.3f} ({one.low:.2f}–{one.high:.2f})"


def _plain(one: Interval | None) -> str:
    return "–" if one is None else f"{one.value:.3f}"


def _signed(one: Interval) -> str:
    value, low, high = (round(x, 3) + 0.0 for x in (one.value, one.low, one.high))  # no -0.000
    return f"{value:+.3f} ({low:+.3f} to {high:+.3f})"


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(heads)} |", f"|---|{'---:|' * (len(heads) - 1)}"]
    lines += [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join(lines)

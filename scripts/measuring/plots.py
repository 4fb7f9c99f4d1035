"""Plots of what was measured, as PNG files; needs matplotlib, which the dev extra brings.

What the diagrams of confidence show, and their sources, is told in `index.metrics`.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import cycle
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from index.metrics import Interval, risk_coverage, wilson
from scripts.measuring.figures import Figures

__all__ = ["draw_manners", "draw_reliability", "draw_risk_coverage"]

_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#404040")
"""Told apart also by those who see few colours (Okabe & Ito, "Color universal design", 2008)."""

_FEWEST = 5
"""A risk among fewer answers than that is not drawn: it is chance."""

_QUARTERS = (0, 0.25, 0.5, 0.75, 1)
_DPI = 130
_GREY = "#808080"


def draw_risk_coverage(sets: Sequence[Figures], answer: float, path: Path) -> None:
    """Draw the share of wrong answers by the share of questions answered, a line a set.

    Args:
        sets: at least one.
        answer: the confidence from which an answer is shown; the point where it lies is marked.
        path: the PNG file to write.
    """
    figure = Figure(figsize=(8.5, 6.3), layout="constrained")
    panel = figure.subplots()
    marked = False
    for one, colour in zip(sets, cycle(_COLOURS), strict=False):
        thresholds, coverage, risk = risk_coverage(
            [outcome.confidence for outcome in one.outcomes],
            [outcome.first_right for outcome in one.outcomes],
        )
        count = len(one.outcomes)
        drawn = np.round(coverage * count) >= min(_FEWEST, count)
        panel.plot(
            coverage[drawn],
            risk[drawn],
            color=colour,
            linewidth=1.8,
            drawstyle="steps-post",
            label=f"{one.name} (n = {count})",
        )
        shown = int((thresholds >= answer).sum())
        if shown and drawn[shown - 1]:
            panel.plot(
                coverage[shown - 1],
                risk[shown - 1],
                marker="o",
                markersize=9,
                color=colour,
                markeredgecolor="white",
                linestyle="none",
                zorder=5,
            )
            marked = True
    panel.set(
        title="Risk by coverage: answering only where the first hit is sure enough",
        xlabel="Coverage: share of the questions that are answered (%)",
        ylabel="Risk: share of these answers that are wrong (%)",
        xlim=(0, 1),
        ylim=(0, 1),
    )
    if marked:
        panel.plot(
            [],
            [],
            marker="o",
            linestyle="none",
            color=_GREY,
            label=f"where answers begin (confidence {answer:.2f})",
        )
    _percent(panel)
    figure.legend(loc="outside lower center", ncols=2, fontsize="small")
    figure.savefig(path, dpi=_DPI)


def draw_reliability(sets: Sequence[Figures], path: Path) -> None:
    """Draw how often the first hit is right by how sure it was called, a panel a set."""
    columns = min(3, len(sets))
    rows = -(-len(sets) // columns)
    figure = Figure(figsize=(3.5 * columns + 0.6, 3.8 * rows + 0.9), layout="constrained")
    panels = figure.subplots(rows, columns, squeeze=False, sharex=True, sharey=True).ravel()
    for panel, one in zip(panels, sets, strict=False):
        panel.plot([0, 1], [0, 1], color=_GREY, linewidth=1, linestyle="--")
        bins = [bin for bin in one.evaluation.bins if bin.count]
        shares = [wilson(round(bin.accuracy * bin.count), bin.count) for bin in bins]
        panel.errorbar(
            [bin.confidence for bin in bins],
            [share.value for share in shares],
            yerr=_errors(shares),
            marker="o",
            color=_COLOURS[0],
            ecolor=_COLOURS[5],
            linestyle="none",
            elinewidth=1.5,
            capsize=2,
        )
        for bin, share in zip(bins, shares, strict=True):
            panel.annotate(
                str(bin.count),
                (bin.confidence, share.low),
                textcoords="offset points",
                xytext=(0, -6),
                horizontalalignment="center",
                verticalalignment="top",
                fontsize=7,
                color="#404040",
            )
        panel.set_title(
            f"{one.name}\nn = {len(one.outcomes)}, calibration error"
            f" {one.evaluation.calibration_error:.3f}",
            fontsize=9,
        )
        panel.set(xlim=(-0.03, 1.03), ylim=(-0.09, 1.03), box_aspect=1)
        panel.set(xticks=_QUARTERS, yticks=_QUARTERS)
        _percent(panel)
    for panel in panels[len(sets) :]:
        panel.set_visible(False)
    figure.suptitle("Reliability of the confidence (bars: 95 % intervals; numbers: questions)")
    figure.supxlabel("Mean confidence of the first hit (%)", fontsize=10)
    figure.supylabel("Share of first hits that are right (%)", fontsize=10)
    figure.savefig(path, dpi=_DPI)


def draw_manners(one: Figures, parts: Sequence[str], path: Path) -> None:
    """Draw how often a right passage is first and among the first five, by manner of asking.

    Args:
        one: with questions whose manner is known.
        parts: names of the sets that it holds.
        path: the PNG file to write.
    """
    manners = {name: found for name, found in one.evaluation.by_manner.items() if found.answerable}
    ordered = sorted(manners, key=lambda name: manners[name].metrics["hit_at_1"].value)
    figure = Figure(figsize=(8.5, 1.6 + 0.5 * len(ordered)), layout="constrained")
    panel = figure.subplots()
    for place, (metric, label) in enumerate(
        (("hit_at_5", "among the first five (hit@5)"), ("hit_at_1", "first (hit@1)"))
    ):
        shares = [manners[name].metrics[metric] for name in ordered]
        heights = np.arange(len(ordered)) + (0.2 if place else -0.2)
        colour = _COLOURS[0] if place else _COLOURS[5]
        values = [share.value for share in shares]
        panel.barh(heights, values, height=0.36, color=colour, label=label)
        panel.errorbar(
            values, heights, xerr=_errors(shares), fmt="none", ecolor="#303030", capsize=2
        )
    panel.set_yticks(
        np.arange(len(ordered)), [f"{name} (n = {manners[name].answerable})" for name in ordered]
    )
    panel.set(
        title=f"A right passage found, by manner of asking\n{'; '.join(parts)}:"
        f" n = {one.evaluation.answerable}, 95 % intervals",
        xlabel="Share of the answerable questions (%)",
        xlim=(0, 1),
    )
    panel.xaxis.set_major_formatter(PercentFormatter(1, symbol=None))
    panel.grid(axis="x", alpha=0.3)
    panel.set_axisbelow(True)
    handles, labels = panel.get_legend_handles_labels()
    figure.legend(handles[::-1], labels[::-1], loc="outside lower center", ncols=2)
    figure.savefig(path, dpi=_DPI)


def _percent(panel: Axes) -> None:
    for axis in (panel.xaxis, panel.yaxis):
        axis.set_major_formatter(PercentFormatter(1, symbol=None))
    panel.grid(alpha=0.3)


def _errors(shares: Sequence[Interval]) -> list[list[float]]:
    """Return the lengths of the bars below and above each share."""
    return [
        [max(0.0, one.value - one.low) for one in shares],
        [max(0.0, one.high - one.value) for one in shares],
    ]

"""Draw what was measured by the number of passages.

    .venv-peers/bin/python -m scripts.benchmark.figures FIGURES.json PLOT.png

`scripts/bench.py --plot` calls this with the peers' Python, which has matplotlib.
"""

from __future__ import annotations

import sys
from pathlib import Path

from scripts.benchmark.report import Report
from scripts.benchmark.systems import SYSTEMS, Group

__all__ = ["draw", "series"]

_PANELS = (
    ("a warm question, p50", "ms"),
    ("one cold question, wall", "s"),
    ("build, wall", "s"),
    ("warm questions, peak memory", "MiB"),
)


def series(report: Report, system: str, what: str) -> list[tuple[int, float]]:
    """Return (passages, value) of one figure of one system, by rising size."""
    return sorted(
        (speed.passages, figure.value)
        for speed in report.speed.values()
        for figure in speed.figures
        if figure.system == system and figure.what == what
    )


def draw(report: Report, path: Path) -> None:
    """Draw four panels, both axes logarithmic, Kommunsvar's line the thick one."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 7), layout="constrained")
    panels = figure.subplots(2, 2).ravel()
    for panel, (what, unit) in zip(panels, _PANELS, strict=True):
        for system in SYSTEMS:
            points = series(report, system.name, what)
            if system.group is Group.WHOLE and points:
                sizes, values = zip(*points, strict=True)
                width = 3 if system.own else 1.3
                panel.plot(sizes, values, marker="o", linewidth=width, label=system.title)
        panel.set(title=what, xlabel="passages", ylabel=unit, xscale="log", yscale="log")
        panel.grid(alpha=0.3)
    panels[0].legend(fontsize="small")
    figure.savefig(path, dpi=110)


if __name__ == "__main__":
    draw(Report.read(Path(sys.argv[1])), Path(sys.argv[2]))

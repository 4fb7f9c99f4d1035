"""What was measured, as JSON that can be added to and as Markdown tables with ratios."""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from index.metrics import bootstrap, hit_at, mrr, wilson
from scripts.benchmark.measure import Figure
from scripts.benchmark.processes import ROOT
from scripts.benchmark.systems import SYSTEMS, Group, System
from scripts.benchmark.tasks import Outcome

__all__ = ["About", "Quality", "Report", "Speed", "about", "load_now", "markdown"]


@dataclass(frozen=True, slots=True)
class About:
    """The circumstances of one measurement."""

    command: str
    date: str
    commit: str
    processors: int
    cores: int
    system: str
    load_before: float
    load_after: float
    versions: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Speed:
    """All systems on one record."""

    passages: int
    about: About
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Quality:
    """All systems on one task, by name."""

    passages: int
    about: About
    outcomes: Mapping[str, Outcome]


@dataclass(frozen=True, slots=True)
class Report:
    """Everything measured so far, by record and by task."""

    speed: dict[str, Speed]
    quality: dict[str, Quality]

    @classmethod
    def read(cls, path: Path) -> Report:
        """Read what `write` wrote; nothing when there is no such file."""
        if not path.exists():
            return cls({}, {})
        document = json.loads(path.read_text(encoding="utf-8"))
        return cls(
            {name: _speed(one) for name, one in document["speed"].items()},
            {name: _quality(one) for name, one in document["quality"].items()},
        )

    def write(self, path: Path) -> None:
        """Write everything as JSON."""
        text = json.dumps(asdict(self), indent=1, ensure_ascii=False)
        path.write_text(f"{text}\n", encoding="utf-8")


def _speed(document: Mapping[str, Any]) -> Speed:
    figures = tuple(Figure(**one) for one in document["figures"])
    return Speed(document["passages"], About(**document["about"]), figures)


def _quality(document: Mapping[str, Any]) -> Quality:
    outcomes = {
        name: Outcome(
            tuple(one["ranks"]),
            None if one["best_among_rivals"] is None else tuple(one["best_among_rivals"]),
        )
        for name, one in document["outcomes"].items()
    }
    return Quality(document["passages"], About(**document["about"]), outcomes)


# -- Circumstances -----------------------------------------------------------------------------


def about(cores: int, load_before: float, versions: Mapping[str, str]) -> About:
    """Return the circumstances of what was measured until now."""
    return About(
        command=" ".join(["python", *(_shown(argument) for argument in sys.argv)]),
        date=datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        commit=_commit(),
        processors=os.cpu_count() or 1,
        cores=cores,
        system=f"{platform.system()} {platform.machine()}, Python {platform.python_version()}",
        load_before=load_before,
        load_after=load_now(),
        versions=versions,
    )


def load_now() -> float:
    """Return the system's load average over the last minute."""
    return round(os.getloadavg()[0], 1)


def _shown(argument: str) -> str:
    """Return an argument without the folders of this machine, which tell others nothing."""
    path = Path(argument)
    if path.is_absolute():
        return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else f"…/{path.name}"
    return argument


def _commit() -> str:
    """Return the checked-out commit, with a plus sign when files differ from it."""
    git = shutil.which("git")
    if git is None:
        return "unknown"

    def said(*arguments: str) -> str:
        done = subprocess.run([git, *arguments], cwd=ROOT, capture_output=True, text=True)
        return done.stdout.strip()

    changed = said("status", "--porcelain", "--untracked-files=no")
    return f"{said('rev-parse', '--short', 'HEAD') or 'unknown'}{'+' if changed else ''}"


# -- Markdown ----------------------------------------------------------------------------------


def markdown(report: Report) -> str:
    """Return all tables; in brackets what the first column's figure is of each other one."""
    blocks: list[str] = []
    setting = ""

    def head(title: str, about: About) -> None:
        """Add a heading, how it was measured where that differs from above, and when."""
        nonlocal setting
        blocks.append(f"### {title}")
        if _setting(about) != setting:
            setting = _setting(about)
            blocks.append(setting)
        loads = f"load {about.load_before} before, {about.load_after} after"
        blocks.append(f"{about.date}; {loads}.")

    for name, speed in report.speed.items():
        head(f"Speed: {name}, {speed.passages:,} passages", speed.about)
        measured = {figure.system for figure in speed.figures}
        blocks += [_speed_table(group, speed.figures) for group in _groups(measured)]
    for name, quality in report.quality.items():
        questions = len(next(iter(quality.outcomes.values())).ranks)
        size = f"{questions} questions, {quality.passages:,} passages"
        head(f"Quality: {name}, {size}", quality.about)
        groups = _groups(quality.outcomes)
        blocks += [_quality_table(group, quality.outcomes) for group in groups]
    return "\n\n".join(blocks)


def _groups(measured: Mapping[str, object] | set[str]) -> Iterator[list[System]]:
    """Yield the measured systems of each group, Kommunsvar's own first."""
    for group in Group:
        some = [one for one in SYSTEMS if group in (one.group, one.also) and one.name in measured]
        some.sort(key=lambda one: not one.own)
        if some:
            yield some


def _setting(about: About) -> str:
    versions = ", ".join(dict.fromkeys(about.versions.values()))
    return (
        f"`{about.command}`, commit {about.commit}; {about.cores} of {about.processors}"
        f" processors, {about.system}; {versions}."
    )


def _speed_table(systems: Sequence[System], figures: Sequence[Figure]) -> str:
    cells = {(figure.what, figure.system): figure for figure in figures}
    own = systems[0].name
    rows = []
    for what in dict.fromkeys(figure.what for figure in figures):
        row = [_cell(cells.get((what, one.name)), cells.get((what, own))) for one in systems]
        rows.append([what, *row])
    return _table(["", *(one.title for one in systems)], rows)


def _cell(figure: Figure | None, own: Figure | None) -> str:
    if figure is None:
        return "–"
    shown = f"{_number(figure.value)} {figure.unit}"
    if own is None or own is figure or not figure.value:
        return shown
    return f"{shown} ({_number(own.value / figure.value)})"


def _number(value: float) -> str:
    digits = 0 if value >= 100 else 1 if value >= 10 else 2 if value >= 0.1 else 3
    return f"{value:,.{digits}f}"


def _quality_table(systems: Sequence[System], outcomes: Mapping[str, Outcome]) -> str:
    own = outcomes[systems[0].name]
    heads = [
        "",
        "right one first",
        "among the first three",
        "MRR@10",
        "first row's MRR@10 less this",
    ]
    if own.best_among_rivals is not None:
        heads.append("first within its category")
    rows = []
    for system in systems:
        outcome = outcomes[system.name]
        row = [system.title, *(_share(_hits(outcome, k)) for k in (1, 3))]
        row += [f"{mrr(outcome.ranks):.3f}", _lead(own, outcome)]
        if outcome.best_among_rivals is not None:
            row.append(_share(outcome.best_among_rivals))
        rows.append(row)
    return _table(heads, rows)


def _hits(outcome: Outcome, k: int) -> list[bool]:
    return [hit_at([rank], k) == 1 for rank in outcome.ranks]


def _share(values: Sequence[bool]) -> str:
    share = wilson(sum(values), len(values))
    return f"{share.value:.3f} ({share.low:.3f} to {share.high:.3f})"


def _lead(own: Outcome, other: Outcome) -> str:
    """Return how much better the own one is, question by question, with its 95 % interval."""
    if own is other:
        return "–"
    pairs = zip(own.ranks, other.ranks, strict=True)
    lead = bootstrap([mrr([mine]) - mrr([theirs]) for mine, theirs in pairs])
    return f"{lead.value:+.3f} ({lead.low:+.3f} to {lead.high:+.3f})"


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(heads)} |", f"|---|{'---:|' * (len(heads) - 1)}"]
    lines += [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join(lines)

"""Progress on standard error: a bar on a terminal; in a pipe only that it has to wait."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

from bot.texts import TIME_LEFT, WAITING

if TYPE_CHECKING:
    from bot.cli.doors import Progress

__all__ = ["progress_on", "time_left"]

_MINUTE_S = 60


def time_left(seconds: float) -> str:
    """Return in Swedish about how long is left."""
    if seconds < _MINUTE_S:
        return TIME_LEFT.format(time=f"{max(1, round(seconds))} s")
    if seconds < 60 * _MINUTE_S:
        return TIME_LEFT.format(time=f"{round(seconds / _MINUTE_S)} min")
    hours, minutes = divmod(round(seconds / _MINUTE_S), 60)
    return TIME_LEFT.format(time=f"{hours} h {minutes} min")


def _doing(what: str) -> str:
    # Imported here: most commands have nothing to tell.
    from bot.catalogue import catalogue_for
    from bot.render.upkeep import doing_text

    return doing_text(what, catalogue_for())


@contextmanager
def progress_on(stream: TextIO) -> Iterator[Progress]:
    """Give something that shows how far a piece of work is, for as long as the context lasts.

    Args:
        stream: where to show it.
    """
    if not stream.isatty():

        def wait(what: str, done: int, total: int) -> None:
            if what == WAITING:
                print(f"{_doing(what)} …", file=stream, flush=True)

        yield wait
        return
    # rich is imported here and nowhere else: a pipe never pays for it.
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        ProgressColumn,
        Task,
        TaskID,
        TextColumn,
    )
    from rich.progress import Progress as Bars
    from rich.text import Text

    class Left(ProgressColumn):
        """How long is left, once that can be told."""

        def render(self, task: Task) -> Text:
            return Text("" if task.time_remaining is None else time_left(task.time_remaining))

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), Left())
    with Bars(*columns, console=Console(file=stream), transient=True) as bars:
        tasks: dict[str, TaskID] = {}

        def show(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(_doing(what), total=None)
            bars.update(tasks[what], completed=done, total=total or None)

        yield show

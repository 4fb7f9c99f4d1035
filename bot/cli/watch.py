"""`kommunsvar watch DIR`: imports what appears in a folder, until it is told to end."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

import typer

from bot.cli.session import Session, notice, session_of, tell
from bot.errors import UsageError
from knowledge.errors import KommunsvarError

if TYPE_CHECKING:
    from index.reindex import BuildReport
    from knowledge.importing import ImportEntry

__all__ = ["COMMANDS", "watch"]

_STEP_MS = 250
_POLL_MS = 1_000
_OWN_FOLDERS = ("knowledge", "sources", "index")


def watch(
    context: typer.Context,
    folder: Path = typer.Argument(metavar="DIR", help="The folder that documents are put into."),
    publish: bool = typer.Option(
        False, "--publish", help="Publish the replies at once; drafts otherwise."
    ),
    poll: bool = typer.Option(
        False, "--poll", help="Look every second instead of waiting for signs; for network folders."
    ),
    as_json: bool = typer.Option(False, "--json", help="Print one JSON document a line."),
) -> None:
    """Import what appears in a folder, as drafts, until Ctrl-C or SIGTERM.

    Half-written files are waited for. Nothing in the folder is moved, changed or removed.
    """
    from bot import texts
    from bot.inbox import Inbox
    from bot.watching import FolderGone
    from bot.watching import watch as watch_folder

    session = session_of(context)
    _check(session, folder)
    administration = session.doors.administration(session.settings, _progress)
    stop = threading.Event()
    with _ending(stop):
        become = texts.WATCH_PUBLISHES if publish else texts.WATCH_DRAFTS
        notice(texts.WATCHING.format(folder=folder, become=become))
        try:
            watch_folder(
                Inbox(folder),
                _signs(folder, stop, poll=poll),
                administration,
                _Told(as_json),
                publish=publish,
                stopped=stop.is_set,
            )
        except FolderGone as exc:
            raise KommunsvarError(texts.WATCH_GONE.format(folder=folder)) from exc
    notice(texts.WATCH_ENDED)


def _check(session: Session, folder: Path) -> None:
    """Refuse what cannot be watched.

    Raises:
        UsageError: it is no folder, or the home's own.
    """
    from bot import texts

    if not folder.is_dir():
        raise UsageError(texts.WATCH_NO_FOLDER.format(folder=folder))
    home, real = session.home.resolve(), folder.resolve()
    own = any(real.is_relative_to(home / name) for name in _OWN_FOLDERS)
    if own or home.is_relative_to(real):
        raise UsageError(texts.WATCH_OWN.format(folder=folder))


def _progress(what: str, done: int, total: int) -> None:
    from bot import texts
    from bot.catalogue import catalogue_for
    from bot.render.upkeep import doing_text

    if what == texts.WAITING:
        notice(f"{doing_text(what, catalogue_for())} …")


@contextmanager
def _ending(stop: threading.Event) -> Iterator[None]:
    """Let SIGTERM and Ctrl-C end the work after the document under way; a second one at once."""
    from bot import texts

    before: dict[int, Any] = {}

    def end(number: int, _frame: FrameType | None) -> None:
        stop.set()
        signal.signal(number, before[number])
        notice(texts.WATCH_STOPPING)

    for number in (signal.SIGTERM, signal.SIGINT):
        before[number] = signal.signal(number, end)
    try:
        yield
    finally:
        for which, handler in before.items():
            signal.signal(which, handler)


def _signs(folder: Path, stop: threading.Event, *, poll: bool) -> Iterator[bool]:
    """Yield, a few times a second, whether something in the folder has changed."""
    from watchfiles import watch as changes

    for changed in changes(
        folder,
        watch_filter=None,
        debounce=_STEP_MS,
        stop_event=stop,
        rust_timeout=_STEP_MS,
        yield_on_timeout=True,
        raise_interrupt=False,
        force_polling=poll,
        poll_delay_ms=_POLL_MS,
        ignore_permission_denied=True,
    ):
        yield bool(changed)


class _Told:
    """Prints what happens: lines for people, or a JSON document a line."""

    def __init__(self, as_json: bool) -> None:
        self._as_json = as_json

    def entry(self, entry: ImportEntry) -> None:
        from bot.catalogue import catalogue_for
        from bot.render import json, upkeep_json
        from bot.render.preview import import_line

        if self._as_json:
            print(json.dump({"event": "document", **upkeep_json.entry(entry)}), flush=True)
        else:
            print(f"{_now()}  {import_line(entry, catalogue_for())}", flush=True)

    def built(self, build: BuildReport) -> None:
        from bot.catalogue import catalogue_for
        from bot.render import json, upkeep, upkeep_json

        tell(build.problems)
        if self._as_json:
            print(json.dump({"event": "index", **upkeep_json.build(build)}), flush=True)
        else:
            print(f"{_now()}  {upkeep.build_text(build, catalogue_for())}", flush=True)

    def opened(self, file: str) -> None:
        from bot import texts

        notice(f"{_now()}  {file} {texts.WATCH_OPEN}")

    def later(self, why: str, seconds: float) -> None:
        from bot import texts

        said = " ".join(why.split()).rstrip(".")
        notice(f"{_now()}  {texts.WATCH_LATER.format(why=said, seconds=round(seconds))}")


def _now() -> str:
    return datetime.now().astimezone().strftime("%Y-%m-%d %H:%M:%S")


COMMANDS = (watch,)

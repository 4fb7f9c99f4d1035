"""Admins' work in a process of its own: what it takes of memory and time, no answer waits for.

A channel that runs for weeks gives back what an import needed, and outlives one that is killed.
"""

from __future__ import annotations

import multiprocessing
import signal
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from bot.errors import OfficeError
from bot.logs import problem, start_logging
from bot.settings import Settings
from bot.wiring import open_administration
from knowledge.errors import KommunsvarError, disk_trouble

if TYPE_CHECKING:
    from bot.administration import ImportReport, ReviewReport
    from index.reindex import BuildReport
    from index.versions import VersionInfo

__all__ = ["Job", "Office", "Progress"]

Progress: TypeAlias = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Job:
    """What every piece of work is given.

    Attributes:
        by: who has it done, for the histories of the replies.
        progress: told how far it is.
    """

    by: str
    progress: Progress


class Office:
    """Does what `bot.administration.Administration` does, in a new process each time.

    Every method waits until the work is done, may be called from any thread, and raises what the
    administration raises, or OfficeError when the process was ended.

    Args:
        settings: of the home; the process is not told its secrets.
    """

    def __init__(self, settings: Settings) -> None:
        telegram = settings.telegram
        webhook = replace(telegram.webhook, secret=None)
        self._settings = replace(settings, telegram=replace(telegram, token=None, webhook=webhook))
        self._spawn = multiprocessing.get_context("spawn")
        self._turn = threading.Lock()

    def import_files(
        self, job: Job, paths: Sequence[Path], *, dry_run: bool, publish: bool
    ) -> ImportReport:
        """Read documents into the record."""
        report: ImportReport = self._do(
            job, "import_files", paths, dry_run=dry_run, publish=publish
        )
        return report

    def publish(self, job: Job, ids: Sequence[str]) -> ReviewReport:
        """Publish drafts."""
        report: ReviewReport = self._do(job, "publish", ids)
        return report

    def withdraw(self, job: Job, ids: Sequence[str], reason: str) -> ReviewReport:
        """Take replies out of the answers."""
        report: ReviewReport = self._do(job, "withdraw", ids, reason)
        return report

    def reindex(self, job: Job) -> BuildReport:
        """Build a version and switch to it."""
        report: BuildReport = self._do(job, "reindex")
        return report

    def rollback(self, job: Job, version: str | None) -> VersionInfo:
        """Make an earlier version the live one."""
        info: VersionInfo = self._do(job, "rollback", version)
        return info

    def versions(self) -> tuple[VersionInfo, ...]:
        """Return all versions, newest first; looked up here, for it costs little."""
        return open_administration(self._settings).versions()

    def _do(self, job: Job, name: str, *args: object, **kwargs: object) -> Any:  # noqa: ANN401 - as the method named has it
        with self._turn:
            ours, theirs = self._spawn.Pipe()
            process = self._spawn.Process(
                target=_work,
                args=(theirs, self._settings, job.by, name, args, kwargs),
                daemon=True,
            )
            process.start()
            theirs.close()
            try:
                return _outcome(ours, job.progress)
            finally:
                ours.close()
                process.join(10)
                if process.is_alive():
                    process.kill()


def _outcome(connection: Connection, progress: Progress) -> Any:  # noqa: ANN401
    """Pass progress on until the work is done or has failed."""
    while True:
        try:
            kind, *content = connection.recv()
        except EOFError as exc:
            raise OfficeError(
                "the work was ended from outside; nothing is half done",
                "Arbetet avbröts utifrån. Inget är halvgjort; försök igen.",
            ) from exc
        if kind == "progress":
            progress(*content)
        elif kind == "done":
            return content[0]
        else:
            raise _rebuilt(*content)


def _rebuilt(kind: type[BaseException], args: tuple[Any, ...], state: dict[str, Any]) -> Exception:
    """Return an error as it was raised in the other process."""
    error = kind.__new__(kind)
    error.args = args
    error.__dict__.update(state)
    if not isinstance(error, Exception):
        raise TypeError(kind)
    return error


def _parts(error: KommunsvarError) -> tuple[type[BaseException], tuple[Any, ...], dict[str, Any]]:
    """Return what `_rebuilt` makes the error of again."""
    return type(error), error.args, error.__dict__


def _refused(exc: OSError, settings: Settings) -> OfficeError:
    where = str(exc.filename or settings.home)
    return OfficeError(
        f"{where}: {exc.strerror or exc}",
        f"{Path(where).name} går inte att läsa eller skriva: {disk_trouble(exc.errno)}. Be den som"
        " sköter Kommunsvar se efter, och försök igen.",
    )


def _work(
    connection: Connection,
    settings: Settings,
    by: str,
    name: str,
    args: tuple[object, ...],
    kwargs: dict[str, object],
) -> None:
    """Do one piece of work; the other end is told how far it is and what came of it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the program that began it ends it
    start_logging()

    def progress(what: str, done: int, total: int) -> None:
        connection.send(("progress", what, done, total))

    try:
        result = getattr(open_administration(settings, progress, by), name)(*args, **kwargs)
    except KommunsvarError as exc:
        connection.send(("failed", *_parts(exc)))
    except OSError as exc:
        connection.send(("failed", *_parts(_refused(exc, settings))))
    except Exception as exc:
        # Where it happened is known only here; the channel's own line names this one.
        said = f"{type(exc).__name__}, error {problem('work failed', exc, what=name)}"
        connection.send(("failed", RuntimeError, (said,), {}))
    else:
        connection.send(("done", result))

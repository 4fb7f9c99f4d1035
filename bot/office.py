"""Admins' work in a process of its own: what it takes of memory and time, no answer waits for.

The process stays for some minutes: an admin looks at a document, and then imports it, and half of
an import of one document is starting and loading. A channel that runs for weeks gives back what an
import needed, and outlives one that is killed.
"""

from __future__ import annotations

import multiprocessing
import signal
import threading
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from bot.errors import OfficeError
from bot.logs import problem, start_logging
from bot.settings import Settings
from bot.wiring import open_administration
from knowledge.errors import KommunsvarError, disk_trouble
from knowledge.sandbox.pool import SandboxPool

if TYPE_CHECKING:
    from bot.administration import Administration, ImportReport, ReviewReport
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


_STAYS_S = 120.0
_BEGUN = ("begun",)


class Office:
    """Does what `bot.administration.Administration` does, in a process of its own.

    Every method waits until the work is done, may be called from any thread, and raises what the
    administration raises, or OfficeError when the process was ended.

    Args:
        settings: of the home; the process is not told its secrets.
        stays_s: how long the process waits for more work, in seconds.
    """

    def __init__(self, settings: Settings, stays_s: float = _STAYS_S) -> None:
        telegram = settings.telegram
        webhook = replace(telegram.webhook, secret=None)
        self._settings = replace(settings, telegram=replace(telegram, token=None, webhook=webhook))
        self._spawn = multiprocessing.get_context("spawn")
        self._turn = threading.Lock()
        self._stays_s = stays_s
        self._worker: _Worker | None = None

    def close(self) -> None:
        """End the process that waits for work; one at work goes on, and ends with the program."""
        if self._turn.acquire(blocking=False):
            try:
                self._end()
            finally:
                self._turn.release()

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
            try:
                return _outcome(self._given(job.by, name, args, kwargs), job.progress)
            except KommunsvarError as exc:
                if isinstance(exc, OfficeError):
                    self._end()
                raise
            except BaseException:
                self._end()  # what it still says would be taken for the next answer
                raise

    def _given(
        self, by: str, name: str, args: tuple[object, ...], kwargs: dict[str, object]
    ) -> Connection:
        """Give a piece of work to the process, and return the line to it.

        Raises:
            OfficeError: the process ends as soon as it is started.
        """
        for _ in range(2):  # one that waited long enough may be going home
            connection = self._ready()
            try:
                connection.send((by, name, args, kwargs))
                if connection.recv() == _BEGUN:
                    return connection
            except (EOFError, OSError):
                self._end()
        raise OfficeError(
            "the work cannot be started; nothing is changed",
            "Arbetet kunde inte börja. Inget är ändrat; försök igen, och be annars den som sköter"
            " Kommunsvar se efter.",
        )

    def _ready(self) -> Connection:
        """Return the line to a process that waits for work."""
        worker = self._worker
        if worker is None or worker.connection.closed or not worker.process.is_alive():
            self._end()
            ours, theirs = self._spawn.Pipe()
            process = self._spawn.Process(
                target=_work, args=(theirs, self._settings, self._stays_s), daemon=True
            )
            process.start()
            theirs.close()
            worker = self._worker = _Worker(process, ours)
        return worker.connection

    def _end(self) -> None:
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.connection.close()
            worker.process.join(10)
            if worker.process.is_alive():
                worker.process.kill()


class _Worker(NamedTuple):
    """The process, and the line to it."""

    process: SpawnProcess
    connection: Connection


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


def _failed(error: KommunsvarError) -> tuple[object, ...]:
    """Return what the other end is told of an error, of which `_rebuilt` makes it again."""
    return "failed", type(error), error.args, error.__dict__


def _refused(exc: OSError, settings: Settings) -> OfficeError:
    where = str(exc.filename or settings.home)
    return OfficeError(
        f"{where}: {exc.strerror or exc}",
        f"{Path(where).name} går inte att läsa eller skriva: {disk_trouble(exc.errno)}. Be den som"
        " sköter Kommunsvar se efter, och försök igen.",
    )


def _work(connection: Connection, settings: Settings, stays_s: float) -> None:
    """Do one piece of work after the other, until none has come for so long.

    The other end is told how far each is and what came of it.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the program that began it ends it
    start_logging()

    def progress(what: str, done: int, total: int) -> None:
        connection.send(("progress", what, done, total))

    with SandboxPool() as pool:
        reading = nullcontext(pool)
        administration = open_administration(settings, progress, reading=lambda: reading)
        while connection.poll(stays_s):
            try:
                by, name, args, kwargs = connection.recv()
            except EOFError:
                return
            connection.send(_BEGUN)
            connection.send(_result(settings, administration.done_by(by), name, args, kwargs))


def _result(
    settings: Settings,
    administration: Administration,
    name: str,
    args: tuple[object, ...],
    kwargs: dict[str, object],
) -> tuple[object, ...]:
    """Do one piece of work, and return what the other end is told of it."""
    try:
        return "done", getattr(administration, name)(*args, **kwargs)
    except KommunsvarError as exc:
        return _failed(exc)
    except OSError as exc:
        return _failed(_refused(exc, settings))
    except Exception as exc:
        # Where it happened is known only here; the channel's own line names this one.
        said = f"{type(exc).__name__}, error {problem('work failed', exc, what=name)}"
        return "failed", RuntimeError, (said,), {}

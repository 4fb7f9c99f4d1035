"""Starts commands quickly: a process that has loaded the program's modules forks one for each.

    python tests/journeys/warm.py

What it forks has one thread, opens its home itself, and is a process like any other: SIGKILL ends
it at once. Its children are left to this process when it dies, so that none goes unseen.

Each line of standard input is an order (`Order`), each line of standard output its end (`Ended`).
"""

from __future__ import annotations

import ctypes
import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path
from typing import IO, NoReturn, cast

__all__ = ["Ended", "Order", "Warm", "warm"]

_MODULES = (
    "bot.administration", "bot.cli.main", "bot.cli.progress", "bot.inbox", "bot.render.preview",
    "bot.render.upkeep", "bot.watching", "index.build", "index.calibration",
    "index.encoders.light", "watchfiles",
)  # fmt: skip
_ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
_SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER, linux/prctl.h
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
_CHANGES = frozenset({"os.rename", "os.remove", "os.mkdir", "os.rmdir"})
_ORPHANS_S = 20.0


@dataclass(frozen=True)
class Order:
    """A command, and how it is ended; by itself where nothing says otherwise.

    Attributes:
        home: the home.
        arguments: of the command line, the global ones left out.
        output: a file for all that it prints.
        kill_after_s: seconds until SIGKILL.
        kill_at_change: SIGKILL just before its n-th change of the files of the home: exact, but
            blind for what compiled libraries write.
        until: once it has printed this, it is asked to end (SIGTERM).
    """

    home: str
    arguments: tuple[str, ...]
    output: str
    kill_after_s: float | None = None
    kill_at_change: int = 0
    until: str | None = None


@dataclass(frozen=True)
class Ended:
    """How a command ended.

    Attributes:
        code: the exit code; of one that was killed the signal, negative.
        seconds: until then.
        changes: of the home's files that it made; 0 where it was killed.
        orphans_s: how long what it had started lived on.
        left: the command lines of what lived too long, and was then killed.
    """

    code: int
    seconds: float
    changes: int
    orphans_s: float
    left: tuple[str, ...]

    @property
    def killed(self) -> bool:
        return self.code == -signal.SIGKILL


class Warm:
    """The process that starts commands."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def run(self, order: Order) -> Ended:
        """Run a command to its end, whichever it is."""
        stdin, stdout = cast(IO[str], self._process.stdin), cast(IO[str], self._process.stdout)
        stdin.write(json.dumps(asdict(order)) + "\n")
        stdin.flush()
        fields = json.loads(stdout.readline())
        return Ended(**{**fields, "left": tuple(fields["left"])})


@contextmanager
def warm(environment: dict[str, str]) -> Iterator[Warm]:
    """Start the process that starts commands, and end it."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.journeys.warm"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env={**environment, **_ONE_THREAD},
    ) as process:
        try:
            yield Warm(process)
        finally:
            cast(IO[str], process.stdin).close()


def main() -> None:
    if ctypes.CDLL(None).prctl(_SUBREAPER, 1, 0, 0, 0):
        raise OSError("orphans cannot be waited for here")
    for name in _MODULES:
        import_module(name)
    if len(list(Path("/proc/self/task").iterdir())) != 1:
        raise RuntimeError("a module has started a thread, which a fork does not take along")
    for line in sys.stdin:
        ended = _run(Order(**json.loads(line)))
        print(json.dumps(asdict(ended)), flush=True)


def _run(order: Order) -> Ended:
    counted = Path(f"{order.output}.changes")
    counted.unlink(missing_ok=True)
    Path(order.output).unlink(missing_ok=True)
    started_s = time.monotonic()
    pid = os.fork()
    if pid == 0:
        _be_the_command(order, counted)
    handle = os.pidfd_open(pid)
    try:
        _end(order, pid, handle)
        _, status = os.waitpid(pid, 0)
    finally:
        os.close(handle)
    ended_s = time.monotonic()
    left = _wait_for_orphans(ended_s + _ORPHANS_S)
    return Ended(
        code=os.waitstatus_to_exitcode(status),
        seconds=ended_s - started_s,
        changes=int(counted.read_text()) if counted.exists() else 0,
        orphans_s=time.monotonic() - ended_s,
        left=left,
    )


def _end(order: Order, pid: int, handle: int) -> None:
    """Return when the command ends or has been ended."""
    if order.kill_after_s is not None:
        if not select.select([handle], [], [], order.kill_after_s)[0]:
            os.kill(pid, signal.SIGKILL)
        return
    output = Path(order.output)
    while order.until is not None and not select.select([handle], [], [], 0.01)[0]:
        if output.exists() and order.until in output.read_text("utf-8", "replace"):
            os.kill(pid, signal.SIGTERM)
            return


def _be_the_command(order: Order, counted: Path) -> NoReturn:
    code = 70
    try:
        nothing = os.open(os.devnull, os.O_RDONLY)
        output = os.open(order.output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.dup2(nothing, 0)
        os.dup2(output, 1)
        os.dup2(output, 2)
        changes = _counting(os.path.realpath(order.home), order.kill_at_change)
        code = import_module("bot.cli.main").run(["--home", order.home, *order.arguments])
        sys.stdout.flush()
        counted.write_text(str(changes[0]))
    finally:
        os._exit(code)


def _counting(home: str, fatal: int) -> list[int]:
    """Count this process's changes of the home's files, and kill it before the `fatal`-th."""
    changes = [0]

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        if event == "open":
            writing = isinstance(arguments[2], int) and arguments[2] & _WRITING
        else:
            writing = event in _CHANGES
        # Whole folders are removed by names relative to an open folder.
        path = str(arguments[0]) if writing else "/"
        if path.startswith("/") and not path.startswith(home):
            return
        changes[0] += 1
        if changes[0] == fatal:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)
    return changes


def _wait_for_orphans(until_s: float) -> tuple[str, ...]:
    """Wait until nothing is left of what commands have started; kill and name what stays."""
    left: list[str] = []
    while True:
        try:
            pid, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return tuple(left)
        if pid == 0:
            if time.monotonic() > until_s:
                for child in map(
                    int, Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
                ):
                    left.append(Path(f"/proc/{child}/cmdline").read_text().replace("\0", " "))
                    os.kill(child, signal.SIGKILL)
            time.sleep(0.002)


if __name__ == "__main__":
    main()

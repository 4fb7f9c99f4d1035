"""Commands run to their end, and workers that answer line by line; both measured from outside."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["ROOT", "Failed", "Run", "Worker", "environment", "run", "serving", "told"]

ROOT = Path(__file__).resolve().parents[2]

# A process inherits the peak of the one that starts it, so that one must be small.
_LAUNCHER = """
import os, subprocess, sys, time
start = time.perf_counter()
process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL)
_, status, usage = os.wait4(process.pid, 0)
print(time.perf_counter() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss)
sys.exit(os.waitstatus_to_exitcode(status) != 0)
"""

_THREADS = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "NUMBA_NUM_THREADS",
    "RAYON_NUM_THREADS",
)
_TOLD_CHARS = 2_000


class Failed(Exception):
    """A measured command or a worker failed.

    Attributes:
        command: what was run.
        told: the end of its standard error.
    """

    def __init__(self, command: Sequence[str], told: str) -> None:
        super().__init__(f"{' '.join(command)} failed: {told.strip()[-_TOLD_CHARS:]}")
        self.command = tuple(command)
        self.told = told


@dataclass(frozen=True, slots=True)
class Run:
    """One process from start to end.

    Attributes:
        wall_s: wall-clock time.
        cpu_s: processor time, in user and system mode, of all threads.
        peak_mib: the most memory it held at once (resident set).
    """

    wall_s: float
    cpu_s: float
    peak_mib: float


def environment(threads: int) -> dict[str, str]:
    """Return what every measured process finds around it: so many threads, and no model hub."""
    return {
        # Byte code is kept, so that a second start is what it is for a user.
        **{key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"},
        **dict.fromkeys(_THREADS, str(threads)),
        "TOKENIZERS_PARALLELISM": "true" if threads > 1 else "false",
        "HF_HUB_OFFLINE": "1",
        "PYTHONPATH": str(ROOT),
        "PYTHONUTF8": "1",
    }


def run(command: Sequence[str], environ: Mapping[str, str] | None = None) -> Run:
    """Run a command to its end.

    Args:
        command: program and arguments.
        environ: its environment; None means this process's.

    Raises:
        Failed: it ends with another exit code than 0.
    """
    with subprocess.Popen(
        [sys.executable, "-S", "-c", _LAUNCHER, *command],
        cwd=ROOT,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,
    ) as launcher:
        try:
            figures, complaints = launcher.communicate()
        except BaseException:  # the launcher and what it launched
            os.killpg(launcher.pid, signal.SIGKILL)
            raise
    if launcher.returncode:
        raise Failed(command, complaints)
    wall_s, cpu_s, peak = map(float, figures.split())
    # Linux counts in KiB, macOS in bytes.
    return Run(wall_s, cpu_s, peak / (2**20 if sys.platform == "darwin" else 2**10))


def told(command: Sequence[str]) -> str:
    """Run a command to its end and return what it says on standard output.

    Raises:
        Failed: it ends with another exit code than 0.
    """
    done = subprocess.run(
        command, cwd=ROOT, env=environment(1), capture_output=True, encoding="utf-8"
    )
    if done.returncode:
        raise Failed(command, done.stderr)
    return done.stdout


class Worker:
    """A process that reads a JSON document a line and answers each with one; see `serving`."""

    def __init__(self, command: Sequence[str], process: subprocess.Popen[str], log: Path) -> None:
        self._command = command
        self._process = process
        self._log = log

    def send(self, document: Mapping[str, Any]) -> None:
        """Give it something to do.

        Raises:
            Failed: it has ended.
        """
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(f"{json.dumps(document)}\n")
            self._process.stdin.flush()
        except BrokenPipeError as exc:
            raise self._failed() from exc

    def receive(self) -> dict[str, Any]:
        """Wait for the next answer.

        Raises:
            Failed: it ends instead.
        """
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise self._failed()
        document: dict[str, Any] = json.loads(line)
        return document

    def ask(self, document: Mapping[str, Any]) -> dict[str, Any]:
        """Send, and wait for the answer."""
        self.send(document)
        return self.receive()

    def _failed(self) -> Failed:
        return Failed(self._command, self._log.read_text(encoding="utf-8", errors="replace"))


@contextmanager
def serving(command: Sequence[str], environ: Mapping[str, str], log: Path) -> Iterator[Worker]:
    """Start a worker, wait until it is ready, and end it afterwards.

    Args:
        command: program and arguments.
        environ: its environment.
        log: file for what it says on standard error.

    Raises:
        Failed: it ends before it is ready.
    """
    with (
        log.open("w", encoding="utf-8") as errors,
        subprocess.Popen(
            command,
            cwd=ROOT,
            env=environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            encoding="utf-8",
        ) as process,
    ):
        try:
            worker = Worker(command, process, log)
            worker.receive()
            yield worker
        finally:
            process.kill()

"""Other programs, run on one document: in a folder of their own, for a limited time."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from knowledge.patience import is_limited

__all__ = ["Finished", "OutOfTime", "find", "run"]

_KEPT = ("PATH", "TESSDATA_PREFIX", "LD_LIBRARY_PATH", "SYSTEMROOT")


class OutOfTime(Exception):
    """The program was stopped because its time was up."""


@dataclass(frozen=True, slots=True)
class Finished:
    """How a program ended: its exit code, and all that it printed."""

    code: int
    output: str


def find(*names: str) -> str | None:
    """Return the path of the first of these programs that is installed, or None."""
    return next((path for path in map(shutil.which, names) if path), None)


def run(command: Sequence[str], folder: Path, *, timeout_s: float) -> Finished:
    """Run a program and wait for it.

    It sees no variable of the environment that it does not need (there may be secrets), and keeps
    what it keeps in `folder`. Where somebody limits the time of this process
    (`knowledge.patience`), it stays in this process's group, to be ended with it.

    Args:
        command: the program's path and its arguments; no shell reads them.
        folder: where it runs, its home and its temporary files.
        timeout_s: how long it may take; then it is stopped. What it started is stopped with it, or
            is left to whoever limits the time of this process.

    Raises:
        OutOfTime: it took longer.
        OSError: it cannot be started.
    """
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
    environment |= {
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "LANG": "C.UTF-8",
        "OMP_THREAD_LIMIT": "1",
        # Else glibc reserves address space for each thread, of which the sandbox gives little.
        "MALLOC_ARENA_MAX": "2",
    }
    own_group = not is_limited()
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=own_group,
    )
    try:
        output, _ = process.communicate(timeout=timeout_s)
    except BaseException as exc:
        _stop(process, own_group=own_group)
        if isinstance(exc, subprocess.TimeoutExpired):
            raise OutOfTime from exc
        raise
    return Finished(process.returncode, output.decode(errors="replace"))


def _stop(process: subprocess.Popen[bytes], *, own_group: bool) -> None:
    """Kill a program, with all that it started where it has a group of its own."""
    with suppress(ProcessLookupError):
        if own_group and hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    # Its output is not read to the end: what it started may still hold it open.
    if process.stdout is not None:
        process.stdout.close()
    process.wait()

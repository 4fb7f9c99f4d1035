"""What the worker gives up before it sees a document, and the time that each one gets.

Linux has all of it. Other Unix systems may refuse the limit of memory, and Windows has no limits of
this kind and no timer: there the program's own clock, which ends the worker, is what remains.
"""

from __future__ import annotations

import os
import re
import sys
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from knowledge.sandbox.limits import Limits

__all__ = ["confine", "end_with_the_program", "give_time", "own_pipes", "peak_memory_bytes"]

_GRACE_S = 5
"""The program ends a worker that is too slow; after so much more the worker ends by itself, should
the program be gone and nothing have noticed."""

_LEAVING_S = 0.3
"""An idle worker whose program is gone ends by itself within this time."""


def own_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Take standard input and output away, so that no library reads or prints there.

    Returns:
        Where requests come from, and where answers go; what is printed goes to standard error.
    """
    requests = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return requests, answers


def peak_memory_bytes() -> int:
    """Return the most address space that this process ever had; 0 where only Linux would tell."""
    try:
        status = Path("/proc/self/status").read_text("ascii")
    except OSError:
        return 0
    peak = re.search(r"^VmPeak:\s*(\d+) kB$", status, re.MULTILINE)
    return int(peak[1]) * 1024 if peak else 0


if sys.platform == "win32":

    def confine(limits: Limits) -> None:
        """Do nothing: the system has no such limits."""

    def give_time(seconds: float) -> None:
        """Do nothing: the system has no such timer."""

    def end_with_the_program(requests: BinaryIO, folder: str) -> None:
        """Do nothing: the system does not tell of a pipe that was closed."""

else:
    import resource
    import select
    import signal
    import subprocess
    import threading
    import time

    def confine(limits: Limits) -> None:
        """Limit memory, files and what is left of a crash, for this process and its children."""
        os.umask(0o077)
        _lower(resource.RLIMIT_CORE, 0)
        _lower(resource.RLIMIT_FSIZE, limits.file_bytes)
        _lower(resource.RLIMIT_NOFILE, limits.open_files)
        # Some systems know this limit but refuse to set it.
        with suppress(ValueError, OSError):
            _lower(resource.RLIMIT_AS, limits.memory_bytes)

    def give_time(seconds: float) -> None:
        """End this process when it takes longer than this from now; 0 stops the clock.

        Works in the midst of C code too: nobody is asked.
        """
        signal.setitimer(signal.ITIMER_REAL, seconds + _GRACE_S if seconds else 0)
        used = resource.getrusage(resource.RUSAGE_SELF)
        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        limit = int(used.ru_utime + used.ru_stime + seconds) + 1 if seconds else hard
        resource.setrlimit(resource.RLIMIT_CPU, (_least(limit, hard), hard))

    def end_with_the_program(requests: BinaryIO, folder: str) -> None:
        """From now on, end this process when nobody can ask it any more, also in the midst of work.

        What it has started ends with it, as long as it stays in this process's group, and the
        folder goes. A worker that only waits for the next request ends by itself before.

        Args:
            requests: the pipe that the program holds the other end of.
            folder: the worker's own.
        """

        def watch() -> None:
            closed = select.poll()
            closed.register(requests.fileno(), 0)  # tells nothing but that the other end is gone
            closed.poll()
            time.sleep(_LEAVING_S)
            try:
                # From outside the group: nobody is left in it who could remove the folder.
                subprocess.Popen(
                    ["/bin/sh", "-c", 'kill -9 -- "-$1"; rm -rf -- "$2"', "sh", str(os.getpgrp()),
                     folder],
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    start_new_session=True,
                ).wait()  # fmt: skip
            finally:
                os.killpg(os.getpgrp(), signal.SIGKILL)

        threading.Thread(target=watch, daemon=True).start()

    def _lower(kind: int, value: int) -> None:
        _, hard = resource.getrlimit(kind)
        value = _least(value, hard)
        resource.setrlimit(kind, (value, value))

    def _least(value: int, hard: int) -> int:
        if value == resource.RLIM_INFINITY or hard == resource.RLIM_INFINITY:
            return hard if value == resource.RLIM_INFINITY else value
        return min(value, hard)

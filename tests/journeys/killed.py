"""Runs a command that kills itself just before its n-th change of the files of its home.

    python tests/journeys/killed.py N HOME ARGUMENT…

With N = 0 it lives, and writes how many changes it made as the last line of standard error.
"""

from __future__ import annotations

import os
import runpy
import signal
import sys

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
_CHANGES = frozenset({"os.rename", "os.remove", "os.mkdir", "os.rmdir"})


def main() -> None:
    fatal, home = int(sys.argv[1]), os.path.realpath(sys.argv[2])
    changes = 0

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal changes
        if event == "open":
            writing = isinstance(arguments[2], int) and arguments[2] & _WRITING
        else:
            writing = event in _CHANGES
        # Whole folders are removed by names relative to an open folder.
        path = str(arguments[0]) if writing else "/"
        if path.startswith("/") and not path.startswith(home):
            return
        changes += 1
        if changes == fatal:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)
    sys.argv = ["bot", "--home", home, *sys.argv[3:]]
    try:
        runpy.run_module("bot", run_name="__main__", alter_sys=True)
    finally:
        print(changes, file=sys.stderr)


if __name__ == "__main__":
    main()

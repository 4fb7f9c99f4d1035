"""Runs the program as another program does: a real process, a real home, the real index."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

ENVIRONMENT = {**os.environ, "NO_COLOR": "", "PYTHONWARNINGS": "error"}


def command(home: Path, *arguments: str) -> list[str]:
    return [sys.executable, "-m", "bot", "--home", str(home), *arguments]


def kommunsvar(
    home: Path,
    *arguments: str,
    code: int = 0,
    stdin: str | None = None,
    before: Callable[[], None] | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end; `before` is called in the new process before the program."""
    done = subprocess.run(
        command(home, *arguments),
        input=stdin,
        stdin=subprocess.DEVNULL if stdin is None else None,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=120,
        env=ENVIRONMENT,
        preexec_fn=before,
    )
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    assert "internal error" not in done.stderr
    return done


def as_json(home: Path, *arguments: str, code: int = 0) -> Any:  # noqa: ANN401 - as JSON has it
    return json.loads(kommunsvar(home, *arguments, "--json", code=code).stdout)

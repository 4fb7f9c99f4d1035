"""The process that runs one system, and nothing else.

    python -m scripts.benchmark.worker version SYSTEM
    python -m scripts.benchmark.worker build SYSTEM FOLDER TEXTS
    python -m scripts.benchmark.worker ask SYSTEM FOLDER QUESTION
    python -m scripts.benchmark.worker serve SYSTEM FOLDER

`serve` says `{}` when it is ready, then reads `{"questions": [...], "k": 10}` a line
and answers `{"hits": [[...]], "times_ms": [...], "peak_mib": ...}`. Everything else that a library
prints goes to standard error.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from importlib import metadata
from pathlib import Path
from typing import Any, TextIO

from scripts.benchmark.peers import PEERS
from scripts.benchmark.ports import Peer, Search
from scripts.benchmark.texts import read_texts

__all__ = ["main"]

_COLD_K = 10


def main() -> None:
    """Do what the arguments say."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    what, name, *rest = sys.argv[1:]
    system = _system(name)
    if what == "version":
        found = metadata.version(system.distribution)
        _say(answers, {"version": f"{system.distribution} {found}"})
    elif what == "build":
        system.build(read_texts(Path(rest[1])), Path(rest[0]))
    elif what == "ask":
        _say(answers, {"hits": system.open(Path(rest[0]))(rest[1], _COLD_K)})
    else:
        search = system.open(Path(rest[0]))
        _say(answers, {})
        for line in sys.stdin:
            _say(answers, _answered(search, **json.loads(line)))


def _system(name: str) -> Peer:
    if name in PEERS:
        return PEERS[name]()
    # Imported here: a peer's process holds nothing of ours but its texts.
    from scripts.benchmark.ours import OWN

    return OWN[name]()


def _answered(search: Search, questions: list[str], k: int) -> dict[str, Any]:
    hits: list[list[str]] = []
    times_ms: list[float] = []
    for question in questions:
        start_s = time.perf_counter()
        hits.append(search(question, k))
        times_ms.append((time.perf_counter() - start_s) * 1000)
    return {"hits": hits, "times_ms": times_ms, "peak_mib": _peak_mib()}


def _peak_mib() -> float:
    """Return the most memory that this process held at once (resident set)."""
    status = Path("/proc/self/status")
    if status.exists():  # resource would count what the starting process held, too
        line = next(one for one in status.read_text().splitlines() if one.startswith("VmHWM"))
        return int(line.split()[1]) / 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def _say(answers: TextIO, document: dict[str, Any]) -> None:
    answers.write(f"{json.dumps(document)}\n")
    answers.flush()


if __name__ == "__main__":
    main()

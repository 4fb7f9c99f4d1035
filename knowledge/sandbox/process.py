"""One worker: started, talked to against the clock, and ended with all that it started."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import IO, BinaryIO, cast

import knowledge
from knowledge.sandbox.frames import BrokenFrame, Plain, read_frame, write_frame
from knowledge.sandbox.limits import Limits

__all__ = ["TooSlow", "WorkerDied", "WorkerProcess"]

_Frame = tuple[Plain, bytes]
_START_S = 60.0
_DYING_S = 5.0
_CLOCKS = (14, 24)  # SIGALRM, SIGXCPU: the worker's own; named by number, Windows lacks them
_MAX_ANSWER_BYTES = 128 * 1024**2
_PACKAGES = Path(knowledge.__file__).resolve().parent.parent
# Nothing else of the environment reaches a document: tokens are in it.
_PASSED_ON = (
    "LANG", "LANGUAGE", "LC_ALL", "LC_CTYPE", "LD_LIBRARY_PATH", "PATH", "PYTHONDONTWRITEBYTECODE",
    "PYTHONHOME", "PYTHONPYCACHEPREFIX", "PYTHONWARNINGS", "SYSTEMROOT", "TESSDATA_PREFIX", "TZ",
)  # fmt: skip


class TooSlow(Exception):
    """The worker did not answer in time; it lives on until it is ended.

    Attributes:
        seconds: the time that it had.
    """

    def __init__(self, seconds: float) -> None:
        super().__init__(f"no answer within {seconds:.0f} s")
        self.seconds = seconds


class WorkerDied(Exception):
    """The worker ended, or speaks no longer as it should.

    Attributes:
        signal: the signal that ended it, or None.
        said: the last line that it wrote to standard error; else what is known, in Swedish.
    """

    def __init__(self, signal: int | None, said: str) -> None:
        super().__init__(said)
        self.signal = signal
        self.said = said


class WorkerProcess:
    """A running worker with a temporary folder of its own.

    Raises:
        WorkerDied: it cannot be started.
        OSError: there is no room for the folder, or no process can be made.
    """

    def __init__(self, limits: Limits) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="kommunsvar-"))
        try:
            self._process = _started(limits, self._folder)
        except BaseException:
            _removed(self._folder)
            raise
        try:
            self._frames = self._listen()
            self._next(_START_S)
        except BaseException as exc:
            self.end()
            if isinstance(exc, TooSlow):
                raise WorkerDied(None, f"inget svar inom {_START_S:.0f} s") from exc
            raise

    @property
    def pid(self) -> int:
        """The process, which leads its own session."""
        return self._process.pid

    @property
    def folder(self) -> Path:
        """Its temporary folder, which `end` removes."""
        return self._folder

    def ask(self, request: Plain, body: bytes, limits: Limits) -> tuple[Plain, bytes]:
        """Send a request and wait for its answer, a head and a body.

        Raises:
            TooSlow: no answer in time, by this clock or the worker's own.
            WorkerDied: it ended in the midst of it.
        """
        # In a thread: a worker that died or hangs reads no request.
        sender = threading.Thread(target=self._send, args=(request, body), daemon=True)
        sender.start()
        limit_s = limits.wall_s
        try:
            head, answer = self._next(limit_s)
            if isinstance(head, dict) and head.get("needs") == "scan time":
                limit_s = limits.scan_wall_s
                head, answer = self._next(limit_s)
        except WorkerDied as exc:
            if exc.signal in _CLOCKS:
                raise TooSlow(limit_s) from exc
            raise
        return head, answer

    def end(self) -> None:
        """End the worker, all processes that it started, and its folder; twice is fine."""
        self.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                _closed(stream)
        _removed(self._folder)

    def kill(self) -> None:
        """Kill the worker and all processes that it started; `end` still has to follow."""
        if sys.platform == "win32":
            self._process.kill()
            return
        try:
            os.killpg(self._process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return  # it ended by itself, and left nobody

    def _send(self, request: Plain, body: bytes) -> None:
        stream = cast(BinaryIO, self._process.stdin)
        try:
            write_frame(stream, request, body)
        except (OSError, ValueError):
            return  # it ended: who waits for the answer sees why

    def _listen(self) -> SimpleQueue[_Frame | None]:
        """Put every answer into a queue, and None after the last."""
        frames: SimpleQueue[_Frame | None] = SimpleQueue()
        threading.Thread(target=self._receive, args=(frames,), daemon=True).start()
        return frames

    def _receive(self, frames: SimpleQueue[_Frame | None]) -> None:
        for frame in _answers(cast(BinaryIO, self._process.stdout)):
            frames.put(frame)
        frames.put(None)

    def _next(self, seconds: float) -> tuple[Plain, bytes]:
        try:
            frame = self._frames.get(timeout=seconds)
        except Empty:
            raise TooSlow(seconds) from None
        if frame is None:
            raise self._death()
        return frame

    def _death(self) -> WorkerDied:
        try:
            code = self._process.wait(_DYING_S)
        except subprocess.TimeoutExpired:
            return WorkerDied(None, "fel svar")
        said = (self._folder / "stderr").read_text("utf-8", "replace").strip().splitlines()
        return WorkerDied(-code if code < 0 else None, said[-1] if said else f"felkod {code}")


def _started(limits: Limits, folder: Path) -> subprocess.Popen[bytes]:
    inherited = os.environ.get("PYTHONPATH", "")
    paths = [str(Path(one).resolve()) for one in inherited.split(os.pathsep) if one]
    environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    environment |= {
        "PYTHONPATH": os.pathsep.join([str(_PACKAGES), *paths]),
        "PYTHONIOENCODING": "utf-8",
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "TEMP": str(folder),
        "TMP": str(folder),
    }
    with (folder / "stderr").open("wb") as errors:
        return subprocess.Popen(
            # -P: no module is taken from the folder that the program was started in.
            [sys.executable, "-P", "-m", "knowledge.sandbox.worker", json.dumps(asdict(limits)),
             str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            cwd=folder,
            env=environment,
            start_new_session=True,
        )  # fmt: skip


def _answers(stream: BinaryIO) -> Iterator[_Frame]:
    """Yield all frames, until the worker ends or says something else."""
    while True:
        try:
            frame = read_frame(stream, max_bytes=_MAX_ANSWER_BYTES)
        except (BrokenFrame, OSError, ValueError):
            return  # a worker killed in the midst of an answer leaves half of one
        if frame is None:
            return
        yield frame


def _closed(stream: IO[bytes]) -> None:
    try:
        stream.close()
    except OSError:
        return  # bytes that it did not read are left in the pipe


def _removed(folder: Path) -> None:
    """Remove a folder that processes which are just ending may still write to."""
    for _ in range(20):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        time.sleep(0.05)

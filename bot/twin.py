"""A second process that answers questions, so that searching and sending use two processors.

It is made by fork when everything is open: what lies in memory is shared, and what it adds is small
(docs/adr/0020-a-twin-that-searches.md). Questions go to it and answers come back in their order,
pickled; both ends are this program, over a pair of sockets that nobody else has. What waits is done
together. Whatever fails in it, or when it is gone, the program does itself: so errors are told
where they always are.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import pickle
import signal
import socket
import sys
import time
import warnings
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import Any, Generic, Self, TypeAlias, TypeVar

from bot.logs import event

__all__ = ["TOGETHER", "Twin", "TwinError"]

Request = TypeVar("Request")
Result = TypeVar("Result")

Unpickled: TypeAlias = Any
"""What the other end sent; both ends agree on what that is."""

TOGETHER = 12
"""So many requests at the most are done together: with more, the first would wait longer, and the
answers come too late to be sent beside the work."""

_FEW = 8
"""So many are done together without leaving some for later."""

_SIZE_BYTES = 4
_READ_BYTES = 1 << 16
_PATIENCE_S = 2.0


class TwinError(Exception):
    """The twin did not do it."""


class Twin(Generic[Request, Result]):
    """The second process, from the side of the first."""

    def __init__(self, pid: int, end: socket.socket) -> None:
        self._pid = pid
        self._end = end
        self._answers: _Answers | None = None

    @classmethod
    def fork(cls, work: Callable[[Sequence[Request]], Sequence[Result]]) -> Self | None:
        """Begin; None where there is but one processor, or the system knows no safe fork.

        To be called before the program has threads of its own.

        Args:
            work: what the twin does with the requests that wait, at most `TOGETHER`; a result each.
                It sees the program as it is now.
        """
        if sys.platform != "linux" or len(os.sched_getaffinity(0)) < 2:
            return None
        ours, theirs = socket.socketpair()
        gc.freeze()  # so that looking for garbage does not copy what is shared
        with warnings.catch_warnings():
            # Python 3.12 warns of threads that may hold a lock now. Those that are there belong to
            # tantivy, whose files the twin only reads, and OpenBLAS, which provides for forks.
            warnings.simplefilter("ignore", DeprecationWarning)
            pid = os.fork()
        if pid == 0:
            try:
                ours.close()
                _answer_until_left(theirs, work)
            finally:
                os._exit(0)
        theirs.close()
        return cls(pid, ours)

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._pid

    async def meet(self) -> None:
        """Be ready to ask, within the event loop that runs."""
        loop = asyncio.get_running_loop()
        _, self._answers = await loop.create_unix_connection(_Answers, sock=self._end)

    async def ask(self, request: Request) -> Result:
        """Let the twin do something.

        Raises:
            TwinError: it failed, in this or what was done together with it, or is gone; what was
                asked may be done elsewhere.
        """
        if self._answers is None:
            raise TwinError
        answer: Result = await self._answers.to(request)
        return answer

    def leave(self) -> None:
        """Ask nothing more; called while the event loop still runs."""
        if self._answers is not None:
            self._answers.leave()

    def close(self) -> None:
        """End the twin, and wait for its end."""
        self._end.close()
        until_s = time.monotonic() + _PATIENCE_S
        with suppress(ChildProcessError):
            while os.waitpid(self._pid, os.WNOHANG) == (0, 0):
                if time.monotonic() > until_s:
                    os.kill(self._pid, signal.SIGKILL)
                time.sleep(0.01)


class _Answers(asyncio.Protocol):
    """The first process' end of the line."""

    def __init__(self) -> None:
        self._waiting: deque[asyncio.Future[Unpickled]] = deque()
        self._arriving = _Arriving()
        self._leaving = bytearray()
        self._transport: asyncio.Transport | None = None
        self._left = False

    async def to(self, request: object) -> Unpickled:
        """Return the answer to a request."""
        if self._transport is None:
            raise TwinError
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Unpickled] = loop.create_future()
        self._waiting.append(future)
        if not self._leaving:  # what is asked in one step of the event loop is sent together
            loop.call_soon(self._send)
        self._leaving += _packed(request)
        return await future

    def _send(self) -> None:
        if self._transport is not None:
            self._transport.write(bytes(self._leaving))
        self._leaving.clear()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Be ready."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Hand out the answers that are whole."""
        self._arriving.add(data)
        for count, answers in self._arriving.take():
            futures = [self._waiting.popleft() for _ in range(count)]
            if answers is None:
                _fail(futures)
                continue
            for future, answer in zip(futures, answers, strict=True):
                if not future.done():
                    future.set_result(answer)

    def connection_lost(self, exc: Exception | None) -> None:
        """Give up what is not answered."""
        self._transport = None
        if not self._left:
            event("the twin is gone", logging.WARNING)
        _fail(self._waiting)
        self._waiting.clear()

    def leave(self) -> None:
        """Hang up."""
        self._left = True
        if self._transport is not None:
            self._transport.close()


def _fail(waiting: Iterable[asyncio.Future[Unpickled]]) -> None:
    for future in waiting:
        if not future.done():
            future.set_exception(TwinError())


class _Arriving:
    """What comes over the line, cut into what was sent."""

    def __init__(self) -> None:
        self._held = bytearray()

    def add(self, data: bytes) -> None:
        """Take what was read."""
        self._held += data

    def take(self) -> list[Unpickled]:
        """Return what is whole, in order."""
        taken: list[Unpickled] = []
        while len(self._held) >= _SIZE_BYTES:
            end = _SIZE_BYTES + int.from_bytes(self._held[:_SIZE_BYTES])
            if len(self._held) < end:
                break
            taken.append(pickle.loads(self._held[_SIZE_BYTES:end]))
            del self._held[:end]
        return taken


def _answer_until_left(
    end: socket.socket, work: Callable[[Sequence[Request]], Sequence[Result]]
) -> None:
    """Do what is asked for, in order, until the first process ends, however that is."""
    for number in (signal.SIGINT, signal.SIGTERM):  # meant for the first, which then leaves
        signal.signal(number, signal.SIG_IGN)
    arriving = _Arriving()
    waiting: deque[Request] = deque()
    with end:
        while data := end.recv(_READ_BYTES):
            arriving.add(data)
            waiting.extend(arriving.take())
            while waiting:
                requests = [waiting.popleft() for _ in range(_together(len(waiting)))]
                try:
                    answers = list(work(requests))
                except Exception:  # the first process comes to the same and says it
                    answers = None
                end.sendall(_packed((len(requests), answers)))
                with suppress(BlockingIOError):  # what came meanwhile, if anything
                    arriving.add(end.recv(_READ_BYTES, socket.MSG_DONTWAIT))
                    waiting.extend(arriving.take())


def _together(waiting: int) -> int:
    """Return how many of the requests that wait are done together.

    Half of many: the last answers should be few, for nothing goes on beside their sending.
    """
    return min(waiting, max(_FEW, min(waiting // 2, TOGETHER)))


def _packed(value: object) -> bytes:
    data = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
    return len(data).to_bytes(_SIZE_BYTES) + data

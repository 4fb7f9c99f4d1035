"""Several workers side by side, so that every processor reads while replies are stored."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from queue import LifoQueue
from typing import Self

from knowledge.document import Document
from knowledge.draft import Draft
from knowledge.reading import AskedQuestion, Begun, Understood
from knowledge.sandbox.limits import Limits
from knowledge.sandbox.parent import Sandbox

__all__ = ["SandboxPool"]

_MOST = 8
"""Workers; each may use as much memory as its limit says."""


class SandboxPool:
    """Sandboxes, each with a worker of its own, which is started when it is first needed.

    The first one is started at once, beside what the program does before it has a document.

    Implements `knowledge.reading.ReadingAhead`, and may be used from many threads: who finds all
    sandboxes at work waits for one. A document that ends its worker hurts no other document. A
    context manager: at its end what is still being read is broken off, and no process, thread or
    file is left.

    Args:
        at_once: how many documents are read side by side; as many as there are processors, up to
            eight, when None.
        limits: what each worker may use.
    """

    def __init__(self, at_once: int | None = None, limits: Limits | None = None) -> None:
        self._sandboxes = [Sandbox(limits) for _ in range(at_once or min(_processors(), _MOST))]
        # The last one used is the first one used again: few documents start few workers.
        self._idle: LifoQueue[Sandbox] = LifoQueue()
        for sandbox in self._sandboxes:
            self._idle.put(sandbox)
        self._threads = ThreadPoolExecutor(self.at_once, thread_name_prefix="reading")
        self._starter = threading.Thread(target=self._sandboxes[-1].start, name="reading-start")

    def __enter__(self) -> Self:
        self._starter.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Break off what is being read, and end all workers; nothing can be read afterwards."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        for sandbox in self._sandboxes:
            sandbox.stop()
        self._threads.shutdown()
        if self._starter.ident is not None:
            self._starter.join()
        for sandbox in self._sandboxes:
            sandbox.close()

    @property
    def at_once(self) -> int:
        """How many documents are read side by side."""
        return len(self._sandboxes)

    @property
    def workers(self) -> tuple[int, ...]:
        """The processes that are running now."""
        running = [sandbox.worker for sandbox in self._sandboxes]
        return tuple(worker.pid for worker in running if worker is not None)

    def begin(self, file: str, data: bytes, /) -> Begun:
        """Begin to understand a document, in its turn among those that were begun."""
        return self._threads.submit(self.understand, file, data).result

    def read(self, file: str, data: bytes, /) -> Document:
        """Read a document; as `Sandbox.read`."""
        with self._sandbox() as sandbox:
            return sandbox.read(file, data)

    def understand(self, file: str, data: bytes, /) -> Understood:
        """Read a document and find the replies in it; as `Sandbox.understand`."""
        with self._sandbox() as sandbox:
            return sandbox.understand(file, data)

    def reread(self, text: str, /) -> tuple[Draft, ...]:
        """Find the replies in a text that was extracted before; as `Sandbox.reread`."""
        with self._sandbox() as sandbox:
            return sandbox.reread(text)

    def questions(self, file: str, data: bytes, /) -> tuple[AskedQuestion, ...]:
        """Find the questions of a new interpellation; as `Sandbox.questions`."""
        with self._sandbox() as sandbox:
            return sandbox.questions(file, data)

    @contextmanager
    def _sandbox(self) -> Iterator[Sandbox]:
        sandbox = self._idle.get()
        try:
            yield sandbox
        finally:
            self._idle.put(sandbox)


def _processors() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1

"""`Reading` in a process of its own: whatever a document does, it costs one sentence."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Self, TypeVar

from knowledge.document import Document
from knowledge.draft import Draft
from knowledge.errors import (
    DocumentError,
    NotAReply,
    ReadingStopped,
    UnreadableDocument,
    disk_trouble,
)
from knowledge.limits import MAX_BYTES, TOO_LARGE
from knowledge.reading import AskedQuestion, Understood
from knowledge.sandbox.codec import (
    BadAnswer,
    document_from,
    drafts_from,
    questions_from,
    understood_from,
)
from knowledge.sandbox.frames import Plain
from knowledge.sandbox.limits import Limits
from knowledge.sandbox.process import TooSlow, WorkerDied, WorkerProcess

__all__ = ["Sandbox"]

_T = TypeVar("_T")
_TRY = "Spara om det, till exempel som en ny pdf, eller dela det i flera filer, och försök igen."
_SLOW = "dokumentet tog mer än {time} att läsa. " + _TRY
_MEMORY = "dokumentet behöver för mycket minne för att läsas. " + _TRY
_STOPPED = (
    "läsaren avbröts oväntat ({how}). Dokumentet är skadat, eller kräver för mycket minne. " + _TRY
)
_NOT_STARTED = (
    "läsaren kunde inte startas ({why}). Felet ligger inte i dokumentet: be den som sköter "
    "Kommunsvar se efter."
)
_BROKEN_OFF = "läsningen avbröts. Importera dokumentet igen."
_ERRORS = {one.__name__: one for one in (UnreadableDocument, NotAReply, ReadingStopped)}


class Sandbox:
    """Reads documents in a worker, which is started when first needed and kept for many.

    A worker that crashes, reaches a limit or has read enough documents is ended and the next
    document gets a new one. A context manager: at its end there is no process and no file left.
    Threads take turns.

    Args:
        limits: what the worker may use.
    """

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._worker: WorkerProcess | None = None
        self._documents = 0
        self._turn = threading.Lock()
        self._stopped = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the worker, if there is one; the next document would start another."""
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.end()

    def start(self) -> None:
        """Start the worker; why it cannot be started is told with the first document."""
        with self._turn, suppress(ReadingStopped):
            self._running("")

    def stop(self) -> None:
        """Break off what another thread is reading, which then fails, and read nothing more."""
        self._stopped = True
        worker = self._worker
        if worker is not None:
            worker.kill()

    @property
    def worker(self) -> WorkerProcess | None:
        """The running worker, if any."""
        return self._worker

    def read(self, file: str, data: bytes, /) -> Document:
        """Read a document.

        Raises:
            UnreadableDocument: it cannot be read.
            ReadingStopped: reading it reached a limit, or ended the reader.
        """
        return self._asked("read", file, data, document_from)

    def understand(self, file: str, data: bytes, /) -> Understood:
        """Read a document and find the replies in it.

        Raises:
            UnreadableDocument, NotAReply: it cannot be read, or holds no reply.
            ReadingStopped: reading it reached a limit, or ended the reader.
        """
        return self._asked("understand", file, data, understood_from)

    def reread(self, text: str, /) -> tuple[Draft, ...]:
        """Find the replies in a text that was extracted before; none is no error.

        Raises:
            ReadingStopped: reading it reached a limit, or ended the reader.
        """
        data = text.encode("utf-8", "surrogatepass")
        return self._asked("reread", "", data, _without_body(drafts_from))

    def questions(self, file: str, data: bytes, /) -> tuple[AskedQuestion, ...]:
        """Find the questions of a new interpellation, at least one.

        Raises:
            UnreadableDocument, NotAReply: it cannot be read, or asks nothing.
            ReadingStopped: reading it reached a limit, or ended the reader.
        """
        return self._asked("questions", file, data, _without_body(questions_from))

    def _asked(self, what: str, file: str, data: bytes, decode: Callable[[Plain, bytes], _T]) -> _T:
        if len(data) > MAX_BYTES:
            raise UnreadableDocument(file, TOO_LARGE)
        with self._turn:
            done = False
            try:
                answer, body = self._answer(what, file, data)
                result = decode(answer, body)
                done = True
                return result
            except BadAnswer as exc:
                raise ReadingStopped(file, _STOPPED.format(how="fel svar")) from exc
            except (UnreadableDocument, NotAReply):
                done = True
                raise
            finally:
                self._documents += 1
                # Also where the person breaks off: an answer that nobody took would be the next.
                if not done or self._documents >= self._limits.documents:
                    self.close()

    def _answer(self, what: str, file: str, data: bytes) -> tuple[Plain, bytes]:
        worker = self._running(file)
        try:
            head, body = worker.ask({"do": what, "file": file}, data, self._limits)
        except TooSlow as exc:
            raise ReadingStopped(file, _SLOW.format(time=_time(exc.seconds))) from exc
        except WorkerDied as exc:
            how = f"signal {exc.signal}" if exc.signal else exc.said
            raise ReadingStopped(file, _STOPPED.format(how=how)) from exc
        if isinstance(head, dict) and "done" in head:
            return head["done"], body
        raise _error(file, head)

    def _running(self, file: str) -> WorkerProcess:
        if self._worker is None:
            try:
                self._worker = WorkerProcess(self._limits)
            except (WorkerDied, OSError) as exc:
                why = disk_trouble(exc.errno) if isinstance(exc, OSError) else exc
                raise ReadingStopped(file, _NOT_STARTED.format(why=why)) from exc
            self._documents = 0
        if self._stopped:
            raise ReadingStopped(file, _BROKEN_OFF)
        return self._worker


def _time(seconds: float) -> str:
    return f"{seconds:.0f} sekunder" if seconds < 120 else f"{seconds / 60:.0f} minuter"


def _without_body(decode: Callable[[Plain], _T]) -> Callable[[Plain, bytes], _T]:
    """Return a decoder of answers that are plain values alone."""

    def decoded(value: Plain, body: bytes) -> _T:
        if body:
            raise BadAnswer("bytes where none belong")
        return decode(value)

    return decoded


def _error(file: str, head: Plain) -> DocumentError:
    fields = head if isinstance(head, dict) else {}
    kind, message = str(fields.get("error")), " ".join(str(fields.get("message"))[:1_000].split())
    if kind in _ERRORS:
        return _ERRORS[kind](file, message)
    if kind == "memory":
        return ReadingStopped(file, _MEMORY)
    return ReadingStopped(file, _STOPPED.format(how=message or kind))

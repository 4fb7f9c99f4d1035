"""Where a reader says that a document needs more time than others, as recognising text does.

Whoever listens limits the time, and ends the reader with all that it started.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

__all__ = ["asked_by", "is_limited", "needs_scan_time"]

_Listener = Callable[[], None]
_listener: ContextVar[_Listener | None] = ContextVar("patience", default=None)


def needs_scan_time() -> None:
    """Say that the document being read is scanned; whoever limits the time grants more, once."""
    listener = _listener.get()
    if listener is not None:
        listener()


def is_limited() -> bool:
    """Whether somebody limits the time, and then ends all processes of this process's group."""
    return _listener.get() is not None


@contextmanager
def asked_by(listener: _Listener) -> Iterator[None]:
    """Call `listener` when a reader inside the block needs more time."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)

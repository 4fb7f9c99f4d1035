"""The messages between the program and the worker: a JSON head and the bytes that belong to it.

A frame is eight bytes, the lengths of head and body as big-endian unsigned 32-bit numbers, then
the head as UTF-8 JSON, then the body.
"""

from __future__ import annotations

import json
import struct
from typing import Any, BinaryIO

__all__ = ["BrokenFrame", "Plain", "read_frame", "write_frame"]

Plain = Any
"""What JSON holds: dict, list, str, int, float, bool, None."""

_LENGTHS = struct.Struct(">II")


class BrokenFrame(ValueError):
    """What came is no frame, or is larger than allowed."""


def write_frame(stream: BinaryIO, head: Plain, body: bytes = b"") -> None:
    """Write one frame, at once.

    Raises:
        OSError: nobody reads.
    """
    # A lone surrogate, out of a broken document, is no reason to fail here.
    text = json.dumps(head, ensure_ascii=False).encode("utf-8", "surrogatepass")
    stream.write(_LENGTHS.pack(len(text), len(body)) + text)
    stream.write(body)
    stream.flush()


def read_frame(stream: BinaryIO, *, max_bytes: int) -> tuple[Plain, bytes] | None:
    """Read one frame.

    Args:
        stream: where it comes from.
        max_bytes: the most that head and body may have, together.

    Returns:
        Head and body, or None at the end of the stream.

    Raises:
        BrokenFrame: it breaks off, is too large, or its head is no JSON.
    """
    prefix = stream.read(_LENGTHS.size)
    if not prefix:
        return None
    if len(prefix) < _LENGTHS.size:
        raise BrokenFrame("a frame breaks off in its lengths")
    head_bytes, body_bytes = _LENGTHS.unpack(prefix)
    if head_bytes + body_bytes > max_bytes:
        raise BrokenFrame(f"a frame of {head_bytes + body_bytes} bytes; at most {max_bytes}")
    head, body = stream.read(head_bytes), stream.read(body_bytes)
    if len(head) < head_bytes or len(body) < body_bytes:
        raise BrokenFrame("a frame breaks off")
    try:
        return json.loads(head.decode("utf-8", "surrogatepass")), body
    except (ValueError, RecursionError) as exc:
        raise BrokenFrame(f"the head of a frame is no JSON: {exc}") from exc

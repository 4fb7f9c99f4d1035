"""The process that reads documents: `python -m knowledge.sandbox.worker LIMITS FOLDER`.

It limits itself, says that it is ready, and then answers one request after the other until nobody
asks. A request is the head `{"do": …, "file": …}` with the document as its body; the answer
`{"done": …}`, with what another program made of the document as its body, or
`{"error": …, "message": …}`. Before it may come `{"needs": "scan time"}`.
"""

from __future__ import annotations

import json
import shutil
import sys
from typing import BinaryIO

from knowledge.errors import DocumentError, NotAReply, ReadingStopped, UnreadableDocument
from knowledge.limits import MAX_BYTES
from knowledge.patience import asked_by
from knowledge.sandbox.codec import (
    converted_bytes,
    plain_document,
    plain_drafts,
    plain_questions,
    plain_understood,
)
from knowledge.sandbox.confinement import (
    confine,
    end_with_the_program,
    give_time,
    own_pipes,
    peak_memory_bytes,
)
from knowledge.sandbox.frames import Plain, read_frame, write_frame
from knowledge.sandbox.limits import Limits
from knowledge.understanding import DirectReading

__all__ = ["CRASH", "MAX_REQUEST_BYTES", "MEMORY", "main"]

MAX_REQUEST_BYTES = MAX_BYTES + 64 * 1024
MEMORY = "memory"
CRASH = "crash"
_NEARLY_ALL = 0.8  # of the memory: the piece that no longer fitted may have been a large one
_DOCUMENT_ERRORS = (UnreadableDocument, NotAReply, ReadingStopped)


def main(arguments: list[str]) -> None:
    """Answer requests until there are no more, then remove the temporary folder.

    Args:
        arguments: the limits as a JSON object, and the temporary folder.
    """
    requests, answers = own_pipes()
    limits = Limits(**json.loads(arguments[0]))
    confine(limits)
    end_with_the_program(requests, arguments[1])
    try:
        write_frame(answers, {"ready": True})
        while (frame := read_frame(requests, max_bytes=MAX_REQUEST_BYTES)) is not None:
            head, data = frame
            frame = None  # else the document would stay in memory beside the next one
            write_frame(answers, *_answer(head, data, limits, answers))
    except BrokenPipeError:
        sys.exit(1)  # the program is gone
    finally:
        shutil.rmtree(arguments[1], ignore_errors=True)


def _answer(head: Plain, data: bytes, limits: Limits, answers: BinaryIO) -> tuple[Plain, bytes]:
    def more_time() -> None:
        give_time(limits.scan_wall_s)
        write_frame(answers, {"needs": "scan time"})

    give_time(limits.wall_s)
    try:
        with asked_by(more_time):
            done, body = _done(str(head["do"]), str(head["file"]), data)
            return {"done": done}, body
    except _DOCUMENT_ERRORS as error:
        # Libraries hide behind "broken" that there was no memory left.
        if peak_memory_bytes() > _NEARLY_ALL * limits.memory_bytes:
            return _failed(MEMORY)
        return _failed(type(error).__name__, error.message)
    except DocumentError as error:
        return _failed(UnreadableDocument.__name__, error.message)
    except MemoryError:
        return _failed(MEMORY)
    except Exception as error:
        # Whatever a library or a reader throws at a broken document ends here, with its name.
        return _failed(CRASH, type(error).__name__)
    finally:
        give_time(0)


def _failed(kind: str, message: str = "") -> tuple[Plain, bytes]:
    return {"error": kind, "message": message}, b""


def _done(what: str, file: str, data: bytes) -> tuple[Plain, bytes]:
    reading = DirectReading()
    if what == "read":
        document = reading.read(file, data)
        return plain_document(document), converted_bytes(document)
    if what == "understand":
        understood = reading.understand(file, data)
        return plain_understood(understood), converted_bytes(understood.document)
    if what == "reread":
        return plain_drafts(reading.reread(data.decode("utf-8", "surrogatepass"))), b""
    if what == "questions":
        return plain_questions(reading.questions(file, data)), b""
    raise ValueError(what)


if __name__ == "__main__":
    main(sys.argv[1:])

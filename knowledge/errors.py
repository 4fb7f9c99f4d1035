"""The root of the error tree, and the branch of what is said.

    KommunsvarError
    ├── DocumentError      a document cannot be read as a reply
    │   ├── UnreadableDocument   broken, empty or of an unknown format
    │   ├── ReadingStopped       reading it reached a limit, or ended the reader
    │   └── NotAReply            readable, but something else
    ├── StoreError         the record cannot be written or read (disk, rights)
    ├── RecordError        a record file is wrong: names file, field and line
    ├── UnknownReply       no such reply in the record
    ├── ReviewStateError   the change of status is not possible
    ├── index.errors.*     branches of finding
    └── bot.errors.*       branches of deciding and speaking

Every message says what happened, where, and what to do.
"""

from __future__ import annotations

__all__ = [
    "DocumentError",
    "KommunsvarError",
    "NotAReply",
    "ReadingStopped",
    "RecordError",
    "ReviewStateError",
    "StoreError",
    "UnknownReply",
    "UnreadableDocument",
]


class KommunsvarError(Exception):
    """Something the user can be told about in one sentence: `str(error)` is that sentence."""


class DocumentError(KommunsvarError):
    """A document cannot be read as a reply; the message is in Swedish, for the registrar.

    Attributes:
        file: the document's name.
    """

    def __init__(self, file: str, message: str) -> None:
        super().__init__(f"{file}: {message}")
        self.file = file
        self.message = message


class UnreadableDocument(DocumentError):
    """The document is broken, empty, protected or of a format that has no reader."""


class ReadingStopped(DocumentError):
    """Reading the document took too long or too much memory, or ended the reader."""


class NotAReply(DocumentError):
    """The document is readable but does not look like a reply to an interpellation."""


class StoreError(KommunsvarError):
    """The record cannot be written or read: a full disk, missing rights.

    Attributes:
        path: the file or folder.
    """

    def __init__(self, path: str, message: str) -> None:
        super().__init__(f"{path}: {message}")
        self.path = path


class RecordError(KommunsvarError):
    """A record file is wrong.

    Attributes:
        file: path of the record file, as given.
        field: dotted path of the field (`passages[2].span.end`), or None for the whole file.
        line: line number from 1, or None when unknown.
    """

    def __init__(
        self, file: str, message: str, *, field: str | None = None, line: int | None = None
    ) -> None:
        where = file if line is None else f"{file}, line {line}"
        what = message if field is None else f"{field}: {message}"
        super().__init__(f"{where}: {what}")
        self.file = file
        self.field = field
        self.line = line
        self.message = message


class UnknownReply(KommunsvarError):
    """No reply with this id is in the record.

    Attributes:
        reply_id: what was asked for.
    """

    def __init__(self, reply_id: str) -> None:
        super().__init__(f"no reply {reply_id!r} in the record; `kommunsvar search` shows the ids")
        self.reply_id = reply_id


class ReviewStateError(KommunsvarError):
    """The change of status is not possible from where the reply stands.

    Attributes:
        reply_id: the reply.
    """

    def __init__(self, reply_id: str, message: str) -> None:
        super().__init__(f"{reply_id}: {message}")
        self.reply_id = reply_id

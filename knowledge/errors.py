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

Every message says what happened, where, and what to do: in English for whoever runs the program
(`str`), and in Swedish for registrars (`swedish`), without what only the former can use.
"""

from __future__ import annotations

import errno
from pathlib import Path

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
    "disk_trouble",
]

_DISK = {
    errno.ENOSPC: "disken är full",
    errno.EDQUOT: "disken är full",
    errno.EFBIG: "filen blir större än den får vara",
    errno.EACCES: "programmet har inte rätt till den",
    errno.EPERM: "programmet har inte rätt till den",
    errno.EROFS: "disken går bara att läsa från",
    errno.ENOENT: "den finns inte",
    errno.EIO: "disken är skadad eller svarar inte",
}


def disk_trouble(number: int | None) -> str:
    """Return in Swedish why the disk refuses, by the number that the system gives (`errno`)."""
    return _DISK.get(number or 0, f"felkod {number}" if number else "disken säger inte varför")


class KommunsvarError(Exception):
    """Something the user can be told about in one sentence: `str(error)` is that sentence."""

    @property
    def swedish(self) -> str:
        """The same for a registrar; here the message itself, which is Swedish already."""
        return str(self)


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
        number: what the system calls it (`errno`), or None when it does not say.
        consequence: in Swedish, what is so now; "" where nothing was changed.
    """

    def __init__(
        self, path: str, message: str, *, number: int | None = None, consequence: str = ""
    ) -> None:
        super().__init__(f"{path}: {message}")
        self.path = path
        self.number = number
        self.consequence = consequence

    @property
    def swedish(self) -> str:
        """What cannot be read or written, why, and what is so now."""
        return (
            f"{Path(self.path).name or self.path} går inte att läsa eller skriva:"
            f" {disk_trouble(self.number)}. {self.consequence or 'Inget är ändrat.'}"
            " Be den som sköter Kommunsvar se efter, och försök igen."
        )


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

    @property
    def swedish(self) -> str:
        """Which file is wrong, and where in it."""
        where = "" if self.line is None else f", rad {self.line}"
        what = "" if self.field is None else f" (fältet {self.field})"
        return (
            f"Filen {Path(self.file).name} i registret är felaktig{where}{what}, och svaret i den"
            " kan inte användas förrän den är rättad. Be den som sköter Kommunsvar se efter."
        )


class UnknownReply(KommunsvarError):
    """No reply with this id is in the record.

    Attributes:
        reply_id: what was asked for.
    """

    def __init__(self, reply_id: str) -> None:
        super().__init__(f"no reply {reply_id!r} in the record; `kommunsvar search` shows the ids")
        self.reply_id = reply_id

    @property
    def swedish(self) -> str:
        """Which one there is not."""
        return f"Det finns inget svar med beteckningen {self.reply_id}."


class ReviewStateError(KommunsvarError):
    """The change of status is not possible from where the reply stands.

    Attributes:
        reply_id: the reply.
        why: in Swedish, after its name: "är redan publicerat sedan 18 mars 2025".
    """

    def __init__(self, reply_id: str, message: str, *, why: str) -> None:
        super().__init__(f"{reply_id} {message}")
        self.reply_id = reply_id
        self.why = why

    @property
    def swedish(self) -> str:
        """Why it is not possible."""
        return f"{self.reply_id} {self.why}."

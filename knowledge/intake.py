"""Files as they are given: found, refused where they are no document, and read within limits."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from knowledge.archive import is_hidden
from knowledge.errors import UnreadableDocument
from knowledge.limits import MAX_BYTES, TOO_LARGE

__all__ = ["files_in", "load"]

_LINK = "filen är en symbolisk länk, som inte följs. Ange filen som länken pekar på."
_SPECIAL = "det är ingen vanlig fil. Ange ett dokument eller en mapp med dokument."
_GONE = "filen kan inte läsas ({why})"
_MISSING = "filen kan inte läsas: den finns inte. Kontrollera namnet och mappen."
_FORBIDDEN = "filen kan inte läsas: du har inte rätt till den. Be om läsrätt och försök igen."


def files_in(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield the files among paths, and those in folders among them, each folder in name order.

    Hidden files and folders inside a folder are left out. A symbolic link is yielded as it is and
    never followed: `load` refuses it.
    """
    for path in paths:
        if path.is_dir() and not path.is_symlink():
            yield from sorted(_inside(path))
        else:
            yield path


def _inside(folder: Path) -> Iterator[Path]:
    for at, folders, files in os.walk(folder):
        here = Path(at)
        links = [name for name in folders if (here / name).is_symlink()]
        folders[:] = [name for name in folders if not is_hidden(name)]
        for name in (*files, *links):
            if not is_hidden(name):
                yield here / name


def load(path: Path) -> bytes:
    """Return the bytes of a document.

    Raises:
        UnreadableDocument: it is a link, a device or too large, or cannot be read. Nothing of it
            is then in memory.
    """
    flags = os.O_RDONLY
    # A pipe must not keep the program waiting, and a file must not become a link meanwhile.
    for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY", "O_CLOEXEC"):
        flags |= getattr(os, name, 0)
    try:
        if path.is_symlink():
            raise UnreadableDocument(path.name, _LINK)
        handle = os.open(path, flags)
    except (OSError, ValueError) as exc:
        raise UnreadableDocument(path.name, _why(exc)) from exc
    try:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            raise UnreadableDocument(path.name, _SPECIAL)
        if status.st_size > MAX_BYTES:
            raise UnreadableDocument(path.name, TOO_LARGE)
        with os.fdopen(handle, "rb", closefd=False) as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as exc:
        raise UnreadableDocument(path.name, _why(exc)) from exc
    finally:
        os.close(handle)
    if len(data) > MAX_BYTES:
        raise UnreadableDocument(path.name, TOO_LARGE)
    return data


def _why(error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return _MISSING
    if isinstance(error, PermissionError):
        return _FORBIDDEN
    return _GONE.format(why=getattr(error, "strerror", None) or error)

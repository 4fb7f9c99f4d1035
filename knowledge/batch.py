"""Use case: files, folders and zips become replies, read side by side and stored one by one.

While one document is stored the next ones are being read. What is stored, and in which order, is
the same as if they were read one after the other.
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from knowledge.archive import is_archive, members
from knowledge.entries import ImportEntry, failed
from knowledge.errors import StoreError, UnreadableDocument
from knowledge.importing import Terms, import_document
from knowledge.intake import files_in, load
from knowledge.keeping import ImportStore
from knowledge.reading import Begun, ReadingAhead

__all__ = ["import_files"]

_AHEAD = 4  # documents a worker: a long one does not keep the others from reading on
_AHEAD_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class _Given:
    """A document as it was given.

    Attributes:
        file: number of the file that it is, or that holds it, from 0.
        shown: where it is, for a person.
        name: its own name.
        data: its bytes; none when it is refused.
        problem: Swedish, why it is refused; None for a document.
    """

    file: int
    shown: str
    name: str
    data: bytes = b""
    problem: str | None = None


def import_files(
    store: ImportStore,
    paths: Sequence[Path],
    reading: ReadingAhead,
    terms: Terms,
    *,
    told: Callable[[int, int], None],
    stopped: Callable[[], bool] | None = None,
) -> Iterator[ImportEntry]:
    """Import documents in the order in which they are given, as `import_document` does each.

    Args:
        store: the record.
        paths: documents, zips of documents, and folders of both, taken in name order.
        reading: reads the documents.
        terms: when, for whom and how they are imported.
        told: told how many files are done, and how many there are.
        stopped: asked before each file whether to leave it and the rest.

    Yields:
        An entry for each reply as soon as it is stored, and for each document without any.
    """
    files = list(files_in(paths))
    at = -1
    for given, begun in _begun(_given(files), reading, store):
        if given.file != at:
            if stopped is not None and stopped():
                return
            at = given.file
            told(at, len(files))
        if given.problem is not None:
            yield failed(given.shown, given.problem)
            continue
        found = import_document(
            store,
            given.name,
            given.data,
            terms,
            reading=reading,
            begun=begun,
        )
        # Two files of one name from different folders can be told apart.
        yield from (replace(entry, file=given.shown) for entry in found)
    told(len(files), len(files))


def _given(files: Iterable[Path]) -> Iterator[_Given]:
    """Yield the documents in files: each is one, or an archive of some."""
    for number, path in enumerate(files):
        try:
            data = load(path)
            if not is_archive(data):
                yield _Given(number, str(path), path.name, data)
                continue
            for member in members(path.name, data):
                shown = f"{path}/{member.path}"
                yield _Given(number, shown, member.name, member.data or b"", member.problem)
        except UnreadableDocument as error:
            yield _Given(number, str(path), path.name, problem=error.message)


def _begun(
    documents: Iterable[_Given], reading: ReadingAhead, store: ImportStore
) -> Iterator[tuple[_Given, Begun | None]]:
    """Yield documents in their order, while some of those that follow are being read already."""
    waiting: deque[tuple[_Given, Begun | None]] = deque()
    held_bytes = 0
    known: frozenset[str] | None = None
    for number, given in enumerate(documents):
        while waiting and (
            len(waiting) >= _AHEAD * reading.at_once or held_bytes + len(given.data) > _AHEAD_BYTES
        ):
            yield waiting[0]
            held_bytes -= len(waiting.popleft()[0].data)
        # The first is most often the only one: it is read while the record is looked through.
        if number == 1:
            known = _known(store)
        begun = None
        if given.problem is None and (
            known is None or hashlib.sha256(given.data).hexdigest() not in known
        ):
            begun = reading.begin(given.name, given.data)
        waiting.append((given, begun))
        held_bytes += len(given.data)
    while waiting:
        yield waiting.popleft()


def _known(store: ImportStore) -> frozenset[str]:
    """Return the digests of the documents that need not be read, as the record has them."""
    try:
        return store.document_digests()
    except StoreError:
        return frozenset()  # each import tells of it

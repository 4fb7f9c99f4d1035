"""The files of a lexical index: written anew, or taken over from another one and changed.

A folder of tantivy's, and `rows.npy` (int64): of each document's number in it, the passage row, -1
for what was taken out. Each passage has two fields of ready-made terms (`index.text`): stems and
grams, of its body once and of its context (title and question) `CONTEXT_TIMES`, so that the context
weighs more without terms of its own to look up. How they are searched is in `index.lexical`.
"""

from __future__ import annotations

import shutil
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import tantivy
from numpy.typing import NDArray

from index.text import grams, stems, words

__all__ = [
    "CONTEXT_TIMES",
    "FIELDS",
    "NUMBER",
    "LexicalDocument",
    "build",
    "extend",
    "numbers",
    "open_files",
]

CONTEXT_TIMES = 2
"""How often the terms of the context count, beside those of the body."""

FIELDS = ("stems", "grams")
"""The fields of terms, as they are called in the files."""

NUMBER = "number"
"""The field that holds each document's number."""

_TOKENIZER = "blanks"
_ROWS = "rows.npy"
# One writer thread below its memory bound writes one segment: documents in row order.
_WRITER_BYTES = 2_000_000_000


@dataclass(frozen=True, slots=True)
class LexicalDocument:
    """What is searched of one passage.

    Attributes:
        body: the passage.
        context: its title and question, in any order.
    """

    body: str
    context: str = ""


def build(documents: Iterable[LexicalDocument], path: Path) -> int:
    """Write an index of the documents to a new folder; document i is found as row i.

    Returns:
        Number of documents.

    Raises:
        OSError: the disk refuses.
    """
    path.mkdir(parents=True, exist_ok=True)
    schema = tantivy.SchemaBuilder()
    schema.add_integer_field(NUMBER, indexed=True, fast=True)
    for field in FIELDS:
        schema.add_text_field(field, tokenizer_name=_TOKENIZER, index_option="freq")
    with _disk():
        index = tantivy.Index(schema.build(), str(path), reuse=False)
    count = _write(index, documents)
    np.save(path / _ROWS, np.arange(count), allow_pickle=False)
    _let_others_read(path)
    return count


def extend(
    before: Path,
    path: Path,
    moved: NDArray[np.int64],
    documents: Iterable[LexicalDocument],
    rows: NDArray[np.int64],
) -> None:
    """Write an index like another one, without some of its rows and with some more.

    What is taken out still counts in how many rows hold a term until tantivy merges its segments,
    so scores can differ a little from those of an index that is built anew.

    Args:
        before: the folder of the other one; stays as it is.
        path: a folder that is not there yet.
        moved: what row each row of the other becomes, -1 for none; rows beyond become none.
        documents: what is added.
        rows: shape (documents,): the row of each.

    Raises:
        OSError: the disk refuses.
    """
    shutil.copytree(before, path, ignore=lambda _, names: [n for n in names if n.endswith(".lock")])
    of_number = _rows(before)
    held = (of_number >= 0) & (of_number < len(moved))
    now = np.full(len(of_number), -1, dtype=np.int64)
    now[held] = moved[of_number[held]]
    with _disk():
        index = tantivy.Index.open(str(path))
    _write(
        index, documents, first=len(now), out=np.flatnonzero((of_number >= 0) & (now < 0)).tolist()
    )
    np.save(path / _ROWS, np.concatenate([now, rows]), allow_pickle=False)
    _let_others_read(path)


def numbers(path: Path) -> int:
    """Return how many rows an index has had since it was built anew, those taken out included."""
    return len(_rows(path))


def open_files(path: Path) -> tuple[tantivy.Index, NDArray[np.int64]]:
    """Open a folder written by `build`; its files are mapped into memory.

    Returns:
        The index, and of each document's number the row, -1 for what was taken out.

    Raises:
        ValueError: not such a folder, or one in which a lock cannot be written.
        OSError: a file is missing, or cannot be read.
    """
    rows = _rows(path)
    return _with_tokenizer(tantivy.Index.open(str(path))), rows


def _rows(path: Path) -> NDArray[np.int64]:
    rows: NDArray[np.int64] = np.load(path / _ROWS, allow_pickle=False)
    return rows


def _write(
    index: tantivy.Index,
    documents: Iterable[LexicalDocument],
    *,
    first: int = 0,
    out: Iterable[int] = (),
) -> int:
    """Take documents out by their numbers, add others with the next ones; return how many."""
    with _disk():
        writer = _with_tokenizer(index).writer(_WRITER_BYTES, 1)
        for number in out:
            writer.delete_documents_by_term(NUMBER, number)
        count = 0
        for count, document in enumerate(documents, 1):
            writer.add_document(_entry(first + count - 1, document))
        writer.commit()
        writer.wait_merging_threads()
    return count


@contextmanager
def _disk() -> Iterator[None]:
    """Translate tantivy's only error, also that for a full disk."""
    try:
        yield
    except ValueError as exc:
        raise OSError(f"the lexical index: {exc}") from exc


def _let_others_read(path: Path) -> None:
    """Give all files the mode that the umask gives.

    tantivy keeps its two lists for the user who builds; the one who asks may be another.
    """
    probe = path / "umask"
    probe.touch()
    mode = stat.S_IMODE(probe.stat().st_mode)
    probe.unlink()
    for file in path.iterdir():
        file.chmod(mode)


def _entry(number: int, document: LexicalDocument) -> tantivy.Document:
    """Return a document as it is indexed: terms joined by blanks."""
    terms = words(document.body) + words(document.context) * CONTEXT_TIMES
    entry = tantivy.Document()
    entry.add_integer(NUMBER, number)
    entry.add_text("stems", " ".join(stems(terms)))
    entry.add_text("grams", " ".join(grams(terms)))
    return entry


def _with_tokenizer(index: tantivy.Index) -> tantivy.Index:
    """Register the tokenizer, which tantivy forgets with every open."""
    blanks = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
    index.register_tokenizer(_TOKENIZER, blanks)
    return index

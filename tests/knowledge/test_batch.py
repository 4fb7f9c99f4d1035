from __future__ import annotations

import threading
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from knowledge.batch import import_files
from knowledge.entries import ImportEntry, ImportStatus
from knowledge.errors import StoreError, UnreadableDocument
from knowledge.importing import Terms
from knowledge.reading import Begun, Understood
from knowledge.store import YamlStore
from knowledge.understanding import DirectReading
from tests.fakes import MemoryStore

LETTER = """\
Svar på interpellation från Anna Ek (C) om skolskjutsar

Fråga 1: Hur långt får det vara till hållplats {number}?
Svar: Högst {number} kilometer, längs den kortaste gångbara vägen.

Exempelby den 17 mars 2025

Bo Lind (S)
Kommunalråd
"""


class Reads(DirectReading):
    """Reads when it is asked what it has begun; keeps the names of what it began and read."""

    at_once = 2

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.read_names: list[str] = []

    def begin(self, file: str, data: bytes, /) -> Begun:
        self.begun.append(file)
        return lambda: self.understand(file, data)

    def understand(self, file: str, data: bytes, /) -> Understood:
        self.read_names.append(file)
        return super().understand(file, data)


class Backwards(Reads):
    """Is done with every document after those that follow it among the first `at_once`."""

    at_once = 4

    def __init__(self, last: str) -> None:
        super().__init__()
        self._next_is_done = {last: threading.Event()}
        self._next_is_done[last].set()
        self._waits: threading.Event | None = None

    def begin(self, file: str, data: bytes, /) -> Begun:
        self.begun.append(file)
        done, waits = threading.Event(), self._next_is_done.setdefault(file, threading.Event())
        if self._waits is not None:
            self._waits_for(self._waits, done)
        self._waits = waits
        found: list[Understood | UnreadableDocument] = []

        def work() -> None:
            waits.wait()
            try:
                found.append(self.understand(file, data))
            except UnreadableDocument as error:
                found.append(error)
            done.set()

        thread = threading.Thread(target=work)
        thread.start()

        def result() -> Understood:
            thread.join()
            if isinstance(found[0], UnreadableDocument):
                raise found[0]
            return found[0]

        return result

    @staticmethod
    def _waits_for(waits: threading.Event, done: threading.Event) -> None:
        def pass_on() -> None:
            done.wait()
            waits.set()

        threading.Thread(target=pass_on).start()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Four texts of one reply, each a correction of the one before, and a file that is none."""
    folder = tmp_path / "svar"
    folder.mkdir()
    for number in range(1, 5):
        (folder / f"{number}.txt").write_text(LETTER.format(number=number), encoding="utf-8")
    (folder / "2b.txt").write_bytes(b"")
    return folder


def _import(
    store: MemoryStore | YamlStore, reading: Reads, *paths: Path, stops_after: int = 99
) -> Iterator[ImportEntry]:
    asked: list[None] = []

    def stopped() -> bool:
        asked.append(None)
        return len(asked) > stops_after

    return import_files(
        store,
        paths,
        reading,
        Terms(date(2025, 4, 1), publish=True, by="karin"),
        told=lambda _done, _total: None,
        stopped=stopped,
    )


def test_what_is_stored_does_not_depend_on_which_document_is_read_first(folder: Path) -> None:
    backwards, forwards = MemoryStore(), MemoryStore()
    reading = Backwards(last="4.txt")
    found = list(_import(backwards, reading, folder))
    assert reading.read_names == ["4.txt", "3.txt", "2b.txt", "2.txt", "1.txt"]
    assert found == list(_import(forwards, Reads(), folder))
    assert [entry.file for entry in found] == [
        str(folder / name) for name in ("1.txt", "2.txt", "2b.txt", "3.txt", "4.txt")
    ]
    assert [entry.revision for entry in found] == [1, 2, None, 3, 4]
    assert backwards.replies == forwards.replies
    assert backwards.sources == forwards.sources


def test_some_documents_are_read_ahead_and_no_more(tmp_path: Path) -> None:
    for number in range(30):
        (tmp_path / f"{number:02}.txt").write_text(LETTER.format(number=number), encoding="utf-8")
    reading = Reads()
    ahead = [
        len(reading.begun) - done
        for done, _ in enumerate(_import(MemoryStore(), reading, tmp_path), 1)
    ]
    assert max(ahead) == 4 * reading.at_once - 1
    assert ahead[-1] == 0


def test_what_the_record_has_is_not_read_again(folder: Path, tmp_path: Path) -> None:
    store = YamlStore(tmp_path / "home")
    list(_import(store, Reads(), folder))
    (folder / "5.txt").write_text(LETTER.format(number=5), encoding="utf-8")
    reading = Reads()
    found = list(_import(store, reading, folder))
    assert reading.begun == ["1.txt", "2b.txt", "5.txt"]  # the first is begun without looking
    assert reading.read_names == ["2b.txt", "5.txt"]
    assert [entry.status for entry in found] == [
        ImportStatus.UNCHANGED, ImportStatus.UNCHANGED, ImportStatus.FAILED,
        ImportStatus.UNCHANGED, ImportStatus.UNCHANGED, ImportStatus.IMPORTED,
    ]  # fmt: skip


def test_a_document_given_twice_is_stored_once(folder: Path) -> None:
    store = MemoryStore()
    found = list(_import(store, Reads(), folder / "1.txt", folder / "1.txt"))
    assert [entry.status for entry in found] == [ImportStatus.IMPORTED, ImportStatus.UNCHANGED]
    assert len(store.replies) == 1


def test_an_import_stops_between_two_files_and_an_archive_is_one(folder: Path) -> None:
    with zipfile.ZipFile(folder / "0.zip", "w") as archive:
        for number in (7, 8):
            archive.writestr(f"{number}.txt", LETTER.format(number=number))
    found = list(_import(MemoryStore(), Reads(), folder, stops_after=2))
    assert [Path(entry.file).name for entry in found] == ["7.txt", "8.txt", "1.txt"]


def test_a_record_that_cannot_be_read_is_told_for_each_document(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> frozenset[str]:
        raise StoreError("knowledge", "Permission denied; check disk space and rights")

    store = MemoryStore()
    for name in ("document_digests", "load_related"):
        monkeypatch.setattr(store, name, refuse)
    found = list(_import(store, Reads(), folder))
    assert len(found) == 5
    assert all("registret kan inte läsas" in (entry.error or "") for entry in found)

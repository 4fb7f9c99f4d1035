from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.administration import ImportReport
from bot.inbox import Inbox
from bot.watching import BURST_S, RETRY_S, FolderGone, watch
from index.errors import EncoderUnavailable
from index.reindex import BuildReport
from knowledge.errors import KommunsvarError
from knowledge.importing import ImportEntry, ImportStatus
from tests.fakes_bot import BUILD


@dataclass
class World:
    """A folder in a time of its own: each sign is half a second.

    Attributes:
        imported: the names of each call.
        told: all that was said, in order.
        fault: raised instead of importing.
    """

    folder: Path
    now: float = 0.0
    imported: list[list[str]] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    fault: KommunsvarError | None = None
    stop_after: int | None = None

    def clock(self) -> float:
        return self.now

    def import_files(
        self,
        paths: Sequence[Path],
        *,
        publish: bool,
        told: Callable[[ImportEntry], None],
        stopped: Callable[[], bool],
    ) -> ImportReport:
        if self.fault is not None:
            raise self.fault
        self.imported.append([path.name for path in paths])
        for path in paths:
            if stopped():
                break
            told(ImportEntry(str(path), ImportStatus.IMPORTED))
        return ImportReport((), BUILD if publish else None)

    def stopped(self) -> bool:
        return self.stop_after is not None and len(self.told) >= self.stop_after

    def entry(self, entry: ImportEntry) -> None:
        self.told.append(entry.file)

    def built(self, build: BuildReport) -> None:
        self.told.append(f"index {build.version}")

    def opened(self, file: str) -> None:
        self.told.append(f"open {file}")

    def later(self, why: str, seconds: float) -> None:
        self.told.append(why)

    def run(
        self, seconds: float, *events: tuple[float, Callable[[], object]], publish: bool = True
    ) -> None:
        def signs() -> Iterator[bool]:
            waiting = sorted(events, key=lambda event: event[0])
            start = self.now
            while self.now - start < seconds:
                due = [event for event in waiting if event[0] <= self.now - start]
                for event in due:
                    event[1]()
                    waiting.remove(event)
                yield bool(due)
                self.now += 0.5

        inbox = Inbox(self.folder, self.clock)
        watch(inbox, signs(), self, self, publish=publish, stopped=self.stopped, clock=self.clock)

    def put(self, name: str, text: str = "Svar") -> Callable[[], object]:
        return lambda: (self.folder / name).write_text(text)


@pytest.fixture
def world(tmp_path: Path) -> World:
    folder = tmp_path / "in"
    folder.mkdir()
    return World(folder)


def test_what_is_there_comes_first_and_a_burst_is_one_index(world: World) -> None:
    world.put("a.txt")()
    world.run(9, (3, world.put("b.txt")), (3.5, world.put("c.txt")), (4, world.put("d.txt")))
    assert world.imported == [["a.txt"], ["b.txt", "c.txt", "d.txt"]]
    assert world.told == ["a.txt", "index 000002", "b.txt", "c.txt", "d.txt", "index 000002"]


def test_a_file_that_never_rests_keeps_nobody_waiting_for_long(world: World) -> None:
    writing = [(at / 2, world.put("b.txt", "x" * at)) for at in range(1, 50)]
    world.put("a.txt")()
    world.run(BURST_S + 4, *writing)
    assert world.imported == [["a.txt"]]


def test_drafts_build_no_index(world: World) -> None:
    world.put("a.txt")()
    world.run(3, publish=False)
    assert world.told == ["a.txt"]


def test_told_to_stop_it_ends_after_the_document_under_way(world: World) -> None:
    for name in ("a.txt", "b.txt", "c.txt"):
        world.put(name)()
    world.stop_after = 2
    world.run(9, publish=False)
    assert world.told == ["a.txt", "b.txt"]


def test_what_keeps_everything_from_being_imported_is_tried_again(world: World) -> None:
    world.fault = EncoderUnavailable("modell", "is gone")
    world.put("a.txt")()
    world.run(RETRY_S - 5)
    (told,) = world.told
    assert world.fault.swedish in told  # it is the registrar's
    world.fault = None
    world.told.clear()
    world.run(RETRY_S + 5)
    assert world.told == ["a.txt", "index 000002"]


def test_an_open_document_is_told_once(world: World) -> None:
    world.put("a.docx")()
    world.put("~$a.docx")()
    world.run(9, (5, (world.folder / "~$a.docx").unlink))
    assert world.told == ["open a.docx", "a.docx", "index 000002"]


def test_a_vanished_folder_ends_it(world: World) -> None:
    with pytest.raises(FolderGone):
        world.run(9, (2, lambda: world.folder.rename(world.folder.with_name("away"))))

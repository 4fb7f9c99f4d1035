from __future__ import annotations

import fcntl
import os
from pathlib import Path

import pytest

from bot.inbox import EMPTY_STEADY_S, STEADY_S, Inbox, is_temporary


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def inbox(tmp_path: Path, clock: Clock) -> Inbox:
    return Inbox(tmp_path, clock)


def ready(inbox: Inbox, clock: Clock) -> list[str]:
    """Look twice, a steady time apart."""
    inbox.look()
    clock.now += STEADY_S
    return [str(path.relative_to(inbox.folder)) for path in inbox.look().ready]


def test_a_file_is_ready_when_it_has_been_steady(inbox: Inbox, clock: Clock) -> None:
    path = inbox.folder / "svar.txt"
    path.write_text("Svar på")
    assert inbox.look().unsteady == 1
    clock.now += STEADY_S / 2
    path.write_text("Svar på interpellation")
    inbox.look()
    clock.now += STEADY_S / 2
    look = inbox.look()
    assert (look.ready, look.unsteady) == ((), 1)  # a second since the first, not since the last
    clock.now += STEADY_S
    assert inbox.look().ready == (path,)


def test_what_is_done_is_not_offered_again_until_its_content_changes(
    inbox: Inbox, clock: Clock
) -> None:
    path = inbox.folder / "svar.txt"
    path.write_text("ett")
    assert ready(inbox, clock) == ["svar.txt"]
    inbox.done([path])
    assert ready(inbox, clock) == []
    os.utime(path, ns=(1, 1))
    assert ready(inbox, clock) == []  # touched: the same words
    path.unlink()
    assert ready(inbox, clock) == []
    path.write_text("ett")
    assert ready(inbox, clock) == []  # put back
    path.write_text("två")
    assert ready(inbox, clock) == ["svar.txt"]


def test_what_was_not_done_is_offered_again(inbox: Inbox, clock: Clock) -> None:
    (inbox.folder / "svar.txt").write_text("ett")
    assert ready(inbox, clock) == ready(inbox, clock) == ["svar.txt"]


@pytest.mark.parametrize(
    ("name", "temporary"),
    [
        ("svar.pdf", False),
        ("svar.pdf.part", True),
        ("svar.pdf.crdownload", True),
        ("svar.TMP", True),
        ("~$svar.docx", True),
        (".~lock.svar.odt#", True),
        ("svar.docx~", True),
        ("~svar.docx", False),
        ("part.pdf", False),
    ],
)
def test_names_of_files_on_their_way(
    inbox: Inbox, clock: Clock, name: str, temporary: bool
) -> None:
    assert is_temporary(name) is temporary
    (inbox.folder / name).write_text("ett")
    assert ready(inbox, clock) == ([] if temporary else [name])


def test_an_empty_file_is_given_time(inbox: Inbox, clock: Clock) -> None:
    (inbox.folder / "svar.txt").touch()
    assert ready(inbox, clock) == []
    clock.now += EMPTY_STEADY_S
    assert len(inbox.look().ready) == 1


@pytest.mark.parametrize("lock", [fcntl.flock, fcntl.lockf])
def test_a_locked_file_is_waited_for(inbox: Inbox, clock: Clock, lock: object) -> None:
    path = inbox.folder / "svar.txt"
    path.write_text("ett")
    readable, writable = os.pipe()
    child = os.fork()
    if child == 0:  # locks of one process never meet its own
        os.close(readable)
        with path.open("r+") as file:
            (fcntl.flock if lock is fcntl.flock else fcntl.lockf)(file, fcntl.LOCK_EX)
            os.write(writable, b"x")
            os.close(writable)
            import time

            time.sleep(60)
        os._exit(0)
    try:
        os.close(writable)
        os.read(readable, 1)
        assert ready(inbox, clock) == []
        assert inbox.look().opened == (path,)
    finally:
        os.kill(child, 9)
        os.waitpid(child, 0)
        os.close(readable)
    assert inbox.look().ready == (path,)


@pytest.mark.parametrize("name", [".~lock.svar för nämnden.docx#", "~$ar för nämnden.docx"])
def test_a_document_that_an_editor_holds_is_waited_for(
    inbox: Inbox, clock: Clock, name: str
) -> None:
    (inbox.folder / "svar för nämnden.docx").write_text("ett")
    (inbox.folder / name).write_text("Karin")
    assert ready(inbox, clock) == []
    (inbox.folder / name).unlink()
    assert len(inbox.look().ready) == 1


def test_folders_inside_are_looked_into_and_links_refused_once(inbox: Inbox, clock: Clock) -> None:
    (inbox.folder / "2025").mkdir()
    (inbox.folder / "2025" / "svar.txt").write_text("ett")
    (inbox.folder / "länk.txt").symlink_to("2025/svar.txt")
    assert ready(inbox, clock) == ["2025/svar.txt", "länk.txt"]
    inbox.done(inbox.look().ready)
    assert ready(inbox, clock) == []


def test_a_folder_that_vanishes_is_gone_even_when_another_takes_its_place(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    inbox = Inbox(folder)
    assert not inbox.gone
    folder.rename(tmp_path / "away")
    assert inbox.gone
    folder.mkdir()
    assert inbox.gone
    folder.rmdir()
    folder.write_text("")
    assert inbox.gone

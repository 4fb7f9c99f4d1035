"""A watched folder, with the real program: half-written files, failures, signals."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.program import ENVIRONMENT, as_json, command, kommunsvar
from tests.journeys.test_life import CORRECTED, FIRST, ID

PATIENCE_S = 60.0


class Watcher:
    """`kommunsvar watch` as it runs; its lines are read as they come."""

    def __init__(self, home: Path, folder: Path, *options: str) -> None:
        self.folder = folder
        self._out = folder.with_name("out.txt")
        self._err = folder.with_name("err.txt")
        with self._out.open("wb") as out, self._err.open("wb") as err:
            self.process = subprocess.Popen(
                command(home, "watch", str(folder), *options),
                stdin=subprocess.DEVNULL, stdout=out, stderr=err, env=ENVIRONMENT,
            )  # fmt: skip
        self.wait_for(lambda: "Bevakar" in self.err)

    @property
    def out(self) -> str:
        return self._out.read_text("utf-8")

    @property
    def err(self) -> str:
        return self._err.read_text("utf-8")

    def wait_for(self, happened: Any) -> None:  # noqa: ANN401 - a test of anything
        deadline = time.monotonic() + PATIENCE_S
        while not happened():
            assert time.monotonic() < deadline, (self.out, self.err)
            assert self.process.poll() is None, (self.out, self.err)
            time.sleep(0.05)

    def says(self, *parts: str) -> None:
        self.wait_for(lambda: all(part in self.out for part in parts))

    def end(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(PATIENCE_S)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    folder.mkdir()
    return folder


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def watcher(home: Path, folder: Path, request: pytest.FixtureRequest) -> Iterator[Watcher]:
    options = getattr(request, "param", ("--publish",))
    (folder / "svar.txt").write_text(FIRST, encoding="utf-8")
    watcher = Watcher(home, folder, *options)
    yield watcher
    if watcher.process.poll() is None:
        watcher.process.kill()
        watcher.process.wait()


def test_a_folder_is_watched(watcher: Watcher, home: Path) -> None:
    folder = watcher.folder
    watcher.says(f"svar.txt: sparat och publicerat · {ID}", "Index 000001 är i drift: 1 svar")
    # A file that is still being written is left alone, and so is one under a temporary name.
    half = folder / "rättat.txt"
    with half.open("w", encoding="utf-8") as file:
        for part in range(8):
            file.write(CORRECTED[part * 40 : part * 40 + 40])
            file.flush()
            time.sleep(0.4)
            assert half.name not in watcher.out
        file.write(CORRECTED[320:])
    (folder / "hämtas.txt.part").write_text("Svar på interpell", encoding="utf-8")
    watcher.says("rättat.txt: rättelse sparad och publicerad som revision 2", "Index 000002")
    # What fails stays, and is told once, until its content changes.
    bad = folder / "motion.txt"
    bad.write_text("Motion om pumptrack\n\nBygg en.\n", encoding="utf-8")
    watcher.says("motion.txt: gick inte att läsa in")
    bad.touch()
    (folder / "nytt.txt").write_text(
        FIRST.replace("999", "1000").replace("sparkcyk", "pulk"), "utf-8"
    )
    watcher.says("nytt.txt: sparat och publicerat")
    assert watcher.out.count("motion.txt") == 1
    names = sorted(path.name for path in folder.iterdir())
    assert names == ["hämtas.txt.part", "motion.txt", "nytt.txt", "rättat.txt", "svar.txt"]
    assert (folder / "svar.txt").read_text("utf-8") == FIRST

    assert watcher.end() == 0
    assert "Traceback" not in watcher.err
    assert watcher.err.endswith("Bevakningen är avslutad.\n")
    assert "hämtas" not in watcher.out
    assert as_json(home, "verify")["errors"] == []


@pytest.mark.parametrize("watcher", [("--poll", "--json")], indirect=True)
def test_as_drafts_by_polling_as_json_until_interrupted(watcher: Watcher, home: Path) -> None:
    watcher.says("svar.txt")
    for at in range(3):
        text = FIRST.replace("999", str(at)).replace("sparkcyk", f"{'abc'[at]}yxor ")
        (watcher.folder / f"{at}.txt").write_text(text, encoding="utf-8")
    watcher.says("0.txt", "1.txt", "2.txt")
    assert watcher.end(signal.SIGINT) == 0
    entries = [json.loads(line) for line in watcher.out.splitlines()]
    assert [one["event"] for one in entries] == ["document"] * 4
    assert {one["reply_status"] for one in entries} == {"draft"}
    assert entries[0]["reply_id"] == ID
    assert not (home / "index" / "current").exists()


def test_told_to_end_it_finishes_the_document_under_way(home: Path, folder: Path) -> None:
    examples = Path(__file__).parent.parent.parent / "knowledge" / "examples"
    for path in examples.iterdir():
        shutil.copy(path, folder)
    watcher = Watcher(home, folder, "--publish")
    watcher.wait_for(lambda: watcher.out.count("sparat och publicerat") >= 2)
    assert watcher.end() == 0
    done = watcher.out.count("sparat och publicerat")
    assert done == len(list((home / "knowledge").glob("*.yaml")))
    # Each is whole, and what was stored can be found.
    assert as_json(home, "verify")["errors"] == []
    assert f": {done} svar" in watcher.out
    assert len(list(folder.iterdir())) == len(list(examples.iterdir()))


def test_a_folder_that_vanishes_is_a_sentence(watcher: Watcher) -> None:
    watcher.says("Index 000001")
    watcher.folder.rename(watcher.folder.with_name("away"))
    assert watcher.process.wait(PATIENCE_S) == 1
    assert "finns inte längre" in watcher.err.splitlines()[-1]
    assert "Traceback" not in watcher.err


def test_what_cannot_be_watched_is_wrong_usage(home: Path, folder: Path) -> None:
    gone = kommunsvar(home, "watch", str(folder / "gone"), code=2)
    assert "det finns ingen sådan mapp" in gone.stderr
    (home / "sources").mkdir(parents=True)
    for own in (home, home / "sources", home.parent):
        assert "bevakas inte" in kommunsvar(home, "watch", str(own), code=2).stderr

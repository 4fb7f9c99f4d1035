from __future__ import annotations

import json
import logging
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.logs import start_logging
from bot.office import Job, Office, _result
from bot.wiring import open_administration
from knowledge.errors import UnknownReply
from tests.conftest import settings_of


@pytest.fixture
def own_logs() -> Iterator[None]:
    """Leave the logs of the tests' own process as they were."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(False)


@pytest.mark.usefixtures("own_logs")
def test_what_nobody_thought_of_is_told_with_its_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    start_logging()
    settings = settings_of(tmp_path)
    told = _result(settings, open_administration(settings), "publish", (3,), {})
    what, kind, arguments, _ = told
    assert (what, kind) == ("failed", RuntimeError)
    line = json.loads(capsys.readouterr().err.splitlines()[-1])
    assert (line["event"], line["what"], line["kind"]) == ("work failed", "publish", "TypeError")
    assert arguments == (f"TypeError, error {line['error_id']}",)
    assert any("administration.py" in place for place in line["where"])


LETTER = """\
Svar på interpellation från Anna Ek (C) om skolskjutsar

Fråga 1: Hur långt får det vara till hållplatsen?
Svar: Högst {number} kilometer, längs den kortaste gångbara vägen.

Exempelby den 17 mars 2025

Bo Lind (S)
Kommunalråd
"""


def _pid(office: Office) -> int | None:
    assert office._worker is not None
    return office._worker.process.pid


def test_one_process_does_one_piece_of_work_after_the_other(tmp_path: Path) -> None:
    told: list[str] = []

    def progress(what: str, _done: int, _total: int) -> None:
        told.append(what)

    job = Job("telegram:7", progress)
    document = tmp_path / "svar.txt"
    document.write_text(LETTER.format(number="två"), encoding="utf-8")
    office = Office(settings_of(tmp_path / "home"))
    try:
        (entry,) = office.import_files(job, [document], dry_run=True, publish=True).entries
        assert entry.status == "imported"
        first = _pid(office)
        with pytest.raises(UnknownReply):
            office.publish(job, ["nothing"])
        report = office.import_files(job, [document], dry_run=False, publish=True)
        assert report.build is not None
        assert report.build.passages == 1
        assert _pid(office) == first
        assert {"documents", "passages"} <= set(told)
        # One that is gone when work comes is replaced, whether or not that was noticed.
        assert first is not None
        os.kill(first, signal.SIGKILL)
        document.write_text(LETTER.format(number="tre"), encoding="utf-8")
        (entry,) = office.import_files(job, [document], dry_run=False, publish=True).entries
        assert entry.revision == 2
        assert entry.reply is not None
        assert {one.by for one in entry.reply.history} == {"telegram:7"}
        assert _pid(office) != first
    finally:
        office.close()
    assert office._worker is None


def test_the_process_goes_when_no_work_comes(tmp_path: Path) -> None:
    def progress(_what: str, _done: int, _total: int) -> None:
        return

    job = Job("telegram:7", progress)
    office = Office(settings_of(tmp_path), stays_s=0.1)
    for _ in range(2):
        with pytest.raises(UnknownReply):
            office.publish(job, ["nothing"])
        assert office._worker is not None
        office._worker.process.join(30)
        assert not office._worker.process.is_alive()
    office.close()

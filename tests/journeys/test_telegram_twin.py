"""The second process, which searches for residents: what happens when one of the two is killed."""

from __future__ import annotations

import os
from pathlib import Path

import psutil
import pytest

from tests.journeys.telegram import Serving, serving, wait_for

pytestmark = pytest.mark.skipif(
    not hasattr(os, "sched_getaffinity") or len(os.sched_getaffinity(0)) < 2,
    reason="one processor, or no Linux: no twin",
)

QUESTION = "Hur långt får det vara till skolbussens hållplats?"


def twin_of(served: Serving) -> psutil.Process:
    first, twin = served.processes()
    assert first.pid == served.process.pid
    return twin


def test_without_its_twin_the_program_answers_alone(own_home: Path) -> None:
    with serving(own_home) as (served, api):
        kim = api.person(1)
        kim.send(QUESTION)
        before = kim.reply(60)
        twin_of(served).kill()
        wait_for(lambda: "the twin is gone" in served.log_file.read_text())
        kim.send(QUESTION)
        assert kim.reply(60).text == before.text
        assert served.health()[0] == 200
        assert served.stop() == 0
    decided = [line["event"] for line in served.log() if line["event"] != "library"]
    assert decided.count("answered") == 2
    assert "error" not in decided


def test_the_twin_ends_with_the_program_however_that_ends(own_home: Path) -> None:
    with serving(own_home) as (served, api):
        kim = api.person(1)
        for end in (served.kill, served.stop):
            kim.send(QUESTION)
            kim.reply(60)
            twin = twin_of(served)
            end()
            wait_for(lambda twin=twin: not twin.is_running())  # type: ignore[misc]
            if end == served.kill:
                served.start()

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.office import _work
from tests.conftest import settings_of


class Said:
    """The end of a pipe that keeps what was sent."""

    def __init__(self) -> None:
        self.sent: list[tuple[Any, ...]] = []

    def send(self, content: tuple[Any, ...]) -> None:
        self.sent.append(content)


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
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("signal.signal", lambda *_: None)  # this is the tests' own process
    said = Said()
    _work(said, settings_of(tmp_path), "telegram:7", "publish", (3,), {})  # type: ignore[arg-type]
    ((what, kind, (text,), _),) = said.sent
    assert (what, kind) == ("failed", RuntimeError)
    line = json.loads(capsys.readouterr().err.splitlines()[-1])
    assert (line["event"], line["what"], line["kind"]) == ("work failed", "publish", "TypeError")
    assert text == f"TypeError, error {line['error_id']}"
    assert any("administration.py" in place for place in line["where"])

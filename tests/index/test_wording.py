from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from index import wording
from index.confidence import Calibration
from index.glossary import Glossary
from index.lexical import TantivyLexicalIndex
from index.model import Asked
from index.recipe import Recipe
from index.reindex import BuildReport, reindex
from index.versions import Versions
from knowledge.errors import StoreError
from tests.builders import reply
from tests.fakes_index import FixedRecord, KeywordEncoder

REPLIES = [
    reply(f"r{n}", (("Hur långt?", f"Sträcka {n} går till {n} kilometer."),)) for n in range(9)
]
QUESTIONS = ("kilometer", "sträcka 7", "Anna Ek", "17 mars 2025")


def build(home: Path) -> BuildReport:
    return reindex(
        Versions(home),
        FixedRecord(REPLIES),
        Recipe(KeywordEncoder(["kilometer"]), Calibration.none(), Glossary([]), "0.1.0"),
    )


def lexical(home: Path) -> TantivyLexicalIndex:
    return TantivyLexicalIndex.open(Versions(home).find_sound()[0] / "lexical")


def test_a_process_of_its_own_makes_the_same_index(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(tmp_path / "here")
    monkeypatch.setattr(wording, "_OWN_PROCESS", 1)
    build(tmp_path / "there")
    for question in QUESTIONS:
        asked = Asked(question)
        here, there = (lexical(tmp_path / one).search(asked, 9) for one in ("here", "there"))
        assert here.rows.tolist() == there.rows.tolist()
        assert here.scores.tolist() == there.scores.tolist()


def test_what_the_process_fails_at_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build(tmp_path)
    monkeypatch.setattr(wording, "_OWN_PROCESS", 1)
    monkeypatch.setattr("sys.executable", "/bin/false")
    with pytest.raises(StoreError, match="the version before still answers"):
        build(tmp_path)
    assert Versions(tmp_path).current_id() == "000001"
    assert not (tmp_path / "index" / "staging" / "000002").exists()


def test_the_process_ends_with_its_builder(tmp_path: Path) -> None:
    build(tmp_path)
    directory = Versions(tmp_path).find_sound()[0]
    # Its standard input is closed when the builder dies, however it dies.
    code = (
        "import sys, time; from index import wording;"
        "wording._build = lambda *_: time.sleep(60); sys.exit(wording.main())"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(directory)],
        stdin=subprocess.PIPE,
    )
    assert process.stdin is not None
    process.stdin.close()
    assert process.wait(20) == 1

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from bot.cli.doors import Doors
from bot.cli.main import run
from bot.cli.progress import progress_on
from bot.texts import BACKGROUND, WAITING
from tests.fakes_bot import QUESTION, REPLY_ID, FakeHome

FILE = {"file", "status", "reply_id", "title", "passages", "warnings", "error"}
BUILD = {"version", "passages", "encoded", "reused", "seconds"}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeHome:
    monkeypatch.setenv("KOMMUNSVAR_HOME", str(tmp_path))
    return FakeHome()


def call(home: FakeHome, *arguments: str) -> int:
    return run(list(arguments), Doors(home.open_service, home.open_administration))


def document(capsys: pytest.CaptureFixture[str]) -> Any:  # noqa: ANN401 - as JSON has it
    out = capsys.readouterr().out
    assert out.count("\n") == 1
    return json.loads(out)


def test_import_shows_what_was_understood_and_what_is_doubtful(
    home: FakeHome, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(home, "import", "a.pdf", "old.pdf") == 0
    caught = capsys.readouterr()
    assert caught.err == ""
    assert f"a.pdf: sparat och publicerat\n  Beteckning:   {REPLY_ID}\n" in caught.out
    assert "  Interpellant: Karin Ek (C)\n" in caught.out
    assert "  Datum:        17 mars 2025\n" in caught.out
    assert "  Passager:     1 svar på en fråga, 1 uttalande, 1 bakgrundsstycke\n" in caught.out
    order = [caught.out.index(part) for part in ("#b1", "#q1", "#s1")]
    assert order == sorted(order)
    assert f"#b1  {BACKGROUND} · sidan 1\n" in caught.out
    assert f"Frågan: {QUESTION}" in caught.out
    doubt = "  Diarienummer: KS 2025/112\n                ! dokumentet anger inget diarienummer.\n"
    assert doubt in caught.out
    assert f"old.pdf: oförändrat, fanns redan\n  Beteckning: {REPLY_ID}\n" in caught.out
    assert "1 ny, 1 oförändrad, 0 misslyckade\nIndex 000002 är i drift: 48 svar" in caught.out
    assert "1,2 s" in caught.out


@pytest.mark.parametrize(
    ("options", "dry_run", "publish", "says"),
    [
        ([], False, True, "sparat och publicerat"),
        (["--draft"], False, False, "a.pdf: sparat som utkast\n"),
        (["--dry-run"], True, True, "inget är ändrat"),
    ],
)
def test_import_options(
    home: FakeHome,
    options: list[str],
    dry_run: bool,
    publish: bool,
    says: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert call(home, "import", "a.pdf", *options) == 0
    assert home.administration.calls == [("import", ("a.pdf",), dry_run, publish)]
    assert says in capsys.readouterr().out


def test_import_as_json_has_an_entry_a_file_and_exits_1_if_any_failed(
    home: FakeHome, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(home, "import", "a.pdf", "broken.pdf", "--json") == 1
    report = document(capsys)
    good, bad = report["files"]
    assert set(good) >= FILE
    assert set(bad) >= FILE
    assert (good["status"], good["reply_id"], good["error"]) == ("imported", REPLY_ID, None)
    assert good["passages"] == {"answer": 1, "statement": 1, "background": 1}
    assert (bad["status"], bad["reply_id"]) == ("failed", None)
    assert bad["passages"] == {"answer": 0, "statement": 0, "background": 0}
    assert bad["error"] == "dokumentet är skadat."
    assert set(report["index"]) >= BUILD


def test_example_prints_no_previews(home: FakeHome, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(home, "example") == 0
    assert capsys.readouterr().out.startswith("1 ny, 0 oförändrade, 0 misslyckade\n")
    assert call(home, "example", "--json") == 0
    assert len(document(capsys)["files"]) == 1


def test_publish_and_withdraw(home: FakeHome, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(home, "publish", REPLY_ID) == 0
    assert capsys.readouterr().out.startswith(f"Publicerat: {REPLY_ID}\nIndex 000002")
    assert call(home, "withdraw", REPLY_ID, "b", "--reason", "fel dokument", "--json") == 0
    report = document(capsys)
    assert report["replies"] == [
        {"reply_id": REPLY_ID, "title": "Skolskjutsen på landsbygden", "status": "withdrawn"}
    ]
    assert set(report["index"]) >= BUILD
    assert home.administration.calls == [
        ("publish", (REPLY_ID,)),
        ("withdraw", (REPLY_ID, "b"), "fel dokument"),
    ]


def test_reindex_tells_problems_on_standard_error(
    home: FakeHome, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(home, "reindex", "--full", "--json") == 0
    caught = capsys.readouterr()
    assert set(json.loads(caught.out)) >= BUILD
    assert caught.err == "kommunsvar: x.yaml, line 3: status: wrong; left out of the index\n"
    assert home.administration.calls == [("reindex", True)]
    assert call(home, "reindex") == 0
    assert "(7 kodade, 305 återanvända" in capsys.readouterr().out


def test_versions_and_rollback(home: FakeHome, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(home, "versions") == 0
    live, damaged, problem = capsys.readouterr().out.splitlines()
    assert live.startswith("* 000002   2025-03-18")
    assert live.endswith("embedded  (i drift)")
    assert damaged.startswith("  000001")
    assert problem == "    skadad: passages.bin: checksum differs"
    assert call(home, "versions", "--json") == 0
    report = document(capsys)
    assert report["current"] == "000002"
    assert [one["sound"] for one in report["versions"]] == [True, False]
    assert call(home, "rollback", "000001", "--json") == 0
    assert document(capsys)["version"] == "000002"
    assert call(home, "rollback") == 0
    assert "Index 000002 är i drift igen: 48 svar, 312 passager." in capsys.readouterr().out
    assert home.administration.calls == [("rollback", "000001"), ("rollback", None)]


def test_verify_exits_1_when_anything_is_wrong(
    home: FakeHome, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(home, "verify") == 0
    assert "allt stämmer ord för ord" in capsys.readouterr().out
    home.administration.faults = ("x#q1: differs",)
    assert call(home, "verify", "--json") == 1
    assert document(capsys) == {"replies": 48, "passages": 312, "errors": ["x#q1: differs"]}
    assert call(home, "verify") == 1
    assert capsys.readouterr().out.endswith("1 fel:\n  – x#q1: differs\n")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_is_for_terminals_only_but_waiting_is_told_everywhere() -> None:
    pipe = io.StringIO()
    with progress_on(pipe) as progress:
        progress("passages", 0, 10)
        assert pipe.getvalue() == ""
        progress(WAITING, 0, 0)
    assert pipe.getvalue() == "Väntar på ett annat kommando …\n"
    terminal = Terminal()
    with progress_on(terminal) as progress:
        progress("passages", 0, 10)
        progress("passages", 10, 10)
        progress(WAITING, 0, 0)
    assert "Kodar passager" in terminal.getvalue()

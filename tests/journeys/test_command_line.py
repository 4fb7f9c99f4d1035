"""The program as another program meets it: real processes, a real home, the real index."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.journeys.program import as_json, kommunsvar

QUESTION = "Hur långt får det vara till skolbussens hållplats?"
SCHOOL_BUS = "2025-03-17-skolskjutsen-pa-landsbygden"


def test_a_question_finds_the_passage_word_for_word(example_home: Path) -> None:
    answer = as_json(example_home, "ask", QUESTION, "--limit", "2")
    assert len(answer["hits"]) == 2
    assert answer["searched"]["replies"] >= 40
    assert SCHOOL_BUS in {hit["reply_id"] for hit in answer["hits"]}
    for hit in answer["hits"]:
        reply = as_json(example_home, "show", hit["passage_id"])
        assert reply["passage"]["text"] == hit["text"]
        span = reply["passage"]["span"]
        source = reply["text"][span["start"] : span["end"]]
        assert "".join(source.split()).replace("-", "") == (
            "".join(hit["text"].split()).replace("-", "")
        )


def test_the_text_and_the_json_of_an_answer_agree(example_home: Path) -> None:
    answer = as_json(example_home, "ask", QUESTION)
    text = kommunsvar(example_home, "ask", QUESTION).stdout
    assert "\x1b" not in text
    if answer["decision"] == "answer":
        assert text.startswith(answer["hits"][0]["text"])
    else:
        assert text.startswith("Jag hittar inget")
        assert "Sökte i" in text


def test_a_batch_answers_every_line_in_one_process(example_home: Path) -> None:
    lines = f'{QUESTION}\n{{"question": "När öppnar simhallen?"}}\n{{oops\n'
    done = kommunsvar(example_home, "ask", "--batch", "-", "--json", stdin=lines, code=1)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one["question"] for one in answers] == [QUESTION, "När öppnar simhallen?", "{oops"]
    assert {*answers[2]} == {*answers[0], "error"}
    assert answers[2]["index_version"] == answers[0]["index_version"]
    assert "line 3" in done.stderr


def test_search_filters_by_day_party_and_kind(example_home: Path) -> None:
    arguments = ["search", "skolskjuts", "--from", "2025-01-01", "--party", "c", "--kind", "answer"]
    hits = as_json(example_home, *arguments)["hits"]
    assert hits
    for hit in hits:
        parties = {one["party"] for one in hit["interpellants"] + hit["respondents"]}
        assert "C" in parties
        assert hit["kind"] == "answer"
        assert hit["answered_on"] >= "2025-01-01"


def test_import_withdraw_publish_and_rollback(own_home: Path, tmp_path: Path) -> None:
    document = tmp_path / "svar.txt"
    document.write_text(
        "Svar på interpellation från Ada Berg (V) om utlåning av sparkcyklar\n\n"
        "Dnr KS 2025/999\n\n"
        "Fråga 1: Får sparkcyklar lånas på biblioteket i Gransele?\n"
        "Svar: Ja. Biblioteket i Gransele lånar ut tolv sparkcyklar, fjorton dagar åt gången.\n\n"
        "Exempelby den 3 november 2025\n\nBo Lind (S)\nOrdförande i kulturnämnden\n",
        encoding="utf-8",
    )
    question = "Får man låna sparkcyklar på biblioteket?"

    preview = kommunsvar(own_home, "import", str(document), "--dry-run").stdout
    assert "inget är ändrat" in preview
    (entry,) = as_json(own_home, "import", str(document))["files"]
    assert (entry["status"], entry["passages"]["answer"]) == ("imported", 1)
    reply_id = entry["reply_id"]
    assert as_json(own_home, "ask", question)["hits"][0]["reply_id"] == reply_id
    (again,) = as_json(own_home, "import", str(document))["files"]
    assert again["status"] == "unchanged"

    kommunsvar(own_home, "withdraw", reply_id, "--reason", "fel dokument")
    assert as_json(own_home, "ask", question)["hits"][0]["reply_id"] != reply_id
    told = kommunsvar(own_home, "show", reply_id, code=1).stderr
    assert "Svaret är återkallat sedan " in told
    assert told.endswith(": fel dokument\n")
    before = as_json(own_home, "versions")
    rolled_back = as_json(own_home, "rollback")["version"]
    assert rolled_back != before["current"]
    assert as_json(own_home, "ask", question)["hits"][0]["reply_id"] != reply_id  # stays hidden

    kommunsvar(own_home, "publish", reply_id)
    assert as_json(own_home, "ask", question)["hits"][0]["reply_id"] == reply_id
    assert as_json(own_home, "verify")["errors"] == []


def test_what_fails_is_said_in_one_line(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    done = kommunsvar(empty, "ask", QUESTION, code=1)
    assert done.stdout == ""
    assert done.stderr.startswith("kommunsvar: ")
    assert done.stderr.count("\n") == 1
    (tmp_path / "kommunsvar.yaml").write_text("encoder: [\n", encoding="utf-8")
    assert "kommunsvar.yaml, line" in kommunsvar(tmp_path, "ask", QUESTION, code=2).stderr
    report = as_json(empty, "import", str(tmp_path / "missing.pdf"), code=1)
    assert report["files"][0]["status"] == "failed"


def test_chat_works_in_a_pipe(example_home: Path) -> None:
    done = kommunsvar(example_home, "chat", stdin=f"{QUESTION}\n/om\n/avsluta\n")
    assert "Sökte i" in done.stdout
    assert done.stdout.endswith("Tack för besöket!\n")


def test_an_interrupt_ends_quietly(example_home: Path) -> None:
    chat = subprocess.Popen(
        [sys.executable, "-m", "bot", "--home", str(example_home), "chat"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        # Whoever started the tests in the background has interrupts ignored, which is inherited.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    assert chat.stdin is not None
    assert chat.stdout is not None
    chat.stdin.write(b"/om\n")
    chat.stdin.flush()
    assert chat.stdout.readline()
    time.sleep(0.2)
    chat.send_signal(signal.SIGINT)
    _, err = chat.communicate(timeout=30)
    assert (chat.returncode, err) == (130, b"")


def test_a_pager_may_leave_early(example_home: Path) -> None:
    command = f"{sys.executable} -m bot --home {example_home} search kommunen --limit 200"
    done = subprocess.run(
        ["bash", "-c", f"{command} | head -n 1"], capture_output=True, check=False, timeout=120
    )
    assert done.stderr == b""
    assert done.stdout.startswith(b"1. ")


@pytest.mark.parametrize("command", ["ask", "search", "import", "chat", "evaluate"])
def test_help_of_the_installed_command(command: str) -> None:
    program = Path(sys.executable).with_name("kommunsvar")
    if not program.exists():
        pytest.skip("kommunsvar is not installed beside this Python")
    done = subprocess.run([program, command, "--help"], capture_output=True, check=True)
    assert done.stdout.startswith(f"Usage: kommunsvar {command}".encode())

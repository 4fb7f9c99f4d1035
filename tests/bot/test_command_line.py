from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bot import VERSION
from bot.cli.doors import Doors
from bot.cli.main import app, globals_first, run
from bot.settings import Settings
from index.errors import NoIndex
from knowledge.model import Status
from tests.fakes_bot import PASSAGE, QUESTION, REPLY_ID, FakeHome

COMMANDS = [
    "serve",
    "ask", "chat", "evaluate", "example", "import", "publish", "reindex", "rollback", "search",
    "show", "similar", "verify", "versions", "watch", "withdraw",
]  # fmt: skip
HIT = {
    "passage_id", "reply_id", "kind", "number", "question", "text", "title", "interpellants",
    "respondents", "answered_on", "dnr", "page", "source", "url", "permalink", "newer", "score",
    "confidence",
}  # fmt: skip
ANSWER = {
    "question", "decision", "confidence", "hits", "searched", "index_version", "took_ms",
}  # fmt: skip


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeHome:
    monkeypatch.setenv("KOMMUNSVAR_HOME", str(tmp_path))
    return FakeHome()


def call(home: FakeHome, *arguments: str) -> int:
    return run(list(arguments), Doors(service=home.open_service))


def document(capsys: pytest.CaptureFixture[str]) -> Any:  # noqa: ANN401 - as JSON has it
    out = capsys.readouterr().out
    assert out.endswith("\n")
    assert out.count("\n") == 1
    return json.loads(out)


def test_every_command_of_the_design_is_there() -> None:
    names = {one.name for one in app.registered_commands}
    assert names == set(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([command, "--help"]) == 0
    out = capsys.readouterr().out
    assert out.startswith(f"Usage: kommunsvar {command}")
    assert "--home DIR" in out


def test_help_imports_nothing_heavy() -> None:
    check = (
        "import sys; from bot.cli.main import run; code = run(['ask', '--help']);"
        "heavy = {'numpy', 'faiss', 'yaml', 'rich', 'tantivy', 'torch', 'tokenizers'};"
        "sys.exit(code or ', '.join(sorted(heavy & set(sys.modules))) or None)"
    )
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--version"]) == 0
    assert capsys.readouterr().out == f"kommunsvar {VERSION}\n"


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["frobnicate"],
        ["ask"],
        ["ask", "q", "--batch", "-"],
        ["ask", "q", "--limit", "0"],
        ["ask", "q", "--limit", "many"],
        ["ask", "--batch", "no-such-file"],
        ["ask", "q", "--unknown"],
        ["search"],
        ["search", "q", "--from", "yesterday"],
        ["search", "q", "--from", "2025-01-02", "--to", "2025-01-01"],
        ["search", "q", "--kind", "gossip"],
        ["similar", "no-such-file"],
        ["show"],
        ["import"],
        ["withdraw", "x"],
        ["withdraw", "x", "--reason", " "],
        ["--home"],
        ["--home", "", "ask", "q"],
        ["--home=", "versions"],
        ["--home", " ", "ask", "q"],
        ["--home", __file__, "ask", "q"],
        ["search", "q", "--from", "20250317"],
        ["search", "q", "--from", "2025-W12-1"],
        ["search", "q", "--to", "2025-02-30"],
        ["search", "q", "--to", "0000"],
        ["search", "q", "--to", "2025-13"],
        ["ask", "q", "--config", "no-such-file"],
    ],
)
def test_wrong_usage_exits_2_and_says_so(
    home: FakeHome, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(home, *arguments) == 2
    caught = capsys.readouterr()
    assert "Traceback" not in caught.err
    assert caught.err


def test_a_wrong_configuration_exits_2_and_names_the_key(
    home: FakeHome, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "kommunsvar.yaml").write_text("kontakt: x\n", encoding="utf-8")
    assert call(home, "ask", QUESTION) == 2
    caught = capsys.readouterr()
    assert caught.out == ""
    assert caught.err.startswith("kommunsvar: configuration: kontakt is 'x'; allowed: ")
    assert caught.err.count("\n") == 1


def test_the_home_may_stand_before_or_after_the_command(tmp_path: Path) -> None:
    for arguments in (
        ["--home", str(tmp_path / "a"), "ask", QUESTION],
        ["ask", QUESTION, "--home", str(tmp_path / "a")],
        ["ask", f"--home={tmp_path / 'a'}", QUESTION],
    ):
        fake = FakeHome()
        assert call(fake, *arguments) == 0
        assert fake.opened == [tmp_path / "a"]


def test_global_options_are_moved_but_not_from_behind_two_dashes() -> None:
    assert globals_first(["ask", "--", "--home", "x"]) == ["ask", "--", "--home", "x"]
    assert globals_first(["ask", "q", "--config=c"]) == ["--config=c", "ask", "q"]


def test_ask_prints_the_passage_first(home: FakeHome, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(home, "ask", *QUESTION.split()) == 0
    caught = capsys.readouterr()
    assert caught.out.startswith(PASSAGE)
    assert "\x1b" not in caught.out
    assert caught.err == ""
    assert home.service.asked == [QUESTION]


def test_ask_as_json_has_every_field(home: FakeHome, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(home, "ask", QUESTION, "--json") == 0
    answer = document(capsys)
    assert set(answer) >= ANSWER
    assert answer["question"] == QUESTION
    assert answer["decision"] == "answer"
    assert answer["searched"] == {"replies": 48, "passages": 312, "latest": "2025-03-17"}
    (hit,) = answer["hits"]
    assert set(hit) >= HIT
    assert hit["passage_id"] == f"{REPLY_ID}#q1"
    assert hit["answered_on"] == "2025-03-17"
    assert hit["permalink"] is None
    assert hit["interpellants"] == [{"name": "Karin Ek", "party": "C", "role": None}]


def test_json_is_not_escaped_and_has_permalinks_when_published(
    home: FakeHome, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "kommunsvar.yaml").write_text("public_url: https://s.example/\n", encoding="utf-8")
    assert call(home, "ask", QUESTION, "--json") == 0
    out = capsys.readouterr().out
    assert "Hur långt får" in out
    hit = json.loads(out)["hits"][0]
    assert hit["permalink"] == f"https://s.example/svar/{REPLY_ID}/q1"
    assert hit["url"] == "https://s.example/dokument/svar%20om%20skolskjuts.pdf"


@pytest.mark.parametrize("question", ["", "  \t "])
def test_an_empty_question_is_refused_politely_in_swedish(
    home: FakeHome, question: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(home, "ask", question) == 1
    assert capsys.readouterr().err.startswith("kommunsvar: Skriv en fråga")


def test_arguments_that_are_no_text_are_cleaned(
    home: FakeHome, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(home, "ask", "h\udce5llplats\x1b[31m\x07", "--json") == 0
    assert home.service.asked == ["h\ufffdllplats [31m "]
    assert call(home, "show", "\udce5") == 1
    assert call(home, "search", "a\udce5", "--party", "\udce5") == 0


def test_warnings_go_to_standard_error(home: FakeHome, capsys: pytest.CaptureFixture[str]) -> None:
    home.service.warnings = ("version 000002 is damaged",)
    assert call(home, "ask", QUESTION, "--json") == 0
    caught = capsys.readouterr()
    json.loads(caught.out)
    assert caught.err == "kommunsvar: version 000002 is damaged\n"


def test_a_batch_goes_on_after_a_bad_line(
    home: FakeHome, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    batch = tmp_path / "questions.txt"
    batch.write_bytes(
        "\ufeffVar är hållplatsen?\r\n\n".encode()
        + b'{"question": "Vilken v\xc3\xa4g?", "id": 7}\n{"query": "x"}\n{broken\nV\xe4g\n'
        + b'{"question": " "}\nInget\n'
    )
    assert call(home, "ask", "--batch", str(batch), "--json") == 1
    caught = capsys.readouterr()
    answers = [json.loads(line) for line in caught.out.splitlines()]
    assert [one["question"] for one in answers] == [
        "Var är hållplatsen?", "", "Vilken väg?", '{"query": "x"}', "{broken", "V\ufffdg", " ",
        "Inget",
    ]  # fmt: skip
    assert [one["decision"] for one in answers] == [
        "answer", "none", "related", "none", "none", "none", "none", "none",
    ]  # fmt: skip
    assert all(set(one) >= ANSWER for one in answers)
    assert [line.split(": ")[1].rpartition(" ")[2] for line in caught.err.splitlines()] == [
        "2", "4", "5", "6", "7",
    ]  # fmt: skip
    failed = [one for one in answers if "error" in one]
    assert len(failed) == 5
    assert failed[0]["error"].startswith("Skriv en fråga")
    assert failed[1]["error"] == 'no "question" with a text'
    for one in failed:
        assert set(one) == set(answers[0]) | {"error"}
        assert (one["confidence"], one["hits"], one["shown"], one["took_ms"]) == (0.0, [], [], 0.0)
        assert one["searched"] == answers[0]["searched"]
        assert one["index_version"] == answers[0]["index_version"]
    assert len(home.opened) == 1


def test_a_batch_as_text_passes_over_empty_lines(
    home: FakeHome, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    batch = tmp_path / "questions.txt"
    batch.write_text("\nHållplats?\n \n\n", encoding="utf-8")
    assert call(home, "ask", "--batch", str(batch)) == 0
    caught = capsys.readouterr()
    assert caught.out.startswith("> Hållplats?")
    assert caught.err == ""
    assert home.service.asked == ["Hållplats?"]


def test_a_batch_reads_standard_input(
    home: FakeHome, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO("Hållplats?\n".encode())))
    assert call(home, "ask", "--batch", "-") == 0
    assert capsys.readouterr().out.startswith(f"> Hållplats?\n\n{PASSAGE}")


def test_search_passes_its_filters_on(home: FakeHome, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = "search skolskjuts pengar --from 2024-01-01 --to 2025-12-31 --party C --limit 5"
    filters = "--respondent Holm --interpellant Ek --kind answer --kind statement --json"
    assert call(home, *arguments.split(), *filters.split()) == 0
    (query,) = home.service.queries
    assert (query.text, query.limit) == ("skolskjuts pengar", 5)
    assert str(query.filters.date_from) == "2024-01-01"
    assert str(query.filters.date_to) == "2025-12-31"
    assert (query.filters.party, query.filters.respondent) == ("C", "Holm")
    assert query.filters.interpellant == "Ek"
    assert {kind.value for kind in query.filters.kinds} == {"answer", "statement"}
    hits = document(capsys)["hits"]
    assert [hit["kind"] for hit in hits] == ["answer", "background"]
    assert all(set(hit) >= HIT for hit in hits)


@pytest.mark.parametrize(
    ("given", "party"),
    [
        ("S", "S"),
        ("(S)", "S"),
        (" ( c ) ", "c"),
        ("Socialdemokraterna", "S"),
        ("moderaterna", "M"),
        ("CENTERPARTIET", "C"),
        ("Vänsterpartiet", "V"),
        ("va\u0308nsterpartiet", "V"),
        ("Miljöpartiet", "MP"),
        ("Miljöpartiet (MP)", "MP"),
        ("Kristdemokraterna", "KD"),
        ("Liberalerna", "L"),
        ("(sverigedemokraterna)", "SD"),
        ("Exempelbypartiet", "Exempelbypartiet"),
    ],
)
def test_a_party_may_be_written_in_any_way(home: FakeHome, given: str, party: str) -> None:
    assert call(home, "search", "skolskjuts", "--party", given) == 0
    assert home.service.queries[0].filters.party == party


@pytest.mark.parametrize(
    ("given", "first", "last"),
    [
        ("2024-02-29", "2024-02-29", "2024-02-29"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2024", "2024-01-01", "2024-12-31"),
    ],
)
def test_a_day_may_be_a_month_or_a_year(home: FakeHome, given: str, first: str, last: str) -> None:
    assert call(home, "search", "skolskjuts", "--from", given, "--to", given) == 0
    filters = home.service.queries[0].filters
    assert (str(filters.date_from), str(filters.date_to)) == (first, last)


def test_an_empty_search_names_its_filters(
    home: FakeHome, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(home, "search", "skolskjuts", "--party", "Moderaterna", "--from", "2024") == 0
    out = capsys.readouterr().out
    assert out.startswith("Inga träffar när sökningen begränsas till: från och med 1 januari 2024")
    assert "parti M" in out


@pytest.mark.parametrize("words", ["", "  ", "?!"])
def test_a_search_for_nothing_is_refused_in_swedish(
    home: FakeHome, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(home, "search", words, "--json") == 1
    caught = capsys.readouterr()
    assert caught.out == ""
    assert caught.err.startswith("kommunsvar: Skriv ")
    assert home.service.queries == []


def test_search_marks_the_interpellants_words(
    home: FakeHome, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(home, "search", "skolskjuts") == 0
    out = capsys.readouterr().out
    assert "2. Interpellantens uppgifter – inte kommunens ståndpunkt" in out


def test_similar(home: FakeHome, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "ny.txt"
    file.write_text("7 Var är hållplatsen?\nOch sedan?\n", encoding="utf-8")
    assert call(home, "similar", str(file), "--json") == 0
    questions = document(capsys)["questions"]
    assert [set(one) for one in questions] == [{"number", "text", "hits"}] * 2
    assert set(questions[0]["hits"][0]) >= HIT
    assert questions[1]["hits"] == []
    assert [one["number"] for one in questions] == [7, None]
    assert call(home, "similar", str(file)) == 0
    out = capsys.readouterr().out
    assert out.startswith("Fråga 7: Var är hållplatsen?")
    assert "Frågan: Och sedan?\n  Inget tidigare svar." in out


def test_show_a_reply_and_a_passage(home: FakeHome, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(home, "show", REPLY_ID, "--json") == 0
    reply = document(capsys)
    assert reply["id"] == REPLY_ID
    assert [one["kind"] for one in reply["passages"]] == ["background", "answer", "statement"]
    assert reply["passage"] is None
    for one in reply["passages"]:
        span = one["span"]
        assert reply["text"][span["start"] : span["end"]].split() == one["text"].split()
    assert call(home, "show", f"{REPLY_ID}#q1", "--json") == 0
    chosen = document(capsys)["passage"]
    assert (chosen["text"], chosen["question"]) == (PASSAGE, QUESTION)
    assert chosen["citation"].startswith("”Skolskjutsen på landsbygden”, svar av Lars Holm (S)")
    assert call(home, "show", f"{REPLY_ID}#q1") == 0
    assert capsys.readouterr().out.startswith(PASSAGE)


def test_an_unknown_reply_exits_1_in_one_line(
    home: FakeHome, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(home, "show", "nothing#q1") == 1
    caught = capsys.readouterr()
    assert caught.out == ""
    assert caught.err == "kommunsvar: Det finns inget svar med beteckningen nothing#q1.\n"


def test_a_draft_is_shown_as_a_draft(home: FakeHome, capsys: pytest.CaptureFixture[str]) -> None:
    home.service.status = Status.DRAFT
    assert call(home, "show", REPLY_ID) == 0
    assert capsys.readouterr().out.startswith("Utkast: inte granskat och inte publicerat.")
    assert call(home, "show", f"{REPLY_ID}#q1", "--json") == 0
    assert document(capsys)["status"] == "draft"


def test_a_withdrawn_reply_exits_1_and_is_said_to_be_withdrawn(
    home: FakeHome, capsys: pytest.CaptureFixture[str]
) -> None:
    home.service.status = Status.WITHDRAWN
    assert call(home, "show", REPLY_ID) == 1
    caught = capsys.readouterr()
    assert caught.out == ""
    assert caught.err == "kommunsvar: Svaret är återkallat.\n"


def test_a_draft_is_not_shown_in_the_chat(
    home: FakeHome, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    home.service.status = Status.DRAFT
    assert talk(home, f"/visa {REPLY_ID}\n".encode(), monkeypatch) == 0
    assert capsys.readouterr().out.startswith("Det finns inget svar med beteckningen")


def failing(error: BaseException) -> Doors:
    def service(settings: Settings) -> FakeHome:
        raise error

    return Doors(service=service)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("error", "code", "says"),
    [
        (NoIndex("var"), 1, "kommunsvar: var has no index yet"),
        (OSError(28, "No space left on device", "/x"), 1, "kommunsvar: /x: No space left"),
        (MemoryError(), 1, "kommunsvar: not enough memory"),
        (KeyError("x"), 1, "kommunsvar: internal error: KeyError"),
        (KeyboardInterrupt(), 130, ""),
    ],
)
def test_no_failure_shows_a_stack_trace(
    home: FakeHome, error: BaseException, code: int, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["ask", "q"], failing(error)) == code
    err = capsys.readouterr().err
    assert err.startswith(says)
    assert "Traceback" not in err


def test_an_unexpected_error_can_show_where(
    home: FakeHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KOMMUNSVAR_TRACEBACK", "1")
    with pytest.raises(KeyError):
        run(["ask", "q"], failing(KeyError("x")))


def test_a_reader_that_leaves_is_no_trouble() -> None:
    command = f"{sys.executable} -m bot --help; echo $? >&2"
    done = subprocess.run(
        ["bash", "-c", f"({command}) | true"],
        capture_output=True,
        check=False,
        env=dict(os.environ),
    )
    assert done.stderr.decode().strip() in {"0", "1"}


def talk(home: FakeHome, lines: bytes, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(lines)))
    return call(home, "chat")


def test_chat_answers_line_by_line(
    home: FakeHome, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = f"Var är hållplatsen?\n\n/hjälp\n/om\n/visa {REPLY_ID}#s1\n/visa x\n/hoppa\nN\xe5got?\n"
    assert talk(home, lines.encode() + b"\xff\n", monkeypatch) == 0
    out = capsys.readouterr().out
    assert out.startswith(PASSAGE)
    assert f"  /visa {REPLY_ID}#q1" in out
    assert "/avsluta    sluta" in out
    assert "Sökte i 48 svar" in out
    assert "Nämnden följer frågan." in out
    assert "Det finns inget svar med beteckningen x." in out
    assert "Jag känner inte till /hoppa." in out
    assert out.endswith("Tack för besöket!\n")


def test_chat_ends_when_told(
    home: FakeHome, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert talk(home, "/avsluta\nhållplats\n".encode(), monkeypatch) == 0
    assert capsys.readouterr().out == "Tack för besöket!\n"
    assert home.service.asked == []


def test_evaluate(home: FakeHome, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "labelled.jsonl"
    rows: list[Any] = [
        {"question": "hållplats", "expected": [f"{REPLY_ID}#q1"], "manner": "vardag"},
        {"question": "hållplats", "expected": [REPLY_ID], "manner": "formell", "subject": "skola"},
        {"question": "hållplats", "expected": []},
        {"question": "väg", "expected": [REPLY_ID]},
        {"question": "annat", "expected": []},
    ]
    file.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    assert call(home, "evaluate", str(file), "--json") == 0
    metrics = document(capsys)
    assert (metrics["questions"], metrics["answerable"]) == (5, 3)
    assert metrics["hit_at_1"] == 1.0
    assert metrics["decision_accuracy"] == 0.6
    assert metrics["wrong_answers"] == 0.2
    assert metrics["needless_refusals"] == pytest.approx(1 / 3, abs=1e-4)
    assert set(metrics["by_manner"]) == {"vardag", "formell"}
    assert set(metrics["by_subject"]) == {"skola"}
    assert call(home, "evaluate", str(file)) == 0
    assert "hit@1                  1.000   95 %:" in capsys.readouterr().out


def test_a_question_that_cannot_be_asked_is_rightly_refused_or_missed(
    home: FakeHome, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "labelled.jsonl"
    rows: list[Any] = [
        {"question": " ", "expected": []},
        {"question": "hållplats", "expected": [REPLY_ID]},
        {"question": "", "expected": [REPLY_ID]},
    ]
    file.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    assert call(home, "evaluate", str(file), "--json") == 0
    caught = capsys.readouterr()
    metrics = json.loads(caught.out)
    assert (metrics["questions"], metrics["answerable"]) == (3, 2)
    assert metrics["decision_accuracy"] == pytest.approx(2 / 3, abs=1e-4)
    assert (metrics["hit_at_5"], metrics["needless_refusals"]) == (0.5, 0.5)
    assert caught.err == ""


def test_evaluate_names_bad_lines(
    home: FakeHome, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "labelled.jsonl"
    good = '{"question": "hållplats", "expected": []}'
    file.write_text(f'{{}}\n[]\n{good}\n{{"question": "x", "expected": "y"}}\nx\n', "utf-8")
    assert call(home, "evaluate", str(file), "--json") == 1
    caught = capsys.readouterr()
    assert json.loads(caught.out)["questions"] == 1
    assert [f"line {n}:" in caught.err for n in range(1, 6)] == [True, True, False, True, True]
    file.write_text("\n", "utf-8")
    assert call(home, "evaluate", str(file)) == 1
    assert "holds no labelled question" in capsys.readouterr().err

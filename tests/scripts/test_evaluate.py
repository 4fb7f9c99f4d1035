"""Measuring the quality: sets, asking, figures, tables and plots, on small records of our own."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.evaluation import Labelled, Outcome
from index.confidence import Calibration
from index.encoders import EMBEDDED, load_encoder
from index.ports import Encoder
from knowledge.model import PassageKind, Reply
from scripts import evaluate
from scripts.measuring.ablation import WHOLE, Variant, variants
from scripts.measuring.asking import Answers, Asked, ask
from scripts.measuring.figures import Figures, figures, pooled
from scripts.measuring.plots import draw_manners, draw_reliability, draw_risk_coverage
from scripts.measuring.report import Report, as_json, as_markdown
from scripts.measuring.tasks import (
    Question,
    Task,
    documents_task,
    interpellations_task,
    labelled_task,
    swefaq_task,
)
from scripts.records import Part, reply_of, version_of

ROOT = Path(__file__).parents[2]
PNG = b"\x89PNG"

BUS = "Hållplatsen för skolbussen ligger högst två kilometer från hemmet."
SNOW = "Gångvägarna plogas när det har fallit fem centimeter snö."
CARE = "Avgiften för hemtjänsten är högst 2 575 kronor i månaden."

DOCUMENT = """EXEMPELBY KOMMUN
Datum: 2024-03-11

Till kommunfullmäktige

Svar på interpellation från Anna Ek (S) om snöröjning

Anna Ek (S) har ställt en fråga till mig om snöröjningen i kommunen.

Interpellanten menar att kommunen har slutat sanda trottoarerna i Norrhaga.

1. När plogas gångvägarna?

Gångvägarna plogas när det har fallit fem centimeter snö. Arbetet ska vara klart
inom sex timmar efter det att snöfallet har upphört.

Med detta anser jag interpellationen besvarad.

Per-Olof Wikander (C)
Ordförande i tekniska nämnden
"""


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return load_encoder(EMBEDDED)


def statements(id: str, *texts: str, title: str = "") -> Reply:
    return reply_of(id, title, [Part(PassageKind.STATEMENT, text) for text in texts])


def question(
    text: str,
    *expected: str,
    half: str | None = None,
    manner: str = "plain",
    why: str | None = None,
) -> Question:
    matter = frozenset(one.partition("#")[0] for one in expected)
    return Question(Labelled(text, expected, manner), half, why, matter)


@pytest.fixture
def small() -> Task:
    """Three replies of one passage, of which each is asked for, and a question to none of them."""
    return Task(
        "small",
        (statements("bus", BUS), statements("snow", SNOW), statements("care", CARE)),
        (
            question("Hur långt är det till skolbussens hållplats?", "bus#p1", half="test"),
            question("När plogas gångvägarna?", "snow#p1", half="tune", manner="child"),
            question("Vad kostar hemtjänsten i månaden?", "care#p1", half="test"),
            question("Vem vann melodifestivalen?", half="test", why="absent"),
            question("?!", half="test", why="nonsense"),
        ),
    )


def write_lines(path: Path, lines: Sequence[dict[str, Any]]) -> None:
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines), "utf-8")


# -- Sets --------------------------------------------------------------------------------------


def test_a_folder_of_documents_is_imported_and_labelled(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "documents_x"
    folder.mkdir()
    (folder / "doc01.txt").write_text(DOCUMENT, "utf-8")
    labels: list[dict[str, Any]] = [
        {"question": "Hur snabbt?", "file": "doc01.txt", "contains": ["klart inom sex timmar"]},
        {"question": "Sandas det?", "file": "doc01.txt", "contains": ["slutat sanda"]},
        {"question": "Var?", "file": None, "contains": [], "why": "near: sägs inte"},
    ]
    write_lines(folder / "questions.jsonl", [label | {"manner": "plain"} for label in labels])
    task = documents_task(folder)
    (reply,) = task.replies
    answered, missed, unanswered = task.questions
    assert task.name == "documents x"
    assert answered.labelled.expected == (f"{reply.id}#q1",)
    assert missed.labelled.expected == (f"{reply.id}#not-found",)
    assert answered.matter == missed.matter == {reply.id}
    assert (unanswered.labelled.expected, unanswered.why) == ((), "near")
    assert "slutat sanda" in capsys.readouterr().err


def test_a_document_that_is_not_imported_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "doc01.txt").write_text("", "utf-8")
    label = {"question": "Var?", "file": "doc01.txt", "contains": ["x"], "manner": "plain"}
    write_lines(tmp_path / "questions.jsonl", [label])
    task = documents_task(tmp_path)
    assert task.replies == ()
    assert task.questions[0].labelled.expected == ("doc01.txt#not-found",)
    assert "doc01.txt was not imported" in capsys.readouterr().err


def test_the_labelled_questions_know_the_replies_on_their_matter() -> None:
    task = labelled_task()
    halves = [task.of_half(half) for half in ("tune", "test")]
    assert [len(one.questions) for one in halves] == [150, 150]
    assert halves[1].name == "example record, half test"
    ids = {reply.id for reply in task.replies}
    for one in task.questions:
        answering = {passage.partition("#")[0] for passage in one.labelled.expected}
        assert answering <= one.matter <= ids
        assert bool(one.matter) != bool(one.why)
    assert any(len(one.matter) > len(one.labelled.expected) for one in task.questions)


def test_each_faq_answer_becomes_a_reply(tmp_path: Path) -> None:
    file = tmp_path / "faq.jsonl"
    lines = [
        {"question": "Buss?", "candidate_answers": [BUS, SNOW], "label": 0, "category_id": 1},
        {"question": "Snö?", "candidate_answers": [SNOW, BUS], "label": 0, "category_id": 1},
        {"question": "Avgift?", "candidate_answers": [CARE], "label": 0, "category_id": 2},
    ]
    write_lines(file, [line | {"meta": {"category": "Vardag"}} for line in lines])
    task = swefaq_task(file)
    assert [reply.text.strip() for reply in task.replies] == [BUS, SNOW, CARE]
    assert [reply.title for reply in task.replies] == [None] * 3
    assert [one.labelled.expected for one in task.questions] == [
        ("answer-0001",),
        ("answer-0002",),
        ("answer-0003",),
    ]
    assert task.questions[0].rivals == task.questions[1].topic == {"answer-0001", "answer-0002"}
    assert task.questions[2].topic == {"answer-0003"}
    assert task.questions[0].labelled.subject == "Vardag"


@pytest.mark.parametrize("with_titles", [True, False])
def test_interpellations_are_asked_for_by_their_questions(
    tmp_path: Path, *, with_titles: bool
) -> None:
    file = tmp_path / "interpellations.jsonl.gz"
    long = "\n".join(["Vägen är smal och trafiken tät. " * 10] * 4)
    records = [
        {"title": "Vägen", "body": f"Vägen\n{long}", "questions": ["Hur?", "När?"]},
        {"title": "vägen", "body": SNOW, "questions": []},
        {"title": "Avgiften", "body": CARE, "questions": ["Varför?"]},
    ]
    lines = [one | {"id": f"x{n}", "session": "2022/23"} for n, one in enumerate(records)]
    lines.append(lines[0] | {"id": "y", "session": "2021/22"})
    with gzip.open(file, "wt", encoding="utf-8") as out:
        out.writelines(f"{json.dumps(line)}\n" for line in lines)
    task = interpellations_task(file, "2022/23", with_titles=with_titles)
    assert [reply.title for reply in task.replies] == (
        ["Vägen", "vägen", "Avgiften"] if with_titles else [None] * 3
    )
    assert len(task.replies[0].passages) == 2
    assert "Vägen\n" not in task.replies[0].text
    first, second = task.questions
    assert first.labelled.question == "Hur? När?"
    assert first.matter == {"document-00001", "document-00002"}
    assert second.labelled.expected == ("document-00003",)
    with pytest.raises(ValueError, match="1999/00"):
        interpellations_task(file, "1999/00", with_titles=with_titles)


# -- Asking ------------------------------------------------------------------------------------


def test_each_question_is_asked_with_and_without_its_answer(small: Task, encoder: Encoder) -> None:
    told: list[tuple[str, int, int]] = []
    with version_of(small.replies, encoder, Calibration.none()) as version:
        answers = ask(small, version, encoder, lambda *now: told.append(now))
    assert (answers.replies, answers.passages, told[-1]) == (3, 3, ("small", 5, 5))
    for one in answers.asked[:3]:
        assert one.whole.first_right and one.whole.ndcg == 1
        assert one.absent is not None and one.absent.rank is None
        assert one.absent.confidence < one.whole.confidence
    assert [one.absent for one in answers.asked[3:]] == [None, None]
    refused = answers.asked[4].whole
    assert (refused.rank, refused.confidence, refused.answered) == (None, 0.0, False)
    assert len(answers.of_half("test").asked) == 4


def test_only_the_rivals_are_searched_for_the_accuracy_in_the_category(encoder: Encoder) -> None:
    asked = question("När plogas gångvägarna?", "road")
    other = statements("other", "Biblioteket är öppet på lördagar.")
    replies = (statements("snow", SNOW), statements("road", "Vägarna plogas ibland."), other)
    category = frozenset({"road", "other"})
    asked = replace(asked, topic=category, rivals=category)
    task = Task("faq", replies, (asked,), whole_replies=True)
    (one,) = evaluate.put(task, encoder, Calibration.none()).asked
    assert one.whole.rank == 2
    assert one.first_among_rivals
    assert one.topic is not None and one.topic.rank is None


def test_a_reply_is_ranked_once_by_its_first_passage(encoder: Encoder) -> None:
    many = [f"Gångvägarna plogas på morgonen {day}." for day in ("måndag", "tisdag", "onsdag")]
    replies = (statements("many", *many), statements("one", "Vägarna plogas ibland."))
    asked = question("När plogas gångvägarna på morgonen?", "one")
    whole = Task("whole", replies, (asked,), whole_replies=True)
    (one,) = evaluate.put(whole, encoder, Calibration.none()).asked
    assert one.whole.rank == 2
    (one,) = evaluate.put(replace(whole, whole_replies=False), encoder, Calibration.none()).asked
    assert one.whole.rank == 4


# -- Figures -----------------------------------------------------------------------------------


def answered(
    asked: Question, rank: int | None, confidence: float, *, absent: float | None = None
) -> Asked:
    def outcome(rank: int | None, confidence: float) -> Outcome:
        sure = confidence > 0.5
        right = sure and rank == 1
        return Outcome(asked.labelled, rank, sure, right, confidence, 1.0, present=confidence)

    hidden = None if absent is None else outcome(None, absent)
    return Asked(asked, outcome(rank, confidence), hidden)


def test_absence_is_told_from_presence() -> None:
    asked = (
        answered(question("a", "x"), 1, 0.9, absent=0.3),
        answered(question("b", "y"), 3, 0.4, absent=0.6),
        answered(question("c", why="nonsense"), None, 0.1),
        answered(question("d", why="near"), None, 0.8),
    )
    one = figures(Answers("four", asked, 2, 3))
    assert one.evaluation.questions == 4
    assert one.extra["auroc_absent"].value == 0.75
    assert one.extra["auroc_topic_absent"].value == 1
    assert one.extra["right_answers"].value == 0.5
    assert one.extra["answers_when_absent"].value == 0.5
    assert one.extra["answers_when_topic_absent"].value == 0
    assert "first_in_category" not in one.extra
    both = pooled("both", [Answers("four", asked, 2, 3), Answers("one", asked[:1], 5, 7)])
    assert (both.replies, both.passages, len(both.asked)) == (7, 10, 5)


def test_what_cannot_be_had_is_left_out() -> None:
    one = figures(Answers("one", (answered(question("a", why="near"), None, 0.2),), 1, 1))
    assert one.extra == {}
    with pytest.raises(ValueError, match="no questions"):
        figures(Answers("none", (), 1, 1))


# -- One piece off -----------------------------------------------------------------------------


def test_every_piece_with_weight_is_taken_off_once() -> None:
    calibration = replace(Calibration.none(), ranking={"cosine": 0.5, "lexical": 0.5, "maxsim": 0})
    names = [one.name for one in variants(calibration)]
    assert names[:3] == [WHOLE, "signal cosine", "signal lexical"]
    assert len(names) == len(set(names)) == 8


def variant(name: str) -> Variant:
    return next(one for one in variants(Calibration.none()) if one.name.startswith(name))


def test_a_piece_that_is_off_has_no_part_in_the_search(small: Task, encoder: Encoder) -> None:
    with version_of(small.replies, encoder, Calibration.none()) as version:
        changed = {one.name: one.version(version) for one in variants(Calibration.none())}
        assert changed["signal cosine"].manifest.calibration.ranking["cosine"] == 0
        assert version.manifest.calibration.ranking["cosine"] > 0
        assert changed["token vectors (maxsim, literal)"].tokens is None
        assert len(changed["glossary"].glossary) == 0
        for name in ("lexical stems", "lexical grams"):
            asked = ask(small, changed[name], encoder).asked
            assert asked[1].whole.first_right


def test_without_the_newest_first_an_older_reply_may_come_before_a_newer_one(
    encoder: Encoder,
) -> None:
    older = replace(
        statements("old", "Gångvägarna plogas vid fem centimeter snö.", title="Snöröjning"),
        answered_on=date(2020, 1, 1),
    )
    newer = replace(
        statements("new", "Gångvägarna ska numera plogas vid tre.", title="Snöröjning"),
        answered_on=date(2024, 1, 1),
    )
    asked = question("Plogas gångvägarna vid fem centimeter snö?", "new#p1")
    task = Task("matter", (older, newer), (asked,))
    found = [
        evaluate.put(task, encoder, Calibration.none(), one).asked[0].whole.rank
        for one in (variant(WHOLE), variant("newest first"))
    ]
    assert found == [1, 2]


# -- The report --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def report(encoder: Encoder) -> Report:
    """Everything measured on the smallest sets, with one piece off only."""
    replies = (statements("bus", BUS), statements("snow", SNOW))
    bus = question("Hur långt är det till skolbussens hållplats?", "bus#p1", half="test")
    none = question("Vem vann melodifestivalen?", half="test", why="absent")
    snow = question("När plogas gångvägarna?", "snow")
    snow = replace(snow, topic=snow.matter, rivals=snow.matter)
    tasks = [
        Task("labelled", replies, (bus, none)),
        Task("documents", replies, (replace(bus, half=None),)),
        Task("faq", replies, (snow,), whole_replies=True),
    ]
    off = [variant(WHOLE), variant("glossary")]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(evaluate, "variants", lambda calibration: off)
        return evaluate.measured(tasks[0], [tasks[1]], tasks[2:], encoder=encoder, ablate=True)


def test_the_tables_hold_every_set_and_every_piece(report: Report) -> None:
    text = as_markdown(report)
    lines = text.splitlines()
    for name in ("labelled, half test", "documents", "all unseen", "labelled, both halves", "faq"):
        assert sum(line.startswith(f"| {name} |") for line in lines) == 4
    assert "*all unseen*: labelled, half test; documents." in lines
    assert f"Encoder embedded {report.configuration.encoder_digest[:8]}" in text
    assert "| nothing off | 1.000 |" in text and "| glossary | 1.000 |" in text
    assert "| faq | 2 | 2 | 1 | 1.000 (0.21–1.00) |" in text
    rows = [line for line in lines if line.startswith("|")]
    tables = "\n".join("" if not line.startswith("|") else line for line in lines).split("\n\n")
    assert rows and all(
        len({row.count("|") for row in one.split("\n") if row}) < 2 for one in tables
    )


def test_the_json_holds_the_figures_their_intervals_and_the_curves(report: Report) -> None:
    document = json.loads(as_json(report))
    faq = document["sets"]["faq"]
    assert (faq["hit_at_1"], faq["first_in_category"], faq["replies"]) == (1, 1, 2)
    assert set(faq["intervals"]) >= {"hit_at_1", "ndcg_at_10", "first_in_category"}
    assert faq["risk_coverage"][-1]["coverage"] == 1
    assert sum(one["count"] for one in faq["reliability"]) == 1
    assert set(document["sets"]["labelled, both halves"]["by_manner"]) == {"plain"}
    assert set(document["ablation"]["glossary"]) == {
        "all unseen",
        "labelled, half test",
        "documents",
    }
    assert document["encoder"]["digest"] == report.configuration.encoder_digest
    assert document["about"]["commit"]


def test_the_files_are_written(report: Report, tmp_path: Path) -> None:
    evaluate.write(report, tmp_path / "new" / "results")
    written = {path.name: path.read_bytes() for path in (tmp_path / "new" / "results").iterdir()}
    assert set(written) == {
        "quality.json",
        "risk-coverage.png",
        "reliability.png",
        "by-manner.png",
    }
    assert all(data.startswith(PNG) for name, data in written.items() if name.endswith(".png"))


def test_a_set_of_any_size_can_be_drawn(tmp_path: Path) -> None:
    def some(count: int) -> Figures:
        asked = [
            answered(
                question(f"q{n}", "x", manner=f"m{n % 2}"), 1 if n % 3 else None, (n + 1) / count
            )
            for n in range(count)
        ]
        return figures(Answers(f"{count} questions", tuple(asked), 1, 1))

    for count in (1, 4):
        sets = [some(count + n) for n in range(count)]
        draw_risk_coverage(sets, 0.5, tmp_path / "risk.png")
        draw_reliability(sets, tmp_path / "reliability.png")
        draw_manners(sets[-1], ["x", "y"], tmp_path / "manners.png")
        assert all(path.read_bytes().startswith(PNG) for path in tmp_path.iterdir())


# -- The command -------------------------------------------------------------------------------


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, str(ROOT / "scripts" / "evaluate.py"), *arguments]
    return subprocess.run(line, cwd=ROOT, capture_output=True, encoding="utf-8")


def test_help_tells_the_options() -> None:
    shown = command("--help").stdout
    for option in ("--swefaq", "--interpellations", "--session", "--ablate", "--out"):
        assert option in shown


@pytest.mark.parametrize("option", ["--swefaq", "--interpellations"])
def test_a_file_that_is_not_there_is_wrong_usage(option: str) -> None:
    done = command(option, "no-such-file")
    assert done.returncode == 2
    assert "no-such-file is not a file" in done.stderr

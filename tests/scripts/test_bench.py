"""The benchmark's records, judging and tables; one small run shows that the parts fit together."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from knowledge import record
from scripts.benchmark.figures import series
from scripts.benchmark.measure import Figure
from scripts.benchmark.ours import OWN
from scripts.benchmark.peers import PEERS
from scripts.benchmark.processes import Failed, environment, run, serving
from scripts.benchmark.records import (
    Headed,
    Record,
    corpus_passages,
    corpus_replies,
    make_record,
    recombined,
)
from scripts.benchmark.report import About, Quality, Report, Speed, markdown
from scripts.benchmark.systems import SYSTEMS, Group, chosen
from scripts.benchmark.tasks import Outcome, Task, judge, swefaq_task
from scripts.benchmark.texts import Text, read_texts, write_texts
from tests.builders import reply

ROOT = Path(__file__).parents[2]
PASSAGES = (
    Headed("Skolskjuts", "Två kilometer. Det gäller alla."),
    Headed("Snö", "När det snöat. Först vägar. Sedan gångbanor."),
)
LONG = "Gångbanor plogas när det har snöat mer än fem centimeter."


def write_lines(path: Path, documents: list[dict[str, Any]]) -> None:
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.writelines(f"{json.dumps(one)}\n" for one in documents)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A made-up corpus of two passages that are long enough."""
    folder = tmp_path / "corpus"
    folder.mkdir()

    def page(lang: str, *texts: str) -> dict[str, Any]:
        return {"title": "Snö", "lang": lang, "sections": [{"text": text} for text in texts]}

    pages = [page("sv", LONG, "För kort."), page("en", "The pavements are cleared when it snows.")]
    write_lines(folder / "government_pages.jsonl.gz", pages)
    asked = {"title": "Vägar", "body": f"{LONG} Vägarna plogas före gångbanorna."}
    write_lines(folder / "interpellations.jsonl.gz", [asked])
    return folder


@pytest.fixture
def faq(tmp_path: Path) -> Path:
    """A made-up FAQ: two answers of one category, one of another."""
    folder = tmp_path / "faq"
    folder.mkdir()
    answers = ["Passet hämtas hos polisen.", "Körkortet kommer med posten.", "Skatten dras av."]
    questions = ["Var hämtar jag mitt pass?", "När kommer körkortet?", "Hur betalar jag skatten?"]
    lines = [
        {
            "question": question,
            "candidate_answers": answers[:2] if n < 2 else answers[2:],
            "label": n % 2,
            "category_id": n // 2,
            "meta": {"category": "id" if n < 2 else "skatt"},
        }
        for n, question in enumerate(questions)
    ]
    text = "".join(f"{json.dumps(line)}\n" for line in lines)
    (folder / "swefaq_dev.jsonl").write_text(text, encoding="utf-8")
    return folder


# -- Records -----------------------------------------------------------------------------------


def test_recombined_passages_hold_known_sentences_and_are_always_the_same() -> None:
    made = list(recombined(PASSAGES, 20))
    assert made == list(recombined(PASSAGES, 20))
    assert len(made) == 20
    known = [sentence for one in PASSAGES for sentence in one.body.replace(". ", ".|").split("|")]
    for one in made:
        assert one.title in {"Skolskjuts", "Snö"}
        rest = one.body
        for sentence in known:
            rest = rest.replace(sentence, "")
        assert one.body and not rest.strip()


def test_eight_passages_make_a_reply_that_can_be_stored() -> None:
    replies = list(corpus_replies(recombined(PASSAGES, 20)))
    assert [len(one.passages) for one in replies] == [8, 8, 4]
    for one in replies:
        assert record.parse(record.dump(one), one.id, "x.yaml") == one


def test_the_corpus_gives_swedish_passages_that_are_long_enough(corpus: Path) -> None:
    found = list(corpus_passages(corpus))
    assert [(one.title, one.body[: len(LONG)]) for one in found] == [("Snö", LONG), ("Vägar", LONG)]


def test_the_others_get_the_official_passages_with_title_and_question(tmp_path: Path) -> None:
    one = reply("a", (("Hur långt?", "Två kilometer."),), background="Det är långt.", title="Buss")
    made = make_record("one reply", tmp_path, [one])
    assert list(read_texts(made.texts)) == [Text("a#q1", "Buss\nHur långt?", "Två kilometer.")]
    assert made.passages == 1


def test_texts_come_back_as_they_were(tmp_path: Path) -> None:
    texts = [Text("a#s1", "", "Två\u2028rader\n"), Text("b#s1", "Å", "Ö")]
    assert write_texts(tmp_path / "texts", texts) == 2
    assert list(read_texts(tmp_path / "texts")) == texts
    assert [text.whole for text in texts] == ["Två\u2028rader\n", "Å\nÖ"]


# -- Quality -----------------------------------------------------------------------------------


def test_a_document_is_ranked_once_by_its_best_passage() -> None:
    task = Task(
        name="made up",
        record=Record("made up", Path(), Path(), 0),
        questions=("a", "b", "c"),
        expected=(frozenset({"x"}), frozenset({"y"}), frozenset({"z"})),
        found_name=lambda passage_id: passage_id.partition("#")[0],
        depth=10,
        rivals=(frozenset({"x", "y"}), frozenset({"x", "y"}), frozenset({"z"})),
    )
    found = [["z#1", "z#2", "x#1"], ["x#1", "y#1"], ["x#1"]]
    assert judge(task, found) == Outcome((2, 2, None), (True, False, False))


def test_faq_answers_become_documents_with_rivals_of_their_category(
    faq: Path, tmp_path: Path
) -> None:
    task = swefaq_task(faq, tmp_path)
    assert task.record.passages == 3
    assert task.rivals is not None
    assert [len(names) for names in task.rivals] == [2, 2, 1]
    assert all(
        right < rivals or right == rivals
        for right, rivals in zip(task.expected, task.rivals, strict=True)
    )


# -- Processes ---------------------------------------------------------------------------------


def test_a_process_is_measured_from_start_to_end() -> None:
    done = run([sys.executable, "-m", "bot", "--version"])
    assert 0 < done.cpu_s < 60 and 0 < done.wall_s < 60
    assert 5 < done.peak_mib < 200


def test_a_failing_process_tells_why(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "import sys; sys.exit('no such thing')"]
    with pytest.raises(Failed, match="no such thing"):
        run(command)
    with (
        pytest.raises(Failed, match="no such thing"),
        serving(command, environment(1), tmp_path / "log"),
    ):
        raise AssertionError("a worker that never was ready")


def test_every_system_can_be_made() -> None:
    assert {one.name for one in SYSTEMS if one.own} == set(OWN)
    assert {one.name for one in SYSTEMS if not one.own} == set(PEERS)


def test_kommunsvar_is_measured_beside_whatever_is_chosen() -> None:
    beside = [one.name for one in chosen(["bm25s"], peers=True)]
    assert beside == ["kommunsvar", "bm25s", "kommunsvar-lexical"]
    alone = [one.name for one in chosen(None, peers=False)]
    assert alone == ["kommunsvar", "kommunsvar-lexical", "kommunsvar-vectors"]
    with_terms = chosen(["bm25s-terms"], peers=True)
    assert [one.name for one in with_terms if one.group is Group.LEXICAL] == [
        "kommunsvar-lexical",
        "bm25s-terms",
    ]


# -- Tables ------------------------------------------------------------------------------------


@pytest.fixture
def measured() -> Report:
    about = About("python bench.py", "2026-01-01", "abc", 2, 2, "Linux", 0.1, 0.2, {"bm25s": "b 1"})
    figures = (
        Figure("kommunsvar", "build, wall", 3.0, "s"),
        Figure("bm25s", "build, wall", 12.0, "s"),
        Figure("kommunsvar", "index on disk", 150.0, "MiB"),
    )
    outcomes = {
        "kommunsvar": Outcome((1, 1, 2, None), None),
        "bm25s": Outcome((1, 2, None, None), None),
    }
    return Report({"a": Speed(100, about, figures)}, {"t": Quality(100, about, outcomes)})


def test_tables_show_what_our_figure_is_of_each_other_one(measured: Report) -> None:
    lines = markdown(measured).splitlines()
    assert "|  | Kommunsvar | bm25s |" in lines
    assert "| build, wall | 3.00 s | 12.0 s (0.25) |" in lines
    assert "| index on disk | 150 MiB | – |" in lines
    own = next(line for line in lines if line.startswith("| Kommunsvar |"))
    other = next(line for line in lines if line.startswith("| bm25s |"))
    assert "0.500 (" in own and "| 0.625 |" in own
    assert "0.250 (" in other and "| +0.250 (" in other


def test_figures_come_back_from_their_file(measured: Report, tmp_path: Path) -> None:
    measured.write(tmp_path / "figures.json")
    assert markdown(Report.read(tmp_path / "figures.json")) == markdown(measured)
    assert Report.read(tmp_path / "none.json") == Report({}, {})
    assert series(measured, "bm25s", "build, wall") == [(100, 12.0)]


# -- The command -------------------------------------------------------------------------------


def bench(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, ROOT / "scripts" / "bench.py", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8")


def test_help_tells_the_options() -> None:
    shown = bench("--help").stdout
    for option in ("--corpus", "--sizes", "--quality", "--systems", "--json", "--plot"):
        assert option in shown


@pytest.mark.parametrize(
    "arguments", [("--sizes", "10k"), ("--quality", "swefaq"), ("--sizes", "0k"), ("--runs", "0")]
)
def test_wrong_usage_is_told(arguments: tuple[str, ...]) -> None:
    done = bench(*arguments)
    assert done.returncode == 2
    assert arguments[0] in done.stderr or "--corpus" in done.stderr or "--eval" in done.stderr


@pytest.mark.slow
def test_a_small_record_is_measured_without_the_others(
    corpus: Path, faq: Path, tmp_path: Path
) -> None:
    figures = tmp_path / "figures.json"
    options = ("--sizes", "200", "--quality", "swefaq", "--runs", "1", "--rounds", "1")
    data = ("--corpus", corpus, "--eval", faq, "--peers", tmp_path / "none")
    done = bench(*options, *data, "--json", figures)
    assert done.returncode == 0, done.stderr
    assert "| one cold question, wall |" in done.stdout
    assert str(tmp_path) not in done.stdout
    report = Report.read(figures)
    (speed,), (quality,) = report.speed.values(), report.quality.values()
    assert speed.passages == 200 and quality.passages == 3
    assert all(figure.value > 0 for figure in speed.figures)
    assert set(quality.outcomes) == {"kommunsvar", "kommunsvar-lexical", "kommunsvar-vectors"}
    assert quality.outcomes["kommunsvar"].ranks == (1, 1, 1)

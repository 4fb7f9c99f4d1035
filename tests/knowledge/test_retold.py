"""Questions that are only retold, named by their topic, lettered or in a table."""

from __future__ import annotations

import pytest

from knowledge.document import LineStyle
from knowledge.parsing.parse import parse
from knowledge.parsing.questions.retold import clauses, is_lone
from knowledge.parsing.questions.topics import names_topic, topic_of
from tests.knowledge.layouts import flowing, plain
from tests.knowledge.test_forms import asked, only, said

HEAD = "Svar på interpellation från Bo Ek (M) om badet\n\n"
END = "\n\nEva Al (S)\nkommunalråd"


@pytest.mark.parametrize(
    ("words", "questions"),
    [
        ("Han undrar om jag är beredd att sänka taxan.", ["om jag är beredd att sänka taxan"]),
        (
            "Hon frågar hur många som väntar, när huset är klart och vad det kostar.",
            ["hur många som väntar", "när huset är klart", "vad det kostar"],
        ),
        ("Du har frågat mig om badhuset i Sundvika.", []),
        ("Din fråga till mig är om jag tänker agera.", ["om jag tänker agera"]),
        ("Hon har ställt en fråga. Vad kostar det?", ["Vad kostar det?"]),
        ("Badet är öppet när solen skiner.", []),
    ],
)
def test_clauses_of_a_retelling(words: str, questions: list[str]) -> None:
    assert [span.of(words) for span in clauses(words, 0, len(words))] == questions


def test_a_paragraph_is_lone_when_it_retells_one_question() -> None:
    assert is_lone("Han frågar varför det dröjer.", 0, 29)
    assert not is_lone("Han frågar varför det dröjer. Badet öppnar snart.", 0, 49)


def test_topics() -> None:
    topic = names_topic("Vad gäller kontrollen väljs åtta ut.") or ""
    assert topic_of(topic, {1: "Hur kontrolleras uppgifterna?", 2: "När höjs bidraget?"}) == 1
    assert topic_of(topic, {1: "Vem sköter kontrollen?", 2: "Varför en kontroll?"}) is None
    assert topic_of(topic, {1: "Vad kostar det?", 2: "När höjs bidraget?"}) is None
    assert names_topic("Kontrollen sköts av en konsulent.") is None


def test_the_only_retold_question_is_answered() -> None:
    draft = only(
        f"{HEAD}Bo Ek undrar om nämnden är beredd att sänka taxan.\n\nBadet kostar 40 kronor.\n\n"
        f"Mitt svar är nej. Taxan täcker en fjärdedel av kostnaden.{END}"
    )
    assert asked(draft) == [("q1", "om nämnden är beredd att sänka taxan")]
    assert ("s1", "Badet kostar 40 kronor.") in said(draft)


def test_questions_retold_one_by_one_are_answered_one_by_one() -> None:
    draft = only(
        f"{HEAD}Bo Ek frågar för det första vad badet kostar.\n\nDet kostar 40 kronor.\n\n"
        f"Han frågar för det andra vem som städar.\n\nVaktmästaren städar varje morgon.{END}"
    )
    assert asked(draft) == [("q1", "vad badet kostar"), ("q2", "vem som städar")]
    assert [name for name, _ in said(draft)] == ["b1", "q1", "b2", "q2"]


def test_answers_to_lettered_questions() -> None:
    draft = only(
        f"{HEAD}Bo Ek frågar:\n\na) Vad kostar badet?\nb) Vem städar?\n\n"
        f"Svar på fråga a)\n\nDet kostar 40 kronor.\n\nSvar på fråga b)\n\nVaktmästaren.{END}"
    )
    assert asked(draft) == [("q1", "Vad kostar badet?"), ("q2", "Vem städar?")]


def test_questions_with_capital_letters() -> None:
    draft = only(
        f"{HEAD}Bo Ek har ställt två frågor.\n\nFråga A: Vad kostar badet?\n\n"
        f"Det kostar 40 kronor.\n\nFråga B: Vem städar?\n\nVaktmästaren.{END}"
    )
    assert asked(draft) == [("q1", "Vad kostar badet?"), ("q2", "Vem städar?")]


def test_a_table_of_questions_and_answers() -> None:
    table = LineStyle.TABLE
    (draft,) = parse(
        flowing(
            HEAD.strip(),
            "Bo Ek har ställt två frågor. Svaren framgår av tabellen.",
            (table, "Fråga | Svar"),
            (table, "1. Vad kostar badet? | Det kostar 40 kronor."),
            (table, "2. Har badet vaktmästare? | Nej, inte längre."),
            "Eva Al (S), kommunalråd",
        )
    )
    answers = [
        (plain(p.question.of(draft.text)), plain(p.span.of(draft.text)))
        for p in draft.passages
        if p.question
    ]
    assert answers == [
        ("Vad kostar badet?", "Det kostar 40 kronor."),
        ("Har badet vaktmästare?", "Nej, inte längre."),
    ]

"""Questions and answers side by side on a printed page."""

from __future__ import annotations

from knowledge.readers.pdf_asking import one_after_another
from knowledge.readers.pdf_lines import Cell, PrintedLine


def line(*cells: tuple[str, float, float], base: float = 0.0) -> PrintedLine:
    made = tuple(Cell(*cell) for cell in cells)
    text = " ".join(cell.text for cell in made)
    return PrintedLine(text, made[0].left, made[-1].right, base, 11.0, False, made)


HEAD = line(("Fråga", 60, 90), ("Svar", 240, 260))
PROSE = line(("Nämnden följer frågan.", 60, 500))


def texts(*lines: PrintedLine) -> list[str]:
    return [one.text for one in one_after_another(lines)]


def test_each_answer_stands_below_its_question() -> None:
    assert texts(
        PROSE,
        HEAD,
        line(("1. Hur många", 60, 200), ("Nämnden har", 240, 500)),
        line(("ansökningar?", 60, 150), ("avgjort elva.", 240, 400)),
        line(("Två återstår.", 240, 400)),
        line(("2. När då?", 60, 150), ("I maj.", 240, 300)),
        PROSE,
    ) == [
        PROSE.text,
        "Fråga Svar",
        "1. Hur många",
        "ansökningar?",
        "Nämnden har",
        "avgjort elva.",
        "Två återstår.",
        "2. När då?",
        "I maj.",
        PROSE.text,
    ]


def test_questions_without_numbers_end_with_their_mark() -> None:
    rows = [line(("Hur?", 60, 90), ("Så.", 240, 260)), line(("När?", 60, 90), ("Nu.", 240, 260))]
    assert texts(HEAD, *rows) == ["Fråga Svar", "Hur?", "Så.", "När?", "Nu."]


def test_other_tables_stay_as_they_are() -> None:
    head = line(("År", 60, 90), ("Antal", 240, 260))
    row = line(("2023", 60, 90), ("11", 240, 260))
    assert texts(head, row) == ["År Antal", "2023 11"]

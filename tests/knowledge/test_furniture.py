from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from knowledge.document import Document, Line, LineStyle, Page
from knowledge.parsing.furniture import without_furniture

FULL = "En rad som går ända ut till den högra marginalen på sidan och inte tar slut"


def _document(*pages: str, paged: bool = True) -> Document:
    return Document(
        tuple(Page(tuple(Line(text) for text in page.split("\n"))) for page in pages), paged
    )


def _bodies(document: Document) -> list[str]:
    return ["\n".join(line.text for line in page.lines) for page in document.pages]


def test_heads_and_feet_that_repeat_go_into_the_margins() -> None:
    document = _document(
        f"Exempelby kommun\nKS 2025/112 Sida 1 (3)\n\n{FULL}.\nKort.\n\nStorgatan 1\n0123-456 78",
        f"Exempelby kommun\nKS 2025/112 Sida 2 (3)\n\n{FULL}.\nTvå.\n\nStorgatan 1\n0123-456 78",
        "Exempelby kommun\nKS 2025/112 Sida 3 (3)\n\nSlut.\n\nStorgatan 1\n0123-456 78",
    )
    clean = without_furniture(document)
    assert _bodies(clean) == [f"{FULL}.\nKort.\n", f"{FULL}.\nTvå.\n", "Slut."]
    assert clean.margins == (
        "Exempelby kommun", "KS 2025/112 Sida 1 (3)", "Storgatan 1", "0123-456 78",
        "KS 2025/112 Sida 2 (3)", "KS 2025/112 Sida 3 (3)",
    )  # fmt: skip


def test_page_numbers_alone_go() -> None:
    for one, two in [("1", "2"), ("- 1 -", "- 2 -"), ("1/2", "2/2"), ("Sida 1 av 2", "Sid 2 av 2")]:
        assert _bodies(without_furniture(_document(f"Ett.\n\n{one}", f"Två.\n{two}"))) == [
            "Ett.\n",
            "Två.",
        ]
    assert _bodies(without_furniture(_document("Ett.\n\n1 (1)"))) == ["Ett."]


def test_numbers_that_count_something_else_stay() -> None:
    pages = ("Antal:\n\n412", "Antal barn:\n\n2024")
    assert _bodies(without_furniture(_document(*pages))) == [pages[0] + "\n", pages[1]]


def test_numbered_questions_are_no_heads() -> None:
    document = _document("Fråga 1\nSvar ja.", "Fråga 2\nSvar nej.")
    assert _bodies(without_furniture(document)) == ["Fråga 1\nSvar ja.\n", "Fråga 2\nSvar nej."]


def test_a_title_on_every_page_stays_once() -> None:
    document = _document(
        "Svar på interpellation om bad\nEtt.", "Svar på interpellation om bad\nTvå."
    )
    assert _bodies(without_furniture(document)) == ["Svar på interpellation om bad\nEtt.\n", "Två."]


def test_a_sentence_goes_on_over_the_border() -> None:
    assert _bodies(without_furniture(_document(f"{FULL}\n\n", "\ndå som nu."))) == [
        FULL,
        "då som nu.",
    ]
    assert _bodies(without_furniture(_document(FULL, f"Exempelby. {FULL}"))) == [
        FULL,
        f"Exempelby. {FULL}",
    ]


def test_a_list_goes_on_over_the_border() -> None:
    assert _bodies(without_furniture(_document("Vi vill:\n• ett", "• två"))) == [
        "Vi vill:\n• ett",
        "• två",
    ]


def test_a_paragraph_that_ends_is_parted() -> None:
    for last, first in [
        ("Slut.", "Ny mening."),
        (f"{FULL}.", "2. Fråga?"),
        ("• ett", "Nytt stycke"),
    ]:
        assert _bodies(without_furniture(_document(f"{FULL}\n{last}", first)))[0].endswith("\n")
    heading = Document(
        (Page((Line(FULL),)), Page((Line("rubrik", LineStyle.HEADING), Line("x")))), paged=True
    )
    assert without_furniture(heading).pages[0].lines[-1] == Line("")


def test_pages_without_text_are_passed_over() -> None:
    assert _bodies(without_furniture(_document(FULL, "1", "fortsatt."))) == [
        FULL,
        "1",
        "fortsatt.",
    ]


def test_text_that_has_lost_its_page_borders() -> None:
    document = _document(
        f"Exempelby kommun SVAR 1 (2)\n\n{FULL}\n\nExempelby kommun SVAR 2 (2)\n\noch slut.\n2 (3)",
        paged=False,
    )
    clean = without_furniture(document)
    assert _bodies(clean) == [f"{FULL}\noch slut.\n2 (3)"]
    assert clean.margins == ("Exempelby kommun SVAR 1 (2)", "Exempelby kommun SVAR 2 (2)")


def test_an_address_at_the_foot_of_one_page_parts_no_sentence() -> None:
    foot = "Ekåsa kommun – Dnr SBN 2023-0061"
    clean = without_furniture(_document(f"{FULL}\n{foot}", "och slut."))
    assert _bodies(clean) == [FULL, "och slut."]
    assert clean.margins == (foot,)
    told = _document(f"{FULL}\nEkåsa kommun, som har dnr SBN 2023-0061.", "Slut.")
    assert _bodies(without_furniture(told))[0].startswith(f"{FULL}\nEkåsa kommun, som")


lines = st.sampled_from(
    ["", "Exempelby", "1", "2", "1 (2)", "Fråga 1", "• ett", "text", FULL, "Slut."]
)
documents = st.builds(
    lambda pages, paged: _document(*pages, paged=paged),
    st.lists(st.lists(lines, max_size=12).map("\n".join), min_size=1, max_size=4),
    st.booleans(),
)


@given(documents)
def test_nothing_is_lost_but_what_stands_in_the_margins(document: Document) -> None:
    clean = without_furniture(document)
    before = [line.text for page in document.pages for line in page.lines if line.text]
    after = [line.text for page in clean.pages for line in page.lines if line.text]
    if document.paged:
        assert len(clean.pages) == len(document.pages)
    rest = iter(before)
    assert all(any(text == old for old in rest) for text in after)  # same order
    assert set(before) <= set(after) | set(clean.margins)

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.errors import UnreadableDocument
from knowledge.parsing.furniture import without_furniture
from knowledge.quote import quote
from knowledge.readers import read
from tests.knowledge.readers.documents import pdf, printed, shown
from tests.knowledge.sandbox import hostile

WIDE = "Kommunen har sedan länge arbetat med frågan och fortsätter med det under året, "


def test_paragraphs_come_back_from_the_distances() -> None:
    data = pdf([printed(WIDE, "samt efter.", "", WIDE, "och sedan.")])
    assert shown(read("a.pdf", data)) == [
        [WIDE.strip(), "samt efter.", "", WIDE.strip(), "och sedan."]
    ]


def test_end_of_line_hyphens_stay_at_the_end_of_their_line() -> None:
    data = pdf([printed("Beslut av KS-", "presidiet i kom-", "munen om för-", "och efternamn.")])
    lines = shown(read("a.pdf", data))[0]
    assert lines == ["Beslut av KS-", "presidiet i kom-", "munen om för-", "och efternamn."]
    assert quote("\n".join(lines)) == "Beslut av KS-presidiet i kommunen om för- och efternamn."


def test_lines_come_from_top_to_bottom_whatever_the_order_in_the_file() -> None:
    page = printed("ett och det är en lång rad", "två", "tre")
    data = pdf([[page[2], page[0], page[1]]])
    assert shown(read("a.pdf", data)) == [["ett och det är en lång rad", "två", "tre"]]


def test_what_stands_side_by_side_is_one_line() -> None:
    data = pdf([[(400, 700, "2025-03-17"), (72, 700, "Exempelby kommun"), (72, 680, "Svar")]])
    assert shown(read("a.pdf", data))[0][0] == "Exempelby kommun 2025-03-17"


def test_columns_are_read_one_after_the_other() -> None:
    left = [
        (60.0, 700.0 - 14 * at, f"vänster spalt rad nummer {at} som är lång") for at in range(6)
    ]
    right = [
        (320.0, 700.0 - 14 * at, f"höger spalt rad nummer {at} som är lång") for at in range(6)
    ]
    lines = [line for line in shown(read("a.pdf", pdf([left + right])))[0] if line]
    assert [line.split()[0] for line in lines] == ["vänster"] * 6 + ["höger"] * 6


LEFT = [f"vänster spalt rad nummer {at} som är lång" for at in range(10)]
RIGHT = [f"höger spalt rad nummer {at} som är lång" for at in range(10)]
Placed = list[tuple[float, float, str]]


def _two(top: float, lines: slice, *, shift: float = 0) -> tuple[Placed, Placed]:
    """Place columns side by side; with `shift` not on the same base lines."""
    return (
        [(60.0, top - 14 * at, text) for at, text in enumerate(LEFT[lines])],
        [(320.0, top - shift - 14 * at, text) for at, text in enumerate(RIGHT[lines])],
    )


def _words(page: Placed) -> list[str]:
    lines = [line for line in shown(read("a.pdf", pdf([page])))[0] if line]
    return ["Foten" if line.startswith("Foten") else line.split()[0] for line in lines]


@pytest.mark.parametrize("shift", [0, 5])
def test_columns_that_are_written_line_by_line_are_read_one_after_the_other(shift: float) -> None:
    left, right = _two(700, slice(10), shift=shift)
    page = [line for pair in zip(left, right, strict=True) for line in pair]
    assert _words(page) == ["vänster"] * 10 + ["höger"] * 10


def test_a_foot_belongs_to_no_column() -> None:
    left, right = _two(700, slice(8))
    page = [(60.0, 40.0, "Foten"), (480.0, 40.0, "Sida 1"), *left, *right]
    assert _words(page) == ["vänster"] * 8 + ["höger"] * 8 + ["Foten"]


def test_a_heading_across_the_page_parts_the_columns() -> None:
    upper, lower = _two(700, slice(5)), _two(500, slice(5, 10))
    heading = (60.0, 600.0, "Rubriken över hela sidan, som är lång nog att nå förbi mitten av den")
    assert _words([*upper[0], *upper[1], heading, *lower[0], *lower[1]]) == [
        *["vänster"] * 5, *["höger"] * 5, "Rubriken", *["vänster"] * 5, *["höger"] * 5,
    ]  # fmt: skip


def test_a_table_of_two_broad_columns_is_no_text_in_columns() -> None:
    page = []
    for at in range(10):
        page.append((60.0, 700.0 - 14 * at, f"Skolan nummer {at} i kommunens tätort"))
        page.append((320.0, 700.0 - 14 * at, f"Storgatan {at} i Exempelby, öppet alla dagar"))
    assert all("Storgatan" in line for line in shown(read("a.pdf", pdf([page])))[0] if line)


def test_headings_are_larger_or_bold_and_alone() -> None:
    from reportlab.pdfgen.canvas import Canvas

    buffer = io.BytesIO()
    canvas = Canvas(buffer)
    for base, font, size, text in [
        (760, "Helvetica", 16, "Svar på interpellation"),
        (720, "Helvetica-Bold", 11, "Bakgrund"),
        (690, "Helvetica", 11, WIDE),
        (676, "Helvetica", 11, WIDE),
        (640, "Helvetica-Bold", 11, "Vad kostar det?"),
        (610, "Helvetica", 11, WIDE),
    ]:
        canvas.setFont(font, size)
        canvas.drawString(72, base, text)
    canvas.save()
    lines = [line for line in shown(read("a.pdf", buffer.getvalue()))[0] if line]
    assert lines == [
        "# Svar på interpellation",
        "# Bakgrund",
        WIDE.strip(),
        WIDE.strip(),
        "Vad kostar det?",
        WIDE.strip(),
    ]


def test_text_along_the_side_is_no_body_text() -> None:
    from reportlab.pdfgen.canvas import Canvas

    buffer = io.BytesIO()
    canvas = Canvas(buffer)
    for at in range(5):
        canvas.drawString(72, 700 - 14 * at, f"Rad nummer {at} i texten.")
    canvas.translate(30, 300)
    canvas.rotate(90)
    canvas.drawString(0, 0, "Justerandes signatur")
    canvas.save()
    document = read("a.pdf", buffer.getvalue())
    assert "Justerandes signatur" not in "\n".join(shown(document)[0])
    assert document.margins == ("Justerandes signatur",)


def test_heads_feet_and_numbers_go_and_the_sentence_goes_on() -> None:
    pages = [
        [(72.0, 800.0, "Exempelby kommun"), *printed(WIDE, WIDE, WIDE), (300.0, 40.0, "1 (2)")],
        [(72.0, 800.0, "Exempelby kommun"), *printed("ända till slutet."), (300.0, 40.0, "2 (2)")],
    ]
    document = without_furniture(read("a.pdf", pdf(pages)))
    assert shown(document) == [[WIDE.strip()] * 3, ["ända till slutet."]]
    assert document.margins == ("Exempelby kommun", "1 (2)", "2 (2)")


def test_a_protected_pdf_says_so() -> None:
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfgen.canvas import Canvas

    buffer = io.BytesIO()
    canvas = Canvas(buffer, encrypt=StandardEncryption("hemligt", strength=128))
    canvas.drawString(72, 700, "text")
    canvas.save()
    with pytest.raises(UnreadableDocument, match="lösenord"):
        read("a.pdf", buffer.getvalue())


def test_an_empty_pdf_says_so() -> None:
    with pytest.raises(UnreadableDocument, match="ingen text"):
        read("a.pdf", pdf([[]]))


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_a_broken_pdf_is_unreadable_and_nothing_worse(data: st.DataObject) -> None:
    whole = pdf([printed("Svar på interpellation")])
    at = data.draw(st.integers(8, len(whole) - 1))
    cut = whole[:at] if data.draw(st.booleans()) else whole[:at] + b"\xff\0" + whole[at + 2 :]
    try:
        read("a.pdf", cut)
    except UnreadableDocument as error:
        assert error.file == "a.pdf"


def _seed() -> Path:
    default = Path(__file__).resolve().parents[4] / "shared" / "seed"
    return Path(os.environ.get("KOMMUNSVAR_SEED", default))


def test_a_real_reply_reads_the_same_from_text_and_pdf() -> None:
    files = sorted(_seed().glob("*.txt"))
    if not files:
        pytest.skip("the real reply is not on this machine (KOMMUNSVAR_SEED)")
    document = read(files[0].name, files[0].read_bytes())
    lines = [line.text for line in document.pages[0].lines]
    text = "\n".join(lines)
    assert "i många år- det" in lines[13:16][-1] or "i många år- det" in text
    assert "tog KS-\npresidium" in text
    assert "• integration, inkludering och egenförsörjning" in lines
    pages = [printed(*lines[:45], top=800, leading=12), printed(*lines[45:], top=800, leading=12)]
    again = without_furniture(read("svar.pdf", pdf(pages, size=9)))
    words = [line.text for page in again.pages for line in page.lines if line.text]
    assert words == [line for line in lines if line]


def test_rows_of_a_table_are_known_by_figures_below_each_other() -> None:
    prose = "Taxan gäller från den 1 januari och framgår av tabellen här nedanför, som visar allt."
    rows = [
        ("Avgift", "2022", "Gäller"),
        ("Matlåda", "58 kr", "per portion, vardagar och"),
        ("", "", "helger"),
        ("Larm, med en lång benämning", "195 kr", "per månad"),
    ]
    columns = (72.0, 260.0, 340.0)
    cells = [
        (left, 730.0 - 14 * at, text)
        for at, row in enumerate(rows)
        for left, text in zip(columns, row, strict=True)
        if text
    ]
    page = [(72.0, 760.0, prose), *cells, (72.0, 660.0, "Matlådan ingår inte i maxtaxan.")]
    assert shown(read("svar.pdf", pdf([page])))[0] == [
        prose,
        "",
        "T Avgift | 2022 | Gäller",
        "T Matlåda | 58 kr | per portion, vardagar och helger",
        "T Larm, med en lång benämning | 195 kr | per månad",
        "",
        "Matlådan ingår inte i maxtaxan.",
    ]


def test_a_letterhead_and_a_signature_are_no_tables() -> None:
    head = [("Exempelby kommun", "2024-05-27"), ("Nämnden", "Dnr 2024/1"), ("Box 1", "0123-45 67")]
    feet = [("Anna Ek (S)", "Bo Al (M)"), ("Kommunalråd", "Ordförande"), ("Ekby", "Alby")]
    prose = "Här svarar kommunen på en interpellation om badet, som är öppet hela sommaren."
    placed = [(72.0, 500.0, prose)]
    for top, block in ((760.0, head), (400.0, feet)):
        for at, (left, right) in enumerate(block):
            placed += [(72.0, top - 14 * at, left), (340.0, top - 14 * at, right)]
    lines = shown(read("svar.pdf", pdf([placed])))[0]
    assert not any(line.startswith("T ") for line in lines)


def test_a_broken_file_after_a_locked_one_is_not_called_locked() -> None:
    with pytest.raises(UnreadableDocument, match="skyddad med lösenord"):
        read("last.pdf", hostile.locked_pdf())
    with pytest.raises(UnreadableDocument, match="skadad eller ofullständig"):
        read("trasig.pdf", hostile.pdf_of_itself())

from __future__ import annotations

import io
from collections.abc import Sequence

from knowledge.readers import read
from tests.knowledge.readers.documents import shown

PROSE = "Kommunen har sedan länge arbetat med frågan och fortsätter med det under hela året"


def _page(body: Sequence[str], notes: Sequence[str], *, foot: str = "", size: float = 8) -> bytes:
    """Make a page of paragraphs with reportlab's <super>, and small print at its foot."""
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfgen.canvas import Canvas
    from reportlab.platypus import Paragraph

    buffer = io.BytesIO()
    canvas = Canvas(buffer)
    style = ParagraphStyle("body", fontName="Helvetica", fontSize=11, leading=14)
    top = 760.0
    for text in body:
        paragraph = Paragraph(text, style)
        _, height = paragraph.wrap(450, 700)
        top -= height
        paragraph.drawOn(canvas, 72, top)
        top -= 8
    style = ParagraphStyle("note", fontName="Helvetica", fontSize=size, leading=size + 2)
    top = 140.0
    for text in notes:
        paragraph = Paragraph(text, style)
        _, height = paragraph.wrap(450, 700)
        top -= height
        paragraph.drawOn(canvas, 72, top)
    canvas.setFont("Helvetica", 8)
    canvas.drawString(72, 40, foot)
    canvas.save()
    return buffer.getvalue()


def _text(data: bytes) -> str:
    return " ".join(line for line in shown(read("a.pdf", data))[0] if line)


def test_notes_and_their_marks_are_left_out() -> None:
    data = _page(
        [
            f"{PROSE}.<super size='7'>1</super> Avgiften<super size='7'>2</super>, som höjs.",
            PROSE,
            PROSE,
        ],
        ["<super size='5'>1</super> Se skollagen (2010:800).", f"2 Exklusive moms. {PROSE}."],
        foot="Sida 1",
    )
    assert _text(data) == f"{PROSE}. Avgiften, som höjs. {PROSE} {PROSE} Sida 1"


def test_small_print_that_nothing_points_to_stays() -> None:
    text = _text(_page([PROSE, PROSE], ["1 Se skollagen."]))
    assert text == f"{PROSE} {PROSE} 1 Se skollagen."


def test_powers_stay() -> None:
    data = _page(
        [f"{PROSE} 12 m<super size='7'>2</super> yta<super size='7'>2</super> och 3 m² yta."],
        ["2 Golvyta."],
    )
    assert _text(data) == f"{PROSE} 12 m2 yta och 3 m² yta."


def test_a_raised_number_without_a_note_stays() -> None:
    assert _text(_page([f"{PROSE} x<super size='7'>4</super>."], ["2 Golvyta."])) == (
        f"{PROSE} x4. 2 Golvyta."
    )


def test_small_print_above_more_text_is_no_note() -> None:
    body = f"{PROSE}<super size='7'>1</super>."
    small = "<font size='8'>1 Liten text mitt på sidan.</font>"
    assert "1 Liten text" in _text(_page([body, small, f"{PROSE}."], []))

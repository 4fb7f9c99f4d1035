"""Documents for measuring: text PDFs as municipalities send them, each with words of its own."""

from __future__ import annotations

import io
from collections.abc import Sequence

__all__ = ["letters", "minutes"]


def minutes(pages: int, number: int = 0) -> bytes:
    """Make council minutes of so many pages, with a reply to an interpellation in two of them."""
    return _pdf([_item(page, number) for page in range(1, pages + 1)], "Protokoll 2025-03-17")


def letters(count: int) -> list[tuple[str, bytes]]:
    """Make so many replies of two pages, of different matters; each has a file name."""
    return [(f"svar-{number:04}.pdf", _letter(number)) for number in range(1, count + 1)]


def _pdf(pages: Sequence[Sequence[str]], head: str) -> bytes:
    from reportlab.lib.pagesizes import A4
    from reportlab.pdfgen.canvas import Canvas

    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4)
    for number, lines in enumerate(pages, 1):
        canvas.setFont("Helvetica", 9)
        canvas.drawString(70, 810, f"Exempelby kommun  Kommunfullmäktige  {head}")
        canvas.drawRightString(525, 810, f"Sida {number} ({len(pages)})")
        base = 770.0
        for line in lines:
            canvas.setFont("Helvetica-Bold" if line.startswith("§") else "Helvetica", 11)
            if line:
                canvas.drawString(70, base, line)
            base -= 14 if line else 8
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _prose(number: int) -> list[str]:
    return [
        f"Nämnden har under året tagit {number} beslut i frågan, och har avsatt 2,4 miljoner",
        "kronor i budgeten för arbetet. Åtgärderna följs upp i delårsrapporten i augusti, och",
        "resultatet redovisas för kommunfullmäktige i samband med årsredovisningen i april.",
    ]


def _item(page: int, number: int) -> list[str]:
    """Return the lines of one page: half of an item, with its question or its answers."""
    area = f"{page}" if not number else f"{number}-{page}"
    prose = _prose(page)
    if page % 2:
        head = [
            f"§ {page} Svar på interpellation om gång- och cykelvägar i område {area}",
            "",
            f"Dnr KS 2025/{1_000 * number + page}",
            "",
            "Anna Exempelsson (C) har ställt en interpellation till kommunstyrelsens ordförande",
            "Olle Provberg (S), som lämnar följande svar.",
            "",
            f"1. Hur många kilometer cykelväg byggs i område {area}?",
            "",
        ]
    else:
        head = [f"2. När blir cykelvägen i område {area} klar?", ""]
    return [*head, *prose, *prose, "", *prose, *prose, "", *prose, *prose, "", *prose, *prose]


def _letter(number: int) -> bytes:
    prose = _prose(number)
    first = [
        f"Dnr KS 2025/{number}",
        "2025-03-17",
        "",
        f"Svar på interpellation från Anna Exempelsson (C) om badplatsen i område {number}",
        "",
        "Anna Exempelsson har ställt följande frågor till mig.",
        "",
        f"1. När städas badplatsen i område {number}?",
        "",
        *prose, *prose, "", *prose, *prose, "", *prose,
    ]  # fmt: skip
    second = [
        f"2. Vem sköter badplatsen i område {number}?",
        "",
        *prose, *prose, "", *prose, *prose, "", *prose,
        "",
        "Olle Provberg (S)",
        "Kommunstyrelsens ordförande",
    ]  # fmt: skip
    return _pdf([first, second], f"Svar {number}")

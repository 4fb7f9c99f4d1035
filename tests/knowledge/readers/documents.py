"""Real documents, made for the tests."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from knowledge.document import Document, LineStyle

if TYPE_CHECKING:
    from docx.document import Document as DocxDocument


def pdf(pages: Sequence[Sequence[tuple[float, float, str]]], *, size: float = 11) -> bytes:
    """Make a PDF: for each page, texts with their left border and base line in points."""
    from reportlab.pdfgen.canvas import Canvas

    buffer = io.BytesIO()
    canvas = Canvas(buffer)
    for page in pages:
        canvas.setFont("Helvetica", size)
        for left, base, text in page:
            canvas.drawString(left, base, text)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def printed(*texts: str, top: float = 760, leading: float = 14) -> list[tuple[float, float, str]]:
    """Place lines below each other; an empty one leaves half a line free."""
    placed = []
    base = top
    for text in texts:
        if text:
            placed.append((72.0, base, text))
            base -= leading
        else:
            base -= leading / 2
    return placed


def word(build: Callable[[DocxDocument], object]) -> bytes:
    """Make a DOCX; `build` gets the empty python-docx document."""
    import docx

    document = docx.Document()
    build(document)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def shown(document: Document) -> list[list[str]]:
    """Return the lines of each page; headings, items and rows with a mark before them."""
    marks = {LineStyle.HEADING: "# ", LineStyle.LIST: "L ", LineStyle.TABLE: "T "}
    return [
        [f"{marks.get(line.style, '')}{line.text}" for line in page.lines]
        for page in document.pages
    ]

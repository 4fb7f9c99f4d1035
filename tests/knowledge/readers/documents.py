"""Real documents, made for the tests."""

from __future__ import annotations

import io
import zipfile
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


_ODF = "urn:oasis:names:tc:opendocument:xmlns:"
_NAMESPACES = " ".join(
    f'xmlns:{prefix}="{_ODF}{name}:1.0"'
    for prefix, name in [
        ("draw", "drawing"), ("fo", "xsl-fo-compatible"), ("office", "office"), ("style", "style"),
        ("table", "table"), ("text", "text"), ("svg", "svg-compatible"),
    ]
)  # fmt: skip


def odt(
    body: str, *, automatic: str = "", styles: str = "", master: str = "", kind: str = "text"
) -> bytes:
    """Make an OpenDocument; the parts are XML with the usual prefixes."""
    content = (
        f"<office:document-content {_NAMESPACES}><office:automatic-styles>{automatic}"
        f"</office:automatic-styles><office:body><office:text>{body}</office:text></office:body>"
        f"</office:document-content>"
    )
    looks = (
        f"<office:document-styles {_NAMESPACES}><office:styles>{styles}</office:styles>"
        f"<office:master-styles><style:master-page style:name='Standard'>{master}"
        f"</style:master-page></office:master-styles></office:document-styles>"
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        package.writestr("mimetype", f"application/vnd.oasis.opendocument.{kind}")
        package.writestr("content.xml", content)
        package.writestr("styles.xml", looks)
    return buffer.getvalue()


def shown(document: Document) -> list[list[str]]:
    """Return the lines of each page; headings, items and rows with a mark before them."""
    marks = {LineStyle.HEADING: "# ", LineStyle.LIST: "L ", LineStyle.TABLE: "T "}
    return [
        [f"{marks.get(line.style, '')}{line.text}" for line in page.lines]
        for page in document.pages
    ]

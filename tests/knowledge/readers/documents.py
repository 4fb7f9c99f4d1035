"""Real documents, made for the tests."""

from __future__ import annotations

import io
import threading
import zipfile
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
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


def scanned(data: bytes, pages: Collection[int], *, stamp: str = "", dots: int = 150) -> bytes:
    """Make images of some pages of a PDF, numbered from 1, as a scanner does.

    Args:
        data: the PDF.
        pages: which pages become images.
        stamp: real text that is printed over each image.
        dots: of the images, per inch.
    """
    import pypdfium2
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen.canvas import Canvas

    with pypdfium2.PdfDocument(data) as old, pypdfium2.PdfDocument.new() as new:
        for number, page in enumerate(old, start=1):
            if number not in pages:
                new.import_pages(old, [number - 1])
                continue
            width, height = page.get_size()
            image = page.render(scale=dots / 72, grayscale=True).to_pil()
            buffer = io.BytesIO()
            canvas = Canvas(buffer, pagesize=(width, height))
            canvas.drawImage(ImageReader(image), 0, 0, width, height)
            canvas.drawString(72, 10, stamp)
            canvas.save()
            with pypdfium2.PdfDocument(buffer.getvalue()) as one:
                new.import_pages(one)
        made = io.BytesIO()
        new.save(made)
    return made.getvalue()


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


@contextmanager
def listening() -> Iterator[tuple[str, list[str]]]:
    """Give the address of a web server that has nothing, and the paths that it is asked for."""
    asked: list[str] = []

    class Nothing(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        do_HEAD = do_OPTIONS = do_PROPFIND = do_GET

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Nothing)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def shown(document: Document) -> list[list[str]]:
    """Return the lines of each page; headings, items and rows with a mark before them."""
    marks = {LineStyle.HEADING: "# ", LineStyle.LIST: "L ", LineStyle.TABLE: "T "}
    return [
        [f"{marks.get(line.style, '')}{line.text}" for line in page.lines]
        for page in document.pages
    ]

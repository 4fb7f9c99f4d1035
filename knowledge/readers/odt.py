"""ODT: the body in order, with headings, lists, their numbers, and tables."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator

from knowledge.document import Document, Line, LineStyle, Page
from knowledge.errors import UnreadableDocument
from knowledge.readers.lines import body_lines, flowing, is_heading_text, table_blocks
from knowledge.readers.odt_styles import Counter, Styles, label, qn
from knowledge.readers.packages import BROKEN, check_size
from knowledge.readers.trees import Node, xml_tree

__all__ = ["read"]

_SKIPPED = {
    qn(name)
    for name in (
        "text:tracked-changes", "text:note", "office:annotation", "office:forms", "text:ruby-text",
        "text:sequence-decls", "text:variable-decls", "text:user-field-decls", "text:script",
        "text:table-of-content-source", "text:page-number", "text:page-count",
    )
}  # fmt: skip
_PARAGRAPHS = {qn("text:p"), qn("text:h")}
_FRAMES = {qn(f"draw:{name}") for name in (
    "frame", "text-box", "custom-shape", "rect", "ellipse", "circle", "g", "a", "line", "polygon",
    "polyline", "path", "connector", "caption",
)}  # fmt: skip
_ROW_GROUPS = {
    qn(f"table:{name}") for name in ("table-header-rows", "table-rows", "table-row-group")
}
_MARGINS = (
    "style:header-first", "style:header", "style:header-left",
    "style:footer-first", "style:footer", "style:footer-left",
)  # fmt: skip
_SPACE = re.compile(r"[\t\n\r ]+")
_MAX_SPACES = 100


def read(file: str, data: bytes) -> Document:
    """Read an OpenDocument text.

    Page breaks are no pages: where a page ends is decided by the program that shows it.

    Raises:
        UnreadableDocument: broken, protected by a password, or without text.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            check_size(file, package)
            names = set(package.namelist())
            if "META-INF/manifest.xml" in names:
                _check_protection(file, package.read("META-INF/manifest.xml"))
            content = xml_tree(package.read("content.xml"))
            looks = xml_tree(package.read("styles.xml")) if "styles.xml" in names else None
    except BROKEN as exc:
        raise _broken(file) from exc
    body = content.find(f"{qn('office:body')}/{qn('office:text')}")
    if body is None:
        raise _broken(file)
    styles = Styles([content] if looks is None else [looks, content])
    lines = flowing(_Flow(styles).blocks(body))
    margins = _margins(looks, styles) if looks is not None else {}
    return Document(pages=(Page(lines),), paged=False, margins=tuple(margins))


def _check_protection(file: str, manifest: bytes) -> None:
    if b"encryption-data" in manifest:
        raise UnreadableDocument(
            file,
            "dokumentet är skyddat med lösenord. Spara en kopia utan lösenord och försök igen.",
        )


def _broken(file: str) -> UnreadableDocument:
    return UnreadableDocument(
        file,
        "OpenDocument-dokumentet är skadat. Öppna det i LibreOffice eller Word, spara en ny kopia "
        "som odt, docx eller pdf, och försök igen.",
    )


def _margins(looks: Node, styles: Styles) -> dict[str, None]:
    """Return the texts of page heads and feet, each once, in order."""
    found: dict[str, None] = {}
    for page in looks.iter(qn("style:master-page")):
        for name in _MARGINS:
            for margin in page.iterchildren(qn(name)):
                if margin.get(qn("style:display")) != "false":
                    blocks = _Flow(styles).blocks(margin)
                    found.update(dict.fromkeys(line.text for block in blocks for line in block))
    return found


class _Flow:
    """Walks through one body, counting its lists and headings."""

    def __init__(self, styles: Styles) -> None:
        self._styles = styles
        self._headings: Counter = {}
        self._last_of: dict[str, Counter] = {}  # by list style
        self._by_id: dict[str, Counter] = {}

    def blocks(self, parent: Node, mark: str | None = None) -> Iterator[list[Line]]:
        """Yield the blocks of a body, a cell or a text box, in order.

        Args:
            parent: what holds them.
            mark: the bullet or number that belongs before the first paragraph.
        """
        for child in parent:
            if not isinstance(child.tag, str) or child.tag in _SKIPPED:
                continue
            if child.tag in _PARAGRAPHS:
                yield from self._paragraph(child, mark)
                mark = None
            elif child.tag == qn("text:list"):
                yield from self._list(child)
            elif child.tag == qn("table:table"):
                yield from self._table(child)
            elif child.get(qn("text:display")) != "none":
                # Sections, tables of contents, frames: what is in them is shown.
                yield from self.blocks(child)

    def _paragraph(self, paragraph: Node, mark: str | None) -> Iterator[list[Line]]:
        if self._styles.is_hidden(paragraph):
            return
        runs: list[tuple[str, bool]] = []
        boxes: list[Node] = []
        self._inline(paragraph, self._styles.is_bold(paragraph, otherwise=False), runs, boxes)
        text = "".join(run for run, _ in runs)
        if text.strip():
            bold = all(is_bold for run, is_bold in runs if run.strip())
            style = LineStyle.BODY
            if self._styles.is_heading(paragraph) or (bold and is_heading_text(text)):
                style = LineStyle.HEADING
                mark = mark or self._heading_number(paragraph)
            elif mark is not None:
                style = LineStyle.LIST
            yield body_lines(f"{mark} {text}" if mark else text, style)
        for box in boxes:
            yield from self.blocks(box)

    def _inline(
        self, node: Node, bold: bool, runs: list[tuple[str, bool]], boxes: list[Node]
    ) -> None:
        """Collect what a paragraph shows, each text with whether it is bold, and its boxes."""
        runs.append((_SPACE.sub(" ", node.text or ""), bold))
        for child in node:
            if not isinstance(child.tag, str):
                pass  # a comment; what follows it is text
            elif child.tag == qn("text:s"):
                count = child.get(qn("text:c"), "1")
                spaces = min(int(count), _MAX_SPACES) if count.isdecimal() else 1
                runs.append((" " * spaces, bold))
            elif child.tag == qn("text:tab"):
                runs.append(("\t", bold))
            elif child.tag == qn("text:line-break"):
                runs.append(("\n", bold))
            elif child.tag in _FRAMES:
                boxes.append(child)
            elif child.tag == qn("text:span"):
                if not self._styles.is_hidden(child):
                    self._inline(child, self._styles.is_bold(child, otherwise=bold), runs, boxes)
            elif child.tag not in _SKIPPED and child.get(qn("text:is-hidden")) != "true":
                self._inline(child, bold, runs, boxes)
            runs.append((_SPACE.sub(" ", child.tail or ""), bold))

    def _heading_number(self, paragraph: Node) -> str | None:
        level = paragraph.get(qn("text:outline-level"), "")
        if paragraph.tag != qn("text:h") or not level.isdecimal():
            return None
        if paragraph.get(qn("text:is-list-header")) == "true":
            return None
        start = paragraph.get(qn("text:start-value"))
        return label(self._styles.outline, int(level), self._headings, start)

    def _list(
        self, node: Node, level: int = 1, style: str = "", counts: Counter | None = None
    ) -> Iterator[list[Line]]:
        style = node.get(qn("text:style-name"), style)
        if counts is None:
            counts = self._counts(node, style)
        for item in node:
            if item.tag == qn("text:list-header"):
                yield from self._item(item, None, level, style, counts)
            elif item.tag == qn("text:list-item"):
                mark = None
                if any(child.tag in _PARAGRAPHS for child in item):
                    start = item.get(qn("text:start-value"))
                    mark = label(self._styles.list(style), level, counts, start)
                yield from self._item(item, mark, level, style, counts)

    def _item(
        self, item: Node, mark: str | None, level: int, style: str, counts: Counter
    ) -> Iterator[list[Line]]:
        for child in item:
            if child.tag == qn("text:list"):
                yield from self._list(child, level + 1, style, counts)
            elif child.tag in _PARAGRAPHS:
                yield from self._paragraph(child, mark)
                mark = None

    def _counts(self, node: Node, style: str) -> Counter:
        """Return the counts that a list goes on with: its own, or an earlier list's."""
        counts: Counter = {}
        before = node.get(qn("text:continue-list"))
        if before in self._by_id:
            counts = self._by_id[before]
        elif node.get(qn("text:continue-numbering")) == "true":
            counts = self._last_of.get(style, counts)
        self._last_of[style] = counts
        name = node.get(qn("xml:id"))
        if name is not None:
            self._by_id[name] = counts
        return counts

    def _table(self, table: Node) -> Iterator[list[Line]]:
        rows = [[list(self.blocks(cell)) for cell in _cells(row)] for row in _rows(table)]
        yield from table_blocks(rows)


def _rows(parent: Node) -> Iterator[Node]:
    for child in parent:
        if child.tag == qn("table:table-row"):
            yield child
        elif child.tag in _ROW_GROUPS:
            yield from _rows(child)


def _cells(row: Node) -> Iterator[Node]:
    """Yield the cells of a row; those that a broader one covers are empty."""
    for child in row:
        if child.tag in (qn("table:table-cell"), qn("table:covered-table-cell")):
            yield child

"""DOCX: the body in order, with headings, lists, their numbers, and tables."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator
from typing import Protocol

from knowledge.document import Document, Line, LineStyle, Page
from knowledge.errors import UnreadableDocument
from knowledge.readers.docx_numbers import Numbering, qn
from knowledge.readers.lines import body_lines, flowing, is_heading_text, table_blocks
from knowledge.readers.packages import BROKEN, check_size
from knowledge.readers.trees import Node, xml_tree

__all__ = ["read"]

_SKIPPED = {qn(name) for name in ("del", "moveFrom", "instrText", "delText", "rPr", "pPr")}
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_BREAKS = {qn("br"), qn("cr")}


class _Part(Protocol):
    """A file in the package."""

    partname: str
    blob: bytes


def read(file: str, data: bytes) -> Document:
    """Read a Word document.

    Page breaks are no pages: where a page ends is decided by the program that shows it.

    Raises:
        UnreadableDocument: broken, or without text.
    """
    import docx
    from docx.opc.exceptions import OpcError

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            check_size(file, package)
        word = docx.Document(io.BytesIO(data))
        styles, lists = word.styles.element, _numbering_root(word.part.package.iter_parts())
        lines = flowing(_blocks(word.element.body, Numbering(styles, lists)))
        margins: dict[str, None] = {}
        for section in word.sections:
            for part in (
                section.first_page_header, section.header, section.even_page_header,
                section.first_page_footer, section.footer, section.even_page_footer,
            ):  # fmt: skip
                # Asking a part that is not there for its content would add an empty one.
                if not part.is_linked_to_previous:
                    blocks = _blocks(part._element, Numbering(styles, lists))
                    margins.update(dict.fromkeys(ln.text for block in blocks for ln in block))
    except (
        *BROKEN,
        OpcError,
        SyntaxError,
        AttributeError,
    ) as exc:
        raise UnreadableDocument(
            file,
            "Word-dokumentet är skadat eller skyddat. Öppna det i Word, spara en ny kopia som docx "
            "eller pdf, och försök igen.",
        ) from exc
    return Document(pages=(Page(lines),), paged=False, margins=tuple(margins))


def _numbering_root(parts: Iterable[_Part]) -> Node | None:
    for part in parts:
        if str(part.partname).endswith("/numbering.xml"):
            return xml_tree(part.blob)
    return None


def _blocks(parent: Node, numbering: Numbering) -> Iterator[list[Line]]:
    """Yield the blocks of a body, a cell or a text box, in order."""
    for child in parent:
        if child.tag == qn("p"):
            yield from _paragraph(child, numbering)
        elif child.tag == qn("tbl"):
            yield from _table(child, numbering)
        elif child.tag == qn("sdt"):
            # Templates keep title, date and registry number in such content controls.
            for content in child.iterchildren(qn("sdtContent")):
                yield from _blocks(content, numbering)
        elif child.tag in (qn("ins"), qn("moveTo"), qn("customXml"), qn("smartTag")):
            yield from _blocks(child, numbering)


def _paragraph(paragraph: Node, numbering: Numbering) -> Iterator[list[Line]]:
    text = _text(paragraph)
    if text.strip():
        label = numbering.label(paragraph)
        style = LineStyle.BODY
        if numbering.is_heading(paragraph) or _is_bold_heading(paragraph, text):
            style = LineStyle.HEADING
        elif label is not None:
            style = LineStyle.LIST
        yield body_lines(f"{label} {text}" if label else text, style)
    for box in _boxes(paragraph):
        yield from _blocks(box, numbering)


def _text(paragraph: Node) -> str:
    """Return the text that a paragraph shows: tracked changes taken as accepted."""
    parts: list[str] = []
    for node in _shown(paragraph):
        if node.tag == qn("t"):
            parts.append(node.text or "")
        elif node.tag == qn("tab"):
            parts.append("\t")
        elif node.tag in _BREAKS:
            parts.append("\n")
        elif node.tag == qn("noBreakHyphen"):
            parts.append("-")
        elif node.tag == qn("sym"):
            parts.append("•")
    return "".join(parts)


def _shown(node: Node) -> Iterator[Node]:
    for child in node:
        if child.tag in _SKIPPED or child.tag in (_FALLBACK, qn("txbxContent")):
            continue
        if child.tag == qn("r") and _on(child.find(f"{qn('rPr')}/{qn('vanish')}")):
            continue
        yield child
        yield from _shown(child)


def _boxes(node: Node) -> Iterator[Node]:
    for child in node:
        if child.tag == qn("txbxContent"):
            yield child
        elif child.tag != _FALLBACK:
            yield from _boxes(child)


def _on(switch: Node | None) -> bool:
    """Whether a formatting switch is there and not turned off."""
    return switch is not None and switch.get(qn("val"), "true") not in ("0", "false", "off")


def _is_bold_heading(paragraph: Node, text: str) -> bool:
    if not is_heading_text(text):
        return False
    runs = [run for run in paragraph.iter(qn("r")) if "".join(run.itertext()).strip()]
    return bool(runs) and all(_on(run.find(f"{qn('rPr')}/{qn('b')}")) for run in runs)


def _table(table: Node, numbering: Numbering) -> Iterator[list[Line]]:
    rows = [row for row in table.iter(qn("tr")) if _owner(row) is table]
    yield from table_blocks(
        [[list(_blocks(cell, numbering)) for cell in _cells(row)] for row in rows]
    )


def _owner(row: Node) -> Node | None:
    return next(row.iterancestors(qn("tbl")), None)


def _cells(row: Node) -> Iterator[Node]:
    for child in row:
        if child.tag == qn("tc"):
            yield child
        elif child.tag == qn("sdt"):
            for content in child.iterchildren(qn("sdtContent")):
                yield from _cells(content)

"""A tree of HTML as blocks of lines."""

from __future__ import annotations

import re
from collections.abc import Iterator

from knowledge.document import Line, LineStyle
from knowledge.readers.docx_numbers import figure
from knowledge.readers.lines import body_lines, clean
from knowledge.readers.trees import Node

__all__ = ["blocks", "number_items", "pair_terms"]

_NEVER = {
    "script", "style", "noscript", "template", "nav", "footer", "aside", "form", "button", "iframe",
    "svg", "title", "meta", "select", "option", "object", "head",
}  # fmt: skip
_NEVER_ROLES = {"navigation", "banner", "contentinfo", "search", "dialog"}
_COOKIES = re.compile(r"cookie|kakor", re.IGNORECASE)
_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_CELLS = {"td", "th"}
_BLOCKS = {
    "p", "div", "section", "article", "main", "body", "header", "blockquote", "address",
    "figure", "figcaption", "details", "summary", "dl", "dt", "dd", "pre", "fieldset", "center",
    "table", "thead", "tbody", "tfoot", "caption", "hr", "ul", "ol", "label", "legend",
    "li", "tr", *_HEADINGS,
}  # fmt: skip
_MAX_FIELD_CHARS = 120
_MAX_CELL_BLOCKS = 3
_SPACE = re.compile(r"\s+")
_LIST_FORMS = {"a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
_NUMBERED = re.compile(r"\w{1,6}\.\s")


def number_items(page: Node) -> None:
    """Write the numbers that a browser shows before the items of ordered lists into a page.

    Args:
        page: the root of an lxml HTML tree, which is changed: trafilatura forgets where a list
            starts, and a question's number must not become another.
    """
    for node in page.iter("ol"):
        count = _whole(node.get("start"), 1) - 1
        for item in node.iterchildren("li"):
            count = _whole(item.get("value"), count + 1)
            label = figure(count, _LIST_FORMS.get(node.get("type", "")))
            holder = item
            # Into the first paragraph, or the number would stand alone on its line.
            while not (holder.text or "").strip() and len(holder) and holder[0].tag in ("p", "div"):
                holder = holder[0]
            holder.text = f"{label}. {(holder.text or '').lstrip()}"


def pair_terms(page: Node) -> None:
    """Put the short terms of description lists on one line with what describes them.

    "Interpellant" and "Eva Ek (C)" are one field, "Interpellant: Eva Ek (C)"; a question with a
    whole answer stays a paragraph before its answer.

    Args:
        page: the root of an lxml HTML tree, which is changed: trafilatura takes terms and
            descriptions for items of one list.
    """
    for node in page.iter("dl"):
        node.tag = "div"
        term: Node | None = None
        for child in list(node.iter("dt", "dd")):
            text = " ".join("".join(child.itertext()).split())
            if child.tag == "dt":
                term = child
            elif term is not None and len(text) <= _MAX_FIELD_CHARS and not len(child):
                name = " ".join("".join(term.itertext()).split())
                if name and not name.endswith((".", "?", "!")):
                    child.text = f"{name.removesuffix(':')}: {text}"
                    term.tag, term.text = "p", ""
                    for part in list(term):
                        term.remove(part)
                term = None
            child.tag = "p" if child is not term and not len(child) else "div"


def _whole(text: str | None, default: int) -> int:
    return int(text) if text is not None and re.fullmatch(r"-?\d{1,6}", text) else default


def blocks(root: Node) -> Iterator[list[Line]]:
    """Yield the paragraphs, headings, list items and table rows of a tree, in order."""
    flow = _Flow(root)
    flow.block(root)
    yield from flow.done


class _Flow:
    """Collects text until a block ends."""

    def __init__(self, root: Node) -> None:
        self.done: list[list[Line]] = []
        self._text: list[str] = []
        self._style = LineStyle.BODY
        self._bullet = False
        # In a whole page the header is the site's; inside the content it holds the title.
        headers = list(root.iter("header")) if root.tag in ("body", "html") else []
        titles = [node for node in root.iter("h1")]
        in_header = [title for header in headers for title in header.iter("h1")]
        self._skipped_headers = headers if len(titles) > len(in_header) else []

    def block(self, node: Node) -> None:
        """Add an element that starts and ends a line."""
        self._flush()
        outer = self._style, self._bullet
        if node.tag in _HEADINGS:
            self._style = LineStyle.HEADING
        elif node.tag == "li":
            self._style, self._bullet = LineStyle.LIST, True
        if node.tag == "tr":
            self._row(node)
        else:
            self._inside(node)
        self._flush()
        self._style, self._bullet = outer[0], outer[1] and self._bullet

    def _inside(self, node: Node) -> None:
        self._add(node.text, keep_breaks=node.tag == "pre")
        for child in node:
            if isinstance(child.tag, str) and not self._skipped(child):
                if child.tag == "br":
                    self._text.append("\n")
                elif child.tag in _BLOCKS:
                    self.block(child)
                else:
                    self._inside(child)
            self._add(child.tail, keep_breaks=node.tag == "pre")

    def _row(self, row: Node) -> None:
        cells: list[list[list[Line]]] = []
        for cell in row:
            if cell.tag in _CELLS:
                inner = _Flow(cell)
                inner.block(cell)
                cells.append(inner.done)
        if len(cells) == 1 or any(len(cell) > _MAX_CELL_BLOCKS for cell in cells):
            # A frame round ordinary text, as old pages have it.
            self.done.extend(block for cell in cells for block in cell)
            return
        texts = [" ".join(line.text for block in cell for line in block) for cell in cells]
        while texts and not texts[-1]:
            texts.pop()
        text = clean(" | ".join(texts))
        if text:
            self.done.append([Line(text, LineStyle.TABLE)])

    def _add(self, text: str | None, *, keep_breaks: bool) -> None:
        if text:
            self._text.append(text if keep_breaks else _SPACE.sub(" ", text))

    def _flush(self) -> None:
        # Only the first paragraph of an item is the item; what follows are paragraphs.
        more = self._style is LineStyle.LIST and not self._bullet
        lines = body_lines("".join(self._text), LineStyle.BODY if more else self._style)
        self._text.clear()
        if not lines:
            return
        if self._bullet:
            if not _NUMBERED.match(lines[0].text):
                lines[0] = Line(f"• {lines[0].text}", self._style)
            self._bullet = False
        self.done.append(lines)

    def _skipped(self, node: Node) -> bool:
        if node.tag in _NEVER:
            return True
        if node in self._skipped_headers:
            return True
        marks = f"{node.get('class', '')} {node.get('id', '')}"
        hidden = node.get("hidden") is not None or node.get("aria-hidden") == "true"
        return hidden or node.get("role") in _NEVER_ROLES or _COOKIES.search(marks) is not None

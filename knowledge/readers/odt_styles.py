"""What OpenDocument styles decide: headings, bold and hidden text, list numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from knowledge.readers.docx_numbers import figure
from knowledge.readers.trees import Node

__all__ = ["Counter", "Styles", "label", "qn"]

_NAMESPACES = {
    "draw": "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0",
    "fo": "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0",
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "style": "urn:oasis:names:tc:opendocument:xmlns:style:1.0",
    "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    "xml": "http://www.w3.org/XML/1998/namespace",
}
_HEADING = re.compile(r"(?:heading|rubrik|title|titel)(?![a-zåäö])", re.IGNORECASE)
_ESCAPED = re.compile(r"_([0-9a-f]{2})_")
_BOLD = {"bold", "600", "700", "800", "900"}
_FORMS = {"a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
_MAX_STYLE_DEPTH = 20  # styles that are based on each other in a ring must end
_MAX_LEVELS = 10  # OpenDocument has no more

Counter = dict[int, int]
"""The count of each level of a list, the outermost level being 1."""


def qn(name: str) -> str:
    """Return the full name of an element or attribute, "text:p" for example."""
    prefix, _, local = name.partition(":")
    return f"{{{_NAMESPACES[prefix]}}}{local}"


class Styles:
    """The styles of one document, its automatic ones before those with the same name.

    Attributes:
        outline: how the headings of each level are numbered.
    """

    def __init__(self, roots: Iterable[Node]) -> None:
        """Take the roots of `styles.xml` and `content.xml`, in this order."""
        self._styles: dict[tuple[str, str], Node] = {}
        self._lists: dict[str, dict[int, Node]] = {}
        self.outline: dict[int, Node] = {}
        for root in roots:
            for style in root.iter(qn("style:style")):
                key = (style.get(qn("style:family"), ""), style.get(qn("style:name"), ""))
                self._styles[key] = style
            for style in root.iter(qn("text:list-style")):
                self._lists[style.get(qn("style:name"), "")] = _levels(style)
            for style in root.iter(qn("text:outline-style")):
                self.outline = _levels(style)

    def is_heading(self, paragraph: Node) -> bool:
        """Whether a paragraph is a heading, or its style, or one it is based on, is one's."""
        if paragraph.tag == qn("text:h"):
            return True
        return any(
            _HEADING.match(_ESCAPED.sub(" ", style.get(qn("style:name"), "")))
            or style.get(qn("style:default-outline-level"))
            for style in self._chain("paragraph", paragraph.get(qn("text:style-name")))
        )

    def is_bold(self, node: Node, *, otherwise: bool) -> bool:
        """Whether a paragraph or a span is bold; `otherwise` where its styles do not say."""
        weight = self._property(node, qn("fo:font-weight"))
        return otherwise if weight is None else weight in _BOLD

    def is_hidden(self, node: Node) -> bool:
        """Whether a paragraph, a span or a section is not shown."""
        return self._property(node, qn("text:display")) == "none"

    def list(self, name: str) -> dict[int, Node]:
        """Return how each level of a list style looks; nothing where the document has none."""
        return self._lists.get(name, {})

    def _property(self, node: Node, name: str) -> str | None:
        family = "text" if node.tag == qn("text:span") else "paragraph"
        for style in self._chain(family, node.get(qn("text:style-name"))):
            properties = style.find(qn("style:text-properties"))
            value = properties.get(name) if properties is not None else None
            if value is not None:
                return value
        return None

    def _chain(self, family: str, name: str | None) -> Iterator[Node]:
        for _ in range(_MAX_STYLE_DEPTH):
            style = self._styles.get((family, name or ""))
            if style is None:
                return
            yield style
            name = style.get(qn("style:parent-style-name"))


def label(levels: dict[int, Node], level: int, counts: Counter, start: str | None) -> str | None:
    """Count one item and return the bullet or number that is shown before it, or None.

    Args:
        levels: how each level looks.
        level: the item's, from 1.
        counts: so far; changed.
        start: the number that the item itself asks for, if any.
    """
    definition = levels.get(level)
    if definition is None:
        return None
    if definition.tag != qn("text:list-level-style-number") and (
        definition.tag != qn("text:outline-level-style")
    ):
        return "•"
    counts[level] = counts[level] + 1 if level in counts else _start(definition)
    counts[level] = _whole(start, counts[level])
    for deeper in [at for at in counts if at > level]:
        del counts[deeper]
    if not definition.get(qn("style:num-format")):
        return None
    shown = max(1, min(level, _whole(definition.get(qn("text:display-levels")), 1)))
    figures = []
    for at in range(level - shown + 1, level + 1):
        form = levels[at].get(qn("style:num-format"), "") if at in levels else ""
        if form:
            count = counts.get(at, _start(levels[at]))
            figures.append(figure(count, _FORMS.get(form)))
    prefix = definition.get(qn("style:num-prefix"), "")
    suffix = definition.get(qn("style:num-suffix"), "")
    return f"{prefix}{'.'.join(figures)}{suffix}".strip() or None


def _levels(style: Node) -> dict[int, Node]:
    found = {_whole(level.get(qn("text:level")), 0): level for level in style}
    return {at: level for at, level in found.items() if 0 < at <= _MAX_LEVELS}


def _start(definition: Node) -> int:
    return _whole(definition.get(qn("text:start-value")), 1)


def _whole(text: str | None, default: int) -> int:
    return int(text) if text is not None and re.fullmatch(r"\d{1,6}", text) else default

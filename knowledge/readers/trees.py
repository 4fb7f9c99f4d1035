"""The part of lxml that the readers use, with types; lxml itself ships none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol, cast, overload

__all__ = ["BrokenTree", "Node", "html_text", "html_tree", "xml_tree"]


class BrokenTree(ValueError):
    """The text is no HTML or XML."""


class Node(Protocol):
    """One element; a comment's `tag` is no string."""

    tag: str
    text: str | None
    tail: str | None

    def __iter__(self) -> Iterator[Node]:
        """Yield the children."""

    def __len__(self) -> int:
        """Return how many children there are."""

    def __getitem__(self, at: int, /) -> Node:
        """Return a child."""

    @overload
    def get(self, name: str, /) -> str | None: ...
    @overload
    def get(self, name: str, default: str, /) -> str: ...

    def find(self, path: str, /) -> Node | None:
        """Return the first descendant on a path."""

    def findall(self, path: str, /) -> list[Node]:
        """Return all descendants on a path."""

    def iter(self, *tags: str) -> Iterator[Node]:
        """Yield this element and all below it, in order."""

    def iterchildren(self, *tags: str) -> Iterator[Node]:
        """Yield the children with one of the tags."""

    def iterancestors(self, *tags: str) -> Iterator[Node]:
        """Yield the elements round this one, innermost first."""

    def remove(self, child: Node, /) -> None:
        """Take a child out, its tail with it."""

    def itertext(self) -> Iterator[str]:
        """Yield all text in it."""


def html_tree(text: str) -> Node:
    """Parse a web page.

    Raises:
        BrokenTree: nothing in it can be parsed.
    """
    from lxml import etree, html

    try:
        return cast(Node, html.document_fromstring(text))
    except (etree.LxmlError, ValueError, AssertionError) as exc:
        raise BrokenTree(str(exc)) from exc


def html_text(node: Node) -> str:
    """Return a tree of HTML as text."""
    from lxml import html

    return str(html.tostring(node, encoding="unicode"))


def xml_tree(data: bytes) -> Node:
    """Parse XML; entities are not resolved.

    Raises:
        BrokenTree: it is not well-formed.
    """
    from lxml import etree

    try:
        parser = etree.XMLParser(resolve_entities=False, no_network=True)
        return cast(Node, etree.fromstring(data, parser))
    except (etree.LxmlError, ValueError) as exc:
        raise BrokenTree(str(exc)) from exc

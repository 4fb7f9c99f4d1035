"""HTML: the main content of a web page, with its headings, lists and tables."""

from __future__ import annotations

import re
import unicodedata
from contextlib import suppress

from knowledge.document import Document, Line, LineStyle, Page
from knowledge.errors import UnreadableDocument
from knowledge.readers import txt
from knowledge.readers.html_blocks import blocks, number_items, pair_terms
from knowledge.readers.lines import flowing
from knowledge.readers.trees import BrokenTree, Node, html_text, html_tree, xml_tree

__all__ = ["read"]

_CHARSET = re.compile(rb"""<(?:meta|\?xml)[^>]*?(?:charset|encoding)\s*=\s*["']?([\w-]+)""", re.I)
_BOMS = (b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf", b"\x00\x00\xfe\xff")
_ANCHOR_CHARS = 20
"""Shorter blocks ("Svar", "Dela") may stand anywhere on a page: they mark no border of it."""
_MOST = 0.5
_LAYOUT = re.compile(r"[\s|•-]+")


def read(file: str, data: bytes) -> Document:
    """Read a web page.

    Trafilatura finds where the content starts and ends. Between these borders every block is
    taken from the page itself, so that no heading and no sentence inside the content can be
    missing. Where trafilatura finds nothing, `<main>`, `<article>` or `<body>` is the content.

    Raises:
        UnreadableDocument: the bytes are no HTML, or without text.
    """
    import trafilatura

    text = _decoded(file, data)
    try:
        page = html_tree(_without_declaration(text))
        number_items(page)
        pair_terms(page)
        found = trafilatura.extract(
            html_text(page),
            output_format="xml",
            include_comments=False,
            include_tables=True,
            include_formatting=False,
            include_links=False,
            favor_recall=True,
        )
        content = "".join(xml_tree(found.encode()).itertext()) if found else ""
    except BrokenTree as exc:
        raise UnreadableDocument(
            file,
            "webbsidan är skadad och kan inte läsas. Spara den på nytt, eller som pdf, och försök "
            "igen.",
        ) from exc
    lines = flowing(_content(page, _bare(content)))
    return Document(pages=(Page(lines),), paged=False)


def _content(page: Node, found: str) -> list[list[Line]]:
    """Return the blocks of a page that are its content.

    Args:
        page: the root.
        found: what trafilatura found, bare.
    """
    marked = _marked(page)
    own = list(blocks(marked))
    texts = [_bare("".join(line.text for line in block)) for block in own]
    anchors = [at for at, text in enumerate(texts) if len(text) >= _ANCHOR_CHARS and text in found]
    if sum(len(texts[at]) for at in anchors) < _MOST * len(found) and marked.tag != "body":
        body = page.find("body")
        if body is not None:
            marked.tag = "body"  # the page's own mark is wrong: look at all of it
            return _content(body, found)
    if not anchors:
        return own
    first, last = anchors[0], anchors[-1]
    while last + 1 < len(own) and texts[last + 1] in found:
        last += 1  # short lines at the end: who signed
    while first > 0 and (texts[first - 1] in found or own[first - 1][0].style is LineStyle.HEADING):
        first -= 1
    content = own[first : last + 1]
    if not any(block[0].style is LineStyle.HEADING for block in content):
        content = [block for block in own[:first] if block[0].style is LineStyle.HEADING] + content
    return content


def _bare(text: str) -> str:
    return _LAYOUT.sub("", unicodedata.normalize("NFC", text)).casefold()


def _decoded(file: str, data: bytes) -> str:
    """Decode a page as it declares, unless it is clearly something else."""
    charset = _CHARSET.search(data[:4096])
    if charset is None or data.startswith(_BOMS):
        return txt.decode(file, data)
    name = charset[1].decode("ascii", errors="replace").lower()
    if name.startswith(("utf-16", "utf-32")):
        return txt.decode(file, data)  # in such a page the declaration could not be found
    # Browsers read Latin-1 as Windows-1252, which fills its gaps.
    name = "cp1252" if name in ("iso-8859-1", "latin-1", "latin1", "ascii", "us-ascii") else name
    try:
        text = data.decode(name)
    except (LookupError, ValueError):
        return txt.decode(file, data)
    if not data.isascii():
        with suppress(UnicodeDecodeError):
            # What is UTF-8 by chance does not occur: the page was saved anew, with its old mark.
            return data.decode("utf-8")
    return text


def _without_declaration(text: str) -> str:
    """Drop an XML declaration: lxml refuses one in text that is decoded already."""
    return re.sub(r"^\s*<\?xml[^>]*>", "", text)


def _marked(page: Node) -> Node:
    """Return what the page itself marks as its content, else its body."""
    for name in ("main", "article", "body"):
        found = page.findall(f".//{name}")
        if found:
            return max(found, key=lambda node: sum(map(len, node.itertext())))
    return page

"""A document's lines become one text and its blocks, with code-point offsets into that text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from knowledge.document import Document, Line, LineStyle
from knowledge.parsing.asking import ends_asking

__all__ = ["Block", "Layout", "Row", "is_bullet", "lay_out", "select"]

# A bullet in any of the shapes that PDF, Word and plain text leave behind.
_BULLET = re.compile(r"\s*(?:[•·▪◦‣○●■□*\uf0b7\uf0a7\uf02d–—-]|o(?=\s))\s+\S")
# Ends a sentence or announces a list, with the quotation mark or bracket that may close it.
_CLOSED = re.compile(r"[.?!:;…][”\"»’)\]]*$")
# What may start a paragraph of its own: capital, digit, quotation mark, paragraph sign.
_OPENS = re.compile(r"\s*[\"”»(§]?[A-ZÅÄÖÉÜ0-9]")
# "Hej Anna!", "Bästa Anna Ek,": a line of its own, however full the line before it is.
_SALUTATION = re.compile(
    r"(?:hej|bästa?e?|kära?e?|ärade|fru|herr)\s+[\w -]{2,40}[,!]", re.IGNORECASE
)
# A title, and the sentence below it: "Anna Ek (C) har den 2 april lämnat in …".
_ABOUT_INTERPELLATION = re.compile(r"interpellation\w*\b[^.?!]*[^.,?!\s-]$", re.IGNORECASE)
_TELLS = re.compile(
    r"\s*[A-ZÅÄÖ][\w-]+(?:\s[A-ZÅÄÖ][\w-]+){1,3}(?:\s\([^()]{1,30}\))?(?:,\s[^,.]{3,40},)?\s"
    r"(?:har|frågar|skriver|ställer|undrar|vill)\b"
)
_UNDERLINE = re.compile(r"\s*(?:-{3,}|={3,}|_{3,}|~{3,})\s*")
# No paragraph ends with one of these: "hur många av förlossningarna i".
_OPEN_ENDED = re.compile(
    r"(?<=\s)(?:i|på|av|att|och|för|med|till|om|en|ett|den|det|som|de|från|vid|är|har|inom|under"
    r"|eller|samt|hos|mot|efter|utan|enligt|mellan|kan|ska)\s*$"
)
# Control characters and soft hyphens have no place in a text that is searched and quoted.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028\u2029\ufeff]")

_FLOWING_CHARS = 130
"""No printed line is longer: a document with longer ones has a paragraph in each line."""
_SHORT_CLOSED = 0.80
_SHORT_OPEN = 0.62
_SHORT_ASKING = 0.95
"""A line that leaves this much of the usual width empty was broken on purpose."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the text, `text[start:end]`."""

    start: int
    end: int
    style: LineStyle
    page: int | None


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that the layout holds together: a paragraph, a list, a heading or a table."""

    rows: tuple[Row, ...]

    @property
    def start(self) -> int:
        """Return the offset of the first character."""
        return self.rows[0].start

    @property
    def end(self) -> int:
        """Return the offset after the last character."""
        return self.rows[-1].end


@dataclass(frozen=True, slots=True)
class Layout:
    """A text and its blocks, in order."""

    text: str
    blocks: tuple[Block, ...]


def is_bullet(line: str) -> bool:
    """Tell whether a line starts with a bullet."""
    return _BULLET.match(line) is not None


@dataclass(frozen=True, slots=True)
class _Draft:
    """A line on its way into the text, with its place."""

    text: str
    style: LineStyle
    page: int | None


def _is_row(draft: _Draft) -> bool:
    """Tell whether a line is a row of a table."""
    return draft.style is LineStyle.TABLE or " | " in draft.text


def _clean(line: Line) -> str:
    text = _CONTROL.sub("", line.text.replace("\t", " ").replace("\u00a0", " "))
    return unicodedata.normalize("NFC", text).rstrip()


def _flows(document: Document, pages: list[list[Line]]) -> bool:
    """Tell whether each line is a whole paragraph."""
    if document.paged:
        return False
    lines = [line for page in pages for line in page]
    if any(len(line.text) > _FLOWING_CHARS for line in lines):
        return True
    body = [line.text for line in lines]
    while body and not body[-1].strip():
        body.pop()
    return all(text.strip() for text in body) and len(body) > 1


def _width(lines: Iterable[str]) -> int:
    """Return the usual length of a full line: the ninth decile."""
    lengths = sorted(len(line.strip()) for line in lines if line.strip())
    return lengths[int(len(lengths) * 0.9)] if lengths else 0


def _broken_on_purpose(line: str, following: str, width: int) -> bool:
    """Tell whether the line break after `line` starts something new.

    A line that was only wrapped is full: the next word would not have fitted. The next line shows
    how much fits, too.
    """
    if not _OPENS.match(following) or _OPEN_ENDED.search(line):
        return False
    if _SALUTATION.fullmatch(following.strip()):
        return True
    if _ABOUT_INTERPELLATION.search(line) and _TELLS.match(following):
        return True
    words = following.split(maxsplit=1)
    needed = len(line.strip()) + 1 + len(words[0])
    width = max(width, len(following.strip()))
    if ends_asking(line):
        return needed < width * _SHORT_ASKING
    return needed < width * (_SHORT_CLOSED if _CLOSED.search(line) else _SHORT_OPEN)


def _continues(group: Sequence[_Draft], first: _Draft, blank: bool) -> bool:
    """Tell whether a paragraph or a list runs on over a page border."""
    last = group[-1]
    if last.style is not LineStyle.BODY and last.style is not first.style:
        return False
    if is_bullet(first.text) and not blank:
        return any(is_bullet(draft.text) for draft in group)
    if _CLOSED.search(last.text) or is_bullet(first.text):
        return False
    return first.text.lstrip()[:1].islower()


def _groups(document: Document) -> Iterator[list[_Draft]]:
    """Yield the lines of one block after the other."""
    pages = [list(page.lines) for page in document.pages]
    flowing = _flows(document, pages)
    width = _width(line.text for page in pages for line in page)
    group: list[_Draft] = []
    blank = False
    for number, page in enumerate(pages, 1):
        new_page = True
        for line in page:
            text = _clean(line)
            if not text.strip():
                blank = True
                continue
            draft = _Draft(text, line.style, number if document.paged else None)
            if len(group) == 1 and not blank and not new_page and _UNDERLINE.fullmatch(text):
                # What is underlined is a heading, as in Markdown; the rule is no text.
                yield [replace(group[0], style=LineStyle.HEADING)]
                group = []
                continue
            if group and _parts(group, draft, flowing, blank, new_page, width):
                yield group
                group = []
            group.append(draft)
            blank = new_page = False
    if group:
        yield group


def _parts(
    group: Sequence[_Draft], draft: _Draft, flowing: bool, blank: bool, new_page: bool, width: int
) -> bool:
    """Tell whether a block border lies between a group of lines and the next."""
    last = group[-1]
    if _UNDERLINE.fullmatch(last.text.strip()) or _UNDERLINE.fullmatch(draft.text.strip()):
        return True  # a drawn rule parts what stands above it from what stands below
    if new_page:
        return not _continues(group, draft, blank)
    if blank:
        return True
    if _is_row(last) and _is_row(draft):
        return False
    if last.style is not draft.style and LineStyle.BODY in (last.style, draft.style):
        # A list item that was wrapped in a printed document goes on in body lines.
        return flowing or draft.style is not LineStyle.BODY or last.style is not LineStyle.LIST
    if last.style is not draft.style:
        return True
    if flowing:
        items = is_bullet(last.text) and is_bullet(draft.text)
        return draft.style is LineStyle.BODY and not items
    return not is_bullet(draft.text) and _broken_on_purpose(last.text, draft.text, width)


def _lay(groups: Iterable[Iterable[_Draft]]) -> Layout:
    """Join blocks with a blank line between them."""
    parts: list[str] = []
    blocks: list[Block] = []
    offset = 0
    for group in groups:
        rows: list[Row] = []
        for draft in group:
            if parts:
                glue = "\n" if rows else "\n\n"
                parts.append(glue)
                offset += len(glue)
            indent = len(draft.text) - len(draft.text.lstrip())
            parts.append(draft.text)
            rows.append(Row(offset + indent, offset + len(draft.text), draft.style, draft.page))
            offset += len(draft.text)
        blocks.append(Block(tuple(rows)))
    return Layout("".join(parts), tuple(blocks))


def lay_out(document: Document) -> Layout:
    """Join a document's lines into a text and find its blocks.

    A paragraph that runs on over a page border is one block. Wrapped lines stay apart by one
    line break, blocks by a blank line.

    Args:
        document: what a reader gave, without page heads and feet.

    Returns:
        The text and its blocks; a row's offsets leave out its indent.
    """
    return _lay(_groups(document))


def select(layout: Layout, blocks: Iterable[Block]) -> Layout:
    """Make a layout of some of the blocks alone, with offsets into its own text."""
    return _lay(
        [_Draft(layout.text[row.start : row.end], row.style, row.page) for row in block.rows]
        for block in blocks
    )

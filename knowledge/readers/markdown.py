"""Markdown: paragraphs, headings, lists and tables, without their marks."""

from __future__ import annotations

import re
from collections.abc import Iterator

from knowledge.document import Document, Line, LineStyle, Page
from knowledge.readers import txt
from knowledge.readers.lines import BREAKS, clean, flowing

__all__ = ["read"]

_FRONT_MATTER = re.compile(r"---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_FENCE = re.compile(r" {0,3}(```+|~~~+)")
_HEADING = re.compile(r" {0,3}#{1,6}\s+(.*?)(?:\s+#+)?\s*$")
_UNDERLINE = re.compile(r" {0,3}(?:=+|-{2,})\s*$")
_RULE = re.compile(r" {0,3}(?:(?:-\s*){3,}|(?:\*\s*){3,}|(?:_\s*){3,})$")
_BULLET = re.compile(r"\s*[-*+•]\s+(?=\S)")
_NUMBER = re.compile(r"\s*(\d{1,9}[.)])\s+(?=\S)")
_QUOTE = re.compile(r" {0,3}>\s?")
_TABLE_RULE = re.compile(r"\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_INLINE = (
    (re.compile(r"!\[([^\]]*)\]\([^)\s]*(?:\s+\"[^\"]*\")?\)"), r"\1"),
    (re.compile(r"\[([^\]]+)\]\([^)\s]*(?:\s+\"[^\"]*\")?\)"), r"\1"),
    (re.compile(r"<((?:https?://|mailto:)[^>\s]+)>"), r"\1"),
    (re.compile(r"(`+)(.+?)\1"), r"\2"),
    (re.compile(r"(\*\*\*|\*\*|\*)(?=\S)(.+?)(?<=\S)\1"), r"\2"),
    (re.compile(r"(?<!\w)(___|__|_)(?=\S)(.+?)(?<=\S)\1(?!\w)"), r"\2"),
    (re.compile(r"~~(?=\S)(.+?)(?<=\S)~~"), r"\1"),
)


def read(file: str, data: bytes) -> Document:
    """Read Markdown.

    Fields of a front matter go to `margins`; marks of emphasis and targets of links go.

    Raises:
        UnreadableDocument: the bytes are no text.
    """
    text = BREAKS.sub("\n", txt.decode(file, data).replace("\f", "\n"))
    margins: tuple[str, ...] = ()
    front = _FRONT_MATTER.match(text)
    if front is not None:
        margins = tuple(line for line in map(clean, front[1].split("\n")) if line)
        text = text[front.end() :]
    lines = _COMMENT.sub("", text).split("\n")
    return Document(pages=(Page(flowing(_blocks(lines))),), paged=False, margins=margins)


def _blocks(lines: list[str]) -> Iterator[list[Line]]:
    paragraph: list[str] = []
    style = LineStyle.BODY
    fence = ""

    def flush() -> Iterator[list[Line]]:
        nonlocal paragraph, style
        if paragraph:
            yield [Line(text, style) for text in _unwrapped(paragraph)]
        paragraph, style = [], LineStyle.BODY

    for at, raw in enumerate(lines):
        mark = _FENCE.match(raw)
        if fence or mark:
            if fence and not (mark and mark[1].startswith(fence)):
                yield [Line(clean(raw))]
            else:
                yield from flush()
                fence = "" if fence or mark is None else mark[1]
            continue
        line = _QUOTE.sub("", raw)
        heading = _HEADING.match(line)
        bullet, number = _BULLET.match(line), _NUMBER.match(line)
        if not line.strip():
            yield from flush()
        elif heading:
            yield from flush()
            yield [Line(clean(_plain(heading[1])), LineStyle.HEADING)]
        elif paragraph and style is LineStyle.BODY and _UNDERLINE.match(line):
            style = LineStyle.HEADING
            yield from flush()
        elif _RULE.match(line):
            yield from flush()
        elif _is_row(line, lines, at):
            yield from flush()
            if not _TABLE_RULE.match(line):
                yield [_row(line)]
        elif bullet or number:
            yield from flush()
            style = LineStyle.LIST
            mark_end = (bullet or number).end()  # type: ignore[union-attr]
            paragraph = [f"{number[1] if number else '•'} {line[mark_end:]}"]
        else:
            paragraph.append(line)
    yield from flush()


def _unwrapped(paragraph: list[str]) -> list[str]:
    """Join the lines of a paragraph, but for hard breaks and words broken at the line's end."""
    texts: list[str] = []
    open_ = False
    for raw in paragraph:
        text = clean(_plain(raw.rstrip("\\") if raw.endswith("\\") else raw))
        if open_ and texts:
            texts[-1] = f"{texts[-1]} {text}"
        else:
            texts.append(text)
        hard = raw.endswith(("  ", "\\"))
        open_ = not hard and not re.search(r"\w-$", raw)
    return texts


def _plain(text: str) -> str:
    """Return a line without marks of emphasis, code and links."""
    kept: list[str] = []

    def keep(match: re.Match[str]) -> str:
        kept.append(match[1])
        return "\0"

    text = _ESCAPED.sub(keep, text.replace("\0", ""))
    for pattern, replacement in _INLINE:
        text = pattern.sub(replacement, text)
    signs = iter(kept)
    return re.sub("\0", lambda _: next(signs, ""), text)


def _is_row(line: str, lines: list[str], at: int) -> bool:
    if "|" not in line and not _TABLE_RULE.match(line):
        return False
    if line.lstrip().startswith("|"):
        return True
    # Without outer bars, a table is known by the rule under its head.
    start = at
    while start > 0 and "|" in lines[start - 1]:
        start -= 1
    rule = lines[start + 1] if start + 1 < len(lines) else ""
    return "|" in lines[start] and "|" in rule and _TABLE_RULE.match(rule) is not None


def _row(line: str) -> Line:
    cells = re.split(r"(?<!\\)\|", line.strip().removeprefix("|").removesuffix("|"))
    return Line(clean(" | ".join(_plain(cell.strip()) for cell in cells)), LineStyle.TABLE)

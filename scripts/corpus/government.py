"""Pages of the Swedish Government's web site, from a checkout of civictechsweden/g0vse.

On the branch `data`, a page is a Markdown file whose place is its address on the site
(`pressmeddelanden/2024/02/….md`): a title (`# `), paragraphs, headings (`##` and below) and lists
(`* `, `1. `). The JSON files hold lists of objects about the pages, of which `url`, `title` and
`published` are read: `api/items.json` holds them all, and files such as `artiklar.json` one kind
each.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any

from scripts.corpus.cleaning import (
    clean_characters,
    repair_hyphens,
    strip_markdown,
    tell_language,
)
from scripts.corpus.outcome import Reason, WrongFolderError

__all__ = [
    "Page",
    "Section",
    "drop_duplicates",
    "find_pages",
    "parse_page",
    "read_items",
    "read_pages",
    "repair_page",
    "to_record",
]

SITE = "https://www.regeringen.se/"
MIN_CHARS = 40
"""A page with less text than this has a title and nothing to say about it."""
MIN_SAME_BODY_CHARS = 200
"""Shorter texts are formulas that many pages share with good reason."""

_HEADING = re.compile(r"#{1,6}\s+(\S.*)")
_BULLET = re.compile(r"[*+-]\s+(\S.*)")
_NUMBERED = re.compile(r"\d+\.\s")
_DATED = re.compile(r"/((?:19|20)\d\d)\d?/0?(\d\d)(?:/|$)")
_YEAR = re.compile(r"(?:19|20)\d{2,3}")
_NEW_VERSION = re.compile(r"\(Ny version\)\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Section:
    """What stands under one heading; `heading` is None before the first one."""

    heading: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Page:
    """A cleaned page.

    Attributes:
        id: its path on the site, without slashes at the ends.
        title: the page's heading.
        summary: the first paragraph, empty if a heading comes first.
        sections: everything else; paragraphs are separated by a blank line, a list item is a line.
        date: YYYY-MM-DD if the JSON files know the page, otherwise YYYY-MM or None.
    """

    id: str
    title: str
    summary: str
    sections: tuple[Section, ...]
    date: str | None

    @property
    def body(self) -> str:
        """Summary and texts, without title and headings."""
        return "\n\n".join([self.summary, *(section.text for section in self.sections)]).strip()


def find_pages(checkout: Path) -> list[Path]:
    """List the pages of a checkout, in the order of their paths.

    Args:
        checkout: the repository's root.

    Raises:
        WrongFolderError: there are none.
    """
    if not checkout.is_dir():
        raise WrongFolderError(f"There is no folder {checkout}.")
    pages = [
        path
        for path in checkout.rglob("*.md")
        if (parents := path.relative_to(checkout).parts[:-1])
        and not any(part.startswith(".") for part in parents)
        and parents[0] != "frontend"
    ]
    if not any(_DATED.search(f"/{path.relative_to(checkout).as_posix()}") for path in pages):
        raise WrongFolderError(
            f"{checkout} holds no pages: it has to be a checkout of civictechsweden/g0vse,"
            " branch data."
        )
    return sorted(pages, key=lambda path: path.relative_to(checkout).as_posix())


def read_items(checkout: Path) -> dict[str, dict[str, Any]]:
    """Read what the JSON files say about the pages.

    Args:
        checkout: the repository's root.

    Returns:
        The objects by page id; empty if there are no such files.
    """
    everything = checkout / "api" / "items.json"
    files = [everything] if everything.is_file() else sorted(checkout.rglob("*.json"))
    found: dict[str, dict[str, Any]] = {}
    for path in files:
        try:
            items = json.loads(path.read_text(encoding="utf-8"))
        except ValueError:  # such as a pointer to a large file that was not fetched
            continue
        for item in items if isinstance(items, list) else []:
            if isinstance(item, dict) and isinstance(item.get("url"), str):
                found.setdefault(item["url"].strip("/"), item)
    return found


def read_pages(
    checkout: Path,
    paths: Iterable[Path],
    dropped: Counter[Reason],
    *,
    on_page: Callable[[], object] = lambda: None,
) -> Iterator[Page]:
    """Read and clean pages, hyphens not yet repaired.

    Args:
        checkout: the repository's root.
        paths: pages of it.
        dropped: counts what cannot be read or is too short.
        on_page: called after each file.

    Yields:
        Pages, in the order of `paths`.
    """
    items = read_items(checkout)
    for path in paths:
        page_id = path.relative_to(checkout).with_suffix("").as_posix()
        try:
            page = parse_page(page_id, path.read_text(encoding="utf-8"), items.get(page_id, {}))
        except (OSError, UnicodeDecodeError):
            dropped[Reason.UNREADABLE] += 1
        else:
            if sum(map(len, (page.summary, *(part.text for part in page.sections)))) < MIN_CHARS:
                dropped[Reason.SHORT] += 1
            else:
                yield page
        on_page()


def parse_page(page_id: str, markdown: str, item: dict[str, Any]) -> Page:
    """Make a page of a Markdown file.

    Args:
        page_id: path on the site.
        markdown: the file's text.
        item: what the JSON files say about it; may be empty.
    """
    title = clean_characters(str(item.get("title") or ""))
    headings: list[str | None] = [None]
    blocks: list[list[str]] = [[]]
    for number, block in enumerate(re.split(r"\n[^\S\n]*\n", markdown.replace("\r", ""))):
        text = _clean_block(block)
        heading = _HEADING.fullmatch(text)
        if heading and number == 0 and text.startswith("# "):
            title = heading[1]
        elif heading:
            headings.append(heading[1])
            blocks.append([])
        elif text:
            blocks[-1].append(text)
    summary = blocks[0].pop(0) if blocks[0] else ""
    return Page(
        id=page_id,
        title=title,
        summary=_NEW_VERSION.sub("", summary).strip(),
        sections=tuple(
            Section(heading, "\n\n".join(texts))
            for heading, texts in zip(headings, blocks, strict=True)
            if texts
        ),
        date=_date(page_id, item),
    )


def _clean_block(block: str) -> str:
    """Clean what stands between two blank lines: a list item is a line, the rest one line."""
    lines: list[str] = []
    for raw in block.split("\n"):
        line = clean_characters(raw)
        bullet = _BULLET.fullmatch(line)
        if bullet:
            lines.append(f"- {bullet[1]}")
        elif not lines or _NUMBERED.match(line):
            lines.append(line)
        elif line:
            lines[-1] = f"{lines[-1]} {line}"
    return "\n".join(filter(None, (clean_characters(strip_markdown(line)) for line in lines)))


def _date(page_id: str, item: dict[str, Any]) -> str | None:
    published = item.get("published")
    if isinstance(published, str) and published:
        return published[:10]
    month = _DATED.search(f"/{page_id}")
    return f"{month[1]}-{month[2]}" if month else None


def repair_page(page: Page, words: frozenset[str]) -> Page:
    """Mend cut words everywhere in a page.

    Args:
        page: a cleaned page.
        words: believed words of the corpus.
    """
    return replace(
        page,
        title=repair_hyphens(page.title, words),
        summary=_repair_lines(page.summary, words),
        sections=tuple(
            Section(
                part.heading and repair_hyphens(part.heading, words),
                _repair_lines(part.text, words),
            )
            for part in page.sections
        ),
    )


def _repair_lines(text: str, words: frozenset[str]) -> str:
    return "\n".join(repair_hyphens(line, words) for line in text.split("\n"))


def drop_duplicates(pages: Iterable[Page], dropped: Counter[Reason]) -> list[Page]:
    """Keep the first of equal pages, and of equal longer texts under different titles.

    Args:
        pages: in their final order.
        dropped: counts what goes.
    """
    kept: list[Page] = []
    wholes: set[tuple[str, str, tuple[Section, ...]]] = set()
    bodies: set[str] = set()
    for page in pages:
        whole = (page.title, page.summary, page.sections)
        if whole in wholes:
            dropped[Reason.DUPLICATE] += 1
        elif page.body in bodies and len(page.body) >= MIN_SAME_BODY_CHARS:
            dropped[Reason.SAME_BODY] += 1
        else:
            kept.append(page)
        wholes.add(whole)
        bodies.add(page.body)
    return kept


def to_record(page: Page) -> dict[str, Any]:
    """Return the page as a line of the corpus file."""
    texts: Sequence[str | None] = [
        page.title,
        page.summary,
        *(text for part in page.sections for text in (part.heading, part.text)),
    ]
    return {
        "id": page.id,
        "title": page.title,
        "summary": page.summary,
        "sections": [{"heading": part.heading, "text": part.text} for part in page.sections],
        "date": page.date,
        "kind": _kind(page.id),
        "lang": tell_language(" ".join(filter(None, texts))).value,
        "url": f"{SITE}{page.id}/",
    }


def _kind(page_id: str) -> str:
    """Return the folders before the year, or the first one if there is no year."""
    folders = PurePosixPath(page_id).parts[:-1]
    for number, folder in enumerate(folders):
        if _YEAR.fullmatch(folder):
            return "/".join(folders[:number])
    return folders[0]

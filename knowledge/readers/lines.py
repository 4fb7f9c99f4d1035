"""What every reader does to a line of text, so that all formats look alike afterwards."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence

from knowledge.document import Line, LineStyle

__all__ = [
    "BREAKS",
    "body_lines",
    "clean",
    "close_dashes",
    "flowing",
    "is_heading_text",
    "printed",
    "table_blocks",
    "tidy",
    "whole_words",
]

BREAKS = re.compile(r"\r\n|[\n\r\v\x1c-\x1e\x85\u2028\u2029]")
_ZERO_WIDTH = re.compile("[\u00ad\u034f\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ufffc]")
# What needs no cleaning but for its blanks: the signs of nearly every line.
_PLAIN = re.compile("[ -~¡-¬®-¶¸-ÿ–—‘’“”•…]*")
_BLANKS = re.compile(r"\s+")
_LIGATURES = {ord(c): unicodedata.normalize("NFKC", c) for c in "ﬀﬁﬂﬃﬄﬅﬆ"}
# The hyphens of typesetting mean what "-" means; one form makes words findable and quotable.
_HYPHENS = {0x2010: "-", 0x2011: "-"}
# Symbol and Wingdings bullets come as private-use characters, which no font of the reader has.
_PRIVATE_BULLET = re.compile("^[\uf000-\uf0ff](?=\\s|\\w)|[\uf0b7\uf0a7]")
_OTHER_BULLET = re.compile(r"^[·●▪◦‣○■□➢►⁃]\s*(?=\w)")
_SOFT_HYPHEN_AT_END = re.compile("\u00ad\\s*$")
_DASH_END = re.compile(r"(\w+)-\s+$")
_HYPHEN_END = re.compile(r"(?<![\w-])(\w+)-\s*$")
_WHOLE_WORD = re.compile(r"(?<![\w-])\w+(?![\w-])")
# Words that follow a dash or a suspended hyphen; none of them makes a compound.
_SMALL_WORDS = frozenset({
    "att", "av", "de", "den", "det", "där", "då", "eller", "en", "ett", "från", "för", "har", "i",
    "inte", "ja", "kan", "med", "men", "nej", "ni", "och", "om", "på", "samt", "som", "så", "till",
    "vi", "vid", "än", "är",
})  # fmt: skip
_MIN_LINES = 10
_MAX_HEADING_CHARS = 100
_FIRST_WORD = re.compile(r"\s*(\S+)\s*")


def clean(text: str) -> str:
    """Return one line as it is kept: NFC, single blanks, no invisible characters, trimmed.

    A soft hyphen at the end of the line is where a word was broken, so it becomes "-".
    """
    if _PLAIN.fullmatch(text):
        return " ".join(text.split())
    text = _SOFT_HYPHEN_AT_END.sub("-", text)
    text = _ZERO_WIDTH.sub("", text).translate(_LIGATURES).translate(_HYPHENS)
    text = _BLANKS.sub(" ", text).strip()
    text = _OTHER_BULLET.sub("• ", _PRIVATE_BULLET.sub("•", text))
    if not text.isprintable():
        text = "".join(c for c in text if c == " " or not unicodedata.category(c).startswith("C"))
    # Removing a character can bring a letter and its accent together: NFC comes last.
    return unicodedata.normalize("NFC", _BLANKS.sub(" ", text).strip())


def whole_words(texts: Iterable[str]) -> frozenset[str]:
    """Return the words of a text that stand alone, no hyphen at either end."""
    return frozenset(word for text in texts for word in _WHOLE_WORD.findall(text))


def close_dashes(
    lines: Sequence[str], words: Collection[str], *, blanks_lost: bool = False
) -> list[str]:
    """Move the break of lines that end in a dash, so that it is not taken for a broken word.

    Text out of a PDF keeps the blank that stood between two words at the end of a line. A hyphen
    with such a blank ("många år- ↵det är inget nytt", "för- ↵och efternamn") ends a word, while a
    word that was broken has none ("kom-↵munen"). Later the blank is gone, so the next word moves
    up while the difference can still be seen. Nothing but white space changes.

    Args:
        lines: raw lines with their trailing blanks.
        words: the whole words of the document.
        blanks_lost: the format does not give these blanks. Then a hyphen ends a word only where
            a small word follows and this text has the word before it, and not the two as one.

    Returns:
        As many lines as came in; what is left of a line whose first word moved up stays there.
    """
    done = list(lines)
    always = _always_blank(lines)
    for at in range(len(done) - 1):
        dash = (_HYPHEN_END if blanks_lost else _DASH_END).search(done[at])
        word = _FIRST_WORD.match(done[at + 1])
        tail = re.match(r"\w+", word[1]) if word else None
        if dash is None or word is None or tail is None:
            continue
        # Some writers put a blank after every line: the whole word elsewhere tells them apart.
        if dash[1] + tail[0] in words:
            continue
        if always and tail[0] not in _SMALL_WORDS:
            continue
        if blanks_lost and not (tail[0] in _SMALL_WORDS and dash[1] in words):
            continue
        rest = done[at + 1][word.end() :]
        if rest.strip():
            done[at] = f"{done[at].rstrip()} {word[1]}"
            done[at + 1] = rest
    return done


def _always_blank(lines: Sequence[str]) -> bool:
    """Tell whether every line ends in a blank, so that none of these blanks says anything."""
    filled = [line for line in lines if line.strip()]
    return len(filled) >= _MIN_LINES and all(line[-1].isspace() for line in filled[:-1])


def printed(texts: Sequence[str], words: Collection[str]) -> tuple[Line, ...]:
    """Return printed lines of one page as body lines, with runs of blank lines made one.

    Args:
        texts: raw lines with their trailing blanks.
        words: the whole words of the document.
    """
    return tidy(Line(clean(text)) for text in close_dashes(texts, words))


def body_lines(text: str, style: LineStyle = LineStyle.BODY) -> list[Line]:
    """Split text at its hard line breaks into clean lines; empty ones are left out."""
    cleaned = (clean(part) for part in BREAKS.split(text))
    return [Line(part, style) for part in cleaned if part]


def tidy(lines: Iterable[Line]) -> tuple[Line, ...]:
    """Drop blank lines at both ends and make every run of blank lines one."""
    kept: list[Line] = []
    for line in lines:
        if line.text or (kept and kept[-1].text):
            kept.append(line)
    while kept and not kept[-1].text:
        kept.pop()
    return tuple(kept)


def flowing(blocks: Iterable[Sequence[Line]]) -> tuple[Line, ...]:
    """Put blocks of a format that flows one after the other, parted by blank lines.

    Args:
        blocks: paragraphs, headings, list items or table rows, each one or more lines.

    Returns:
        The lines; items of one list and rows of one table have no blank line between them.
    """
    together = {LineStyle.LIST, LineStyle.TABLE}
    lines: list[Line] = []
    for block in blocks:
        kept = [line for line in block if line.text]
        if not kept:
            continue
        if lines and not (lines[-1].style is kept[0].style and kept[0].style in together):
            lines.append(Line(""))
        lines.extend(kept)
    return tuple(lines)


def is_heading_text(text: str) -> bool:
    """Whether a bold paragraph can be a heading: short, and no sentence or question."""
    text = text.strip()
    ended = text.endswith((".", ",", "?", ":"))
    return len(text) <= _MAX_HEADING_CHARS and not ended and "\n" not in text


def table_blocks(rows: Sequence[Sequence[Sequence[Sequence[Line]]]]) -> Iterator[list[Line]]:
    """Yield a table of a format that flows: a line a row, its cells parted by " | ".

    A table of one column is a frame round ordinary text: what is in it comes as it is.

    Args:
        rows: for each row, and each cell in it, the cell's blocks.
    """
    if all(len(cells) <= 1 for cells in rows):
        for cells in rows:
            for cell in cells:
                yield from map(list, cell)
        return
    for cells in rows:
        texts = [" ".join(line.text for block in cell for line in block) for cell in cells]
        while texts and not texts[-1].strip():
            texts.pop()
        if texts:
            yield [Line(clean(" | ".join(texts)), LineStyle.TABLE)]

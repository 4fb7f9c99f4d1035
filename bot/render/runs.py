"""Marked text for Telegram: escaped, and cut into messages without losing a character.

A text is a row of runs, each with one style. Only a block's body is ever cut; what stands above
it (whose words these are) is repeated above every part.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from telegram.constants import MessageLimit

__all__ = [
    "MAX_UNITS",
    "Block",
    "Mark",
    "Run",
    "clean",
    "pack",
    "plain",
    "split",
    "to_html",
    "units",
]

MAX_UNITS = int(MessageLimit.MAX_TEXT_LENGTH)
"""UTF-16 code units in one message, after the marks are taken away."""

EXPANDABLE_UNITS = 700
"""A longer quotation is folded; the person opens it with a tap."""

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_BORDERS = (
    re.compile(r"\n\s*\n"),
    re.compile(r"\n"),
    re.compile(r"(?<=[.!?:;])\s+"),
    re.compile(r"\s+"),
)
"""Where a text is cut rather than elsewhere, best first."""


class Mark(StrEnum):
    """How a run looks; the value is the HTML tag."""

    PLAIN = ""
    BOLD = "b"
    ITALIC = "i"
    CODE = "code"
    QUOTE = "blockquote"


@dataclass(frozen=True, slots=True)
class Run:
    """Text of one style."""

    text: str
    mark: Mark = Mark.PLAIN


@dataclass(frozen=True, slots=True)
class Block:
    """What belongs together in one message.

    Attributes:
        head: stands above the body.
        body: may be cut when it is too long for one message.
        tail: stands below the body.
        again: stands above every part of the body but the first.
    """

    head: tuple[Run, ...] = ()
    body: Run | None = None
    tail: tuple[Run, ...] = ()
    again: tuple[Run, ...] = ()

    @property
    def runs(self) -> tuple[Run, ...]:
        """All of it, in order."""
        return (*self.head, *([] if self.body is None else [self.body]), *self.tail)


def units(text: str) -> int:
    """Return the length in UTF-16 code units, as Telegram counts."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def clean(text: str) -> str:
    """Return the text with what no message can carry shown as U+FFFD."""
    return _CONTROL.sub("\ufffd", text.replace("\r\n", "\n"))


def plain(runs: Iterable[Run]) -> str:
    """Return what is read: the text without its marks."""
    return "".join(run.text for run in runs)


def to_html(runs: Iterable[Run]) -> str:
    """Return the text in Telegram's HTML."""
    return "".join(map(_tagged, runs))


def _tagged(run: Run) -> str:
    text = html.escape(run.text, quote=False)
    if run.mark is Mark.PLAIN or not run.text:
        return text
    folded = run.mark is Mark.QUOTE and units(run.text) > EXPANDABLE_UNITS
    return f"<{run.mark}{' expandable' if folded else ''}>{text}</{run.mark}>"


def split(text: str, limit: int, first: int | None = None) -> Iterator[str]:
    """Cut a text at its best borders; the parts, joined, are the text.

    Args:
        text: any text.
        limit: UTF-16 units in a part, at least 2.
        first: UTF-16 units in the first part, where that is less.
    """
    room = limit if first is None else first
    while units(text) > room:
        end = _cut(text, room)
        yield text[:end]
        text, room = text[end:], limit
    yield text


def _cut(text: str, room: int) -> int:
    """Return how many code points go into `room` units, back to the best border near by."""
    end = min(len(text), room)
    while units(text[:end]) > room:
        end -= max(1, (units(text[:end]) - room) // 2)
    for border in _BORDERS:
        found = [match.end() for match in border.finditer(text, end // 2, end)]
        if found:
            return found[-1]
    return end


def pack(blocks: Iterable[Block], limit: int = MAX_UNITS) -> tuple[tuple[Run, ...], ...]:
    """Lay blocks into as few messages as keep each block whole, where it fits.

    Args:
        blocks: in their order; a blank line is put between two in one message.
        limit: UTF-16 units in a message.

    Returns:
        Messages of runs, none empty and none over the limit.
    """
    messages: list[list[Run]] = [[]]
    for block in blocks:
        gap = [Run("\n\n")] if messages[-1] else []
        if _fits([*messages[-1], *gap, *block.runs], limit):
            messages[-1] += [*gap, *block.runs]
        elif _fits(block.runs, limit):
            messages.append(list(block.runs))
        else:
            messages += _cut_block(block, limit)
    return tuple(
        tuple(part)
        for message in messages
        for part in _within(message, limit)
        if plain(part).strip()
    )


def _fits(runs: Iterable[Run], limit: int) -> bool:
    return units(plain(runs)) <= limit


def _cut_block(block: Block, limit: int) -> list[list[Run]]:
    head, again = units(plain(block.head)), units(plain(block.again))
    if block.body is None or max(head, again) > limit // 2:
        return [list(block.runs)]
    parts = split(block.body.text, limit - again, limit - head)
    messages = [
        [*(block.again if number else block.head), Run(part, block.body.mark)]
        for number, part in enumerate(parts)
    ]
    if _fits([*messages[-1], *block.tail], limit):
        messages[-1] += block.tail
    else:
        messages.append(list(block.tail))
    return messages


def _within(message: Sequence[Run], limit: int) -> Iterator[list[Run]]:
    """Cut a message whose fixed parts alone are too long, run by run."""
    if _fits(message, limit):
        yield list(message)
        return
    part: list[Run] = []
    for run in message:
        left = limit - units(plain(part))
        for number, text in enumerate(split(run.text, limit, max(left, 2))):
            if number or left < 2:
                yield part
                part = []
            part.append(Run(text, run.mark))
    yield part

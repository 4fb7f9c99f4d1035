"""How text looks where it goes: colours and wrapping on a terminal, neither in a pipe.

Written by hand and not with rich: rich re-flows and highlights what it prints, and the quoted words
must come out as they went in; it also takes longer to import than an answer takes to find.
"""

from __future__ import annotations

import os
import re
import shutil
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TextIO

__all__ = ["PLAIN", "Style", "style_for"]

_MAX_WIDTH = 92
"""Longer lines are hard to read, however wide the terminal is."""
_MIN_WIDTH = 24

_BULLET = re.compile(r"\s*(?:[•‣▪◦·*–—-]|\(?\d{1,3}[.):]|\(?[a-zåäö][.)])\s+")
_OTHER_BREAK = re.compile(r"[\x0b\x0c\r\x1c-\x1f\x85\u2028\u2029]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff]")
_TABLE = re.compile(r"\||\t|\S {3,}\S")


@dataclass(frozen=True, slots=True)
class Style:
    """Dresses text.

    Attributes:
        colour: whether escape sequences may be used.
        width: characters a line, or None for no wrapping.
    """

    colour: bool = False
    width: int | None = None

    def bold(self, text: str) -> str:
        """For what the eye should find first."""
        return self._sgr("1", text)

    def faint(self, text: str) -> str:
        """For what is there when one looks for it."""
        return self._sgr("2", text)

    def alert(self, text: str) -> str:
        """For what must not be missed."""
        return self._sgr("33", text)

    def good(self, text: str) -> str:
        """For the municipality's answers."""
        return self._sgr("32", text)

    def told(self, text: str) -> str:
        """For what the municipality says besides."""
        return self._sgr("36", text)

    def _sgr(self, code: str, text: str) -> str:
        if not self.colour or not text:
            return text
        return "\n".join(f"\x1b[{code}m{line}\x1b[0m" if line else "" for line in text.split("\n"))

    def fold(self, text: str, indent: str = "", hanging: str | None = None) -> str:
        """Wrap at white space only, each line for itself; lists and tables keep their lines.

        Nothing but white space differs between what goes in and what comes out, apart from
        control characters, which could steer a terminal and are shown as U+FFFD.

        Args:
            text: any text.
            indent: white space before every line.
            hanging: what stands before the second and later lines of a wrapped line; None for
                `indent`, deepened under a bullet.
        """
        return "\n".join(
            part for line in text.split("\n") for part in self._fold_line(line, indent, hanging)
        )

    def _fold_line(self, line: str, indent: str, hanging: str | None) -> list[str]:
        line = _CONTROL.sub("\ufffd", _OTHER_BREAK.sub(" ", line)).rstrip()
        if not line:
            return [""]
        if self.width is None or _TABLE.search(line) or len(indent) + len(line) <= self.width:
            return [indent + line]
        bullet = _BULLET.match(line)
        deeper = " " * len(bullet.group()) if bullet else ""
        return textwrap.wrap(
            line,
            max(self.width, len(indent) + _MIN_WIDTH),
            initial_indent=indent,
            subsequent_indent=indent + deeper if hanging is None else hanging,
            break_long_words=False,
            break_on_hyphens=False,
        )


PLAIN = Style()
"""No colours, no wrapping: what goes into a pipe or a file."""


def style_for(stream: TextIO, environ: Mapping[str, str] | None = None) -> Style:
    """Return how to write to a stream; NO_COLOR and TERM=dumb are heeded."""
    env = os.environ if environ is None else environ
    if not stream.isatty():
        return PLAIN
    columns = shutil.get_terminal_size((80, 24)).columns
    colour = not env.get("NO_COLOR") and env.get("TERM") != "dumb"
    return Style(colour, max(_MIN_WIDTH, min(columns, _MAX_WIDTH)))

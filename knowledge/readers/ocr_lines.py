"""What OCR gets wrong in a known way, put right: bullets, and the sign for a paragraph.

Pure. Anything less certain stays as it was recognised, for the registrar to compare.
"""

from __future__ import annotations

import re
from dataclasses import replace

from knowledge.readers.pdf_lines import PrintedLine

__all__ = ["mended"]

_BULLETS = frozenset("eoO«»*+°¢©®·•.-~=")
_SECTION = re.compile(r"\$(?= ?\d)")


def mended(line: PrintedLine) -> PrintedLine:
    """Return a recognised line as it was printed.

    A lone sign that stands apart before a line is a bullet. "$" before a figure is "§": Swedish
    puts the name of a currency after the figure.
    """
    first = line.cells[0] if line.cells else None
    if first is not None and len(line.cells) > 1 and first.text in _BULLETS:
        rest = line.text.lstrip().removeprefix(first.text).lstrip()
        second = line.cells[1]
        joined = second._replace(text=f"• {second.text}", left=first.left)
        line = replace(line, text=f"• {rest}", cells=(joined, *line.cells[2:]))
    text = _SECTION.sub("§", line.text)
    cells = tuple(cell._replace(text=_SECTION.sub("§", cell.text)) for cell in line.cells)
    return replace(line, text=text, cells=cells)

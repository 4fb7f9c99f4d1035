"""An address that a letterhead prints in the left margin, beside the text of the page.

Pure geometry but for the words by which an address is known. Headings may stand in a margin, too:
these stay where they are.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from knowledge.readers.pdf_lines import PrintedLine

__all__ = ["without_address"]

_ADDRESS = re.compile(
    r"(?:postadress|besöksadress|telefon|växel|e-?post|hemsida|webb\w*|organisationsn\w+|org\.?\s?nr"
    r"|bankgiro|postgiro|fax)\b|\S+@\S+\.\w|www\.|(?:\D*\s)?\d{3}\s\d{2}\s+[A-ZÅÄÖ]",
    re.IGNORECASE,
)
_PROSE_CHARS = 50
_MIN_ADDRESS_LINES = 3
_MIN_MARGIN_PT = 50.0
_ALIGNED_PT = 4.0


def without_address(lines: Sequence[PrintedLine]) -> tuple[list[PrintedLine], list[str]]:
    """Take an address out of the lines that it stands beside.

    Args:
        lines: of a page.

    Returns:
        The lines without it, and its own, from top to bottom; none unless the text keeps clear of
        the margin.
    """
    prose = [cell for line in lines for cell in line.cells if len(cell.text) >= _PROSE_CHARS]
    if not prose:
        return list(lines), []
    start, _ = Counter(round(cell.left) for cell in prose).most_common(1)[0]
    border = start - _ALIGNED_PT
    beside = [
        at
        for at, line in enumerate(lines)
        if line.cells
        and line.cells[0].right < border
        and start - line.cells[0].left > _MIN_MARGIN_PT
    ]
    known = [at for at in beside if _ADDRESS.match(lines[at].cells[0].text)]
    if len(known) < _MIN_ADDRESS_LINES:
        return list(lines), []
    kept: list[PrintedLine] = []
    address: list[str] = []
    for at, line in enumerate(lines):
        if at not in beside or at < known[0]:
            kept.append(line)
            continue
        own = tuple(cell for cell in line.cells if cell.right < border)
        rest = line.cells[len(own) :]
        address.append(" ".join(cell.text for cell in own))
        if rest:
            text = " ".join(cell.text for cell in rest)
            kept.append(
                replace(line, text=text, left=rest[0].left, right=rest[-1].right, cells=rest)
            )
    return kept, address

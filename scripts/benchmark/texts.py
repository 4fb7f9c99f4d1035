"""The passages of a record as every system gets them: one JSON line a passage, row after row.

Light on purpose: a worker reads this before the library that it measures.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Text", "read_texts", "write_texts"]


@dataclass(frozen=True, slots=True)
class Text:
    """One passage that can be found.

    Attributes:
        id: the passage's id in its record (`reply#passage`).
        context: its title and question, a line each; may be empty.
        body: the passage as quoted.
    """

    id: str
    context: str
    body: str

    @property
    def whole(self) -> str:
        """Context and body: what a system with one field indexes."""
        return f"{self.context}\n{self.body}" if self.context else self.body


def write_texts(path: Path, texts: Iterable[Text]) -> int:
    """Write the texts and return how many there are."""
    count = 0
    with path.open("w", encoding="utf-8") as file:
        for text in texts:
            line = json.dumps([text.id, text.context, text.body], ensure_ascii=False)
            file.write(f"{line}\n")
            count += 1
    return count


def read_texts(path: Path) -> Iterator[Text]:
    """Yield what `write_texts` wrote."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield Text(*json.loads(line))

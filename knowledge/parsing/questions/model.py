"""What the pieces of a reply become once its questions are known."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from knowledge.model import Span

__all__ = ["Role", "Target", "Unit"]


class Role(Enum):
    """What a unit becomes."""

    BODY = auto()
    QUESTION = auto()
    REPEATED = auto()
    """A question that is given again further down, with its answer."""
    INTERPELLATION = auto()
    LEFT_OUT = auto()


@dataclass(frozen=True, slots=True)
class Target:
    """The question that a unit answers.

    Attributes:
        order: from 1, in the order in which questions are answered; tells unnumbered ones apart.
        numbers: all numbers of an answer to several questions; `number` is the first.
    """

    order: int
    number: int | None
    question: Span | None
    numbers: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Unit:
    """A part of a piece with its role; `target` is None outside the answers.

    Attributes:
        bullets: whether it is a list with bullets.
        opens: whether it starts a block.
        number: the number of a question.
    """

    start: int
    end: int
    page: int | None
    role: Role
    target: Target | None = None
    bullets: bool = False
    opens: bool = True
    number: int | None = None

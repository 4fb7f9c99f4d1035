"""What a perfect import gives: the documents of a folder, each with its NAME.EXT.yaml."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from knowledge.model import PassageKind, Person
from knowledge.parsing.refusal import LooksLike

__all__ = ["Expected", "Paragraph", "WantedReply", "load_folder"]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph of running text.

    Attributes:
        text: its words, white space collapsed, without bullets and end-of-line hyphens.
        number: of the question that an answer answers; None when the document does not say.
        question: that question in the document's words.
    """

    kind: PassageKind
    text: str
    number: int | None = None
    question: str | None = None


@dataclass(frozen=True, slots=True)
class WantedReply:
    """One reply that the document holds; what it does not give is None or empty."""

    title: str | None
    municipality: str | None
    interpellants: tuple[Person, ...]
    respondents: tuple[Person, ...]
    answered_on: date | None
    dnr: str | None
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True, slots=True)
class Expected:
    """A document and what it holds.

    Attributes:
        layout: the class of layout, a short English name.
        refused: what the document is instead of a reply, or None.
    """

    path: Path
    layout: str
    refused: LooksLike | None
    replies: tuple[WantedReply, ...]


def load_folder(folder: Path) -> Iterator[Expected]:
    """Yield every document of a folder that has an expected file, sorted by name.

    Raises:
        KeyError, ValueError: an expected file lacks a field or holds a wrong value.
    """
    for path in sorted(folder.glob("*.yaml")):
        content = yaml.safe_load(path.read_text("utf-8"))
        refused = content["refused"]
        yield Expected(
            path=path.with_suffix(""),
            layout=content["layout"],
            refused=None if refused is None else LooksLike(refused),
            replies=tuple(map(_reply, content["replies"])),
        )


def _reply(content: Mapping[str, Any]) -> WantedReply:
    return WantedReply(
        title=content["title"],
        municipality=content["municipality"],
        interpellants=tuple(map(_person, content["interpellants"])),
        respondents=tuple(map(_person, content["respondents"])),
        answered_on=content["answered_on"],
        dnr=content["dnr"],
        paragraphs=tuple(map(_paragraph, content["passages"])),
    )


def _person(content: Mapping[str, Any]) -> Person:
    return Person(content["name"], content.get("party"), content.get("role"))


def _paragraph(content: Mapping[str, Any]) -> Paragraph:
    return Paragraph(
        PassageKind(content["kind"]),
        content["text"],
        content.get("number"),
        content.get("question"),
    )

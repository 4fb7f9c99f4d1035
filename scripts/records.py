"""Records in memory for fitting and measuring: replies put together from texts, and their index."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.administration import Administration
from bot.settings import load
from index.build import build_version
from index.calibration import calibration_for
from index.confidence import Calibration
from index.encoders import EMBEDDED, load_encoder
from index.glossary import EMBEDDED_GLOSSARY, load_glossary
from index.manifest import read_manifest
from index.open_version import OpenVersion, open_version
from index.ports import Encoder
from index.recipe import Recipe
from index.threads import one_blas_thread
from knowledge.model import Passage, PassageKind, Reply, Span, Status
from knowledge.store import YamlStore

__all__ = [
    "AskedOf",
    "Part",
    "Point",
    "labelled_examples",
    "read_pages",
    "read_sayings",
    "read_written",
    "reply_of",
    "version_of",
]

LABELLED = Path(__file__).parent.parent / "tests" / "data" / "questions.jsonl"
"""Questions to the example record (tests/data/questions.md)."""


@dataclass(frozen=True, slots=True)
class Part:
    """One passage of a reply to be put together.

    Attributes:
        question: the interpellant's question, for an answer.
    """

    kind: PassageKind
    text: str
    number: int | None = None
    question: str | None = None


@dataclass(frozen=True, slots=True)
class AskedOf:
    """A question to a record.

    Attributes:
        expected: ids of the passages that answer it; empty when none does.
        manner: how it is asked, or why nothing answers it.
    """

    question: str
    expected: frozenset[str]
    manner: str


def reply_of(id: str, title: str, parts: Sequence[Part]) -> Reply:
    """Put a published reply together; part i becomes the passage `p<i>`, counted from 1."""
    text, passages = "", []
    for number, part in enumerate(parts, 1):
        asked = None
        if part.question:
            asked = Span(len(text), len(text) + len(part.question))
            text += part.question + "\n\n"
        span = Span(len(text), len(text) + len(part.text))
        text += part.text + "\n\n"
        passages.append(Passage(f"p{number}", part.kind, span, part.number, question=asked))
    return Reply(id, Status.PUBLISHED, text, tuple(passages), title=title or None)


def read_written(path: Path) -> tuple[list[Reply], list[AskedOf]]:
    """Read replies written for this project, with what is asked of them.

    Args:
        path: JSON Lines, one reply a line (scripts/training/README.md).

    Returns:
        The replies, and the questions that they answer or do not answer.
    """
    replies: list[Reply] = []
    asked: list[AskedOf] = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        record = json.loads(line)
        questions = record["questions"]
        parts = [
            Part(
                PassageKind(one["kind"]),
                one["text"],
                one["number"],
                questions[one["number"] - 1] if one["number"] else None,
            )
            for one in record["passages"]
        ]
        id = f"{path.stem}-{number:04d}"
        replies.append(reply_of(id, record["title"], parts))
        for one in record["asked"]:
            right = [one["passage"], *one.get("also", [])]
            expected = frozenset(f"{id}#p{place + 1}" for place in right)
            asked.append(AskedOf(one["question"], expected, one["manner"]))
        asked += [AskedOf(one["question"], frozenset(), one["why"]) for one in record["unanswered"]]
    return replies, asked


@dataclass(frozen=True, slots=True)
class Point:
    """An official sentence and how people ask for it.

    Attributes:
        matter: what it is about, shared by its neighbours; may be empty.
        said: questions that it answers.
    """

    matter: str
    official: str
    said: tuple[str, ...]


def read_sayings(path: Path) -> list[tuple[Point, ...]]:
    """Read official sentences with how people ask for them; neighbours of one matter together.

    Args:
        path: JSON Lines, one matter a line (scripts/training/README.md).
    """
    return [
        tuple(
            Point(record["matter"], one["official"], tuple(one["said"])) for one in record["points"]
        )
        for record in map(json.loads, path.read_text("utf-8").splitlines())
    ]


def read_pages(path: Path) -> tuple[list[Reply], list[AskedOf]]:
    """Read pages of questions and answers: a page becomes a reply of statements without title.

    Args:
        path: JSON Lines, of the form that `read_sayings` reads.
    """
    replies: list[Reply] = []
    asked: list[AskedOf] = []
    for number, points in enumerate(read_sayings(path), 1):
        id = f"{path.stem}-{number:04d}"
        parts = [Part(PassageKind.STATEMENT, point.official) for point in points]
        replies.append(reply_of(id, "", parts))
        for place, point in enumerate(points, 1):
            expected = frozenset({f"{id}#p{place}"})
            asked += [AskedOf(said, expected, "page") for said in point.said]
    return replies, asked


def labelled_examples(half: str) -> tuple[list[Reply], list[AskedOf], list[AskedOf]]:
    """Return the example record, and the labelled questions of one half and of the other."""
    with TemporaryDirectory(prefix="kommunsvar-") as home:
        # Without the calibration in use, which may be of an earlier form when a new one is fitted.
        Administration(
            load(Path(home), None), lambda: load_encoder(EMBEDDED), lambda _: Calibration.none()
        ).load_examples()
        replies, _ = YamlStore(Path(home)).load_all()
    halves: tuple[list[AskedOf], list[AskedOf]] = ([], [])
    for line in LABELLED.read_text("utf-8").splitlines():
        label = json.loads(line)
        if any(map(str.isalnum, label["question"])):
            asked = AskedOf(label["question"], frozenset(label["expected"]), label["manner"])
            halves[label["half"] != half].append(asked)
    return list(replies), *halves


@contextmanager
def version_of(
    replies: Sequence[Reply], encoder: Encoder | None = None, calibration: Calibration | None = None
) -> Iterator[OpenVersion]:
    """Build an index version of replies in a temporary folder and open it."""
    one_blas_thread()
    encoder = encoder or load_encoder(EMBEDDED)
    with TemporaryDirectory(prefix="kommunsvar-") as folder:
        directory = Path(folder) / "000001"
        directory.mkdir()
        recipe = Recipe(
            encoder,
            calibration or calibration_for(encoder),
            load_glossary(EMBEDDED_GLOSSARY),
            program="0",
        )
        build_version(directory, replies, recipe)
        yield open_version(directory, read_manifest(directory, check_files=False))

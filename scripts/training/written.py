"""What was written for this project, as training pairs: replies, sayings and the glossary.

Unlike the corpus, these texts are ours and lie in the repository (README.md beside this file):
made-up replies with what residents ask of them, and official sentences with how people ask for
them. They are few among many pairs and the only ones in the language that is asked in, so each is
seen often.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from scripts.records import read_sayings, read_written
from scripts.training.pairs import Pair, PairKind

__all__ = ["Numbers", "glossary_pairs", "reply_pairs", "saying_pairs", "written_texts"]


@dataclass(slots=True)
class Numbers:
    """The next free numbers of passages and documents."""

    passage: int
    document: int

    @classmethod
    def after(cls, pairs: Sequence[Pair]) -> Numbers:
        """Return the numbers above those of some pairs."""
        return cls(
            max((pair.passage_id for pair in pairs), default=-1) + 1,
            max((pair.document_id for pair in pairs), default=-1) + 1,
        )


def reply_pairs(path: Path, numbers: Numbers, *, times: int) -> Iterator[Pair]:
    """Yield pairs of written replies: question, interpellant's question and title → passage.

    Args:
        path: replies with what is asked of them.
        numbers: is moved on.
        times: how often a resident's question is seen in an epoch; the others a quarter of it.
    """
    replies, asked = read_written(path)
    rare = max(1, times // 4)
    texts: dict[str, tuple[str, int, int]] = {}
    for reply in replies:
        for passage in reply.passages:
            text = passage.span.of(reply.text)
            texts[f"{reply.id}#{passage.id}"] = (text, numbers.passage, numbers.document)
            place = (text, numbers.passage, numbers.document)
            if passage.question is not None:
                question = passage.question.of(reply.text)
                yield Pair(question, *place, PairKind.HEADING, rare)
            if reply.title:
                yield Pair(reply.title, *place, PairKind.TITLE, rare)
            numbers.passage += 1
        numbers.document += 1
    for one in asked:
        for id in sorted(one.expected):
            yield Pair(one.question, *texts[id], PairKind.RESIDENT, times)


def saying_pairs(path: Path, numbers: Numbers, *, times: int) -> Iterator[Pair]:
    """Yield pairs of sayings: a way of asking → the official sentence.

    Args:
        path: official sentences with how people ask for them.
        numbers: is moved on.
        times: how often each is seen in an epoch.
    """
    for points in read_sayings(path):
        for point in points:
            for said in point.said:
                yield Pair(
                    said,
                    point.official,
                    numbers.passage,
                    numbers.document,
                    PairKind.RESIDENT,
                    times,
                )
            numbers.passage += 1
        numbers.document += 1


def glossary_pairs(path: Path, numbers: Numbers, *, times: int) -> Iterator[Pair]:
    """Yield pairs of the glossary: an everyday word → the official ones that it means.

    Args:
        path: the glossary that comes with the program.
        numbers: is moved on.
        times: how often each is seen in an epoch.
    """
    for entry in yaml.safe_load(path.read_text("utf-8")):
        for said in entry["say"]:
            official = " ".join(entry["means"])
            yield Pair(said, official, numbers.passage, numbers.document, PairKind.SYNONYM, times)
        numbers.passage += 1
        numbers.document += 1


def written_texts(replies: Path, sayings: Path) -> Iterator[str]:
    """Yield all that was written as texts, to count pieces and co-occurrence on."""
    for reply in read_written(replies)[0]:
        yield f"{reply.title}\n{reply.text}"
    for asked in read_written(replies)[1]:
        yield asked.question
    for points in read_sayings(sayings):
        for point in points:
            yield from (point.matter, point.official, *point.said)

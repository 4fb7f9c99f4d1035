"""What the ranking and the confidence are fitted on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from knowledge.model import Reply
from scripts.measuring.tasks import Task, interpellations_task, swefaq_task
from scripts.records import AskedOf, read_pages, read_sayings, read_written

__all__ = ["Record", "cohort_texts", "others", "written_records"]

WRITTEN = Path(__file__).parent.parent / "training"

SMALL_RECORDS = (10, 25)
"""Sizes, in replies, of the small records in which questions are asked too."""

SWEFAQ_WEIGHT = 15.0
INTERPELLATION_WEIGHT = 0.5
"""So that each set has about the say of half the written questions."""

COHORT_SIZE = 800
"""About so many passages outside the record; ten times as many tell hardly more."""


@dataclass(frozen=True, slots=True)
class Record:
    """A record with questions to it.

    Attributes:
        small: sizes of small records, in replies, in which they are asked too.
        weight: what each question counts when the ranking is fitted.
    """

    replies: Sequence[Reply]
    asked: Sequence[AskedOf]
    small: Sequence[int] = ()
    weight: float = 1.0


def written_records(replies: Sequence[Reply], tune: Sequence[AskedOf]) -> list[Record]:
    """Return the records to fit on, each also asked what people write besides and none answers.

    Args:
        replies: of the example record.
        tune: questions to them.
    """
    idle = off_topic(WRITTEN / "calibration_offtopic.txt")
    made_up = read_written(WRITTEN / "calibration.jsonl")
    pages = read_pages(WRITTEN / "calibration_pages.jsonl")
    return [
        Record(made_up[0], [*made_up[1], *idle], small=SMALL_RECORDS),
        Record(pages[0], [*pages[1], *idle], small=SMALL_RECORDS),
        Record(replies, [*tune, *idle]),
    ]


def off_topic(path: Path) -> list[AskedOf]:
    """Read what people also write to a bot, a line each, and no record answers."""
    lines = path.read_text("utf-8").splitlines()
    return [AskedOf(line, frozenset(), "off-topic") for line in lines if line.strip()]


def others(swefaq: Path | None, interpellations: Path | None) -> Iterator[Record]:
    """Yield the sets made by others: formal questions, which residents' must not crowd out."""
    if swefaq is not None:
        yield _record_of(swefaq_task(swefaq), SWEFAQ_WEIGHT)
    if interpellations is not None:
        for with_titles in (False, True):
            task = interpellations_task(interpellations, with_titles=with_titles)
            yield _record_of(task, INTERPELLATION_WEIGHT)


def _record_of(task: Task, weight: float) -> Record:
    asked = [
        AskedOf(one.labelled.question, frozenset(one.labelled.expected), "formal")
        for one in task.questions
    ]
    return Record(task.replies, asked, weight=weight)


def cohort_texts() -> list[str]:
    """Return passages and official sentences that the encoder was trained on, evenly chosen."""
    replies, _ = read_written(WRITTEN / "replies.jsonl")
    texts = [one.span.of(reply.text) for reply in replies for one in reply.passages]
    texts += [
        point.official for points in read_sayings(WRITTEN / "sayings.jsonl") for point in points
    ]
    return texts[:: max(1, len(texts) // COHORT_SIZE)]

"""Documents judged, and what they come to: per layout and in total."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from knowledge.draft import Draft
from knowledge.model import PassageKind
from scripts.measuring_import.expected import Expected, WantedReply
from scripts.measuring_import.fields import FieldOutcome, Verdict, judge_fields
from scripts.measuring_import.passages import (
    Lies,
    ParagraphOutcome,
    judge_paragraphs,
    letters,
    share_found,
)
from scripts.measuring_import.reading import Reading

__all__ = ["Judged", "Tally", "judge", "tallied"]

_MIN_SHARE = 0.3
"""A draft that holds less of a reply is not that reply."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One document judged.

    Attributes:
        fields: for each reply, its fields.
        paragraphs: for each reply, its paragraphs.
        lost_replies: how many replies were not found.
        invented_replies: how many were found that the document does not hold.
        refused_rightly: for a document without a reply, whether it was refused and said to look
            like the right thing; None for others.
        unreadable: why its format could not be read, or empty.
    """

    expected: Expected
    reading: Reading
    fields: tuple[tuple[FieldOutcome, ...], ...] = ()
    paragraphs: tuple[tuple[ParagraphOutcome, ...], ...] = ()
    lost_replies: int = 0
    invented_replies: int = 0
    refused_rightly: bool | None = None
    unreadable: str = ""


def judge(expected: Expected, reading: Reading) -> Judged:
    """Judge what was found in one document."""
    if not reading.readable and not reading.drafts:
        return Judged(expected, reading, unreadable=reading.reason)
    if expected.refused is not None:
        right = not reading.drafts and reading.refused is expected.refused
        return Judged(
            expected, reading, invented_replies=len(reading.drafts), refused_rightly=right
        )
    pairs = _paired(expected.replies, reading.drafts)
    refused = not reading.drafts
    return Judged(
        expected,
        reading,
        fields=tuple(tuple(judge_fields(want, draft, refused)) for want, draft in pairs),
        paragraphs=tuple(_paragraphs(want, draft, reading.drafts) for want, draft in pairs),
        lost_replies=sum(draft is None for _, draft in pairs),
        invented_replies=len(reading.drafts) - sum(draft is not None for _, draft in pairs),
    )


def _paragraphs(
    want: WantedReply, draft: Draft | None, drafts: Sequence[Draft]
) -> tuple[ParagraphOutcome, ...]:
    """Judge the paragraphs of a reply; those of a lost one may be unsafe in another's draft."""
    outcomes = tuple(judge_paragraphs(want, draft))
    if draft is not None:
        return outcomes
    elsewhere = [[one.unsafe for one in judge_paragraphs(want, other)] for other in drafts]
    return tuple(
        replace(one, unsafe=next((unsafe[at] for unsafe in elsewhere if unsafe[at]), ""))
        for at, one in enumerate(outcomes)
    )


def _paired(
    wanted: Sequence[WantedReply], drafts: Sequence[Draft]
) -> list[tuple[WantedReply, Draft | None]]:
    """Give each reply the draft that holds the most of it, each draft once."""
    scores = sorted(
        (
            (share_found(want, draft) + _same_title(want, draft), -i, -j)
            for i, want in enumerate(wanted)
            for j, draft in enumerate(drafts)
        ),
        reverse=True,
    )
    chosen: dict[int, int] = {}
    for score, i, j in scores:
        if score >= _MIN_SHARE and -i not in chosen and -j not in chosen.values():
            chosen[-i] = -j
    return [(want, drafts[chosen[i]] if i in chosen else None) for i, want in enumerate(wanted)]


def _same_title(want: WantedReply, draft: Draft) -> float:
    return float(letters(want.title or "") == letters(draft.title or ""))


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts over documents.

    Attributes:
        fields: fields by what became of them.
        paragraphs: how many counted; formalities that were left out do not.
        lies: paragraphs by kind and where they lie.
        answers: answers of the right kind; their question must be right too.
        unsafe: paragraphs whose interpellant's words lie in an official passage.
        refusals: documents without a reply, and how many were refused rightly.
    """

    documents: int
    unreadable: int
    replies: int
    lost_replies: int
    invented_replies: int
    fields: Counter[Verdict]
    paragraphs: int
    right_kinds: int
    lost: int
    official_as_background: int
    answers: int
    right_questions: int
    unsafe: int
    refusals: int
    right_refusals: int
    faults: int

    @property
    def fields_never_wrong(self) -> float:
        """Share of fields that are right or missing."""
        return _share(self._all_fields - self.fields[Verdict.WRONG], self._all_fields)

    @property
    def fields_right(self) -> float:
        """Share of fields that are right."""
        return _share(self.fields[Verdict.RIGHT], self._all_fields)

    @property
    def kinds_right(self) -> float:
        """Share of paragraphs of the right kind."""
        return _share(self.right_kinds, self.paragraphs)

    @property
    def questions_right(self) -> float:
        """Share of answers that are answers, and to the right question."""
        return _share(self.right_questions, self.answers)

    @property
    def lost_share(self) -> float:
        """Share of paragraphs in no passage or not in the text."""
        return _share(self.lost, self.paragraphs)

    @property
    def _all_fields(self) -> int:
        return sum(self.fields.values())


def tallied(judged: Iterable[Judged]) -> Tally:
    """Count what became of several documents; unreadable ones count as such alone."""
    documents = list(judged)
    read = [one for one in documents if not one.unreadable]
    fields = Counter(f.verdict for one in read for reply in one.fields for f in reply)
    outcomes = [p for one in read for reply in one.paragraphs for p in reply if not p.formal]
    answers = [p for p in outcomes if p.wanted.kind is PassageKind.ANSWER]
    refusals = [one for one in read if one.refused_rightly is not None]
    return Tally(
        documents=len(documents),
        unreadable=len(documents) - len(read),
        replies=sum(len(one.expected.replies) for one in read),
        lost_replies=sum(one.lost_replies for one in read),
        invented_replies=sum(one.invented_replies for one in read),
        fields=fields,
        paragraphs=len(outcomes),
        right_kinds=sum(p.right for p in outcomes),
        lost=sum(p.lies in (Lies.OUTSIDE, Lies.ABSENT) for p in outcomes),
        official_as_background=sum(
            p.lies is Lies.BACKGROUND and p.wanted.kind is not PassageKind.BACKGROUND
            for p in outcomes
        ),
        answers=len(answers),
        right_questions=sum(bool(p.right_question) for p in answers),
        unsafe=sum(bool(p.unsafe) for p in outcomes),
        refusals=len(refusals),
        right_refusals=sum(bool(one.refused_rightly) for one in refusals),
        faults=sum(len(one.reading.faults) for one in read),
    )


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 1.0

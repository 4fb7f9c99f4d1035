"""Whether a document is a corrected one of a stored reply, and what becomes of that reply.

Two things decide: what both say that they are (the registry number, or title, interpellants and
day), and how many of their words they share. Pure.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import count, islice, pairwise

from knowledge.matters import same_dnr, same_title
from knowledge.model import Event, Passage, PassageKind, Person, Reply, Revision, Status
from knowledge.quote import quote

__all__ = [
    "Kinship",
    "Relative",
    "archive_number",
    "differences",
    "kept_ids",
    "likeness",
    "relative_of",
    "revised",
]

MOSTLY = 0.6
"""A corrected document shares at least this much with the one before."""
_SAME_PASSAGE = 0.5
"""A passage that shares less with another is not that passage, changed."""
_TITLE_AND_DAY = "rubrik och datum"
_NAMES = ("title", "interpellants", "respondents", "answered_on", "dnr")
_NEAR = 40
_WORD = re.compile(r"\w+")


class Kinship(StrEnum):
    """What a new reply is to a stored one."""

    SAME_WORDS = "same words"
    """The same reply in the same words, out of another file."""
    CORRECTION = "correction"
    """The same reply in mostly the same words."""
    DOUBTFUL = "doubtful"
    """It names itself as the stored one does, in other words."""


@dataclass(frozen=True, slots=True)
class Relative:
    """A stored reply that a new one may be a correction of.

    Attributes:
        reply: the stored one.
        kinship: what the new one is to it.
        evidence: what both have in common, in Swedish.
        likeness: how much of their words they share, 0 to 1.
    """

    reply: Reply
    kinship: Kinship
    evidence: str
    likeness: float


def likeness(one: str, other: str) -> float:
    """Return how much of their pairs of words two texts share, 0 to 1 (Dice's coefficient)."""
    first, second = _pairs(one), _pairs(other)
    total = first.total() + second.total()
    return 2 * (first & second).total() / total if total else 1.0


def _pairs(text: str) -> Counter[tuple[str, str]]:
    # Between two ends, so that a text of one word has pairs too.
    words = ["", *_WORD.findall(quote(text).casefold()), ""]
    return Counter(pairwise(words))


def relative_of(new: Reply, stored: Iterable[Reply]) -> Relative | None:
    """Return the stored reply that a new one is most likely a correction of, or None."""
    found: list[Relative] = []
    for old in stored:
        if old.id in new.replaces or (evidence := _evidence(new, old)) is None:
            continue
        alike = likeness(new.text, old.text)
        kinship = _kinship(new, old, alike)
        if evidence == _TITLE_AND_DAY and _contradict(new, old):
            # Two interpellations on one matter and day: one reply only if the words say so.
            if kinship is Kinship.DOUBTFUL:
                continue
            kinship = Kinship.DOUBTFUL
        found.append(Relative(old, kinship, evidence, alike))
    return max(found, key=lambda one: (one.likeness, one.reply.id), default=None)


def _evidence(new: Reply, old: Reply) -> str | None:
    """Return in Swedish what two replies have in common that two rarely have."""
    if new.municipality and old.municipality and new.municipality != old.municipality:
        return None  # each municipality counts its own
    if same_dnr(new, old):
        return f"diarienummer, {old.dnr}"
    if not same_title(new, old) or not new.answered_on or new.answered_on != old.answered_on:
        return None
    asked = _names(new.interpellants)
    same = asked and asked == _names(old.interpellants)
    return "rubrik, interpellant och datum" if same else _TITLE_AND_DAY


def _contradict(new: Reply, old: Reply) -> bool:
    """Tell whether two replies name others as those who asked; naming none says nothing."""
    return bool(new.interpellants and old.interpellants) and (
        _names(new.interpellants) != _names(old.interpellants)
    )


def _names(people: Iterable[Person]) -> frozenset[str]:
    return frozenset(" ".join(person.name.casefold().split()) for person in people)


def _kinship(new: Reply, old: Reply, alike: float) -> Kinship:
    if alike < MOSTLY:
        return Kinship.DOUBTFUL
    if _said(new.text) != _said(old.text):
        return Kinship.CORRECTION
    # What the new document does not give is no correction of what the record has.
    told = all(value in (None, (), had) for value, had in _fields(new, old))
    return Kinship.SAME_WORDS if told else Kinship.CORRECTION


def _said(text: str) -> str:
    return " ".join(quote(text).split())


def _fields(new: Reply, old: Reply) -> Iterator[tuple[object, object]]:
    """Yield each field that a document gives, as the new reply and the old one have it."""
    for name in _NAMES:
        yield getattr(new, name), getattr(old, name)


def revised(
    new: Reply, old: Reply, *, event: Event, status: Status, used: Collection[str] = ()
) -> Reply:
    """Return the next revision of a stored reply.

    Args:
        new: as the corrected document gives it.
        old: the stored one. What it has and the document does not give, stays.
        event: the correction.
        status: of the revision.
        used: passage ids of the texts before `old`.

    Returns:
        The reply with the id of `old`; unchanged passages keep their ids, and no id of a passage
        that is gone is given to another.
    """
    source = new.source
    if source is not None and source.url is None and old.source is not None:
        source = replace(source, url=old.source.url)
    return replace(
        new,
        id=old.id,
        status=status,
        passages=kept_ids(new, old, used),
        title=new.title or old.title,
        municipality=new.municipality or old.municipality,
        interpellants=new.interpellants or old.interpellants,
        respondents=new.respondents or old.respondents,
        answered_on=new.answered_on or old.answered_on,
        dnr=new.dnr or old.dnr,
        replaces=tuple(sorted({*old.replaces, *new.replaces} - {old.id})),
        source=source,
        history=(*old.history, event),
    )


def archive_number(head: Reply, others: Iterable[Revision]) -> int:
    """Return the number under which a reply is kept when a corrected one takes its place.

    Args:
        head: the text that holds until then.
        others: its other texts. A number that one of them has is not used again, unless it is
            this very text, kept by a run that was broken off.
    """
    texts = {one.number: one.reply for one in others if one.number}
    if texts.get(head.revision, head) == head:
        return head.revision
    return 1 + max(texts)


def kept_ids(new: Reply, old: Reply, used: Collection[str] = ()) -> tuple[Passage, ...]:
    """Return the passages of a corrected reply, those that were there before under their ids.

    Args:
        new: the corrected reply.
        old: the one before.
        used: further ids that no new passage may have.
    """
    names: dict[int, str] = {}
    left: dict[int, _Words] = {at: _Words.of(old, one) for at, one in enumerate(old.passages)}
    said = [_Words.of(new, one) for one in new.passages]
    by_words: dict[tuple[PassageKind, str], list[int]] = {}
    for at, words in left.items():
        by_words.setdefault((words.passage.kind, words.text), []).append(at)
    for at, words in enumerate(said):
        if same := by_words.get((words.passage.kind, words.text)):
            names[at] = left.pop(same.pop(0)).passage.id
    for at, words in enumerate(said):
        if at in names:
            continue
        # Both stand in order: whatever is far down the list is another passage.
        near = islice((one for one in left.items() if one[1].kin(words)), _NEAR)
        before = next((place for place, one in near if one.became(words)), None)
        if before is not None:
            names[at] = left.pop(before).passage.id
    taken = {*used, *(passage.id for passage in old.passages)}
    for at, passage in enumerate(new.passages):
        if at not in names:
            names[at] = _free(passage, taken)
            taken.add(names[at])
    return tuple(replace(one, id=names[at]) for at, one in enumerate(new.passages))


@dataclass(frozen=True, slots=True)
class _Words:
    """A passage with its words and its question's, on one line."""

    passage: Passage
    text: str
    question: str

    @classmethod
    def of(cls, reply: Reply, passage: Passage) -> _Words:
        asked = passage.question
        return cls(
            passage,
            _said(passage.span.of(reply.text)),
            "" if asked is None else _said(asked.of(reply.text)),
        )

    def kin(self, other: _Words) -> bool:
        """Tell whether two passages are of one kind."""
        return self.passage.kind is other.passage.kind

    def became(self, other: _Words) -> bool:
        """Tell whether a passage of the same kind is this one, changed."""
        # An answer that was written anew still answers its question.
        anew = self.question and self.question == other.question
        if anew and self.passage.id == other.passage.id:
            return True
        return likeness(self.text, other.text) >= _SAME_PASSAGE


def _free(passage: Passage, taken: Collection[str]) -> str:
    # The digits of an answer's id are its question's number; other ids only count.
    counts = passage.kind is not PassageKind.ANSWER
    base = passage.id.rstrip("0123456789") if counts else f"{passage.id}-r"
    numbers = (f"{base}{number}" for number in count(1 if counts else 2))
    return passage.id if passage.id not in taken else next(n for n in numbers if n not in taken)


def differences(new: Reply, old: Reply) -> Sequence[str]:
    """Return the names of the fields in which a corrected reply says something else."""
    return [name for name in _NAMES if getattr(old, name) not in (None, (), getattr(new, name))]

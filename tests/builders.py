"""Builders of the values that tests speak of; every argument has a plain default."""

from __future__ import annotations

from datetime import date

from index.model import Hit, IndexedPassage, IndexedReply, Query, ResultSet, Searched
from knowledge.model import Passage, PassageKind, Person, Reply, Span, Status


def reply(
    id: str = "2025-03-17-skolskjuts",
    answers: tuple[tuple[str, str], ...] = (
        ("Hur långt är det till hållplatsen?", "Högst två kilometer."),
    ),
    *,
    background: str | None = None,
    title: str | None = "Skolskjuts",
    answered_on: date | None = date(2025, 3, 17),
    status: Status = Status.PUBLISHED,
    interpellants: tuple[Person, ...] = (Person("Anna Ek", "C"),),
    respondents: tuple[Person, ...] = (Person("Bo Lind", "S", "Kommunalråd"),),
    replaces: tuple[str, ...] = (),
    municipality: str | None = "Exempelby kommun",
) -> Reply:
    """Make a reply whose text is its background and its questions with their answers."""
    text = ""
    passages: list[Passage] = []

    def add(words: str) -> Span:
        nonlocal text
        span = Span(len(text), len(text) + len(words))
        text += words + "\n\n"
        return span

    if background is not None:
        passages.append(Passage("b1", PassageKind.BACKGROUND, add(background)))
    for number, (question, answer) in enumerate(answers, start=1):
        asked = add(question)
        passages.append(
            Passage(f"q{number}", PassageKind.ANSWER, add(answer), number, question=asked)
        )
    return Reply(
        id=id,
        status=status,
        text=text,
        passages=tuple(passages),
        title=title,
        municipality=municipality,
        interpellants=interpellants,
        respondents=respondents,
        answered_on=answered_on,
        replaces=replaces,
        language="sv",
    )


def indexed_reply(
    id: str = "r1",
    *,
    answered_on: date | None = date(2025, 3, 17),
    newer: str | None = None,
    party: str | None = "C",
    interpellant: str = "Anna Ek",
    respondent: str = "Bo Lind",
) -> IndexedReply:
    """Make what an index version knows of a reply."""
    return IndexedReply(
        id=id,
        title=f"Ärende {id}",
        municipality="Exempelby kommun",
        interpellants=(Person(interpellant, party),),
        respondents=(Person(respondent, "S", "Kommunalråd"),),
        answered_on=answered_on,
        dnr=None,
        source=f"{id}.pdf",
        url=None,
        newer=newer,
    )


def hit(
    passage_id: str = "r1#q1",
    *,
    confidence: float = 0.9,
    kind: PassageKind = PassageKind.ANSWER,
    text: str | None = None,
    number: int | None = 1,
    newer: str | None = None,
) -> Hit:
    """Make one passage found."""
    reply_id = passage_id.partition("#")[0]
    return Hit(
        passage=IndexedPassage(passage_id, reply_id, kind, text or f"Text {passage_id}.", number),
        reply=indexed_reply(reply_id, newer=newer),
        score=confidence,
        confidence=confidence,
        signals={"cosine": confidence},
    )


def results(
    *hits: Hit, answer: float = 0.6, related: float = 0.3, present: float | None = None
) -> ResultSet:
    """Make all that a search found."""
    return ResultSet(
        query=Query("Hur långt?", limit=20),
        hits=hits,
        searched=Searched(2, 5, date(2025, 3, 17)),
        version_id="000001",
        thresholds={"answer": answer, "related": related},
        took_ms=1.0,
        present=max((one.confidence for one in hits), default=0.0) if present is None else present,
    )

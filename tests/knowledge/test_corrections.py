from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given

from knowledge.corrections import Kinship, kept_ids, likeness, relative_of, revised
from knowledge.model import Change, Event, PassageKind, Person, Reply, Status
from tests.builders import reply
from tests.knowledge.strategies import replies, texts

ANSWERS = (
    ("Hur långt får det vara?", "Högst två kilometer för de yngsta eleverna, räknat från hemmet."),
    ("Vad kostar det?", "Fyra miljoner kronor om året, och det har inte ändrats sedan 2019."),
    ("När ändras det?", "Nämnden prövar reglerna på nytt under hösten nästa år."),
)


def _stored() -> Reply:
    return replace(reply("old", ANSWERS, title="Skolskjuts"), dnr="KS 2025/1")


def _new(answers: tuple[tuple[str, str], ...] = ANSWERS, **changes: Any) -> Reply:  # noqa: ANN401
    made = replace(reply("new", answers, title="Skolskjuts"), dnr="KS 2025/1")
    return replace(made, **changes)


CORRECTED = (ANSWERS[0], (ANSWERS[1][0], ANSWERS[1][1].replace("Fyra", "Fem")), ANSWERS[2])
REWRITTEN = tuple((f"Fråga {n}?", f"Ett helt annat besked, nummer {n}.") for n in range(3))


@pytest.mark.parametrize(
    ("new", "kinship"),
    [
        (_new(), Kinship.SAME_WORDS),
        (_new(dnr=None), Kinship.SAME_WORDS),
        (_new(interpellants=(Person("Eva Al", "S"),)), Kinship.CORRECTION),
        (_new(CORRECTED), Kinship.CORRECTION),
        (_new(CORRECTED, dnr="ks2025/1", title="Annan", answered_on=None), Kinship.CORRECTION),
        (_new(CORRECTED, dnr=None), Kinship.CORRECTION),
        (_new(CORRECTED, dnr=None, interpellants=()), Kinship.CORRECTION),
        (_new(CORRECTED, dnr=None, interpellants=(Person("Eva Al"),)), Kinship.DOUBTFUL),
        (_new(REWRITTEN), Kinship.DOUBTFUL),
        (_new(REWRITTEN, dnr=None), Kinship.DOUBTFUL),
        (_new(REWRITTEN, dnr=None, interpellants=(Person("Eva Al"),)), None),
        (_new(CORRECTED, dnr="KS 2025/2", title="Annan"), None),
        (_new(CORRECTED, dnr=None, answered_on=date(2025, 3, 18)), None),
        (_new(CORRECTED, dnr=None, answered_on=None), None),
        (_new(CORRECTED, replaces=("old",)), None),
        (_new(CORRECTED, municipality="Annanby kommun"), None),
    ],
)
def test_what_a_reply_is_to_a_stored_one(new: Reply, kinship: Kinship | None) -> None:
    found = relative_of(new, [_stored(), reply("other", REWRITTEN, title="Annat")])
    assert (found.kinship if found else None) == kinship
    assert found is None or found.reply.id == "old"


def test_of_several_the_likest_is_meant() -> None:
    other = replace(_stored(), id="other", text="Något helt annat.", passages=())
    found = relative_of(_new(CORRECTED), [other, _stored()])
    assert found is not None
    assert (found.reply.id, found.kinship) == ("old", Kinship.CORRECTION)


@given(texts, texts)
def test_likeness_is_a_symmetric_share(one: str, other: str) -> None:
    assert 0 <= likeness(one, other) <= 1
    assert likeness(one, other) == likeness(other, one)
    assert likeness(one, one) == 1


def test_line_ends_do_not_matter() -> None:
    one = "Skolskjutsen på lands-\nbygden är bra."
    assert likeness(one, "Skolskjutsen på landsbygden\när bra.") == 1


def test_unchanged_passages_keep_their_ids_wherever_they_stand() -> None:
    added = (("En ny fråga?", "Ett nytt svar som inte fanns förut alls."), *CORRECTED)
    new = _new(added)
    ids = [one.id for one in kept_ids(new, _stored())]
    # By its number the new one would be q1, but that permalink is another answer's.
    assert ids == ["q1-r2", "q1", "q2", "q3"]
    assert [one.span for one in kept_ids(new, _stored())] == [one.span for one in new.passages]


def test_an_id_that_is_gone_is_not_given_again() -> None:
    shorter = _new(ANSWERS[:2])
    assert [one.id for one in kept_ids(shorter, _stored())] == ["q1", "q2"]
    stored = replace(_stored(), passages=kept_ids(shorter, _stored()), text=shorter.text)
    again = _new((*ANSWERS[:2], ("Något nytt?", "Detta har ingen sagt förut någon gång.")))
    assert [one.id for one in kept_ids(again, stored, used={"q3"})] == ["q1", "q2", "q3-r2"]


def test_an_answer_written_anew_is_still_the_answer() -> None:
    anew = ((ANSWERS[0][0], "Nej."), *ANSWERS[1:])
    assert [one.id for one in kept_ids(_new(anew), _stored())] == ["q1", "q2", "q3"]


def test_statements_that_are_new_go_on_counting() -> None:
    def statements(*said: str) -> Reply:
        made = reply("x", tuple(("–", one) for one in said))
        passages = [
            replace(one, id=f"s{at}", kind=PassageKind.STATEMENT, number=None, question=None)
            for at, one in enumerate(made.passages, 1)
        ]
        return replace(made, passages=tuple(passages))

    old = statements("Det första som sägs här.", "Det andra, med helt egna ord.")
    new = statements(
        "Insatt text om busshållplatser.",
        "Det första som sägs här.",
        "Det andra, med helt egna ord.",
    )
    assert [one.id for one in kept_ids(new, old)] == ["s3", "s1", "s2"]


@given(replies(), replies())
def test_a_revision_is_the_same_reply_with_passages_of_its_own(new: Reply, old: Reply) -> None:
    event = Event(date(2025, 4, 1), Status.DRAFT, what=Change.CORRECTED, revision=2)
    after = revised(new, old, event=event, status=Status.DRAFT)
    assert after.id == old.id
    assert len({one.id for one in after.passages}) == len(after.passages) == len(new.passages)
    assert [one.span for one in after.passages] == [one.span for one in new.passages]
    assert after.history == (*old.history, event)


@given(replies())
def test_the_same_text_keeps_every_id(old: Reply) -> None:
    assert {one.id for one in kept_ids(old, old)} == {one.id for one in old.passages}

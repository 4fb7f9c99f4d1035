from hypothesis import given
from hypothesis import strategies as st

from bot.decide import MAX_SHOWN, decide
from bot.model import Decision
from index.model import Hit
from knowledge.model import PassageKind
from tests.builders import hit, results


def test_a_sure_passage_is_the_answer() -> None:
    answer = decide("?", results(hit(confidence=0.8)))
    assert answer.decision is Decision.ANSWER
    assert answer.confidence == 0.8
    assert [one.passage.id for one in answer.shown] == ["r1#q1"]


def test_something_near_is_related_one_passage_a_reply() -> None:
    answer = decide(
        "?",
        results(*(hit(i, confidence=0.4) for i in ("r1#q1", "r1#q2", "r2#s1", "r3#q1", "r4#q1"))),
    )
    assert answer.decision is Decision.RELATED
    assert [one.passage.id for one in answer.shown] == ["r1#q1", "r2#s1", "r3#q1"]


def test_what_the_record_treats_is_related_though_no_passage_is_likely() -> None:
    answer = decide("?", results(hit(confidence=0.1), present=0.5))
    assert answer.decision is Decision.RELATED
    assert answer.confidence == 0.1


def test_nothing_near_is_an_honest_no() -> None:
    for found in (results(), results(hit(confidence=0.1))):
        answer = decide("?", found)
        assert answer.decision is Decision.NONE
        assert answer.shown == ()


def test_the_interpellants_words_are_never_shown_however_well_they_match() -> None:
    claim = hit("r1#b1", confidence=0.99, kind=PassageKind.BACKGROUND, number=None)
    assert decide("?", results(claim)).decision is Decision.NONE
    answer = decide("?", results(claim, hit("r1#q1", confidence=0.7)))
    assert [one.passage.id for one in answer.shown] == ["r1#q1"]


def test_more_is_shown_only_when_it_adds_something() -> None:
    answer = decide(
        "?",
        results(
            hit("r1#q1a", confidence=0.9),
            hit("r1#q1b", confidence=0.9),  # another part of the same answer
            hit("r0#q1", confidence=0.9, newer="r1"),  # an older position on the matter
            hit("r2#q1", confidence=0.9, text="Text r1#q1a."),  # the same words
            hit("r3#q1", confidence=0.5),  # not sure
            hit("r1#q2", confidence=0.9, number=2),
        ),
    )
    assert [one.passage.id for one in answer.shown] == ["r1#q1a", "r1#q2"]


@st.composite
def _hits(draw: st.DrawFn) -> Hit:
    return hit(
        f"r{draw(st.integers(1, 4))}#p{draw(st.integers(1, 9))}",
        confidence=draw(st.floats(0, 1)),
        kind=draw(st.sampled_from(PassageKind)),
        number=draw(st.none() | st.integers(1, 3)),
    )


@given(st.lists(_hits(), max_size=12))
def test_laws_of_every_decision(hits: list[Hit]) -> None:
    found = results(*hits)
    answer = decide("?", found)
    assert answer.results is found
    assert len(answer.shown) <= MAX_SHOWN
    assert all(one.passage.kind is not PassageKind.BACKGROUND for one in answer.shown)
    assert (answer.decision is Decision.NONE) == (answer.shown == ())
    if answer.decision is Decision.ANSWER:
        assert all(one.confidence >= found.thresholds["answer"] for one in answer.shown)

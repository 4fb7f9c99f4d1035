from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import cast

import pytest

from bot.errors import QuestionError
from bot.service import Service
from index.live import LiveIndex
from index.model import Filters, Query, ResultSet
from knowledge.errors import KommunsvarError, NotAReply, UnknownReply
from knowledge.model import Change, Event, Status
from tests.fakes import MemoryStore
from tests.fakes_bot import REPLY_ID, SEARCHED, make_hit, make_reply


@dataclass
class Searching:
    """A live index and its searcher in one; finds the one passage for everything."""

    queries: list[Query] = field(default_factory=list)

    def searcher(self) -> Searching:
        return self

    def search(self, query: Query) -> ResultSet:
        self.queries.append(query)
        thresholds = {"answer": 0.5, "related": 0.1}
        return ResultSet(query, (make_hit(),), SEARCHED, "000001", thresholds, 1.0, 0.9)

    def search_all(self, texts: Sequence[str], limit: int, filters: Filters) -> list[ResultSet]:
        return [self.search(Query(text, limit, filters)) for text in texts]

    def newer(self, reply_id: str) -> str | None:
        return None


def service(status: Status = Status.PUBLISHED, history: Sequence[Event] = ()) -> Service:
    reply = replace(make_reply(status), history=tuple(history))
    return Service(cast(LiveIndex, Searching()), MemoryStore([reply]))


@pytest.mark.parametrize("text", ["", " \t\n", "?!…", "–", "\x00\ud800"])
def test_nothing_to_look_for_is_refused_in_swedish(text: str) -> None:
    with pytest.raises(QuestionError, match=r"^Skriv en fråga"):
        service().ask(text)
    with pytest.raises(QuestionError, match=r"^Skriv vad du söker"):
        service().search(Query(text))


def test_what_is_looked_for_is_cleaned() -> None:
    assert service().search(Query(" skol\tskjuts\x00")).query.text == "skol skjuts"


def test_a_draft_is_shown_only_to_those_who_may_see_drafts() -> None:
    drafts = service(Status.DRAFT)
    with pytest.raises(UnknownReply):
        drafts.show(REPLY_ID)
    assert drafts.show(REPLY_ID, drafts=True).reply.status is Status.DRAFT
    assert drafts.show(f"{REPLY_ID}#q1", drafts=True).passage is not None
    with pytest.raises(UnknownReply):
        drafts.show(f"{REPLY_ID}#q9", drafts=True)


def test_what_waits_are_drafts_and_corrected_texts_that_do_not_hold_yet() -> None:
    day = date(2025, 3, 17)
    first = Event(day, Status.PUBLISHED, what=Change.IMPORTED, revision=1)
    second = Event(day, Status.DRAFT, what=Change.CORRECTED, revision=2)
    head = replace(make_reply(), history=(first,))
    draft = replace(make_reply(Status.DRAFT), id="a-draft")
    correction = replace(head, history=(first, second), title="Rättat")
    store = MemoryStore([head, draft])
    waiting = Service(cast(LiveIndex, Searching()), store)
    assert waiting.drafts() == (draft,)
    store.save_waiting(correction)
    assert waiting.drafts() == (draft, correction)
    store.save([replace(correction, status=Status.PUBLISHED)])  # killed before it was dropped
    assert waiting.drafts() == (draft,)


@pytest.mark.parametrize(
    ("history", "says"),
    [
        (
            [
                Event(date(2025, 3, 17), Status.PUBLISHED),
                Event(date(2025, 4, 1), Status.WITHDRAWN, "förra gången"),
                Event(date(2025, 11, 3), Status.WITHDRAWN, "fel\n  dokument"),
            ],
            "Svaret är återkallat sedan 3 november 2025: fel dokument",
        ),
        (
            [Event(date(2025, 11, 3), Status.WITHDRAWN)],
            "Svaret är återkallat sedan 3 november 2025.",
        ),
        ([], "Svaret är återkallat."),
    ],
)
def test_staff_are_told_that_a_reply_is_withdrawn_and_why(history: list[Event], says: str) -> None:
    withdrawn = service(Status.WITHDRAWN, history)
    for id in (REPLY_ID, f"{REPLY_ID}#q1", f"{REPLY_ID}#q9"):
        with pytest.raises(KommunsvarError) as caught:
            withdrawn.show(id, drafts=True)
        assert caught.value.swedish == says
        assert str(caught.value).startswith("the reply was withdrawn")
    with pytest.raises(UnknownReply):  # a resident is told nothing of it
        withdrawn.show(REPLY_ID)


INTERPELLATION = """\
Interpellation om sparkcyklar

Hur ska vi tänka kring framtiden? Jag vill därför fråga kommunalrådet:

Fråga 2
Hur många sparkcyklar finns det?

3. Vad kostar det att hyra en cykel?

Fråga 4 och 5: Vem ansvarar för cyklarna?

a) Vad händer på Storgatan i vår?

Fråga: Vad händer på torget i vår?

Hur många sparkcyklar finns det?
"""


def test_the_questions_of_an_interpellation_keep_their_own_numbers() -> None:
    questions = service().similar("ny.txt", INTERPELLATION.encode())
    assert [(one.number, one.text) for one in questions] == [
        (None, "Hur ska vi tänka kring framtiden?"),
        (2, "Hur många sparkcyklar finns det?"),
        (3, "Vad kostar det att hyra en cykel?"),
        (None, "Vem ansvarar för cyklarna?"),
        (None, "Vad händer på Storgatan i vår?"),
        (None, "Vad händer på torget i vår?"),
    ]
    assert all(one.hits for one in questions)


def test_a_question_told_before_its_number_has_the_number() -> None:
    text = "Interpellation\n\nNär byggs bron över ån?\n\n6. När byggs bron över ån?\n"
    (question,) = service().similar("ny.txt", text.encode())
    assert (question.number, question.text) == (6, "När byggs bron över ån?")


def test_a_document_without_questions_is_refused() -> None:
    with pytest.raises(NotAReply):
        service().similar("ny.txt", b"Protokoll.\n\nInget mer.\n")

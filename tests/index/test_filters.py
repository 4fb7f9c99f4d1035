from datetime import date

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from index.filters import KIND_CODES, allowed_rows
from index.model import Filters, IndexedReply
from knowledge.model import PassageKind
from tests.builders import indexed_reply

_NAMES = st.sampled_from(["Anna Ek", "Bo Lind", "Åsa Öberg"])
_DAYS = st.dates(date(2020, 1, 1), date(2020, 1, 9))


@st.composite
def _replies(draw: st.DrawFn) -> list[IndexedReply]:
    return [
        indexed_reply(
            f"r{i}",
            answered_on=draw(st.none() | _DAYS),
            party=draw(st.sampled_from(["S", "C", None])),
            interpellant=draw(_NAMES),
            respondent=draw(_NAMES),
        )
        for i in range(draw(st.integers(1, 5)))
    ]


_FILTERS = st.builds(
    Filters,
    date_from=st.none() | _DAYS,
    date_to=st.none() | _DAYS,
    party=st.sampled_from([None, "s", "C", "MP"]),
    respondent=st.sampled_from([None, "lind", "Åsa"]),
    interpellant=st.sampled_from([None, "ek"]),
    kinds=st.frozensets(st.sampled_from(PassageKind)),
)


@given(_replies(), _FILTERS, st.data())
def test_a_row_is_allowed_exactly_when_every_filter_says_so(
    replies: list[IndexedReply], filters: Filters, data: st.DataObject
) -> None:
    rows = st.tuples(st.integers(0, len(replies) - 1), st.sampled_from(PassageKind))
    passages = data.draw(st.lists(rows, max_size=8))
    hidden = frozenset(data.draw(st.sets(st.sampled_from([r.id for r in replies]))))
    mask = allowed_rows(
        filters,
        replies,
        np.array([row for row, _ in passages], dtype=np.int32),
        np.array([KIND_CODES[kind] for _, kind in passages], dtype=np.uint8),
        hidden,
    )
    expected = [_passes(filters, replies[row], kind, hidden) for row, kind in passages]
    assert (list(mask) if mask is not None else [True] * len(passages)) == expected


def _passes(
    filters: Filters, reply: IndexedReply, kind: PassageKind, hidden: frozenset[str]
) -> bool:
    day = reply.answered_on
    checks = [reply.id not in hidden]
    if filters.date_from:
        checks.append(day is not None and day >= filters.date_from)
    if filters.date_to:
        checks.append(day is not None and day <= filters.date_to)
    if filters.party:
        parties = {person.party for person in reply.interpellants + reply.respondents}
        checks.append(filters.party.upper() in parties)
    if filters.respondent:
        checks.append(filters.respondent.lower() in reply.respondents[0].name.lower())
    if filters.interpellant:
        checks.append(filters.interpellant.lower() in reply.interpellants[0].name.lower())
    if filters.kinds:
        checks.append(kind in filters.kinds)
    return all(checks)


def test_no_filter_allows_everything_without_a_mask() -> None:
    empty = np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.uint8)
    assert allowed_rows(Filters(), [indexed_reply()], *empty) is None

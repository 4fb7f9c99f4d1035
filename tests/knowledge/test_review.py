from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from knowledge.errors import ReviewStateError
from knowledge.model import Change, Event, Status
from knowledge.review import edited, publish, withdraw
from tests.builders import reply

DAY = date(2025, 3, 18)


def test_a_life() -> None:
    draft = reply(status=Status.DRAFT)
    public = publish(draft, DAY)
    out = withdraw(public, " fel bilaga ", DAY)
    again = publish(out, DAY)
    assert [public.status, out.status, again.status] == [
        Status.PUBLISHED, Status.WITHDRAWN, Status.PUBLISHED,
    ]  # fmt: skip
    assert again.history == (
        Event(DAY, Status.PUBLISHED, what=Change.PUBLISHED),
        Event(DAY, Status.WITHDRAWN, "fel bilaga", Change.WITHDRAWN),
        Event(DAY, Status.PUBLISHED, what=Change.PUBLISHED),
    )
    assert draft.history == ()
    assert publish(draft, DAY, "karin").history[-1].by == "karin"


def test_a_status_changed_by_hand_is_noted_once() -> None:
    public = publish(reply(status=Status.DRAFT), DAY)
    by_hand = replace(public, status=Status.DRAFT)
    noted = edited(by_hand, DAY, "karin")
    assert noted.history[-1] == Event(DAY, Status.DRAFT, what=Change.EDITED, by="karin")
    assert edited(noted, DAY) is noted
    assert edited(public, DAY) is public
    assert edited(reply(), DAY).history == ()  # a record from before histories were kept


def test_publishing_twice_says_since_when() -> None:
    with pytest.raises(ReviewStateError, match="already published on 2025-03-18"):
        publish(publish(reply(status=Status.DRAFT), DAY), DAY)


def test_withdrawing_twice_says_why() -> None:
    with pytest.raises(ReviewStateError, match=r"already withdrawn on 2025-03-18 \(fel\)"):
        withdraw(withdraw(reply(), "fel", DAY), "igen", DAY)


def test_withdrawing_needs_a_reason() -> None:
    with pytest.raises(ReviewStateError, match="without a reason"):
        withdraw(reply(), "  ", DAY)

from datetime import date

from index.build import indexed_reply
from index.newest import newer_replies
from tests.builders import reply


def test_same_title_in_later_years() -> None:
    replies = [
        reply("a", title="Snöröjningen av gångvägar", answered_on=date(2021, 1, 1)),
        reply("b", title="Snöröjning av gångvägar", answered_on=date(2023, 1, 1)),
        reply("c", title="snöröjning av gångvägarna", answered_on=date(2025, 1, 1)),
        reply("d", title="Snöröjning av cykelvägar", answered_on=date(2025, 1, 1)),
    ]
    assert newer_replies([indexed_reply(one) for one in replies]) == {"a": "c", "b": "c"}


def test_replaces_links_whatever_the_titles() -> None:
    replies = [
        reply("a", title="Skolskjuts", answered_on=date(2021, 1, 1)),
        reply(
            "b", title="Avstånd till skolan", answered_on=date(2025, 1, 1), replaces=("a", "gone")
        ),
        reply("c", title="Skolvägen", answered_on=None, replaces=("b",)),
    ]
    assert newer_replies([indexed_reply(one) for one in replies]) == {"a": "b", "b": "c"}


def test_no_link_is_guessed() -> None:
    untitled = [reply("a", title=None), reply("b", title=None, answered_on=date(2026, 1, 1))]
    undated = [reply("a", answered_on=None), reply("b")]
    same_day = [reply("a"), reply("b")]
    elsewhere = [reply("a"), reply("b", answered_on=date(2026, 1, 1), municipality="Annanby")]
    for replies in (untitled, undated, same_day, elsewhere):
        assert newer_replies([indexed_reply(one) for one in replies]) == {}


def test_a_circle_of_replaces_ends() -> None:
    replies = [
        reply("a", title="A", replaces=("b",)),
        reply("b", title="B", replaces=("a",), answered_on=date(2026, 1, 1)),
    ]
    assert newer_replies([indexed_reply(one) for one in replies]) == {"a": "b", "b": "a"}

"""What goes wrong on the way to Telegram and in the machine: nothing lost, nothing double."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.journeys.telegram import MODES, serving, wait_for
from tests.telegram_api import Faults

QUESTION = "Vem ska skotta gångbanan utanför mitt hus?"
BEGINS = "Frågan som ställdes till kommunen"


@pytest.mark.parametrize("kind", ["429", "500", "502", "500_after", "drop_before", "drop_after"])
def test_a_message_comes_exactly_once_whatever_happens_on_the_way(
    own_home: Path, kind: str
) -> None:
    with serving(own_home) as (_, api):
        kim = api.person(1)
        kim.send("/om")
        kim.reply(20)
        api.fail_next("sendMessage", kind)
        kim.send(QUESTION)
        assert kim.reply().text.startswith(BEGINS)
        kim.send("/om")
        assert "49 svar" in kim.reply().text
        kim.nothing(0.5)


@pytest.mark.parametrize("mode", MODES)
def test_many_faults_lose_and_double_nothing(own_home: Path, mode: str) -> None:
    faults = Faults(seed=5, share=0.15)
    with serving(own_home, mode, faults=faults) as (_, api):
        people = [api.person(100 + number) for number in range(12)]
        for _ in range(3):
            for person in people:
                person.send(QUESTION)
        for person in people:
            assert all(one.text.startswith(BEGINS) for one in person.replies(3, 40))
        for person in people:
            person.nothing(0.05)
    assert sum(faults.done.values()) > 10


def test_a_button_older_than_telegrams_patience_still_works(own_home: Path) -> None:
    with serving(own_home) as (_, api):
        kim = api.person(1)
        kim.send(QUESTION)
        answer = kim.reply(20)
        kim.press("📄 Hela svaret", answer, stale=True, wait=False)
        assert kim.reply().text
        outcome = kim.press("🔎 Fler träffar", answer, inaccessible=True)
        assert outcome.text.startswith("Jag ser inte längre vilken fråga")


@pytest.mark.parametrize("mode", MODES)
def test_killed_in_the_middle_and_started_again(own_home: Path, mode: str) -> None:
    with serving(own_home, mode) as (served, api):
        kim, lo = api.person(1), api.person(2)
        kim.send(QUESTION)
        answer = kim.reply(20)
        for number in range(15):
            (kim if number % 2 else lo).send(QUESTION)
        kim.replies(2)
        served.kill()
        kim.send("/om")
        kim.press("📄 Hela svaret", answer, wait=False)
        served.start()
        texts = [one.text for one in kim.replies(5 + 1 + 2, 30)]
        assert sum(text.startswith(BEGINS) for text in texts) == 5
        assert all(one.text.startswith(BEGINS) for one in lo.replies(8))
        for person in (kim, lo):
            person.nothing(0.5)


def test_the_signal_to_stop_lets_what_is_under_way_finish(own_home: Path) -> None:
    with serving(own_home) as (served, api):
        served.wait_ready()
        people = [api.person(number) for number in range(1, 21)]
        for person in people:
            person.send(QUESTION)
        people[0].reply()
        assert served.stop() == 0
        answered = sum(bool(person.unread()) for person in people[1:])
        served.start()
        wait_for(lambda: sum(len(p.history()) for p in people) == len(people), 20)
        time.sleep(0.5)
        assert all(len(person.history()) == 1 for person in people)
        assert answered >= 0


def test_while_telegram_is_away_the_bot_waits_and_says_so(own_home: Path) -> None:
    with serving(own_home) as (served, api):
        served.wait_ready()
        kim = api.person(1)
        with api.outage():
            kim.send(QUESTION)
            wait_for(lambda: any(line["event"] == "no updates" for line in served.log()), 20)
        assert kim.reply(30).text.startswith(BEGINS)


@pytest.mark.parametrize("mode", MODES)
def test_an_update_that_cannot_be_read_stops_nothing(own_home: Path, mode: str) -> None:
    with serving(own_home, mode) as (served, api):
        kim = api.person(1)
        kim.send(QUESTION)
        kim.reply(30)
        for content in ({"message_id": "åtta", "chat": "nonsens"}, {"message_id": 1}):
            api.world.add_update("message", content, "nobody's")
        kim.send("Vem betalar?")
        assert kim.reply(30).text
        assert served.process.poll() is None
        if mode == "polling":  # to a webhook's sender it is refused
            assert [one["event"] for one in served.log()].count("update not understood") == 2

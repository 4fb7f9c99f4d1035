"""A resident's whole conversation, through the real program, under polling and webhook."""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.settings import load
from bot.wiring import open_administration
from tests.journeys.telegram import ADMIN, MODES, STAFF, Serving, serving
from tests.telegram_api import Message, TelegramApi

QUESTION = "Vem ska skotta gångbanan utanför mitt hus?"
ANSWER_BEGINS = "Det gör fastighetsägaren. Inom detaljplanelagt område"
REPLY_ID = "2024-01-29-fastighetsagares-ansvar-for-trottoarer-och-halkbekampning"

Bot = tuple[Serving, TelegramApi]


@pytest.fixture(scope="module", params=MODES)
def bot(
    example_home: Path, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Bot]:
    home = shutil.copytree(example_home, tmp_path_factory.mktemp(request.param) / "home")
    with serving(home, request.param) as started:
        started[0].wait_ready()
        yield started


def test_a_question_gets_the_passage_word_for_word_with_its_source(bot: Bot) -> None:
    kim = bot[1].person(1001)
    asked = kim.send(QUESTION)
    answer = kim.reply()
    (quoted,) = answer.quotes
    assert quoted.startswith(ANSWER_BEGINS)
    assert answer.reply_to == asked
    for part in (
        "Vem ansvarar för att gångbanan utanför en bostadsfastighet är snöröjd",
        "Kommunens svar på fråga 1",
        "Besvarad av: Britt-Marie Hedlöv (C), ordförande i tekniska nämnden",
        "29 januari 2024, dnr TN 2023/219, fråga 1",
        "Dokument: 2024-01-29-svar-interpellation-fastighetsagares-ansvar.html",
    ):
        assert part in answer.text
    kim.nothing(0.3)


def test_the_buttons_of_an_answer(bot: Bot) -> None:
    served, api = bot
    kim = api.person(1002)
    kim.send(QUESTION)
    answer = kim.reply()

    kim.press("📄 Hela svaret", answer)
    parts = kim.replies(2)
    whole = "".join(part.text for part in parts)
    assert "Interpellantens uppgifter – inte kommunens ståndpunkt" in whole
    assert ANSWER_BEGINS in whole

    kim.press("🔎 Fler träffar", answer)
    more = kim.reply()
    assert more.text.startswith("Fler träffar på samma fråga:")
    assert "gångbanan utanför en bostadsfastighet är snöröjd" not in more.text
    kim.press(more.labels[1], more)
    assert kim.reply().quotes

    link = parse_qs(urlsplit(str(answer.button("↗️ Dela").url)).query)["url"][0]
    kim.open_link(link)
    assert kim.reply().quotes == answer.quotes

    assert kim.press("👍 Hjälpte", answer).text == "Tack! Bra att det hjälpte."
    voted = kim.reply()
    assert voted.edited
    assert not [label for label in voted.labels if label.startswith(("👍", "👎"))]
    journal = sqlite3.connect(served.home / "journal" / "feedback.sqlite")
    rows = journal.execute("SELECT passage_id, decision, helpful FROM feedback").fetchall()
    journal.close()
    assert (f"{REPLY_ID}#q1", "answer", 1) in rows


def test_no_certain_answer_shows_the_nearest_as_buttons_and_whom_to_ask(bot: Bot) -> None:
    kim = bot[1].person(1003)
    kim.send("finns det badhus")
    related = kim.reply()
    assert related.text.startswith("Jag hittar inget säkert svar.")
    assert "Fråga gärna kommunen: Kontaktcenter, 0123-456 78" in related.text
    assert re.search(r"Sökte i \d+ svar, det senaste från", related.text)
    assert not related.quotes
    kim.press("Simhallens framtid", related)
    assert kim.reply().quotes

    kim.send("hur mår du")
    nothing = kim.reply()
    assert nothing.text.startswith("Jag hittar inget svar på den frågan.")
    kim.press("👎 Hjälpte inte", nothing)
    assert kim.reply().edited


def test_everything_else_that_a_resident_may_send(bot: Bot) -> None:
    kim = bot[1].person(1004)

    def said(text: str) -> str:
        kim.send(text)
        return kim.reply().text

    assert said("/start").startswith("Hej! Jag letar upp vad Exempelby kommun har svarat")
    assert said("/hjalp") == said("/help") == said("/hjälp")
    assert "49 svar" in said("/om")
    assert "Exempelby kommun svarar för den här boten" in said("/om@kommunsvar_bot")
    assert "sparar inte vad du frågar" in said("/integritet")
    assert said("/finns_inte") == "Jag känner inte till /finns_inte. /hjalp visar vad som finns."
    assert said("?!…").startswith("Skriv en fråga")
    assert said("hur " * 400).startswith("Frågan är för lång. Korta den till högst 1000 tecken")
    assert said("/start 1999-finns-inte_q1").startswith("Det finns inget svar på den länken")
    assert said("/start <b>").startswith("Det finns inget svar på den länken")
    for send in (kim.send_voice, kim.send_photo, kim.send_sticker):
        send()
        assert kim.reply().text.startswith("Jag förstår bara text än så länge")
    kim.send_document("cv.pdf", b"%PDF-1.4")
    assert kim.reply().text.startswith("Jag tar inte emot dokument")


def test_english_is_spoken_to_those_whose_telegram_is_english(bot: Bot) -> None:
    ann = bot[1].person(1005, first_name="Ann", language_code="en-GB")
    ann.send("/about")
    assert "The record holds 49 replies" in ann.reply().text
    ann.send(QUESTION)
    answer = ann.reply()
    assert answer.quotes[0].startswith(ANSWER_BEGINS)
    assert "The municipality's answer to question 1" in answer.text
    assert "29 January 2024" in answer.text
    assert "The reply is quoted in Swedish" in answer.text
    assert answer.labels[0] == "📄 Whole reply"


def test_in_a_group_it_answers_only_when_it_is_meant(bot: Bot) -> None:
    api = bot[1]
    group, kim = api.group(-2001), api.person(1006)
    group.add_bot(kim)
    kim.send(QUESTION, to=group)
    kim.send("/sok skolskjuts", to=group)
    kim.send("/om@annan_bot", to=group)
    group.nothing(0.5)
    asked = kim.send(f"@kommunsvar_bot {QUESTION}", to=group)
    answer = group.reply()
    assert answer.quotes[0].startswith(ANSWER_BEGINS)
    assert answer.reply_to == asked
    kim.press("🔎 Fler träffar", answer, to=group)
    assert group.reply().text.startswith("Fler träffar")
    kim.send("Hur långt får det vara till skolbussens hållplats?", to=group, reply_to=answer)
    assert group.reply().quotes
    kim.send("/om", to=group)
    assert "49 svar" in group.reply().text


def test_what_is_not_a_residents_does_not_exist_for_residents(bot: Bot) -> None:
    kim = bot[1].person(1007)
    assert_menu(kim.commands())
    for command in (
        "/sok skolskjuts", "/svar " + REPLY_ID, "/utkast", f"/publicera {REPLY_ID}", "/status",
        f"/dra_tillbaka {REPLY_ID} för att", "/indexera", "/versioner", "/aterstall", "/återställ",
    ):  # fmt: skip
        kim.send(command)
        assert kim.reply().text.startswith("Jag känner inte till /"), command
    assert kim.inline("skolskjuts") == []


def assert_menu(commands: list[str]) -> None:
    assert commands == ["start", "hjalp", "om", "integritet"]


def test_logs_hold_nothing_of_what_was_said_and_by_whom(bot: Bot) -> None:
    served, api = bot
    kim = api.person(918273645, first_name="Rumpelstilzchen")
    kim.send("Vem ska skotta xylofonvägen?")
    kim.reply()
    log = served.log_file.read_text()
    for secret in ("xylofon", "918273645", "Rumpel", str(STAFF), str(ADMIN), "AAF-token"):
        assert secret not in log
    assert served.log()


def test_a_withdrawn_reply_is_gone_from_links_and_buttons_at_once(
    own_home: Path,
) -> None:
    with serving(own_home) as (_, api):
        kim = api.person(1008)
        kim.send(QUESTION)
        answer = kim.reply(20)
        link = parse_qs(urlsplit(str(answer.button("↗️ Dela").url)).query)["url"][0]
        open_administration(load(own_home, None)).withdraw([REPLY_ID], "fel")
        assert kim.press("📄 Hela svaret", answer).text.startswith("Passagen finns inte längre")
        kim.open_link(link)
        assert kim.reply().text.startswith("Det finns inget svar på den länken")
        kim.send(QUESTION)
        assert not any(quote.startswith(ANSWER_BEGINS) for quote in kim.reply().quotes)


def test_too_many_questions_get_one_kind_line(own_home: Path) -> None:
    with serving(own_home, telegram={"questions_per_minute": 3}) as (_, api):
        kim, lo = api.person(1009), api.person(1010)
        for _ in range(6):
            kim.send("hur mår du")
        texts = [message.text for message in kim.replies(4, 20)]
        assert [text.startswith("Jag hittar inget svar") for text in texts] == [True] * 3 + [False]
        assert texts[-1].startswith("Nu kom det många frågor på en gång")
        kim.nothing(0.3)
        lo.send("hur mår du")
        assert lo.reply().text.startswith("Jag hittar inget svar")


def quoted(message: Message) -> str:
    return "".join(message.quotes)

"""What staff do: search with pages, whole replies, inline mode, new interpellations."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.telegram import MODES, STAFF, Serving, serving
from tests.telegram_api import TelegramApi

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


def test_staff_have_their_commands_in_the_menu(bot: Bot) -> None:
    ann = bot[1].person(STAFF)
    ann.send("/start")
    ann.reply()
    assert ann.commands() == ["start", "hjalp", "om", "integritet", "sok", "svar"]
    ann.send("/hjalp")
    assert "/sok ORD" in (text := ann.reply().text)
    assert "/dra_tillbaka" not in text


def test_a_search_with_filters_and_pages(bot: Bot) -> None:
    ann = bot[1].person(STAFF)
    ann.send("/sok skolskjuts från:2021 till:2025-06 typ:svar")
    page = ann.reply()
    assert page.text.startswith("Sökning: skolskjuts från:2021 till:2025-06 typ:svar")
    assert page.labels == ["1", "2", "3", "4", "5", "Nästa ▶️"]
    assert len(page.quotes) == 5
    ann.press("Nästa", page)
    second = ann.reply()
    assert second.edited
    assert second.id == page.id
    assert second.labels[:5] == ["6", "7", "8", "9", "10"]
    ann.press("◀️", second)
    assert ann.reply().quotes == page.quotes
    ann.press("2", page)
    assert ann.reply().quotes[0] == page.quotes[1]


def test_a_search_that_cannot_be_is_explained(bot: Bot) -> None:
    ann = bot[1].person(STAFF)
    for words, says in {
        "": "Skriv vad du söker",
        "från:2024": "Skriv vad du söker",
        "väg från:igår": "igår är inget datum. Skriv 2025, 2025-03 eller 2025-03-17 efter från:",
        "väg typ:dikt": "typ: kan vara svar, uttalande eller bakgrund, inte dikt.",
        "väg från:2025 till:2024": "Från-datumet är senare än till-datumet.",
        "väg parti:XYZ": "Sökning: väg parti:XYZ",
    }.items():
        ann.send(f"/sok {words}")
        assert ann.reply().text.startswith(says), words


def test_a_whole_reply_as_messages_and_as_a_document(bot: Bot) -> None:
    ann = bot[1].person(STAFF)
    ann.send(f"/svar {REPLY_ID}")
    last = ann.replies(2)[-1]
    ann.press("📎 Som dokument", last)
    document = ann.reply().document
    assert document is not None
    assert document[0] == f"{REPLY_ID}.txt"
    assert "[Interpellantens uppgifter – inte kommunens ståndpunkt]" in document[1].decode()
    ann.send(f"/svar {REPLY_ID}#q1")
    assert ann.reply().quotes
    ann.send("/svar")
    assert ann.reply().text.startswith("Skriv beteckningen efter kommandot")
    ann.send("/svar finns-inte")
    assert ann.reply().text == "Det finns inget svar med beteckningen finns-inte."


def test_inline_mode_sends_the_passage_with_its_citation(bot: Bot) -> None:
    ann = bot[1].person(STAFF)
    results = ann.inline("skolskjuts")
    assert len(results) == 10
    chosen = ann.choose(results[0])
    assert chosen.quotes
    assert "Besvarad av:" in chosen.text
    assert ann.inline("skolskjuts", results.next_offset)
    assert ann.inline("") == []


def test_a_new_interpellation_gets_earlier_answers_to_each_question(bot: Bot) -> None:
    ann = bot[1].person(STAFF)
    text = "Interpellation\n\n1. Vem ska skotta gångbanan?\n2. Vad kostar badhuset?\n"
    ann.send_document("ny.txt", text.encode())
    assert ann.reply().text.startswith("Är det här en ny interpellation?")
    similar = ann.reply(20)
    assert "Fråga 1: Vem ska skotta gångbanan?" in similar.text
    assert "Fråga 2: Vad kostar badhuset?" in similar.text
    ann.press("1. ", similar)
    assert ann.reply().quotes
    ann.send_document("dikt.txt", b"Rosor ar roda.\n")
    ann.reply()
    assert ann.reply(20).text.startswith("dikt.txt: ")


def test_what_is_the_admins_does_not_exist_for_staff(bot: Bot) -> None:
    ann = bot[1].person(STAFF)
    for command in ("/utkast", f"/publicera {REPLY_ID}", "/status", "/indexera", "/versioner",
                    f"/dra_tillbaka {REPLY_ID} för att", "/aterstall"):  # fmt: skip
        ann.send(command)
        assert ann.reply().text.startswith("Jag känner inte till /"), command

"""Staff and an admin whose Telegram is English: only what the record says is Swedish."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

from bot.catalogue import LANGUAGES, catalogue_for
from tests.journeys.telegram import ADMIN, STAFF, serving
from tests.telegram_api import Message, Person, TelegramApi

DOCUMENT = Path(__file__).parent.parent / "data" / "documents" / "fraga-svar-solceller.md"
REPLY_ID = "2024-01-29-fastighetsagares-ansvar-for-trottoarer-och-halkbekampning"


@pytest.fixture(scope="module")
def bot(
    example_home: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Path, TelegramApi]]:
    home = shutil.copytree(example_home, tmp_path_factory.mktemp("english") / "home")
    with serving(home) as (served, api):
        served.wait_ready()
        api.person(STAFF, first_name="Ann", language_code="en")
        api.person(ADMIN, first_name="Bo", language_code="en")
        yield home, api


def swedish_sentences() -> list[str]:
    """Return what the Swedish catalogue says between what is filled in, where it is a sentence."""
    swedish, english = (catalogue_for(language).texts for language in LANGUAGES)
    fixed = [
        literal.strip()
        for key, text in swedish.items()
        if text != english[key]
        for literal, *_ in Formatter().parse(text)
    ]
    return [one for one in fixed if " " in one]


SWEDISH = swedish_sentences()


def english(message: Message) -> Message:
    """Return a message in which nothing of the interface is Swedish."""
    said = message.text
    for quoted in message.quotes:
        said = said.replace(quoted, "")
    said = "\n".join([said, *message.labels])
    assert [one for one in SWEDISH if one in said] == []
    return message


def after(person: Person, begins: str) -> Message:
    """Return the first message or edit that holds a text; progress may come before it."""
    for _ in range(20):
        message = english(person.reply(30))
        if begins in message.text:
            return message
    raise AssertionError(begins)


def test_staff_read_english(bot: tuple[Path, TelegramApi]) -> None:
    ann = bot[1].person(STAFF)
    ann.send("/start")
    english(ann.reply())
    assert {one["command"]: one["description"] for one in ann.menu()} == {
        "start": "Start", "help": "How it works", "about": "About the record and the bot",
        "privacy": "What is kept", "sok": "Search all replies", "svar": "Show a whole reply",
    }  # fmt: skip
    ann.send("/help")
    help_text = english(ann.reply()).text
    example = re.search(r"from:\S+ to:\S+ party:\S+", help_text)
    assert example and "kind:answer" in help_text
    ann.send("/sok skolskjuts from:2021 to:2025-06 kind:answer")
    page = english(ann.reply())
    assert page.text.startswith("Search: skolskjuts from:2021")
    assert page.labels[-1] == "Next ▶️"
    for words, says in {
        "": "Write what to look for",
        "väg from:igår": "igår is not a date. Write 2025, 2025-03 or 2025-03-17 after from:",
        "väg kind:dikt": "kind: can be answer, statement or background, not dikt.",
        "väg from:2025 to:2024": "The from date is later than the to date.",
    }.items():
        ann.send(f"/sok {words}")
        assert english(ann.reply()).text.startswith(says), words

    ann.send(f"/svar {REPLY_ID}")
    shown = [english(one) for one in ann.replies(2)]
    assert "The reply is quoted in Swedish, as it was given.\nId: " in shown[-1].text
    ann.press("📎 As a document", shown[-1])
    document = ann.reply().document
    assert document is not None
    text = document[1].decode()
    assert "[The interpellant's account – not the municipality's position]  #b1" in text
    assert "\n\nSource\n" in text and "29 January 2024" in text
    assert text.endswith(f"as it was given.\n\nId: {REPLY_ID}\n")
    ann.send("/svar nonsense")
    assert english(ann.reply()).text == "There is no reply with the id nonsense."

    result = ann.inline("skolskjuts")[0]
    assert result.description.startswith("The municipality's answer: ")
    assert "Answered by: " in english(ann.choose(result)).text

    ann.send_document("dikt.txt", b"Rosor ar roda.\n")
    english(ann.reply())
    refused = english(ann.reply(20)).text
    assert refused.startswith("dikt.txt: ")
    assert refused.splitlines()[-1].startswith("The remarks on the document are in Swedish")


def test_an_admin_reads_english(bot: tuple[Path, TelegramApi]) -> None:
    home, api = bot
    boss, ann = api.person(ADMIN), api.person(STAFF)
    boss.send("/start")
    english(boss.reply())
    assert "Publish a draft" in {one["description"] for one in boss.menu()}
    boss.send("/status")
    assert english(boss.reply()).text.startswith(
        "Index 000001: 49 replies, 375 passages\nDrafts: 0\n"
    )
    boss.send("/aterstall")
    told = after(boss, "That failed: ").text
    assert told == "That failed: There is no earlier sound version to go back to."

    boss.send_document("solceller.md", DOCUMENT.read_bytes())
    shown = after(boss, "this is how it would be kept")
    for line in ("Date: ", "Answered by: Kerstin Ahlmark (C)", "answer to question 4"):
        assert line in shown.text
    assert shown.labels == ["✅ Publish", "📝 Save as draft", "🔎 Earlier replies", "✖️ Cancel"]
    boss.press("📝 Save as draft", shown)
    (command,) = re.findall(r"^/publicera (\S+)$", after(boss, "Kept as a draft").text, re.M)
    boss.send("/utkast")
    assert after(boss, "1 draft:").labels[0].startswith("✅ Publish 1. ")
    boss.send(f"/publicera {command}")
    done = after(boss, f"Published: {command}\nIndex 000002 is live: 50 replies, ")
    assert done.labels == ["💬 Ask about it"]
    boss.send(f"/publicera {command}")
    told = after(boss, "That failed: ").text
    assert re.fullmatch(rf"That failed: {command} was already published on [0-9-]{{10}}\.", told)
    boss.send(f"/dra_tillbaka {command} wrong document")
    after(boss, f"Withdrawn: {command}\nIndex 000003 is live: 49 replies, ")
    ann.send(f"/svar {command}")
    english(ann.reply())
    boss.send(f"/svar {command}")
    told = english(boss.reply()).text
    assert re.fullmatch(r"The reply was withdrawn on [0-9-]{10}: wrong document\.", told)
    boss.send("/versioner")
    assert "* 000003 (live)\n  49 replies, " in english(boss.reply()).text

    boss.send_document("dikt.txt", b"Rosor ar roda.\n")
    after(boss, "The remarks on the document are in Swedish")
    record = home / "knowledge" / f"{REPLY_ID}.yaml"
    record.write_bytes(b"colour: red\n" + record.read_bytes())
    boss.send(f"/dra_tillbaka {REPLY_ID} wrong document")
    broken = f"knowledge/{REPLY_ID}.yaml, line 1: colour: unknown key"
    assert after(boss, "That failed: ").text.startswith(f"That failed: {broken}")
    boss.send("/indexera")
    after(boss, "To be mended in the record before everything is in the index: 1.")

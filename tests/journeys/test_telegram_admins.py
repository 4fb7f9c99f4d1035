"""What admins do: a document in, with a preview; drafts, withdrawing, versions, state."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.channels.telegram.data import Action, button, digest
from knowledge.store import YamlStore
from tests.journeys.telegram import ADMIN, MODES, STAFF, serving, wait_for
from tests.telegram_api import Button, Message, Person

DOCUMENT = Path(__file__).parent.parent / "data" / "documents" / "fraga-svar-solceller.md"
REPLY_ID = "2024-01-29-fastighetsagares-ansvar-for-trottoarer-och-halkbekampning"


def preview(boss: Person, name: str = "solceller.md", data: bytes | None = None) -> Message:
    """Send a document; return the message that shows how it is understood."""
    boss.send_document(name, DOCUMENT.read_bytes() if data is None else data)
    assert boss.reply(20).text == f"Läser {name} …"
    while not (message := boss.reply(30)).buttons:
        assert message.edited  # progress
    return message


def after(boss: Person, begins: str) -> Message:
    """Return the first message or edit that holds a text; progress may come before it."""
    for _ in range(20):
        message = boss.reply(30)
        if begins in message.text:
            return message
    raise AssertionError(begins)


def audited(home: Path) -> list[dict[str, Any]]:
    lines = (home / "journal" / "audit.jsonl").read_text().splitlines()
    return [json.loads(line) for line in lines]


def made_by(home: Path, reply_id: str) -> list[tuple[str | None, str | None]]:
    """Return what happened to a reply, and by whom."""
    return [(one.what, one.by) for one in YamlStore(home).load(reply_id).history]


@pytest.mark.parametrize("mode", MODES)
def test_a_document_is_previewed_published_asked_and_withdrawn(own_home: Path, mode: str) -> None:
    with serving(own_home, mode) as (_, api):
        boss, kim = api.person(ADMIN), api.person(7)
        boss.send("/start")
        boss.reply(20)
        wait_for(lambda: "dra_tillbaka" in boss.commands())
        shown = preview(boss)
        assert "Kerstin Ahlmark (C)" in shown.text
        assert "13 uttalanden" in shown.text or "4 svar på frågor" in shown.text
        assert shown.labels == [
            "✅ Publicera", "📝 Spara som utkast", "🔎 Tidigare svar", "✖️ Avbryt",
        ]  # fmt: skip
        boss.press("✅ Publicera", shown)
        done = after(boss, "Klart, och det går att fråga om det nu.")
        assert "1 ny, 0 oförändrade, 0 misslyckade" in done.text
        boss.open_link(str(done.button("💬 Fråga om det").url))
        assert boss.reply().text
        kim.send("Varför ströks etapp 3 av solcellerna ur budgeten?")
        assert "Etapp 3 omfattade simhallen" in kim.reply().quotes[0]

        (line,) = audited(own_home)
        (reply_id,) = line["replies"]
        assert line["who"] == f"telegram:{ADMIN}"
        assert made_by(own_home, reply_id) == [("imported", f"telegram:{ADMIN}")]
        assert line["what"] == "publish document"
        boss.press("✅ Publicera", shown)
        assert boss.reply().text.startswith("Dokumentet finns inte kvar")

        boss.send(f"/dra_tillbaka {reply_id}")
        assert boss.reply().text.startswith("Skriv beteckning och skäl")
        boss.send(f"/dra_tillbaka {reply_id} fel dokument")
        after(boss, f"Återkallat: {reply_id}")
        kim.send("Varför ströks etapp 3 av solcellerna ur budgeten?")
        assert not any("Etapp 3 omfattade" in quote for quote in kim.reply().quotes)
        assert audited(own_home)[-1]["reason"] == "fel dokument"
        assert made_by(own_home, reply_id)[1:] == [("withdrawn", f"telegram:{ADMIN}")]


def test_a_draft_waits_until_it_is_published(own_home: Path) -> None:
    with serving(own_home) as (served, api):
        boss = api.person(ADMIN)
        boss.send("/utkast")
        assert boss.reply(20).text == "Det finns inga utkast."
        shown = preview(boss)
        served.kill()  # the buttons outlive a restart
        served.start()
        boss.press("📝 Spara som utkast", shown)
        after(boss, "Sparat som utkast")
        boss.send("/utkast")
        drafts = boss.reply()
        assert drafts.text.startswith("1 utkast:")
        boss.press("✅ Publicera 1.", drafts)
        after(boss, "Publicerat: ")
        boss.send("/utkast")
        assert boss.reply().text == "Det finns inga utkast."


def test_a_correction_that_waits_is_among_the_drafts(own_home: Path) -> None:
    original = DOCUMENT.read_bytes()
    with serving(own_home) as (_, api):
        boss = api.person(ADMIN)
        boss.press("✅ Publicera", preview(boss))
        after(boss, "Klart")
        corrected = original.replace(b"simhallen", b"badhuset")
        assert corrected != original
        boss.press("📝 Spara som utkast", preview(boss, "rattat.md", corrected))
        (command,) = re.findall(r"^/publicera \S+$", after(boss, "Sparat").text, re.MULTILINE)
        boss.send("/utkast")
        assert "(rättelse)" in boss.reply(20).text
        boss.send(command)
        after(boss, "Publicerat: ")
        boss.send("/utkast")
        assert boss.reply(20).text == "Det finns inga utkast."


def test_a_preview_may_be_cancelled(own_home: Path) -> None:
    with serving(own_home) as (_, api):
        boss = api.person(ADMIN)
        shown = preview(boss)
        boss.press("🔎 Tidigare svar", shown)
        boss.reply(20)
        boss.press("✖️ Avbryt", shown)
        assert boss.reply().text == "Avbrutet. Inget är sparat."
        assert list((own_home / "inbox").iterdir()) == []


def test_documents_that_cannot_be_imported_are_explained(own_home: Path) -> None:
    with serving(own_home) as (_, api):
        boss = api.person(ADMIN)
        poem = preview(boss, "dikt.txt", b"Rosor ar roda.\n")
        assert "gick inte att läsa in" in poem.text
        assert "✅ Publicera" not in poem.labels
        assert "/inbox/" not in poem.text
        boss.post({"document": {"file_id": "x", "file_unique_id": "y", "file_size": 30_000_000,
                                "file_name": "stor.pdf"}})  # fmt: skip
        assert boss.reply().text.startswith("Filen är större än 20 MB")


def test_state_versions_and_going_back(own_home: Path) -> None:
    with serving(own_home) as (_, api):
        boss = api.person(ADMIN)
        boss.send("/status")
        state = boss.reply(20).text
        assert re.match(r"Index 000001: 49 svar, \d+ passager\nUtkast: 0\n", state)
        boss.send("/indexera")
        after(boss, "Index 000002 är i drift")
        boss.send("/versioner")
        assert "* 000002" in boss.reply().text
        boss.send("/aterstall 000001")
        after(boss, "Index 000001 är i drift igen")
        boss.send("/aterstall 000009")
        after(boss, "Det finns ingen version 000009")
        boss.send("/publicera finns-inte")
        after(boss, "Det finns inget svar med beteckningen finns-inte.")
        boss.send(f"/publicera {REPLY_ID}")
        after(boss, f"{REPLY_ID} är redan publicerat")
        assert [line["outcome"] for line in audited(own_home)] == [
            "done", "done", "failed", "failed", "failed",
        ]  # fmt: skip


def test_nobody_else_can_press_an_admins_buttons_or_send_replies(own_home: Path) -> None:
    with serving(own_home) as (_, api):
        boss = api.person(ADMIN)
        shown = preview(boss)
        uploads = [one.callback_data for row in shown.buttons for one in row]
        page, file = button(Action.PAGE, "1"), button(Action.FILE, digest(REPLY_ID))
        for who, forbidden in (
            (STAFF, [*uploads, button(Action.PUBLISH, digest(REPLY_ID))]),
            (7, [*uploads, button(Action.PUBLISH, digest(REPLY_ID)), page, file]),
        ):
            person = api.person(who)
            person.send("/om")
            own = person.reply()
            for data in forbidden:
                forged = replace(own, buttons=((Button("?", str(data)),),))
                outcome = person.press("?", forged)
                assert outcome.text.startswith("Knappen går inte att använda"), data
            person.nothing(0.2)
        assert len(list((own_home / "inbox").iterdir())) == 1
        kim = api.person(7)
        kim.send_document("solceller.md", DOCUMENT.read_bytes())
        assert kim.reply().text.startswith("Jag tar inte emot dokument")
        assert not (own_home / "journal" / "audit.jsonl").exists()


def test_what_does_not_work_is_told_in_swedish(own_home: Path) -> None:
    with serving(own_home) as (served, api):
        boss, ann = api.person(ADMIN), api.person(STAFF)
        boss.send("/aterstall")
        assert (
            "Det finns ingen tidigare hel version att gå tillbaka till."
            in after(boss, "Det gick inte").text
        )
        boss.send(f"/publicera {REPLY_ID}")
        assert re.search(rf"{REPLY_ID} är redan publicerat sedan \d+ \w+ \d{{4}}\.",
                         after(boss, "Det gick inte").text)  # fmt: skip
        boss.send("/publicera nonsens")
        assert "inget svar med beteckningen nonsens" in after(boss, "Det gick inte").text

        record = own_home / "knowledge" / f"{REPLY_ID}.yaml"
        record.write_bytes(b"colour: red\n" + record.read_bytes())
        boss.send(f"/dra_tillbaka {REPLY_ID} fel dokument")
        broken = f"Filen {REPLY_ID}.yaml i registret är felaktig, rad 1 (fältet colour)"
        assert broken in after(boss, "Det gick inte").text
        ann.send(f"/svar {REPLY_ID}")
        assert broken in ann.reply(20).text
        boss.send("/indexera")
        assert "Att se över i registret" in after(boss, "är i drift").text
        log = served.log_file.read_text()
        assert "colour: unknown key" in log and "nonsens" not in log

        (own_home / "index" / "versions" / "000002" / "manifest.yaml").write_bytes(b"")
        boss.send("/versioner")
        shown = boss.reply(20).text
        assert "skadad" in shown and "as it was written" not in shown

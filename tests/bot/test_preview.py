from __future__ import annotations

import re
from dataclasses import replace

import pytest

from bot.catalogue import catalogue_for
from bot.cli.progress import time_left
from bot.render.preview import CHAT, import_line, import_text, in_words, warned
from bot.render.style import PLAIN, Style
from knowledge.draft import Certainty, Found, Place
from knowledge.importing import ImportEntry, ImportStatus
from knowledge.model import Status
from tests.fakes_bot import REPLY_ID, make_reply

SAY = catalogue_for("sv")

ENTRY = ImportEntry(
    "svar.pdf",
    ImportStatus.IMPORTED,
    REPLY_ID,
    "Skolskjutsen på landsbygden",
    warnings=(
        "dnr: Dokumentet har flera diarienummer; välj det som gäller svaret.",
        "respondents[0].party: Parti för Lars Holm hittades inte i dokumentet.",
        "passages: 1 av 2 frågor har inget eget svar i texten.",
        "status: Något om läget.",
        "Något helt annat.",
    ),
    reply=make_reply(),
    revision=1,
    found=(
        Found("title", Certainty.CERTAIN, line="Svar på interpellation om skolskjuts", page=1),
        Found("municipality", Certainty.LIKELY, Place.SETTINGS),
        Found("dnr", Certainty.DOUBTFUL, Place.MARGIN, "KS 2025/112"),
        Found("dnr", Certainty.DOUBTFUL, line="Dnr KS 2025/113", page=2),
        Found("passages", Certainty.DOUBTFUL, line="Vad kostar det?", page=1),
    ),
)  # fmt: skip


def lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines()]


def test_every_field_says_where_it_stands_and_every_doubt_what_it_is_about() -> None:
    shown = lines(import_text(ENTRY, PLAIN, SAY, dry_run=True))
    at = shown.index("Rubrik:       Skolskjutsen på landsbygden")
    assert shown[at + 1] == "säkert · sidan 1 · ”Svar på interpellation om skolskjuts”"
    assert "troligt · ur inställningarna, inte ur dokumentet" in shown
    at = shown.index("! Dokumentet har flera diarienummer; välj det som gäller svaret.")
    assert shown[at - 1].startswith("Diarienummer:")
    assert shown[at + 1 : at + 3] == [
        "osäkert · sidhuvud eller sidfot · ”KS 2025/112”",
        "osäkert · sidan 2 · ”Dnr KS 2025/113”",
    ]
    at = shown.index("! Parti för Lars Holm hittades inte i dokumentet.")
    assert shown[at - 1].startswith("Besvarad av:")
    at = shown.index("! 1 av 2 frågor har inget eget svar i texten.")
    assert shown[at + 1] == "osäkert · sidan 1 · ”Vad kostar det?”"
    # What concerns nothing shown comes last, and no doubt is told twice or left out.
    assert shown[-3:] == ["Kontrollera:", "– Läge: Något om läget.", "– Något helt annat."]
    whole = "\n".join(shown)
    assert [whole.count(warned(one).text) for one in ENTRY.warnings] == [1] * 5


def test_kinds_have_colours_only_where_there_are_any() -> None:
    coloured = import_text(ENTRY, Style(colour=True), SAY, dry_run=True)
    for name, code in (("#q1", 32), ("#s1", 36), ("#b1", 2)):
        assert re.search(rf"\x1b\[{code}m +{name}  ", coloured)
    plain = import_text(ENTRY, PLAIN, SAY, dry_run=True)
    assert re.sub(r"\x1b\[\d*m", "", coloured) == plain
    assert "\x1b" not in plain


def test_control_characters_of_a_document_never_reach_the_terminal() -> None:
    found = (Found("title", Certainty.CERTAIN, line="Svar \x1b[2J på"),)
    entry = ImportEntry(
        "a.txt", ImportStatus.IMPORTED, REPLY_ID, reply=make_reply(), revision=1, found=found
    )
    assert "\x1b" not in import_text(entry, PLAIN, SAY, dry_run=True)


@pytest.mark.parametrize(
    ("status", "revision", "says"),
    [
        (Status.PUBLISHED, 1, "sparat och publicerat"),
        (Status.DRAFT, 1, "sparat som utkast"),
        (Status.PUBLISHED, 2, "rättelse sparad och publicerad som revision 2 av samma svar"),
        (Status.DRAFT, 3, "rättelse sparad som utkast, revision 3 av samma svar"),
        (Status.WITHDRAWN, 2, "revision 2; svaret är fortfarande återkallat"),
    ],
)
def test_what_became_of_a_document(status: Status, revision: int, says: str) -> None:
    entry = ImportEntry(
        "a.txt", ImportStatus.IMPORTED, REPLY_ID, reply=make_reply(status), revision=revision
    )
    assert says in import_text(entry, PLAIN, SAY, dry_run=False).splitlines()[0]
    assert says in import_line(entry, SAY)
    dry = import_text(entry, PLAIN, SAY, dry_run=True).splitlines()[0]
    assert "inget är ändrat" in dry
    assert (f"revision {revision}" in dry) == (revision > 1)


def test_a_refused_file_is_one_line_and_its_reason() -> None:
    entry = ImportEntry("a.txt", ImportStatus.FAILED, error="filen är tom.")
    assert import_line(entry, SAY) == "a.txt: gick inte att läsa in\n    – filen är tom."


def test_warnings_in_words() -> None:
    assert in_words("dnr: saknas.", SAY) == "Diarienummer: saknas."
    assert in_words("interpellants[1].party: saknas.", SAY) == "Interpellant: saknas."
    assert in_words("Filen: tom.", SAY) == "Filen: tom."


@pytest.mark.parametrize(
    ("seconds", "says"),
    [
        (0.2, "ca 1 s kvar"),
        (59, "ca 59 s kvar"),
        (61, "ca 1 min kvar"),
        (3700, "ca 1 h 2 min kvar"),
    ],
)
def test_time_left(seconds: float, says: str) -> None:
    assert time_left(seconds) == says


def test_in_a_chat_nothing_stands_in_columns_and_every_doubt_is_told() -> None:
    wide = import_text(ENTRY, PLAIN, SAY, dry_run=True)
    chat = import_text(ENTRY, PLAIN, SAY, dry_run=True, layout=CHAT)
    assert not re.search(r"^ {5}|\S {3,}\S", chat, re.MULTILINE)
    assert "Datum: 17 mars 2025\n" in chat
    assert "\n\n#q1  Kommunens svar på fråga 1" in chat
    for doubt in re.findall(r"! .+|– .+|osäkert .+|troligt .+", wide):
        assert doubt in chat
    assert "säkert ·" in wide.replace("osäkert", "")
    assert "säkert ·" not in chat.replace("osäkert", "")


def test_in_english_only_what_the_document_and_its_readers_say_is_swedish() -> None:
    english = catalogue_for("en")
    shown = lines(import_text(ENTRY, PLAIN, english, dry_run=True, layout=CHAT))
    assert shown[0] == "svar.pdf: this is how it would be kept (a preview, nothing is changed)"
    for line in (
        "Title: Skolskjutsen på landsbygden",
        "likely · from the settings, not from the document",
        "doubtful · page 2 · “Dnr KS 2025/113”",
        "Date: 17 March 2025",
        "Passages: 1 answer to a question, 1 statement, 1 background passage",
        "#q1  The municipality's answer to question 1 · page 1",
        "– Status: Något om läget.",
    ):
        assert line in shown
    assert shown[-1].startswith("The remarks on the document are in Swedish")
    refused = ImportEntry("a.txt", ImportStatus.FAILED, error="filen är tom.")
    said = lines(import_text(refused, PLAIN, english, dry_run=False, layout=CHAT))
    assert said[:2] == ["a.txt: could not be imported", "filen är tom."]
    assert said[-1] == shown[-1]
    assert (
        import_text(replace(ENTRY, warnings=()), PLAIN, english, dry_run=True).count("emarks") == 0
    )

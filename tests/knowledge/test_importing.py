from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from knowledge.document import Converted, Document, Line, Page
from knowledge.draft import Draft
from knowledge.errors import NotAReply, ReadingStopped
from knowledge.importing import (
    ImportEntry,
    ImportStatus,
    ImportStore,
    Terms,
    import_document,
)
from knowledge.model import Change, Event, Passage, PassageKind, Span, Status
from knowledge.readers import read
from knowledge.reading import Understood
from knowledge.review import withdraw
from knowledge.store import YamlStore
from knowledge.understanding import DirectReading
from knowledge.verify import verify_store
from tests.builders import reply
from tests.fakes import MemoryStore
from tests.knowledge.readers.documents import pdf, printed, word

TODAY = date(2025, 4, 1)
DATA = "Hur långt?\nHögst två kilometer.\n".encode()
DRAFT = Draft(
    text="Hur långt?\nHögst två kilometer.\n",
    passages=(Passage("q1", PassageKind.ANSWER, Span(11, 31), 1, Span(0, 10)),),
    title="Skolskjutsen på landsbygden",
    answered_on=date(2025, 3, 17),
    replaces_dnr=("ks 2021/9",),
    warnings=("dnr: Diarienummer hittades inte.",),
)


class Finds(DirectReading):
    """Reads documents truly, and finds in each what the test says; keeps what it read again."""

    def __init__(self, *drafts: Draft, refusal: str | None = None) -> None:
        self.drafts = drafts
        self.refusal = refusal
        self.stuck = False
        self.read_again: list[str] = []

    def understand(self, file: str, data: bytes, /) -> Understood:
        document = self.read(file, data)
        if self.refusal is not None:
            raise NotAReply(file, self.refusal)
        return Understood(document, self.drafts)

    def reread(self, text: str, /) -> tuple[Draft, ...]:
        self.read_again.append(text)
        if self.stuck:
            raise ReadingStopped("", "det tog för lång tid.")
        return self.drafts


def _import(
    store: MemoryStore,
    data: bytes = DATA,
    *drafts: Draft,
    file: str = "svar.txt",
    publish: bool = True,
    dry_run: bool = False,
    reading: Finds | None = None,
) -> tuple[ImportEntry, ...]:
    return import_document(
        store,
        file,
        data,
        Terms(TODAY, publish, dry_run, "Exempelby kommun", "karin"),
        reading=reading or Finds(*(drafts or (DRAFT,))),
    )


def test_a_document_becomes_a_published_reply() -> None:
    store = MemoryStore([replace(reply("old"), dnr="KS 2021/9"), reply("other")])
    (entry,) = _import(store)
    assert entry.status is ImportStatus.IMPORTED
    assert entry.reply_id == "2025-03-17-skolskjutsen-pa-landsbygden"
    assert entry.passages == {
        PassageKind.ANSWER: 1, PassageKind.STATEMENT: 0, PassageKind.BACKGROUND: 0,
    }  # fmt: skip
    assert entry.warnings == DRAFT.warnings
    stored = store.load(entry.reply_id)
    assert stored == entry.reply
    assert stored.status is Status.PUBLISHED
    assert stored.history == (
        Event(TODAY, Status.PUBLISHED, what=Change.IMPORTED, revision=1, by="karin"),
    )
    assert stored.municipality == "Exempelby kommun"
    assert stored.replaces == ("old",)
    assert stored.source is not None
    assert store.sources == {"svar.txt": DATA}


def test_a_draft_stays_one() -> None:
    store = MemoryStore()
    (entry,) = _import(store, publish=False)
    assert entry.reply is not None
    assert entry.reply.status is Status.DRAFT


def test_a_dry_run_stores_nothing() -> None:
    store = MemoryStore()
    (entry,) = _import(store, dry_run=True)
    assert entry.status is ImportStatus.IMPORTED
    assert (store.replies, store.sources) == ({}, {})


def test_the_same_document_again_changes_nothing() -> None:
    store = MemoryStore()
    (first,) = _import(store)
    before = dict(store.replies)
    (again,) = _import(store, file="annat namn.txt")
    assert (again.status, again.reply_id) == (ImportStatus.UNCHANGED, first.reply_id)
    assert store.replies == before
    assert list(store.sources) == ["svar.txt"]


def test_another_document_with_the_same_title_gets_a_number() -> None:
    store = MemoryStore()
    _import(store)
    other = replace(DRAFT, text="Var?\nVid skolan.\n", passages=(), dnr="KS 2025/113")
    (entry,) = _import(store, b"Var?\nVid skolan.\n", other)
    assert entry.reply_id == "2025-03-17-skolskjutsen-pa-landsbygden-2"
    assert entry.reply is not None
    assert entry.reply.source is not None
    assert entry.reply.source.file == "svar-2.txt"


def test_several_replies_in_one_document() -> None:
    store = MemoryStore()
    entries = _import(store, DATA, DRAFT, DRAFT)
    assert [entry.reply_id for entry in entries] == sorted(store.replies)
    assert len(store.replies) == 2


def test_what_is_not_verbatim_is_not_stored() -> None:
    store = MemoryStore()
    wrong = replace(DRAFT, text=DRAFT.text.replace("två", "tre"))
    entries = _import(store, DATA, wrong, DRAFT)
    assert [entry.status for entry in entries] == [ImportStatus.FAILED, ImportStatus.IMPORTED]
    assert "ordagrant" in str(entries[0].error)
    assert len(store.replies) == 1


def test_what_is_no_reply_says_so() -> None:
    store = MemoryStore()
    (entry,) = _import(store, reading=Finds(refusal="Dokumentet är en kallelse."))
    assert (entry.status, entry.error) == (ImportStatus.FAILED, "Dokumentet är en kallelse.")
    (entry,) = _import(store, b"")
    assert "tom" in str(entry.error)
    assert (store.replies, store.sources) == ({}, {})


def test_a_full_disk_leaves_nothing_behind() -> None:
    store = MemoryStore()
    store.full = True
    (entry,) = _import(store)
    assert entry.status is ImportStatus.FAILED
    assert "disken är full" in str(entry.error)
    assert (store.replies, store.sources) == ({}, {})


def _letter(dnr: str, words: str, title: str = "skolskjutsen", day: str = "17 mars 2025") -> bytes:
    return f"""\
Svar på interpellation från Anna Ek (C) om {title}

Dnr {dnr}

Fråga 1: Hur långt får det vara till hållplatsen?
Svar: {words}

Exempelby den {day}

Bo Lind (S)
Kommunalråd
""".encode()


OLD = _letter("KS 2021/318", "Högst fyra kilometer, enligt beslut.", day="1 mars 2021")
NEW = _letter(
    "KS 2025/112",
    "Högst två kilometer. Detta svar ersätter det svar som lämnades 2021 (KS 2021/318).",
    title="skolbussen",
)


def _imported(store: ImportStore, *documents: bytes) -> list[ImportEntry]:
    return [
        entry
        for number, data in enumerate(documents)
        for entry in import_document(
            store,
            f"{number}.txt",
            data,
            Terms(TODAY, publish=True),
            reading=DirectReading(),
        )
    ]


@pytest.mark.parametrize("documents", [(OLD, NEW), (NEW, OLD)])
def test_what_is_replaced_does_not_depend_on_the_order(documents: tuple[bytes, ...]) -> None:
    store = MemoryStore()
    entries = _imported(store, *documents)
    assert {one.id: one.replaces for one in store.load_all()[0]} == {
        "2021-03-01-skolskjutsen": (),
        "2025-03-17-skolbussen": ("2021-03-01-skolskjutsen",),
    }
    assert not [said for one in entries for said in one.warnings if said.startswith("replaces")]


def test_a_reply_that_is_completed_is_saved_with_the_import() -> None:
    store = MemoryStore()
    _imported(store, NEW)
    (before,) = store.load_all()[0]
    by_hand = replace(before, title="Rättad för hand", replaces=("1999-annat",))
    store.save([by_hand])
    store.full = True
    assert _imported(store, OLD)[0].status is ImportStatus.FAILED
    assert store.load(before.id) == by_hand
    store.full = False
    _imported(store, OLD)
    assert store.load(before.id) == replace(
        by_hand, replaces=("1999-annat", "2021-03-01-skolskjutsen")
    )


def test_a_dry_run_completes_nothing() -> None:
    store = MemoryStore()
    _imported(store, NEW)
    before = dict(store.replies)
    import_document(
        store, "a.txt", OLD, Terms(TODAY, publish=True, dry_run=True), reading=DirectReading()
    )
    assert store.replies == before


def test_only_a_reply_that_names_the_number_is_read_again() -> None:
    store = MemoryStore([reply("old")])
    reading = Finds(replace(DRAFT, dnr="KS 2025/112"))
    _import(store, reading=reading)
    assert reading.read_again == []
    assert store.load("old") == reply("old")


def test_a_stored_reply_that_cannot_be_read_again_stops_no_import() -> None:
    old = reply("old")
    store = MemoryStore([replace(old, text=f"{old.text}Ersätter KS 2025/112.")])
    reading = Finds(replace(DRAFT, dnr="KS 2025/112"))
    reading.stuck = True
    (entry,) = _import(store, reading=reading)
    assert entry.status is ImportStatus.IMPORTED
    (warning,) = (one for one in entry.warnings if one.startswith("replaces"))
    assert "old" in warning and "det tog för lång tid." in warning


def test_replies_of_one_document_may_replace_each_other() -> None:
    store = MemoryStore()
    other = replace(DRAFT, title="Annat", dnr="KS 2021/9", replaces_dnr=())
    entries = _import(store, DATA, DRAFT, other)
    assert entries[0].reply is not None
    assert entries[0].reply.replaces == (entries[1].reply_id,)


@pytest.mark.parametrize(
    ("changes", "same"),
    [
        ({"dnr": "ks2025/112", "title": "Annan rubrik"}, "samma diarienummer"),
        ({"dnr": None}, "samma rubrik och datum"),
        ({"dnr": None, "title": "SKOLSKJUTSEN  på landsbygden"}, "samma rubrik och datum"),
        ({"dnr": "KS 2025/113", "title": "Annan rubrik"}, None),
        ({"dnr": None, "answered_on": date(2025, 3, 18)}, None),
        ({"dnr": None, "answered_on": None}, None),
    ],
)
def test_a_doubtful_correction_is_a_draft_that_names_the_other(
    changes: dict[str, Any], same: str | None
) -> None:
    old = reply("old", OTHER_WORDS, title=DRAFT.title, answered_on=DRAFT.answered_on)
    old = replace(replace(old, dnr="KS 2025/112"), **changes)
    store = MemoryStore([old])
    (entry,) = _import(store, DATA, replace(DRAFT, dnr="KS 2025/112"))
    assert entry.reply is not None
    assert entry.reply_id != "old"
    said = [warning for warning in entry.warnings if warning.startswith("replaces: ")]
    doubtful = [warning for warning in said if "eget utkast" in warning]
    assert (len(doubtful) == 1) == (same is not None)
    if same:
        assert same in doubtful[0]
        assert "kommunsvar withdraw old" in doubtful[0]
        assert f"kommunsvar publish {entry.reply_id}" in doubtful[0]
    assert entry.reply.status is (Status.DRAFT if same else Status.PUBLISHED)
    assert store.load("old") == old
    assert entry.reply.replaces == ()


OTHER_WORDS = (
    ("Vem betalar?", "Regionen betalar hela resan för den som går i gymnasiet och bor långt bort."),
)


@pytest.mark.parametrize(
    ("day", "older"), [(date(2024, 3, 17), True), (date(2026, 3, 17), False), (None, None)]
)
def test_a_reply_of_another_day_on_the_matter_is_a_suggestion(
    day: date | None, older: bool | None
) -> None:
    old = reply("old", OTHER_WORDS, title=DRAFT.title, answered_on=day)
    store = MemoryStore([old])
    (entry,) = _import(store)
    said = [warning for warning in entry.warnings if warning.startswith("replaces: ")]
    assert len(said) == (older is not None)
    if older is not None:
        assert f"ange {'old' if older else entry.reply_id} under replaces" in said[0]
    assert entry.reply is not None
    assert (entry.reply.status, entry.reply.replaces) == (Status.PUBLISHED, ())
    assert store.load("old") == old


FIRST = _letter("KS 2025/112", "Högst två kilometer för de yngsta, fyra för de äldsta eleverna.")
FIXED = _letter("KS 2025/112", "Högst två kilometer för de yngsta, fem för de äldsta eleverna.")
THIRD = _letter("KS 2025/112", "Högst två kilometer för de yngsta, sex för de äldsta eleverna.")
ID = "2025-03-17-skolskjutsen"


def _one(
    store: ImportStore, file: str, data: bytes, *, publish: bool = True, dry_run: bool = False
) -> ImportEntry:
    terms = Terms(TODAY, publish, dry_run, by="karin")
    (entry,) = import_document(store, file, data, terms, reading=DirectReading())
    return entry


def test_a_corrected_document_is_the_next_revision() -> None:
    store = MemoryStore()
    _one(store, "svar.txt", FIRST)
    before = store.load(ID)
    entry = _one(store, "rättat svar.txt", FIXED)
    assert (entry.status, entry.reply_id, entry.revision) == (ImportStatus.IMPORTED, ID, 2)
    assert store.ids() == (ID,)
    after = store.load(ID)
    assert "fem för" in after.text
    assert after.revision == 2
    assert [event.what for event in after.history] == [Change.IMPORTED, Change.CORRECTED]
    assert after.history[-1] == Event(
        TODAY, Status.PUBLISHED, what=Change.CORRECTED, revision=2, by="karin"
    )
    assert [one.id for one in after.passages] == [one.id for one in before.passages]
    # What was is kept, with its document.
    assert [(one.number, one.reply) for one in store.revisions(ID)[0]] == [(1, before)]
    assert set(store.sources) == {"svar.txt", "rättat svar.txt"}
    assert f"rättelse av {ID}" in entry.warnings[0]
    assert f"revisions/{ID}/1.yaml" in entry.warnings[0]
    assert verify_store(store, read).errors == ()


def test_no_earlier_text_is_written_over() -> None:
    store = MemoryStore()
    for file, data in (("1.txt", FIRST), ("2.txt", FIXED), ("3.txt", THIRD)):
        _one(store, file, data)
    # A registrar has tidied away the history: by it, this is the first text.
    store.save([replace(store.load(ID), history=())])
    texts = {one.number: one.reply.text for one in store.revisions(ID)[0]}
    _one(store, "4.txt", FIRST.replace(b"fyra", b"nio"))
    kept = {one.number: one.reply.text for one in store.revisions(ID)[0]}
    assert {number: kept[number] for number in texts} == texts
    assert "sex för" in kept[3]
    assert store.load(ID).revision == 4


def test_a_document_of_an_earlier_revision_changes_nothing() -> None:
    store = MemoryStore()
    for file, data in (("1.txt", FIRST), ("2.txt", FIXED), ("3.txt", THIRD)):
        _one(store, file, data)
    before = dict(store.replies)
    entry = _one(store, "igen.txt", FIXED)
    assert (entry.status, entry.revision) == (ImportStatus.UNCHANGED, 3)
    assert "revision 2" in entry.warnings[0]
    assert store.replies == before
    assert [one.number for one in store.revisions(ID)[0]] == [1, 2]


def test_the_same_words_in_another_file_change_nothing() -> None:
    store = MemoryStore()
    _one(store, "svar.txt", FIRST)
    before = dict(store.replies)
    entry = _one(store, "svar.md", FIRST + b"\n")
    assert entry.status is ImportStatus.UNCHANGED
    assert "ord för ord" in entry.warnings[0]
    assert (store.replies, set(store.sources)) == (before, {"svar.txt"})


def test_a_correction_that_is_not_published_waits() -> None:
    store = MemoryStore()
    _one(store, "svar.txt", FIRST)
    before = dict(store.replies)
    entry = _one(store, "rättat.txt", FIXED, publish=False)
    assert (entry.reply_id, entry.revision) == (ID, 2)
    assert entry.reply is not None
    assert entry.reply.status is Status.DRAFT
    assert store.replies == before
    assert [one.number for one in store.revisions(ID)[0]] == [None]
    assert "väntar" in entry.warnings[0]
    again = _one(store, "rättat.txt", FIXED, publish=False)
    assert again.status is ImportStatus.UNCHANGED
    assert f"publish {ID}" in again.warnings[0]
    # Another correction, published: what waited is overtaken.
    last = _one(store, "rättat igen.txt", THIRD)
    assert last.revision == 2
    assert [one.number for one in store.revisions(ID)[0]] == [1]
    assert "sex för" in store.load(ID).text


def test_a_correction_that_was_overtaken_waits_no_longer() -> None:
    store = MemoryStore()
    _one(store, "svar.txt", FIRST)
    _one(store, "rättat.txt", FIXED, publish=False)
    (waiting,) = store.revisions(ID)[0]
    _one(store, "rättat igen.txt", THIRD)
    store.save_waiting(waiting.reply)  # as when killed before it was removed
    entry = _one(store, "rättat igen.txt", THIRD)
    assert (entry.status, entry.warnings) == (ImportStatus.UNCHANGED, ())
    again = _one(store, "rättat.txt", FIXED)
    assert (again.status, again.revision) == (ImportStatus.IMPORTED, 3)


def test_a_withdrawn_reply_stays_withdrawn() -> None:
    store = MemoryStore()
    _one(store, "svar.txt", FIRST)
    store.save([withdraw(store.load(ID), "fel bilaga", TODAY)])
    entry = _one(store, "svar.txt", FIRST)
    assert entry.status is ImportStatus.UNCHANGED
    assert "återkallat sedan 2025-04-01" in entry.warnings[0]
    entry = _one(store, "rättat.txt", FIXED)
    assert (entry.status, entry.revision) == (ImportStatus.IMPORTED, 2)
    assert any("förblir" in warning for warning in entry.warnings)
    assert store.load(ID).status is Status.WITHDRAWN


def test_a_correction_keeps_what_only_the_record_says() -> None:
    store = MemoryStore()
    _one(store, "svar.txt", FIRST)
    by_hand = replace(store.load(ID), municipality="Exempelby kommun", replaces=("äldre",))
    by_hand = replace(by_hand, answered_on=date(2025, 3, 16))
    store.save([by_hand])
    entry = _one(store, "rättat.txt", FIXED)
    after = store.load(ID)
    assert (after.municipality, after.replaces) == ("Exempelby kommun", ("äldre",))
    # The document's word goes before the record's, and that is said.
    assert after.answered_on == date(2025, 3, 17)
    assert any(one.startswith("answered_on: ") and "2025-03-16" in one for one in entry.warnings)


def test_a_full_disk_leaves_the_reply_and_its_document_as_they_were() -> None:
    store = MemoryStore()
    _one(store, "svar.txt", FIRST)
    before = dict(store.replies)
    store.full = True
    assert _one(store, "rättat.txt", FIXED).status is ImportStatus.FAILED
    assert (store.replies, set(store.sources)) == (before, {"svar.txt"})


def test_a_dry_run_of_a_correction_says_so_and_keeps_nothing() -> None:
    store = MemoryStore()
    _one(store, "svar.txt", FIRST)
    entry = _one(store, "rättat.txt", FIXED, dry_run=True)
    assert (entry.reply_id, entry.revision) == (ID, 2)
    assert (store.revisions(), set(store.sources)) == (((), ()), {"svar.txt"})


LETTER = (
    "Svar på interpellation om skolskjutsen på landsbygden",
    "",
    "Anna Ek (C) har ställt en interpellation till mig. Jag lämnar följande svar.",
    "",
    "1. Hur långt får det vara till hållplatsen?",
    "",
    "För elever i förskoleklass till och med årskurs tre får det vara högst två",
    "kilometer mellan hemmet och hållplatsen, längs den kortaste gångbara vägen.",
    "",
    "2. Vad kostar det?",
    "",
    "Kostnaden är fyra miljoner kronor om året och har inte ändrats.",
    "",
    "Bo Lind (S)",
    "Kommunalråd",
)


def _documents() -> dict[str, bytes]:
    text = "\n".join(LETTER)
    paragraphs = text.replace("\nkilometer", " kilometer").split("\n\n")
    html = "".join(f"<p>{part}</p>".replace("\n", "<br>") for part in paragraphs)
    docx = word(lambda document: [document.add_paragraph(part) for part in paragraphs])
    return {
        "a.txt": text.encode(),
        "a.md": text.encode(),
        "a.pdf": pdf([printed(*LETTER)]),
        "a.docx": docx,
        "a.html": f"<!doctype html><html><body><main>{html}</main></body></html>".encode(),
    }


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.pdf", "a.docx", "a.html"])
def test_every_format_from_document_to_verified_record(tmp_path: Path, name: str) -> None:
    store = YamlStore(tmp_path)
    (entry,) = import_document(
        store,
        name,
        _documents()[name],
        Terms(TODAY, publish=True),
        reading=DirectReading(),
    )
    assert entry.error is None
    assert entry.passages[PassageKind.ANSWER] == 2
    report = verify_store(store, read)
    assert report.errors == ()
    assert report.replies == 1


class Scans(DirectReading):
    """Recognises the same text on nine pages, of which these are scanned."""

    def __init__(self, *pages: int) -> None:
        self.pages = pages

    def understand(self, file: str, data: bytes, /) -> Understood:
        page = Page(tuple(Line(line) for line in DATA.decode().splitlines()))
        made = Converted("pdf", DATA)
        document = Document((page,) * 9, paged=True, scanned=self.pages, converted=made)
        return Understood(document, (DRAFT,))


def _scan(store: MemoryStore, *pages: int) -> ImportEntry:
    (entry,) = import_document(
        store,
        "svar.pdf",
        b"an image",
        Terms(TODAY, publish=True),
        reading=Scans(*pages),
    )
    return entry


def test_a_scanned_document_is_kept_with_what_was_recognised() -> None:
    store = MemoryStore()
    entry = _scan(store, 2, 3)
    assert entry.warnings[0] == ("text: sidorna 2–3 är inlästa med OCR; jämför med originalet.")
    assert store.sources == {"svar.pdf": b"an image", "svar.konverterad.pdf": DATA}
    assert entry.reply is not None
    assert entry.reply.source is not None
    assert entry.reply.source.converted is not None
    assert entry.reply.source.converted.file == "svar.konverterad.pdf"
    assert verify_store(store, lambda _file, data: read("a.txt", data)).errors == ()


def test_scanned_pages_are_named() -> None:
    assert "sidan 4 är inläst" in _scan(MemoryStore(), 4).warnings[0]
    assert "sidorna 1, 3–5 och 8 är inlästa" in _scan(MemoryStore(), 1, 3, 4, 5, 8).warnings[0]


def test_nothing_of_a_scanned_document_stays_when_the_disk_is_full() -> None:
    store = MemoryStore()
    store.full = True
    assert _scan(store, 1).status is ImportStatus.FAILED
    assert store.sources == {}

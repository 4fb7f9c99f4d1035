from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from knowledge.draft import Draft
from knowledge.errors import NotAReply, ReadingStopped
from knowledge.importing import ImportEntry, ImportStatus, ImportStore, import_document
from knowledge.model import Event, Passage, PassageKind, Span, Status
from knowledge.readers import read
from knowledge.reading import Understood
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
        municipality="Exempelby kommun",
        today=TODAY,
        publish=publish,
        dry_run=dry_run,
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
    assert stored.history == (Event(TODAY, Status.PUBLISHED),)
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
    (entry,) = _import(store, DATA + b"\n")
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
    assert "no space left" in str(entry.error)
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
            today=TODAY,
            publish=True,
            dry_run=False,
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
        store, "a.txt", OLD, today=TODAY, publish=True, dry_run=True, reading=DirectReading()
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
        ({"status": Status.WITHDRAWN}, None),
    ],
)
def test_a_corrected_document_is_pointed_out_and_nothing_decided(
    changes: dict[str, Any], same: str | None
) -> None:
    old = replace(reply("old", title=DRAFT.title, answered_on=DRAFT.answered_on), dnr="KS 2025/112")
    old = replace(old, **changes)
    store = MemoryStore([old])
    (entry,) = _import(store, DATA, replace(DRAFT, dnr="KS 2025/112"))
    said = [warning for warning in entry.warnings if warning.startswith("replaces: ")]
    assert (len(said) == 1) == (same is not None)
    if same:
        assert same in said[0]
        assert "kommunsvar withdraw old" in said[0]
        assert "replaces" in said[0].removeprefix("replaces: ")
    assert store.load("old") == old
    assert entry.reply is not None
    assert entry.reply.replaces == ()


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
        today=TODAY,
        publish=True,
        dry_run=False,
        reading=DirectReading(),
    )
    assert entry.error is None
    assert entry.passages[PassageKind.ANSWER] == 2
    report = verify_store(store, read)
    assert report.errors == ()
    assert report.replies == 1

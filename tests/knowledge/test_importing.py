from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from knowledge.document import Document
from knowledge.draft import Draft
from knowledge.importing import ImportEntry, ImportStatus, Parse, import_document
from knowledge.model import Event, Passage, PassageKind, Span, Status
from knowledge.parsing.parse import NoReply
from knowledge.readers import read
from knowledge.store import YamlStore
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


def _import(
    store: MemoryStore,
    data: bytes = DATA,
    *drafts: Draft,
    file: str = "svar.txt",
    publish: bool = True,
    dry_run: bool = False,
    parse: Parse | None = None,
) -> tuple[ImportEntry, ...]:
    return import_document(
        store,
        file,
        data,
        municipality="Exempelby kommun",
        today=TODAY,
        publish=publish,
        dry_run=dry_run,
        parse=parse or (lambda _: drafts or (DRAFT,)),
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
    def refuse(_: Document) -> tuple[Draft, ...]:
        raise NoReply("Dokumentet är en kallelse.")

    store = MemoryStore()
    (entry,) = _import(store, parse=refuse)
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
        store, name, _documents()[name], today=TODAY, publish=True, dry_run=False
    )
    assert entry.error is None
    assert entry.passages[PassageKind.ANSWER] == 2
    report = verify_store(store, read)
    assert report.errors == ()
    assert report.replies == 1

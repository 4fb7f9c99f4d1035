"""Interpellations before their replies, minutes with a head, documents without a reply."""

from __future__ import annotations

from datetime import date

import pytest

from knowledge.document import Line, Page
from knowledge.model import PassageKind, Person
from knowledge.parsing.footnotes import footnotes
from knowledge.parsing.furniture import without_furniture
from knowledge.parsing.parse import NoReply, parse
from knowledge.parsing.refusal import LooksLike
from tests.knowledge.layouts import document, plain
from tests.knowledge.test_forms import only

INTERPELLATION = (
    "Exempelpartiet i Sundvika\nSundvika 2024-03-01\n\n"
    "Interpellation till nämndens ordförande Eva Al (S) om badet\n\n"
    "Badet har förfallit i tio år. Omklädningsrummen är kalla, taket läcker och ingen i nämnden "
    "verkar bry sig om det.\n\nJag frågar därför:\n\n1. När rustas badet?\n\n"
    "2. Vem bär ansvaret?\n\nBo Ek (M)"
)
REPLY = (
    "Sundvika kommun\nFritidsnämnden\n2024-04-08\nDnr FN 2024/12\n\n"
    "Svar på interpellation från Bo Ek (M) om badet\n\n"
    "Svar på fråga 1: Badet rustas nästa år för tolv miljoner kronor.\n\n"
    "Svar på fråga 2: Nämnden.\n\nEva Al (S)\nordförande i fritidsnämnden"
)


@pytest.mark.parametrize("border", ["\f", "\n\n"], ids=["pages", "running on"])
def test_an_interpellation_before_its_reply_is_background(border: str) -> None:
    draft = only(f"{INTERPELLATION}{border}{REPLY}")
    official = [p for p in draft.passages if p.kind is not PassageKind.BACKGROUND]
    assert [plain(p.span.of(draft.text)) for p in official] == [
        "Badet rustas nästa år för tolv miljoner kronor.",
        "Nämnden.",
    ]
    assert [plain(p.question.of(draft.text)) for p in official if p.question] == [
        "När rustas badet?",
        "Vem bär ansvaret?",
    ]
    assert draft.answered_on == date(2024, 4, 8)
    assert (draft.title, draft.municipality, draft.dnr) == (
        "Badet",
        "Sundvika kommun",
        "FN 2024/12",
    )
    assert draft.interpellants == (Person("Bo Ek", "M"),)


def test_what_only_the_interpellation_says_of_the_matter_is_taken_from_there() -> None:
    bare = REPLY.replace("Svar på interpellation från Bo Ek (M) om badet", "Interpellationssvar")
    draft = only(f"{INTERPELLATION}\f{bare}")
    assert draft.title == "Badet"
    assert draft.interpellants == (Person("Bo Ek", "M"),)


def test_the_head_of_minutes_is_no_passage() -> None:
    head = (
        "Exempelby kommun\nSammanträdesprotokoll 2024-05-20\n\n"
        "Beslutande: Anna Ek (S), Bo Al (M), Cia Os (V), Dan Is (C), Eva Ur (KD), Fia Ek (L), "
        "Gun By (MP), Hans Ö (SD) samt tjänstgörande ersättare enligt närvarolistan.\n\n"
        "Justeringens plats och tid: kommunhuset den 28 maj 2024\n\n"
    )
    minutes = (
        "§ 1 Upprop\n\nUpprop förrättas.\n\n"
        "§ 2 Svar på interpellation från Bo Al (M) om bron\n\n"
        "Kommunalrådet Anna Ek (S) svarar:\n\nBron är sliten men håller i tio år till.\n\n"
        "I ärendet yttrar sig Bo Al (M) och Anna Ek (S).\n\nInterpellationen är besvarad.\n\n"
        "§ 3 Val\n\nTill nämndeman väljs Siv Å (S)."
    )
    draft = only(f"{head}{minutes}")
    assert [plain(p.span.of(draft.text)) for p in draft.passages] == [
        "Bron är sliten men håller i tio år till."
    ]
    assert draft.answered_on == date(2024, 5, 20)


@pytest.mark.parametrize(
    ("text", "looks_like"),
    [
        (
            "EXEMPELBY KOMMUN KALLELSE\n\nNr Ärende\n\n1 Upprop\n\n"
            "2 Svar på interpellation från Bo Ek (M) om badet\n\n" + "Handlingar finns. " * 20,
            LooksLike.AGENDA,
        ),
        (
            "Enkel fråga till nämndens ordförande\n\nNär lagas lamporna?\n\nBo Ek (M)",
            LooksLike.QUESTION,
        ),
        (INTERPELLATION, LooksLike.INTERPELLATION),
        ("Motion om badet\n\nJag föreslår ett bad.\n\nBo Ek (M)", LooksLike.MOTION),
        ("Badet öppnar\n\nVälkommen till badet på lördag!", LooksLike.OTHER),
    ],
)
def test_what_a_document_without_a_reply_looks_like(text: str, looks_like: LooksLike) -> None:
    with pytest.raises(NoReply) as caught:
        parse(without_furniture(document(text)))
    assert caught.value.looks_like is looks_like


def test_footnotes_are_known_by_the_numbers_above() -> None:
    def lines(*texts: str) -> tuple[Line, ...]:
        return tuple(map(Line, texts))

    notes = lines("Halten steg.1 Den mättes i maj2 igen.", "", "1", "Årsrapport.", "2 Beslut 12.")
    assert footnotes(notes) == {2, 3, 4}
    assert footnotes(lines("Halten steg.", "1 Årsrapport.")) == set()
    assert footnotes(lines("Så här:1", "1. Hur många?", "2. Varför?")) == set()


def test_footnotes_leave_a_paragraph_whole_over_the_page_border() -> None:
    pages = document("Bron är1 sliten men\n1Rapport 12.\fhåller.")
    first, second = without_furniture(pages).pages
    assert (first, second) == (Page((Line("Bron är1 sliten men"),)), Page((Line("håller."),)))

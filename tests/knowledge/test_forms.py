"""Replies in the forms of many municipalities: each passage with its kind, number and words."""

from __future__ import annotations

import pytest

from knowledge.document import LineStyle
from knowledge.draft import Draft
from knowledge.parsing.furniture import without_furniture
from knowledge.parsing.parse import parse
from tests.knowledge.layouts import document, flowing, plain

HEAD = "Svar på interpellation från Bo Ek (M) om badet\n\n"


def only(text: str) -> Draft:
    (draft,) = parse(without_furniture(document(text)))
    return draft


def said(draft: Draft) -> list[tuple[str, str]]:
    """Return the id and the words of each passage."""
    return [(p.id, plain(p.span.of(draft.text))) for p in draft.passages]


def asked(draft: Draft) -> list[tuple[str, str]]:
    """Return the id of each answer and its question."""
    return [(p.id, plain(p.question.of(draft.text))) for p in draft.passages if p.question]


@pytest.mark.parametrize(
    ("text", "passages"),
    [
        (  # a letter: each question retold, then answered
            "Du undrar varför avgiften har höjts. Höjningen täcker löner.\n\n"
            "Ni frågar även om det finns platser. I dag finns 34 lediga platser.",
            [("b1", "Du undrar varför avgiften har höjts."), ("q1", "Höjningen täcker löner."),
             ("b2", "Ni frågar även om det finns platser."),
             ("q2", "I dag finns 34 lediga platser.")],
        ),
        (  # what is called for, told to the one who calls for it
            "Du efterlyser gupp på Storgatan. Boende kan ansöka om blomlådor till den 1 april. "
            "Lådorna är gratis.",
            [("b1", "Du efterlyser gupp på Storgatan."),
             ("s1", "Boende kan ansöka om blomlådor till den 1 april. Lådorna är gratis.")],
        ),
        (  # told to others: figures answer, the rest may still be retold
            "Interpellanten frågar vad badet kostar. Det kostar 40 kronor.\n\n"
            "Interpellanten frågar vem som städar. Golven är kladdiga.",
            [("b1", "Interpellanten frågar vad badet kostar."), ("s1", "Det kostar 40 kronor."),
             ("b2", "Interpellanten frågar vem som städar. Golven är kladdiga.")],
        ),
        (  # a retold question in a chain of retellings
            "Du undrar varför badet är smutsigt. Barnen blir sjuka. Du menar att det är er skuld."
            "\n\nBadet är rent.",
            [("b1", "Du undrar varför badet är smutsigt. Barnen blir sjuka. "
              "Du menar att det är er skuld."),
             ("q1", "Badet är rent.")],
        ),
        (  # the passive, without a word about the interpellation
            "Det påstås att badet är stängt. Ingen vet varför.\n\n"
            "Vidare anförs att vattnet är grumligt.\n\nBadet är öppet.",
            [("b1", "Det påstås att badet är stängt. Ingen vet varför."),
             ("b2", "Vidare anförs att vattnet är grumligt."), ("s1", "Badet är öppet.")],
        ),
        (  # a party speaks, a complaint follows that starts like a stand
            "Sverigedemokraterna genom Bo Ek (M) har lämnat in en interpellation om badet. "
            "I den görs gällande att badet förfaller. Kommunen har gjort sig beroende av andra.\n\n"
            "SD-gruppen har flera gånger lyft frågan. Notan blir hög.\n\nBadet är nytt.",
            [("b1", "Sverigedemokraterna genom Bo Ek (M) har lämnat in en interpellation om badet. "
              "I den görs gällande att badet förfaller. Kommunen har gjort sig beroende av andra."),
             ("b2", "SD-gruppen har flera gånger lyft frågan. Notan blir hög."),
             ("s1", "Badet är nytt.")],
        ),
        (  # the set form of denial, and a verdict on a figure
            "Interpellanten vill ha ett utebad. Något sådant bad planeras inte.\n\n"
            "Interpellanten vill ha två hallar. Någon ny hall ingår inte i planen.\n\n"
            "Enligt Bo Ek köar 400 barn. Siffran är felaktig. 112 barn köar.\n\n"
            "I interpellationen står det att badet har 12 banor. Rätt siffra är 8.",
            [("b1", "Interpellanten vill ha ett utebad."),
             ("s1", "Något sådant bad planeras inte."),
             ("b2", "Interpellanten vill ha två hallar."),
             ("s2", "Någon ny hall ingår inte i planen."),
             ("b3", "Enligt Bo Ek köar 400 barn."),
             ("s3", "Siffran är felaktig. 112 barn köar."),
             ("b4", "I interpellationen står det att badet har 12 banor."),
             ("s4", "Rätt siffra är 8.")],
        ),
        (  # what is announced by a colon is retold, too
            "Interpellanten anför följande:\n\nBadet är smutsigt.\n\nBadet städas varje dag.",
            [("b1", "Interpellanten anför följande: Badet är smutsigt."),
             ("s1", "Badet städas varje dag.")],
        ),
        (  # a question in quotation marks with its speaker
            "”Hur kan badet vara stängt?” frågar Bo Ek.\n\nBadet stängdes efter en läcka.",
            [("b1", "”Hur kan badet vara stängt?” frågar Bo Ek."),
             ("s1", "Badet stängdes efter en läcka.")],
        ),
        (  # the interpellation announced in a sentence
            "Följande interpellation har inkommit från Bo Ek (M):\n\nBadet är smutsigt.\n\n"
            "Bryggorna är trasiga.\n\n1. När lagas bryggorna?\n2. Hur ofta städas det?\n\n"
            "Kommunalrådet Siv Pil (S) svarar:\n\n1. De lagas i maj.\n2. Det städas varje dag.",
            [("b1", "Följande interpellation har inkommit från Bo Ek (M): Badet är smutsigt."),
             ("b2", "Bryggorna är trasiga. 1. När lagas bryggorna? 2. Hur ofta städas det?"),
             ("q1", "De lagas i maj."), ("q2", "Det städas varje dag.")],
        ),
        (  # a heading right above its text, among short lines
            "Interpellationen i korthet\nBadet är smutsigt, bryggorna är trasiga och ingen bryr "
            "sig om det.\n\nFrågor\n1) När lagas bryggorna?\n2) Vem städar?\n\n"
            "Svar på frågorna\n1) I maj.\n2) Vi städar.\n\nSammantagen bedömning\nBadet är bra.",
            [("b1", "Badet är smutsigt, bryggorna är trasiga och ingen bryr sig om det."),
             ("q1", "I maj."), ("q2", "Vi städar."), ("s1", "Badet är bra.")],
        ),
        (  # "Fråga 2" over an answer
            "Bo Ek har ställt två frågor till mig.\n\nFråga 1\nBadet öppnar i maj.\n\n"
            "Fråga 2\nDet är gratis.",
            [("b1", "Bo Ek har ställt två frågor till mig."), ("q1", "Badet öppnar i maj."),
             ("q2", "Det är gratis.")],
        ),
        (  # refuted, agreed with, corrected
            "Att badet skulle läggas ned, som interpellanten påstår, stämmer inte.\n\n"
            "Interpellanten har rätt i att kön är lång.\n\n"
            "Interpellantens beskrivning av kön är missvisande.\n\n"
            "Motionären efterlyser en plan.",
            [("s1", "Att badet skulle läggas ned, som interpellanten påstår, stämmer inte. "
              "Interpellanten har rätt i att kön är lång."),
             ("s2", "Interpellantens beskrivning av kön är missvisande."),
             ("b1", "Motionären efterlyser en plan.")],
        ),
    ],
)  # fmt: skip
def test_whose_words(text: str, passages: list[tuple[str, str]]) -> None:
    found = said(only(HEAD + text + "\n\nEva Al (S)\nkommunalråd"))
    joined: dict[str, str] = dict(found)
    assert [(key, words) for key, words in joined.items()] == passages


def test_parts_of_a_question_have_answers_of_their_own() -> None:
    draft = only(
        f"{HEAD}Bo Ek ställer följande frågor:\n\nFråga 1\nHur många banor finns?\n\n"
        "Fråga 2\na) Var ska vi bada under bygget?\nb) Vad kostar det?\n\n"
        "Svar på fråga 1\nÅtta.\n\nSvar på fråga 2 a\nI grannkommunen.\n\n"
        "Svar på fråga 2 b\nDet är gratis."
    )
    assert said(draft)[1:] == [
        ("q1", "Åtta."),
        ("q2a", "I grannkommunen."),
        ("q2b", "Det är gratis."),
    ]
    assert asked(draft) == [
        ("q1", "Hur många banor finns?"),
        ("q2a", "Var ska vi bada under bygget?"),
        ("q2b", "Vad kostar det?"),
    ]


@pytest.mark.parametrize("mark", ["1{}) ", "1{}. ", "Fråga 1{}: "])
def test_parts_that_follow_each_other(mark: str) -> None:
    draft = only(
        f"{HEAD}{mark.format('a')}Hur många banor finns?\nSvar: Åtta.\n\n"
        f"{mark.format('b')}Hur många behövs?\nSvar: Sex.\n\n2. När byggs de?\nSvar: Aldrig."
    )
    assert said(draft) == [("q1a", "Åtta."), ("q1b", "Sex."), ("q2", "Aldrig.")]
    assert [words for _, words in asked(draft)][:2] == [
        "Hur många banor finns?",
        "Hur många behövs?",
    ]


def test_letters_alone_number_the_questions() -> None:
    draft = only(f"{HEAD}a) Hur många banor finns?\nÅtta.\n\nb) Hur många behövs?\nSex.")
    assert said(draft) == [("q1", "Åtta."), ("q2", "Sex.")]


def test_questions_with_the_interpellant_in_their_label() -> None:
    draft = only(
        f"{HEAD}Interpellantens fråga 1: Hur många banor finns?\n\nSvar: Åtta.\n\n"
        "Interpellantens fråga 2: Räcker de?\n\nSvar: Ja."
    )
    assert said(draft) == [("q1", "Åtta."), ("q2", "Ja.")]


def test_a_subject_line_opens_no_interpellation() -> None:
    draft = only(
        "INTERPELLATIONSSVAR\nDatum 2024-11-18\nTill Bo Ek (M)\n"
        "Från Eva Al (S), kommunstyrelsens ordförande\n\nInterpellation om badets öppettider\n\n"
        "Du hävdar att badet är stängt. Det stämmer inte.\n\nBadet är öppet varje dag."
    )
    assert draft.title == "Badets öppettider"
    assert said(draft) == [
        ("b1", "Du hävdar att badet är stängt."),
        ("s1", "Det stämmer inte. Badet är öppet varje dag."),
    ]


def test_an_interpellation_before_its_reply() -> None:
    draft = only(
        "Interpellation\n\nTill: Kommunstyrelsens ordförande Eva Al (S)\nFrån: Bo Ek (M)\n"
        "Ämne: Badet i byn\n\nBadet är smutsigt och kommunen gör ingenting åt saken.\n\n"
        "1. När städas det?\n\nBo Ek (M)\n\nSvar på interpellation\n\n1. När städas det?\n"
        "Badet städas varje dag.\n\nEva Al (S)\nKommunstyrelsens ordförande"
    )
    assert draft.title == "Badet i byn"
    assert [p.name for p in draft.interpellants] == ["Bo Ek"]
    assert [p.name for p in draft.respondents] == ["Eva Al"]
    assert said(draft) == [
        ("b1", "Badet är smutsigt och kommunen gör ingenting åt saken. 1. När städas det?"),
        ("q1", "Badet städas varje dag."),
    ]


def test_a_letter_whose_signature_says_what_it_is() -> None:
    draft = only(
        "Ärade ledamot Bo Ek (M),\n\ndu har ställt en interpellation till mig om badet. "
        "Du uppger att köerna växer. Vi har i dag ingen kö alls till någon av kommunens skolor.\n\n"
        "På din första fråga är svaret 340.\nPå din andra fråga är svaret ja.\n\n"
        "Därmed anser jag mig ha besvarat interpellationen.\n\n"
        "Svar på interpellation avgivet av\nEva Al (S)\nnämndens ordförande"
    )
    assert draft.title is None
    assert [(p.name, p.party) for p in draft.interpellants] == [("Bo Ek", "M")]
    assert [id for id, _ in said(draft)] == ["b1", "s1", "q1", "q2"]


@pytest.mark.parametrize(
    ("title", "interpellant", "respondent"),
    [
        ("Svar på interpellation ställd till Eva Al (S) av Bo Ek (M) om badet", "Bo Ek", "Eva Al"),
        ("Svar på Karl Lindfors interpellation om badet", "Karl Lindfors", None),
        ("Svar på Karl Linds interpellation om badet", "Karl Lind", None),
    ],
)
def test_names(title: str, interpellant: str, respondent: str | None) -> None:
    draft = only(f"{title}\n\nBadet är öppet varje dag och kostar ingenting.")
    assert [p.name for p in draft.interpellants] == [interpellant]
    assert [p.name for p in draft.respondents] == ([respondent] if respondent else [])


def test_rows_of_a_table_stay_together() -> None:
    draft = only(f"{HEAD}Så här är det:\n\nÅr | Antal besök\n2023 | 12\n2024 | 14")
    assert draft.text.endswith("År | Antal besök\n2023 | 12\n2024 | 14")
    (table,) = parse(
        flowing(
            (LineStyle.HEADING, "Svar på interpellation om badet"),
            "Så här är det:",
            (LineStyle.TABLE, "År | Antal"),
        )
    )
    assert said(table) == [("s1", "Så här är det: År | Antal")]


def test_a_list_over_a_page_border_is_one_list() -> None:
    (draft,) = parse(
        without_furniture(
            document(
                f"{HEAD}1. Vad görs?\n\nKommunen gör detta:\n\n• städar varje dag.\n"
                "\f• lagar bryggorna.\n• byter sand.\n\n2. Räcker det?\n\nJa."
            )
        )
    )
    assert "• städar varje dag.\n• lagar bryggorna.\n• byter sand." in draft.text


def test_page_heads_and_numbers_in_text_without_pages() -> None:
    filler = "\n".join(f"Rad {n} om badet, som är öppet hela sommaren och" for n in range(12))
    head = "Exempelby kommun SAMMANTRÄDESPROTOKOLL Sida {n} (24)\nKommunfullmäktige 2022-10-24\n\n"
    text = f"{HEAD}{filler}\n\n"
    counted = only(head.format(n=11) + text + head.format(n=12) + "fortsätter här.")
    assert "Sida" not in "".join(words for _, words in said(counted))
    assert "Kommunfullmäktige" not in "".join(words for _, words in said(counted))
    numbered = only(f"{text}1\n\n{filler}\n\nslut på svaret.\n\n2")
    assert not any(words.endswith(("1", "2")) for _, words in said(numbered))

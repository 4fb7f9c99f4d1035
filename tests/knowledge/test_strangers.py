"""What documents by other writers taught: one small case for each rule."""

from __future__ import annotations

from datetime import date

import pytest

from knowledge.document import LineStyle
from knowledge.model import PassageKind, Person
from knowledge.parsing.parse import parse
from knowledge.parsing.refusal import LooksLike, NoReply
from knowledge.readers import read
from tests.knowledge.layouts import document, flowing, plain
from tests.knowledge.test_forms import asked, only, said

HEAD = "Svar på interpellation från Bo Ek (M) om badet\n\n"
END = "\n\nEva Al (S)\nkommunalråd"
SAFE = PassageKind.BACKGROUND


def kinds(text: str, head: str = HEAD) -> dict[str, str]:
    """Return the first letter of each passage's id by its words."""
    return {words: key[0] for key, words in said(only(head + text + END))}


@pytest.mark.parametrize(
    "text",
    [
        # an interpellation given whole, though nothing ends it but its questions
        "Badet är smutsigt.\n\nIngen städar. Därför vill jag ställa följande frågor:\n\n"
        "1. Vem städar?\n\n2. När?\n\nSvar på fråga 1: Vi.\n\nSvar på fråga 2: I maj.",
        # announced without a colon
        "Inledningsvis återges interpellationen i sin helhet. Därefter följer mitt svar.\n\n"
        "Badet är smutsigt.\n\n1. Vem städar?\n\nKommunalrådets svar\n\nFråga 1\n\nVi.",
        # a lead-in that no one is named in
        "De frågor som ställs är dessa:\n\n1. Vem städar?\n\n2. När?\n\n"
        "Svar på fråga 1: Vi.\n\nSvar på fråga 2: I maj.",
        "Interpellantens två frågor återges nedan.\n\nFråga 1: Vem städar?\n\nSvar: Vi.",
        # the verb far from its subject
        "Bo Ek har, med den omsorg som vi är vana vid, vänt sig till nämnden med en "
        "interpellation i tre delar.\n\nFråga 1: Vem städar?\n\nSvar: Vi.",
        # the one who is addressed far into the sentence
        "Som stöd för att badet har tömts på besökare åberopar du en enkät bland 41 personer.\n\n"
        "Fråga 1: Vem städar?\n\nSvar: Vi.",
        # nothing but a heading stands between the interpellant's words
        "Bo Ek har tagit upp frågan om badet.\n\nBakgrund\n\nDet är ingen hemlighet att badet är "
        "smutsigt. Ändå händer inget.\n\nBo Ek frågar därför:\n\nFråga 1: Vem städar?\n\nSvar: Vi.",
        # agreement that goes over into a retelling
        "Bo, du skriver att badet är smutsigt. Som du skriver är det gammalt, och du är orolig "
        "för barnen.\n\nFråga 1: Vem städar?\n\nSvar: Vi.",
    ],
)
def test_what_is_not_surely_official_is_background(text: str) -> None:
    draft = only(HEAD + text + END)
    official = [p for p in draft.passages if p.kind is not SAFE]
    assert {plain(p.span.of(draft.text)) for p in official} <= {
        "Vi.",
        "I maj.",
        "Inledningsvis återges interpellationen i sin helhet. Därefter följer mitt svar.",
    }
    assert official


def test_a_claim_is_background_also_where_no_one_is_known_to_have_asked() -> None:
    found = kinds("Siv Pil skriver att badet är smutsigt.\n\nBadet städas varje dag.",
                  "Interpellationssvar om badet\n\n")  # fmt: skip
    assert found == {"Siv Pil skriver att badet är smutsigt.": "b", "Badet städas varje dag.": "s"}


def test_whoever_is_named_with_a_party_may_have_asked() -> None:
    words = "Pil anför att badet är smutsigt."
    found = kinds(f"Ärendet väcktes av Siv Pil (C) i maj.\n\n{words}\n\nBadet städas varje dag.",
                  "Interpellationssvar om badet\n\n")  # fmt: skip
    assert found[words] == "b"


def test_thanks_to_the_interpellant_are_the_municipalitys() -> None:
    words = "Jag tackar interpellanten för en viktig fråga och ser fram emot en debatt om badet."
    assert kinds(words) == {words: "s"}


def test_listed_questions_without_an_answer_of_their_own_are_kept() -> None:
    found = kinds("Bo Ek frågar:\n\n– Vem städar badet?\n– När öppnar badet?\n\n"
                  "Allt ska bli bra när takets alla hål är lagade.")  # fmt: skip
    assert found["Bo Ek frågar: – Vem städar badet? – När öppnar badet?"] == "b"


@pytest.mark.parametrize(
    ("questions", "marks"),
    [
        ("1. Vem städar?\n2. När?", ("Ad 1. ", "Ad 2. ")),
        ("a) Vem städar badet?\nb) När öppnar badet?", ("Svar på fråga a\n", "Svar på fråga b\n")),
        ("a) Vem städar badet?\nb) När öppnar badet?", ("Svaret på fråga a är: ",
                                                        "Svaret på fråga b är: ")),
        ("- Vem städar?\n- När öppnar bryggorna?", ("Mitt svar på din första fråga är: ",
                                                "Vad sedan gäller bryggorna: ")),
    ],
)  # fmt: skip
def test_what_an_answer_may_start_with(questions: str, marks: tuple[str, str]) -> None:
    text = f"Bo Ek frågar:\n\n{questions}\n\n{marks[0]}Vi gör det.\n\n{marks[1]}Det blir i maj."
    numbers = [key for key, _ in asked(only(HEAD + text + END))]
    assert numbers == ["q1", "q2"]


def test_more_than_eight_lettered_questions() -> None:
    text = "\n\n".join(f"{letter}) Hur går det för {letter}?\n\nBra." for letter in "abcdefghijkl")
    assert [key for key, _ in asked(only(HEAD + text + END))] == [f"q{n}" for n in range(1, 13)]


def test_answers_to_two_questions_under_a_heading() -> None:
    text = ("Bo Ek frågar:\n\n1. Vem städar?\n\n2. När?\n\n3. Hur?\n\nFråga 1\n\nVi.\n\n"
            "Fråga 2 och 3 besvaras tillsammans\n\nI maj, med såpa.")  # fmt: skip
    assert said(only(HEAD + text + END))[1:] == [("q1", "Vi."), ("q2", "I maj, med såpa.")]


def test_underlined_lines_are_headings() -> None:
    text = ("Interpellationen\n----------------\nBadet är smutsigt.\n\n"
            "Svaren\n======\nBadet städas varje dag.")  # fmt: skip
    assert kinds(text) == {"Badet är smutsigt.": "b", "Badet städas varje dag.": "s"}


def test_questions_in_the_running_text_of_an_interpellation() -> None:
    text = ("Interpellationen har följande lydelse.\n\nBadet är smutsigt.\n\n"
            "Med anledning av detta frågar jag: Vem städar badet? När öppnar det?\n\n"
            "Jag får anföra följande.\n\nFråga 1\n\nVi städar.\n\n"
            "Fråga 2\n\nI maj.")  # fmt: skip
    assert asked(only(HEAD + text + END)) == [
        ("q1", "Vem städar badet?"),
        ("q2", "När öppnar det?"),
    ]


def test_a_heading_that_asks_is_no_question_of_a_numbered_interpellation() -> None:
    text = ("Interpellationen\n\nVart tog badet vägen?\n\n1. Vem städar?\n\n2. När?\n\nSvaret\n\n"
            "Svar på fråga 1: Vi.\n\nSvar på fråga 2: I maj.")  # fmt: skip
    assert asked(only(HEAD + text + END)) == [("q1", "Vem städar?"), ("q2", "När?")]


def test_as_many_paragraphs_as_questions_that_share_their_words() -> None:
    lead = "Bo Ek frågar:\n\n– Varför höjs avgiften?\n– Kommer bryggorna att lagas?\n\n"
    both = "Avgiften täcker löner.\n\nBryggorna lagas i maj."
    assert [key for key, _ in asked(only(HEAD + lead + both + END))] == ["q1", "q2"]
    turned = "Bryggorna lagas i maj.\n\nAvgiften täcker löner."
    assert asked(only(HEAD + lead + turned + END)) == []


def test_a_question_over_the_lines_of_a_form_names_the_matter() -> None:
    draft = only(
        "Sundvika kommun\n\nInterpellationssvar\n\nVARFÖR STÄNGS BADET?\n\n"
        "Kommunfullmäktige den 25 november 2024\nFråga från: Bo Ek (M)\n"
        "Svar från: Eva Al (S), kommunalråd\n\nVi lagar taket.\n\nHUR LÅNG TID TAR DET?\n\n"
        "Ett år.\n\nVILL DU VETA MER?\n\nRing kontaktcenter."
    )
    assert draft.title == "VARFÖR STÄNGS BADET?"
    assert draft.interpellants == (Person("Bo Ek", "M"),)
    assert draft.answered_on == date(2024, 11, 25)
    assert said(draft) == [
        ("s1", "Vi lagar taket."),
        ("q1", "Ett år."),
        ("s2", "Ring kontaktcenter."),
    ]


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("Kommunens ordförande besvarar interpellation från Bo Ek (M) om badet", "Badet"),
        ("§ 8 Interpellation om badet – svar", "Badet"),
        ("Badets framtid\n\nSvar på en interpellation till oppositionsrådet Eva Al (S) i egenskap "
         "av ordförande", "Badets framtid"),
        ("Interpellationssvar\n\nKopia: kommunfullmäktiges presidium\n\nBadets framtid",
         "Badets framtid"),
    ],
)  # fmt: skip
def test_titles(head: str, title: str) -> None:
    assert only(f"{head}\n\nBadet är öppet för alla som vill bada i det.{END}").title == title


@pytest.mark.parametrize(
    ("text", "person"),
    [
        ("Eva Al (S), ordförande", Person("Eva Al", "S", "nämndens ordförande")),
        ("För socialnämnden\nEva Al (S)\nordförande",
         Person("Eva Al", "S", "ordförande i socialnämnden")),
        ("Kommunalrådet Eva Al (Socialdemokraterna)", Person("Eva Al", "S", "Kommunalråd")),
    ],
)  # fmt: skip
def test_roles_and_parties(text: str, person: Person) -> None:
    to = " till nämndens ordförande Eva Al (S)" if text.startswith("Eva") else ""
    draft = only(f"Svar på interpellation{to} om badet\n\nBadet är öppet för alla.\n\n{text}")
    assert draft.respondents == (person,)


def test_the_date_of_a_paper_is_not_that_of_the_reply() -> None:
    draft = only(
        "Sammanträdesdatum 2024-06-17\n\nSvar på interpellation om badet\n\nBadet är öppet.\n\n"
        "Beslutsunderlag\n\nSkriftligt svar, daterat 2024-06-11.\n\nBeslut\n\nBesvarad."
    )
    assert draft.answered_on == date(2024, 6, 17)


def test_a_date_after_a_word_in_capitals_is_no_registry_number() -> None:
    draft = only(f"SUNDVIKA KOMMUN 2024-06-17\nNämnden KS/2024:41\n\n{HEAD}Badet är öppet.{END}")
    assert draft.dnr == "KS/2024:41"


def test_form_lines_in_one_paragraph() -> None:
    (draft,) = parse(
        flowing(
            (LineStyle.HEADING, "Svar på interpellation om badet"),
            "Diarienummer: KS 2024/93. Besvarad i kommunfullmäktige den 25 mars 2024.",
            "Badet är öppet hela året för alla som vill bada i det.",
        )
    )
    assert (draft.dnr, draft.answered_on) == ("KS 2024/93", date(2024, 3, 25))
    assert len(draft.passages) == 1


@pytest.mark.parametrize(
    ("head", "municipality"),
    [
        ("Ramsele Ås kommun", "Ramsele Ås kommun"),
        ("RAMSELE ÅS KOMMUN", "Ramsele Ås kommun"),
        ("Nya Stora Hamns kommun", "Nya Stora Hamns kommun"),
        ("Kommunstyrelsen Råstads kommun", "Råstads kommun"),
        ("Protokoll Ekåsa kommun", "Ekåsa kommun"),
        ("Region Mellanbygd", "Region Mellanbygd"),
        ("Enligt Ekåsa kommun\n\nEkåsa kommun", "Ekåsa kommun"),
    ],
)
def test_municipalities(head: str, municipality: str) -> None:
    assert only(f"{head}\n\n{HEAD}Badet är öppet för alla.{END}").municipality == municipality


def test_the_municipality_next_door_is_not_the_one_that_answers() -> None:
    text = "Till skillnad från Grannby kommun har vi ett bad, som är öppet för alla."
    assert only(f"{HEAD}{text}{END}").municipality is None


@pytest.mark.parametrize(
    ("line", "dnr"),
    [
        ("Ärendenr: 2024-KS-0655", "2024-KS-0655"),
        ("Diarienummer:\n2024/417", "2024/417"),
        ("Dnr KS-2024/00123", "KS-2024/00123"),
        ("KSN/2024:12", "KSN/2024:12"),
        ("Vår referens: KS 2024/12", "KS 2024/12"),
    ],
)
def test_registry_numbers(line: str, dnr: str) -> None:
    assert only(f"Sundvika kommun\n{line}\n\n{HEAD}Badet är öppet för alla.{END}").dnr == dnr


@pytest.mark.parametrize(
    ("signature", "role"),
    [
        ("Eva Al (S)\nordf. i barn- och utbildningsnämnden",
         "ordf. i barn- och utbildningsnämnden"),
        ("Eva Al (S), ordförande i trygghetsrådet", "ordförande i trygghetsrådet"),
        ("Eva Al (S)\nNämndordförande", "Nämndordförande"),
        ("Eva Al (S), oppositionsråd", "oppositionsråd"),
    ],
)  # fmt: skip
def test_signed_with_a_role(signature: str, role: str) -> None:
    found = only(f"{HEAD}Badet är öppet för alla.\n\n{signature}").respondents
    assert found == (Person("Eva Al", "S", role),)


MINUTES = """Kommunfullmäktige i Sundvika kommun
Protokoll 2024-11-25

{0}

Bo Ek (M) har ställt en interpellation till kommunalrådet Eva Al (S) om badet.

Eva Al (S) svarar:

Badet städas varje dag av två vaktmästare, som också sköter bryggorna och omklädningsrummen.
Taket lagas i maj och kostar 40 000 kronor enligt entreprenören.

Beslut

Interpellationen är besvarad.

{1}

Siv Pil (C) har ställt en interpellation till kommunalrådet Eva Al (S) om parken.

Eva Al (S) lämnar följande svar.

Parken rustas upp i höst med nya bänkar, och träden gallras av kommunens egna arborister i maj.
Lekplatsen får gummiasfalt och ett staket mot gatan.

Beslut

Interpellationen är besvarad.
"""


@pytest.mark.parametrize(
    "items",
    [
        ("7. Svar på interpellation från Bo Ek (M) om badet",
         "8. Svar på interpellation från Siv Pil (C) om parken"),
        ("Interpellationssvar: Badet", "Interpellationssvar: Parken"),
        ("Ärende 7\n\nInterpellation från Bo Ek (M) om badet",
         "Ärende 8\n\nInterpellation från Siv Pil (C) om parken"),
        ("§ 7 Interpellation om badet", "§ 8 Interpellation om parken"),
        ("§ 7\n\nInterpellationssvar – badet (KS 2024/7)",
         "§ 8\n\nInterpellationssvar – parken (KS 2024/8)"),
    ],
)  # fmt: skip
def test_items_of_minutes(items: tuple[str, str]) -> None:
    drafts = parse(document(MINUTES.format(*items)))
    assert [(draft.title, draft.interpellants, draft.respondents) for draft in drafts] == [
        ("Badet", (Person("Bo Ek", "M"),), (Person("Eva Al", "S", "kommunalråd"),)),
        ("Parken", (Person("Siv Pil", "C"),), (Person("Eva Al", "S", "kommunalråd"),)),
    ]


def test_a_question_that_is_retold_and_answered_in_one_paragraph() -> None:
    text = ("Du undrar hur många banor badet har. Badet har åtta banor.\n\n"
            "Du vill också veta om bryggorna räcker till. Nämnden bygger två till.")  # fmt: skip
    assert asked(only(HEAD + text + END)) == [
        ("q1", "hur många banor badet har"),
        ("q2", "om bryggorna räcker till"),
    ]


def test_questions_answered_at_once() -> None:
    text = ("Du ställer två frågor:\n\nVem städar badet i dag? Det gör vaktmästaren.\n\n"
            "Kan badet öppnas tidigare? Ja, i maj.")  # fmt: skip
    assert asked(only(HEAD + text + END)) == [
        ("q1", "Vem städar badet i dag?"),
        ("q2", "Kan badet öppnas tidigare?"),
    ]


def test_roman_numbers() -> None:
    text = "I. Vem städar badet?\n\nVi.\n\nII. När öppnar det?\n\nI maj."
    assert [key for key, _ in asked(only(HEAD + text + END))] == ["q1", "q2"]


def test_an_interpellation_without_a_heading_before_its_reply() -> None:
    text = ("Badet är smutsigt sedan i våras, och ingen från nämnden har svarat på mejlen.\n\n"
            "Det är orimligt att barnen ska behöva bada i grumligt vatten hela sommaren.\n\n"
            "När städas badet?\n\nBo Ek (M)\n\n"
            "Svar på interpellation om badet\n\nBadet städas varje dag av två.")  # fmt: skip
    assert {key[0] for key, words in said(only(text + END)) if "smutsigt" in words} == {"b"}
    assert said(only(text + END))[-1] == ("q1", "Badet städas varje dag av två.")


def test_what_a_mail_quotes_is_the_interpellants() -> None:
    mail = (
        "Interpellationssvar\n\nHej Bo!\n\n> Badet har varit smutsigt i flera veckor.\n\n"
        "> 1. Vem städar badet?\n\nVaktmästaren.\n\n> Det borde ni skämmas för.\n\n"
        "Badet städas nu varje dag.\n\nEva Al (S)\nkommunalråd\n"
    )
    assert said(parse(read("svar.txt", mail.encode()))[0]) == [
        ("b1", "Badet har varit smutsigt i flera veckor."),
        ("q1", "Vaktmästaren."),
        ("b2", "Det borde ni skämmas för."),
        ("s1", "Badet städas nu varje dag."),
    ]


def test_answered_simple_questions_are_none() -> None:
    with pytest.raises(NoReply) as refused:
        only("Svar på skriftlig fråga från Bo Ek (M) om badet\n\nBadet är öppet för alla." + END)
    assert refused.value.looks_like is LooksLike.QUESTION


@pytest.mark.parametrize("beside", ["Ek (C)", "Ek [C]", "Ek C", "Ek, Centerpartiet,", "Ek (c)"])
def test_a_party_beside_a_name_in_any_writing(beside: str) -> None:
    draft = only(f"Svar på interpellation från Bo {beside} om badet\n\nBadet är öppet.{END}")
    assert draft.interpellants == (Person("Bo Ek", "C"),)
    assert draft.title == "Badet"


@pytest.mark.parametrize(
    "opening",
    [
        "Svar interpellation",
        "Yttrande över interpellation",
        "Skrivelse med svar på interpellation",
        "Förslag till svar på interpellation",
    ],
)
def test_whatever_a_reply_is_called(opening: str) -> None:
    assert only(f"{opening} från Bo Ek (C) om badet\n\nBadet är öppet.{END}").title == "Badet"


def test_a_heading_by_what_it_says_of_the_words_below() -> None:
    text = "Ur Bo Eks skrivelse\n\nBadet är smutsigt. Ingen städar.\n\nSvar\n\nVi städar i maj."
    assert kinds(text) == {"Badet är smutsigt. Ingen städar.": "b", "Vi städar i maj.": "s"}


@pytest.mark.parametrize(
    ("asks", "tells"),
    [
        ("Delfråga {}: ", "Svar på delfråga {}: "),
        ("Spörsmål {}: ", "Svar {}: "),
        ("F{}: ", "S{}: "),
        ("Fråga {}: ", "Kommentar: "),
        ("Fråga {}: ", "Kommentar till fråga {}: "),
    ],
)
def test_labels_of_questions_and_answers(asks: str, tells: str) -> None:
    both = (("Vem städar badet?", "Vi."), ("När öppnar badet?", "I maj."))
    text = "\n\n".join(
        f"{asks.format(n)}{question}\n\n{tells.format(n)}{answer}"
        for n, (question, answer) in enumerate(both, 1)
    )
    draft = only(HEAD + text + END)
    assert asked(draft) == [("q1", "Vem städar badet?"), ("q2", "När öppnar badet?")]
    assert said(draft) == [("q1", "Vi."), ("q2", "I maj.")]


def test_an_appended_interpellation_goes_on_below_its_own_title() -> None:
    text = (
        "- Vem städar badet?\n\nVi, varje fredag.\n\nMed vänlig hälsning\n\nEva Al (S)\nkommunalråd"
        "\n\n----------\nBILAGA: INTERPELLATION\n\nInkom 2024-10-14\n\nEtt smutsigt bad\n\n"
        "Badet är smutsigt. Ingen städar.\n\nVi frågar därför:\n\n1) Vem städar badet?\n\nBo Ek"
    )
    found = dict((words, key) for key, words in said(only(HEAD + text)))
    assert found["Vi, varje fredag."] == "q1"
    assert found["Badet är smutsigt. Ingen städar."] == "b1"


def test_answers_to_lettered_questions_have_their_letters() -> None:
    text = (
        "Bo Ek frågar följande:\n\na) Vem städar badet?\n\nb) När öppnar badet?\n\nSvar\n\n"
        "a) Städningen sköts av en firma.\n\nb) Badet öppnar i maj."
    )
    assert [key for key, _ in said(only(HEAD + text + END)) if key[0] == "q"] == ["q1", "q2"]


def test_a_joint_reply_names_all_who_have_asked() -> None:
    draft = only(
        "Gemensamt svar på två interpellationer om badet\n\nCia Os (KD) inlämnade den 4 maj en "
        "interpellation om badets värme. Bo Ek (M) inlämnade den 9 maj en interpellation om "
        f"badets städning.\n\nBadet är öppet.{END}"
    )
    assert draft.interpellants == (Person("Cia Os", "KD"), Person("Bo Ek", "M"))


def test_a_part_of_a_reply_by_another_answers_no_question_before_it() -> None:
    lines: list[str | tuple[LineStyle, str]] = [
        (LineStyle.HEADING, "Svar på interpellation från Bo Ek (M) om badet"),
        (LineStyle.HEADING, "Del 1. Eva Al (S), ordförande i tekniska nämnden"),
        "1. Vem städar badet?",
        "Vi städar det.",
        (LineStyle.HEADING, "Del 2. Ola By (C), ordförande i fritidsnämnden"),
        "Badet har 14 anställda.",
        "2. När öppnar badet?",
        "Det öppnar i maj.",
    ]
    (draft,) = parse(flowing(*lines))
    assert [key for key, _ in said(draft)] == ["q1", "s1", "q2"]
    assert [person.name for person in draft.respondents] == ["Eva Al", "Ola By"]


def test_a_company_is_no_person() -> None:
    head = "Svar på interpellation från Bo Ek (C) om hyrorna"
    draft = only(
        f"{head}\n\nHyrorna är oförändrade.\n\nStyrelsens ordförande Ekåsa Bostäder AB\nEva Al (S)"
    )
    assert [person.name for person in draft.respondents] in ([], ["Eva Al"])


def test_a_listed_question_that_stands_right_above_its_answer() -> None:
    text = (
        "Bo Ek frågar:\n\n• Vem städar badet varje dag?\n• När öppnar badet i vår?\n\n"
        "Vem städar badet varje dag?\n\nVi städar det själva.\n\n"
        "När öppnar badet i vår?\nBadet öppnar den 2 maj, om vattnet är varmt nog då."
    )
    draft = only(HEAD + text + END)
    assert [words for _, words in asked(draft)] == [
        "Vem städar badet varje dag?",
        "När öppnar badet i vår?",
    ]

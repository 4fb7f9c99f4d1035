from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.document import Document, Line, LineStyle, Page
from knowledge.draft import Draft
from knowledge.model import PassageKind
from knowledge.parsing.parse import NoReply, parse
from knowledge.parsing.questions import Role, read_questions
from tests.knowledge.layouts import (
    LISTED,
    Item,
    Numbering,
    Order,
    document,
    flowing,
    plain,
    reply,
)

QUESTIONS = (
    "Hur många gatlampor är trasiga i dag?",
    "Varför dröjer det så länge innan en trasig lampa på landsbygden blir lagad av kommunen?",
    "Avser kommunen att byta till ledbelysning längs samtliga gång- och cykelvägar?",
    "Vilka kostnader har kommunen haft",
    "På vilket sätt får de boende veta när en lampa är lagad?",
    "Är nämnden beredd att ompröva beslutet?",
)
ANSWERS = (
    "I dag är 43 lampor trasiga. De flesta finns i de östra kommundelarna.",
    "Ja. Arbetet påbörjas under hösten och beräknas vara klart före årsskiftet.",
    "Tekniska nämnden beslutade den 14 maj 2024 om en turordning, och den följs. Varje lampa som "
    "anmäls får ett ärendenummer som den boende kan följa i kommunens e-tjänst för felanmälan.",
    "Kommunen delar uppfattningen att det ska vara tryggt att gå ute. Därför har budgeten utökats.",
    "Det kostade 2,3 miljoner kronor under 2023, att jämföra med 1,9 miljoner under 2022.",
)
ITEMS = tuple(
    Item(question, ANSWERS[n % 5 : n % 5 + 1]) for n, question in enumerate(QUESTIONS[:4])
)


def only(source: Document) -> Draft:
    (draft,) = parse(source)
    return draft


def given_back(draft: Draft) -> list[tuple[int | None, str | None, str]]:
    """Return number, question and whole answer of each question, parts rejoined."""
    found: dict[tuple[int | None, str | None], list[str]] = {}
    for passage in draft.passages:
        if passage.kind is PassageKind.ANSWER:
            question = plain(passage.question.of(draft.text)) if passage.question else None
            found.setdefault((passage.number, question), []).append(
                plain(passage.span.of(draft.text))
            )
    return [(number, question, " ".join(parts)) for (number, question), parts in found.items()]


def kinds(draft: Draft) -> dict[str, str]:
    return {passage.id: plain(passage.span.of(draft.text)) for passage in draft.passages}


items = st.lists(
    st.builds(
        Item,
        st.sampled_from(QUESTIONS),
        st.lists(st.sampled_from(ANSWERS), min_size=1, max_size=3, unique=True).map(tuple),
    ),
    min_size=2,
    max_size=5,
    unique_by=lambda item: item.question,
)


@given(
    items,
    st.sampled_from(Numbering),
    st.sampled_from(Order),
    st.sampled_from([None, 72, 90, 105]),
    st.sampled_from([None, 11, 17, 40]),
)
@settings(deadline=None, max_examples=150)
def test_every_layout_gives_the_same_questions_and_answers(
    asked: list[Item],
    numbering: Numbering,
    order: Order,
    width: int | None,
    page_lines: int | None,
) -> None:
    text = reply(asked, numbering, order, width=width)
    draft = only(document(text, page_lines=page_lines))
    lead = "Som svar på fråga {n} kan sägas följande. "
    prefix = lead if order is Order.LIST_THEN_SENTENCES else ""
    assert given_back(draft) == [
        (n, item.question, prefix.format(n=n) + " ".join(item.answer))
        for n, item in enumerate(asked, 1)
    ]


LINES = st.lists(
    st.sampled_from(
        [
            "", "", "Svar på interpellation om bron", "1. Hur blir det?", "2) Varför", "Svar: Ja.",
            "Interpellanten menar att bron är ful. Det stämmer inte.", "• en sak", "- en annan",
            "Fråga 1", "Fråga 2 och 3: Det blir bra.", "Kommunen bygger en bro.", "3. en åtgärd",
            "Som svar på fråga 2 vill jag säga nej.", "Anna Ek (S)", "kommunalråd", "2025-03-17",
            "Beslut", "§ 4 Svar på interpellation om ån", "Hon skriver också att", "som väntat.",
            "Med vänlig hälsning", "1. Hur? 2. När? 3. Var?", "Interpellation om bron",
            "Vad kostar bron?", "a | b | c", "Dnr KS 2025/1", "😀 ”citat” ",
        ]
    ),
    max_size=30,
)  # fmt: skip


@given(LINES, st.booleans(), st.lists(st.sampled_from(LineStyle), min_size=30, max_size=30))
@settings(deadline=None, max_examples=150)
def test_any_lines_give_spans_in_order_that_do_not_overlap(
    lines: list[str], paged: bool, styles: list[LineStyle]
) -> None:
    made = tuple(Line(text, style) for text, style in zip(lines, styles, strict=False))
    half = len(made) // 2
    pages = (Page(made[:half]), Page(made[half:])) if paged else (Page(made),)
    try:
        drafts = parse(Document(pages, paged))
    except NoReply as refused:
        assert refused.reason.endswith(".")
        return
    for draft in drafts:
        end = 0
        for passage in draft.passages:
            assert end <= passage.span.start < passage.span.end <= len(draft.text)
            words = passage.span.of(draft.text)
            assert words == words.strip()
            end = passage.span.end
            assert (passage.page is not None) is paged
            if passage.question:
                assert passage.kind is PassageKind.ANSWER
                assert passage.question.end <= len(draft.text)
                assert not (
                    passage.span.start < passage.question.end
                    and passage.question.start < passage.span.end
                )
        ids = [passage.id for passage in draft.passages]
        assert len(ids) == len(set(ids))
        assert any(passage.kind is not PassageKind.BACKGROUND for passage in draft.passages)


@given(LINES)
@settings(deadline=None)
def test_every_word_is_in_a_passage_or_left_out_for_a_reason(lines: list[str]) -> None:
    from knowledge.parsing.frame import zones
    from knowledge.parsing.paragraphs import lay_out
    from knowledge.parsing.passages import make_passages
    from knowledge.parsing.pieces import cut

    layout = lay_out(Document((Page(tuple(Line(text) for text in lines)),), paged=False))
    pieces = cut(layout)
    units = read_questions(layout.text, pieces, zones(layout.text, pieces))
    passages = make_passages(layout, units, ())
    held = bytearray(len(layout.text))
    official = bytearray(len(layout.text))
    for passage in passages:
        if passage.kind is not PassageKind.BACKGROUND:
            official[passage.span.start : passage.span.end] = b"\1" * (
                passage.span.end - passage.span.start
            )
        held[passage.span.start : passage.span.end] = b"\1" * (
            passage.span.end - passage.span.start
        )
    for unit in units:
        inside = held[unit.start : unit.end]
        if unit.role is Role.QUESTION:
            # Kept as `question`, or as background where no answer is theirs.
            assert not any(official[unit.start : unit.end])
        elif unit.role is Role.LEFT_OUT:
            # Frame and labels are no words about the matter.
            assert not any(inside)
        elif not all(inside):
            # Formal words alone ("Tack för din interpellation.") are left out whole.
            assert not any(inside) or unit.role is Role.BODY


def test_numbered_list_inside_an_answer_is_no_question() -> None:
    draft = only(
        document(
            "Svar på interpellation om skolan\n\n"
            "1. Vad gör kommunen för att öka trivseln?\n\n"
            "Kommunen har beslutat om följande åtgärder:\n\n"
            "1. Fler vuxna på rasterna.\n2. En trygghetskoordinator.\n3. Nya rutiner.\n\n"
            "Åtgärderna följs upp varje år.\n\n"
            "2. Hur mycket kostar det?\n\nDet kostar två miljoner kronor."
        )
    )
    assert [number for number, _, _ in given_back(draft)] == [1, 2]
    assert kinds(draft)["q1"].endswith("Åtgärderna följs upp varje år.")


def test_bullets_go_on_over_the_page_border() -> None:
    draft = only(
        document(
            "Svar på interpellation om bron\n\n1. Vad kostar bron?\nBron kostar:\n\n"
            "• 40 miljoner i material\n\f• 10 miljoner i arbete\n\nDet ryms i budget.\n\n"
            "2. När blir den klar?\nDen blir klar 2027."
        )
    )
    (first, second) = [p for p in draft.passages if p.kind is PassageKind.ANSWER]
    assert first.span.of(draft.text).startswith("Bron kostar:")
    assert first.span.of(draft.text).endswith("Det ryms i budget.")
    assert (first.page, second.page) == (1, 2)


@pytest.mark.parametrize("numbering", Numbering)
@pytest.mark.parametrize("order", Order)
def test_long_answers_are_split_at_paragraphs_and_keep_their_question(
    numbering: Numbering, order: Order
) -> None:
    paragraphs = tuple(f"Stycke {n} om belysningen. " + "Det är så här. " * 30 for n in range(4))
    asked = [Item(QUESTIONS[0], tuple(p.strip() for p in paragraphs)), ITEMS[1]]
    draft = only(document(reply(asked, numbering, order)))
    parts = [p for p in draft.passages if p.number == 1]
    assert [p.id for p in parts] == ["q1a", "q1b"]
    assert {p.question.of(draft.text) if p.question else "" for p in parts} == {QUESTIONS[0]}
    assert all(p.span.end - p.span.start <= 1300 for p in parts)


def test_a_list_is_never_parted_from_its_lead_in() -> None:
    long = "Det är viktigt för oss alla. " * 20
    bullets = "\n".join(f"• åtgärd nummer {n} som kommunen genomför under året" for n in range(12))
    draft = only(
        document(
            f"Svar på interpellation om bron\n\n1. Vad gör ni?\n\n{long}\n\n{long}\n\n"
            f"Vi gör detta:\n\n{bullets}\n\n{long}"
        )
    )
    texts = [p.span.of(draft.text) for p in draft.passages]
    assert len(texts) > 1
    assert any("Vi gör detta:" in text and text.count("•") == 12 for text in texts)


def test_an_answer_to_several_questions_is_one_passage() -> None:
    draft = only(
        document(
            "Svar på interpellation om lampor\n\nAnna Ek har ställt följande frågor till mig:\n\n"
            "1. Hur många är trasiga?\n2. Varför lagas de inte?\n3. När blir det klart?\n\n"
            "Fråga 1 och 2: Det finns 40 trasiga lampor. De lagas efter hand.\n\n"
            "Fråga 3: Det blir klart i höst."
        )
    )
    assert given_back(draft) == [
        (1, "Hur många är trasiga?", "Det finns 40 trasiga lampor. De lagas efter hand."),
        (3, "När blir det klart?", "Det blir klart i höst."),
    ]
    assert not [warning for warning in draft.warnings if warning.startswith("passages")]


def test_listed_questions_are_answered_by_the_same_numbers() -> None:
    draft = only(
        document(
            "Svar på interpellation om badet\n\nI interpellationen ställs följande frågor:\n"
            "1. Är badet stängt?\n2. Vem har beslutat det?\n\nMina svar är följande:\n\n"
            "1. Nej, badet är öppet hela sommaren.\n2. Beslutet fattades av nämnden i maj."
        )
    )
    assert given_back(draft) == [
        (1, "Är badet stängt?", "Nej, badet är öppet hela sommaren."),
        (2, "Vem har beslutat det?", "Beslutet fattades av nämnden i maj."),
    ]


def test_a_running_answer_to_listed_questions_answers_none_in_particular() -> None:
    draft = only(
        document(
            "Svar på interpellation om badet\n\n1. Är badet stängt?\n2. Vem har beslutat det?\n\n"
            "Badet är öppet hela sommaren, och kommunen sköter städningen varje dag i veckan."
        )
    )
    assert list(kinds(draft)) == ["b1", "q1"]
    assert [(p.number, p.question) for p in draft.passages] == [(None, None)] * 2
    assert any(warning.startswith("passages:") for warning in draft.warnings)


def test_questions_in_headings_without_numbers() -> None:
    draft = only(
        flowing(
            (LineStyle.HEADING, "Svar på interpellation om bron"),
            "Bo Ek (M) har frågat mig om bron över ån.",
            (LineStyle.HEADING, "När blir bron klar?"),
            "Bron blir klar 2027.",
            (LineStyle.HEADING, "Vad kostar den?"),
            "Den kostar 40 miljoner kronor.",
        )
    )
    assert given_back(draft) == [
        (None, "När blir bron klar?", "Bron blir klar 2027."),
        (None, "Vad kostar den?", "Den kostar 40 miljoner kronor."),
    ]
    assert list(kinds(draft)) == ["b1", "q1", "q2"]


def test_question_and_answer_labels_as_headings() -> None:
    draft = only(
        document(
            "Svar på interpellation om vägar\n\nFråga 1\n\nHur många mil väg finns det?\n\nSvar\n\n"
            "Kommunen har 40 mil väg.\n\nFråga 2\n\nVad kostar de\n\nSvar\n\nTio miljoner om året."
        )
    )
    assert given_back(draft) == [
        (1, "Hur många mil väg finns det?", "Kommunen har 40 mil väg."),
        (2, "Vad kostar de", "Tio miljoner om året."),
    ]


def test_question_and_answer_in_one_paragraph() -> None:
    draft = only(
        document(
            "Svar på interpellation om vägar\n\n"
            "Fråga 1: Hur många mil väg finns det? Svar: Det finns 40 mil.\n\n"
            "2. Vad kostar de? De kostar tio miljoner om året."
        )
    )
    assert [answer for _, _, answer in given_back(draft)] == [
        "Det finns 40 mil.",
        "De kostar tio miljoner om året.",
    ]


def test_an_appended_interpellation_is_background() -> None:
    draft = only(
        document(
            "Svar på interpellation om bron\n\n1. När blir bron klar?\nBron blir klar 2027.\n\n"
            "2. Vad kostar den?\nDen kostar 40 miljoner.\n\nAnna Ek (S)\nkommunalråd\n\n"
            "Interpellation till kommunstyrelsens ordförande\n\n"
            "Bron över ån är i uselt skick. Kommunen har misskött den.\n\n"
            "1. När blir bron klar?\n2. Vad kostar den?\n\nBo Ek (M)"
        )
    )
    assert [answer for _, _, answer in given_back(draft)] == [
        "Bron blir klar 2027.",
        "Den kostar 40 miljoner.",
    ]
    assert kinds(draft)["b1"].startswith("Bron över ån är i uselt skick.")
    assert [person.name for person in draft.respondents] == ["Anna Ek"]


def test_minutes_with_several_replies_give_one_draft_each() -> None:
    drafts = parse(
        document(
            "Exempelby kommun\nKommunfullmäktige 2024-05-27\n\n§ 44 Val av justerare\n\n"
            "Anna Ek väljs.\n\n§ 45 Svar på interpellation från Bo Ek (M) om bron\n\n"
            "Dnr KS 2024/1\n\nBeslut\nInterpellationen anses besvarad.\n\nSvar\n"
            "Bron blir klar 2027 och kostar 40 miljoner kronor enligt kalkylen.\n\n"
            "§ 46 Svar på interpellation från Eva Al (V) om badet\n\nDnr KS 2024/2\n\n"
            "Badet öppnar i juni och är öppet varje dag till augusti månads slut.\n\n"
            "§ 47 Motion om träd\n\nMotionen bifalls."
        )
    )
    assert [(d.title, d.dnr) for d in drafts] == [("Bron", "KS 2024/1"), ("Badet", "KS 2024/2")]
    assert [len(d.passages) for d in drafts] == [1, 1]
    assert all(d.answered_on and d.answered_on.isoformat() == "2024-05-27" for d in drafts)


@pytest.mark.parametrize(
    ("text", "looks_like"),
    [
        ("", "tomt"),
        ("\n \n", "tomt"),
        ("Kallelse till fullmäktige\n\n1. Upprop\n2. Svar på interpellation om bron", "kallelse"),
        ("Motion om träd\n\nVi yrkar att kommunen planterar träd.", "motion"),
        (
            "Interpellation till kommunstyrelsens ordförande\n\nBron är dålig.\n\n"
            "1. När blir bron klar?\n\nBo Ek (M)",
            "interpellation utan svar",
        ),
        ("Recept på bullar\n\nVispa ägg.", "inte ut som ett svar"),
        ("Svar på interpellation om bron", "ingen svarstext"),
    ],
)  # fmt: skip
def test_other_documents_are_refused(text: str, looks_like: str) -> None:
    with pytest.raises(NoReply, match=looks_like):
        parse(document(text))


def test_text_has_paragraphs_without_trailing_blanks() -> None:
    draft = only(document("Svar på interpellation om bron  \n\n\n1. Hur?  \nBra.\x07\t \n"))
    assert draft.text == "Svar på interpellation om bron\n\n1. Hur?\n\nBra."
    assert not re.search(r"[ \t]$", draft.text, re.MULTILINE)


def test_listed_orders_keep_the_lead_in_as_background() -> None:
    for order in LISTED:
        draft = only(document(reply(ITEMS, Numbering.DOT, order)))
        assert kinds(draft)["b1"].startswith("Anna Ek har ställt följande frågor till mig:")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (  # bullets that ask, given again with their answers
            "Anna Ek (V) har ställt en interpellation till mig med följande frågor:\n"
            "- Hur ser du på barnfattigdomen?\n- Vilka åtgärder planeras?\n\n"
            "Hur ser du på barnfattigdomen?\nDen är oacceptabel.\n\n"
            "Vilka åtgärder planeras?\nVi planerar aktiviteter på sommaren.",
            [("Hur ser du på barnfattigdomen?", "Den är oacceptabel."),
             ("Vilka åtgärder planeras?", "Vi planerar aktiviteter på sommaren.")],
        ),
        (  # one number, two letters
            "Fråga 1a) Hur många timmar utförs?\nSvar: 40 000 timmar.\n\n"
            "Fråga 1b) Hur många är beviljade?\nSvar: 50 000 timmar.",
            [("Hur många timmar utförs?", "40 000 timmar."),
             ("Hur många är beviljade?", "50 000 timmar.")],
        ),
        (  # ordinals
            "Första frågan: När rivs bron?\nDen rivs aldrig.\n"
            "Andra frågan: Vad kostar den?\nInget.",
            [("När rivs bron?", "Den rivs aldrig."), ("Vad kostar den?", "Inget.")],
        ),
        (  # a range
            "Frågor\n\n1. När rivs bron?\n2. Vad kostar den?\n3. Vem betalar?\n\n"
            "Svar på frågorna 1–2:\nBron rivs inte.\n\nSvar på fråga nr 3:\nStaten betalar.",
            [("När rivs bron?", "Bron rivs inte."), ("Vem betalar?", "Staten betalar.")],
        ),
        (  # questions inside a paragraph
            "Eva Al har frågat mig: 1. Är badet öppet? 2. Varför är det smutsigt?\n\n"
            "Svar på fråga 1. Ja, badet är öppet.\n\nSvar på fråga 2. Det städas varje dag.",
            [("Är badet öppet?", "Ja, badet är öppet."),
             ("Varför är det smutsigt?", "Det städas varje dag.")],
        ),
        (  # a question that goes on asking, and one inside the answer
            "Fråga 1 – Vilka anlitar konsulter? Kan du redovisa det?\nTekniska nämnden.\n\n"
            "Fråga 2 – Är det rimligt?\nDet beror på. Varför då? Jo, kompetensen saknas.",
            [("Vilka anlitar konsulter? Kan du redovisa det?", "Tekniska nämnden."),
             ("Är det rimligt?", "Det beror på. Varför då? Jo, kompetensen saknas.")],
        ),
        (  # neither numbers nor question marks
            "Fråga: Hur är vattnets kvalitet\nSvar: Den är god.\n\n"
            "Fråga: Vad kostar det\nSvar: Det kostar 20 kronor.",
            [("Hur är vattnets kvalitet", "Den är god."),
             ("Vad kostar det", "Det kostar 20 kronor.")],
        ),
        (  # questions with a dash
            "– Hur är vattnets kvalitet?\nDen är god.\n– Vad kostar det?\nDet kostar 20 kronor.",
            [("Hur är vattnets kvalitet?", "Den är god."),
             ("Vad kostar det?", "Det kostar 20 kronor.")],
        ),
        (  # asking in other words, the answer on the next line
            "1. Hur många arbetar här?\nDet är 300.\n2. Redogör för hur många som har slutat\n"
            "Under året har 20 slutat.\n3. Varför slutar de?\nDe går i pension.",
            [("Hur många arbetar här?", "Det är 300."),
             ("Redogör för hur många som har slutat", "Under året har 20 slutat."),
             ("Varför slutar de?", "De går i pension.")],
        ),
        (  # the letter names the questions in its sentences
            "Din första fråga handlar om bron. Bron blir klar 2027.\n\n"
            "På din andra fråga vill jag svara att den kostar 40 miljoner.",
            [(None, "Bron blir klar 2027."),
             (None, "På din andra fråga vill jag svara att den kostar 40 miljoner.")],
        ),
    ],
)  # fmt: skip
def test_other_ways_to_ask_and_answer(text: str, expected: list[tuple[str | None, str]]) -> None:
    draft = only(document(f"Svar på interpellation om kommunen\n\n{text}"))
    assert [(question, answer) for _, question, answer in given_back(draft)] == expected


@pytest.mark.parametrize(
    ("text", "background", "official"),
    [
        (
            "Eva Al skriver:\n\n”Badet är stängt. Ingen vet varför.\n\nDet är en skandal.”\n\n"
            "Badet är öppet som vanligt.",
            "Eva Al skriver: ”Badet är stängt. Ingen vet varför. Det är en skandal.”",
            "Badet är öppet som vanligt.",
        ),
        (
            "Eva Al vill att kommunen gör följande:\n\n1. Stänger badet.\n2. Säljer tomten.\n\n"
            "Kommunen delar inte den uppfattningen.",
            "Eva Al vill att kommunen gör följande: 1. Stänger badet. 2. Säljer tomten.",
            "Kommunen delar inte den uppfattningen.",
        ),
        (
            "Interpellanten beskriver en mörk bild. Den bilden delar jag inte. Skolan är bra.",
            "Interpellanten beskriver en mörk bild.",
            "Den bilden delar jag inte. Skolan är bra.",
        ),
        (
            "Badet öppnar den 1 juni och är öppet hela sommaren.\n\n"
            "Eva Al (V) tackar för svaret och yttrar sig.",
            "Eva Al (V) tackar för svaret och yttrar sig.",
            "Badet öppnar den 1 juni och är öppet hela sommaren.",
        ),
    ],
)
def test_nothing_that_the_interpellant_says_is_official(
    text: str, background: str, official: str
) -> None:
    draft = only(document(f"Svar på interpellation av Eva Al (V) om badet\n\n{text}"))
    found: dict[PassageKind, list[str]] = {}
    for passage in draft.passages:
        found.setdefault(passage.kind, []).append(passage.span.of(draft.text))
    assert " ".join(" ".join(found[PassageKind.BACKGROUND]).split()) == background
    assert " ".join(" ".join(found[PassageKind.STATEMENT]).split()) == official


@pytest.mark.parametrize(
    "filler",
    ["a" * 50_000, "Anna " * 9_000, "1. " * 3_000, "”" * 9_000, "(" * 5_000, "ord, " * 9_000],
)
def test_time_grows_with_the_length_alone(filler: str) -> None:
    start = time.perf_counter()
    parse(document(f"Svar på interpellation om bron\n\nBron är bra och håller länge.\n\n{filler}"))
    assert time.perf_counter() - start < 10


def test_many_questions_take_no_longer_each() -> None:
    text = "Svar på interpellation om skolbussen\n\n" + "Fråga 1: Hur?\nSvar: ja.\n" * 8_000
    lines = tuple(Line(line) for line in text.split("\n"))
    start = time.process_time()
    parse(Document((Page(lines),), paged=False))
    assert time.process_time() - start < 15  # seconds; 2 here, and 30 if each looked at all others

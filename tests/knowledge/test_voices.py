from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.parsing.sentences import hyphens_joined, sentences
from knowledge.parsing.voices import Voice, Voices, formal, retelling
from knowledge.readers import read

EXAMPLES = Path(__file__).resolve().parents[2] / "knowledge" / "examples"
VOICES = Voices(("Anna Ek", "Sten-Åke Brolund"))

RETOLD = [
    "Interpellanten vill att kommunen bygger en bro.",
    "Interpellanten menar att bron är ful och att den bör rivas.",
    "Interpellanterna påstår att kommunen i tysthet lade ned linjen.",
    "Enligt interpellanten finns det inte en enda bro.",
    "Frågeställaren pekar på att bron är stängd.",
    "Anna Ek skriver i sin interpellation att bron är ful.",
    "Anna Ek (C) har ställt följande frågor till mig:",
    "Anna Ek (C) har den 5 september 2022 ställt en interpellation till mig om bron.",
    "Anna Ek (C) inkom den 9 oktober med en interpellation om bron.",
    "Ek hävdar också att kommunen har misskött bron.",
    "Anna Ek och Sten-Åke Brolund har frågat mig om bron.",
    "Sten-Åke Brolund, som sitter i opposition, anser att bron är ful.",
    "Ledamoten Anna Ek undrar varför bron är stängd.",
    "I sin interpellation framhåller Anna Ek att bron är ful.",
    "Därför undrar interpellanten när bron öppnar.",
    "Du skriver att kommunen står fullständigt oförberedd.",
    "Du menar också att bron borde rivas.",
    "Du frågar mig i det sammanhanget varför bron är stängd.",
    "Ni undrar vad vi gör åt saken.",
    "I din interpellation påstår du att larmen är ur funktion.",
    "I interpellationen framhålls att bron aldrig har öppet.",
    "I interpellationen görs gällande att avgifterna höjs.",
    "Interpellationen handlar om den gamla bron.",
    "Interpellationen tar upp flera frågor om bron.",
    "Av interpellationen framgår att bron är ful.",
    "Interpellanten gör även gällande att hyran har höjts.",
    "Interpellanten är orolig för bron.",
    "Interpellanten, Anna Ek, vill veta när bron öppnar.",
    "Följande frågor ställs till kommunstyrelsens ordförande:",
    "Frågorna lyder:",
    "Dina frågor är:",
    "Med anledning av ovanstående ställer interpellanten följande frågor:",
    "Vidare anför Anna Ek att bron är ful.",
    "Interpellanten efterlyser en ny bro.",
    "Interpellanterna är upprörda över att bron har stängts.",
    "Anna Ek (C) har i en interpellation till nämndens ordförande Bo Alm (S) kritiserat bron.",
    "I en interpellation till nämndens ordförande Bo Alm (S) tar Anna Ek (C) upp bron.",
    "Interpellationen utmynnar i två frågor:",
    "Hon frågar för det andra när bron öppnar.",
    "Avslutningsvis: interpellanten gör gällande att bron ska säljas.",
    "Cia Os (V) undrar när bron öppnar.",
    "Interpellantens första fråga gäller bron.",
    "Bron är, menar interpellanten, den fulaste i länet.",
    "Anna Ek jämför bron med grannkommunens.",
    # whatever the verb
    "Du gör en poäng av att bron är ful.",
    "Anna, du radar upp bro efter bro.",
    "Ni har vänt er mot att bron är ful.",
    "Du är upprörd över att bron är ful.",
    "Som skäl lägger du fram att bron är ful.",
    "Till sist raljerar interpellanten över att bron är ful.",
    "I interpellationen radas det upp broar.",
    "I skriften ställs två frågor.",
    "Ledamoten från landsbygden är besviken på bron.",
    "Cia Os (V) har till nämnden adresserat en interpellation om bron.",
    "Han har formulerat tre frågor.",
    "Interpellanten räds att bron rasar.",
    "Du ger exempel på broar som har stängts.",
    "”Ingen vågar gå över bron”, står det i interpellationen.",
    "Anledningen till interpellationen är att bron är stängd.",
    "Kritiken i interpellationen går ut på att bron är dyr.",
    "Frågan är ställd mot bakgrund av att bron har stängts.",
    "Interpellantens resonemang är att bron är dyr.",
    "Det interpellanten tar upp är att bron är dyr.",
    "Interpellanten Anna Ek (C) menar att bron är dyr.",
    "Centerpartiets gruppledare Anna Ek menar att bron är dyr.",
    "Ditt resonemang bygger på att bron är dyr.",
    "Dina farhågor gäller bron.",
    "Bron är enligt din mening för dyr.",
    "Enligt uppgift i interpellationen är bron för dyr.",
    "Jag uppfattar din fråga som att du vill veta när bron öppnar.",
    "Kommunen påstås ha misskött bron.",
    "Jag läser i interpellationen att bron är dyr.",
    "Jag har fått frågan om bron ska lagas.",
    "Till mig har Anna Ek ställt frågan om bron ska lagas.",
    "Två frågor ställs: när bron lagas och vem som betalar.",
    "Frågorna gäller när bron lagas och vem som betalar.",
    "Som exempel på bristerna nämner interpellanten bron.",
    "Enligt interpellantens mätning är bron två meter bred.",
    "Att bron är farlig är, om man får tro Anna Ek, allmänt känt.",
    "Kritiken gäller främst bron.",
    "Vad gäller bron är interpellanten mest upprörd över räcket.",
    "Bakgrunden är, om jag förstår interpellationen rätt, att bron är dyr.",
    "Två ledamöter vill veta vad kommunen gör åt bron.",
    "Så långt interpellanten.",
]

OFFICIAL = [
    "Det har aldrig varit förbjudet att bygga broar.",
    "Vi tackade nej till inbjudan.",
    "Jag delar interpellantens uppfattning att bron är viktig.",
    "Jag vill tydliggöra för interpellanten att bron är öppen.",
    "Kommunen delar inte interpellantens bild av bron.",
    "Som interpellanten påpekar är bron gammal.",
    "Som du skriver är bron gammal.",
    "Vår bedömning är att bron håller.",
    "Interpellantens förslag skulle kosta 40 miljoner kronor.",
    "Till interpellanten vill jag säga att bron är öppen.",
    "Kommunen vill att alla ska trivas.",
    "Nämnden anser att bron ska vara kvar.",
    "Den som vill kan anmäla fel till kontaktcenter.",
    "De boende vill ha en bro, och nämnden planerar en sådan.",
    "Du kan ansöka i e-tjänsten.",
    "Om du vill överklaga ska du göra det inom tre veckor.",
    "Frågan om bron har utretts av Trafikverket.",
    "Efter det att interpellationen lämnades in har bron öppnat.",
    "Regeringen föreslår att bidraget höjs.",
    "Forskningen visar att broar är bra.",
    "Interpellanten är välkommen att besöka bron.",
    "Interpellanten kan läsa mer på webbplatsen.",
    "Den undersökning som du nämner gjordes av SCB.",
    "Det som interpellanten beskriver är allvarligt.",
    "Tvärtemot vad interpellanten hävdar är bron öppen.",
    "Den bild som ges i interpellationen är inte riktig.",
    "Efter att interpellationen lämnades in har bron öppnats.",
    "Det är bra att interpellanten lyfter frågan.",
    "Den händelse som interpellanten tar upp har utretts.",
    "Ser du ett fel på bron ska du ringa kontaktcenter.",
    "Frågan är svår.",
    "Du har helt rätt i att bron är gammal.",
    "Du är välkommen till bron.",
    "På webben hittar du en karta över bron.",
    "Du får gärna komma till bron.",
]

FORMAL = [
    "Tack för din interpellation.",
    "Jag vill tacka för interpellationen.",
    "Jag vill börja med att tacka Anna Ek för interpellationen om bron.",
    "Jag lämnar följande svar.",
    "Anna Bo (L) lämnar följande svar.",
    "Med detta anser jag interpellationen besvarad.",
    "Interpellationen anses besvarad.",
    "Innan jag svarar vill jag tacka för en viktig interpellation.",
    "Maria Sjö anför följande.",
    "Hej Anna!",
]


@pytest.mark.parametrize("paragraph", RETOLD)
def test_the_interpellants_view_is_retold(paragraph: str) -> None:
    assert [voice for *_, voice in VOICES.split(paragraph)] == [Voice.RETOLD]


@pytest.mark.parametrize("paragraph", OFFICIAL)
def test_the_municipalitys_words_are_official(paragraph: str) -> None:
    assert [voice for *_, voice in VOICES.split(paragraph)] == [Voice.OFFICIAL]


@pytest.mark.parametrize("paragraph", FORMAL)
def test_words_that_say_nothing_are_formal(paragraph: str) -> None:
    assert [voice for *_, voice in VOICES.split(paragraph)] == [Voice.FORMAL]


@pytest.mark.parametrize(
    ("paragraph", "after_retold", "expected"),
    [
        ("Han skriver också att bron är ful.", True, "R"),
        ("Vidare menar hon att bron är farlig.", True, "R"),
        ("Dessutom påstås att bron är dyr.", True, "R"),
        ("Hon raljerar över att bron är ful.", True, "R"),
        ("Till detta lägger hon att bron är farlig.", True, "R"),
        ("Bakgrunden är att bron har stängts.", True, "R"),
        ("Bakgrunden är att bron har stängts.", False, "O"),
        ("Bron är vacker.", True, "O"),
        ("Hon som bor vid bron trivs.", False, "O"),
        ("”Bron är den fulaste i hela länet.”", True, "R"),
        ("Interpellanten menar att bron är ful. Den borde rivas genast.", False, "R"),
        ("Interpellanten menar att bron är ful. Men bron är vacker.", False, "RO"),
        ("Interpellanten menar att bron är ful. Vår bedömning är en annan.", False, "RO"),
        ("Interpellanten menar det. Kommunen delar inte den bilden. Bron är ny.", False, "RO"),
        ("Interpellanten menar det. Det stämmer inte. Bron är ny.", False, "RO"),
        ("Interpellanten menar det. Hon skriver mer. Jag håller inte med.", False, "RO"),
        ("I går öppnade bron. Interpellanten menar att den är ful.", False, "R"),
        ("Vi har byggt en bro. Interpellanten menar att den är ful.", False, "OR"),
        ("Tack för din interpellation. Bron angår alla.", False, "O"),
        ("Anna! Tack för din interpellation. Bron angår alla.", False, "O"),
        ("Du skriver att bron är ful. Jag förstår oron.", False, "RO"),
    ],
)
def test_the_voice_changes_at_a_sentence(paragraph: str, after_retold: bool, expected: str) -> None:
    parts = VOICES.split(paragraph, after_retold=after_retold)
    assert "".join(voice.name[0] for *_, voice in parts) == expected


def test_in_an_answer_what_precedes_a_retelling_is_official() -> None:
    parts = VOICES.split("Bron är ny. Interpellanten menar att den är ful.", answering=True)
    assert [voice for *_, voice in parts] == [Voice.OFFICIAL, Voice.RETOLD]


def test_naming_the_question_does_not_make_the_answer_retold() -> None:
    parts = VOICES.split("Din första fråga handlar om bron. Bron blir klar.", answering=True)
    assert [voice for *_, voice in parts] == [Voice.RETOLD, Voice.OFFICIAL]


@given(st.lists(st.sampled_from([*RETOLD, *OFFICIAL, *FORMAL]), max_size=6), st.booleans())
def test_parts_hold_every_word(sentences_: list[str], answering: bool) -> None:
    text = " ".join(sentences_)
    parts = VOICES.split(text, answering=answering)
    joined = "".join(text[start:end] for start, end, _ in parts)
    assert "".join(joined.split()) == "".join(text.split())


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Det kostar t.ex. 40 kr. Det är bl.a. dyrt.", 2),
        ("Enligt 10 kap. 32 § skollagen gäller det.", 1),
        ("Bron, som A. Ek ritade, är ny. Den håller.", 2),
        ("Är den ny? Ja! ”Den är ny.” Så är det.", 4),
        ("Den 3. maj öppnar bron.", 1),
        ("", 0),
        ("   ", 0),
    ],
)
def test_sentences(text: str, count: int) -> None:
    assert len(list(sentences(text))) == count


def test_hyphens_at_the_end_of_a_line_are_joined_for_matching() -> None:
    assert hyphens_joined("kom-\nmunen och barn- \noch skola") == "kommunen och barn- och skola"


def _sentences_of_examples() -> list[str]:
    texts = [
        "\n".join(
            line.text for page in read(path.name, path.read_bytes()).pages for line in page.lines
        )
        for path in sorted(EXAMPLES.iterdir())
    ]
    paragraphs = [part for text in texts for part in text.split("\n\n")]
    found = [
        hyphens_joined(part[start:end]) for part in paragraphs for start, end in sentences(part)
    ]
    return [*found, *RETOLD]


def test_what_is_looked_for_first_hides_no_match(monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("Anna Ek", "Sten-Åke Brolund")
    told = _sentences_of_examples()
    quick = [(retelling.retells(one, names), formal.is_formal(one)) for one in told]
    assert {True, False} == {retold for retold, _ in quick} == {formality for _, formality in quick}
    monkeypatch.setattr(retelling, "holds", lambda _lower, _parts: True)
    monkeypatch.setattr(retelling, "_RULES", tuple((("",), rule) for _, rule in retelling._RULES))
    monkeypatch.setattr(formal, "_NEEDED", ("",))
    assert quick == [(retelling.retells(one, names), formal.is_formal(one)) for one in told]


@pytest.mark.parametrize(
    "text",
    [
        "Vakter finns mellan klockan 14 och 02. Ek hävdar att bron är farlig.",
        "Av 31 lindar tas 12. Ek hävdar att bron är ful.",
        "Skruv, bult m.m. Ek hävdar att bron är ful.",
        "Det finns 12 st. Ek hävdar att bron är ful.",
    ],
)
def test_a_number_or_an_abbreviation_hides_no_retelling(text: str) -> None:
    parts = VOICES.split(text, answering=True)
    assert [voice for *_, voice in parts] == [Voice.OFFICIAL, Voice.RETOLD]


@pytest.mark.parametrize("text", ["Fråga 1. Hur?", "Svar på fråga 2. Ja", "Jag frågar: 1. Hur?"])
def test_an_enumerator_ends_no_sentence(text: str) -> None:
    assert len(list(sentences(text))) == 1

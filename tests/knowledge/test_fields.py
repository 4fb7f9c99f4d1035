from __future__ import annotations

import dataclasses

import pytest

from knowledge.document import Document
from knowledge.draft import Certainty, Draft, Place
from knowledge.model import Person
from knowledge.parsing.parse import parse
from tests.knowledge.layouts import document

PROSE = "Bron blir klar under 2027 och kostar 40 miljoner kronor enligt den senaste kalkylen."


def draft(text: str, *margins: str) -> Draft:
    source: Document = dataclasses.replace(document(text), margins=margins)
    (found,) = parse(source)
    return found


def people(*named: str) -> tuple[tuple[str, str | None], ...]:
    """Read "Anna Ek C" as name and party, "Anna Ek" as a name alone."""
    found = []
    for one in named:
        name, _, party = one.partition(" / ")
        found.append((name, party or None))
    return tuple(found)


@pytest.mark.parametrize(
    ("line", "title", "interpellants"),
    [
        ("Svar på interpellation från Jan-Erik Ek- ”Bygg bron”.", "Bygg bron", ["Jan-Erik Ek"]),
        ("Svar på interpellation om bron", "Bron", []),
        ("Svar på interpellation angående bron över ån", "Bron över ån", []),
        ("Svar på interpellation ang. bron över ån", "Bron över ån", []),
        ("Svar på interpellation om Skolskjutsen på landet", "Skolskjutsen på landet", []),
        ("Svar på interpellation av Anna Ek (C) om bron", "Bron", ["Anna Ek / C"]),
        ("Svar på interpellation ställd av Anna Ek (C) gällande bron", "Bron", ["Anna Ek / C"]),
        ("Svar på interpellation om bron ställd av Anna Ek (C)", "Bron", ["Anna Ek / C"]),
        ("Svar på interpellation om bron från Anna Ek (C)", "Bron", ["Anna Ek / C"]),
        ("Svar på interpellation om bron – från Anna Ek (C)", "Bron", ["Anna Ek / C"]),
        ("Svar på interpellation från Anna Ek (C) och Bo Al (M): Bron", "Bron",
         ["Anna Ek / C", "Bo Al / M"]),
        ("Svar på interpellation från Anna Ek (Exempelbypartiet) om bron", "Bron",
         ["Anna Ek / Exempelbypartiet"]),
        ("Svar på interpellation från Anna Ek (C): ”Riv bron!”", "Riv bron!", ["Anna Ek / C"]),
        ("Svar på interpellation ”Riv bron” från Anna Ek (C)", "Riv bron", ["Anna Ek / C"]),
        ("Interpellationssvar: Bron över ån", "Bron över ån", []),
        ("Interpellationssvar – Bron över ån", "Bron över ån", []),
        ("INTERPELLATIONSSVAR: Bron över ån", "Bron över ån", []),
        ("Interpellationssvar till Anna Ek (C) angående bron", "Bron", ["Anna Ek / C"]),
        ("Svar till Anna Ek (C) på interpellation om bron", "Bron", ["Anna Ek / C"]),
        ("Svar på Anna Eks (C) interpellation om bron", "Bron", ["Anna Ek / C"]),
        ("Svar på interpellation nr 5 av Anna Ek (C) om bron", "Bron", ["Anna Ek / C"]),
        ("Svar på interpellation 2024:12 av Anna Ek (C) om bron", "Bron", ["Anna Ek / C"]),
        ("§ 45 Svar på interpellation om bron", "Bron", []),
        ("Svar på interpellation till kommunstyrelsens ordförande från Anna Ek: Bron", "Bron",
         ["Anna Ek"]),
        ("Svar på interpellation ställd till kommunstyrelsens ordförande angående bron", "Bron",
         []),
        ("Svar på interpellation från Anna Ek (C) till kommunstyrelsens ordförande om bron", "Bron",
         ["Anna Ek / C"]),
        ("Svar på interpellation med rubriken ”Riv bron”", "Riv bron", []),
        ("Svar på interpellation om bron (dnr KS 2024/12)", "Bron", []),
        ("Svar på interpellation från Vänsterpartiet om bron", "Bron", []),
        ("Bron över ån – svar på interpellation", "Bron över ån", []),
        ("Svar på interpellation från ledamoten Anna af Ek (C) om bron", "Bron",
         ["Anna af Ek / C"]),
        ("Svar på interpellation av Anna Ek (C), Bo Al (M) och Eva Öman (L) om bron", "Bron",
         ["Anna Ek / C", "Bo Al / M", "Eva Öman / L"]),
        ("Besvarande av interpellation om bron", "Bron", []),
        ("Svar på interpellation om vård och omsorg av äldre", "Vård och omsorg av äldre", []),
        ("Svar på interpellation om avgifter från och med 2025", "Avgifter från och med 2025", []),
    ],
)  # fmt: skip
def test_title_line(line: str, title: str, interpellants: list[str]) -> None:
    found = draft(f"{line}\n\n{PROSE}")
    assert found.title == title
    assert tuple((p.name, p.party) for p in found.interpellants) == people(*interpellants)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Svar på interpellation\n\nSkolskjutsen på landsbygden\n\n" + PROSE,
         "Skolskjutsen på landsbygden"),
        ("Kommunens krisberedskap och skyddsrum\n\n"
         "Svar på interpellation ställd av Bo Ek (M)\n\n" + PROSE,
         "Kommunens krisberedskap och skyddsrum"),
        ("Svar på interpellation\n\n"
         "Bo Ek (M) har ställt en interpellation med rubriken ”Riv bron”.\n\n"
         + PROSE, "Riv bron"),
        ("Svar på interpellation om bron över\nån vid kvarnen\n\n" + PROSE,
         "Bron över ån vid kvarnen"),
        ("Svar på interpellation\n\n" + PROSE, None),
    ],
)  # fmt: skip
def test_title_elsewhere(text: str, title: str | None) -> None:
    found = draft(text)
    assert found.title == title
    assert (title is None) is any(w.startswith("title:") for w in found.warnings)


@pytest.mark.parametrize(
    ("lead", "interpellants"),
    [
        ("Anna Ek (C) har ställt en interpellation till mig om bron.", ["Anna Ek / C"]),
        ("Anna Ek har frågat mig när bron blir klar.", ["Anna Ek"]),
        ("Anna Ek (C) har den 3 maj 2024 lämnat in en interpellation om bron.", ["Anna Ek / C"]),
        ("Anna Ek och Bo Al har i en interpellation riktat frågor till mig.", ["Anna Ek", "Bo Al"]),
        ("I en interpellation frågar Anna Ek (C) när bron blir klar.", ["Anna Ek / C"]),
        ("En interpellation har väckts av Anna Ek (C). Interpellation väckt av Anna Ek (C).",
         ["Anna Ek / C"]),
        ("Interpellanten menar att bron är ful.", []),
    ],
)  # fmt: skip
def test_interpellants_from_the_lead(lead: str, interpellants: list[str]) -> None:
    found = draft(f"Svar på interpellation om bron\n\n{lead}\n\n{PROSE}")
    assert tuple((p.name, p.party) for p in found.interpellants) == people(*interpellants)


@pytest.mark.parametrize(
    ("before", "after", "respondents"),
    [
        ("", "Anna Ek (S), kommunalråd", [Person("Anna Ek", "S", "kommunalråd")]),
        ("", "Anna Ek (S)\nKommunstyrelsens ordförande",
         [Person("Anna Ek", "S", "Kommunstyrelsens ordförande")]),
        ("", "Anna Ek\nordförande i socialnämnden",
         [Person("Anna Ek", None, "ordförande i socialnämnden")]),
        ("", "Med vänlig hälsning\n\nAnna Ek (S)\nKommunalråd",
         [Person("Anna Ek", "S", "Kommunalråd")]),
        ("", "Kommunstyrelsens ordförande\nAnna Ek (S)",
         [Person("Anna Ek", "S", "Kommunstyrelsens ordförande")]),
        ("Svar från kommunstyrelsens ordförande Anna Ek (S)", "",
         [Person("Anna Ek", "S", "kommunstyrelsens ordförande")]),
        ("Svarande: Anna Ek (S), kommunstyrelsens ordförande", "",
         [Person("Anna Ek", "S", "kommunstyrelsens ordförande")]),
        ("", "Anna Ek (S), kommunalråd\nBo Al (V), ordförande i tekniska nämnden",
         [Person("Anna Ek", "S", "kommunalråd"),
          Person("Bo Al", "V", "ordförande i tekniska nämnden")]),
        ("", "Anna Ek (S) Bo Al (V)\nKommunalråd Ordförande i tekniska nämnden",
         [Person("Anna Ek", "S", "Kommunalråd"),
          Person("Bo Al", "V", "Ordförande i tekniska nämnden")]),
        ("Kommunalrådet Anna Ek (S) lämnar följande svar.", "",
         [Person("Anna Ek", "S", "Kommunalråd")]),
        ("", "", []),
        ("", "Ordförande Lennart Öd (C)\nJusterare Bo Al (M)", []),
    ],
)  # fmt: skip
def test_respondents(before: str, after: str, respondents: list[Person]) -> None:
    parts = ["Svar på interpellation från Eva Interpell (M) om bron", before, PROSE, after]
    found = draft("\n\n".join(part for part in parts if part))
    assert list(found.respondents) == respondents


@pytest.mark.parametrize(
    ("head", "foot", "answered_on"),
    [
        ("2025-03-17", "", "2025-03-17"),
        ("Datum: 2025-03-17", "", "2025-03-17"),
        ("Datum\n2025-03-17", "", "2025-03-17"),
        ("17 mars 2025", "", "2025-03-17"),
        ("17.3.2025", "", "2025-03-17"),
        ("Exempelby den 17 mars 2025", "", "2025-03-17"),
        ("", "Exempelby den 17 mars 2025\n\nAnna Ek (S)\nKommunalråd", "2025-03-17"),
        ("", "Exempelby 2025-03-17\n\nAnna Ek (S)\nKommunalråd", "2025-03-17"),
        (
            "",
            "Anna Ek (S)\n\nSvaret lämnat till fullmäktiges sammanträde den 31 mars 2025",
            "2025-03-31",
        ),
        ("Kommunfullmäktige 2025-03-17", "", "2025-03-17"),
        ("Sammanträdesdatum 2025-03-17", "", "2025-03-17"),
        ("Inlämnad 2025-02-03", "", None),
        ("Interpellationen inkom den 3 februari 2025", "", None),
        ("2025-02-30", "", None),
        ("2025-03-17\n\n2025-03-18", "", None),
        ("Inlämnad: 2025-02-03\n\nBesvaras: 2025-03-17", "", "2025-03-17"),
        ("", "", None),
    ],
)
def test_date_of_the_reply(head: str, foot: str, answered_on: str | None) -> None:
    told = "Nämnden beslutade den 4 maj 2024 att bygga bron. " + PROSE
    parts = ["Exempelby kommun", head, "Svar på interpellation om bron", told, foot]
    found = draft("\n\n".join(part for part in parts if part))
    assert (found.answered_on.isoformat() if found.answered_on else None) == answered_on
    assert (answered_on is None) is any(w.startswith("answered_on:") for w in found.warnings)


@pytest.mark.parametrize(
    ("line", "dnr"),
    [
        ("Dnr KS 2025/112", "KS 2025/112"),
        ("Dnr: KS 2025/112", "KS 2025/112"),
        ("Diarienummer: KS 2025/112", "KS 2025/112"),
        ("Diarienr KS2025-112", "KS2025-112"),
        ("Dnr KS/2025:112", "KS/2025:112"),
        ("KS 2025/112", "KS 2025/112"),
        ("KS-2025/00112", "KS-2025/00112"),
        ("Dnr 2025/405", "2025/405"),
        ("Dnr 329-384/2013", "329-384/2013"),
        ("KSKF/2024:45", "KSKF/2024:45"),
        ("Vår beteckning: KS.2021.208", "KS.2021.208"),
        ("Dnr 2009.184 SN", "2009.184 SN"),
        ("Dnr 98/RN 041", "98/RN 041"),
        ("Tekniska nämnden TN 87/12", "TN 87/12"),
        ("12 maj 2025 KSNAU 25/031", "KSNAU 25/031"),
        ("Sida 1 (2)", None),
        ("Kl. 18.00-21.15", None),
        ("Tel 0333-44 01 17", None),
    ],
)
def test_registry_number(line: str, dnr: str | None) -> None:
    found = draft(f"{line}\n\nSvar på interpellation om bron\n\n{PROSE}")
    assert found.dnr == dnr
    assert (dnr is None) is any(w.startswith("dnr:") for w in found.warnings)


def test_numbers_and_dates_in_the_text_are_no_fields() -> None:
    told = "Beslutet av den 4 maj 2024 (KS 2024/7) gäller. Anna Ek (S) var då kommunalråd. "
    found = draft(f"Svar på interpellation om bron\n\n{told}{PROSE}\n\n{PROSE}")
    assert (found.dnr, found.answered_on, found.respondents) == (None, None, ())


def test_fields_in_page_heads_and_feet() -> None:
    found = draft(
        f"Svar på interpellation om bron\n\n{PROSE}", "Exempelby kommun", "2025-03-17 Dnr KS 2025/1"
    )
    assert found.municipality == "Exempelby kommun"
    assert found.dnr == "KS 2025/1"
    assert found.answered_on is not None


@pytest.mark.parametrize(
    ("head", "body", "municipality"),
    [
        ("EXEMPELBY KOMMUN", PROSE, "Exempelby kommun"),
        ("Exempelby kommun", PROSE, "Exempelby kommun"),
        ("Exempelby Stad", PROSE, "Exempelby Stad"),
        (
            "",
            "I Exempelby kommun byggs en bro. Exempelby kommuns bro blir bra.",
            "Exempelby kommun",
        ),
        ("", "Exempelby kommun och Annanby kommun bygger en bro tillsammans.", None),
        ("", "Vår kommun är bra. Denna kommun också. " + PROSE, None),
    ],
)
def test_municipality(head: str, body: str, municipality: str | None) -> None:
    parts = (head, "Svar på interpellation om bron", body)
    assert draft("\n\n".join(part for part in parts if part)).municipality == municipality


@pytest.mark.parametrize(
    ("sentence", "replaced"),
    [
        ("Detta svar ersätter det svar som lämnades 2021 (KS 2021/318).", ("KS 2021/318",)),
        ("Svaret ersätter tidigare svar med dnr KS 2021/318.", ("KS 2021/318",)),
        ("Bron ersätter färjan (KS 2021/318).", ()),
        ("I ett tidigare svar (KS 2021/318) sades annat.", ()),
    ],
)
def test_replaced_replies(sentence: str, replaced: tuple[str, ...]) -> None:
    found = draft(f"Dnr KS 2025/1\n\nSvar på interpellation om bron\n\n{sentence} {PROSE}")
    assert found.replaces_dnr == replaced
    assert found.dnr == "KS 2025/1"


def test_where_the_fields_stand() -> None:
    text = """\
Exempelby kommun
Dnr KS 2025/112

Svar på interpellation från Eva Al (M) om bron över ån

Bo Lind har frågat om mer.

Bron över ån blir klar under 2027 och kostar 40 miljoner kronor enligt kalkylen.

Exempelby den 17 mars 2025

Anna Ek (S)
Kommunalråd
"""
    places = {one.field: one for one in draft(text).found}
    assert {field: (one.certainty, one.line) for field, one in places.items()} == {
        "title": (
            Certainty.CERTAIN, "Svar på interpellation från Eva Al (M) om bron över ån",
        ),
        "municipality": (Certainty.CERTAIN, "Exempelby kommun"),
        "interpellants[0]": (
            Certainty.CERTAIN, "Svar på interpellation från Eva Al (M) om bron över ån",
        ),
        "respondents[0]": (Certainty.CERTAIN, "Anna Ek (S)"),
        "answered_on": (Certainty.CERTAIN, "Exempelby den 17 mars 2025"),
        "dnr": (Certainty.CERTAIN, "Dnr KS 2025/112"),
    }  # fmt: skip


def test_what_contends_is_shown_and_what_margins_say_is_said() -> None:
    found = draft(
        f"Dnr KS 2025/1\nDnr KS 2025/2\n\nSvar på interpellation om bron\n\n{PROSE}",
        "Exempelby kommun  2025-03-17",
    )
    numbers = [one for one in found.found if one.field == "dnr"]
    assert [(one.line, one.certainty) for one in numbers] == [
        ("Dnr KS 2025/1", Certainty.DOUBTFUL),
        ("Dnr KS 2025/2", Certainty.DOUBTFUL),
    ]
    (day,) = [one for one in found.found if one.field == "answered_on"]
    assert (day.place, day.page, day.line) == (Place.MARGIN, None, "Exempelby kommun 2025-03-17")


def test_a_number_known_by_its_form_alone_is_likely() -> None:
    found = draft(f"KS 2025/112\n\nSvar på interpellation om bron\n\n{PROSE}")
    assert [one.certainty for one in found.found if one.field == "dnr"] == [Certainty.LIKELY]


def test_of_a_long_paragraph_the_part_around_is_shown() -> None:
    long = (
        f"{PROSE} " * 4 + "Detta svar ersätter det svar som lämnades 2021 (KS 2021/318). " + PROSE
    )
    found = draft(f"Dnr KS 2025/1\n\nSvar på interpellation om bron\n\n{long}")
    (place,) = [one for one in found.found if one.field == "replaces"]
    assert "KS 2021/318" in place.line
    assert place.line.startswith("… ")
    assert len(place.line) < 170


def test_every_missing_field_is_said() -> None:
    found = draft(
        "Svar på interpellation från Eva Al om bron\n\nBron blir bra och den blir klar i år."
    )
    assert [warning.split(":")[0] for warning in found.warnings] == [
        "municipality",
        "interpellants[0].party",
        "respondents",
        "answered_on",
        "dnr",
    ]
    assert all(warning.endswith(".") for warning in found.warnings)


def test_the_day_of_something_else_is_not_shown_as_the_replys() -> None:
    signed = "Justeringens plats och tid: kommunhuset i Exempelby, tredje våningen, 2025-03-17"
    text = f"{signed}\n\nSvar på interpellation om bron\n\nDatum 2025-03-17\n\n{PROSE}"
    (place,) = [one for one in draft(text).found if one.field == "answered_on"]
    assert place.line == "Datum 2025-03-17"

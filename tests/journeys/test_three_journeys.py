"""The three journeys through the house, each once, as registrar, resident and staff walk them."""

from __future__ import annotations

from pathlib import Path

from tests.journeys.program import as_json, kommunsvar

PARKING_2022 = "2022-06-20-parkeringsavgifter-i-centrum"
PARKING_2024 = "2024-06-17-parkeringsavgifter-i-centrum"
HOUSING = "2025-09-29-bostadsbyggandet-och-tillgangen-pa-hyresratter"

REPLY = """\
Svar på interpellation från Ada Berg (V) om utlåning av sparkcyklar

Dnr KS 2025/999

Ada Berg menar att sparkcyklar borde vara gratis för alla.

Fråga 1: Får sparkcyklar lånas på biblioteket i Gransele?
Svar: Ja. Biblioteket i Gransele lånar ut tolv sparkcyklar, fjorton dagar åt gången.

Fråga 2: Vad händer med den som inte lämnar tillbaka sparkcykeln?
Svar: Den som inte lämnar tillbaka sparkcykeln i tid betalar 40 kronor om dagen.

Exempelby den 3 november 2025

Bo Lind (S)
Ordförande i kulturnämnden
"""
QUESTION = "Vad kostar det att lämna tillbaka en lånad sparkcykel för sent?"
ANSWER = "Den som inte lämnar tillbaka sparkcykeln i tid betalar 40 kronor om dagen."

INTERPELLATION = """\
Interpellation till kommunstyrelsens ordförande

Det har blivit svårare att bo i centrum. Därför frågar jag:

1. Vad kostar ett boendekort för parkering i centrum?
2. Hur lång är kötiden till en hyresrätt hos AB Exempelbyhus?

Ada Berg (V)
"""


def test_from_import_to_publish(own_home: Path, tmp_path: Path) -> None:
    document = tmp_path / "svar-sparkcyklar.txt"
    document.write_text(REPLY, encoding="utf-8")
    before = as_json(own_home, "versions")["current"]

    (entry,) = as_json(own_home, "import", "--draft", str(document))["files"]
    reply_id = entry["reply_id"]
    assert entry["status"] == "imported"
    assert "utlåning av sparkcyklar" in entry["title"].lower()
    assert (entry["passages"]["answer"], entry["passages"]["background"]) == (2, 1)
    # A draft is kept with its document, and no question finds it.
    assert (own_home / "sources" / document.name).read_bytes() == document.read_bytes()
    assert "status: draft\n" in (own_home / "knowledge" / f"{reply_id}.yaml").read_text("utf-8")
    asked = as_json(own_home, "ask", QUESTION)
    assert asked["index_version"] == before
    assert reply_id not in {hit["reply_id"] for hit in asked["hits"]}
    assert as_json(own_home, "show", reply_id)["status"] == "draft"  # the registrar's own look

    published = as_json(own_home, "publish", reply_id)
    assert published["replies"] == [
        {"reply_id": reply_id, "title": entry["title"], "status": "published"}
    ]
    # Only what is new was encoded.
    assert published["index"]["encoded"] == sum(entry["passages"].values())
    asked = as_json(own_home, "ask", QUESTION)
    assert asked["index_version"] == published["index"]["version"] > before
    best = asked["hits"][0]
    assert best["reply_id"] == reply_id
    assert (best["kind"], best["number"], best["text"]) == ("answer", 2, ANSWER)
    assert best["question"] == "Vad händer med den som inte lämnar tillbaka sparkcykeln?"
    assert best["interpellants"] == [{"name": "Ada Berg", "party": "V", "role": None}]
    assert best["respondents"] == [
        {"name": "Bo Lind", "party": "S", "role": "Ordförande i kulturnämnden"}
    ]
    assert (best["answered_on"], best["dnr"]) == ("2025-11-03", "KS 2025/999")
    assert (best["source"], best["page"], best["newer"]) == (document.name, None, None)
    assert as_json(own_home, "verify")["errors"] == []


def test_a_resident_asks(example_home: Path) -> None:
    question = "Vad kostar det att parkera på torget i en timme?"
    asked = as_json(example_home, "ask", question, "--limit", "20")
    best = asked["hits"][0]
    assert best["passage_id"] == f"{PARKING_2024}#q2"
    assert "kostar det 12 kronor i timmen att parkera på torget" in best["text"]
    # The position of 2022 stands after it, and says that there is a newer one.
    older = [hit for hit in asked["hits"] if hit["reply_id"] == PARKING_2022]
    assert {hit["newer"] for hit in older} == {PARKING_2024}
    text = kommunsvar(example_home, "ask", question).stdout
    if asked["decision"] == "answer":
        assert text.startswith(best["text"])
    for part in ("Parkeringsavgifter i centrum", "17 juni 2024", f"{PARKING_2024}#q2"):
        assert part in text
    # What the interpellant claims is never shown as the municipality's answer.
    claim = "Är parkeringsavgifterna dödsstöten för centrumhandeln?"
    assert "dödsstöten" not in kommunsvar(example_home, "ask", claim).stdout
    # What no reply holds is not guessed.
    unknown = as_json(example_home, "ask", "När töms soptunnorna på Storgatan?")
    assert unknown["decision"] in ("related", "none")
    assert unknown["searched"]["replies"] >= 40


def test_staff_look_for_what_was_said_before(example_home: Path, tmp_path: Path) -> None:
    where = ["--from", "2024-01-01", "--to", "2024-12-31", "--party", "m"]
    who = ["--respondent", "brandefors", "--interpellant", "stålarm"]
    found = as_json(example_home, "search", "boendekort avgift", *where, *who, "--kind", "answer")
    assert found["hits"][0]["passage_id"] == f"{PARKING_2024}#q3"
    assert {(hit["reply_id"], hit["kind"]) for hit in found["hits"]} == {(PARKING_2024, "answer")}
    earlier = as_json(example_home, "search", "parkering", "--to", "2022-12-31")["hits"]
    assert PARKING_2022 in {hit["reply_id"] for hit in earlier}
    assert all(hit["answered_on"] <= "2022-12-31" for hit in earlier)
    nobody = kommunsvar(example_home, "search", "parkering", "--respondent", "Ingen Alls")
    assert "Inga träffar" in nobody.stdout
    claims = kommunsvar(example_home, "search", "dödsstöten", "--kind", "background").stdout
    assert "inte kommunens ståndpunkt" in claims

    document = tmp_path / "interpellation.txt"
    document.write_text(INTERPELLATION, encoding="utf-8")
    questions = as_json(example_home, "similar", str(document))["questions"]
    assert [one["number"] for one in questions] == [1, 2]
    best = [one["hits"][0]["passage_id"] for one in questions]
    assert best == [f"{PARKING_2024}#q3", f"{HOUSING}#q2"]
    assert questions[1]["text"] == "Hur lång är kötiden till en hyresrätt hos AB Exempelbyhus?"
    printed = kommunsvar(example_home, "similar", str(document)).stdout
    assert printed.index("boendekort") < printed.index("kötiden")

    passage = as_json(example_home, "show", best[0])
    assert passage["passage"]["text"] == questions[0]["hits"][0]["text"]
    assert "350 kronor i månaden" in passage["passage"]["text"]
    assert passage["source"]["file"] == "Svar-interpellation-parkeringsavgifter-2024.docx"
    whole = kommunsvar(example_home, "show", PARKING_2024).stdout
    for part in ("Frågan: Vad gäller för de boende i centrum?", "KS 2024/121", "Stålarm (M)"):
        assert part in whole

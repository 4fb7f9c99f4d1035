"""The life of a reply, as a registrar walks it: in, corrected, withdrawn, edited by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.journeys.program import as_json, kommunsvar

FIRST = """\
Exempelby kommun
Dnr KS 2025/999

Svar på interpellation från Ada Berg (V) om utlåning av sparkcyklar

Ada Berg menar att sparkcyklar borde vara gratis för alla.

Fråga 1: Får sparkcyklar lånas på biblioteket i Gransele?
Svar: Ja. Biblioteket i Gransele lånar ut tolv sparkcyklar, fjorton dagar åt gången.

Fråga 2: Vad händer med den som inte lämnar tillbaka sparkcykeln?
Svar: Den som inte lämnar tillbaka sparkcykeln i tid betalar 40 kronor om dagen.

Exempelby den 3 november 2025

Bo Lind (S)
Ordförande i kulturnämnden
"""
CORRECTED = FIRST.replace("40 kronor om dagen", "400 kronor om dagen")
DOUBTFUL = """\
Exempelby kommun
Dnr KS 2025/999

Svar på interpellation från Ada Berg (V) om hjälmar till låntagare

Fråga 1: Får den som lånar en hjälm behålla den?
Svar: Nej. Hjälmen ska lämnas igen, hel och ren, i receptionen på sporthallen senast klockan sju.

Exempelby den 1 december 2025

Bo Lind (S)
Ordförande i kulturnämnden
"""
ID = "2025-11-03-utlaning-av-sparkcyklar"
QUESTION = "Vad kostar det att lämna tillbaka en lånad sparkcykel för sent?"


class Office:
    """A home and a desk with documents."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / "home"
        self.desk = folder / "desk"
        self.desk.mkdir()

    def bring(self, name: str, text: str, *options: str) -> Any:  # noqa: ANN401 - as JSON has it
        document = self.desk / name
        document.write_text(text, encoding="utf-8")
        (entry,) = as_json(self.home, "import", *options, str(document))["files"]
        return entry

    def answer(self) -> str:
        hit: str = as_json(self.home, "ask", QUESTION)["hits"][0]["text"]
        return hit

    def show(self, *arguments: str) -> Any:  # noqa: ANN401 - as JSON has it
        return as_json(self.home, "show", *arguments)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def test_the_same_document_again_changes_nothing(office: Office) -> None:
    assert office.bring("svar.txt", FIRST)["revision"] == 1
    record = (office.home / "knowledge" / f"{ID}.yaml").read_bytes()
    again = office.bring("svar igen.txt", FIRST)
    assert (again["status"], again["reply_id"], again["revision"]) == ("unchanged", ID, 1)
    assert (office.home / "knowledge" / f"{ID}.yaml").read_bytes() == record
    assert [path.name for path in (office.home / "sources").iterdir()] == ["svar.txt"]


def test_a_corrected_document_is_a_new_revision_of_the_same_reply(office: Office) -> None:
    office.bring("svar.txt", FIRST)
    before = office.show(ID)
    entry = office.bring("svar rättat.txt", CORRECTED)
    assert (entry["status"], entry["reply_id"]) == ("imported", ID)
    assert (entry["revision"], entry["reply_status"]) == (2, "published")
    assert "rättelse" in entry["warnings"][0]
    assert "400 kronor" in office.answer()
    assert [path.name for path in (office.home / "knowledge").glob("*.yaml")] == [f"{ID}.yaml"]

    after = office.show(ID)
    assert [one["passage_id"] for one in after["passages"]] == [
        one["passage_id"] for one in before["passages"]
    ]
    assert [(one["what"], one["revision"]) for one in after["history"]] == [
        ("imported", 1),
        ("corrected", 2),
    ]
    assert all(one["by"] and one["date"] for one in after["history"])
    # What was is not lost: its record, its words and its document.
    assert after["revisions"] == [{"revision": 1, "waiting": False, "source": "svar.txt"}]
    assert "betalar 40 kronor" in office.show(ID, "--revision", "1")["text"]
    assert (office.home / "knowledge" / "revisions" / ID / "1.yaml").is_file()
    assert (office.home / "sources" / "svar.txt").read_text("utf-8") == FIRST
    assert as_json(office.home, "verify") == {"replies": 1, "passages": 3, "errors": []}
    told = kommunsvar(office.home, "show", ID).stdout
    assert "Historik (revision 2)" in told
    assert "rättat dokument inläst, publicerat, revision 2, av " in told
    # The first document once more does not turn it back.
    back = office.bring("svar.txt", FIRST)
    assert (back["status"], back["revision"]) == ("unchanged", 2)
    assert "400 kronor" in office.answer()


def test_a_correction_as_a_draft_waits_beside_the_published_text(office: Office) -> None:
    office.bring("svar.txt", FIRST)
    entry = office.bring("svar rättat.txt", CORRECTED, "--draft")
    assert (entry["reply_id"], entry["revision"], entry["reply_status"]) == (ID, 2, "draft")
    assert "betalar 40 kronor" in office.answer()
    kommunsvar(office.home, "reindex")
    assert "betalar 40 kronor" in office.answer()
    assert "400 kronor" in office.show(ID, "--revision", "next")["text"]
    told = kommunsvar(office.home, "show", ID).stdout
    assert "En rättelse väntar på att publiceras" in told
    assert "betalar 40 kronor" in told

    as_json(office.home, "publish", ID)
    assert "400 kronor" in office.answer()
    shown = office.show(ID)
    assert [one["what"] for one in shown["history"]] == ["imported", "corrected", "published"]
    assert (shown["revision"], shown["status"]) == (2, "published")
    assert [one["waiting"] for one in shown["revisions"]] == [False]
    assert as_json(office.home, "verify")["errors"] == []
    again = kommunsvar(office.home, "publish", ID, code=1)
    assert "är redan publicerat" in again.stderr


def test_what_may_be_a_correction_is_a_draft_of_its_own(office: Office) -> None:
    office.bring("svar.txt", FIRST)
    entry = office.bring("hjälmar.txt", DOUBTFUL)
    assert entry["reply_id"] != ID
    assert entry["reply_status"] == "draft"
    assert ID in entry["warnings"][-1]
    assert office.show(ID)["revision"] == 1
    assert as_json(office.home, "verify")["replies"] == 2


def test_a_withdrawn_reply_stays_withdrawn(office: Office) -> None:
    office.bring("svar.txt", FIRST)
    as_json(office.home, "withdraw", ID, "--reason", "fel belopp")
    again = office.bring("svar.txt", FIRST)
    assert (again["status"], again["reply_status"]) == ("unchanged", "withdrawn")
    assert "återkallat" in again["warnings"][0]
    corrected = office.bring("svar rättat.txt", CORRECTED)
    assert (corrected["status"], corrected["reply_status"]) == ("imported", "withdrawn")
    assert any("förblir" in warning for warning in corrected["warnings"])
    assert "är återkallat" in kommunsvar(office.home, "show", ID, code=1).stderr
    assert as_json(office.home, "search", "sparkcyklar")["hits"] == []
    as_json(office.home, "publish", ID)
    history = office.show(ID)["history"]
    what = [one["what"] for one in history]
    assert what == ["imported", "withdrawn", "corrected", "published"]
    assert history[1]["reason"] == "fel belopp"
    assert "400 kronor" in office.answer()


def test_an_older_reply_on_the_matter_is_suggested_and_never_written(office: Office) -> None:
    older = FIRST.replace("2025/999", "2021/5").replace("3 november 2025", "1 mars 2021")
    office.bring("gammalt.txt", older)
    entry = office.bring("svar.txt", FIRST)
    (said,) = [one for one in entry["warnings"] if one.startswith("replaces: ")]
    assert "2021-03-01-utlaning-av-sparkcyklar" in said
    assert office.show(ID)["replaces"] == []


def test_a_preview_says_where_everything_stands(office: Office) -> None:
    text = FIRST.replace("Exempelby den 3 november", "Exempelby den 3 november 2024\n\nden 4 maj")
    document = office.desk / "svar.txt"
    document.write_text(text, encoding="utf-8")
    printed = kommunsvar(office.home, "import", "--dry-run", str(document)).stdout
    assert not office.home.exists()
    assert "\x1b" not in printed
    lines = [line.strip() for line in printed.splitlines()]
    assert lines[lines.index("Diarienummer: KS 2025/999") + 1] == "säkert · ”Dnr KS 2025/999”"
    # The doubt stands below its field, with the lines that it is about.
    at = next(n for n, line in enumerate(lines) if line.startswith("Datum:"))
    assert lines[at + 1] == "! Dokumentet har flera datum; välj det som gäller svaret."
    assert "3 november 2024" in lines[at + 2]
    assert "4 maj 2025" in lines[at + 3]
    order = [printed.index(f"#{name}  ") for name in ("b1", "q1", "q2")]
    assert order == sorted(order)
    assert "Frågan: Får sparkcyklar lånas på biblioteket i Gransele?" in printed

    (entry,) = as_json(office.home, "import", "--dry-run", str(document))["files"]
    fields = {one["field"]: one for one in entry["fields"]}
    assert fields["dnr"] == {
        "field": "dnr",
        "value": "KS 2025/999",
        "found": [
            {"certainty": "certain", "place": "text", "page": None, "line": "Dnr KS 2025/999"}
        ],
    }
    assert fields["interpellants[0]"]["value"]["name"] == "Ada Berg"
    doubt = next(one for one in entry["doubts"] if one["field"] == "answered_on")
    assert [one["certainty"] for one in doubt["found"]] == ["doubtful", "doubtful"]
    assert [one["kind"] for one in entry["passage_list"]] == ["background", "answer", "answer"]
    assert entry["passage_list"][1]["question"] == (
        "Får sparkcyklar lånas på biblioteket i Gransele?"
    )
    assert not office.home.exists()


def test_a_record_edited_by_hand_is_taken_in_by_reindex(office: Office) -> None:
    office.bring("svar.txt", FIRST)
    office.bring("hjälmar.txt", DOUBTFUL.replace("2025/999", "2025/1000"))
    helmets = "2025-12-01-hjalmar-till-lantagare"
    record = office.home / "knowledge" / f"{ID}.yaml"
    text = record.read_text("utf-8")
    edited = text.replace("status: published", "status: draft  # väntar på nämnden", 1)
    record.write_text(edited, encoding="utf-8")
    assert as_json(office.home, "reindex")["replies"] == 1
    # The change is in the history, and what was written by hand still stands.
    assert "# väntar på nämnden" in record.read_text("utf-8")
    assert [one["what"] for one in office.show(ID)["history"]] == ["imported", "edited"]

    broken = office.home / "knowledge" / f"{helmets}.yaml"
    whole = broken.read_text("utf-8")
    broken.write_text(whole.replace("status: published", "status: publicerad"), encoding="utf-8")
    record.write_text(edited.replace("status: draft", "status: published"), encoding="utf-8")
    done = kommunsvar(office.home, "reindex")
    line = whole.splitlines().index("status: published") + 1
    assert f"{broken}, line {line}: status: 'publicerad' is unknown" in done.stderr
    assert "1 svar" in done.stdout
    assert "betalar 40 kronor" in office.answer()


def test_the_record_itself_is_no_document(own_home: Path, tmp_path: Path) -> None:
    before = sorted((own_home / "knowledge").iterdir())
    for path in (own_home, own_home.parent, own_home / "knowledge", before[0], own_home / "index"):
        done = kommunsvar(own_home, "import", str(path), code=2)
        assert done.stderr.startswith(f"kommunsvar: {path}: det egna registret")
        assert done.stderr.count("\n") == 1
    kommunsvar(own_home, "import", str(own_home / "sources"))  # all of it is known
    assert sorted((own_home / "knowledge").iterdir()) == before

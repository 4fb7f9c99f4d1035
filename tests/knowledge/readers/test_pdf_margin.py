"""An address beside the text of a page."""

from __future__ import annotations

from knowledge.readers.pdf_margin import without_address
from tests.knowledge.readers.test_pdf_asking import line

TEXT = "Badet öppnar i maj och är öppet till och med september varje år."


def test_an_address_beside_the_text_is_none_of_it() -> None:
    kept, address = without_address(
        [
            line((TEXT, 160, 525)),
            line(("Postadress", 50, 90), (TEXT, 160, 525)),
            line(("555 55 Lillån", 50, 110), ("Det städas varje dag.", 160, 300)),
            line(("kommun@lillan.example", 50, 140)),
            line((TEXT, 160, 525)),
        ]
    )
    assert [one.text for one in kept] == [TEXT, TEXT, "Det städas varje dag.", TEXT]
    assert address == ["Postadress", "555 55 Lillån", "kommun@lillan.example"]


def test_headings_in_the_margin_stay() -> None:
    lines = [line((TEXT, 160, 525)), *(line(("Beslut", 50, 90), (TEXT, 160, 525)),) * 3]
    assert without_address(lines) == (lines, [])

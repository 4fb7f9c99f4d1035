from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from knowledge.slug import ID_PATTERN, reply_id, slug


def test_swedish_letters_become_ascii() -> None:
    assert (
        slug("Skolskjutsen på landsbygden – Åsö, é & Ö!") == "skolskjutsen-pa-landsbygden-aso-e-o"
    )


def test_a_long_title_ends_at_a_word() -> None:
    assert slug("ett två tre", 8) == "ett-tva"
    assert slug("ett två tre", 7) == "ett-tva"
    assert slug("flaggstångsknopp", 5) == "flagg"


def test_taken_ids_get_a_number() -> None:
    day = date(2025, 3, 17)
    assert reply_id(day, "Skolskjuts", set()) == "2025-03-17-skolskjuts"
    taken = {"2025-03-17-skolskjuts", "2025-03-17-skolskjuts-2"}
    assert reply_id(day, "Skolskjuts", taken) == "2025-03-17-skolskjuts-3"
    assert reply_id(None, None, set()) == "odaterat-interpellationssvar"


@given(st.none() | st.dates(), st.none() | st.text())
def test_every_id_is_one(day: date | None, title: str | None) -> None:
    assert ID_PATTERN.fullmatch(reply_id(day, title, set()))

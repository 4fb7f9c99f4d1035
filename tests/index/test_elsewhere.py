"""Which municipalities a text names."""

from __future__ import annotations

import pytest

from index.elsewhere import municipalities_in


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("hur snabbt plogas det i Västerås?", {"Västerås"}),
        ("parkering göteborg pris", {"Göteborg"}),
        ("Malmös och umeås skatt", {"Malmö", "Umeå"}),
        ("borås eller bor i borås", {"Borås"}),
        ("skolan i lilla edets kommun", {"Lilla Edet"}),
        ("upplands-bro", {"Upplands-Bro"}),
        ("LINKÖPINGS KOMMUN", {"Linköping"}),
        ("buss till Väster\u00adås och A\u030are", {"Västerås", "Åre"}),
        ("Exempelby kommun", set()),
        ("", set()),
    ],
)
def test_a_named_municipality_is_found_however_it_is_written(text: str, names: set[str]) -> None:
    assert municipalities_in(text) == names


@pytest.mark.parametrize(
    "text",
    [
        "får man vara på isen",
        "vem äger denna mark",
        "Kan ni sala ihop till en boden?",
        "jag heter Nora Lund",
        "är det lera i mark och kil",
        "Göteborgsvägen",
    ],
)
def test_a_common_word_or_a_persons_name_is_no_municipality(text: str) -> None:
    assert not municipalities_in(text)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("snöröjning i vara kommun", "Vara"),
        ("Lunds kommun", "Lund"),
        ("barnomsorg i Lund", "Lund"),
        ("bygglov i Mark", "Mark"),
    ],
)
def test_where_the_words_around_say_so_it_is_one(text: str, name: str) -> None:
    assert municipalities_in(text) == {name}

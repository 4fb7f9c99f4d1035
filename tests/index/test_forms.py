import pytest

from index.forms import FORMS, asked_forms, held_forms

PRICE, TIME, AMOUNT = (1 << bit for bit in range(3))


def test_the_forms_are_in_the_order_of_their_bits() -> None:
    assert list(FORMS) == ["price", "time", "amount"]


@pytest.mark.parametrize(
    ("question", "forms"),
    [
        ("vad kostar det att bada", PRICE),
        ("Är det gratis?", PRICE),
        ("när öppnar badet", TIME),
        ("hur lång tid tar det", TIME),
        ("hur många barn är det i gruppen", AMOUNT),
        ("hur mycket får man betala", PRICE | AMOUNT),
        ("vem bestämmer", 0),
        ("", 0),
    ],
)
def test_what_is_asked_for(question: str, forms: int) -> None:
    assert asked_forms(question) == forms


@pytest.mark.parametrize(
    ("passage", "forms"),
    [
        ("Avgiften är 73 kronor.", PRICE | AMOUNT),
        ("Arbetet påbörjas i april.", TIME),
        ("Nämnden ansvarar för frågan.", 0),
        ("Taxan fastställs av fullmäktige.", PRICE),
        ("Två av tre svarade.", AMOUNT),
    ],
)
def test_what_a_passage_holds(passage: str, forms: int) -> None:
    assert held_forms(passage) == forms

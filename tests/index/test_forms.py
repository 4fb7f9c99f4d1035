import pytest

from index.forms import FORMS, asked_forms, held_forms

PRICE, TIME, AMOUNT, REASON, WHO, MEANING = (1 << bit for bit in range(6))


def test_the_forms_are_in_the_order_of_their_bits() -> None:
    assert list(FORMS) == ["price", "time", "amount", "reason", "who", "meaning"]


@pytest.mark.parametrize(
    ("question", "forms"),
    [
        ("vad kostar det att bada", PRICE),
        ("Är det gratis?", PRICE),
        ("när öppnar badet", TIME),
        ("hur lång tid tar det", TIME),
        ("hur många barn är det i gruppen", AMOUNT),
        ("hur mycket får man betala", PRICE | AMOUNT),
        ("vem bestämmer", WHO),
        ("varför är badet stängt", REASON),
        ("Vad är ett ramavtal?", MEANING),
        ("vet du vad bidraget är till för", 0),
        ("", 0),
    ],
)
def test_what_is_asked_for(question: str, forms: int) -> None:
    assert asked_forms(question) == forms


@pytest.mark.parametrize(
    ("passage", "forms"),
    [
        ("Avgiften är 73 kronor.", PRICE | AMOUNT | MEANING),
        ("Arbetet påbörjas i april.", TIME),
        ("Nämnden ansvarar för frågan.", WHO),
        ("Badet är stängt på grund av en läcka.", REASON | MEANING),
        ("Ett ramavtal är ett avtal om villkor.", MEANING),
        ("Barn badar gratis.", 0),
        ("Taxan fastställs av fullmäktige.", PRICE),
        ("Två av tre svarade.", AMOUNT),
    ],
)
def test_what_a_passage_holds(passage: str, forms: int) -> None:
    assert held_forms(passage) == forms

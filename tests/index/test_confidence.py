import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.confidence import FEATURES, Calibration
from index.model import Signals

_UNIT = st.floats(0, 1)
_FITTED = Calibration(
    "digest", dict.fromkeys(FEATURES, 2.0), -4.0, 0.7, 0.3, "a set", {"auroc": 0.9}
)


@given(_UNIT, _UNIT, st.none() | _UNIT, _UNIT)
def test_confidence_is_a_probability_and_grows_with_each_signal(
    cosine: float, lexical: float, maxsim: float | None, margin: float
) -> None:
    low = _FITTED.confidence(Signals(cosine, lexical, maxsim, margin))
    high = _FITTED.confidence(Signals(1.0, 1.0, 1.0, 1.0))
    assert 0.0 <= low <= high <= 1.0


def test_fields_survive_the_manifest() -> None:
    assert Calibration.from_fields(_FITTED.to_fields()) == _FITTED


def test_without_a_calibration_nothing_is_certain() -> None:
    none = Calibration.none()
    assert none.confidence(Signals(1.0, 1.0, 1.0, 1.0)) < none.answer


def test_a_missing_field_is_named() -> None:
    fields = _FITTED.to_fields()
    del fields["bias"]
    with pytest.raises(ValueError, match="bias"):
        Calibration.from_fields(fields)


def test_an_extreme_weight_does_not_overflow() -> None:
    wild = Calibration("d", dict.fromkeys(FEATURES, 1e9), 0.0, 0.5, 0.2)
    assert wild.confidence(Signals(1, 1, 1, 1)) == pytest.approx(1.0)

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.confidence import Calibration, Chance
from index.signals import RANKING, STANDING

_NUMBERS = st.floats(-50, 50)
_FITTED = Calibration(
    "digest",
    dict.fromkeys(RANKING, 1.5),
    Chance(dict.fromkeys(STANDING, 2.0), -4.0),
    Chance({"lead": 1.0}, 0.5),
    0.7,
    0.3,
    "a set",
    {"auroc": 0.9},
)


def confidence(calibration: Calibration, standing: dict[str, float]) -> float:
    """Return the confidence of one passage."""
    values = np.array(list(standing.values()), np.float32)[:, None]
    present, confidences = calibration.chances(tuple(standing), values)
    assert 0 <= confidences[0] <= present[0] <= 1
    return float(confidences[0])


@given(st.fixed_dictionaries(dict.fromkeys(STANDING, _NUMBERS)), st.sampled_from(list(STANDING)))
def test_confidence_is_a_probability_and_grows_with_what_has_weight(
    standing: dict[str, float], name: str
) -> None:
    low = confidence(_FITTED, standing)
    high = confidence(_FITTED, standing | {name: standing[name] + 1})
    assert 0.0 <= low <= high <= 1.0


def test_fields_survive_the_manifest() -> None:
    assert Calibration.from_fields(_FITTED.to_fields()) == _FITTED


def test_without_a_calibration_nothing_is_certain() -> None:
    none = Calibration.none()
    assert confidence(none, dict.fromkeys(STANDING, 1.0)) < none.answer
    assert not none.fitted
    assert _FITTED.fitted


@pytest.mark.parametrize("name", ["present", "ranking", "first", "figures"])
def test_a_missing_field_is_named(name: str) -> None:
    fields = _FITTED.to_fields()
    del fields[name]
    with pytest.raises(ValueError, match=name):
        Calibration.from_fields(fields)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("ranking", {"luck": 1.0}, "luck"),
        ("present", {"bias": 0, "weights": {"luck": 1.0}}, "luck"),
        ("first", {"weights": {}}, "bias"),
        ("ranking", 3, "3"),
    ],
)
def test_a_wrong_field_is_named(name: str, value: object, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Calibration.from_fields(_FITTED.to_fields() | {name: value})


def test_an_extreme_weight_does_not_overflow() -> None:
    chance = Chance(dict.fromkeys(STANDING, 1e9), 0.0)
    wild = Calibration("d", {}, chance, chance, 0.5, 0.2)
    assert confidence(wild, dict.fromkeys(STANDING, 1.0)) == pytest.approx(1.0)

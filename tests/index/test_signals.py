from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.signals import NO_RIVAL, RANKING, STANDING, score, standing

_SCORES = st.lists(st.floats(-20, 20, width=32), min_size=1, max_size=40)


def test_a_score_is_the_weighted_sum_of_what_is_there() -> None:
    columns = {"cosine": np.array([0.5, 0.1], np.float32), "length": np.array([2, 4], np.float32)}
    weights = {"cosine": 2.0, "length": -0.5, "maxsim": 9.0}
    assert score(columns, weights, stretched=False).tolist() == pytest.approx([0.0, -1.8])
    assert score(columns, weights, stretched=True).tolist() == pytest.approx([2.0, -0.5])


def test_each_question_is_stretched_by_itself() -> None:
    columns = {"cosine": np.array([[0.5, 0.1], [0.2, 0.2], [3.0, 5.0]], np.float32)}
    found = score(columns, {"cosine": 2.0}, stretched=True)
    assert found.tolist() == [[2.0, 0.0], [0.0, 0.0], [0.0, 2.0]]


@given(_SCORES, st.integers(1, 5))
def test_the_first_stands_above_its_rivals_and_the_others_below(
    values: list[float], matters: int
) -> None:
    scores = np.array(values, dtype=np.float32)
    owners = (np.arange(len(values)) % matters).astype(np.int32)
    # With another question beside it, which changes nothing.
    both = np.stack([scores, scores[::-1]])
    columns = {"cosine": both, "elsewhere": 0 * both}
    question = {"cohort": 0.4, "known": 1.0, "reach": 0.8, "nearest": 0.7, "words": 2.0}
    of_both = {name: np.array([one, 0.0], np.float32) for name, one in question.items()}
    standings = standing(both, np.stack([owners, owners]), columns, of_both)
    found = {name: column[0] for name, column in standings.items()}
    assert set(found) == (set(STANDING) - set(RANKING)) | {"cosine"}
    best = int(np.argmax(scores))
    rivals = scores[owners != owners[best]]
    margin = scores[best] - rivals.max() if rivals.size else NO_RIVAL
    assert found["margin"][best] == pytest.approx(margin, abs=1e-4)
    others = np.delete(scores, best)
    lead = scores[best] - others.max() if others.size else NO_RIVAL
    assert found["lead"][best] == pytest.approx(lead, abs=1e-4)
    assert np.all(np.delete(found["lead"], best) <= 0)
    assert np.exp(found["share"].astype(np.float64)).sum() == pytest.approx(1, abs=1e-3)
    assert np.all(found["cohort"] == np.float32(0.4))
    assert all(np.isfinite(column).all() for column in found.values())


def test_an_older_reply_on_the_matter_is_no_rival() -> None:
    scores = np.array([3.0, 2.9, 1.0], dtype=np.float32)
    found = standing(scores[None], np.array([[0, 0, 1]], dtype=np.int32), {}, {})
    assert found["margin"][0].tolist() == pytest.approx([2.0, 1.9, -2.0])

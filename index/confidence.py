"""How hits are scored, and how sure the first one is: small linear models, fitted on questions.

The score is a weighted sum of ranking signals. The confidence is the product of two chances, each
the logistic function of a weighted sum of the hit's standing (`index.signals`): that the record
answers the question at all (*present*), and that, if so, this passage is the one (*first*). Apart
they stay honest in records unlike those that they were fitted on, where one model for both took a
clear winner for a right one (docs/adr/0013-two-chances-and-sentences.md).

The numbers belong to one encoder: signals of another one do not transfer, so a calibration whose
encoder digest differs is not used (`Calibration.none()`), and nothing is then called certain.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.signals import RANKING, STANDING

__all__ = ["Calibration", "Chance"]

_LARGEST = 60.0
"""exp overflows beyond about 709; a logit of 60 is certainty in float64 anyway."""


@dataclass(frozen=True, slots=True)
class Chance:
    """A logistic model.

    Attributes:
        weights: by standing; what is missing there counts 0.
        bias: the constant term.
    """

    weights: Mapping[str, float]
    bias: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """Fitted weights of score and confidence, and the thresholds chosen for them.

    Attributes:
        encoder: digest of the encoder that it was fitted for; empty for none.
        ranking: weights of the score by ranking signal.
        present: the chance that the record answers the question.
        first: the chance that a passage is the right one, if the record answers.
        answer: confidence from which a passage is shown as the answer, 0 to 1; above 1: never.
        related: chance of `present` from which nearest replies are shown, 0 to 1.
        fitted_on: what it was fitted on, for the reader of the manifest.
        figures: what was measured on questions that it was not fitted on.
        cohort: file with the cohort (`index.cohort`), if it has one; not part of the fields.
    """

    encoder: str
    ranking: Mapping[str, float]
    present: Chance
    first: Chance
    answer: float
    related: float
    fitted_on: str = ""
    figures: Mapping[str, float] = field(default_factory=dict)
    cohort: Path | None = field(default=None, compare=False)

    @classmethod
    def none(cls) -> Calibration:
        """Return the models for an encoder that nothing was fitted for: ranks, never certain."""
        return cls(
            encoder="",
            ranking={"lexical": 0.3, "cosine": 0.4, "maxsim": 0.3},
            present=Chance({"cosine": 2.0, "lexical": 2.0}, -2.0),
            first=Chance({}, 0.0),
            answer=1.01,
            related=0.3,
            fitted_on="nothing",
        )

    @property
    def fitted(self) -> bool:
        """Whether it was fitted for an encoder; else scores are made comparable by stretching."""
        return bool(self.encoder)

    @classmethod
    def from_fields(cls, fields: Mapping[str, object]) -> Calibration:
        """Read what `to_fields` gave.

        Raises:
            ValueError: a field is missing or of the wrong kind, or a signal is unknown.
        """
        try:
            return cls(
                encoder=str(fields["encoder"]),
                ranking=_numbers(fields, "ranking", RANKING),
                present=_chance(fields, "present"),
                first=_chance(fields, "first"),
                answer=float(str(fields["answer"])),
                related=float(str(fields["related"])),
                fitted_on=str(fields.get("fitted_on", "")),
                figures=_numbers(fields, "figures"),
            )
        except KeyError as exc:
            raise ValueError(f"calibration: {exc} is missing") from exc

    def to_fields(self) -> dict[str, object]:
        """Return plain values for the manifest."""
        return {
            "encoder": self.encoder,
            "ranking": dict(self.ranking),
            "present": {"bias": self.present.bias, "weights": dict(self.present.weights)},
            "first": {"bias": self.first.bias, "weights": dict(self.first.weights)},
            "answer": self.answer,
            "related": self.related,
            "fitted_on": self.fitted_on,
            "figures": dict(self.figures),
        }

    def chances(
        self, names: Sequence[str], standing: NDArray[np.float32]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return how surely the record answers, and how surely each passage does.

        Args:
            names: of `index.signals.STANDING`.
            standing: of passages, shape (names, ...).

        Returns:
            Two arrays of shape (...), 0 to 1: `present` as each passage shows it, and the
            confidence in the passage, which is never higher.
        """
        models = (self.present, self.first)
        weights = np.array([[one.weights.get(name, 0.0) for name in names] for one in models])
        logits = weights @ standing.reshape(len(names), -1)
        logits += np.array([[one.bias] for one in models])
        chances = 1 / (1 + np.exp(-np.clip(logits, -_LARGEST, _LARGEST)))
        present, first = chances.reshape(2, *standing.shape[1:])
        return present, present * first


def _chance(fields: Mapping[str, object], name: str) -> Chance:
    """Return a field that holds a logistic model.

    Raises:
        KeyError: the field is missing.
        ValueError: it is not of the form of `to_fields`.
    """
    found = fields[name]
    if not isinstance(found, Mapping) or set(found) != {"bias", "weights"}:
        raise ValueError(f"calibration: {name} must hold bias and weights, not be {found!r}")
    return Chance(_numbers(found, "weights", STANDING), float(str(found["bias"])))


def _numbers(
    fields: Mapping[str, object], name: str, known: Mapping[str, str] | None = None
) -> dict[str, float]:
    """Return a field that maps names to numbers.

    Raises:
        KeyError: the field is missing.
        ValueError: not a mapping to numbers, or a name that is not known.
    """
    found = fields[name]
    if not isinstance(found, Mapping):
        raise ValueError(f"calibration: {name} must map names to numbers, not be {found!r}")
    for signal in found:
        if known is not None and signal not in known:
            raise ValueError(f"calibration: {name} knows no {signal!r}; known: {', '.join(known)}")
    return {str(signal): float(value) for signal, value in found.items()}

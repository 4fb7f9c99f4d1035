"""How sure a hit is: a small logistic model over its signals, fitted on labelled questions.

The numbers belong to one encoder: scores of another one do not transfer, so a calibration whose
encoder digest differs is not used (`Calibration.none()`), and nothing is then called certain.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from index.model import Signals

__all__ = ["FEATURES", "Calibration", "features"]

FEATURES = ("cosine", "lexical", "maxsim", "margin")
"""Names of the model's inputs, in order; a signal that is None counts as 0."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """A fitted confidence model and the thresholds chosen for it.

    Attributes:
        encoder: digest of the encoder that it was fitted for; empty for none.
        weights: one per feature, by name.
        bias: the constant term.
        answer: confidence from which a passage is shown as the answer, 0 to 1; above 1: never.
        related: confidence from which nearest replies are shown, 0 to 1.
        fitted_on: what it was fitted on, for the reader of the manifest.
    """

    encoder: str
    weights: Mapping[str, float]
    bias: float
    answer: float
    related: float
    fitted_on: str = ""
    figures: Mapping[str, float] = field(default_factory=dict)

    @classmethod
    def none(cls) -> Calibration:
        """Return the model for an encoder that nothing was fitted for: ranks, never certain."""
        return cls("", {"cosine": 2.0, "lexical": 2.0}, -2.0, 1.01, 0.3, "nothing")

    @classmethod
    def from_fields(cls, fields: Mapping[str, object]) -> Calibration:
        """Read what `to_fields` gave.

        Raises:
            ValueError: a field is missing or of the wrong kind.
        """
        try:
            weights = fields["weights"]
            figures = fields.get("figures") or {}
            if not isinstance(weights, Mapping) or not isinstance(figures, Mapping):
                raise ValueError("calibration: weights and figures must be mappings")
            return cls(
                encoder=str(fields["encoder"]),
                weights={str(name): float(weight) for name, weight in weights.items()},
                bias=float(str(fields["bias"])),
                answer=float(str(fields["answer"])),
                related=float(str(fields["related"])),
                fitted_on=str(fields.get("fitted_on", "")),
                figures={str(name): float(value) for name, value in figures.items()},
            )
        except KeyError as exc:
            raise ValueError(f"calibration: {exc} is missing") from exc

    def to_fields(self) -> dict[str, object]:
        """Return plain values for the manifest."""
        return {
            "encoder": self.encoder,
            "weights": dict(self.weights),
            "bias": self.bias,
            "answer": self.answer,
            "related": self.related,
            "fitted_on": self.fitted_on,
            "figures": dict(self.figures),
        }

    def confidence(self, signals: Signals) -> float:
        """Return the probability, 0 to 1, that the passage answers the question."""
        logit = self.bias + sum(
            self.weights.get(name, 0.0) * value
            for name, value in zip(FEATURES, features(signals), strict=True)
        )
        # exp overflows beyond about 709; a logit of 60 is certainty in float64 anyway.
        return 1.0 / (1.0 + math.exp(-max(-60.0, min(60.0, logit))))


def features(signals: Signals) -> tuple[float, ...]:
    """Return the model's inputs in the order of `FEATURES`."""
    return (signals.cosine, signals.lexical, signals.maxsim or 0.0, signals.margin)

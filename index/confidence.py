"""How hits are scored, and how sure the first one is: two small linear models, fitted on questions.

The score is a weighted sum of ranking signals; the confidence is the logistic function of a
weighted sum of the hit's standing (`index.signals`). The numbers belong to one encoder: signals of
another one do not transfer, so a calibration whose encoder digest differs is not used
(`Calibration.none()`), and nothing is then called certain.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from index.signals import RANKING, STANDING

__all__ = ["Calibration"]

_LARGEST_LOGIT = 60.0
"""exp overflows beyond about 709; a logit of 60 is certainty in float64 anyway."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """Fitted weights of score and confidence, and the thresholds chosen for them.

    Attributes:
        encoder: digest of the encoder that it was fitted for; empty for none.
        ranking: weights of the score by ranking signal.
        weights: weights of the confidence by standing.
        bias: the confidence's constant term.
        answer: confidence from which a passage is shown as the answer, 0 to 1; above 1: never.
        related: confidence from which nearest replies are shown, 0 to 1.
        fitted_on: what it was fitted on, for the reader of the manifest.
        figures: what was measured on questions that it was not fitted on.
        cohort: file with the cohort (`index.cohort`), if it has one; not part of the fields.
    """

    encoder: str
    ranking: Mapping[str, float]
    weights: Mapping[str, float]
    bias: float
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
            weights={"cosine": 2.0, "lexical": 2.0},
            bias=-2.0,
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
                weights=_numbers(fields, "weights", STANDING),
                bias=float(str(fields["bias"])),
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
            "weights": dict(self.weights),
            "bias": self.bias,
            "answer": self.answer,
            "related": self.related,
            "fitted_on": self.fitted_on,
            "figures": dict(self.figures),
        }

    def confidence(self, standing: Mapping[str, float]) -> float:
        """Return the probability, 0 to 1, that the passage answers the question."""
        logit = self.bias + sum(
            weight * standing.get(name, 0.0) for name, weight in self.weights.items()
        )
        return 1.0 / (1.0 + math.exp(-max(-_LARGEST_LOGIT, min(_LARGEST_LOGIT, logit))))


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

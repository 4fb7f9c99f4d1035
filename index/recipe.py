"""What an index version is made with, beside the replies."""

from __future__ import annotations

from dataclasses import dataclass

from index.confidence import Calibration
from index.glossary import Glossary
from index.ports import Encoder

__all__ = ["Recipe"]


@dataclass(frozen=True, slots=True)
class Recipe:
    """What makes two versions of the same replies the same.

    Attributes:
        encoder: makes the vectors.
        calibration: used if it was fitted for this encoder.
        glossary: everyday words, kept with the version.
        program: version of the program, for the manifest.
    """

    encoder: Encoder
    calibration: Calibration
    glossary: Glossary
    program: str

    @property
    def fitted(self) -> Calibration:
        """The calibration if it was fitted for this encoder; else nothing is called certain."""
        suits = self.calibration.encoder == self.encoder.digest
        return self.calibration if suits else Calibration.none()

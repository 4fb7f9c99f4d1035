"""The calibrations that come with the program, one file beside each embedded model."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from index.confidence import Calibration
from index.ports import Encoder

__all__ = ["CALIBRATION_FILE", "calibration_for"]

CALIBRATION_FILE = Path(str(files("index") / "models" / "embedded.calibration.yaml"))
"""Written by `scripts/calibrate.py`; outside the model's folder, so that the model's digest does
not depend on it."""


def calibration_for(encoder: Encoder, path: Path = CALIBRATION_FILE) -> Calibration:
    """Return the calibration fitted for an encoder, or `Calibration.none()`.

    Raises:
        ValueError: the file is there but wrong.
    """
    import yaml

    if not path.is_file():
        return Calibration.none()
    calibration = Calibration.from_fields(yaml.safe_load(path.read_text(encoding="utf-8")))
    return calibration if calibration.encoder == encoder.digest else Calibration.none()

"""The calibrations that come with the program, beside each embedded model."""

from __future__ import annotations

from dataclasses import replace
from importlib.resources import files
from pathlib import Path

from index.confidence import Calibration
from index.ports import Encoder

__all__ = ["CALIBRATION_FILE", "COHORT_FILE", "calibration_for"]

CALIBRATION_FILE = Path(str(files("index") / "models" / "embedded.calibration.yaml"))
"""Written by `scripts/calibrate.py`; outside the model's folder, so that the model's digest does
not depend on it."""

COHORT_FILE = CALIBRATION_FILE.with_name("embedded.cohort.npy")
"""Written with it: vectors of passages outside any record (`index.cohort`)."""


def calibration_for(
    encoder: Encoder, path: Path = CALIBRATION_FILE, cohort: Path = COHORT_FILE
) -> Calibration:
    """Return the calibration fitted for an encoder, or `Calibration.none()`.

    Raises:
        ValueError: the file is there but wrong.
    """
    import yaml

    if not path.is_file():
        return Calibration.none()
    fields = yaml.safe_load(path.read_text(encoding="utf-8"))
    # Asked first: one that was fitted for an earlier encoder may be of an earlier form.
    if isinstance(fields, dict) and fields.get("encoder") != encoder.digest:
        return Calibration.none()
    return replace(Calibration.from_fields(fields), cohort=cohort if cohort.is_file() else None)

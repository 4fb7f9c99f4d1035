"""Fit the confidence model of the embedded encoder on labelled questions.

Every question is asked twice of the example record: as it is, and with the replies that answer it
hidden, so that half of the lessons are about matters that the record does not treat. The first
official passage is right or wrong; a logistic regression over its signals learns how likely it is
to be right. A wrong answer costs `--wrong-cost` times a needless refusal, so a passage is shown as
the answer from a confidence of wrong-cost / (wrong-cost + 1): at 1, when it is more likely right
than wrong.

    .venv/bin/python scripts/calibrate.py            # writes index/models/embedded.calibration.yaml
    .venv/bin/python scripts/calibrate.py --dry-run  # only the figures

Run it after every change to the encoder, the ranking or the example record.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

if not __package__:  # started as a file: make the folder above importable
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bot.service import OFFICIAL
from bot.settings import load
from bot.wiring import open_administration
from index.calibration import CALIBRATION_FILE
from index.confidence import FEATURES, Calibration, features
from index.encoders import EMBEDDED, load_encoder
from index.metrics import auroc, calibration_error, reliability
from index.model import Filters, Query
from index.search import Searcher, open_version
from index.versions import Versions

# Weak regularisation: four inputs, hundreds of lessons; it only keeps the weights finite.
_MODEL = LogisticRegression(C=10.0)

RELATED_RECALL = 0.95
"""`related` is set so low that so many of the right first passages are at least shown as near."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """The first official passage found for one question, and whether it is right."""

    signals: tuple[float, ...]
    right: bool
    hidden: bool


def main() -> int:
    """Fit, report, and write the calibration."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--questions", type=Path, default=Path("tests/data/questions.jsonl"), help="labelled")
    add("--half", default="tune", help="which half of the questions is learnt from")
    add("--wrong-cost", type=float, default=1.0, help="of a wrong answer, in refusals")
    add("--out", type=Path, default=CALIBRATION_FILE, help="file to write")
    add("--dry-run", action="store_true", help="write nothing")
    options = parser.parse_args()

    labels = [json.loads(line) for line in options.questions.read_text("utf-8").splitlines()]
    with tempfile.TemporaryDirectory() as home:
        open_administration(load(Path(home), None)).load_examples()
        learnt = list(lessons(Path(home), [one for one in labels if one["half"] == options.half]))
        unseen = list(lessons(Path(home), [one for one in labels if one["half"] != options.half]))
    calibration = fit(learnt, load_encoder(EMBEDDED).digest, options.wrong_cost)
    calibration = replace(
        calibration,
        fitted_on=f"{options.questions.name}, half {options.half}: {len(learnt)} lessons",
        figures=figures(calibration, unseen),
    )
    document = yaml.safe_dump(calibration.to_fields(), sort_keys=False)
    print(document, end="")
    if not options.dry_run:
        options.out.write_text(document, "utf-8")
    return 0


def lessons(home: Path, labels: Sequence[dict[str, Any]]) -> Iterable[Lesson]:
    """Ask every question with the whole record, and without the replies that answer it."""
    directory, manifest, _ = Versions(home).find_sound()
    version = open_version(directory, manifest)
    encoder = load_encoder(EMBEDDED)
    for label in labels:
        query = Query(label["question"], 1, Filters(kinds=OFFICIAL))
        expected = frozenset(label["expected"])
        for hidden in (
            ({one.partition("#")[0] for one in expected}, set()) if expected else (set(),)
        ):
            hits = Searcher(version, encoder, frozenset(hidden)).search(query).hits
            if hits:
                right = hits[0].passage.id in expected
                yield Lesson(features(hits[0].signals), right, bool(hidden))


def fit(learnt: Sequence[Lesson], digest: str, wrong_cost: float) -> Calibration:
    """Fit the logistic model and choose the thresholds.

    Args:
        learnt: at least one right and one wrong.
        digest: of the encoder that the signals come from.
        wrong_cost: of a wrong answer, in needless refusals.
    """
    inputs, right = _arrays(learnt)
    model = _MODEL.fit(inputs, right)
    fitted = Calibration(
        encoder=digest,
        weights={
            name: round(float(weight), 4)
            for name, weight in zip(FEATURES, model.coef_[0], strict=True)
        },
        bias=round(float(model.intercept_[0]), 4),
        answer=round(wrong_cost / (wrong_cost + 1), 4),
        related=0.0,
    )
    confidences = _confidences(fitted, learnt)
    related = float(np.quantile(confidences[right], 1 - RELATED_RECALL))
    return replace(fitted, related=round(min(related, fitted.answer), 4))


def figures(calibration: Calibration, unseen: Sequence[Lesson]) -> dict[str, float]:
    """Measure the model on lessons that it was not fitted on."""
    _, right = _arrays(unseen)
    confidences = _confidences(calibration, unseen)
    whole = np.array([not lesson.hidden for lesson in unseen])
    shown = confidences >= calibration.answer
    return {
        "lessons": len(unseen),
        "auroc": round(auroc(confidences, right), 3),
        "calibration_error": round(calibration_error(reliability(confidences, right)), 3),
        "shown_right": round(float((shown & right & whole).sum() / right.sum()), 3),
        "shown_wrong": round(float((shown & ~right & whole).sum() / whole.sum()), 3),
        "shown_wrong_when_absent": round(float(shown[~whole].mean()), 3),
    }


def _arrays(lessons_: Sequence[Lesson]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    inputs = np.array([lesson.signals for lesson in lessons_], dtype=np.float64)
    return inputs, np.array([lesson.right for lesson in lessons_], dtype=np.bool_)


def _confidences(calibration: Calibration, lessons_: Sequence[Lesson]) -> NDArray[np.float64]:
    inputs, _ = _arrays(lessons_)
    weights = np.array([calibration.weights[name] for name in FEATURES])
    logits = inputs @ weights + calibration.bias
    confidences: NDArray[np.float64] = 1 / (1 + np.exp(-logits))
    return confidences


if __name__ == "__main__":
    sys.exit(main())

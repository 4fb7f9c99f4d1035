"""Fit how the embedded encoder's hits are scored, and how sure the first one is.

Small linear models, one after the other (index/confidence.py):

- *ranking*: weights of the ranking signals, so that the passage that answers gets the best score
  among the candidates (softmax over them, as in ListNet: Cao et al., ICML 2007).
- *present* and *first*, whose product is the confidence: logistic regressions over the standing of
  the first official passage. Every question is asked as it is, with the replies that answer it
  hidden (the matter is then absent), and in records of a few replies, for a municipality's first
  records are small.

A wrong answer costs `--wrong-cost` times a needless refusal, so a passage is shown as the answer
from a confidence of wrong-cost / (wrong-cost + 1).

    .venv/bin/python scripts/calibrate.py --swefaq FILE --interpellations FILE
    .venv/bin/python scripts/calibrate.py --dry-run  # only the figures

It writes index/models/embedded.calibration.yaml; the files are described in scripts/evaluate.py.

Learnt from: scripts/training/calibration*.*, which the encoder was not trained on, and one half of
tests/data/questions.jsonl; measured on the other half. The ranking also learns from the two files
named, without which it comes out otherwise than the one shipped. Run it after every change to the
encoder, the ranking or the example record; it takes about three minutes.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path

import yaml

if not __package__:  # started as a file: make the folder above importable
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from index.calibration import CALIBRATION_FILE, COHORT_FILE
from index.cohort import Cohort
from index.confidence import Calibration
from index.encoders import EMBEDDED, load_encoder
from scripts.calibrating.confidence import all_lessons, figures, fit_confidence
from scripts.calibrating.data import Record, cohort_texts, others, written_records
from scripts.calibrating.ranking import fit_ranking
from scripts.records import labelled_examples


def main() -> int:
    """Fit, report, and write the calibration and its cohort."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--wrong-cost", type=float, default=5.0, help="of a wrong answer, in refusals (5)")
    add("--half", default="tune", help="which half of the labelled questions is learnt from")
    add("--out", type=Path, default=CALIBRATION_FILE, help="file to write")
    add("--cohort", type=Path, default=COHORT_FILE, help="file to write the cohort to")
    add("--swefaq", type=Path, metavar="FILE", help="SweFAQ dev: the ranking learns from it too")
    add("--interpellations", type=Path, metavar="FILE", help="likewise: those of 2022/23")
    add("--dry-run", action="store_true", help="write nothing")
    options = parser.parse_args()

    encoder = load_encoder(EMBEDDED)
    replies, tune, unseen = labelled_examples(options.half)
    records = written_records(replies, tune)
    cohort = Cohort(encoder.encode_passages(cohort_texts()))
    calibration = replace(Calibration.none(), encoder=encoder.digest)
    formal = list(others(options.swefaq, options.interpellations))
    calibration = replace(calibration, ranking=fit_ranking([*records, *formal], encoder))
    if not options.dry_run:
        cohort.save(options.cohort)
    calibration = fit_confidence(
        calibration, list(all_lessons(records, encoder, calibration, cohort)), options.wrong_cost
    )
    held_out = list(all_lessons([Record(replies, unseen)], encoder, calibration, cohort))
    calibration = replace(
        calibration,
        fitted_on=f"calibration*.*, half {options.half} of questions.jsonl",
        figures=figures(calibration, held_out),
    )
    document = yaml.safe_dump(calibration.to_fields(), sort_keys=False)
    print(document, end="")
    if not options.dry_run:
        options.out.write_text(document, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

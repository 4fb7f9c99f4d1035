"""A guard against a fall: what is found in documents of all layouts and formats.

The floors stand a little below what docs/results/import.md reports. What needs LibreOffice or
OCRmyPDF is skipped where these are not installed.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from scripts.measuring_import.expected import Expected, load_folder
from scripts.measuring_import.figures import Judged, judge, tallied
from scripts.measuring_import.reading import missing_program, read_path
from scripts.measuring_import.report import mistakes

DATA = Path(__file__).parent.parent / "data"
DOCUMENTS = tuple(load_folder(DATA / "documents"))
HELD_OUT = tuple(load_folder(DATA / "documents_held_out"))

assert len(DOCUMENTS) == 65
assert len(HELD_OUT) == 94

# Minutes that give two replies as appendices, without a title each: one is not found yet.
LOST = {"Protokoll KF 19 juni 2025 ärende 11 med bilagor.docx": 1}

_BY_PATH = {one.path: one for one in (*DOCUMENTS, *HELD_OUT)}


@cache
def judged(path: Path) -> Judged:
    return judge(_BY_PATH[path], read_path(path))


@pytest.mark.parametrize("expected", _BY_PATH.values(), ids=lambda one: one.path.name)
def test_nothing_is_invented_lost_or_put_into_the_municipalitys_mouth(expected: Expected) -> None:
    if missing := missing_program(expected.layout):
        pytest.skip(f"{missing} is not installed")
    one = judged(expected.path)
    assert not one.unreadable
    assert one.refused_rightly is not False
    assert (one.lost_replies, one.invented_replies) == (LOST.get(expected.path.name, 0), 0)
    assert not [p.unsafe for reply in one.paragraphs for p in reply if p.unsafe]
    assert one.reading.faults == ()


@pytest.mark.parametrize(
    ("documents", "kinds_right"), [(DOCUMENTS, 0.96), (HELD_OUT, 0.92)], ids=["seen", "held out"]
)
def test_fields_and_kinds_are_right(documents: tuple[Expected, ...], kinds_right: float) -> None:
    here = [judged(one.path) for one in documents if not missing_program(one.layout)]
    tally = tallied(here)
    assert tally.fields_never_wrong >= 0.97, "\n".join(mistakes(here))
    assert tally.fields_right >= 0.96, "\n".join(mistakes(here))
    assert tally.kinds_right >= kinds_right, "\n".join(mistakes(here))
    assert tally.questions_right >= 0.9, "\n".join(mistakes(here))

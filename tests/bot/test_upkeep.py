from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.catalogue import LANGUAGES, catalogue_for
from bot.render.style import PLAIN
from bot.render.upkeep import (
    build_text,
    doing_text,
    problems_text,
    total_text,
    versions_brief,
    versions_text,
)
from bot.texts import WAITING
from index.reindex import BuildReport
from index.versions import VersionInfo

SAY, ENGLISH = map(catalogue_for, LANGUAGES)
NOW = datetime(2025, 11, 3, 12, tzinfo=UTC)
LIVE = VersionInfo("000003", True, NOW - timedelta(hours=3), 49, 375, "embedded", 2_440_000, None)
DAMAGED = VersionInfo(
    "000002", False, None, 0, 0, None, 2_400_000, "manifest.yaml is not as it was written"
)


def test_versions_on_a_telephone_are_narrow_and_keep_the_operators_words_out() -> None:
    shown = versions_brief([LIVE, DAMAGED], SAY, NOW)
    assert max(map(len, shown.splitlines())) <= 40
    assert "* 000003 (i drift)\n  49 svar, 375 passager, 2,4 MB\n" in shown
    assert ", 3 timmar\n" in shown
    assert "  000002 (skadad)\n" in shown
    assert "manifest" not in shown
    assert "skadad: manifest.yaml" in versions_text([LIVE, DAMAGED], PLAIN, NOW)
    assert versions_brief([], SAY) == "Det finns inget index än."


def test_one_is_one_and_several_are_several() -> None:
    one = BuildReport("000001", 1, 1, 1, 0, 0.44)
    assert build_text(one, SAY) == (
        "Index 000001 är i drift: 1 svar, 1 passage (1 kodad, 0 återanvända, 0,4 s)."
    )
    several = BuildReport("000002", 2, 9, 2, 1, 1.0, ("a.yaml is broken",))
    assert "9 passager (2 kodade, 1 återanvänd, 1,0 s)" in build_text(several, SAY)
    assert problems_text(one, SAY) == ""
    assert "registret, innan allt är med i indexet: 1." in problems_text(several, SAY)
    assert "broken" not in problems_text(several, SAY)


def test_the_same_in_english() -> None:
    shown = versions_brief([LIVE, DAMAGED], ENGLISH, NOW)
    assert "* 000003 (live)\n  49 replies, 375 passages, 2.4 MB\n" in shown
    assert ", 3 hours\n  000002 (damaged)\n  2.4 MB" in shown
    assert build_text(BuildReport("000001", 1, 1, 1, 0, 0.44), ENGLISH) == (
        "Index 000001 is live: 1 reply, 1 passage (1 encoded, 0 reused, 0.4 s)."
    )
    assert total_text([], ENGLISH) == "0 new, 0 unchanged, 0 failed"


@pytest.mark.parametrize("what", ["documents", "replies", "passages", "words", WAITING])
def test_all_that_the_administration_tells_of_has_words(what: str) -> None:
    assert doing_text(what, SAY) != doing_text(what, ENGLISH)

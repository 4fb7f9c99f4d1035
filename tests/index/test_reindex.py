from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from index.confidence import Calibration
from index.errors import VersionError
from index.glossary import Glossary
from index.reindex import BuildReport, reindex
from index.versions import Versions
from knowledge.model import Reply, Status
from tests.builders import reply
from tests.fakes_index import KeywordEncoder

ENCODER = KeywordEncoder(["kilometer"])
WITHDRAWN = replace(reply("a"), status=Status.WITHDRAWN)


def _reindex(versions: Versions, replies: Sequence[Reply], *, full: bool = False) -> BuildReport:
    return reindex(
        versions,
        replies,
        ENCODER,
        calibration=Calibration.none(),
        program="0.1.0",
        glossary=Glossary([]),
        record={one.id: "1-1-a" for one in replies},
        full=full,
    )


@pytest.mark.parametrize("full", [False, True])
def test_a_record_gone_astray_does_not_empty_the_index(tmp_path: Path, full: bool) -> None:
    versions = Versions(tmp_path)
    _reindex(versions, [reply("a"), reply("b")])
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(VersionError, match=r"000001 has 2: .* mounted.* Nothing was changed"):
        _reindex(versions, [], full=full)
    assert sorted(tmp_path.rglob("*")) == before
    assert versions.current_id() == "000001"


def test_a_record_whose_replies_are_all_withdrawn_is_an_empty_index(tmp_path: Path) -> None:
    versions = Versions(tmp_path)
    _reindex(versions, [reply("a")])
    assert _reindex(versions, [WITHDRAWN]).replies == 0
    # Nothing answers any more that could be lost.
    assert _reindex(versions, []).version == "000003"


def test_a_new_home_may_be_empty(tmp_path: Path) -> None:
    assert _reindex(Versions(tmp_path), []).replies == 0


def test_where_no_version_is_sound_nothing_can_be_lost(tmp_path: Path) -> None:
    versions = Versions(tmp_path)
    _reindex(versions, [reply("a")])
    (versions.directory("000001") / "passages.jsonl").unlink()
    assert _reindex(versions, []).version == "000002"

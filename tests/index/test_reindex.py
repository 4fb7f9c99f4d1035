from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.confidence import Calibration
from index.errors import VersionError
from index.glossary import Glossary
from index.lexical import LARGE
from index.live import LiveIndex
from index.model import Query
from index.recipe import Recipe
from index.reindex import BuildReport, reindex
from index.table import Table
from index.versions import Versions
from knowledge.model import Reply, Status
from tests.builders import reply
from tests.fakes_index import FixedRecord, KeywordEncoder

ENCODER = KeywordEncoder(["kilometer"])
WITHDRAWN = replace(reply("a"), status=Status.WITHDRAWN)


def _reindex(versions: Versions, replies: Sequence[Reply], *, full: bool = False) -> BuildReport:
    return reindex(
        versions,
        FixedRecord(replies),
        Recipe(ENCODER, Calibration.none(), Glossary([]), "0.1.0"),
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


def _files(folder: Path) -> dict[str, bytes]:
    own = {"manifest.yaml", "manifest.sha256"}
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name not in own and "lexical" not in path.parts
    }


TITLES = ("Vägar", "Skolor", "Badhus")
some_replies = st.dictionaries(
    st.sampled_from("abcdef"),
    st.tuples(
        st.sampled_from(TITLES),
        st.lists(st.sampled_from(["En kilometer.", "Två kilometer.", "Nej."]), max_size=3),
        st.sampled_from(Status),
    ),
    min_size=1,
    max_size=5,
)


@given(records=st.lists(some_replies, min_size=2, max_size=4))
@settings(max_examples=25, deadline=None)
def test_step_by_step_gives_what_building_anew_gives(
    tmp_path_factory: pytest.TempPathFactory,
    records: list[dict[str, tuple[str, list[str], Status]]],
) -> None:
    home = tmp_path_factory.mktemp("home")
    for number, record in enumerate(records):
        replies = [
            reply(id, tuple((f"Fråga {n}?", text) for n, text in enumerate(texts)), title=title)
            if status is Status.PUBLISHED
            else replace(reply(id), status=status)
            for id, (title, texts, status) in record.items()
        ]
        step = _reindex(Versions(home), replies)
        anew = _reindex(Versions(home / f"anew-{number}"), replies, full=True)
        assert (step.replies, step.passages) == (anew.replies, anew.passages)
        assert step.encoded <= anew.encoded
        directory = Versions(home).find_sound()[0]
        fresh = Versions(home / f"anew-{number}").find_sound()[0]
        assert _files(directory) == _files(fresh)


def test_in_a_large_record_only_the_changed_reply_is_worked_on(tmp_path: Path) -> None:
    versions = Versions(tmp_path)
    many = [
        reply(f"r{n:04d}", (("Hur långt?", f"Sträcka {n} är {n} kilometer."),))
        for n in range(LARGE)
    ]
    assert _reindex(versions, many).encoded == LARGE
    many[7] = reply("r0007", (("Hur långt?", "Nu gäller snöskoter."),))
    del many[11]
    report = _reindex(versions, [*many, reply("new", (("Vad?", "Ångbåten."),))])
    assert (report.encoded, report.reused, report.passages) == (2, LARGE - 2, LARGE)
    searcher = LiveIndex(tmp_path, ENCODER).searcher()
    for question, id in (("snöskoter", "r0007"), ("ångbåten", "new"), ("sträcka 1999", "r1999")):
        assert searcher.search(Query(question)).hits[0].reply.id == id
    assert "r0011" not in {h.reply.id for h in searcher.search(Query("sträcka 11", 50)).hits}
    assert not verify(Versions(tmp_path))


def verify(versions: Versions) -> list[str]:
    """Return what is wrong with the rows of the live version."""
    directory, _, _ = versions.find_sound()
    table = Table(directory)
    return [
        passage.id
        for row in range(len(table))
        if (passage := table.passage(row)).reply_id != table.reply_of(row).id
    ]

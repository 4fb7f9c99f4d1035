from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import NoReturn

import pytest

from bot.administration import Administration
from index.confidence import Calibration
from index.errors import EncoderUnavailable, VersionError
from index.ports import Encoder
from index.versions import Versions
from knowledge.errors import ReviewStateError, StoreError
from knowledge.importing import ImportStatus
from knowledge.model import PassageKind, Reply, Status
from knowledge.review import publish as published
from knowledge.review import withdraw as withdrawn
from knowledge.store import YamlStore
from tests.builders import reply
from tests.conftest import settings_of
from tests.fakes_index import KeywordEncoder

ENCODER = KeywordEncoder(["kilometer", "avgift"])
OTHER = KeywordEncoder(["kilometer"], name="other")
LETTER = """\
Svar på interpellation från Anna Ek (C) om {title}

Dnr KS 2025/{number}

Fråga 1: Hur långt får det vara till hållplatsen?
Svar: Högst två kilometer, längs den kortaste gångbara vägen.

Exempelby den 17 mars 2025

Bo Lind (S)
Kommunalråd
"""


def broken() -> NoReturn:
    raise EncoderUnavailable("keywords", "its model file is damaged")


def administration(home: Path, encoder: Encoder = ENCODER) -> Administration:
    return Administration(settings_of(home), lambda: encoder, lambda _: Calibration.none())


def without_encoder(home: Path) -> Administration:
    return Administration(settings_of(home), broken, lambda _: Calibration.none())


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Two replies, in two versions."""
    home = tmp_path / "home"
    YamlStore(home).save([reply("a"), reply("b")])
    for _ in range(2):
        administration(home).reindex()
    return home


def status(home: Path, reply_id: str) -> Status:
    return YamlStore(home).load(reply_id).status


def change(home: Path, changed: Reply) -> None:
    YamlStore(home).save([changed])


# -- The encoder ------------------------------------------------------------------------------


def test_withdrawing_hides_the_reply_though_the_encoder_is_broken(home: Path) -> None:
    with pytest.raises(VersionError) as caught:
        without_encoder(home).withdraw(["a"], "fel dokument")
    said = str(caught.value)
    assert "a is withdrawn and can no longer be seen" in said
    assert "could not be rebuilt" in said and "model file is damaged" in said
    assert "kommunsvar reindex" in said
    assert Versions(home).withdrawn() == (frozenset({"a"}), None)
    assert status(home, "a") is Status.WITHDRAWN
    assert Versions(home).current_id() == "000002"
    assert administration(home).reindex().replies == 1


def test_looking_going_back_and_checking_need_no_encoder(home: Path, tmp_path: Path) -> None:
    document = tmp_path / "svar.txt"
    document.write_text(LETTER.format(title="skolskjuts", number=1), encoding="utf-8")
    door = without_encoder(home)
    assert len(door.versions()) == 2
    assert door.verify().errors == ()
    assert door.import_files([document], dry_run=True).entries[0].error is None
    assert door.import_files([document], publish=False).build is None
    with pytest.raises(VersionError, match="encoder"):
        door.rollback("000001")  # The configured one is called otherwise.
    settings = replace(settings_of(home), encoder=ENCODER.name)
    assert Administration(settings, broken, lambda _: Calibration.none()).rollback().current


def test_publishing_without_an_encoder_changes_nothing(home: Path, tmp_path: Path) -> None:
    document = tmp_path / "svar.txt"
    document.write_text(LETTER.format(title="skolskjuts", number=1), encoding="utf-8")
    change(home, replace(reply("c"), status=Status.DRAFT))
    door = without_encoder(home)
    with pytest.raises(EncoderUnavailable):
        door.import_files([document])
    with pytest.raises(EncoderUnavailable):
        door.publish(["c"])
    with pytest.raises(EncoderUnavailable):
        door.reindex()
    assert YamlStore(home).ids() == ("a", "b", "c")
    assert status(home, "c") is Status.DRAFT


def test_going_back_to_a_version_of_another_encoder_is_refused(home: Path) -> None:
    for version in (None, "000001"):
        with pytest.raises(VersionError, match=r"keywords.*other") as caught:
            administration(home, OTHER).rollback(version)
        assert "000001" in str(caught.value)
    assert Versions(home).current_id() == "000002"
    assert administration(home).rollback().id == "000001"


# -- A full disk ------------------------------------------------------------------------------


def full(*_: object, **__: object) -> NoReturn:
    raise OSError(28, "No space left on device", "withdrawn")


def test_withdrawing_on_a_full_disk_says_that_the_reply_is_still_seen(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.versions.replace_file", full)
    with pytest.raises(StoreError, match=r"No space left.*nothing was changed.*can still be seen"):
        administration(home).withdraw(["a"], "fel")
    assert status(home, "a") is Status.PUBLISHED
    assert Versions(home).withdrawn() == (frozenset(), None)


def test_withdrawing_without_room_for_the_record_says_that_it_is_hidden(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("knowledge.disk._staged", full)
    with pytest.raises(StoreError, match=r"a can no longer be seen.*run this again"):
        administration(home).withdraw(["a"], "fel")
    monkeypatch.undo()
    assert Versions(home).withdrawn() == (frozenset({"a"}), None)
    assert administration(home).withdraw(["a"], "fel").build.replies == 1


def test_withdrawing_without_room_for_a_version_says_that_it_is_hidden(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.reindex.build_version", full)
    with pytest.raises(VersionError, match=r"a is withdrawn and can no longer be seen.*No space"):
        administration(home).withdraw(["a"], "fel")
    assert status(home, "a") is Status.WITHDRAWN


def test_what_a_crash_left_is_swept_before_room_is_needed(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = home / "index" / "staging" / "000003"
    left.mkdir(parents=True)
    (left / "half").write_bytes(b"written")
    seen: list[bool] = []
    set_withdrawn = Versions.set_withdrawn

    def watched(self: Versions, ids: frozenset[str]) -> None:
        seen.append(left.exists() and not seen)
        set_withdrawn(self, ids)

    monkeypatch.setattr(Versions, "set_withdrawn", watched)
    administration(home).withdraw(["a"], "fel")
    assert seen[0] is False


# -- The record and the index ------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": PassageKind.STATEMENT, "number": None, "question": None},
        {"number": 2},
        {"page": 3},
        {"question": None},
    ],
)
def test_a_passage_changed_by_hand_and_not_indexed_is_an_error(
    home: Path, changes: dict[str, object]
) -> None:
    (passage,) = reply("a").passages
    changed = replace(passage, **changes)  # type: ignore[arg-type]
    change(home, replace(reply("a"), passages=(changed,)))
    assert administration(home).verify().errors == (
        "a#q1: the index differs from the record; run reindex",
    )
    administration(home).reindex()
    assert administration(home).verify().errors == ()


@pytest.mark.parametrize("full", [False, True])
def test_a_record_that_is_not_mounted_is_not_indexed(home: Path, full: bool) -> None:
    (home / "knowledge").rename(home / "elsewhere")
    with pytest.raises(VersionError, match=r"mounted.*Nothing was changed"):
        administration(home).reindex(full=full)
    assert Versions(home).ids() == ("000001", "000002")


def test_a_record_that_is_broken_throughout_names_its_files(home: Path) -> None:
    for path in (home / "knowledge").iterdir():
        path.write_text("", encoding="utf-8")
    with pytest.raises(VersionError, match=r"mounted.*a\.yaml.*b\.yaml"):
        administration(home).reindex()


def test_withdrawing_every_reply_is_fine(home: Path) -> None:
    assert administration(home).withdraw(["a", "b"], "fel").build.replies == 0
    assert administration(home).reindex().replies == 0


# -- Import ------------------------------------------------------------------------------------


def test_entries_name_the_path_as_given_and_the_record_the_file(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    paths = [Path("ett/svar.txt"), Path("två/svar.txt"), Path("tre/svar.txt")]
    for number, path in enumerate(paths[:2]):
        path.parent.mkdir()
        path.write_text(LETTER.format(title=f"sak {path.parent}", number=number), encoding="utf-8")
    entries = administration(home).import_files([*paths, Path("ett")]).entries
    assert [(one.file, one.status) for one in entries] == [
        ("ett/svar.txt", ImportStatus.IMPORTED),
        ("två/svar.txt", ImportStatus.IMPORTED),
        ("tre/svar.txt", ImportStatus.FAILED),
        ("ett/svar.txt", ImportStatus.UNCHANGED),
    ]
    sources = [one.reply.source.file for one in entries if one.reply and one.reply.source]
    assert sources == ["svar.txt", "svar-2.txt", "svar.txt"]


# -- The same command again, after one that was killed -----------------------------------------


def test_what_is_published_but_not_indexed_is_indexed_by_publishing_it_again(home: Path) -> None:
    change(home, published(reply("c", status=Status.DRAFT), date(2025, 3, 17)))
    report = administration(home).publish(["c"])
    assert [one.id for one in report.replies] == ["c"]
    assert report.build.replies == 3
    assert len(YamlStore(home).load("c").history) == 1
    with pytest.raises(ReviewStateError, match="already published"):
        administration(home).publish(["c"])


def test_what_is_published_and_indexed_but_still_hidden_is_shown_by_publishing_it_again(
    home: Path,
) -> None:
    Versions(home).set_withdrawn(["a"])
    administration(home).publish(["a"])
    assert Versions(home).withdrawn() == (frozenset(), None)


def test_what_is_withdrawn_but_still_indexed_goes_by_withdrawing_it_again(home: Path) -> None:
    Versions(home).set_withdrawn(["a"])
    change(home, withdrawn(reply("a"), "fel dokument", date(2025, 3, 17)))
    assert administration(home).withdraw(["a"], "fel dokument").build.replies == 1
    with pytest.raises(ReviewStateError, match="already withdrawn"):
        administration(home).withdraw(["a"], "fel dokument")

"""Promise 7: whatever breaks, a sound version answers, and says what is wrong and what to do."""

from __future__ import annotations

import ctypes
import json
import re
import resource
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from bot.cli.main import run
from bot.service import Service
from bot.wiring import open_administration, open_service
from index.versions import Versions
from tests.conftest import settings_of
from tests.journeys.program import ENVIRONMENT, as_json, command, kommunsvar

QUESTION = "Hur långt får det högst vara mellan hemmet och skolskjutsens hållplats?"
SCHOOL_BUS = "2025-03-17-skolskjutsen-pa-landsbygden"
RIGHT = f"{SCHOOL_BUS}#q1"

WITHDRAWN = "2024-02-26-mobilfri-skola-pa-riktigt"
ABOUT_WITHDRAWN = "Ska förbudet mot mobiler utvidgas till gymnasiet och till skolbussarna?"

NEW_QUESTION = "Får sparkcyklar lånas på biblioteket i Gransele?"
NEW_DOCUMENT = f"""\
Svar på interpellation från Ada Berg (V) om utlåning av sparkcyklar

Dnr KS 2025/999

Fråga 1: {NEW_QUESTION}
Svar: Ja. Biblioteket i Gransele lånar ut tolv sparkcyklar, fjorton dagar åt gången.

Exempelby den 3 november 2025

Bo Lind (S)
Ordförande i kulturnämnden
"""


@pytest.fixture(scope="module")
def small_home(example_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A few replies in two versions: since the first, one of them was withdrawn."""
    home = shutil.copytree(example_home, tmp_path_factory.mktemp("small") / "home")
    records = sorted((home / "knowledge").iterdir())
    kept = {SCHOOL_BUS, WITHDRAWN, *(path.stem for path in records[::8])}
    for path in records:
        if path.stem not in kept:
            path.unlink()
    shutil.rmtree(home / "index")
    administration = open_administration(settings_of(home))
    administration.reindex()
    assert shown(open_service(settings_of(home)), ABOUT_WITHDRAWN)[0].startswith(WITHDRAWN)
    administration.withdraw([WITHDRAWN], "fel dokument")
    assert Versions(home).ids() == ("000001", "000002")
    return home


@pytest.fixture
def home(small_home: Path, tmp_path: Path) -> Path:
    return shutil.copytree(small_home, tmp_path / "home")


def shown(service: Service, question: str) -> list[str]:
    return [hit.passage.id for hit in service.ask(question, limit=20).results.hits]


def ask(home: Path) -> tuple[str, str]:
    """Ask as a new process would; return the version that answered, and the warnings."""
    service = open_service(settings_of(home))
    answer = service.ask(QUESTION)
    best = answer.results.hits[0].passage
    assert (best.id, best.text) == (RIGHT, right_text(home)), service.warnings
    assert not [name for name in shown(service, ABOUT_WITHDRAWN) if name.startswith(WITHDRAWN)]
    return answer.results.version_id, "\n".join(service.warnings)


def right_text(home: Path) -> str:
    """Return the right passage as it stands in a sound version, whichever that is."""
    directory, _, _ = Versions(home).find_sound()
    lines = map(json.loads, (directory / "passages.jsonl").read_bytes().splitlines())
    text: str = next(line["text"] for line in lines if line["id"] == RIGHT)
    assert "kilometer" in text
    return text


def put(path: Path, data: bytes) -> None:
    """Replace a file; what is still mapped into memory stays as it was."""
    mode = path.stat().st_mode
    path.unlink()
    path.write_bytes(data)
    path.chmod(mode)


def flipped(data: bytes, place: int) -> bytes:
    return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]


def assert_tidy(home: Path) -> None:
    staging = home / "index" / "staging"
    assert not staging.exists() or not list(staging.iterdir())
    folders = (home / "index", home / "knowledge", home / "sources")
    left = chain.from_iterable(folder.glob(".*") for folder in folders)
    assert list(left) == []


# -- Damaged ----------------------------------------------------------------------------------


def test_a_flipped_byte_in_any_file_of_the_index_is_answered_over_and_told(home: Path) -> None:
    root = home / "index"
    files = sorted(path for path in root.rglob("*") if path.is_file() and path.stat().st_size)
    names = {path.name if path.parent.name != "lexical" else path.suffix for path in files}
    assert names >= {
        *("current", "withdrawn", "manifest.yaml", "manifest.sha256", "record.json"),
        *("passages.jsonl", "replies.jsonl", "columns.npy", "embeddings.npy", "vectors.faiss"),
        *("values.npy", "offsets.npy", ".idx", ".term", ".fieldnorm", ".fast"),
    }
    assert ask(home) == ("000002", "")
    for path in files:
        data = path.read_bytes()
        small = {0, len(data) - 2} if len(data) < 200 else set()
        for place in {len(data) // 2, *small}:
            put(path, flipped(data, place))
            version, told = ask(home)
            where = f"{path.relative_to(root)}, byte {place}: {told}"
            if "000001" in path.parts:  # The live version is sound, and the other one named.
                assert (version, told) == ("000002", ""), where
                info = Versions(home).infos()[1]
                assert not info.sound and "000001" in str(info.problem), where
                continue
            assert version == ("000001" if "000002" in path.parts else "000002"), where
            assert ("000002" if "000002" in path.parts else path.name) in told, where
            assert "kommunsvar reindex" in told, where
        put(path, data)
    assert ask(home) == ("000002", "")


@pytest.mark.parametrize("name", ["current", "withdrawn", "vectors.faiss"])
def test_the_command_tells_the_damage_on_standard_error(home: Path, name: str) -> None:
    (path, *_) = sorted((home / "index").rglob(name), reverse=True)
    put(path, flipped(path.read_bytes(), path.stat().st_size // 2))
    done = kommunsvar(home, "ask", QUESTION, "--json")
    assert json.loads(done.stdout)["hits"][0]["passage_id"] == RIGHT
    assert name in done.stderr and "kommunsvar reindex" in done.stderr
    kommunsvar_in_process(home, "reindex")
    assert ask(home) == ("000003", "")


@pytest.mark.parametrize("place", [0, 30, 70, 100, None])
def test_a_damaged_or_lost_list_of_withdrawn_replies_shows_none_of_them(
    home: Path, place: int | None
) -> None:
    kommunsvar_in_process(home, "rollback", "000001")
    assert WITHDRAWN in (Versions(home).directory("000001") / "replies.jsonl").read_text("utf-8")
    path = home / "index" / "withdrawn"
    if place is None:
        path.unlink()
    else:
        put(path, flipped(path.read_bytes(), place))
    version, told = ask(home)
    assert version == "000001"
    assert "withdrawn" in told and "kommunsvar reindex" in told


@pytest.mark.parametrize("broken", [True, False])
def test_a_withdrawn_reply_whose_record_is_lost_stays_hidden_after_going_back(
    home: Path, broken: bool
) -> None:
    record = home / "knowledge" / f"{WITHDRAWN}.yaml"
    record.unlink()
    if broken:
        record.write_text("id: [", encoding="utf-8")
    kommunsvar_in_process(home, "reindex")
    kommunsvar_in_process(home, "rollback", "000001")
    assert ask(home)[0] == "000001"


@pytest.mark.parametrize("name", ["passages.jsonl", "manifest.yaml"])
def test_a_single_damaged_version_is_one_sentence_and_reindex_heals_it(
    home: Path, name: str
) -> None:
    shutil.rmtree(home / "index" / "versions" / "000001")
    path = home / "index" / "versions" / "000002" / name
    put(path, flipped(path.read_bytes(), 10))
    done = kommunsvar(home, "ask", QUESTION, code=1)
    assert done.stdout == ""
    assert done.stderr.startswith(f"kommunsvar: index version 000002: {name} is not as it was")
    assert done.stderr.count("\n") == 1
    assert "kommunsvar reindex" in done.stderr
    assert as_json(home, "reindex")["encoded"] > 0
    assert ask(home) == ("000003", "")


@pytest.mark.parametrize("content", [None, b"", b"000009\n", b"\xff\xfe\n", b"../../etc\n"])
def test_without_a_pointer_the_newest_version_answers(home: Path, content: bytes | None) -> None:
    path = home / "index" / "current"
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    version, told = ask(home)
    assert version == "000002"
    assert "current" in told and "kommunsvar reindex" in told


def test_a_running_program_answers_on_when_every_version_is_damaged(home: Path) -> None:
    service = open_service(settings_of(home))
    expected = shown(service, QUESTION)
    for path in (home / "index" / "versions").glob("*/manifest.yaml"):
        put(path, b"")
    put(home / "index" / "current", b"000001\n")
    assert shown(service, QUESTION) == expected
    assert "still answering from version 000002" in "\n".join(service.warnings)
    kommunsvar_in_process(home, "reindex")
    assert service.ask(QUESTION).results.version_id == "000003"
    assert service.warnings == ()


def test_a_home_that_is_a_file_is_wrong_usage(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    done = kommunsvar(tmp_path / "file", "ask", QUESTION, code=2)
    assert str(tmp_path / "file") in done.stderr
    done = kommunsvar(tmp_path / "file" / "home", "ask", QUESTION, code=1)
    assert done.stderr.startswith("kommunsvar: ") and done.stderr.count("\n") == 1


# -- A broken record --------------------------------------------------------------------------


def _beyond(record: bytes) -> bytes:
    head, end, tail = record.rpartition(b"end: ")
    return head + end + b"9" + tail


BROKEN: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "syntax": (lambda record: record.replace(b"status: ", b"status: [", 1), "line"),
    "unknown-key": (lambda record: b"colour: red\n" + record, "line 1: colour: unknown key"),
    "span": (_beyond, ".span.end: 9"),
    "not-utf-8": (lambda record: record.replace(b"title: ", b"title: \xff", 1), "line 2: is not"),
    "empty": (lambda record: b"", "line 1: is empty"),
}


def kommunsvar_in_process(home: Path, *arguments: str, code: int = 0) -> None:
    assert run(["--home", str(home), *arguments]) == code


@pytest.mark.parametrize("fault", BROKEN)
def test_a_broken_record_is_named_and_all_else_goes_on(
    home: Path, fault: str, capsys: pytest.CaptureFixture[str]
) -> None:
    damage, named = BROKEN[fault]
    path = home / "knowledge" / f"{SCHOOL_BUS}.yaml"
    path.write_bytes(damage(path.read_bytes()))

    def told(*arguments: str, code: int = 0) -> tuple[Any, str]:
        kommunsvar_in_process(home, *arguments, "--json", code=code)
        out, err = capsys.readouterr()
        report = json.loads(out)
        lines = chain(err.splitlines(), report.get("errors", ()))
        (line,) = [line for line in lines if path.name in line]
        assert f"{path.name}, line " in line
        assert named in line
        return report, err

    answer, err = told("ask", QUESTION)
    assert "still answers" in err
    assert answer["hits"][0]["passage_id"] == RIGHT
    build, err = told("reindex")
    assert "left out of the index" in err
    assert build["replies"] == answer["searched"]["replies"] - 1
    told("verify", code=1)
    answer, err = told("ask", QUESTION)
    assert "not in the index" in err
    assert SCHOOL_BUS not in {hit["reply_id"] for hit in answer["hits"]}


def test_the_command_names_a_broken_record(home: Path) -> None:
    path = home / "knowledge" / f"{SCHOOL_BUS}.yaml"
    path.write_bytes(b"colour: red\n" + path.read_bytes())
    done = kommunsvar(home, "ask", QUESTION, "--json")
    assert json.loads(done.stdout)["hits"][0]["passage_id"] == RIGHT
    assert f"{path.name}, line 1: colour: unknown key" in done.stderr
    assert f"{path.name}, line 1: colour" in kommunsvar(home, "reindex").stderr


# -- At once, without room, without rights -----------------------------------------------------


def test_two_reindexes_at_once_follow_each_other_and_readers_notice_nothing(
    own_home: Path,
) -> None:
    held = open_service(settings_of(own_home))
    versions = Versions(own_home)
    with versions.lock():
        builds = [
            subprocess.Popen(
                command(own_home, "reindex", "--full", "--json"),
                env=ENVIRONMENT,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                encoding="utf-8",
            )
            for _ in range(2)
        ]
        for build in builds:
            assert build.stderr is not None
            assert build.stderr.readline() == "Väntar på ett annat kommando …\n"
    seen = set()
    while any(build.poll() is None for build in builds):
        for service in (held, open_service(settings_of(own_home))):
            answer = service.ask(QUESTION)
            assert answer.results.hits[0].passage.id == RIGHT
            assert service.warnings == ()
            seen.add(answer.results.version_id)
    reports = [build.communicate() for build in builds]
    assert [build.returncode for build in builds] == [0, 0], reports
    assert [rest for _, rest in reports] == ["", ""]
    assert sorted(json.loads(out)["version"] for out, _ in reports) == ["000002", "000003"]
    assert len(seen) > 1
    assert all(info.sound for info in versions.infos())
    assert held.ask(QUESTION).results.version_id == "000003"


def test_a_full_disk_is_one_sentence_and_the_live_version_answers_on(home: Path) -> None:
    (live, _, _) = Versions(home).find_sound()
    (postings,) = live.glob("lexical/*.idx")
    records = (home / "knowledge").iterdir
    before = {path.name: path.read_bytes() for path in records()}
    # No file may grow over the limit; each case stops at another writer.
    for last_byte in (
        1,
        (live / "passages.jsonl").stat().st_size,
        (live / "vectors.faiss").stat().st_size,
        postings.stat().st_size,
    ):

        def full(limit: int = last_byte - 1) -> None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

        done = kommunsvar(home, "reindex", "--full", code=1, before=full)
        assert done.stdout == ""
        assert done.stderr.startswith("kommunsvar: ") and done.stderr.count("\n") == 1
        assert re.search(r"File too large|\d written", done.stderr), done.stderr
    assert {path.name for path in records()} == set(before)
    service = open_service(settings_of(home))
    assert service.ask(QUESTION).results.version_id == live.name
    assert shown(service, QUESTION)[0] == RIGHT
    kommunsvar_in_process(home, "reindex")
    assert_tidy(home)


def test_a_document_that_finds_no_room_leaves_nothing(home: Path, tmp_path: Path) -> None:
    document = tmp_path / "svar.txt"
    document.write_text(NEW_DOCUMENT, encoding="utf-8")
    before = sorted(path for path in home.rglob("*") if "index" not in path.parts)

    def full() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))

    done = kommunsvar(home, "import", str(document), "--json", code=1, before=full)
    (entry,) = json.loads(done.stdout)["files"]
    assert entry["status"] == "failed"
    assert "filen blir större än den får vara" in entry["error"]
    assert sorted(path for path in home.rglob("*") if "index" not in path.parts) == before
    assert ask(home) == ("000002", "")


def test_whoever_asks_needs_no_right_to_write(home: Path) -> None:
    paths = [home, *home.rglob("*")]
    for path in paths:
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        probe = [sys.executable, "-c", "import sys; open(sys.argv[1], 'ab')", str(home / "x")]
        wrote = subprocess.run(probe, capture_output=True, check=False, preexec_fn=_no_root)
        if wrote.returncode == 0:
            pytest.skip("runs as root, which may write everywhere and cannot give that up here")
        done = kommunsvar(home, "ask", QUESTION, "--json", before=_no_root)
        assert json.loads(done.stdout)["hits"][0]["passage_id"] == RIGHT
        assert done.stderr == ""
        done = kommunsvar(home, "reindex", code=1, before=_no_root)
        assert "Permission denied" in done.stderr and done.stderr.count("\n") == 1
    finally:
        for path in paths:
            path.chmod(0o755 if path.is_dir() else 0o644)


def _no_root() -> None:
    """Give up root's right to pass over file modes, where the process has it."""
    drop_from_bounding_set, override, read_search = 24, 1, 2  # linux/prctl.h, capability.h
    if sys.platform == "linux":
        libc = ctypes.CDLL(None)
        libc.prctl(drop_from_bounding_set, override, 0, 0, 0)
        libc.prctl(drop_from_bounding_set, read_search, 0, 0, 0)


def test_whoever_asks_need_not_be_whoever_built(home: Path) -> None:
    modes = {stat.S_IMODE(path.stat().st_mode) for path in home.rglob("*") if path.is_file()}
    assert len(modes) == 1  # What the umask gives, for every file alike.

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge import archive
from knowledge.archive import is_archive, members
from knowledge.errors import UnreadableDocument
from tests.knowledge.sandbox import hostile
from tests.knowledge.sandbox.hostile import zipped

LETTER = hostile.LETTER.encode()


def problem_of(data: bytes) -> str:
    """Return why the one file in an archive is refused."""
    (member,) = members("a.zip", data)
    assert member.data is None
    return str(member.problem)


def test_documents_come_in_the_order_of_their_names() -> None:
    data = zipped({"mapp/b.txt": b"b", "a.txt": b"a", "mapp/a.txt": b"c", "mapp/": b""})
    assert is_archive(data)
    found = list(members("a.zip", data))
    assert [(one.path, one.name, one.data) for one in found] == [
        ("a.txt", "a.txt", b"a"),
        ("mapp/a.txt", "a.txt", b"c"),
        ("mapp/b.txt", "b.txt", b"b"),
    ]


def test_documents_that_are_zips_inside_are_no_archives() -> None:
    assert not is_archive(hostile.letter_docx())
    assert not is_archive(zipped({"mimetype": b"x", "content.xml": b"<x/>"}))
    assert not is_archive(zipped({"[Content_Types].xml": b"<x/>", "xl/workbook.xml": b"<x/>"}))
    assert not is_archive(LETTER)
    assert not is_archive(zipped({"a.txt": LETTER})[:-30])
    letter = hostile.letter_docx()
    (member,) = members("a.zip", zipped({"svar.docx": letter}))
    assert member.data == letter


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd",
        "/etc/passwd",
        "mapp/../../x.txt",
        "..\\..\\x.txt",
        "C:\\x.txt",
        "\\\\a\\b",
    ],
)
def test_a_name_that_points_outside_is_refused(name: str) -> None:
    assert "utanför arkivet" in problem_of(zipped({name: LETTER}))


def test_what_cannot_be_opened_is_refused_and_the_rest_is_not() -> None:
    assert "symbolisk länk" in problem_of(hostile.link_in_zip("svar.txt", "/etc/passwd"))
    assert "lösenord" in problem_of(hostile.encrypted_zip("svar.txt"))
    assert "komprimerad" in problem_of(zipped({"a.txt": LETTER}, method=zipfile.ZIP_LZMA))
    assert "arkiv i ett arkiv" in problem_of(zipped({"inre.zip": zipped({"a.txt": LETTER})}))
    assert "50 MB" in problem_of(zipped({"a.txt": bytes(50 * 1024**2 + 1)}))
    assert "200 gånger" in problem_of(zipped({"a.txt": bytes(2 * 1024**2)}))
    broken = bytearray(zipped({"a.txt": LETTER, "b.txt": LETTER}))
    broken[50] ^= 0xFF
    one, two = members("a.zip", bytes(broken))
    assert "skadad" in str(one.problem)
    assert two.data == LETTER


def test_litter_of_systems_is_left_out() -> None:
    names = [".DS_Store", "__MACOSX/._a.txt", "mapp/.dold/a.txt", "Thumbs.db", "desktop.ini"]
    data = zipped({**dict.fromkeys(names, b"x"), "a.txt": LETTER})
    assert [one.path for one in members("a.zip", data)] == ["a.txt"]
    with pytest.raises(UnreadableDocument, match="inga dokument"):
        list(members("a.zip", zipped(dict.fromkeys(names, b"x"))))


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (hostile.flat_bomb(), "större än 500 MB"),
        (zipped({f"{n}.txt": b"x" for n in range(1_001)}), "fler än 1 000 filer"),
        (zipped({f"{n}/": b"" for n in range(20_001)}), "fler än 1 000 filer"),
        (zipped({}), "inga dokument"),
    ],
)
def test_an_archive_over_a_limit_is_refused_whole(data: bytes, why: str) -> None:
    assert is_archive(data)
    with pytest.raises(UnreadableDocument, match=why):
        next(members("a.zip", data))


def test_a_nested_bomb_is_never_opened() -> None:
    found = list(members("42.zip", hostile.nested_bomb()))
    assert len(found) == 16
    assert all("arkiv i ett arkiv" in str(one.problem) for one in found)


def test_an_archive_that_lies_about_sizes_gives_no_more_than_it_said() -> None:
    data = bytearray(zipped({"a.txt": LETTER * 1000}))
    for mark, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        start = data.index(mark) + at
        data[start : start + 4] = (10).to_bytes(4, "little")
    assert "skadad" in problem_of(bytes(data))


@given(st.binary(max_size=200), st.integers(0, 400), st.integers(0, 255))
def test_any_bytes_are_members_or_refused(tail: bytes, at: int, value: int) -> None:
    sound = bytearray(zipped({"a.txt": b"abc", "b/c.txt": b"abc"}))
    sound[at % len(sound)] = value
    for data in (bytes(sound), bytes(sound) + tail, b"PK\x03\x04" + tail):
        try:
            found = list(members("a.zip", data))
        except UnreadableDocument as error:
            assert error.message.endswith(".")
        else:
            assert all((one.data is None) != (one.problem is None) for one in found)
        assert is_archive(data) in (True, False)


def test_the_ratio_leaves_room_for_documents() -> None:
    form = ("Fråga: " + "_" * 70 + "\n").encode() * 20_000
    (member,) = members("a.zip", zipped({f"{n}.txt": form for n in range(1)}))
    packed = len(zipped({"0.txt": form}))
    assert (len(form) > archive.MAX_RATIO * packed) == (member.data is None)
    with zipfile.ZipFile(io.BytesIO(zipped({"a.txt": LETTER * 10_000}))) as made:
        (entry,) = made.infolist()
        assert entry.file_size / entry.compress_size > 100  # the same letter, ten thousand times

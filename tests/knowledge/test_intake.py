from __future__ import annotations

import os
from pathlib import Path

import pytest

from knowledge.errors import UnreadableDocument
from knowledge.intake import files_in, load


def refusal(path: Path) -> str:
    with pytest.raises(UnreadableDocument) as caught:
        load(path)
    return caught.value.message


def test_a_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "svar.txt"
    path.write_bytes(b"Svar")
    assert load(path) == b"Svar"


def test_what_is_no_document_is_not_read(tmp_path: Path) -> None:
    target = tmp_path / "svar.txt"
    target.write_bytes(b"Svar")
    link = tmp_path / "link.txt"
    link.symlink_to(target)
    assert "symbolisk länk" in refusal(link)
    link.unlink()
    link.symlink_to(tmp_path / "ingenting")
    assert "symbolisk länk" in refusal(link)
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    assert "ingen vanlig fil" in refusal(pipe)
    assert "ingen vanlig fil" in refusal(Path("/dev/zero"))
    assert "ingen vanlig fil" in refusal(tmp_path)
    assert refusal(tmp_path / "finns inte").startswith("filen kan inte läsas: den finns inte")
    assert "kan inte läsas" in refusal(tmp_path / "a\0b")


def test_a_large_file_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "stor.pdf"
    with path.open("wb") as file:
        file.truncate(10 * 1024**4)
    assert "större än 50 MB" in refusal(path)
    with path.open("wb") as file:
        file.truncate(50 * 1024**2)
    assert len(load(path)) == 50 * 1024**2


def test_folders_are_walked_in_name_order_and_links_are_not_followed(tmp_path: Path) -> None:
    folder = tmp_path / "mapp"
    for name in ("b.txt", "a/c.txt", ".dold", ".git/x.txt", "__MACOSX/y.txt", "Thumbs.db"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("x")
    (folder / "fil-länk").symlink_to(folder / "b.txt")
    (folder / "mapp-länk").symlink_to(folder)
    given = tmp_path / "länk"
    given.symlink_to(folder)
    names = ["a/c.txt", "b.txt", "fil-länk", "mapp-länk"]
    assert list(files_in([folder])) == [folder / name for name in names]
    assert list(files_in([given, folder / ".dold"])) == [given, folder / ".dold"]

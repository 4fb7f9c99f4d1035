"""Hostile and broken documents through the command line: a sentence each, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.journeys.program import as_json, kommunsvar
from tests.knowledge.sandbox import hostile
from tests.knowledge.sandbox.hostile import LETTER, zipped

GOOD = LETTER.replace("skolskjutsen", "badhuset").replace("2025/112", "2025/113")


def traces(home: Path) -> list[str]:
    """Return all that lies in a home, but for the index."""
    return sorted(
        str(path.relative_to(home))
        for path in home.rglob("*")
        if path.is_file() and "index" not in path.relative_to(home).parts
    )


def test_each_costs_one_sentence_and_the_next_document_is_imported(tmp_path: Path) -> None:
    folder, home = tmp_path / "in", tmp_path / "home"
    folder.mkdir()
    sentences = {
        "arkiv-42.zip": (hostile.nested_bomb(), "arkiv i ett arkiv"),
        "arkiv-flat.zip": (hostile.flat_bomb(), "större än 500 MB"),
        "arkiv-klippt.zip": (zipped({"a.txt": LETTER.encode()})[:-40], "skadad"),
        "arkiv-lank.zip": (hostile.link_in_zip("a.txt", "/etc/passwd"), "symbolisk länk"),
        "arkiv-last.zip": (hostile.encrypted_zip("a.txt"), "lösenord"),
        "arkiv-namn.zip": (zipped({"../../etc/passwd": LETTER.encode()}), "utanför arkivet"),
        "bild.pdf": (b"\x89PNG\r\n\x1a\n" + bytes(99), "en bild (png)"),
        "bomb.docx": (hostile.docx_bomb(500), "orimligt stort"),
        "klippt.docx": (hostile.letter_docx()[:9_000], "skadad"),
        "klippt.pdf": (hostile.pdf_of_pages(3)[:700], "skadad"),
        "lol.docx": (hostile.billion_laughs_docx(), "skadat"),
        "lol.xml": (hostile.billion_laughs(), "inte ut som ett svar"),
        "last.pdf": (hostile.locked_pdf(), "lösenord"),
        "makron.docm": (hostile.docm(), "makron"),
        "manga-objekt.pdf": (hostile.pdf_of_many_objects(700_000), "ingen text"),
        "manga-sidor.pdf": (hostile.pdf_of_pages(501), "fler än 500 sidor"),
        "mycket-text.txt": (b"a" * 5_000_000, "3 miljoner tecken"),
        "paragrafer.txt": ("§ 1 ".encode() * 1_000_000, "3 miljoner tecken"),
        "sig-sjalv.pdf": (hostile.pdf_of_itself(), "skadad"),
        "stor.pdf": (b"%PDF-1.7" + bytes(50 * 1024**2), "större än 50 MB"),
        "tom.txt": (b"", "tom"),
    }
    for name, (data, _) in sentences.items():
        (folder / name).write_bytes(data)
    secret = tmp_path / "secret.txt"
    secret.write_text(LETTER, encoding="utf-8")
    (folder / "lank.txt").symlink_to(secret)
    (folder / "zz-svar.txt").write_text(GOOD, encoding="utf-8")

    report = as_json(home, "import", str(folder), code=1)["files"]
    (imported,) = (entry for entry in report if entry["status"] == "imported")
    assert imported["file"] == str(folder / "zz-svar.txt")
    failed = [entry for entry in report if entry["status"] == "failed"]
    assert len(report) == len(failed) + 1
    for name, sentence in [*((name, said) for name, (_, said) in sentences.items()),
                           ("lank.txt", "symbolisk länk")]:  # fmt: skip
        where = str(folder / name)
        errors = [one["error"] for one in failed if one["file"].startswith(where)]
        assert errors, name
        assert all(sentence in error and error.endswith(".") for error in errors), (name, errors)
        assert len(errors) == (16 if "42" in name else 1)
    assert traces(home) == [f"knowledge/{imported['reply_id']}.yaml", "sources/zz-svar.txt"]
    assert as_json(home, "verify")["errors"] == []


def test_a_dangerous_but_readable_document_leaks_nothing(tmp_path: Path) -> None:
    folder, home = tmp_path / "in", tmp_path / "home"
    folder.mkdir()
    secret = tmp_path / "secret.txt"
    secret.write_text("HEMLIGT-4711", encoding="utf-8")
    entity = hostile.docx_with_external_entity(secret.as_uri())
    (folder / "entitet.docx").write_bytes(entity)
    (folder / "mall.docx").write_bytes(
        hostile.docx_with_remote_template("http://127.0.0.1:9/mall.dotm")
    )
    script = '<script>alert("HEMLIGT-4711")</script><img alt="" src="{}">'
    (folder / "sida.html").write_bytes(hostile.html_with(script.format(secret.as_uri())))
    for number, document in enumerate(sorted(folder.iterdir())):
        # A home each: they hold the same letter, which would be one reply.
        own = home / str(number)
        (entry,) = as_json(own, "import", str(document))["files"]
        assert entry["status"] == "imported"
        for record in (own / "knowledge").iterdir():
            assert "HEMLIGT" not in record.read_text("utf-8")
        assert as_json(own, "verify")["errors"] == []


def test_a_zip_is_imported_as_the_documents_in_it(tmp_path: Path) -> None:
    home, archive = tmp_path / "home", tmp_path / "arkiv.zip"
    archive.write_bytes(
        zipped(
            {
                "mapp/svar.pdf": GOOD.encode(),
                "mapp/svar.docx": hostile.letter_docx(),
                "__MACOSX/mapp/._svar.pdf": b"x",
                "anteckning.txt": b"Kom ihag att ringa.",
            }
        )
    )
    note, letter, answer = as_json(home, "import", str(archive), code=1)["files"]
    assert note["file"] == f"{archive}/anteckning.txt"
    assert (note["status"], letter["status"], answer["status"]) == (
        "failed", "imported", "imported",
    )  # fmt: skip
    assert (letter["file"], answer["file"]) == (
        f"{archive}/mapp/svar.docx", f"{archive}/mapp/svar.pdf",
    )  # fmt: skip
    assert sorted(path.name for path in (home / "sources").iterdir()) == ["svar.docx", "svar.pdf"]
    again = as_json(home, "import", str(archive), code=1)["files"]
    assert [entry["status"] for entry in again] == ["failed", "unchanged", "unchanged"]


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("bomb.docx", hostile.docx_bomb(500), "orimligt stort"),
        ("klippt.pdf", hostile.pdf_of_pages(3)[:700], "skadad"),
        ("tom.txt", b"", "tom"),
    ],
)
def test_similar_is_as_safe(
    example_home: Path, tmp_path: Path, name: str, data: bytes, said: str
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    assert said in kommunsvar(example_home, "similar", str(path), code=1).stderr

"""The sandbox with a real worker and real documents."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import pytest

from knowledge.errors import NotAReply, ReadingStopped, UnreadableDocument
from knowledge.sandbox.limits import Limits
from knowledge.sandbox.parent import Sandbox
from knowledge.understanding import DirectReading
from tests.knowledge.sandbox import hostile

DOCUMENTS = Path(__file__).parents[2] / "data" / "documents"
EXAMPLES = sorted((Path(__file__).parents[3] / "knowledge" / "examples").iterdir())
LETTER = hostile.LETTER.encode()
SLOW = LETTER + b"Fr\xc3\xa5ga 1: Hur?\nSvar: ja.\n" * 20_000
"""Takes minutes: twenty thousand questions."""

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="the limits are Linux's")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary folders are made."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


@pytest.fixture
def sandbox(folder: Path) -> Iterator[Sandbox]:
    with Sandbox() as made:
        yield made


def pid_of(sandbox: Sandbox) -> int:
    assert sandbox.worker is not None
    return sandbox.worker.pid


def runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize("suffix", [".txt", ".pdf", ".docx", ".html"])
def test_the_sandbox_reads_as_one_reads_without(sandbox: Sandbox, suffix: str) -> None:
    direct = DirectReading()
    for path in [one for one in EXAMPLES if one.suffix == suffix][:4]:
        data = path.read_bytes()
        understood = sandbox.understand(path.name, data)
        assert understood == direct.understand(path.name, data)
        assert sandbox.read(path.name, data) == understood.document
        text = understood.drafts[0].text
        assert sandbox.reread(text) == direct.reread(text)


def test_errors_are_the_reader_s_own(sandbox: Sandbox) -> None:
    with pytest.raises(UnreadableDocument, match=r"tom\.txt: filen är tom"):
        sandbox.read("tom.txt", b"")
    with pytest.raises(NotAReply, match="kallelse"):
        sandbox.understand("k.txt", b"Kallelse\n\nKommunfullm\xc3\xa4ktige\n")
    with pytest.raises(NotAReply, match="inga frågor"):
        sandbox.questions("k.txt", b"Protokoll.\n")
    assert sandbox.reread("Inget svar.") == ()
    assert sandbox.questions("ny.txt", b"1. Hur ska det g\xc3\xa5 till?\n") == (
        (1, "Hur ska det gå till?"),
    )


def test_one_worker_reads_many_documents_and_leaves_nothing(folder: Path) -> None:
    with Sandbox() as sandbox:
        assert sandbox.worker is None
        sandbox.read("a.txt", LETTER)
        first = pid_of(sandbox)
        sandbox.read("b.txt", LETTER)
        assert pid_of(sandbox) == first
        assert len(list(folder.iterdir())) == 1
    assert not runs(first)
    assert list(folder.iterdir()) == []
    sandbox.close()


def test_a_worker_is_replaced_after_its_share(folder: Path) -> None:
    with Sandbox(Limits(documents=2)) as sandbox:
        sandbox.read("a.txt", LETTER)
        first = pid_of(sandbox)
        sandbox.read("b.txt", LETTER)
        assert sandbox.worker is None
        sandbox.read("c.txt", LETTER)
        assert pid_of(sandbox) != first


def test_a_slow_document_is_told_and_the_next_is_read(folder: Path) -> None:
    with Sandbox(Limits(wall_s=1)) as sandbox:
        sandbox.read("a.txt", LETTER)
        first = pid_of(sandbox)
        start = time.monotonic()
        with pytest.raises(ReadingStopped, match="tog mer än 1 sekunder att läsa"):
            sandbox.understand("slow.txt", SLOW)
        assert time.monotonic() - start < 5
        assert not runs(first)
        assert sandbox.understand("b.txt", LETTER).drafts
    assert list(folder.iterdir()) == []


@linux_only
def test_a_worker_without_its_program_ends_by_itself(tmp_path: Path) -> None:
    """As after a SIGKILL of the program: nobody kills the worker, and its folder goes with it."""
    folder = tmp_path / "folder"
    folder.mkdir()
    worker = subprocess.Popen(
        [sys.executable, "-m", "knowledge.sandbox.worker", json.dumps(asdict(Limits())),
         str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )  # fmt: skip
    assert worker.stdin is not None and worker.stdout is not None
    worker.stdout.read(8)
    worker.stdin.close()
    assert worker.wait(10) == 0
    assert not folder.exists()
    worker.stdout.close()


@linux_only
def test_what_a_worker_runs_ends_when_its_program_is_killed(tmp_path: Path) -> None:
    """As after a SIGKILL of the program during OCR."""
    folder, programs = tmp_path / "folder", tmp_path / "programs"
    folder.mkdir()
    programs.mkdir()
    _hanging(programs, "ocrmypdf")
    path = min(DOCUMENTS.glob("scan-brev*.pdf"))
    program = subprocess.Popen(
        [sys.executable, "-c", _READS_ONE_DOCUMENT, str(path)],
        env={**os.environ, "PATH": f"{programs}:{os.environ['PATH']}", "TMPDIR": str(folder)},
    )
    pid = programs / "pid"
    while not (pid.exists() and pid.read_text()):
        assert program.poll() is None
        time.sleep(0.05)
    (own,) = folder.iterdir()
    program.kill()
    program.wait()
    assert _ends(int(pid.read_text()))
    for _ in range(50):
        if not own.exists():
            return
        time.sleep(0.1)
    raise AssertionError(list(own.rglob("*")))


_READS_ONE_DOCUMENT = """
import sys
from pathlib import Path
from knowledge.sandbox.parent import Sandbox
with Sandbox() as sandbox:
    sandbox.read("a.pdf", Path(sys.argv[1]).read_bytes())
"""


@linux_only
@pytest.mark.parametrize(("scanned", "seconds"), [(True, 3), (False, 30)])
def test_the_worker_s_own_clock_names_the_limit_that_it_kept(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scanned: bool, seconds: int
) -> None:
    programs = tmp_path / "programs"
    programs.mkdir()
    _hanging(programs, "ocrmypdf")
    slow = "import os, signal\n    os.kill(os.getpid(), signal.SIGALRM)\n"
    (programs / "sitecustomize.py").write_text(
        "import sys\n"
        "def die(*_, **__):\n"
        f"    {slow}"
        "if 'knowledge.sandbox.worker' in sys.orig_argv:\n"
        "    import knowledge.readers.programs as programs, knowledge.readers.txt as txt\n"
        "    programs.run = txt.read = die\n"
    )
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    monkeypatch.setenv("PYTHONPATH", str(programs))
    path = min(DOCUMENTS.glob("scan-brev*.pdf"))
    with (
        Sandbox(Limits(wall_s=30, scan_wall_s=3)) as sandbox,
        pytest.raises(ReadingStopped, match=f"tog mer än {seconds} sekunder att läsa"),
    ):
        sandbox.read(path.name, path.read_bytes() if scanned else LETTER)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV])
def test_a_worker_that_is_killed_is_told_and_the_next_document_is_read(
    sandbox: Sandbox, folder: Path, number: signal.Signals
) -> None:
    sandbox.read("a.txt", LETTER)
    first = pid_of(sandbox)
    timer = threading.Timer(0.5, os.kill, (first, number))
    timer.start()
    with pytest.raises(ReadingStopped, match=rf"avbröts oväntat \(signal {number.value}\)"):
        sandbox.understand("slow.txt", SLOW)
    timer.join()
    assert len(list(folder.iterdir())) == 0
    assert sandbox.understand("b.txt", LETTER).drafts


@linux_only
def test_a_document_that_fills_memory_is_told_and_the_next_is_read(folder: Path) -> None:
    with Sandbox(Limits(memory_bytes=300 * 1024**2)) as sandbox:
        with pytest.raises(ReadingStopped, match="behöver för mycket minne"):
            sandbox.understand("bomb.docx", hostile.docx_bomb(100))
        with pytest.raises(ReadingStopped, match="minne"):
            sandbox.understand("bomb.pdf", hostile.pdf_bomb(400))
        assert sandbox.understand("b.txt", LETTER).drafts


def test_what_is_too_large_is_not_even_sent(sandbox: Sandbox) -> None:
    with pytest.raises(UnreadableDocument, match="större än 50 MB"):
        sandbox.read("a.pdf", bytes(50 * 1024**2 + 1))
    assert sandbox.worker is None


def test_the_worker_is_given_no_secrets(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KOMMUNSVAR_TELEGRAM_TOKEN", "hemlig-7")
    sandbox.read("a.txt", LETTER)
    if sys.platform == "linux":
        environment = Path(f"/proc/{pid_of(sandbox)}/environ").read_bytes()
        assert b"PATH=" in environment
        assert b"hemlig-7" not in environment


@linux_only
def test_the_worker_has_limited_itself(sandbox: Sandbox) -> None:
    sandbox.read("a.txt", LETTER)
    shown = Path(f"/proc/{pid_of(sandbox)}/limits").read_text("ascii")
    rows = {line[:26].strip(): line[26:].split()[:2] for line in shown.splitlines()}
    limits = Limits()
    assert rows["Max address space"] == [str(limits.memory_bytes)] * 2
    assert rows["Max file size"] == [str(limits.file_bytes)] * 2
    assert rows["Max core file size"] == ["0", "0"]
    assert rows["Max open files"] == [str(limits.open_files)] * 2


@linux_only
def test_all_that_the_worker_started_ends_with_it(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A reader that starts another program, as text recognition does, and waits for it.
    packages = tmp_path / "packages"
    packages.mkdir()
    (packages / "sitecustomize.py").write_text(
        "import subprocess, sys\n"
        "if 'knowledge.sandbox.worker' in sys.orig_argv:\n"
        "    import knowledge.readers.txt as txt\n"
        "    def slow(file, data):\n"
        "        child = subprocess.Popen(['sleep', '600'])\n"
        "        open('pid', 'w').write(str(child.pid))\n"
        "        child.wait()\n"
        "    txt.read = slow\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(packages))
    with Sandbox(Limits(wall_s=2)) as sandbox:
        sandbox.read("a.html", hostile.html_with(""))
        assert sandbox.worker is not None
        where = sandbox.worker.folder / "pid"
        pids: list[int] = []

        def look() -> None:
            while not pids:
                time.sleep(0.05)
                if where.exists() and (text := where.read_text()):
                    pids.append(int(text))

        looking = threading.Thread(target=look)
        looking.start()
        with pytest.raises(ReadingStopped, match="2 sekunder"):
            sandbox.read("a.txt", LETTER)
        looking.join()
        assert _ends(pids[0])


@pytest.mark.parametrize(
    ("pattern", "program", "suffix"),
    [
        ("*.rtf", "soffice", "docx"),
        ("*.doc", "soffice", "docx"),
        ("scan-brev*.pdf", "ocrmypdf", "pdf"),
        ("mixed-text*.pdf", "ocrmypdf", "pdf"),
    ],
)
def test_other_programs_work_inside_the_sandbox(
    sandbox: Sandbox, folder: Path, pattern: str, program: str, suffix: str
) -> None:
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")
    path = min(DOCUMENTS.glob(pattern))
    understood = sandbox.understand(path.name, path.read_bytes())
    made = understood.document.converted
    assert made is not None
    assert made.suffix == suffix
    assert bool(understood.document.scanned) == (program == "ocrmypdf")
    again = sandbox.read(f"a.{suffix}", made.data)
    assert again.pages == understood.document.pages
    assert [one.name for one in next(folder.iterdir()).iterdir()] == ["stderr"]


def _hanging(folder: Path, name: str) -> None:
    """Put a program there that starts another, which hangs for ten minutes, and waits for it."""
    program = folder / name
    program.write_text(f"#!/bin/sh\nsleep 600 &\necho $! > {folder}/pid\nwait\n")
    program.chmod(0o755)


def _ends(pid: int) -> bool:
    for _ in range(50):
        if not runs(pid):
            return True
        time.sleep(0.1)
    return False


@linux_only
@pytest.mark.parametrize(
    ("pattern", "program"), [("scan-brev*.pdf", "ocrmypdf"), ("*.rtf", "soffice")]
)
def test_another_program_that_takes_too_long_is_told_and_ends_with_all_it_started(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pattern: str, program: str
) -> None:
    programs = tmp_path / "programs"
    programs.mkdir()
    _hanging(programs, program)
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    path = min(DOCUMENTS.glob(pattern))
    with Sandbox(Limits(wall_s=30, scan_wall_s=3)) as sandbox:
        with pytest.raises(ReadingStopped, match="tog mer än 3 sekunder att läsa"):
            sandbox.read(path.name, path.read_bytes())
        assert sandbox.worker is None
        assert _ends(int((programs / "pid").read_text()))
        assert sandbox.understand("b.txt", LETTER).drafts
    assert [one.name for one in folder.iterdir()] == ["programs"]


@linux_only
def test_a_program_s_own_limit_is_told_and_leaves_nothing_either(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs = tmp_path / "programs"
    programs.mkdir()
    _hanging(programs, "soffice")
    (programs / "sitecustomize.py").write_text(
        "import sys\n"
        "if 'knowledge.sandbox.worker' in sys.orig_argv:\n"
        "    import knowledge.readers.office as office\n"
        "    office._TIMEOUT_S = 2.0\n"
    )
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    monkeypatch.setenv("PYTHONPATH", str(programs))
    path = min(DOCUMENTS.glob("*.rtf"))
    with Sandbox() as sandbox:
        with pytest.raises(ReadingStopped, match=r"LibreOffice blev inte klart .* 2 sekunder"):
            sandbox.read(path.name, path.read_bytes())
        assert _ends(int((programs / "pid").read_text()))
        assert sandbox.understand("b.txt", LETTER).drafts


def test_a_worker_that_cannot_start_is_no_fault_of_the_document(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(ReadingStopped, match=r"kunde inte startas .* ligger inte i dokumentet"):
        sandbox.read("a.txt", LETTER)


def test_what_a_library_prints_or_throws_spoils_no_answer(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packages = tmp_path / "packages"
    packages.mkdir()
    (packages / "docx.py").write_text(
        "import os, sys\n"
        "print('x' * 1000, flush=True)\n"
        "os.write(1, b'rubbish')\n"
        "assert sys.stdin.read() == ''\n"
        "raise RecursionError('deep')\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(packages))
    with pytest.raises(ReadingStopped, match=r"avbröts oväntat \(RecursionError\)"):
        sandbox.read("a.docx", hostile.letter_docx())
    assert sandbox.understand("b.txt", LETTER).drafts

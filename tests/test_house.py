"""The house itself: which way imports point, and that set-up and documents name what there is."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

HOUSE = Path(__file__).parent.parent
PACKAGES = ("knowledge", "index", "bot")
HEAVY = (
    "torch",
    "transformers",
    "sentence_transformers",
    "docx",
    "pypdfium2",
    "trafilatura",
)
GIVEN = {"python-telegram-bot", "sentence-transformers", "faiss-cpu", "pyyaml"}
"""The dependencies that the project was started with; every other one has a decision record."""


def imported_roots(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"), str(file))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name.partition(".")[0]
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield (node.module or "").partition(".")[0]


@pytest.mark.parametrize(
    ("package", "forbidden"), [("knowledge", {"index", "bot"}), ("index", {"bot"})]
)
def test_imports_point_one_way(package: str, forbidden: set[str]) -> None:
    files = sorted((HOUSE / package).rglob("*.py"))
    assert files
    wrong = [
        f"{file.relative_to(HOUSE)} imports {root}"
        for file in files
        for root in imported_roots(file)
        if root in forbidden
    ]
    assert wrong == []


@pytest.mark.parametrize("package", PACKAGES)
def test_packages_import_no_tests_and_no_scripts(package: str) -> None:
    wrong = [
        f"{file.relative_to(HOUSE)} imports {root}"
        for file in sorted((HOUSE / package).rglob("*.py"))
        for root in imported_roots(file)
        if root in {"tests", "scripts"}
    ]
    assert wrong == []


def modules_after(code: str) -> set[str]:
    """Run the code in a fresh Python; return the root modules that it left imported."""
    report = "import json, sys; print(json.dumps(sorted(sys.modules)), file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{report}"],
        cwd=HOUSE,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    names: list[str] = json.loads(done.stderr.splitlines()[-1])
    return {name.partition(".")[0] for name in names}


def test_starting_imports_nothing_heavy() -> None:
    assert modules_after("import bot.__main__").isdisjoint(HEAVY)


def test_help_imports_nothing_heavy() -> None:
    code = """
import sys
from bot.__main__ import main
sys.argv = ["kommunsvar", "--help"]
try:
    code = main()
except SystemExit as exit:
    code = exit.code
assert not code, code
"""
    assert modules_after(code).isdisjoint(HEAVY)


def commands() -> list[str]:
    done = subprocess.run(
        [sys.executable, "-m", "bot", "--help"],
        cwd=HOUSE,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    listing = done.stdout.partition("Commands:\n")[2]
    return re.findall(r"^  ([a-z]+)(?:  |$)", listing, re.MULTILINE)


def test_readme_names_every_command() -> None:
    readme = (HOUSE / "README.md").read_text(encoding="utf-8")
    found = commands()
    assert {"ask", "import", "verify"} <= set(found)
    assert [name for name in found if not re.search(rf"`{name}[ `]", readme)] == []


def test_every_decision_is_in_the_index() -> None:
    folder = HOUSE / "docs" / "adr"
    index = (folder / "README.md").read_text(encoding="utf-8")
    records = sorted(path.name for path in folder.glob("[0-9]*.md"))
    assert re.findall(r"\]\((\d{4}-[a-z0-9-]+\.md)\)", index) == records
    assert [name[:4] for name in records] == [f"{n:04}" for n in range(1, len(records) + 1)]


def test_every_decision_says_why_and_what_follows() -> None:
    for path in sorted((HOUSE / "docs" / "adr").glob("[0-9]*.md")):
        text = path.read_text(encoding="utf-8")
        for part in ("Date: 20", "## Context", "## Decision", "## Status", "## Consequences"):
            assert part in text, f"{path.name} lacks {part!r}"


def requirements() -> set[str]:
    """Return the names of the declared dependencies, runtime and development."""
    project = tomllib.loads((HOUSE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    names = (re.split(r"[\[<>=!~; ]", item, maxsplit=1)[0] for item in declared)
    return {name.lower().replace("_", "-") for name in names}


def test_every_dependency_has_a_decision() -> None:
    decisions = "\n".join(
        path.read_text(encoding="utf-8").lower()
        for path in (HOUSE / "docs" / "adr").glob("[0-9]*.md")
    )
    unexplained = {name for name in requirements() if f"`{name}`" not in decisions}
    assert unexplained - GIVEN == set()


def test_the_locks_hold_every_dependency_but_torch() -> None:
    locks = "".join(
        (HOUSE / name).read_text(encoding="utf-8")
        for name in ("requirements.lock", "requirements-dev.lock")
    )
    locked = re.findall(r"^([a-z0-9-]+)==", locks, re.MULTILINE)
    assert requirements() - set(locked) == set()
    assert [name for name in locked if re.match(r"torch$|triton$|nvidia-|cuda-", name)] == []
    assert "setuptools" in locked  # the editable install needs it
    assert "://" not in locks


def test_make_help_lists_every_target() -> None:
    makefile = (HOUSE / "Makefile").read_text(encoding="utf-8")
    targets = re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)[0].split()
    rules = re.findall(r"^([a-z][a-z-]*):(?!=)", makefile, re.MULTILINE)
    shown = subprocess.run(
        ["make", "--no-print-directory", "help"],
        cwd=HOUSE,
        capture_output=True,
        encoding="utf-8",
        check=True,
    ).stdout
    assert re.findall(r"^make (\S+) +\S", shown, re.MULTILINE) == targets
    assert sorted(rules) == sorted(targets)


def test_the_image_gets_all_that_its_recipe_copies() -> None:
    recipe = (HOUSE / "Dockerfile").read_text(encoding="utf-8")
    allowed = re.findall(r"^!(\S+)$", (HOUSE / ".dockerignore").read_text(), re.MULTILINE)
    for line in re.findall(r"^COPY (?!--from)(.+)$", recipe, re.MULTILINE):
        for source in line.split()[:-1]:
            assert (HOUSE / source).exists(), source
            assert any(name == source or name.startswith(source) for name in allowed), source

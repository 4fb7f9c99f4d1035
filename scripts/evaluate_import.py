"""Measure what import finds in documents against what a registrar would take from them.

    .venv/bin/python scripts/evaluate_import.py --out docs/results
    .venv/bin/python scripts/evaluate_import.py --folder tests/data/documents_held_out

Prints Markdown, and writes import.md and import.json to the folder --out if there is one. Formats
that need LibreOffice or ocrmypdf are measured where these are installed, and named where not.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

if not __package__:  # started as a file: make the folder above importable
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from scripts.measuring_import.expected import load_folder
from scripts.measuring_import.figures import Judged, judge
from scripts.measuring_import.reading import Reading, missing_program, read_path
from scripts.measuring_import.report import as_json, as_markdown

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = ROOT / "tests" / "data" / "documents"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print and write; exit code 2 for wrong usage."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--folder", type=_folder, default=DOCUMENTS, metavar="DIR")
    parser.add_argument("--only", default="", metavar="WORD", help="documents with it in the name")
    parser.add_argument("--out", type=Path, metavar="DIR", help="where to write, else nowhere")
    options = parser.parse_args(arguments)
    judged = list(measured(options.folder, options.only))
    date = datetime.now(UTC).strftime("%Y-%m-%d")
    page = as_markdown(judged, options.folder.name, _commit(), date)
    print(page)
    if options.out is not None:
        options.out.mkdir(parents=True, exist_ok=True)
        (options.out / "import.md").write_text(page, "utf-8")
        (options.out / "import.json").write_text(as_json(judged, _commit(), date), "utf-8")
    return 0


def measured(folder: Path, only: str = "") -> Iterator[Judged]:
    """Read and judge the documents of a folder, with a word on standard error for each."""
    for expected in load_folder(folder):
        if only in expected.path.name:
            print(expected.path.name, file=sys.stderr, flush=True)
            missing = missing_program(expected.layout)
            if missing is None:
                yield judge(expected, read_path(expected.path))
            else:
                reason = f"{missing} is not installed."
                yield Judged(expected, Reading(readable=False), unreadable=reason)


def _folder(text: str) -> Path:
    path = Path(text)
    if not path.is_dir():
        raise argparse.ArgumentTypeError(f"{text} is not a folder")
    return path


def _commit() -> str:
    """Return the commit, marked where the working tree has changes; "unknown" outside git."""
    command = ["git", "describe", "--always", "--dirty", "--abbrev=10", "--exclude=*"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"


if __name__ == "__main__":
    sys.exit(main())

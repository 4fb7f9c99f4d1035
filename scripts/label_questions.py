"""Fill `expected` in the labelled questions from the phrases that mark their passages.

A line of `tests/data/questions.jsonl` says in which document its answer stands and by which
phrases the passage is known (`file`, `contains`, and `alternatives` of the same form). Passage ids
follow from the parser; after a change to it or to an example document, run this again:

    .venv/bin/python scripts/label_questions.py
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from bot.settings import load
from bot.wiring import open_administration
from knowledge.model import PassageKind, Reply
from knowledge.quote import quote
from knowledge.store import YamlStore

QUESTIONS = Path("tests/data/questions.jsonl")


def main() -> int:
    """Rewrite the file in place; exit code 1 when a phrase marks no official passage."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("file", nargs="?", type=Path, default=QUESTIONS, help="labelled questions")
    parser.add_argument("--check", action="store_true", help="change nothing, only compare")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        open_administration(load(Path(home), None)).load_examples()
        replies, _ = YamlStore(Path(home)).load_all()
    labels = [json.loads(line) for line in arguments.file.read_text("utf-8").splitlines()]
    missing = 0
    changed = 0
    for label in labels:
        expected = expected_passages(label, replies)
        if label["file"] and not expected:
            print(f"no passage holds {label['contains']}: {label['question']}", file=sys.stderr)
            missing += 1
        changed += label.get("expected") != expected
        label["expected"] = expected
    if not arguments.check:
        lines = (json.dumps(label, ensure_ascii=False) for label in labels)
        arguments.file.write_text("\n".join(lines) + "\n", "utf-8")
    print(f"{len(labels)} questions, {changed} labels changed, {missing} not found")
    return 1 if missing or (arguments.check and changed) else 0


def expected_passages(label: Mapping[str, Any], replies: Iterable[Reply]) -> list[str]:
    """Return the ids of the official passages that hold a marking phrase.

    Args:
        label: a line of the file.
        replies: the record.
    """
    wanted = [label, *label.get("alternatives", [])]
    found: list[str] = []
    for reply in replies:
        for one in wanted:
            if one["file"] is None or reply.source is None or reply.source.file != one["file"]:
                continue
            for passage in reply.passages:
                text = " ".join(quote(passage.span.of(reply.text)).split())
                official = passage.kind is not PassageKind.BACKGROUND
                if official and any(" ".join(p.split()) in text for p in one["contains"]):
                    found.append(f"{reply.id}#{passage.id}")
    return list(dict.fromkeys(found))


if __name__ == "__main__":
    sys.exit(main())

"""The synthetic record is what it says; the measuring itself is not measured here."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from knowledge import record
from knowledge.quote import quote
from scripts.bench import run_command, synthetic_replies
from tests.builders import reply

EXAMPLE = (
    reply("a", (("Hur långt är det?", "Två kilometer. Det gäller alla."),), title="Skolskjuts"),
    reply("b", (("När plogas det?", "När det snöat. Först vägar. Sedan gångbanor."),), title="Snö"),
)


def test_a_synthetic_record_is_recombined_always_in_the_same_way() -> None:
    made = list(synthetic_replies(EXAMPLE, 20))
    assert made == list(synthetic_replies(EXAMPLE, 20))
    assert sum(len(one.passages) for one in made) == 20
    known = {"Två kilometer.", "Det gäller alla.", "När det snöat.", "Först vägar."}
    known |= {"Sedan gångbanor."}
    for one in made:
        assert record.parse(record.dump(one), one.id, "x.yaml") == one
        for passage in one.passages:
            text = quote(passage.span.of(one.text))
            assert text
            for sentence in known:
                text = text.replace(sentence, "")
            assert not text.strip()


def test_a_process_is_measured_from_start_to_end(tmp_path: Path) -> None:
    run = run_command(tmp_path, "--version")
    assert 0 < run.cpu_s < 60 and 0 < run.wall_s < 60
    assert 5 < run.peak_mib < 200


def test_help_tells_the_options() -> None:
    script = Path(__file__).parents[2] / "scripts" / "bench.py"
    done = subprocess.run([sys.executable, script, "--help"], capture_output=True, check=True)
    for option in (b"--runs", b"--passages", b"--json"):
        assert option in done.stdout

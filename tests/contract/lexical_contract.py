"""What every `index.ports.LexicalIndex` keeps; subclasses make one of given documents."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from index.lexical_files import LexicalDocument
from index.model import Asked
from index.ports import LexicalIndex

DOCUMENTS = (
    LexicalDocument("Snöröjningen sköts av gatukontoret.", "Hur snöröjs cykelvägarna?"),
    LexicalDocument("Skolskjutsen går två gånger om dagen.", "Skolskjuts på landsbygden"),
    LexicalDocument("Återvandringsbidraget betalas av staten.", "Bidrag"),
    LexicalDocument("Gatubelysningen släcks nattetid.", ""),
    LexicalDocument("", ""),
    LexicalDocument("Gatubelysningen släcks nattetid.", ""),
    LexicalDocument("Hemtjänsttaxan höjs inte.", "Taxa för hemtjänst"),
)
HOSTILE = (
    "",
    " ",
    "body_stems:snö AND (",
    '"skolskjuts',
    "-snö +*? ~2 ^3 [a TO b] {x} \\ / OR NOT",
    "\x00\ud800",
    "🙂",
    "a" * 10_000,
    "\u0301\u0301",
    "row:1",
)


class LexicalContract:
    def make(self, documents: Sequence[LexicalDocument], folder: Path) -> LexicalIndex:
        raise NotImplementedError

    @pytest.fixture
    def index(self, tmp_path: Path) -> LexicalIndex:
        return self.make(DOCUMENTS, tmp_path)

    @pytest.mark.parametrize(
        ("text", "row"),
        [
            ("snöröjning", 0),
            ("SKOLSKJUTSAR", 1),
            ("bidrag till återvandring", 2),
            ("när släcks belysningen på gatan?", 3),
            ("taxan för hemtjänsten", 6),
            ("cykelväg", 0),
        ],
    )
    def test_inflections_and_parts_of_compounds_match(
        self, index: LexicalIndex, text: str, row: int
    ) -> None:
        assert index.search(Asked(text), 1).rows.tolist() == [row]

    def test_only_what_matches_is_found(self, index: LexicalIndex) -> None:
        found = index.search(Asked("hemtjänst"), 10)
        assert found.rows[0] == 6
        assert np.all(found.scores > 0)
        assert np.all(np.diff(found.scores) <= 0)
        assert (
            4 not in index.search(Asked("snöröjning skolskjuts bidrag taxa gatubelysning"), 10).rows
        )
        assert index.search(Asked("xqzw"), 10).rows.size == 0

    def test_ties_go_to_the_lowest_row(self, index: LexicalIndex) -> None:
        assert index.search(Asked("gatubelysningen"), 1).rows.tolist() == [3]
        assert index.search(Asked("gatubelysningen"), 2).rows.tolist() == [3, 5]

    def test_the_mask_is_applied_before_the_top(self, index: LexicalIndex) -> None:
        allowed = np.ones(len(DOCUMENTS), dtype=np.bool_)
        allowed[3] = False
        assert index.search(Asked("gatubelysningen"), 1, allowed).rows.tolist() == [5]
        allowed[:] = False
        assert index.search(Asked("gatubelysningen"), 1, allowed).rows.size == 0

    def test_no_score_passes_the_ceiling(self, index: LexicalIndex) -> None:
        for document in DOCUMENTS:
            for text in (document.body, document.context, document.body * 3):
                assert all(
                    index.search(Asked(text), 10).scores <= index.ceiling(Asked(text)) + 1e-4
                )

    def test_the_ceiling_is_zero_for_unknown_text(self, index: LexicalIndex) -> None:
        assert index.ceiling(Asked("xqzw")) == 0
        assert index.ceiling(Asked("")) == 0
        assert index.ceiling(Asked("skolskjuts")) > 0

    def test_known_is_the_share_of_words_that_some_row_holds(self, index: LexicalIndex) -> None:
        assert index.known("skolskjuts") == 1
        assert [index.known(text) for text in ("xqzw", "", "och")] == [0, 0, 0]
        assert 0 < index.known("skolskjuts xqzw") < 0.5

    @pytest.mark.parametrize("text", HOSTILE)
    def test_no_text_is_taken_for_syntax(self, index: LexicalIndex, text: str) -> None:
        found = index.search(Asked(text), 3)
        assert np.all(found.scores <= index.ceiling(Asked(text)) + 1e-4)

    def test_official_words_find_what_the_question_does_not_name(self, index: LexicalIndex) -> None:
        asked = Asked("dagis bidrag", "taxa för hemtjänst")
        assert index.search(asked, 3).rows.tolist()[:2] == [2, 6]
        assert index.ceiling(asked) == index.ceiling(Asked("dagis bidrag"))

    def test_an_empty_index_finds_nothing(self, tmp_path: Path) -> None:
        index = self.make((), tmp_path)
        assert index.search(Asked("snöröjning"), 3).rows.size == 0
        assert index.ceiling(Asked("snöröjning")) == 0

"""Build and search over real indexes and the embedded encoder."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

import index.search
from index.calibration import calibration_for
from index.confidence import Calibration
from index.encoders import load_encoder
from index.errors import NoIndex, VersionError
from index.glossary import Glossary
from index.live import LiveIndex
from index.model import Filters, Query
from index.ports import Encoder
from index.recipe import Recipe
from index.reindex import BuildReport, reindex
from index.versions import Versions
from knowledge.model import PassageKind, Person, Reply, Status
from tests.builders import reply
from tests.fakes_index import FixedRecord, KeywordEncoder

SNOW_2023 = reply(
    "2023-01-30-snorojning",
    (
        ("När plogas gångvägarna?", "Gångvägarna plogas när det har fallit fem centimeter snö."),
        ("Vem sandar trapporna?", "Trapporna sandas av kommunens park- och gatuenhet."),
    ),
    title="Snöröjning",
    answered_on=date(2023, 1, 30),
    background="Interpellanten menar att gångvägarna aldrig plogas.",
)
SNOW_2025 = replace(
    reply(
        "2025-01-27-snorojning",
        (("När plogas gångvägarna?", "Gångvägarna plogas när det har fallit tre centimeter snö."),),
        title="Snöröjning",
    ),
    answered_on=date(2025, 1, 27),
)
FOOD = reply(
    "2024-05-27-skolmat",
    (("Serveras vegetarisk mat i skolan?", "Alla skolor serverar ett vegetariskt alternativ."),),
    title="Skolmaten",
    answered_on=date(2024, 5, 27),
)
GLOSSARY = Glossary([(["skotta", "skottar"], ["plogas"])])
RECORD = (SNOW_2023, SNOW_2025, FOOD)


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return load_encoder("embedded")


def build(home: Path, encoder: Encoder, replies: tuple[Reply, ...] = RECORD) -> BuildReport:
    versions = Versions(home)
    with versions.lock():
        return reindex(
            versions,
            FixedRecord(replies),
            Recipe(encoder, calibration_for(encoder), GLOSSARY, program="0"),
        )


def test_the_passage_that_answers_comes_first(tmp_path: Path, encoder: Encoder) -> None:
    report = build(tmp_path, encoder)
    assert (report.replies, report.passages, report.encoded, report.reused) == (3, 5, 5, 0)
    found = LiveIndex(tmp_path, encoder).searcher().search(Query("vegetarisk mat i skolan"))
    assert found.hits[0].passage.id == "2024-05-27-skolmat#q1"
    assert found.hits[0].passage.text == "Alla skolor serverar ett vegetariskt alternativ."
    assert found.hits[0].passage.question == "Serveras vegetarisk mat i skolan?"
    assert (found.searched.replies, found.searched.passages) == (3, 5)
    assert found.searched.latest == date(2025, 1, 27)
    assert found.version_id == "000001"


def test_the_newest_position_goes_first_and_the_older_says_so(
    tmp_path: Path, encoder: Encoder
) -> None:
    build(tmp_path, encoder)
    hits = LiveIndex(tmp_path, encoder).searcher().search(Query("fem centimeter snö plogas")).hits
    ids = [hit.passage.id for hit in hits]
    assert ids.index("2025-01-27-snorojning#q1") < ids.index("2023-01-30-snorojning#q1")
    newer = {hit.reply.id: hit.reply.newer for hit in hits}
    assert newer["2023-01-30-snorojning"] == "2025-01-27-snorojning"
    assert newer["2025-01-27-snorojning"] is None


def test_an_older_reply_that_is_asked_for_by_its_year_keeps_its_place(
    tmp_path: Path, encoder: Encoder
) -> None:
    build(tmp_path, encoder)
    searcher = LiveIndex(tmp_path, encoder).searcher()
    asked = searcher.search(Query("när plogades gångvägarna 2023, vid fem centimeter snö?"))
    assert asked.hits[0].passage.id == "2023-01-30-snorojning#q1"
    assert asked.hits[0].reply.newer == "2025-01-27-snorojning"


def test_everyday_words_find_the_official_ones(tmp_path: Path, encoder: Encoder) -> None:
    build(tmp_path, encoder)
    hits = LiveIndex(tmp_path, encoder).searcher().search(Query("vem skottar")).hits
    assert hits[0].passage.id == "2025-01-27-snorojning#q1"


def test_a_question_about_another_municipality_is_not_answered(
    tmp_path: Path, encoder: Encoder
) -> None:
    own = tuple(replace(one, municipality="Umeå kommun") for one in RECORD)
    build(tmp_path, encoder, own)
    searcher = LiveIndex(tmp_path, encoder).searcher()

    def present(question: str) -> float:
        found = searcher.search(Query(question))
        assert found.hits[0].passage.id == "2024-05-27-skolmat#q1"
        return found.present

    here = present("serveras vegetarisk mat i skolan")
    assert present("serveras vegetarisk mat i skolan i Umeå") > 0.9 * here
    assert present("serveras vegetarisk mat i skolan i Västerås") < 0.2 * here


def test_a_passage_that_names_the_other_municipality_may_answer(
    tmp_path: Path, encoder: Encoder
) -> None:
    bus = reply(
        "2024-05-27-buss",
        (("Går det bussar till Västerås?", "Bussen till Västerås går varje timme."),),
        title="Busstrafiken",
        answered_on=date(2024, 5, 27),
    )
    build(tmp_path, encoder, (*RECORD, bus))
    searcher = LiveIndex(tmp_path, encoder).searcher()
    known = searcher.search(Query("hur ofta går bussen till Västerås"))
    assert known.hits[0].passage.id == "2024-05-27-buss#q1"
    assert known.elsewhere == ("Västerås",)
    assert known.present > 10 * searcher.search(Query("hur ofta går bussen till Örebro")).present


def test_where_no_reply_says_whose_it_is_no_municipality_is_another(
    tmp_path: Path, encoder: Encoder
) -> None:
    build(tmp_path, encoder, tuple(replace(one, municipality=None) for one in RECORD))
    found = LiveIndex(tmp_path, encoder).searcher().search(Query("skolmat i Västerås"))
    assert {hit.signals["elsewhere"] for hit in found.hits} == {0.0}
    assert found.elsewhere == ()


def test_the_newest_of_three_alike_is_first_and_the_next_when_it_is_withdrawn(
    tmp_path: Path, encoder: Encoder
) -> None:
    replies = tuple(
        reply(
            f"{year}-01-01-plogning",
            (("När plogas gatorna?", f"Gatorna plogas vid {depth} centimeter snö."),),
            title="Plogning",
            answered_on=date(year, 1, 1),
        )
        for year, depth in ((2021, "tio"), (2022, "åtta"), (2023, "fem"))
    )
    build(tmp_path, encoder, replies)
    live = LiveIndex(tmp_path, encoder)
    hits = live.searcher().search(Query("när plogas gatorna")).hits
    assert hits[0].reply.id == "2023-01-01-plogning"
    Versions(tmp_path).set_withdrawn(["2023-01-01-plogning"])
    hits = live.searcher().search(Query("när plogas gatorna")).hits
    assert [(hit.reply.id, hit.reply.newer) for hit in hits] == [
        ("2022-01-01-plogning", None),
        ("2021-01-01-plogning", "2022-01-01-plogning"),
    ]


def test_staff_find_a_reply_by_who_answered_and_when(tmp_path: Path, encoder: Encoder) -> None:
    replies = tuple(
        replace(FOOD, id=f"r{i}", respondents=(Person(name),), answered_on=day, municipality=f"{i}")
        for i, (name, day) in enumerate(
            [("Lovisa Brandt", date(2021, 5, 3)), ("Mats Örn", date(2022, 10, 3))]
        )
    )
    build(tmp_path, encoder, replies)
    searcher = LiveIndex(tmp_path, encoder).searcher()
    for words, expected in (("vad svarade Lovisa Brandt", "r0"), ("svaret i oktober 2022", "r1")):
        assert searcher.search(Query(words)).hits[0].reply.id == expected


def test_an_older_reply_on_a_point_the_newer_leaves_out_still_comes_first(
    tmp_path: Path, encoder: Encoder
) -> None:
    build(tmp_path, encoder)
    hits = LiveIndex(tmp_path, encoder).searcher().search(Query("vem sandar trapporna")).hits
    assert hits[0].passage.id == "2023-01-30-snorojning#q2"


def test_filters_come_before_the_best_are_taken(tmp_path: Path, encoder: Encoder) -> None:
    build(tmp_path, encoder)
    searcher = LiveIndex(tmp_path, encoder).searcher()
    only = Filters(kinds=frozenset({PassageKind.BACKGROUND}))
    assert [h.passage.id for h in searcher.search(Query("skolmat", 1, only)).hits] == [
        "2023-01-30-snorojning#b1"
    ]
    assert searcher.search(Query("skolmat", 1, Filters(date_from=date(2030, 1, 1)))).hits == ()


def test_what_is_unchanged_is_not_encoded_again_and_gives_the_same_vectors(
    tmp_path: Path, encoder: Encoder
) -> None:
    build(tmp_path, encoder)
    longer = (*RECORD, reply("2026-01-01-ny", (("Ny?", "Ny text."),), title="Ny"))
    report = build(tmp_path, encoder, longer)
    assert (report.encoded, report.reused) == (1, 5)
    incremental = np.load(tmp_path / "index/versions/000002/embeddings.npy")
    build(tmp_path / "fresh", encoder, longer)
    assert np.array_equal(
        incremental, np.load(tmp_path / "fresh/index/versions/000001/embeddings.npy")
    )


def test_drafts_and_withdrawn_replies_are_not_indexed(tmp_path: Path, encoder: Encoder) -> None:
    hidden = (
        replace(FOOD, status=Status.DRAFT),
        replace(SNOW_2023, status=Status.WITHDRAWN),
        SNOW_2025,
    )
    assert build(tmp_path, encoder, hidden).replies == 1
    assert Versions(tmp_path).withdrawn() == (frozenset({SNOW_2023.id}), None)


@pytest.mark.parametrize("filters", [Filters(), Filters(kinds=frozenset({PassageKind.ANSWER}))])
def test_questions_that_are_searched_for_together_find_what_each_finds_alone(
    tmp_path: Path, encoder: Encoder, filters: Filters, monkeypatch: pytest.MonkeyPatch
) -> None:
    matters = ("Snöröjningen", "Skolmaten", "Badhuset", "Bussen", "Biblioteket", "Parken")
    many = tuple(
        reply(
            f"2024-{1 + number % 12:02}-01-r{number}",
            tuple(
                (f"Hur sköts {matter.lower()}?", f"{matter} sköts av enhet {number}, del {part}.")
                for part, matter in enumerate(matters)
                if (number + part) % 3
            ),
            title=matters[number % len(matters)],
            answered_on=date(2024, 1 + number % 12, 1),
            background=f"Interpellanten undrar över {matters[number % 5].lower()}.",
        )
        for number in range(30)
    )
    build(tmp_path, encoder, (*RECORD, *many))
    searcher = LiveIndex(tmp_path, encoder).searcher()
    # Words of the record, none at all, a municipality, a year, and words that no record knows.
    asked = [
        "vem skottar",
        "skolmat",
        "xqzw",
        "buss i Västerås",
        "snö 2023",
        "?",
        "parkens enhet 7",
    ]
    together = searcher.search_all(asked, 12, filters)
    monkeypatch.setattr(index.search, "_AT_ONCE", 3)  # more than are looked into in one go
    by_parts = searcher.search_all(asked, 12, filters)
    alone = [searcher.search(Query(text, 12, filters)) for text in asked]
    for some, expected in zip([*together, *by_parts], [*alone, *alone], strict=True):
        assert some.query == expected.query
        assert some.present == pytest.approx(expected.present, rel=1e-4)
        assert (some.searched, some.elsewhere) == (expected.searched, expected.elsewhere)
        assert [hit.passage.id for hit in some.hits] == [hit.passage.id for hit in expected.hits]
        for hit, other in zip(some.hits, expected.hits, strict=True):
            assert hit.confidence == pytest.approx(other.confidence, rel=1e-4)
            assert hit.signals == pytest.approx(other.signals, rel=1e-4, abs=1e-5)
    assert searcher.search_all([], 3, filters) == []


def test_a_withdrawn_reply_is_gone_before_any_new_version_exists(
    tmp_path: Path, encoder: Encoder
) -> None:
    build(tmp_path, encoder)
    live = LiveIndex(tmp_path, encoder)
    before = live.searcher()
    Versions(tmp_path).set_withdrawn([SNOW_2025.id])
    after = live.searcher()
    assert after is not before
    hits = after.search(Query("när plogas gångvägarna", 10)).hits
    assert SNOW_2025.id not in {hit.reply.id for hit in hits}
    assert {hit.reply.newer for hit in hits} == {None}
    assert after.searched.replies == 2
    assert after.searched.passages == 4
    assert after.searched.latest == FOOD.answered_on


def test_a_held_searcher_outlives_its_version(tmp_path: Path, encoder: Encoder) -> None:
    build(tmp_path, encoder)
    live = LiveIndex(tmp_path, encoder)
    held = live.searcher()
    for _ in range(4):
        build(tmp_path, encoder, (FOOD,))
    assert Versions(tmp_path).ids() == ("000003", "000004", "000005")
    assert held.search(Query("när plogas gångvägarna")).hits[0].reply.id == SNOW_2025.id
    assert live.searcher().version.manifest.id == "000005"


def test_an_index_of_another_encoder_is_refused_in_a_sentence(
    tmp_path: Path, encoder: Encoder
) -> None:
    build(tmp_path, encoder)
    with pytest.raises(VersionError, match=r"another encoder \(embedded\).*reindex"):
        LiveIndex(tmp_path, KeywordEncoder(("snö", "mat"))).searcher()


def test_an_encoder_without_token_vectors_or_calibration_ranks_but_is_never_certain(
    tmp_path: Path,
) -> None:
    keywords = KeywordEncoder(("snö", "vegetarisk", "mat"))
    build(tmp_path, keywords)
    found = LiveIndex(tmp_path, keywords).searcher().search(Query("vegetarisk mat"))
    assert found.hits[0].reply.id == FOOD.id
    assert "maxsim" not in found.hits[0].signals
    assert found.thresholds["answer"] > 1
    assert found.thresholds["answer"] == Calibration.none().answer


def test_an_empty_record_gives_an_empty_version(tmp_path: Path, encoder: Encoder) -> None:
    build(tmp_path, encoder, ())
    found = LiveIndex(tmp_path, encoder).searcher().search(Query("snö"))
    assert found.hits == ()
    assert found.searched.latest is None


def test_a_home_without_an_index_says_so(tmp_path: Path, encoder: Encoder) -> None:
    with pytest.raises(NoIndex):
        LiveIndex(tmp_path, encoder).searcher()

"""The encoder's training, end to end on a corpus made here, and its parts one by one."""

import gzip
import json
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from bot.evaluation import Labelled
from knowledge.model import PassageKind
from scripts import train_encoder
from scripts.measuring import tasks
from scripts.records import Part, reply_of
from scripts.training import contrastive, evaluation, folder, pairs, pieces, table, written

TOPICS = {
    "snöröjning": ("plogbil", "gångbana", "halka", "sand", "vinterväghållning"),
    "skolskjuts": ("elev", "buss", "skola", "avstånd", "upphandling"),
    "hemtjänst": ("äldre", "omsorg", "undersköterska", "hemmet", "avgift"),
    "dricksvatten": ("ledning", "brunn", "rening", "provtagning", "vattenverk"),
}
TINY_OPTIONS = (
    *("--vocabulary", "400", "--dims", "16", "8", "--batch", "32", "--epochs", "20"),
    *("--learning-rate", "0.01", "--token-dropout", "0.1"),
)


def interpellation(number: int, topic: str, session: str = "2021/22") -> dict[str, Any]:
    first, second, third, fourth, fifth = TOPICS[topic]
    return {
        "id": f"ipq-{number}",
        "session": session,
        "title": f"{topic.capitalize()} i område {number}",
        "questions": [f"Vad tänker ministern göra åt {topic} och {first} nummer {number}?"],
        "body": (
            f"Kommunens {topic} behöver mer {first} och bättre {second} i område {number}. "
            f"Många ser {third} varje dag. Det gäller {fourth} likaväl som {fifth}."
        ),
    }


def page(number: int, topic: str) -> dict[str, Any]:
    first, second, third, *_ = TOPICS[topic]
    text = (
        f"Regeringen ger {number} miljoner till {first} och till {second} i landet. "
        f"Pengarna till {third} betalas ut i vår efter ansökan."
    )
    return {
        "id": f"sida/{number}",
        "lang": "sv",
        "title": f"Nytt stöd till {topic} {number}",
        "summary": f"Stödet ska göra {topic} och {third} bättre i hela landet, år {number}.",
        "sections": [{"heading": f"Om {topic} {number}", "text": text}],
    }


def write_lines(path: Path, records: list[dict[str, Any]]) -> None:
    with gzip.open(path, "wt", encoding="utf-8") as lines:
        lines.writelines(json.dumps(record) + "\n" for record in records)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("corpus")
    topics = list(TOPICS) * 10
    write_lines(made / pairs.GOVERNMENT_FILE, [page(n, topic) for n, topic in enumerate(topics)])
    seen = [interpellation(n, topic) for n, topic in enumerate(topics)]
    unseen = [
        interpellation(n, topic, pairs.VALIDATION_SESSION) | {"title": f"Osedd {topic}"}
        for n, topic in enumerate(TOPICS)
    ]
    write_lines(made / pairs.INTERPELLATIONS_FILE, seen + unseen)
    reply = {
        "title": "Halka på gångbanor",
        "questions": ["Hur ofta sandas gångbanorna?"],
        "passages": [{"kind": "answer", "number": 1, "text": "Varje gångbana sandas vid halka."}],
        "asked": [{"question": "det är is överallt", "passage": 0, "manner": "indirect"}],
        "unanswered": [{"question": "vad kostar sanden", "why": "near"}],
    }
    point = {"official": "En plogbil kör vid snöfall.", "said": ["när blir det skottat"]}
    (made / "replies.jsonl").write_text(json.dumps(reply) + "\n")
    (made / "sayings.jsonl").write_text(json.dumps({"matter": "Snö", "points": [point]}) + "\n")
    (made / "questions.jsonl").write_text("")
    (made / "glossary.yaml").write_text("- {say: [skotta], means: [snöröjning]}\n")
    return made


@pytest.fixture(scope="module")
def questions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("eval")
    answers = [interpellation(7, topic)["body"] for topic in TOPICS]
    records = [
        {
            "question": topic,
            "candidate_answers": answers,
            "label": label,
            "category_id": 1,
            "meta": {"category": "teknik"},
        }
        for label, topic in enumerate(TOPICS)
    ]
    text = "".join(json.dumps(record) + "\n" for record in records)
    (made / tasks.SWEFAQ_FILE).write_text(text, encoding="utf-8")
    return made


@pytest.fixture(scope="module")
def trained(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return train(corpus, tmp_path_factory.mktemp("trained"))


def train(corpus: Path, out: Path, *more: str) -> Path:
    ours = ("--written", str(corpus), "--glossary", str(corpus / "glossary.yaml"))
    arguments = ["--corpus", str(corpus), "--out", str(out), *ours, *TINY_OPTIONS, *more]
    assert train_encoder.main(arguments) == 0
    return out


def contents(made: Path) -> dict[str, bytes]:
    files = (path for path in made.rglob("*") if path.is_file())
    return {path.relative_to(made).as_posix(): path.read_bytes() for path in files}


@pytest.mark.slow
def test_the_folder_loads_in_sentence_transformers_and_without_it(trained: Path) -> None:
    from sentence_transformers import SentenceTransformer

    texts = ["Hur går det med snöröjning?", "En plogbil på en gångbana", "En brunn och en ledning"]
    model = SentenceTransformer(str(trained), device="cpu")
    vectors = model.encode(texts)
    assert vectors.shape == (3, 16)
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2]
    scorer = evaluation.StaticScorer(*folder.load_folder(trained))
    np.testing.assert_allclose(scorer.encode(texts), vectors, atol=2e-3)


@pytest.mark.slow
def test_a_text_of_unknown_characters_has_a_vector_near_to_nothing(trained: Path) -> None:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(trained), device="cpu")
    unknown, known = model.encode(["🙂", "snöröjning och halka"]).astype(np.float32)
    assert np.linalg.norm(unknown) == pytest.approx(1, abs=1e-2)
    assert abs(unknown @ known) < 0.5


@pytest.mark.slow
def test_the_same_seed_gives_the_same_bytes(corpus: Path, trained: Path, tmp_path: Path) -> None:
    assert contents(train(corpus, tmp_path)) == contents(trained)


@pytest.mark.slow
def test_another_seed_gives_other_weights(corpus: Path, trained: Path, tmp_path: Path) -> None:
    other = contents(train(corpus, tmp_path, "--seed", "2"))
    assert other[folder.WEIGHTS_FILE] != contents(trained)[folder.WEIGHTS_FILE]


@pytest.mark.slow
def test_synonyms_are_learned(corpus: Path, trained: Path, tmp_path: Path) -> None:
    thesaurus = tmp_path / "th.dat"
    text = "UTF-8\n" + "plogbil|1\n(subst.)|dricksvatten\nelev|2\n|buss\n|hemmet\n" * 20
    thesaurus.write_text(text, encoding="utf-8")
    taught = train(corpus, tmp_path / "out", "--synonyms", str(thesaurus))

    def similarity(made: Path) -> float:
        scorer = evaluation.StaticScorer(*folder.load_folder(made))
        return float(scorer.cosine(["plogbil"], ["dricksvatten"])[0, 0])

    assert similarity(taught) > similarity(trained) + 0.2


@pytest.mark.slow
def test_figures_are_printed_from_the_folder(
    corpus: Path, questions: Path, trained: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = contents(trained)
    folders = ["--corpus", str(corpus), "--out", str(trained), "--eval", str(questions)]
    assert train_encoder.main(["--evaluate-only", *folders]) == 0
    printed = capsys.readouterr().out
    assert "SweFAQ dev: 4 questions" in printed
    assert "| fused + title |" in printed
    assert contents(trained) == before


def test_help_names_the_data(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        train_encoder.main(["--help"])
    printed = capsys.readouterr().out
    assert "civictechsweden/g0vse" in printed
    assert "swerik-project/riksdagen-interpellations" in printed


def test_measuring_needs_questions(corpus: Path, tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="2"):
        train_encoder.main(["--evaluate-only", "--corpus", str(corpus), "--out", str(tmp_path)])


def test_the_validation_session_is_not_trained_on(corpus: Path) -> None:
    documents = pairs.read_documents(corpus)
    assert len(documents) == 80
    assert not any(document.title.startswith("Osedd") for document in documents)


def test_pairs_of_one_passage_share_its_number(corpus: Path) -> None:
    made = pairs.make_pairs(pairs.read_documents(corpus), seed=1)
    from_elsewhere = {pairs.PairKind.SYNONYM, pairs.PairKind.RESIDENT}
    assert {pair.kind for pair in made} == set(pairs.PairKind) - from_elsewhere
    cloze = next(pair for pair in made if pair.kind is pairs.PairKind.CLOZE)
    siblings = [pair for pair in made if pair.passage_id == cloze.passage_id]
    assert len(siblings) >= 3
    whole = next(pair for pair in siblings if pair.kind is pairs.PairKind.TITLE)
    assert cloze.query in whole.passage
    assert cloze.query not in cloze.passage


def test_a_heading_of_many_documents_makes_no_pair() -> None:
    text = "Ett stycke om något som har åtminstone tio ord i sig här."
    documents = [
        pairs.Document(f"d{n}", "", "", (), (pairs.Section("Bakgrund", f"{text} {n}"),))
        for n in range(pairs.MAX_HEADING_DOCUMENTS + 1)
    ]
    assert pairs.make_pairs(documents, seed=1) == []
    assert len(pairs.make_pairs(documents[1:], seed=1)) == pairs.MAX_HEADING_DOCUMENTS


def test_passages_keep_every_line_and_close_after_enough_words() -> None:
    lines = ["ett två tre", "", "fyra", "fem sex sju åtta", "nio"]
    assert pairs.split_passages("\n".join(lines), words=4) == [
        "ett två tre\nfyra",
        "fem sex sju åtta",
        "nio",
    ]


def test_false_negatives_are_the_other_pairs_of_the_same_passage() -> None:
    nothing = torch.zeros(3, dtype=torch.bool)
    documents = torch.tensor([0, 0, 0])
    masked = contrastive.false_negatives(torch.tensor([7, 8, 7]), documents, nothing)
    expected = [[False, False, True], [False, False, False], [True, False, False]]
    assert masked.tolist() == expected


def test_what_asks_for_a_whole_document_has_no_negatives_in_it() -> None:
    whole = torch.tensor([True, False, False])
    documents = torch.tensor([0, 0, 1])
    masked = contrastive.false_negatives(torch.tensor([7, 8, 9]), documents, whole)
    expected = [[False, True, False], [True, False, False], [False, False, False]]
    assert masked.tolist() == expected


def test_a_masked_pair_does_not_touch_the_loss() -> None:
    queries = torch.tensor([[1.0, 0.0], [1.0, 0.1], [0.0, 1.0]])
    passages = torch.tensor([[1.0, 0.1], [1.0, 0.0], [0.0, 1.0]])

    def loss(passage_ids: list[int]) -> float:
        documents, nothing = torch.arange(3), torch.zeros(3, dtype=torch.bool)
        masked = contrastive.false_negatives(torch.tensor(passage_ids), documents, nothing)
        value = contrastive.matryoshka_loss(queries, passages, masked, dims=(2,), scale=20.0)
        return float(value)

    assert loss([1, 2, 3]) > 0.4
    assert loss([1, 1, 3]) < 0.01


def test_a_scale_that_would_underflow_is_refused() -> None:
    with pytest.raises(ValueError, match="choose a smaller one"):
        contrastive.Settings(scale=100.0)


def numbered(document_ids: list[int], times: int = 1) -> list[pairs.Pair]:
    return [
        pairs.Pair("fråga", "svar", row, document, pairs.PairKind.RESIDENT, times)
        for row, document in enumerate(document_ids)
    ]


def test_a_batch_holds_few_pairs_of_one_document_and_those_together() -> None:
    made = numbered([0] * 30 + list(range(1, 71)))
    found = list(contrastive.batches(made, 20, 4, np.random.default_rng(1)))
    for rows in found:
        assert 20 <= rows.size < 24
        counts = Counter(made[row].document_id for row in rows)
        assert max(counts.values()) <= 4
        assert counts[0] in {0, 2, 4}  # 30 pairs in groups of four, one of two
    used = np.concatenate(found)
    assert np.unique(used).size == used.size


def test_a_pair_is_seen_as_often_as_it_says_and_never_twice_among_its_neighbours() -> None:
    made = numbered(list(range(10)), times=3)
    found = list(contrastive.batches(made, 6, 2, np.random.default_rng(1)))
    seen = np.bincount(np.concatenate(found), minlength=10)
    assert seen.max() <= 3
    assert seen.sum() >= 24  # of 30; a last batch that is not full is left out


def test_few_pairs_make_one_small_batch() -> None:
    found = list(contrastive.batches(numbered(list(range(5))), 20, 4, np.random.default_rng(1)))
    assert [sorted(rows.tolist()) for rows in found] == [[0, 1, 2, 3, 4]]


def test_dropout_never_empties_a_text() -> None:
    tokenizer = pieces.train_tokenizer(["snö och is på vägen"] * 30, 100)
    ragged = contrastive.Ragged.encode(tokenizer, ["snö", "is på vägen", "och"])
    rows = np.array([2, 0, 1, 0])
    ids, offsets = ragged.bags(rows, 0.99, np.random.default_rng(1))
    lengths = np.diff([*offsets.tolist(), ids.numel()])
    assert lengths.min() >= 1
    ids, offsets = ragged.bags(rows, 0.0, np.random.default_rng(1))
    whole = tokenizer.encode_batch(["och", "snö", "is på vägen", "snö"], add_special_tokens=False)
    assert ids.tolist() == [number for encoding in whole for number in encoding.ids]


def test_pieces_are_lower_cased_and_the_same_each_time() -> None:
    texts = [f"Snöröjning på Skolgatan {number}, e\u0301n gång till" for number in range(100)]
    tokenizer = pieces.train_tokenizer(texts, 200)
    assert pieces.train_tokenizer(texts, 200).to_str() == tokenizer.to_str()
    assert tokenizer.encode("SNÖRÖJNING").tokens == tokenizer.encode("snöröj\u00adning").tokens
    assert tokenizer.encode("É").tokens == ["é"]
    assert tokenizer.encode("🙂").ids == [pieces.UNKNOWN_NUMBER]
    assert tokenizer.truncation is None
    assert tokenizer.padding is None


def test_ppmi_follows_its_formula() -> None:
    texts = [np.array([0, 1, 0, 1, 2, 3, 2, 3])] * 4
    counts = table.cooccurrence(texts, 4, window_pieces=2)
    np.testing.assert_allclose(counts.toarray(), counts.toarray().T)
    # 0 and 1 are neighbours three times a text, at distance 1 each time.
    assert counts[0, 1] == pytest.approx(12)
    found = table.ppmi(counts)
    dense = counts.toarray().astype(np.float64)
    totals = dense.sum(axis=1)
    context = totals**0.75 / (totals**0.75).sum()
    one_way = np.log(dense[0, 1] / dense.sum() / (totals[0] / dense.sum() * context[1]))
    other_way = np.log(dense[1, 0] / dense.sum() / (totals[1] / dense.sum() * context[0]))
    assert found[0, 1] == pytest.approx((max(one_way, 0) + max(other_way, 0)) / 2, rel=1e-5)
    assert found.data.min() > 0


def test_svd_rebuilds_a_matrix_of_low_rank() -> None:
    from scipy import sparse

    factors = np.random.default_rng(1).normal(size=(60, 3)).astype(np.float32)
    matrix = factors @ factors.T
    vectors, values = table.symmetric_svd(sparse.csr_matrix(matrix), 3, seed=1)
    np.testing.assert_allclose((vectors * values) @ vectors.T, matrix, atol=1e-3)
    assert values.tolist() == sorted(values.tolist(), reverse=True)


def test_sif_weighs_rare_pieces_more() -> None:
    weights = table.sif_weights(np.array([999_900, 100]))
    assert weights.tolist() == pytest.approx([1e-4 / (1e-4 + 0.9999), 0.5], rel=1e-3)


def test_a_document_ranks_where_its_best_passage_does() -> None:
    task = evaluation.Task(
        name="three documents",
        queries=("a", "b"),
        passages=("p", "q", "r", "s"),
        titles=(),
        document_of_passage=np.array([0, 0, 1, 2]),
        document_of_query=np.array([0, 2]),
        rivals=None,
    )
    scores = np.array([[0.1, 0.9, 0.5, 0.2], [0.4, 0.3, 0.2, 0.3]], dtype=np.float32)
    measures = evaluation.measure(task, scores)
    assert measures.mrr_at_10 == pytest.approx((1 + 1 / 2) / 2)
    assert measures.hit_at_1 == pytest.approx(0.5)
    assert measures.hit_at_5 == pytest.approx(1)


def test_a_reply_is_a_document_and_its_passages_stand_beside_its_title() -> None:
    parts = [Part(PassageKind.STATEMENT, text) for text in ("ett", "två")]
    replies = (reply_of("a", "Rubrik", parts), reply_of("b", "", parts[:1]))
    asked = tuple(
        tasks.Question(Labelled("Vad?", (id,)), rivals=rivals)
        for id, rivals in (("b", frozenset({"a", "b"})), ("a", frozenset({"a"})))
    )
    task = evaluation.flat_task("två", tasks.Task("", replies, asked, whole_replies=True))
    assert task.passages == ("ett", "två", "ett")
    assert task.titles == ("Rubrik", "Rubrik", "")
    assert task.document_of_passage.tolist() == [0, 0, 1]
    assert task.document_of_query.tolist() == [1, 0]
    scores = np.array([[0.9, 0.1, 0.5], [0.1, 0.2, 0.5]], dtype=np.float32)
    measures = evaluation.measure(task, scores)
    assert (measures.hit_at_1, measures.category_accuracy) == (0.0, 0.5)


def test_the_lexical_scorer_finds_parts_of_compounds() -> None:
    scorer = evaluation.CharacterBm25(["återvandringsbidraget höjs", "vägen plogas", "skolan"])
    scores = scorer.scores(["bidrag till återvandring", "xyz"])
    assert scores[0].argmax() == 0
    assert scores[1].tolist() == [0, 0, 0]


def test_fusion_ignores_the_scale_of_scores() -> None:
    first = np.array([[0.0, 1.0, 3.0]], dtype=np.float32)
    second = np.array([[5.0, 1.0, 1.0]], dtype=np.float32)
    weights = {"a": 0.5, "b": 0.5}
    fused = evaluation.fuse({"a": first, "b": second}, weights)
    scaled = evaluation.fuse({"a": 100 * first + 7, "b": second}, weights)
    np.testing.assert_allclose(fused, scaled, atol=1e-6)


def test_residents_questions_become_pairs_of_their_passage(corpus: Path, tmp_path: Path) -> None:
    documents = pairs.read_documents(corpus)
    made = pairs.make_pairs(documents, seed=1)
    passage = pairs.split_passages(documents[3].sections[0].text)[0]
    line = {"question": "får jag pengar?", "source": documents[3].id}
    file = tmp_path / "questions.jsonl"
    file.write_text(json.dumps(line | {"passage": pairs.passage_hash(passage)}) + "\n")
    found = pairs.resident_pairs(file, documents, made, times=2)
    same = next(pair for pair in made if pair.passage == passage)
    kind = pairs.PairKind.RESIDENT
    assert found == [pairs.Pair("får jag pengar?", passage, same.passage_id, 3, kind, 2)]


def test_a_question_on_a_passage_that_is_not_there_is_an_error(
    corpus: Path, tmp_path: Path
) -> None:
    file = tmp_path / "questions.jsonl"
    line = {"question": "får jag pengar?", "source": "sida/3", "passage": "0" * 16}
    file.write_text(json.dumps(line) + "\n")
    documents = pairs.read_documents(corpus)
    with pytest.raises(ValueError, match="another one than the questions were written on"):
        pairs.resident_pairs(file, documents, [], times=1)


def test_what_was_written_becomes_pairs_with_numbers_of_its_own(corpus: Path) -> None:
    numbers = written.Numbers(100, 50)
    made = list(written.reply_pairs(corpus / "replies.jsonl", numbers, times=8))
    assert [(pair.query, pair.times) for pair in made] == [
        ("Hur ofta sandas gångbanorna?", 2),
        ("Halka på gångbanor", 2),
        ("det är is överallt", 8),
    ]
    assert {(pair.passage_id, pair.document_id) for pair in made} == {(100, 50)}
    said = list(written.saying_pairs(corpus / "sayings.jsonl", numbers, times=3))
    everyday = list(written.glossary_pairs(corpus / "glossary.yaml", numbers, times=3))
    assert [pair.passage for pair in said + everyday] == [
        "En plogbil kör vid snöfall.",
        "snöröjning",
    ]
    assert [pair.document_id for pair in said + everyday] == [51, 52]

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import DTypeLike
from safetensors.numpy import load_file, save_file
from tokenizers import Tokenizer

import index.encoders
from index.encoders import EMBEDDED, load_encoder
from index.encoders.light import StaticEncoder, StaticTokenEncoder
from index.encoders.rows import widen
from index.errors import EncoderUnavailable
from index.ports import Encoder, TokenEncoder
from tests.contract.encoder_contract import TEXTS, EncoderContract
from tests.fakes_index import KeywordEncoder, write_static_model


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_static_model(tmp_path_factory.mktemp("static"))


class TestKeywords(EncoderContract):
    @pytest.fixture
    def encoder(self) -> Encoder:
        return KeywordEncoder(["cykel", "snöröj", "skolskjuts", "belysning"])


class TestStatic(EncoderContract):
    @pytest.fixture
    def encoder(self, model: Path) -> Encoder:
        return load_encoder(str(model))


class TestStaticHalfPrecision(EncoderContract):
    @pytest.fixture
    def encoder(self, tmp_path: Path) -> Encoder:
        return load_encoder(str(write_static_model(tmp_path, dtype=np.float16)))


class TestEmbedded(EncoderContract):
    @pytest.fixture
    def encoder(self) -> Encoder:
        return load_encoder(EMBEDDED)


@pytest.mark.slow
class TestSentenceTransformer(EncoderContract):
    @pytest.fixture
    def encoder(self, model: Path) -> Encoder:
        from index.encoders.full import SentenceTransformerEncoder

        return SentenceTransformerEncoder("tiny", model)


def test_a_row_is_the_mean_of_its_tokens_brought_to_length_one(model: Path) -> None:
    encoder = load_encoder(str(model))
    table = load_file(model / "model.safetensors")["embedding.weight"]
    tokenizer = Tokenizer.from_file(str(model / "tokenizer.json"))
    text = "Snöröjning, snöröjning och skolskjuts!"
    mean = table[tokenizer.encode(text, add_special_tokens=False).ids].mean(axis=0)
    np.testing.assert_allclose(
        encoder.encode_queries([text])[0], mean / np.linalg.norm(mean), atol=1e-6
    )
    assert not encoder.encode_queries([""]).any()


def test_token_vectors_rebuild_the_text_vector(model: Path) -> None:
    encoder = load_encoder(str(model))
    assert isinstance(encoder, TokenEncoder)
    for text, ids in zip(TEXTS, encoder.token_ids(TEXTS), strict=True):
        vectors, weights = encoder.token_vectors(ids.astype(np.intp))
        total = (vectors * np.sqrt(weights)[:, None]).sum(axis=0)
        np.testing.assert_allclose(
            encoder.encode_passages([text])[0], total / np.linalg.norm(total), atol=1e-5
        )


@pytest.mark.parametrize(
    ("prompts", "query", "passage"),
    [
        ({}, "", ""),
        ({"query": "fråga: ", "document": "svar: "}, "fråga: ", "svar: "),
        ({"query": "fråga: ", "passage": "svar: "}, "fråga: ", "svar: "),
        ({"document": "", "passage": "svar: "}, "", "svar: "),
        ({"query": None, "corpus": "svar: "}, "", "svar: "),
    ],
)
def test_prompts_stand_before_questions_and_passages(
    tmp_path: Path, prompts: Mapping[str, str | None], query: str, passage: str
) -> None:
    prompted = load_encoder(str(write_static_model(tmp_path / "a", prompts=prompts)))
    plain = load_encoder(str(write_static_model(tmp_path / "b")))
    text = "skolskjuts"
    assert prompted.encode_queries([text]).tolist() == plain.encode_queries([query + text]).tolist()
    assert (
        prompted.encode_passages([text]).tolist()
        == plain.encode_passages([passage + text]).tolist()
    )


def test_the_digest_follows_what_decides_the_vectors(tmp_path: Path) -> None:
    folder = write_static_model(tmp_path)
    first = load_encoder(str(folder)).digest
    (folder / "README.md").write_text("about the model")
    (folder / "onnx").mkdir()
    (folder / "onnx" / "config.json").write_text("{}")
    assert load_encoder(str(folder)).digest == first
    write_static_model(folder, prompts={"query": "fråga: "})
    second = load_encoder(str(folder)).digest
    write_static_model(folder, seed=1)
    third = load_encoder(str(folder)).digest
    assert len({first, second, third}) == 3


def test_a_large_vocabulary_has_no_token_vectors(
    model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert isinstance(load_encoder(str(model)), StaticTokenEncoder)
    monkeypatch.setattr("index.encoders.light._LARGEST_TOKEN_ID", 10)
    encoder = load_encoder(str(model))
    assert isinstance(encoder, StaticEncoder)
    assert not isinstance(encoder, TokenEncoder)


def test_long_texts_are_averaged_in_parts(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    encoder = load_encoder(str(model))
    whole = encoder.encode_passages(TEXTS)
    monkeypatch.setattr("index.encoders.light._TOKENS_AT_ONCE", 7)
    np.testing.assert_allclose(encoder.encode_passages(TEXTS), whole, atol=1e-5)


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_widening_is_exact_for_every_half_precision_number(dtype: DTypeLike) -> None:
    every = np.arange(1 << 16, dtype=np.uint16).view(np.float16)
    finite = every[np.isfinite(every)].astype(dtype)
    assert np.array_equal(widen(finite), finite.astype(np.float32))
    assert widen(finite).dtype == np.float32
    assert np.array_equal(widen(every), every.astype(np.float32), equal_nan=True)
    assert widen(every[:0]).shape == (0,)


def _break_modules(folder: Path) -> None:
    (folder / "modules.json").write_text('[{"idx": 0}]')


def _no_tokenizer(folder: Path) -> None:
    (folder / "tokenizer.json").unlink()


def _broken_tokenizer(folder: Path) -> None:
    (folder / "tokenizer.json").write_text("{}")


def _no_table(folder: Path) -> None:
    (folder / "model.safetensors").unlink()


def _short_table(folder: Path) -> None:
    path = folder / "model.safetensors"
    path.write_bytes(path.read_bytes()[:-100])


def _garbage_table(folder: Path) -> None:
    (folder / "model.safetensors").write_bytes(b"\xff" * 400)


def _empty_table(folder: Path) -> None:
    (folder / "model.safetensors").write_bytes(b"")


def _few_rows(folder: Path) -> None:
    save_file(
        {"embedding.weight": np.ones((3, 16), dtype=np.float32)}, folder / "model.safetensors"
    )


def _flat_table(folder: Path) -> None:
    save_file({"embedding.weight": np.ones(900, dtype=np.float32)}, folder / "model.safetensors")


def _whole_numbers(folder: Path) -> None:
    save_file(
        {"embedding.weight": np.ones((300, 16), dtype=np.int32)}, folder / "model.safetensors"
    )


def _other_tensor(folder: Path) -> None:
    save_file({"weight": np.ones((300, 16), dtype=np.float32)}, folder / "model.safetensors")


def _broken_prompts(folder: Path) -> None:
    (folder / "config_sentence_transformers.json").write_text("{")


def _odd_prompts(folder: Path) -> None:
    (folder / "config_sentence_transformers.json").write_text('{"prompts": ["query"]}')


@pytest.mark.parametrize(
    ("damage", "named"),
    [
        (_break_modules, "modules"),
        (_no_tokenizer, "tokenizer"),
        (_broken_tokenizer, "tokenizer"),
        (_no_table, "model.safetensors"),
        (_short_table, "model.safetensors"),
        (_garbage_table, "model.safetensors"),
        (_empty_table, "model.safetensors"),
        (_few_rows, "3 rows"),
        (_flat_table, "model.safetensors"),
        (_whole_numbers, "float16"),
        (_other_tensor, "token table"),
        (_broken_prompts, "config_sentence_transformers"),
        (_odd_prompts, "config_sentence_transformers"),
    ],
)
def test_a_damaged_folder_is_explained(
    tmp_path: Path, damage: Callable[[Path], None], named: str
) -> None:
    write_static_model(tmp_path)
    damage(tmp_path)
    with pytest.raises(EncoderUnavailable, match=named) as caught:
        load_encoder(str(tmp_path))
    assert str(tmp_path) in str(caught.value)


def test_nan_in_the_table_never_leaves_the_encoder(tmp_path: Path) -> None:
    write_static_model(tmp_path)
    table = load_file(tmp_path / "model.safetensors")["embedding.weight"]
    save_file({"embedding.weight": np.full_like(table, np.nan)}, tmp_path / "model.safetensors")
    encoder = load_encoder(str(tmp_path))
    assert isinstance(encoder, StaticTokenEncoder)
    with pytest.raises(EncoderUnavailable, match="NaN"):
        encoder.encode_queries(["skolskjuts"])
    with pytest.raises(EncoderUnavailable, match="NaN"):
        encoder.token_vectors(np.arange(3))


def test_missing_folders_are_explained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(EncoderUnavailable, match="no such folder"):
        load_encoder(str(tmp_path / "nowhere"))
    monkeypatch.setattr(index.encoders, "EMBEDDED_FOLDER", tmp_path / "nowhere")
    with pytest.raises(EncoderUnavailable, match="reinstall"):
        load_encoder(EMBEDDED)


def test_a_static_model_is_used_without_torch(model: Path) -> None:
    program = (
        "import sys; from index.encoders import load_encoder; "
        f"load_encoder({str(model)!r}).encode_queries(['skolskjuts']); "
        "print([m for m in ('torch', 'sentence_transformers', 'transformers') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.slow
@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float16, 1e-3), (np.float32, 1e-6)])
@pytest.mark.parametrize(
    "prompts", [None, {"query": "fråga: ", "document": "svar: "}, {"passage": "svar: "}]
)
def test_light_equals_full(
    tmp_path: Path, dtype: DTypeLike, tolerance: float, prompts: dict[str, str] | None
) -> None:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, StaticEmbedding

    from index.encoders.full import SentenceTransformerEncoder
    from tests.fakes_index import small_tokenizer

    tokenizer = small_tokenizer()
    table = np.random.default_rng(4).normal(size=(tokenizer.get_vocab_size(), 24)).astype(dtype)
    embedding = StaticEmbedding(tokenizer, embedding_weights=table)
    model = SentenceTransformer(modules=[embedding, Normalize()], device="cpu", prompts=prompts)
    model.save(str(tmp_path))

    light = load_encoder(str(tmp_path))
    full = SentenceTransformerEncoder(str(tmp_path), tmp_path)
    assert isinstance(light, StaticEncoder)
    assert (light.name, light.digest, light.dim) == (full.name, full.digest, full.dim)
    texts = [*TEXTS, "", "🙂", "x" * 10_000, "Åsa åker skridskor på Öland. " * 400]
    for one, other in (
        (light.encode_queries(texts), full.encode_queries(texts)),
        (light.encode_passages(texts), full.encode_passages(texts)),
    ):
        np.testing.assert_allclose(one, other, atol=tolerance)


@pytest.mark.slow
def test_a_folder_that_is_no_model_is_explained(tmp_path: Path) -> None:
    (tmp_path / "modules.json").write_text(
        json.dumps([{"idx": 0, "name": "0", "path": "", "type": "nowhere.Nothing"}])
    )
    with pytest.raises(EncoderUnavailable, match="sentence-transformers cannot load it"):
        load_encoder(str(tmp_path))


@pytest.mark.slow
def test_a_name_is_sought_in_the_cache_before_the_hub(
    model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sentence_transformers

    real = sentence_transformers.SentenceTransformer
    asked: list[bool] = []

    def fake(name: str, *, device: str, local_files_only: bool = False) -> object:
        asked.append(local_files_only)
        if local_files_only:
            raise OSError("not in\nthe cache")
        if name == "team/absent":
            raise OSError("no\nconnection")
        return real(str(model), device=device)

    monkeypatch.setattr(sentence_transformers, "SentenceTransformer", fake)
    assert load_encoder("team/model").dim == 16
    assert asked == [True, False]
    with pytest.raises(EncoderUnavailable, match="OSError: no connection"):
        load_encoder("team/absent")


@pytest.mark.slow
def test_a_failing_model_is_explained(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from index.encoders.full import SentenceTransformerEncoder

    encoder = SentenceTransformerEncoder("tiny", model)

    def fail(*_: object, **__: object) -> object:
        raise RuntimeError("out of\nmemory")

    monkeypatch.setattr(encoder._model, "encode_query", fail)
    with pytest.raises(EncoderUnavailable, match=r"encoding failed .RuntimeError: out of memory"):
        encoder.encode_queries(["skolskjuts"])
    monkeypatch.setattr(encoder._model, "encode_document", lambda *_, **__: np.ones((1, 3)))
    with pytest.raises(EncoderUnavailable, match="shape"):
        encoder.encode_passages(["skolskjuts"])

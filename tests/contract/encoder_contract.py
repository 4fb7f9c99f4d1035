"""What every `index.ports.Encoder` keeps; subclasses give the encoder."""

from __future__ import annotations

import numpy as np
import pytest

from index.ports import Encoder, TokenEncoder

TEXTS = (
    "Hur ofta snöröjs cykelvägarna?",
    "snöröjning och gatubelysning",
    "Skolskjutsen på landsbygden 🚌❄️",
    "Κοινότητα и муниципалитет 市",
    " ".join(["Kommunen svarar om skolskjutsen."] * 320),
)


class EncoderContract:
    @pytest.fixture
    def encoder(self) -> Encoder:
        raise NotImplementedError

    def test_rows_have_the_promised_shape_and_length_one_or_zero(self, encoder: Encoder) -> None:
        for vectors in (encoder.encode_queries(TEXTS), encoder.encode_passages(TEXTS)):
            assert vectors.dtype == np.float32
            assert vectors.shape == (len(TEXTS), encoder.dim)
            norms = np.linalg.norm(vectors, axis=1)
            assert np.all(np.isclose(norms, 1, atol=1e-5) | (norms == 0))
            assert np.all(norms[:3] > 0)

    def test_no_texts_give_no_rows(self, encoder: Encoder) -> None:
        assert encoder.encode_queries([]).shape == (0, encoder.dim)
        assert encoder.encode_passages([]).shape == (0, encoder.dim)

    def test_a_row_does_not_depend_on_its_neighbours(self, encoder: Encoder) -> None:
        together = encoder.encode_passages(TEXTS)
        alone = np.concatenate([encoder.encode_passages([text]) for text in TEXTS])
        np.testing.assert_allclose(together, alone, atol=1e-5)

    def test_the_same_text_is_nearest_to_itself(self, encoder: Encoder) -> None:
        similar = encoder.encode_queries(TEXTS[:3]) @ encoder.encode_passages(TEXTS[:3]).T
        assert np.argmax(similar, axis=1).tolist() == [0, 1, 2]

    @pytest.mark.parametrize("text", ["", " ", "\x00", "\ud800", "🙂🙂", "ﷺ"])
    def test_any_text_is_encoded(self, encoder: Encoder, text: str) -> None:
        assert np.isfinite(encoder.encode_queries([text])).all()

    def test_the_digest_is_hexadecimal_and_stays(self, encoder: Encoder) -> None:
        assert len(encoder.digest) >= 32
        int(encoder.digest, 16)
        assert encoder.digest == encoder.digest

    def test_token_vectors_fit_together(self, encoder: Encoder) -> None:
        if not isinstance(encoder, TokenEncoder):
            pytest.skip("has no token vectors")
        ids = encoder.token_ids([*TEXTS, ""])
        known = np.unique(np.concatenate(ids)).astype(np.intp)
        table, weights = encoder.token_vectors(known)
        assert table.dtype == weights.dtype == np.float32
        assert table.shape[0] == len(weights)
        assert 1 <= table.shape[1] <= encoder.dim
        norms = np.linalg.norm(table, axis=1)
        assert np.all(np.isclose(norms, 1, atol=1e-5) | (norms == 0))
        assert np.all(weights >= 0)
        assert [one.dtype for one in ids] == [np.uint16] * (len(TEXTS) + 1)
        assert len(ids[-1]) == 0
        by_text = encoder.encode_passages([*TEXTS, ""])
        assert encoder.encode_tokens(ids) == pytest.approx(by_text, abs=1e-5)

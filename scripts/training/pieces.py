"""Training of the lower-cased word pieces, the same bytes on every run.

The pieces are those of a unigram language model (Kudo, "Subword Regularization", ACL 2018) without
a mark for the start of a word: the same piece serves a word alone and inside a compound, so that
"skolbuss" shares a row of the table with "buss". WordPiece, which was used before, keeps the two
apart and cuts compounds at whatever prefix is longest.
"""

from __future__ import annotations

import json
import math
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence

from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers

__all__ = ["UNKNOWN_NUMBER", "UNKNOWN_PIECE", "train_tokenizer"]

UNKNOWN_PIECE = "[UNK]"
UNKNOWN_NUMBER = 0
MIN_CHARACTER_COUNT = 20
"""A rarer character is left out of the alphabet and becomes ``UNKNOWN_PIECE``."""

MAX_PIECE_CHARS = 16

SOFT_HYPHEN = "\u00ad"

_DIGITS = 6
"""Decimals of a piece's log probability; sums over threads differ in the last of many more."""


def train_tokenizer(texts: Sequence[str], vocabulary_size: int) -> Tokenizer:
    """Train pieces on texts.

    The trainer gives the same pieces every time, but numbers those of equal probability in an order
    of chance, and spreads the characters that it could not estimate over made-up probabilities in
    another. So the vocabulary is sorted and rounded here, and such characters share one floor.

    Args:
        texts: what the pieces are counted on.
        vocabulary_size: the number of pieces, ``UNKNOWN_PIECE`` included; fewer when the texts do
            not yield as many.

    Returns:
        A tokenizer that normalises (NFC, lower case), splits at blanks and punctuation, and neither
        truncates nor pads. ``UNKNOWN_PIECE`` has number ``UNKNOWN_NUMBER``.
    """
    trainee = _tokenizer(models.Unigram())
    trainer = trainers.UnigramTrainer(
        vocab_size=vocabulary_size,
        unk_token=UNKNOWN_PIECE,
        special_tokens=[UNKNOWN_PIECE],
        initial_alphabet=_alphabet(texts),
        max_piece_length=MAX_PIECE_CHARS,
        show_progress=False,
    )
    trainee.train_from_iterator(texts, trainer)
    return _tokenizer(models.Unigram(_settled(json.loads(trainee.to_str())["model"]["vocab"]), 0))


def _settled(vocabulary: Sequence[tuple[str, float]]) -> list[tuple[str, float]]:
    """Return the pieces with their log probabilities in an order that only they decide."""
    pieces = {piece: score for piece, score in vocabulary if piece != UNKNOWN_PIECE}
    floor = min((score for piece, score in pieces.items() if len(piece) > 1), default=-math.inf)
    settled = {
        piece: round(score if len(piece) > 1 else max(score, floor), _DIGITS)
        for piece, score in pieces.items()
    }
    return [(UNKNOWN_PIECE, 0.0), *sorted(settled.items(), key=lambda one: (-one[1], one[0]))]


def _alphabet(texts: Iterable[str]) -> list[str]:
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(unicodedata.normalize("NFC", text).lower())
    return sorted(
        character
        for character, count in counts.items()
        if count >= MIN_CHARACTER_COUNT and not character.isspace() and character != SOFT_HYPHEN
    )


def _tokenizer(model: models.Model) -> Tokenizer:
    tokenizer = Tokenizer(model)
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFC(), normalizers.Replace(SOFT_HYPHEN, ""), normalizers.Lowercase()]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    return tokenizer

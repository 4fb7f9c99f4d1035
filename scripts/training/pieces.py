"""Training of the lower-cased WordPiece vocabulary, the same bytes on every run."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence

from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers

__all__ = ["UNKNOWN_NUMBER", "UNKNOWN_PIECE", "train_tokenizer"]

UNKNOWN_PIECE = "[UNK]"
UNKNOWN_NUMBER = 0
CONTINUATION = "##"
MIN_CHARACTER_COUNT = 20
"""A rarer character is left out of the alphabet; a word with it becomes ``UNKNOWN_PIECE``."""

SOFT_HYPHEN = "\u00ad"


def train_tokenizer(texts: Sequence[str], vocabulary_size: int) -> Tokenizer:
    """Train WordPiece pieces on texts.

    The trainer numbers the characters in the order in which a hash table happens to yield the
    words, and breaks ties between merges by these numbers. Handing it the sorted alphabet as
    "special" pieces fixes the numbers, and with them the result. A clean tokenizer is then built
    around the vocabulary, for special pieces would be matched inside running text.

    Args:
        texts: what the pieces are counted on.
        vocabulary_size: the number of pieces, ``UNKNOWN_PIECE`` included; fewer when the texts do
            not yield as many.

    Returns:
        A tokenizer that normalises (NFC, lower case), splits at blanks and punctuation, and neither
        truncates nor pads. ``UNKNOWN_PIECE`` has number ``UNKNOWN_NUMBER``.
    """
    alphabet = _alphabet(texts)
    fixed = [UNKNOWN_PIECE, *alphabet, *(CONTINUATION + character for character in alphabet)]
    trainee = _tokenizer({UNKNOWN_PIECE: UNKNOWN_NUMBER})
    trainer = trainers.WordPieceTrainer(
        vocab_size=vocabulary_size,
        special_tokens=fixed,
        initial_alphabet=alphabet,
        limit_alphabet=len(alphabet),
        continuing_subword_prefix=CONTINUATION,
        show_progress=False,
    )
    trainee.train_from_iterator(texts, trainer)
    return _tokenizer(trainee.get_vocab())


def _alphabet(texts: Iterable[str]) -> list[str]:
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(unicodedata.normalize("NFC", text).lower())
    return sorted(
        character
        for character, count in counts.items()
        if count >= MIN_CHARACTER_COUNT and not character.isspace() and character != SOFT_HYPHEN
    )


def _tokenizer(vocabulary: dict[str, int]) -> Tokenizer:
    tokenizer = Tokenizer(
        models.WordPiece(
            vocabulary, unk_token=UNKNOWN_PIECE, continuing_subword_prefix=CONTINUATION
        )
    )
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFC(), normalizers.Replace(SOFT_HYPHEN, ""), normalizers.Lowercase()]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    return tokenizer

"""The model folder: written and read as sentence-transformers does."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

__all__ = ["load_folder", "save_folder", "settle_unknown_piece"]

FloatArray = npt.NDArray[np.float32]

WEIGHTS_FILE = "model.safetensors"
WEIGHTS_KEY = "embedding.weight"
TOKENIZER_FILE = "tokenizer.json"
CONFIG_FILE = "config_sentence_transformers.json"

UNKNOWN_NORM = 0.01
"""Length of the unknown piece's row, where telling pieces have lengths around 1 and more."""


def settle_unknown_piece(table: FloatArray, unknown_row: int, narrowest_dim: int) -> FloatArray:
    """Give the unknown piece a short row that points away from every meaning.

    A text of unknown characters only (an emoji, say) must get some vector: a zero row would turn
    into NaN when the library normalises it in half precision. The direction of least variance has
    a cosine near 0 with all texts, and shortness keeps it from being felt in any other text.

    Args:
        table: shape (pieces, dims).
        unknown_row: which row.
        narrowest_dim: the direction lies within so many first dimensions, so that it holds for
            every Matryoshka prefix.

    Returns:
        A copy of the table with that row replaced.
    """
    settled = table.copy()
    prefix = np.delete(table, unknown_row, axis=0)[:, :narrowest_dim].astype(np.float64)
    _, vectors = np.linalg.eigh(prefix.T @ prefix)
    direction = vectors[:, 0]
    settled[unknown_row] = 0
    settled[unknown_row, :narrowest_dim] = UNKNOWN_NORM * direction * np.sign(direction.sum())
    return settled


def save_folder(folder: Path, tokenizer: Tokenizer, table: FloatArray) -> None:
    """Write the modules StaticEmbedding and Normalize, the table as float16.

    Args:
        folder: is made if need be; other files in it (a model card) stay.
        tokenizer: text -> piece numbers.
        table: shape (pieces, dims).
    """
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, StaticEmbedding

    embedding = StaticEmbedding(tokenizer, embedding_weights=table.astype(np.float16))
    model = SentenceTransformer(modules=[embedding, Normalize()], device="cpu")
    model.save(str(folder), create_model_card=False)
    (folder / WEIGHTS_FILE).chmod(0o644)  # the library leaves it readable to its owner only
    _drop_versions(folder / CONFIG_FILE)


def _drop_versions(path: Path) -> None:
    """Take the library versions out of the config: the same training shall give the same bytes."""
    config = json.loads(path.read_text(encoding="utf-8"))
    config.pop("__version__", None)
    path.write_text(json.dumps(config, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def load_folder(folder: Path) -> tuple[Tokenizer, FloatArray]:
    """Read a model folder without torch.

    Args:
        folder: written by ``save_folder``.

    Returns:
        The tokenizer, and the table as float32, shape (pieces, dims).
    """
    from safetensors.numpy import load_file

    tokenizer = Tokenizer.from_file(str(folder / TOKENIZER_FILE))
    table = load_file(folder / WEIGHTS_FILE)[WEIGHTS_KEY].astype(np.float32)

    return tokenizer, table

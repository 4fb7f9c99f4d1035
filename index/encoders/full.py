"""Any sentence-transformers model, through the library itself (torch: seconds to load)."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from index.encoders import folder as model_folder
from index.encoders.rows import encodable, unit_rows
from index.errors import EncoderUnavailable
from index.model import Vectors

__all__ = ["SentenceTransformerEncoder"]

_BATCH = 32
_log = logging.getLogger(__name__)


Model: TypeAlias = Any
"""A SentenceTransformer, whose type cannot be named before it is imported."""


def _load(name: str, folder: Path | None, device: str) -> Model:
    """Load a folder, or a name from the local cache, or else from the hub.

    Without a connection the hub is asked again and again for a minute and a half; a model that is
    in the cache must not wait for that, nor change by itself.
    """
    from sentence_transformers import SentenceTransformer

    if folder is not None:
        return SentenceTransformer(str(folder), device=device, local_files_only=True)
    try:
        return SentenceTransformer(name, device=device, local_files_only=True)
    except Exception as exc:  # not in the cache, or only a part of it
        _log.info("model not in the cache, trying the hub", extra={"reason": _in_one_line(exc)})
        return SentenceTransformer(name, device=device)


def _in_one_line(exc: Exception) -> str:
    """Return kind and message of a foreign error without line breaks."""
    return " ".join(f"{type(exc).__name__}: {exc}".split())


class SentenceTransformerEncoder:
    """A sentence-transformers model; implements `index.ports.Encoder`.

    Args:
        name: the configured name: a model name, or a folder.
        folder: the model's folder when it is a local one.
        device: as torch names it.

    Raises:
        EncoderUnavailable: the library or the model cannot be loaded.
    """

    def __init__(self, name: str, folder: Path | None = None, device: str = "cpu") -> None:
        try:
            self._model = _load(name, folder, device)
            # Half precision is slow on a CPU, and there a text without tokens gives NaN.
            self._model.float()
            dim = self._model.get_embedding_dimension()
        except Exception as exc:  # the library lets torch's, the hub's and its own errors through
            raise EncoderUnavailable(
                name, f"sentence-transformers cannot load it ({_in_one_line(exc)})"
            ) from exc
        if not dim:
            raise EncoderUnavailable(name, "the model does not say its number of dimensions")
        self._dim = int(dim)
        self._query_prompt, self._passage_prompt = model_folder.choose_prompts(self._model.prompts)
        self._name = name
        self._folder = folder

    @property
    def name(self) -> str:
        """The configured name."""
        return self._name

    @cached_property
    def digest(self) -> str:
        """SHA-256 over the model's files that decide the vectors.

        For a model by name these are the files of its snapshot in the local cache, to which it
        was resolved when it was loaded.
        """
        if self._folder is not None:
            return model_folder.digest(self._folder)
        from huggingface_hub import snapshot_download

        try:
            return model_folder.digest(Path(snapshot_download(self._name, local_files_only=True)))
        except Exception as exc:  # the hub's errors have no common root
            raise EncoderUnavailable(self._name, "its files are not in the local cache") from exc

    @property
    def dim(self) -> int:
        """Number of dimensions."""
        return self._dim

    def encode_queries(self, texts: Sequence[str], /) -> Vectors:
        """Embed questions with the model's query prompt; see `index.ports.Encoder`."""
        return self._encode(self._model.encode_query, texts, self._query_prompt)

    def encode_passages(self, texts: Sequence[str], /) -> Vectors:
        """Embed passages with the model's document prompt; see `index.ports.Encoder`."""
        return self._encode(self._model.encode_document, texts, self._passage_prompt)

    def _encode(self, encode: Callable[..., Any], texts: Sequence[str], prompt: str) -> Vectors:
        """Run the model; an empty list never reaches it."""
        if not texts:
            return np.zeros((0, self._dim), dtype=np.float32)
        try:
            vectors = encode(
                [encodable(text) for text in texts],
                prompt=prompt,
                batch_size=_BATCH,
                show_progress_bar=False,
                convert_to_numpy=True,
            )
        except Exception as exc:  # torch's errors, out of memory among them
            raise EncoderUnavailable(self._name, f"encoding failed ({_in_one_line(exc)})") from exc
        return unit_rows(np.asarray(vectors), self._dim, self._name)

"""Static sentence-transformers models without torch: a table of token vectors, averaged.

Gives what `sentence_transformers` gives for a model of a StaticEmbedding module and an optional
Normalize: the mean of the vectors of the text's tokens, repeats counted, no special tokens.
Opening takes hundredths of a second, since the table stays in its file, mapped into memory.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cached_property, lru_cache
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from index.encoders import folder as model_folder
from index.encoders.rows import encodable, unit_rows, widen
from index.errors import EncoderUnavailable
from index.model import Vectors

__all__ = ["StaticEncoder", "StaticTokenEncoder", "open_static"]

_TYPES: dict[str, np.dtype[np.floating]] = {"F16": np.dtype("<f2"), "F32": np.dtype("<f4")}
# So many token vectors are widened to float32 at once: 16 MiB at 256 dimensions.
_TOKENS_AT_ONCE = 16_384
_FEW_TEXTS = 64
_REMEMBERED = 64  # texts: more than are asked together
_TRIED = ("Vad kostar det?", "Från 2024: 1 200 kr.", "”Nej”, § 4", "(Åh!)", "e-post", "Vad?")
_LARGEST_TOKEN_ID = np.iinfo(np.uint16).max
# MaxSim compares tokens by so many of their first dimensions, which carry most where a model was
# trained to have useful prefixes, as the embedded one, or made by PCA: a quarter of the memory
# and time, and hardly less found (docs/results/ranking.md).
_TOKEN_DIMS = 64


def open_static(folder: Path, name: str) -> StaticEncoder:
    """Open a static model folder; with token vectors when the token ids fit 16 bits.

    Raises:
        EncoderUnavailable: files missing, damaged or not of one model.
    """
    place = model_folder.static_folder(folder, name)
    table = _map_table(place / "model.safetensors", name)
    try:
        tokenizer = Tokenizer.from_file(str(place / "tokenizer.json"))
    except Exception as exc:  # tokenizers raises bare Exception
        raise EncoderUnavailable(name, "tokenizer.json is missing or damaged") from exc
    tokenizer.no_padding()
    largest = max(tokenizer.get_vocab().values(), default=-1)
    if largest >= len(table):
        raise EncoderUnavailable(
            name, f"the tokenizer has ids up to {largest}, the table only {len(table)} rows"
        )
    kind = StaticTokenEncoder if largest <= _LARGEST_TOKEN_ID else StaticEncoder
    return kind(folder, name, tokenizer, table)


def _map_table(path: Path, name: str) -> NDArray[np.floating]:
    """Map the one tensor of a safetensors file: 8 bytes of header length, a JSON header, data.

    safetensors' own numpy reader copies the tensor; see https://huggingface.co/docs/safetensors
    for the format.

    Returns:
        Shape (vocabulary, dim), float16 or float32, read-only.
    """
    try:
        with path.open("rb") as file:
            header_bytes = int.from_bytes(file.read(8), "little")
            if header_bytes > path.stat().st_size:
                raise ValueError("the header is longer than the file")
            header = json.loads(file.read(header_bytes))
        tensor = header["embedding.weight"]
        start, end = tensor["data_offsets"]
        rows, dim = tensor["shape"]
        kind = _TYPES[tensor["dtype"]]
        if min(rows, dim) < 1 or end - start != rows * dim * kind.itemsize:
            raise ValueError(f"{end - start} bytes for shape {tensor['shape']}")
        mapped: NDArray[np.floating] = np.memmap(
            path, kind, "r", offset=8 + header_bytes + start, shape=(rows, dim)
        )
    except OSError as exc:
        raise EncoderUnavailable(name, f"the model file {path.name} cannot be read") from exc
    except (KeyError, TypeError, ValueError) as exc:
        raise EncoderUnavailable(
            name, f"{path.name} is damaged or holds no float16 or float32 token table ({exc})"
        ) from exc
    return mapped.view(np.ndarray)


class StaticEncoder:
    """A static model; implements `index.ports.Encoder`."""

    def __init__(
        self, folder: Path, name: str, tokenizer: Tokenizer, table: NDArray[np.floating]
    ) -> None:
        self._folder = folder
        self._name = name
        self._tokenizer = tokenizer
        self._table = table
        self._query_prompt, self._passage_prompt = model_folder.prompts(folder, name)
        # A question is encoded as a whole and token by token.
        self._ids_of = lru_cache(maxsize=_REMEMBERED)(self._cut)

    @property
    def name(self) -> str:
        """The configured name."""
        return self._name

    @cached_property
    def digest(self) -> str:
        """SHA-256 over the files of the folder that decide the vectors."""
        return model_folder.digest(self._folder)

    @property
    def dim(self) -> int:
        """Number of dimensions."""
        return int(self._table.shape[1])

    def encode_queries(self, texts: Sequence[str], /) -> Vectors:
        """Embed questions; see `index.ports.Encoder`."""
        ids = self._ids([self._query_prompt + text for text in texts])
        vectors = widen(self._table.take([id for one in ids for id in one], axis=0))
        means = np.zeros((len(texts), self.dim), dtype=np.float32)
        start = 0
        for row, one in enumerate(ids):
            if one:
                means[row] = vectors[start : start + len(one)].sum(axis=0) / len(one)
            start += len(one)
        return unit_rows(means, self.dim, self._name)

    def encode_passages(self, texts: Sequence[str], /) -> Vectors:
        """Embed passages; see `index.ports.Encoder`."""
        return self._average(self._ids([self._passage_prompt + text for text in texts]))

    def _ids(self, texts: Sequence[str]) -> list[list[int]]:
        """Return the token ids of each text."""
        if len(texts) <= _FEW_TEXTS:  # a question and its words: a thread pool only costs
            return [self._ids_of(text) for text in texts]
        clean = [encodable(text) for text in texts]
        encodings = self._tokenizer.encode_batch_fast(clean, add_special_tokens=False)
        return [encoding.ids for encoding in encodings]

    def _cut(self, text: str) -> list[int]:
        """Return the token ids of one text."""
        ids: list[int] = self._tokenizer.encode(encodable(text), add_special_tokens=False).ids
        return ids

    def _average(self, ids: Sequence[Sequence[int] | NDArray[np.uint16]]) -> Vectors:
        """Average the token vectors of each text and bring the mean to length 1."""
        sums = np.zeros((len(ids), self.dim), dtype=np.float32)
        flat = np.concatenate([np.zeros(0, np.intp), *(np.asarray(one, np.intp) for one in ids)])
        lengths = np.fromiter(map(len, ids), dtype=np.int64, count=len(ids))
        ends = np.cumsum(lengths)
        for start in range(0, len(flat), _TOKENS_AT_ONCE):
            vectors = widen(self._table.take(flat[start : start + _TOKENS_AT_ONCE], axis=0))
            first, last = np.searchsorted(ends, [start, start + len(vectors) - 1], side="right")
            # A sum a text: eight times as fast as np.add.reduceat over all of them.
            for text in range(first, last + 1):
                begin, end = max(0, ends[text] - lengths[text] - start), ends[text] - start
                sums[text] += vectors[begin:end].sum(axis=0)
        means = sums / np.maximum(lengths, 1)[:, None]
        return unit_rows(means, self.dim, self._name)


class StaticTokenEncoder(StaticEncoder):
    """A static model of up to 65,536 tokens; implements `index.ports.TokenEncoder` too."""

    def token_ids(self, texts: Sequence[str], /) -> list[NDArray[np.uint16]]:
        """Return each text's token ids, without prompt and special tokens, repeats kept."""
        return [np.array(ids, dtype=np.uint16) for ids in self._ids(texts)]

    @cached_property
    def joins(self) -> bool:
        """Whether the ids of two texts joined by a blank are theirs, one after the other.

        So it is where the tokenizer parts a text at blanks first, as most do; it is tried out.
        """
        return all(
            self._cut(f"{one} {two}") == self._cut(one) + self._cut(two)
            for one, two in pairwise(_TRIED)
        )

    def encode_tokens(self, ids: Sequence[NDArray[np.uint16]], /) -> Vectors:
        """Embed passages by their token ids; see `index.ports.TokenEncoder`."""
        if self._passage_prompt:
            before = np.array(self._ids_of(self._passage_prompt), dtype=np.uint16)
            ids = [np.concatenate([before, some]) for some in ids]
        return self._average(ids)

    def token_vectors(self, ids: NDArray[np.intp], /) -> tuple[Vectors, NDArray[np.float32]]:
        """Return the unit vectors of some tokens and the squared norms that they had.

        Args:
            ids: shape (n,).

        Returns:
            Shapes (n, at most 64) and (n,): directions by the first dimensions, norms by all.

        Raises:
            EncoderUnavailable: the table holds NaN or infinity.
        """
        units, squares = self._units
        return units.take(ids, axis=0), squares.take(ids)

    @cached_property
    def _units(self) -> tuple[Vectors, NDArray[np.float32]]:
        """Unit vectors and squared norms, shapes (vocabulary, token dim) and (vocabulary,)."""
        tokens, dim = self._table.shape
        units = np.empty((tokens, min(dim, _TOKEN_DIMS)), dtype=np.float32)
        squares = np.empty(tokens, dtype=np.float32)
        for start in range(0, tokens, _TOKENS_AT_ONCE):
            part = slice(start, start + _TOKENS_AT_ONCE)
            vectors = widen(self._table[part])
            squares[part] = np.einsum("td,td->t", vectors, vectors)
            first = vectors[:, : units.shape[1]]
            norms = np.linalg.norm(first, axis=1, keepdims=True)
            units[part] = first / np.where(norms > 0, norms, 1)
        if not np.isfinite(squares).all():
            raise EncoderUnavailable(self._name, "the token table holds NaN or infinity")
        return units, squares

"""An index version with its files open."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.cohort import Cohort
from index.glossary import Glossary
from index.lexical import TantivyLexicalIndex
from index.manifest import Manifest
from index.maxsim import TokenIds
from index.ports import LexicalIndex, VectorIndex
from index.ragged import Ragged
from index.sentences import Parts
from index.table import Table
from index.vectors import FaissVectorIndex

__all__ = ["OpenVersion", "open_version"]


@dataclass(frozen=True, slots=True)
class OpenVersion:
    """An index version with its files open.

    Attributes:
        directory: the version's folder; it may be pruned while the version is held open.
        embeddings: float16, shape (passages, dim): what the vector index was built from.
        sentences: the vectors of each passage's heading and sentences.
        tokens: token ids per passage, or None when the encoder has no token vectors.
        glossary: everyday words and the official ones that they mean.
        cohort: passages outside the record, or None when the calibration has none.
    """

    directory: Path
    manifest: Manifest
    table: Table
    vectors: VectorIndex
    lexical: LexicalIndex
    embeddings: NDArray[np.float16]
    sentences: Parts
    tokens: TokenIds | None
    glossary: Glossary
    cohort: Cohort | None


def open_version(directory: Path, manifest: Manifest) -> OpenVersion:
    """Open the files of a version whose checksums were found right."""
    tokens, cohort = directory / "tokens", directory / "cohort.npy"
    return OpenVersion(
        directory=directory,
        manifest=manifest,
        table=Table(directory),
        vectors=FaissVectorIndex.open(directory / "vectors.faiss"),
        lexical=TantivyLexicalIndex.open(directory / "lexical"),
        embeddings=np.load(directory / "embeddings.npy", mmap_mode="r", allow_pickle=False).view(
            np.ndarray
        ),
        sentences=Ragged.open(directory / "sentences", np.int8, (manifest.dim,)),
        tokens=Ragged.open(tokens, np.uint16) if tokens.is_dir() else None,
        glossary=Glossary.open(directory / "glossary.json"),
        cohort=Cohort.open(cohort) if cohort.is_file() else None,
    )

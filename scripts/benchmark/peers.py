"""What a user would otherwise take, each set up as its own documentation shows.

The dense ones use the encoder that comes with Kommunsvar, through sentence-transformers, so that
what differs is the search and not the model. Libraries are imported where they are used: a process
holds only what its system needs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from scripts.benchmark.ports import Peer, Search
from scripts.benchmark.texts import Text

__all__ = ["PEERS", "Bm25s", "LangChain", "SentenceTransformersFaiss", "Txtai"]

MODEL = Path(__file__).resolve().parents[2] / "index" / "models" / "embedded"


class Txtai:
    """txtai's hybrid index: its BM25 and FAISS, weighed half and half."""

    distribution = "txtai"

    def build(self, texts: Iterable[Text], folder: Path) -> None:
        """Index and save."""
        from txtai import Embeddings

        # Without a method txtai takes any local path for a plain transformers model.
        embeddings = Embeddings(
            path=str(MODEL),
            method="sentence-transformers",
            hybrid=True,
            content=False,
            gpu=False,
        )
        embeddings.index((row, text.whole) for row, text in enumerate(texts))
        embeddings.save(str(folder))

    def open(self, folder: Path) -> Search:
        """Load."""
        from txtai import Embeddings

        embeddings = Embeddings()
        embeddings.load(str(folder))
        return lambda question, k: [str(row) for row, _ in embeddings.search(question, k)]


class LangChain:
    """LangChain's FAISS store, with its texts in the document store."""

    distribution = "langchain-community"

    def build(self, texts: Iterable[Text], folder: Path) -> None:
        """Index and save."""
        from langchain_community.vectorstores import FAISS

        wholes = [text.whole for text in texts]
        rows = [{"row": row} for row in range(len(wholes))]
        FAISS.from_texts(wholes, _langchain_embeddings(), metadatas=rows).save_local(str(folder))

    def open(self, folder: Path) -> Search:
        """Load."""
        from langchain_community.vectorstores import FAISS

        # The documents are a pickle; this one we wrote ourselves.
        store = FAISS.load_local(
            str(folder), _langchain_embeddings(), allow_dangerous_deserialization=True
        )
        return lambda question, k: [
            str(found.metadata["row"]) for found in store.similarity_search(question, k)
        ]


class SentenceTransformersFaiss:
    """The least that works: sentence-transformers and an exact FAISS index."""

    distribution = "sentence-transformers"

    def build(self, texts: Iterable[Text], folder: Path) -> None:
        """Index and save."""
        import faiss

        vectors = _sentence_transformer().encode_document([text.whole for text in texts])
        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(vectors)
        faiss.write_index(index, str(folder / "vectors.faiss"))

    def open(self, folder: Path) -> Search:
        """Load."""
        import faiss

        model = _sentence_transformer()
        index = faiss.read_index(str(folder / "vectors.faiss"))

        def search(question: str, k: int) -> list[str]:
            _, rows = index.search(model.encode_query([question]), k)
            return [str(row) for row in rows[0] if row >= 0]

        return search


@dataclass(frozen=True, slots=True)
class Bm25s:
    """bm25s over Swedish stems, without Swedish stop words.

    Attributes:
        backend: `numpy`, or `numba`, which is compiled anew in every process.
    """

    backend: str = "numpy"

    @property
    def distribution(self) -> str:
        """The package."""
        return "bm25s"

    def build(self, texts: Iterable[Text], folder: Path) -> None:
        """Index and save."""
        tokens = _swedish_tokeniser()([text.whole for text in texts])
        _save_bm25s(tokens, folder, backend=self.backend)

    def open(self, folder: Path) -> Search:
        """Load."""
        tokenise = _swedish_tokeniser()
        return _open_bm25s(folder, lambda question: tokenise([question]))


class Bm25sOurTerms:
    """bm25s over the very terms of Kommunsvar's lexical stage, in one field."""

    distribution = "bm25s"

    def build(self, texts: Iterable[Text], folder: Path) -> None:
        """Index and save."""
        _save_bm25s([_our_terms(text.whole) for text in texts], folder, k1=1.2, b=0.75)

    def open(self, folder: Path) -> Search:
        """Load."""
        return _open_bm25s(folder, lambda question: [_our_terms(question)])


PEERS: Mapping[str, Callable[[], Peer]] = MappingProxyType(
    {
        "txtai": Txtai,
        "langchain": LangChain,
        "bm25s": Bm25s,
        "bm25s-numba": lambda: Bm25s("numba"),
        "st-faiss": SentenceTransformersFaiss,
        "bm25s-terms": Bm25sOurTerms,
    }
)
"""Makers by the names under which workers are started."""


def _sentence_transformer() -> Any:  # noqa: ANN401 - untyped library
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(str(MODEL), device="cpu")


def _langchain_embeddings() -> Any:  # noqa: ANN401 - untyped library
    from langchain_core.embeddings import Embeddings

    model = _sentence_transformer()

    class Adapter(Embeddings):  # type: ignore[misc]
        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            vectors: list[list[float]] = model.encode_document(texts).tolist()
            return vectors

        def embed_query(self, text: str) -> list[float]:
            vector: list[float] = model.encode_query(text).tolist()
            return vector

    return Adapter()


def _swedish_tokeniser() -> Callable[[list[str]], Any]:
    import bm25s
    import Stemmer

    stemmer = Stemmer.Stemmer("swedish")
    return lambda texts: bm25s.tokenize(texts, stopwords="sv", stemmer=stemmer, show_progress=False)


def _our_terms(text: str) -> list[str]:
    from index.text import grams, stems, words

    tokens = words(text)
    return [*(f"{stem}." for stem in stems(tokens)), *grams(tokens)]


def _save_bm25s(tokens: Any, folder: Path, **settings: Any) -> None:  # noqa: ANN401
    import bm25s

    retriever = bm25s.BM25(**settings)
    retriever.index(tokens, show_progress=False)
    retriever.save(str(folder))


def _open_bm25s(folder: Path, tokenise: Callable[[str], Any]) -> Search:
    import bm25s

    retriever = bm25s.BM25.load(str(folder))
    documents = int(retriever.scores["num_docs"])

    def search(question: str, k: int) -> list[str]:
        rows, _ = retriever.retrieve(tokenise(question), k=min(k, documents), show_progress=False)
        return [str(row) for row in rows[0]]

    return search

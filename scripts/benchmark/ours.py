"""Kommunsvar as a measured system: the whole, and its two proposing stages alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import MappingProxyType

from scripts.benchmark.ports import Peer, Search
from scripts.benchmark.texts import Text

__all__ = ["OWN", "Kommunsvar", "LexicalStage", "VectorStage"]


class Kommunsvar:
    """The whole program. Its folder is a home that holds the replies already."""

    distribution = "kommunsvar"

    def build(self, texts: Iterable[Text], folder: Path) -> None:
        """Build an index version from the replies, as `reindex --full` does."""
        from bot.settings import load
        from bot.wiring import open_administration

        open_administration(load(folder)).reindex(full=True)

    def open(self, folder: Path) -> Search:
        """Open the service; a question goes through search and decision."""
        from bot.service import MAX_QUESTION_CHARS, OFFICIAL
        from bot.settings import load
        from bot.wiring import open_service
        from index.model import Filters, Query

        service = open_service(load(folder))

        def search(question: str, k: int) -> list[str]:
            if len(question) <= MAX_QUESTION_CHARS:
                results = service.ask(question, limit=k).results
            else:  # a task's long question, which a resident would be asked to shorten
                results = service.search(Query(question, k, Filters(kinds=OFFICIAL)))
            return [hit.passage.id for hit in results.hits]

        return search


class LexicalStage:
    """tantivy with stems and grams of body and context, as Kommunsvar uses it."""

    distribution = "tantivy"

    def build(self, texts: Iterable[Text], folder: Path) -> None:
        """Index."""
        from index.lexical_files import LexicalDocument, build

        build((LexicalDocument(text.body, text.context) for text in texts), folder)

    def open(self, folder: Path) -> Search:
        """Open."""
        from index.lexical import TantivyLexicalIndex
        from index.model import Asked

        index = TantivyLexicalIndex.open(folder)
        return lambda question, k: [str(row) for row in index.search(Asked(question), k).rows]


class VectorStage:
    """The embedded encoder and FAISS, as Kommunsvar uses them."""

    distribution = "faiss-cpu"

    def build(self, texts: Iterable[Text], folder: Path) -> None:
        """Encode and index."""
        from index import vectors
        from index.encoders import EMBEDDED, load_encoder

        folder.mkdir(parents=True, exist_ok=True)
        encoder = load_encoder(EMBEDDED)
        vectors.build(
            encoder.encode_passages([text.whole for text in texts]), folder / "vectors.faiss"
        )

    def open(self, folder: Path) -> Search:
        """Open."""
        from index.encoders import EMBEDDED, load_encoder
        from index.vectors import FaissVectorIndex

        encoder = load_encoder(EMBEDDED)
        index = FaissVectorIndex.open(folder / "vectors.faiss")

        def search(question: str, k: int) -> list[str]:
            (found,) = index.search(encoder.encode_queries([question]), k)
            return [str(row) for row in found.rows]

        return search


OWN: Mapping[str, Callable[[], Peer]] = MappingProxyType(
    {
        "kommunsvar": Kommunsvar,
        "kommunsvar-lexical": LexicalStage,
        "kommunsvar-vectors": VectorStage,
    }
)
"""Makers by the names under which workers are started."""

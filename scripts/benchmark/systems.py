"""Which systems there are, and the commands by which each is built, asked and served."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from scripts.benchmark.processes import ROOT
from scripts.benchmark.records import Record

__all__ = ["PEERS_PYTHON", "SYSTEMS", "Group", "System", "chosen"]

PEERS_PYTHON = ROOT / ".venv-peers" / "bin" / "python"
"""Where `make peers` puts the peers."""

_WORKER = ("-m", "scripts.benchmark.worker")


class Group(StrEnum):
    """Systems that do the same work are set against each other."""

    WHOLE = "whole"
    LEXICAL = "lexical"
    VECTORS = "vectors"


@dataclass(frozen=True, slots=True)
class System:
    """One measured system.

    Attributes:
        name: under which a worker knows it.
        title: for the tables.
        group: what it is set against; Kommunsvar's own comes first.
        also: the stage of Kommunsvar that does the same work, if another does the whole.
        own: whether it is ours, and so runs in the project's environment.
        usual: whether it is measured when nobody chooses.
    """

    name: str
    title: str
    group: Group = Group.WHOLE
    own: bool = False
    usual: bool = True
    also: Group | None = None

    def folder(self, record: Record) -> Path:
        """Return where its index of a record lies; the home for Kommunsvar, which keeps all."""
        if self.name == "kommunsvar":
            return record.home
        return record.home.parent / self.name

    def clear(self, record: Record) -> None:
        """Make room for an index; Kommunsvar keeps the record, and its earlier versions, itself."""
        folder = self.folder(record)
        if folder != record.home:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()

    def size_bytes(self, record: Record) -> int:
        """Return how much its index takes on disk: of Kommunsvar, the live version."""
        folder = self.folder(record)
        if self.name == "kommunsvar":
            live = (folder / "index" / "current").read_text(encoding="ascii").strip()
            folder = folder / "index" / "versions" / live
        return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())

    def build_command(self, record: Record, python: Path) -> list[str]:
        """Return what builds the index, from the texts to the disk."""
        folder = str(self.folder(record))
        return self._worker(python, "build", folder, str(record.texts))

    def ask_command(self, record: Record, python: Path, question: str) -> list[str]:
        """Return what asks one question in a process of its own."""
        if self.name == "kommunsvar":
            home = str(self.folder(record))
            return [sys.executable, "-m", "bot", "--home", home, "ask", "--", question]
        return self._worker(python, "ask", str(self.folder(record)), question)

    def serve_command(self, record: Record, python: Path) -> list[str]:
        """Return what answers many questions in one process."""
        return self._worker(python, "serve", str(self.folder(record)))

    def version_command(self, python: Path) -> list[str]:
        """Return what tells the version."""
        return self._worker(python, "version")

    def _worker(self, python: Path, what: str, *rest: str) -> list[str]:
        program = sys.executable if self.own else str(python)
        return [program, *_WORKER, what, self.name, *rest]


SYSTEMS = (
    System("kommunsvar", "Kommunsvar", own=True),
    System("txtai", "txtai, hybrid"),
    System("langchain", "LangChain + FAISS", also=Group.VECTORS),
    System("st-faiss", "sentence-transformers + FAISS", also=Group.VECTORS),
    System("bm25s", "bm25s", also=Group.LEXICAL),
    System("bm25s-numba", "bm25s, numba", usual=False, also=Group.LEXICAL),
    System("kommunsvar-lexical", "Kommunsvar's lexical stage", Group.LEXICAL, own=True),
    System("bm25s-terms", "bm25s on the same terms", Group.LEXICAL),
    System("kommunsvar-vectors", "Kommunsvar's vector stage", Group.VECTORS, own=True),
)


def chosen(names: Sequence[str] | None, *, peers: bool) -> list[System]:
    """Return the named systems, or the usual ones; Kommunsvar's own always, the others' as may be.

    Args:
        names: of systems; None means the usual ones.
        peers: whether the peers are installed.
    """
    wanted = [
        system
        for system in SYSTEMS
        if (system.usual if names is None else system.name in names) and (peers or system.own)
    ]
    groups = {group for system in wanted for group in (system.group, system.also)} | {Group.WHOLE}
    return [
        system for system in SYSTEMS if system in wanted or (system.own and system.group in groups)
    ]

"""What the command line needs from the rest of the program, as two ports.

Nothing heavy is imported before a door is opened: `--help` knows nothing of indexes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeAlias

if TYPE_CHECKING:
    from bot.administration import ImportReport, ReviewReport, VerifyReport
    from bot.model import Answer, Shown, SimilarQuestion
    from bot.settings import Settings
    from index.model import Query, ResultSet, Searched
    from index.reindex import BuildReport
    from index.versions import VersionInfo
    from knowledge.importing import ImportEntry

__all__ = ["Administering", "Answering", "Doors", "Progress"]

Progress: TypeAlias = Callable[[str, int, int], None]
"""Told what is being done, how many of it are done, and how many there are."""


class Answering(Protocol):
    """The service, as `bot.service.Service` has it."""

    @property
    def warnings(self) -> Sequence[str]:
        """What is wrong, but does not stop the answers."""

    def ask(self, question: str, *, limit: int = ...) -> Answer:
        """Find the official passage that answers a question."""

    def search(self, query: Query) -> ResultSet:
        """Find passages of any kind."""

    def similar(
        self, file_name: str, data: bytes, *, limit: int = ...
    ) -> tuple[SimilarQuestion, ...]:
        """Find what was answered before to each question of a new interpellation."""

    def show(self, id: str, *, drafts: bool = ..., revision: str | None = ...) -> Shown:
        """Return a reply or one of its passages; a draft only when `drafts` says so."""

    def searched(self) -> Searched:
        """Return how much there is to find."""


class Administering(Protocol):
    """The administration, as `bot.administration.Administration` has it."""

    def import_files(
        self,
        paths: Sequence[Path],
        *,
        dry_run: bool = ...,
        publish: bool = ...,
        told: Callable[[ImportEntry], None] | None = ...,
        stopped: Callable[[], bool] | None = ...,
    ) -> ImportReport:
        """Read documents and folders of documents into the record."""

    def load_examples(self) -> ImportReport:
        """Import the example record."""

    def publish(self, ids: Sequence[str]) -> ReviewReport:
        """Publish drafts."""

    def withdraw(self, ids: Sequence[str], reason: str) -> ReviewReport:
        """Take replies out of the answers."""

    def reindex(self, *, full: bool = ...) -> BuildReport:
        """Build a version and switch to it."""

    def versions(self) -> tuple[VersionInfo, ...]:
        """Return all versions, newest first."""

    def rollback(self, version: str | None = ...) -> VersionInfo:
        """Make an earlier version the live one."""

    def verify(self) -> VerifyReport:
        """Check the whole record and index."""


def _open_service(settings: Settings) -> Answering:
    from bot.wiring import open_service

    return open_service(settings)


def _open_administration(settings: Settings, progress: Progress | None) -> Administering:
    from bot.wiring import open_administration

    return open_administration(settings, progress)


@dataclass(frozen=True, slots=True)
class Doors:
    """How to open the program; tests put fakes here."""

    service: Callable[[Settings], Answering] = _open_service
    administration: Callable[[Settings, Progress | None], Administering] = _open_administration

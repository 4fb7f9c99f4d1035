"""The admin's door: new replies in, wrong ones out, versions switched and checked.

Every change of the record holds the index lock from its first read to the switch, so two admins
never work on each other's half. How the index follows the record is `bot.indexing`'s.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from copy import copy
from dataclasses import dataclass
from datetime import date
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Self

from bot.indexing import Indexing
from bot.settings import Settings
from bot.texts import WAITING
from index.build import Progress
from index.confidence import Calibration
from index.errors import VersionError
from index.ports import Encoder
from index.reindex import BuildReport
from index.verify import index_errors
from index.versions import VersionInfo, Versions
from knowledge.batch import import_files
from knowledge.corrections import archive_number
from knowledge.entries import ImportEntry
from knowledge.errors import KommunsvarError, StoreError
from knowledge.importing import Terms
from knowledge.model import Reply, Status
from knowledge.reading import ReadingAhead
from knowledge.review import edited, overtaken, publish, with_correction, withdraw
from knowledge.sandbox.pool import SandboxPool
from knowledge.store import YamlStore
from knowledge.verify import verify_store

__all__ = ["Administration", "ImportReport", "ReviewReport", "VerifyReport"]


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did; `build` is None when nothing was to be indexed."""

    entries: tuple[ImportEntry, ...]
    build: BuildReport | None


@dataclass(frozen=True, slots=True)
class ReviewReport:
    """The replies whose status changed, and the index version without or with them."""

    replies: tuple[Reply, ...]
    build: BuildReport


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """The proof of promise 1: how much was checked, and every fault found."""

    replies: int
    passages: int
    errors: tuple[str, ...]


class Administration:
    """Changes one home.

    Args:
        settings: of the home.
        encoder: gives what makes the vectors; asked only where something is to be encoded, so that
            a broken encoder keeps nobody from withdrawing, looking and checking.
        calibration: gives the confidence model that comes with an encoder.
        progress: told how far a long piece of work is.
        reading: opens what reads documents.
        by: who makes the changes, for the replies' histories; None when that is not known.
    """

    def __init__(
        self,
        settings: Settings,
        encoder: Callable[[], Encoder],
        calibration: Callable[[Encoder], Calibration],
        progress: Progress | None = None,
        reading: Callable[[], AbstractContextManager[ReadingAhead]] = SandboxPool,
        by: str | None = None,
    ) -> None:
        self._settings = settings
        self._encoder = encoder
        self._progress = progress
        self._reading = reading
        self._by = by
        self._store = YamlStore(settings.home)
        self._versions = Versions(settings.home)
        self._indexing = Indexing(
            settings, self._store, self._versions, encoder, calibration, progress
        )

    def done_by(self, by: str) -> Self:
        """Return the same, for changes that somebody else makes."""
        other = copy(self)
        other._by = by
        return other

    def import_files(
        self,
        paths: Sequence[Path],
        *,
        dry_run: bool = False,
        publish: bool = True,
        told: Callable[[ImportEntry], None] | None = None,
        stopped: Callable[[], bool] | None = None,
    ) -> ImportReport:
        """Read documents into the record and, unless told otherwise, make them answerable.

        Args:
            paths: documents, zips of documents, and folders of both, taken in name order.
            dry_run: understand and show, store nothing.
            publish: whether the new replies are published; drafts otherwise.
            told: told of each reply as soon as it is stored.
            stopped: asked before each document whether to leave it and the rest.

        Raises:
            EncoderUnavailable: the replies were to be published; nothing is changed.
        """
        terms = Terms(_today(), publish, dry_run, self._settings.municipality, self._by)
        with self._reading() as reading:
            entries_of = partial(self._entries, paths, reading, terms, told, stopped)
            if dry_run:
                return ImportReport(entries_of(), None)
            if publish:
                self._encoder()
            with self._changing():
                with self._versions.checked_meanwhile() if publish else nullcontext():
                    entries = entries_of()
                new = publish and (
                    any(entry.status == "imported" for entry in entries)
                    or self._indexing.unfinished(
                        entry.reply
                        for entry in entries
                        if entry.reply is not None and entry.reply.status is Status.PUBLISHED
                    )
                )
                return ImportReport(entries, self._reindex() if new else None)

    def load_examples(self) -> ImportReport:
        """Import the example record that comes with the program."""
        folder = Path(str(files("knowledge") / "examples"))
        return self.import_files([folder])

    def publish(self, ids: Sequence[str]) -> ReviewReport:
        """Publish drafts, and corrected texts that wait; index them.

        One that is published but was not indexed, as after a crash between, is indexed now.

        Raises:
            UnknownReply, ReviewStateError, RecordError, EncoderUnavailable: nothing is changed.
        """
        self._encoder()
        with self._changing():
            heads = [edited(self._store.load(one), _today(), self._by) for one in ids]
            after = []
            waited = []
            for head in heads:
                waiting = self._waiting_text(head)
                if waiting is not None:
                    waited.append(head)
                elif head.status is Status.PUBLISHED and self._indexing.unfinished([head]):
                    after.append(head)
                    continue
                after.append(publish(waiting or head, _today(), self._by))
            for head in waited:
                stored = self._store.load(head.id)
                number = archive_number(stored, self._store.revisions(head.id)[0])
                self._store.archive(head.id, number)
            self._store.save(one for one in after if one not in heads)
            for head in waited:
                self._store.drop_waiting(head.id)
            return ReviewReport(tuple(after), self._reindex())

    def _waiting_text(self, head: Reply) -> Reply | None:
        """Return the corrected text of a reply that waits, or None.

        Raises:
            RecordError: there is one, but its file is wrong.
        """
        revisions, broken = self._store.revisions(head.id)
        for error in broken:
            if Path(error.file).stem == "next":
                raise error
        waiting = next(
            (one.reply for one in revisions if one.number is None and not overtaken(one, head)),
            None,
        )
        return None if waiting is None else with_correction(head, waiting)

    def withdraw(self, ids: Sequence[str], reason: str) -> ReviewReport:
        """Take replies out of the answers, at once, and index without them.

        One that is withdrawn but still indexed, as after a crash between, goes from the index now.

        Raises:
            UnknownReply, ReviewStateError, RecordError: nothing is changed.
            StoreError: the disk refuses; says whether the replies are still shown.
            VersionError: they are withdrawn, but no version without them could be built.
        """
        which = ", ".join(ids)
        with self._changing():
            heads = [edited(self._store.load(one), _today(), self._by) for one in ids]
            after = [
                head
                if head.status is Status.WITHDRAWN and self._indexing.unfinished([head])
                else withdraw(head, reason, _today(), self._by)
                for head in heads
            ]
            # Hidden first: from here on no answer shows them, whatever happens below.
            try:
                self._versions.set_withdrawn(self._versions.withdrawn()[0] | set(ids))
            except OSError as exc:
                raise StoreError(
                    str(exc.filename or self._settings.home),
                    f"cannot be written ({exc.strerror or exc}); nothing was changed and {which}"
                    " can still be seen: free some room or give the right to write, and run this"
                    " again",
                    number=exc.errno,
                    consequence=f"{which} är inte återkallat och syns fortfarande.",
                ) from exc
            try:
                self._store.save(one for one in after if one not in heads)
            except StoreError as exc:
                raise StoreError(
                    exc.path,
                    f"{which} can no longer be seen, but the record could not be changed, and the"
                    f" next reindex shows it again ({exc}): run this again when there is room",
                    number=exc.number,
                    consequence=(
                        f"{which} syns inte längre, men registret kunde inte ändras, och nästa"
                        " indexering visar det igen."
                    ),
                ) from exc
            try:
                return ReviewReport(tuple(after), self._reindex())
            except (KommunsvarError, OSError) as exc:
                raise VersionError(
                    None,
                    f"{which} is withdrawn and can no longer be seen, but the index could not be"
                    f" rebuilt without it ({exc}): run `kommunsvar reindex` when that is mended",
                    swedish=(
                        f"{which} är återkallat och syns inte längre, men indexet kunde inte byggas"
                        " om utan det. Be den som sköter Kommunsvar se efter, och indexera om."
                    ),
                ) from exc

    def reindex(self, *, full: bool = False) -> BuildReport:
        """Build a version from the record as it stands, and switch to it."""
        with self._changing():
            return self._reindex(full=full)

    def versions(self) -> tuple[VersionInfo, ...]:
        """Return all versions on disk, newest first."""
        return self._versions.infos()

    def rollback(self, version: str | None = None) -> VersionInfo:
        """Make an earlier version the live one; what was withdrawn since stays hidden.

        Raises:
            VersionError: it is missing, damaged or of another encoder; the live one stays.
        """
        with self._changing():
            return self._versions.rollback(version, self._indexing.accept)

    def verify(self) -> VerifyReport:
        """Check every reply against its source, and the live index against the record."""
        with self._reading() as reading:
            report = verify_store(self._store, reading.read)
        replies, _ = self._store.load_all()
        errors = (*report.errors, *index_errors(self._versions, replies))
        return VerifyReport(report.replies, report.passages, errors)

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """Hold the lock, in a home without what a killed command left half written."""
        with self._versions.lock(on_wait=self._on_wait):
            # First: what is left over may take the room that is needed.
            self._versions.sweep()
            self._store.sweep()
            with self._store.steady():
                yield

    def _entries(
        self,
        paths: Sequence[Path],
        reading: ReadingAhead,
        terms: Terms,
        told: Callable[[ImportEntry], None] | None,
        stopped: Callable[[], bool] | None,
    ) -> tuple[ImportEntry, ...]:
        entries: list[ImportEntry] = []
        for entry in import_files(
            self._store,
            paths,
            reading,
            terms,
            told=partial(self._tell, "documents"),
            stopped=stopped,
        ):
            entries.append(entry)
            if told is not None:
                told(entry)
        return tuple(entries)

    def _reindex(self, *, full: bool = False) -> BuildReport:
        return self._indexing.rebuild(_today(), self._by, full=full)

    def _tell(self, what: str, done: int, total: int) -> None:
        if self._progress is not None:
            self._progress(what, done, total)

    def _on_wait(self) -> None:
        self._tell(WAITING, 0, 0)


def _today() -> date:
    return date.today()  # noqa: DTZ011 - the registrar's own calendar day

"""How the index follows the record: built from it, compared with it, gone back from.

The caller holds the index lock wherever something is changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date

from bot import VERSION
from bot.settings import Settings
from index.build import Progress
from index.confidence import Calibration
from index.errors import EncoderUnavailable, VersionError
from index.glossary import EMBEDDED_GLOSSARY, Glossary, load_glossary
from index.manifest import Manifest
from index.ports import Encoder
from index.recipe import Recipe
from index.record import fingerprints_of
from index.reindex import BuildReport, reindex
from index.versions import Versions
from knowledge.errors import KommunsvarError, RecordError, UnknownReply
from knowledge.model import Reply, Status
from knowledge.review import edited
from knowledge.store import YamlStore

__all__ = ["Indexing"]


class Indexing:
    """Keeps the index of one home as its record is.

    Args:
        settings: of the home.
        store: its record.
        versions: its index.
        encoder: gives what makes the vectors; asked only where something is to be encoded.
        calibration: gives the confidence model that comes with an encoder.
        progress: told how far a build is.
    """

    def __init__(
        self,
        settings: Settings,
        store: YamlStore,
        versions: Versions,
        encoder: Callable[[], Encoder],
        calibration: Callable[[Encoder], Calibration],
        progress: Progress | None,
    ) -> None:
        self._settings = settings
        self._store = store
        self._versions = versions
        self._encoder = encoder
        self._calibration = calibration
        self._progress = progress

    def rebuild(self, today: date, by: str | None, *, full: bool = False) -> BuildReport:
        """Build a version from the record as it stands, and switch to it.

        Args:
            today: the day, for what was changed by hand and is noted now.
            by: who rebuilds, likewise.
            full: whether everything is read and encoded again.

        Raises:
            EncoderUnavailable, VersionError, StoreError: the live version stays.
        """
        problems: list[str] = []

        def noted(changed: Sequence[str]) -> bool:
            if not full:
                self._store.prefetch(changed)
            return self._note_edits(changed, today, by, problems)

        self._store.settle()  # what is answered from must not be lost
        encoder = self._encoder()
        report = reindex(
            self._versions,
            self._store,
            Recipe(encoder, self._calibration(encoder), self._glossary(), VERSION),
            full=full,
            progress=self._progress,
            noted=noted,
        )
        return replace(report, problems=(*report.problems, *problems))

    def unfinished(self, replies: Iterable[Reply]) -> bool:
        """Tell whether one is stored but not answered with as it is, as after a crash between."""
        status = {reply.id: reply.status for reply in replies}
        if not status:
            return False
        hidden, _ = self._versions.withdrawn()
        if any(status.get(id) is Status.PUBLISHED for id in hidden):
            return True
        try:
            directory, _, _ = self._versions.find_sound()
        except VersionError:
            return True
        return not status.keys().isdisjoint(self._store.changed_since(fingerprints_of(directory)))

    def accept(self, manifest: Manifest) -> None:
        """Refuse a version that the configured encoder cannot ask.

        Raises:
            VersionError: it was made with another one.
        """
        try:
            encoder = self._encoder()
        except EncoderUnavailable:
            configured, same = self._settings.encoder, manifest.encoder == self._settings.encoder
        else:
            configured = f"{encoder.name}, {encoder.digest[:8]}"
            same = manifest.encoder_digest == encoder.digest
        if not same:
            made_with = f"{manifest.encoder}, {manifest.encoder_digest[:8]}"
            raise VersionError(
                manifest.id,
                f"was made with another encoder ({made_with}) than the one configured"
                f" ({configured}); nothing was changed. Configure that encoder, or run"
                " `kommunsvar reindex`",
                swedish=(
                    f"Indexversion {manifest.id} gjordes med en annan språkmodell än den som är"
                    " inställd, och kan inte svara. Inget är ändrat; indexera om, så byggs en ny."
                ),
            )

    def _note_edits(
        self, changed: Sequence[str], today: date, by: str | None, problems: list[str]
    ) -> bool:
        """Put each status that was changed by hand into the reply's history.

        Args:
            changed: ids of the record files that are not as the index has them.
            today: when that is seen.
            by: who sees it.
            problems: gets a sentence for each that could not be noted.

        Returns:
            Whether anything was noted.
        """
        any_noted = False
        for id in changed:
            try:
                reply = self._store.load(id)
            except (RecordError, UnknownReply):
                continue  # the build tells of it
            noted = edited(reply, today, by)
            if noted is reply:
                continue
            try:
                self._store.append(reply.id, noted.history[-1])
                any_noted = True
            except KommunsvarError as exc:
                problems.append(f"{exc}; the new status holds, but is not in the history")
        return any_noted

    def _glossary(self) -> Glossary:
        """Return the glossary, as the live version has it where its files are the same."""
        try:
            made = self._versions.find_sound()[0] / "glossary.json"
        except VersionError:
            made = None
        return load_glossary(EMBEDDED_GLOSSARY, self._settings.home / "glossary.yaml", made=made)

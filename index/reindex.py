"""Build a version from the record and make it live; the live one answers until the switch."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from index.build import Kept, Progress, build_version, kept_of
from index.errors import NoIndex, VersionError
from index.ports import Encoder
from index.recipe import Recipe
from index.record import Recorded, record_of
from index.versions import Versions
from knowledge.errors import RecordError, StoreError, UnknownReply
from knowledge.model import Reply, Status

__all__ = ["KEEP_VERSIONS", "BuildReport", "Record", "reindex"]

KEEP_VERSIONS = 3
"""How many versions stay on disk, the live one included."""

_TOLD_EVERY = 100


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a reindex did.

    Attributes:
        version: id of the version that is live now.
        encoded: passages that went through the encoder.
        reused: passages whose vector was taken from the version before.
        seconds: wall-clock time.
        problems: a sentence for everything that was wrong but did not stop it.
    """

    version: str
    replies: int
    passages: int
    encoded: int
    reused: int
    seconds: float
    problems: tuple[str, ...] = ()


class Record(Protocol):
    """The record, as far as a build needs it: `knowledge.store.YamlStore`."""

    def fingerprints(self, known: Mapping[str, str] = ..., /) -> dict[str, str]:
        """Return a value for each record file, by reply id, that tells whether it changed."""

    def load(self, reply_id: str, /) -> Reply:
        """Return one reply.

        Raises:
            UnknownReply: it is gone.
            RecordError: its file is broken.
        """


def reindex(
    versions: Versions,
    record: Record,
    recipe: Recipe,
    *,
    full: bool = False,
    progress: Progress | None = None,
    noted: Callable[[Sequence[str]], bool] | None = None,
) -> BuildReport:
    """Build a version and switch to it; the caller holds the lock.

    Only record files that changed since the live version was built are read.

    Args:
        versions: the index folder.
        record: every reply there is.
        recipe: what the version is made with.
        full: read and encode everything again.
        progress: told how far it is.
        noted: told the ids of the record files that changed or went, before they are read; it may
            write to them, and then returns True.

    Raises:
        VersionError: there is no reply at all, and there were some; the live version stays.
        EncoderUnavailable: the encoder fails; the live version stays.
        StoreError: the disk refuses; the live version stays.
    """
    start_s = time.monotonic()
    previous, problems = _previous(versions, recipe.encoder)
    known = {} if full or previous is None else record_of(previous.directory)
    # Taken first: what changes from here on counts as changed.
    before = {id: one.fingerprint for id, one in known.items()}
    prints = record.fingerprints(before)
    if noted is not None:
        changed = [id for id in before | prints if prints.get(id) != before.get(id)]
        if noted(sorted(changed)):
            prints = record.fingerprints(prints)
    same = {id: one for id, one in known.items() if prints.get(id) == one.fingerprint}
    replies, broken = _read(record, [id for id in prints if id not in same], progress)
    sound = same | {r.id: Recorded(prints[r.id], r.status) for r in replies}
    if not sound:
        _refuse_to_empty(versions, broken)
    kept = None
    if previous is not None and not full:
        kept = replace(previous, ids=previous.ids & same.keys())
    try:
        staged = versions.stage()
        try:
            stats = build_version(
                staged,
                replies,
                recipe,
                kept=kept,
                record=sound,
                progress=progress,
            )
            hidden, shown = _hidden(versions, sound)
            versions.set_withdrawn(hidden)
            version_id = versions.publish(staged)
            if hidden & shown:
                versions.set_withdrawn(hidden - shown)
        except BaseException:
            shutil.rmtree(staged, ignore_errors=True)
            raise
        versions.prune(KEEP_VERSIONS)
    except OSError as exc:
        raise StoreError(
            str(exc.filename or "the index"),
            f"cannot be written ({exc.strerror or exc}); check disk space and rights;"
            " the version before still answers",
            number=exc.errno,
            consequence="Den förra versionen av indexet svarar fortfarande.",
        ) from exc
    left_out = tuple(f"{one}; left out of the index" for one in broken)
    return BuildReport(
        version=version_id,
        replies=stats.replies,
        passages=stats.passages,
        encoded=stats.encoded,
        reused=stats.reused,
        seconds=time.monotonic() - start_s,
        problems=problems + left_out,
    )


def _read(
    record: Record, ids: Sequence[str], progress: Progress | None
) -> tuple[list[Reply], list[RecordError]]:
    """Read some replies; what is broken is told and left out."""
    replies: list[Reply] = []
    broken: list[RecordError] = []
    for done, id in enumerate(ids):
        if progress is not None and done % _TOLD_EVERY == 0:
            progress("replies", done, len(ids))
        try:
            replies.append(record.load(id))
        except RecordError as error:
            broken.append(error)
        except UnknownReply:
            continue  # gone since its name was read
    if progress is not None:
        progress("replies", len(ids), len(ids))
    return replies, broken


def _refuse_to_empty(versions: Versions, broken: Sequence[RecordError]) -> None:
    """Keep a live version that has replies: a record without any is a folder gone astray.

    Raises:
        VersionError: there is one.
    """
    try:
        _, manifest, _ = versions.find_sound()
    except VersionError:
        return  # Nothing answers that could be lost.
    if manifest.replies:
        nothing = (
            f"the record holds no reply that can be read, but index version {manifest.id} has"
            f" {manifest.replies}: is the folder with the record mounted? Nothing was changed."
            " To take replies out of the answers, use `kommunsvar withdraw`"
        )
        raise VersionError(
            None,
            "; ".join(map(str, (nothing, *broken))),
            swedish=(
                "Registret har inget svar som går att läsa, men indexet har"
                f" {manifest.replies}: mappen med registret saknas nog. Inget är ändrat. Be den som"
                " sköter Kommunsvar se efter."
            ),
        )


def _hidden(
    versions: Versions, sound: Mapping[str, Recorded]
) -> tuple[frozenset[str], frozenset[str]]:
    """Say which replies are withdrawn, and which of these are published again.

    A withdrawn reply whose record is broken or gone since stays withdrawn: an earlier version, to
    which an admin may go back, still holds it.
    """
    listed, damage = versions.withdrawn()
    withdrawn = {id for id, one in sound.items() if one.status is Status.WITHDRAWN}
    published = {id for id, one in sound.items() if one.status is Status.PUBLISHED}
    hidden = withdrawn | (frozenset() if damage else listed)
    return frozenset(hidden), frozenset(published)


def _previous(versions: Versions, encoder: Encoder) -> tuple[Kept | None, tuple[str, ...]]:
    """Return what can be kept: the live version, if the same encoder made it."""
    try:
        directory, manifest, problems = versions.find_sound()
    except NoIndex:
        return None, ()
    except VersionError as exc:
        return None, (f"{exc}; everything is encoded again",)
    if manifest.encoder_digest != encoder.digest:
        return None, problems
    return kept_of(directory, manifest), problems

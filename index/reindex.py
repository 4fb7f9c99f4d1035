"""Build a version from the record and make it live; the live one answers until the switch."""

from __future__ import annotations

import shutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from index.build import Encoded, Progress, build_version
from index.confidence import Calibration
from index.errors import NoIndex, VersionError
from index.glossary import Glossary
from index.ports import Encoder
from index.ragged import Ragged
from index.table import Table
from index.versions import Versions
from knowledge.errors import StoreError
from knowledge.model import Reply, Status

__all__ = ["KEEP_VERSIONS", "BuildReport", "reindex"]

KEEP_VERSIONS = 3
"""How many versions stay on disk, the live one included."""


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


def reindex(
    versions: Versions,
    replies: Sequence[Reply],
    encoder: Encoder,
    *,
    calibration: Calibration,
    program: str,
    record: Mapping[str, str],
    glossary: Glossary,
    full: bool = False,
    progress: Progress | None = None,
) -> BuildReport:
    """Build a version and switch to it; the caller holds the lock.

    Args:
        versions: the index folder.
        replies: every sound reply of the record.
        encoder: makes the vectors.
        calibration: used if it was fitted for this encoder.
        program: version of the program, for the manifest.
        record: fingerprint of each record file.
        glossary: everyday words, kept with the version.
        full: encode everything again.
        progress: told how far it is.

    Raises:
        VersionError: there is no reply at all, and there were some; the live version stays.
        EncoderUnavailable: the encoder fails; the live version stays.
        StoreError: the disk refuses; the live version stays.
    """
    start_s = time.monotonic()
    if not replies:
        _refuse_to_empty(versions)
    previous, problems = (None, ()) if full else _previous(versions, encoder)
    try:
        staged = versions.stage()
        try:
            stats = build_version(
                staged,
                replies,
                encoder,
                calibration=calibration,
                program=program,
                glossary=glossary,
                previous=previous,
                record=record,
                progress=progress,
            )
            hidden, shown = _hidden(versions, replies)
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
        ) from exc
    return BuildReport(
        version=version_id,
        replies=stats.replies,
        passages=stats.passages,
        encoded=stats.encoded,
        reused=stats.reused,
        seconds=time.monotonic() - start_s,
        problems=problems,
    )


def _refuse_to_empty(versions: Versions) -> None:
    """Keep a live version that has replies: a record without any is a folder gone astray."""
    try:
        _, manifest, _ = versions.find_sound()
    except VersionError:
        return  # Nothing answers that could be lost.
    if manifest.replies:
        raise VersionError(
            None,
            f"the record holds no reply that can be read, but index version {manifest.id} has"
            f" {manifest.replies}: is the folder with the record mounted? Nothing was changed."
            " To take replies out of the answers, use `kommunsvar withdraw`",
        )


def _hidden(versions: Versions, replies: Sequence[Reply]) -> tuple[frozenset[str], frozenset[str]]:
    """Say which replies are withdrawn, and which of these are published again.

    A withdrawn reply whose record is broken or gone since stays withdrawn: an earlier version, to
    which an admin may go back, still holds it.
    """
    listed, damage = versions.withdrawn()
    withdrawn = {reply.id for reply in replies if reply.status is Status.WITHDRAWN}
    published = {reply.id for reply in replies if reply.status is Status.PUBLISHED}
    hidden = withdrawn | (frozenset() if damage else listed)
    return frozenset(hidden), frozenset(published)


def _previous(versions: Versions, encoder: Encoder) -> tuple[Encoded | None, tuple[str, ...]]:
    """Return what can be reused: the live version, if the same encoder made it."""
    try:
        directory, manifest, problems = versions.find_sound()
    except NoIndex:
        return None, ()
    except VersionError as exc:
        return None, (f"{exc}; everything is encoded again",)
    if manifest.encoder_digest != encoder.digest:
        return None, problems
    embeddings = np.load(directory / "embeddings.npy", mmap_mode="r", allow_pickle=False)
    stored = Ragged[np.int8].open(directory / "sentences", np.int8, (encoder.dim,))
    return Encoded(Table(directory), embeddings, stored), problems

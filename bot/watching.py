"""Use case: what appears in a folder is imported, document by document, until told to stop."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from bot.inbox import Inbox
from index.reindex import BuildReport
from knowledge.errors import KommunsvarError
from knowledge.importing import ImportEntry

__all__ = ["FolderGone", "Importing", "Listener", "watch"]

BURST_S = 10.0
"""So long a whole document waits for others that are still being written, for one index."""
RETRY_S = 60.0
"""After what keeps everything from being imported: a full disk, a broken encoder."""
LOOK_AGAIN_S = 30.0
"""Without any sign of a change: some file systems give none."""


class FolderGone(KommunsvarError):
    """The folder that is watched is no longer there."""


class Importing(Protocol):
    """What imports documents, as `bot.administration.Administration` does."""

    def import_files(
        self,
        paths: list[Path],
        *,
        publish: bool,
        told: Callable[[ImportEntry], None],
        stopped: Callable[[], bool],
    ) -> Imported:
        """Read documents into the record; `told` hears of each, `stopped` ends before the next."""


class Imported(Protocol):
    """What an import did."""

    @property
    def build(self) -> BuildReport | None:
        """The index version that was built, if any."""


class Listener(Protocol):
    """Is told what happens."""

    def entry(self, entry: ImportEntry) -> None:
        """One reply was stored, or one file refused."""

    def built(self, build: BuildReport) -> None:
        """The new replies can be found."""

    def opened(self, file: str) -> None:
        """A document waits because another program holds it open; told once."""

    def later(self, why: str, seconds: float) -> None:
        """Nothing can be imported now; it is tried again."""


def watch(
    inbox: Inbox,
    signs: Iterable[bool],
    importing: Importing,
    listener: Listener,
    *,
    publish: bool,
    stopped: Callable[[], bool],
    clock: Callable[[], float] = time.monotonic,
) -> None:
    """Import what is in a folder, and then what comes.

    Args:
        inbox: of the folder.
        signs: yields, a few times a second, whether something in the folder has changed; ends
            when the work is to end.
        importing: imports documents.
        listener: is told what happens.
        publish: whether the replies are published, or stay drafts.
        stopped: whether to end after the document under way.
        clock: monotonic seconds.

    Raises:
        FolderGone: the folder has vanished.
    """
    told_open: set[Path] = set()
    first_ready: float | None = None
    looked = retry_at = float("-inf")
    waiting = True
    for changed in signs:
        if stopped():
            return
        if inbox.gone:
            raise FolderGone(str(inbox.folder))
        now = clock()
        if now < retry_at or not (changed or waiting or now - looked >= LOOK_AGAIN_S):
            continue
        look = inbox.look()
        looked = now
        waiting = bool(look.unsteady or look.ready or look.opened)
        for path in look.opened:
            if path not in told_open:
                listener.opened(_shown(inbox, path))
        told_open = set(look.opened)
        if not look.ready:
            first_ready = None
            continue
        first_ready = now if first_ready is None else first_ready
        if look.unsteady and now - first_ready < BURST_S:
            continue
        first_ready = None
        try:
            report = importing.import_files(
                list(look.ready),
                publish=publish,
                told=lambda entry: listener.entry(_named(inbox, entry)),
                stopped=stopped,
            )
        except (KommunsvarError, OSError) as exc:
            why = exc.swedish if isinstance(exc, KommunsvarError) else str(exc)
            listener.later(why, RETRY_S)
            retry_at = clock() + RETRY_S
            continue
        inbox.done(look.ready)
        if report.build is not None:
            listener.built(report.build)


def _shown(inbox: Inbox, path: Path) -> str:
    return str(path.relative_to(inbox.folder))


def _named(inbox: Inbox, entry: ImportEntry) -> ImportEntry:
    """Return an entry that names its file as seen from the folder."""
    path = Path(entry.file)
    inside = path.is_relative_to(inbox.folder)
    return replace(entry, file=_shown(inbox, path)) if inside else entry

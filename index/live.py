"""The live index version, held open and exchanged between two questions when another goes live."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from pathlib import Path

from index.errors import VersionError
from index.open_version import OpenVersion, open_version
from index.ports import Encoder
from index.search import Searcher
from index.versions import Versions

__all__ = ["LiveIndex"]


class LiveIndex:
    """Gives a searcher over the version that is live now.

    A searcher stays whole for as long as it is held: its files are immutable and stay readable
    even when the version is pruned meanwhile.

    Args:
        home: the home folder.
        encoder: the one that is configured.
        withdrawn: gives the ids of the replies that the record calls withdrawn; asked only when
            the list beside the index cannot be relied on.

    Attributes:
        problems: what was wrong when the version was opened, but did not stop the answer.
    """

    def __init__(
        self, home: Path, encoder: Encoder, withdrawn: Callable[[], Iterable[str]] = tuple
    ) -> None:
        self._versions = Versions(home)
        self._encoder = encoder
        self._withdrawn = withdrawn
        self._lock = threading.Lock()
        self._stamp: tuple[object, ...] | None = None
        self._searcher: Searcher | None = None
        self.problems: tuple[str, ...] = ()

    def searcher(self) -> Searcher:
        """Return a searcher over the live version.

        Raises:
            NoIndex: nothing was ever built.
            VersionError: no version is sound, or the live one was made with another encoder;
                not while an earlier one is held, which then answers on.
        """
        with self._lock:
            stamp = self._versions.stamp()
            if self._searcher is None or stamp != self._stamp:
                self._searcher = self._open()
                self._stamp = stamp
            return self._searcher

    def _open(self) -> Searcher:
        hidden, damage = self._versions.withdrawn()
        self.problems = ()
        if damage is not None:
            hidden |= frozenset(self._withdrawn())
            self.problems = (damage,)
        held = self._searcher.version if self._searcher is not None else None
        if held is not None and held.manifest.id == self._versions.current_id():
            return Searcher(held, self._encoder, hidden)
        try:
            version = self._open_version()
        except VersionError as exc:
            if held is None:
                raise
            self.problems += (f"{exc}; still answering from version {held.manifest.id}",)
            version = held
        return Searcher(version, self._encoder, hidden)

    def _open_version(self) -> OpenVersion:
        directory, manifest, problems = self._versions.find_sound()
        self.problems += problems
        if manifest.encoder_digest != self._encoder.digest:
            raise VersionError(
                manifest.id,
                f"was made with another encoder ({manifest.encoder}) than the one configured"
                f" ({self._encoder.name}); run `kommunsvar reindex`",
            )
        return open_version(directory, manifest)

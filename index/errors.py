"""The branch of the error tree for finding.

KommunsvarError
├── VersionError         an index version is damaged, missing or not to be had
│   └── NoIndex          the home has no index version yet
├── IndexLocked          another reindex is under way
└── EncoderUnavailable   model files missing, altered or of the wrong shape
"""

from __future__ import annotations

from knowledge.errors import KommunsvarError

__all__ = ["EncoderUnavailable", "IndexLocked", "NoIndex", "VersionError"]


class VersionError(KommunsvarError):
    """An index version cannot be used.

    Attributes:
        version_id: the version, or None when none is meant.
    """

    def __init__(self, version_id: str | None, message: str) -> None:
        super().__init__(
            message if version_id is None else f"index version {version_id}: {message}"
        )
        self.version_id = version_id


class NoIndex(VersionError):
    """The home has no index version; `kommunsvar reindex` builds one."""

    def __init__(self, home: str) -> None:
        super().__init__(
            None,
            f"{home} has no index yet; `kommunsvar import FILE…` or `kommunsvar example` makes one",
        )


class IndexLocked(KommunsvarError):
    """Another process is building an index version."""


class EncoderUnavailable(KommunsvarError):
    """The encoder cannot be loaded, or gives vectors that cannot be used.

    Attributes:
        encoder: its name or folder, as configured.
    """

    def __init__(self, encoder: str, message: str) -> None:
        super().__init__(f"encoder {encoder}: {message}")
        self.encoder = encoder

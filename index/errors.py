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

    def __init__(self, version_id: str | None, message: str, *, swedish: str | None = None) -> None:
        super().__init__(
            message if version_id is None else f"index version {version_id}: {message}"
        )
        self.version_id = version_id
        self._swedish = swedish

    @property
    def swedish(self) -> str:
        """What was said for the registrar, else that the version is damaged."""
        which = "Indexet är skadat"
        if self.version_id is not None:
            which = f"Indexversion {self.version_id} är skadad"
        return self._swedish or (
            f"{which} och kan inte användas. Indexera om; hjälper inte det, be den som sköter"
            " Kommunsvar se efter."
        )


class NoIndex(VersionError):
    """The home has no index version; `kommunsvar reindex` builds one."""

    def __init__(self, home: str) -> None:
        super().__init__(
            None,
            f"{home} has no index yet; `kommunsvar import FILE…` or `kommunsvar example` makes one",
            swedish="Det finns inget index än: läs in ett svar först.",
        )


class IndexLocked(KommunsvarError):
    """Another process is building an index version."""

    @property
    def swedish(self) -> str:
        """That it is worth trying again."""
        return (
            "Ett annat arbete ändrar samlingen just nu och blev inte klart i tid. Inget är ändrat;"
            " försök igen om en stund."
        )


class EncoderUnavailable(KommunsvarError):
    """The encoder cannot be loaded, or gives vectors that cannot be used.

    Attributes:
        encoder: its name or folder, as configured.
    """

    def __init__(self, encoder: str, message: str) -> None:
        super().__init__(f"encoder {encoder}: {message}")
        self.encoder = encoder

    @property
    def swedish(self) -> str:
        """That nothing can be indexed."""
        return (
            f"Språkmodellen {self.encoder} går inte att använda, och utan den kan inget indexeras."
            " Det som är publicerat går att fråga om som förut. Be den som sköter Kommunsvar se"
            " efter."
        )

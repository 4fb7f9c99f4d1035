"""The original documents on disk: each kept once, as it came, under a safe name of its own."""

from __future__ import annotations

from pathlib import Path

from knowledge.disk import Writer, disk
from knowledge.file_names import safe_file_name

__all__ = ["Sources"]


class Sources:
    """A folder of documents; it is made when first written to.

    Args:
        folder: where they lie.
        writer: of the store whose documents these are.
    """

    def __init__(self, folder: Path, writer: Writer) -> None:
        self._folder = folder
        self._writer = writer

    def add(self, file_name: str, data: bytes) -> str:
        """Keep a document; return its name, as `Store.add_source` does.

        Raises:
            StoreError: the disk refuses.
        """
        wanted = Path(safe_file_name(file_name))
        with disk(self._folder):
            self._folder.mkdir(parents=True, exist_ok=True)
            name, number = wanted.name, 1
            while (path := self._folder / name).exists():
                if path.is_file() and path.read_bytes() == data:
                    return name
                number += 1
                name = f"{wanted.stem}-{number}{wanted.suffix}"
            self._writer.write({path: data}, self._folder)
        return name

    def read(self, file: str) -> bytes | None:
        """Return the bytes of a document, or None when it is missing.

        Raises:
            StoreError: the disk refuses.
        """
        path = self._folder / file
        if path.parent != self._folder or "\0" in file or file == "..":
            return None
        with disk(path):
            return path.read_bytes() if path.is_file() else None

    def drop(self, file: str) -> None:
        """Remove a document; a missing one is fine.

        Raises:
            StoreError: the disk refuses.
        """
        path = self._folder / file
        if path.parent == self._folder and file != "..":
            with disk(path):
                path.unlink(missing_ok=True)

"""What the process that reads documents may use."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Limits"]


@dataclass(frozen=True, slots=True)
class Limits:
    """The worker's limits.

    Attributes:
        wall_s: seconds for one document, processor and waiting alike.
        scan_wall_s: the same from when the reader asks for it (`knowledge.patience`), as it does
            before it runs OCR or LibreOffice.
        memory_bytes: address space, of the worker and of each program that it runs. Reading the
            example record takes 70 MB, the libraries in it; LibreOffice and OCR do with 1 GB.
        file_bytes: the largest file that may be written, in the worker's own temporary folder.
        open_files: how many files may be open at once; recognising text needs some hundred.
        documents: after so many the worker is replaced, so that no library's leak adds up.
    """

    wall_s: float = 60.0
    scan_wall_s: float = 900.0
    memory_bytes: int = 2 * 1024**3
    file_bytes: int = 512 * 1024**2
    open_files: int = 256
    documents: int = 200

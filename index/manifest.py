"""What an index version says of itself, and the check that its files are as they were written.

`manifest.yaml` holds everything, `manifest.sha256` its own checksum.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from index.confidence import Calibration
from index.errors import VersionError

__all__ = ["SCHEMA", "Manifest", "digest_of", "file_digests", "read_manifest", "write_manifest"]

SCHEMA = 4
"""Layout of an index version (docs/formats.md); another number is not opened."""

_NAME, _DIGEST = "manifest.yaml", "manifest.sha256"
# Large: between two of them a thread waits for its turn with Python.
_CHUNK_BYTES = 8 << 20
_CHECKED_AT_ONCE = 2
_REMEMBERED = 1_000  # files of some versions


@dataclass(frozen=True, slots=True)
class Manifest:
    """The facts of one version.

    Attributes:
        id: six digits, counting up.
        created: when it was built, with time zone.
        program: version of the program that built it.
        encoder: its configured name, digest and dimension.
        encoder_digest: what the vectors depend on.
        dim: dimensions of the vectors.
        replies: number of replies.
        passages: number of passages.
        latest: day of the latest reply.
        vectors: layout of the FAISS index and why it was chosen.
        calibration: confidence model and thresholds.
        files: SHA-256 of every other file, by name relative to the version's folder.
    """

    id: str
    created: datetime
    program: str
    encoder: str
    encoder_digest: str
    dim: int
    replies: int
    passages: int
    latest: date | None
    vectors: Mapping[str, str]
    calibration: Calibration
    files: Mapping[str, str]


def file_digests(directory: Path, known: Mapping[Path, str]) -> dict[str, str]:
    """Return the SHA-256 of every file below a version's folder but the manifest's own two.

    Args:
        directory: the version's folder.
        known: what was computed already, by path (`index.settling`).
    """
    return {
        path.relative_to(directory).as_posix(): known.get(path) or digest_of(path)
        for path in sorted(directory.rglob("*"))
        if path.is_file() and path.name not in {_NAME, _DIGEST} and not _is_lock(path)
    }


def _is_lock(path: Path) -> bool:
    """Tell the lexical engine's own empty lock files, which come and go as it opens."""
    return path.name.startswith(".tantivy-") and path.suffix == ".lock"


def write_manifest(directory: Path, manifest: Manifest) -> None:
    """Write `manifest.yaml` and its checksum."""
    import yaml

    fields = {
        "schema": SCHEMA,
        "id": manifest.id,
        "created": manifest.created.isoformat(timespec="seconds"),
        "program": manifest.program,
        "encoder": {
            "name": manifest.encoder,
            "digest": manifest.encoder_digest,
            "dim": manifest.dim,
        },
        "counts": {"replies": manifest.replies, "passages": manifest.passages},
        "latest": manifest.latest,
        "vectors": dict(manifest.vectors),
        "calibration": manifest.calibration.to_fields(),
        "files": dict(manifest.files),
    }
    data = yaml.safe_dump(fields, sort_keys=False, allow_unicode=True).encode()
    (directory / _NAME).write_bytes(data)
    (directory / _DIGEST).write_text(hashlib.sha256(data).hexdigest() + "\n", encoding="ascii")


def read_manifest(directory: Path, *, check_files: bool = True) -> Manifest:
    """Read a version's manifest and check that every file is as it was written.

    Args:
        directory: the version's folder; its name is the version's id.
        check_files: whether the other files are read and checked too.

    Raises:
        VersionError: something is missing, altered or of another schema.
    """
    import yaml

    version_id = directory.name
    try:
        data = (directory / _NAME).read_bytes()
        expected = (directory / _DIGEST).read_bytes().strip()
    except OSError as exc:
        raise VersionError(version_id, f"cannot be read ({exc.strerror})") from exc
    if hashlib.sha256(data).hexdigest().encode() != expected:
        raise VersionError(version_id, f"{_NAME} is not as it was written")
    fields = yaml.load(data, getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    if fields["schema"] != SCHEMA:
        raise VersionError(
            version_id,
            f"has schema {fields['schema']}, this program reads {SCHEMA};"
            " run `kommunsvar reindex --full`",
        )
    manifest = _from_fields(fields)
    if check_files:
        _check(directory, manifest.files)
    return manifest


def _from_fields(fields: dict[str, Any]) -> Manifest:
    return Manifest(
        id=fields["id"],
        created=datetime.fromisoformat(fields["created"]),
        program=fields["program"],
        encoder=fields["encoder"]["name"],
        encoder_digest=fields["encoder"]["digest"],
        dim=fields["encoder"]["dim"],
        replies=fields["counts"]["replies"],
        passages=fields["counts"]["passages"],
        latest=fields["latest"],
        vectors=fields["vectors"],
        calibration=Calibration.from_fields(fields["calibration"]),
        files=fields["files"],
    )


def _check(directory: Path, files: Mapping[str, str]) -> None:
    # Side by side: checksums need no Python, and an answer may be waiting for them.
    with ThreadPoolExecutor(_CHECKED_AT_ONCE, thread_name_prefix="checking") as threads:
        found = {name: threads.submit(digest_of, directory / name) for name in files}
        for name, digest in files.items():
            try:
                as_written = found[name].result() == digest
            except OSError as exc:
                said = f"{name} cannot be read ({exc.strerror})"
                raise VersionError(directory.name, said) from exc
            if not as_written:
                raise VersionError(directory.name, f"{name} is not as it was written")


def digest_of(path: Path) -> str:
    """Return a file's SHA-256; one that this process knows, as long as nobody wrote the file.

    A version's files are met again when it is made live, and when it is opened.

    Raises:
        OSError: it cannot be read.
    """
    status = path.stat()
    stamp = (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
    if stamp not in _known:
        digest = hashlib.sha256()
        held = memoryview(bytearray(min(status.st_size, _CHUNK_BYTES) or 1))
        with path.open("rb", buffering=0) as file:
            while count := file.readinto(held):
                digest.update(held[:count])
        if len(_known) >= _REMEMBERED:
            _known.clear()
        _known[stamp] = digest.hexdigest()
    return _known[stamp]


_known: dict[tuple[int, ...], str] = {}

"""The versions of an index on disk: staging, the switch, rollback, and opening a sound one.

    <home>/index/
      current              names the live version; replaced by rename
      withdrawn            ids of withdrawn replies, hidden whatever the version holds
      lock                 held (flock) by whoever builds or switches
      staging/             a version being built; swept by the next builder
      versions/000001/     immutable

The kernel drops the lock when its holder dies, so no crash leaves it behind.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from index.errors import IndexLocked, NoIndex, VersionError
from index.manifest import Manifest, read_manifest
from index.settling import flush
from knowledge.errors import KommunsvarError

__all__ = ["VersionInfo", "Versions", "replace_file"]

_POLL_S = 0.1
_HEAL = "run `kommunsvar reindex`"
_ID = re.compile(r"[0-9]{6}")


@dataclass(frozen=True, slots=True)
class VersionInfo:
    """One version, for a person to look at.

    Attributes:
        current: whether it is the one that `current` names.
        size_bytes: of all its files.
        problem: what is wrong with it, or None when it is sound.
    """

    id: str
    current: bool
    created: datetime | None
    replies: int
    passages: int
    encoder: str | None
    size_bytes: int
    problem: str | None

    @property
    def sound(self) -> bool:
        """Whether the version can be opened."""
        return self.problem is None


class Versions:
    """The index folder of one home."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._root = home / "index"
        self._versions = self._root / "versions"
        self._staging = self._root / "staging"
        self._current = self._root / "current"
        self._withdrawn = self._root / "withdrawn"

    def ids(self) -> tuple[str, ...]:
        """Return the ids of all versions on disk, oldest first."""
        if not self._versions.is_dir():
            return ()
        return tuple(
            sorted(
                path.name
                for path in self._versions.iterdir()
                if _ID.fullmatch(path.name) and path.is_dir()
            )
        )

    def current_id(self) -> str | None:
        """Return what the pointer names, sound or not, or None without a readable pointer."""
        try:
            return self._current.read_bytes().decode("ascii", errors="replace").strip() or None
        except OSError:
            return None

    def directory(self, version_id: str) -> Path:
        """Return the folder of a version on disk.

        Raises:
            VersionError: there is none with this id.
        """
        if version_id not in self.ids():
            known = ", ".join(self.ids()) or "none"
            raise VersionError(
                version_id,
                f"is not there; versions: {known}",
                swedish=f"Det finns ingen version {version_id}. De som finns: {known}.",
            )
        return self._versions / version_id

    def find_sound(self) -> tuple[Path, Manifest, tuple[str, ...]]:
        """Return the live version, or the newest sound one before it when it is damaged.

        Returns:
            Its folder, its manifest, and a sentence for everything that was wrong on the way.

        Raises:
            NoIndex: nothing was ever built.
            VersionError: no version is sound.
        """
        # In this order: a version is there before the pointer names it.
        current = self.current_id()
        ids = self.ids()
        if not ids:
            raise NoIndex(str(self._home))
        problems: list[str] = []
        if current is None:
            problems.append(f"{self._current} is missing or empty, or cannot be read")
        elif current not in ids:
            problems.append(f"{self._current} names {current!r}, which is not there")
        for version_id in _in_order_of_trust(ids, current):
            try:
                manifest = read_manifest(self._versions / version_id)
            except VersionError as exc:
                problems.append(str(exc))
                continue
            if problems:
                problems.append(
                    f"answering from version {version_id};"
                    " `kommunsvar reindex` builds a sound new one"
                )
            return self._versions / version_id, manifest, tuple(problems)
        raise VersionError(
            None, "; ".join([*problems, "no version is sound: run `kommunsvar reindex --full`"])
        )

    @contextmanager
    def checked_meanwhile(self) -> Iterator[None]:
        """Check the files of the live version beside other work; what is wrong is told later.

        Who asks for a sound version after the block gets it at once, as long as nobody wrote to
        it meanwhile.
        """
        thread = threading.Thread(target=self._check, name="checking", daemon=True)
        thread.start()
        yield
        thread.join()

    def _check(self) -> None:
        with suppress(KommunsvarError, OSError):
            self.find_sound()

    def infos(self) -> tuple[VersionInfo, ...]:
        """Describe every version, newest first; each one's files are checked."""
        current = self.current_id()
        return tuple(
            self._info(version_id, version_id == current) for version_id in reversed(self.ids())
        )

    def _info(self, version_id: str, current: bool) -> VersionInfo:
        directory = self._versions / version_id
        size = sum(path.stat().st_size for path in directory.rglob("*") if path.is_file())
        try:
            manifest = read_manifest(directory)
        except VersionError as exc:
            return VersionInfo(version_id, current, None, 0, 0, None, size, str(exc))
        return VersionInfo(
            id=version_id,
            current=current,
            created=manifest.created,
            replies=manifest.replies,
            passages=manifest.passages,
            encoder=manifest.encoder,
            size_bytes=size,
            problem=None,
        )

    # Building and switching: only while holding the lock.

    @contextmanager
    def lock(
        self, *, wait_s: float = 600.0, on_wait: Callable[[], None] | None = None
    ) -> Iterator[None]:
        """Hold the right to build and switch.

        Args:
            wait_s: how long to wait for another holder, in seconds.
            on_wait: called once when waiting begins.

        Raises:
            IndexLocked: another holder was still at it after `wait_s`.
        """
        self._root.mkdir(parents=True, exist_ok=True)
        deadline = time.monotonic() + wait_s
        with (self._root / "lock").open("ab") as file:
            waited = False
            while not _try_lock(file.fileno()):
                if not waited and on_wait is not None:
                    on_wait()
                waited = True
                if time.monotonic() >= deadline:
                    raise IndexLocked(
                        f"{self._root}: another command is changing the index;"
                        f" waited {wait_s:.0f} s. Run this again when it is done"
                    )
                time.sleep(_POLL_S)
            yield

    def sweep(self) -> None:
        """Remove what a crash left half written."""
        shutil.rmtree(self._staging, ignore_errors=True)
        for path in (self._current, self._withdrawn):
            for left in self._root.glob(_temporary_name(path, "*")):
                left.unlink(missing_ok=True)

    def stage(self) -> Path:
        """Return an empty folder for a new version, named by its id; sweep first, for room."""
        self.sweep()
        newest = max(map(int, self.ids()), default=0)
        directory = self._staging / f"{newest + 1:06d}"
        directory.mkdir(parents=True)
        return directory

    def publish(self, staged: Path) -> str:
        """Move a complete staged version in among the others and make it the live one."""
        for path in staged.rglob("*"):
            if path.is_file():
                flush(path)
        self._versions.mkdir(exist_ok=True)
        staged.rename(self._versions / staged.name)
        flush(self._versions)
        self.activate(staged.name)
        return staged.name

    def activate(self, version_id: str, accept: Callable[[Manifest], None] | None = None) -> None:
        """Make a version the live one, atomically.

        Args:
            version_id: which.
            accept: raises VersionError if this version is not to go live.

        Raises:
            VersionError: it is missing, damaged or not accepted; the live one stays.
        """
        manifest = read_manifest(self.directory(version_id))
        if accept is not None:
            accept(manifest)
        replace_file(self._current, f"{version_id}\n".encode())

    def rollback(
        self,
        version_id: str | None = None,
        accept: Callable[[Manifest], None] | None = None,
    ) -> VersionInfo:
        """Make an earlier version the live one.

        Args:
            version_id: which; None for the newest sound one before the live one.
            accept: raises VersionError if this version is not to go live.

        Raises:
            VersionError: there is none, or it is damaged or not accepted; the live one stays.
        """
        if version_id is None:
            current = self.current_id() or ""
            earlier = [info for info in self.infos() if info.id < current and info.sound]
            if not earlier:
                raise VersionError(
                    None,
                    "there is no earlier sound version to go back to",
                    swedish="Det finns ingen tidigare hel version att gå tillbaka till.",
                )
            version_id = earlier[0].id
        self.activate(version_id, accept)
        return self._info(version_id, current=True)

    def prune(self, keep: int = 3) -> tuple[str, ...]:
        """Remove all but the newest `keep` versions and the live one; return what went."""
        current = self.current_id()
        gone = tuple(name for name in self.ids()[:-keep] if name != current)
        for name in gone:
            # Out of the way first: whoever is killed meanwhile leaves no half of a version.
            self._staging.mkdir(exist_ok=True)
            going = self._staging / f"{name}.gone"
            (self._versions / name).rename(going)
            shutil.rmtree(going, ignore_errors=True)
        return gone

    # Withdrawn replies are hidden before, and whether or not, a version without them exists.

    def withdrawn(self) -> tuple[frozenset[str], str | None]:
        """Return the ids that must not be shown, whatever the open version holds.

        Returns:
            The ids, and what is wrong with the list, or None when it is as it was written.
        """
        try:
            digest, _, ids = self._withdrawn.read_bytes().partition(b"\n")
        except FileNotFoundError:
            # Every build writes the list before it switches.
            lost = self._current.exists()
            return frozenset(), f"{self._withdrawn} is missing; {_HEAL}" if lost else None
        problem = None
        if hashlib.sha256(ids).hexdigest().encode() != digest:
            problem = f"{self._withdrawn} is not as it was written; {_HEAL}"
        return frozenset(ids.decode(errors="replace").split()), problem

    def set_withdrawn(self, ids: Iterable[str]) -> None:
        """Replace the list of withdrawn replies: its checksum, then an id a line."""
        self._root.mkdir(parents=True, exist_ok=True)
        lines = "".join(f"{name}\n" for name in sorted(ids)).encode()
        replace_file(self._withdrawn, hashlib.sha256(lines).hexdigest().encode() + b"\n" + lines)

    def stamp(self) -> tuple[object, ...]:
        """Return a value that changes whenever another version or list goes live."""
        return tuple(_stamp(path) for path in (self._current, self._withdrawn))


def replace_file(path: Path, data: bytes) -> None:
    """Write a small file so that a reader, or a crash, sees the old or the new one, whole."""
    temporary = path.with_name(_temporary_name(path, str(os.getpid())))
    try:
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    flush(path.parent)


def _temporary_name(path: Path, writer: str) -> str:
    return f".{path.name}.{writer}"


def _in_order_of_trust(ids: tuple[str, ...], current: str | None) -> list[str]:
    """Order versions: the live one, those before it, newest first, and those after it last.

    A later version than the live one was left behind by a rollback.
    """
    if current is None or current not in ids:
        return list(reversed(ids))
    before = [name for name in reversed(ids) if name < current]
    after = [name for name in reversed(ids) if name > current]
    return [current, *before, *after]


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    return status.st_ino, status.st_mtime_ns

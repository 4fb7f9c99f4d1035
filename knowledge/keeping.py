"""The replies of a document into the record, with the document: all of them or none."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePath
from typing import Protocol

from knowledge import model
from knowledge.document import Converted
from knowledge.entries import ImportEntry, failed
from knowledge.errors import RecordError, StoreError
from knowledge.model import Reply, Source
from knowledge.planning import Plan
from knowledge.ports import Store

__all__ = ["ImportStore", "stored"]


class ImportStore(Store, Protocol):
    """A store that can also keep what was, and take back a document that was not needed."""

    def document_digests(self) -> frozenset[str]:
        """Return the SHA-256 of every document that a reply, or another text of one, is from.

        Raises:
            StoreError: the disk refuses.
        """

    def archive(self, reply_id: str, number: int, /) -> None:
        """Keep a copy of a record as it is written, as an earlier revision."""

    def save_waiting(self, reply: Reply, /) -> None:
        """Write a corrected text that waits to be published; one that waited goes."""

    def drop_waiting(self, reply_id: str, /) -> None:
        """Remove the corrected text that waits; none is fine."""

    def drop_source(self, file: str, /) -> None:
        """Remove an original document that no record names; a missing one is fine."""


def stored(
    store: ImportStore,
    file_name: str,
    data: bytes,
    converted: Converted | None,
    entries: Sequence[ImportEntry | Plan],
    after: Sequence[Reply],
) -> tuple[ImportEntry, ...]:
    """Store the sound replies with their document and the completed ones, all or none."""
    plans = [entry for entry in entries if isinstance(entry, Plan)]
    if not plans:
        return tuple(entry for entry in entries if isinstance(entry, ImportEntry))
    kept: list[str] = []
    why: str | None = None
    try:
        kept.append(store.add_source(file_name, data))
        if converted is not None:
            beside = f"{PurePath(kept[0]).stem}.konverterad.{converted.suffix}"
            kept.append(store.add_source(beside, converted.data))
        plans = [replace(plan, reply=_at(plan.reply, kept, converted)) for plan in plans]
        for plan in plans:
            if plan.replaced is not None and not plan.waits:
                store.archive(plan.replaced.id, plan.archived)
            if plan.waits:
                store.save_waiting(plan.reply)
        # The new ones last: killed in between, the same import again does the rest.
        store.save((*after, *(plan.reply for plan in plans if not plan.waits)))
        for plan in plans:
            if plan.replaced is not None and not plan.waits:
                store.drop_waiting(plan.reply.id)
    except (StoreError, RecordError) as error:
        left = "".join(_taken_back(store, file) or "" for file in kept)
        why = f"svaret kunde inte sparas: {error.swedish}{left}"
    done = iter(plans)
    return tuple(
        entry
        if isinstance(entry, ImportEntry)
        else next(done).entry(file_name)
        if why is None
        else failed(file_name, why, entry.draft.title)
        for entry in entries
    )


def _at(reply: Reply, kept: Sequence[str], converted: Converted | None) -> Reply:
    """Return a reply that names the files under which its document is kept."""
    assert reply.source is not None  # every imported reply has one
    made = None
    if converted is not None:
        made = model.Converted(kept[1], hashlib.sha256(converted.data).hexdigest())
    return replace(reply, source=replace(reply.source, file=kept[0], converted=made))


def _taken_back(store: ImportStore, file: str) -> str | None:
    """Remove a document whose replies were not stored; say so where even that fails."""
    try:
        replies, _ = store.load_all()
        revisions, broken = store.revisions()
        named = [*replies, *(one.reply for one in revisions)]
        if not broken and not any(one.source and file in _files(one.source) for one in named):
            store.drop_source(file)
    except StoreError as error:
        return f" Dokumentet {file} ligger kvar bland källorna: {error.swedish}"
    return None


def _files(source: Source) -> tuple[str, ...]:
    made = source.converted
    return (source.file,) if made is None else (source.file, made.file)

"""Filters to allowed rows, applied before the top k is taken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from index.model import Filters, IndexedReply, Mask
from knowledge.model import PassageKind, Person

__all__ = ["KIND_CODES", "allowed_rows"]

KIND_CODES: dict[PassageKind, int] = {kind: code for code, kind in enumerate(PassageKind)}
"""The number by which a passage kind is kept in the columns of an index version."""


def allowed_rows(
    filters: Filters,
    replies: Sequence[IndexedReply],
    reply_rows: NDArray[np.int32],
    kinds: NDArray[np.uint8],
    hidden: frozenset[str] = frozenset(),
) -> Mask | None:
    """Say which passages may be found.

    Args:
        filters: what is asked for.
        replies: all replies of the version.
        reply_rows: shape (passages,): each passage's position in `replies`.
        kinds: shape (passages,): each passage's `KIND_CODES`.
        hidden: ids of replies that must not be found, whatever the filters say.

    Returns:
        Shape (passages,), or None when every passage is allowed.
    """
    if filters == Filters() and not hidden:
        return None
    mask: Mask = np.ones(len(kinds), dtype=np.bool_)
    if hidden or replace(filters, kinds=frozenset()) != Filters():
        passes = np.fromiter(
            (reply.id not in hidden and _matches(filters, reply) for reply in replies),
            dtype=np.bool_,
            count=len(replies),
        )
        mask = passes[reply_rows]
    if filters.kinds:
        wanted = np.zeros(len(KIND_CODES), dtype=np.bool_)
        wanted[[KIND_CODES[kind] for kind in filters.kinds]] = True
        mask = mask & wanted[kinds]
    return None if mask.all() else mask


def _matches(filters: Filters, reply: IndexedReply) -> bool:
    if filters.date_from or filters.date_to:
        if reply.answered_on is None:
            return False
        if filters.date_from and reply.answered_on < filters.date_from:
            return False
        if filters.date_to and reply.answered_on > filters.date_to:
            return False
    people = reply.interpellants + reply.respondents
    if filters.party and not any(_same(person.party, filters.party) for person in people):
        return False
    return _named(reply.respondents, filters.respondent) and _named(
        reply.interpellants, filters.interpellant
    )


def _same(party: str | None, wanted: str) -> bool:
    return party is not None and party.casefold() == wanted.strip().casefold()


def _named(people: tuple[Person, ...], wanted: str | None) -> bool:
    if not wanted:
        return True
    part = wanted.strip().casefold()
    return any(part in person.name.casefold() for person in people)

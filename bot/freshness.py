"""Whether the record still is what the live index was built from."""

from __future__ import annotations

from collections.abc import Mapping

from knowledge.errors import RecordError, StoreError, UnknownReply
from knowledge.model import Status
from knowledge.store import YamlStore

__all__ = ["record_problems"]

_INDEXED = "the index still answers from its last sound form"
_LEFT_OUT = "it is not in the index; mend it and run `kommunsvar reindex`"


def record_problems(store: YamlStore, built_from: Mapping[str, str]) -> tuple[str, ...]:
    """Say what in the record has changed since the index was built.

    Args:
        store: the record.
        built_from: fingerprint of each record file that was sound at the time.

    Returns:
        A sentence for every broken record file, and one that counts the sound changed ones.
    """
    problems: list[str] = []
    waiting = 0
    try:
        changed = store.changed_since(built_from)
        for reply_id in changed:
            try:
                reply = store.load(reply_id)
                if reply.status is Status.DRAFT and reply_id not in built_from:
                    continue  # A new draft is not meant to be in the index.
            except RecordError as exc:
                problems.append(f"{exc}; {_INDEXED if reply_id in built_from else _LEFT_OUT}")
                continue
            except UnknownReply:
                pass  # Removed by hand: a change like any other.
            waiting += 1
    except StoreError as exc:
        return (f"{exc}; the index still answers",)
    if waiting:
        problems.append(
            f"the record has changed in {waiting} file{'s' if waiting > 1 else ''} since the index"
            " was built; `kommunsvar reindex` takes this in"
        )
    return tuple(problems)

"""The proof that the live version holds what the record says, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable

from index.build import indexed_passage
from index.errors import NoIndex, VersionError
from index.table import Table
from index.versions import Versions
from knowledge.model import Reply, Status

__all__ = ["index_errors"]


def index_errors(versions: Versions, replies: Iterable[Reply]) -> list[str]:
    """Compare every passage of the live version with what the record says it is.

    Args:
        versions: the index folder; nothing is wrong where nothing was ever built.
        replies: every sound reply of the record.

    Returns:
        A sentence for each fault.
    """
    try:
        directory, _, problems = versions.find_sound()
    except NoIndex:
        return []
    except VersionError as exc:
        return [str(exc)]
    expected = {
        f"{reply.id}#{passage.id}": indexed_passage(reply, passage)
        for reply in replies
        if reply.status is Status.PUBLISHED
        for passage in reply.passages
    }
    table = Table(directory)
    hidden, damage = versions.withdrawn()
    errors = [*problems, *([damage] if damage else [])]
    for row in range(len(table)):
        passage = table.passage(row)
        if table.reply_of(row).id in hidden:
            continue
        if expected.pop(passage.id, None) != passage:
            errors.append(f"{passage.id}: the index differs from the record; run reindex")
    errors += [f"{one}: published but not in the index; run reindex" for one in expected]
    return errors

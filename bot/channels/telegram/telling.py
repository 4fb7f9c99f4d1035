"""What staff and admins are told of work: how far it is, what came of it, why it failed.

How documents are read is remarked on in Swedish alone (`knowledge`); where somebody is spoken to in
another language, that is said.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from bot.catalogue import Catalogue
from bot.logs import event
from bot.render.preview import CHAT, import_text
from bot.render.runs import Block, Mark, Run, clean
from bot.render.style import PLAIN
from bot.render.upkeep import build_text, doing_text, problems_text, total_text
from knowledge.errors import KommunsvarError, UnknownReply
from knowledge.importing import ImportEntry, ImportStatus

if TYPE_CHECKING:  # the work is done in another process; loading it takes time and memory
    from bot.administration import ImportReport, ReviewReport
    from index.reindex import BuildReport

__all__ = ["built", "imported", "named", "preview", "progress_text", "reviewed", "why"]

_COMMANDS = {
    "kommunsvar publish": "/publicera",
    "kommunsvar withdraw": "/dra_tillbaka",
    "kommunsvar reindex": "/indexera",
}
"""What the command line's commands are called here."""


def progress_text(say: Catalogue, latest: tuple[str, int, int] | None) -> str:
    """Return how far a piece of work is.

    Args:
        say: the catalogue.
        latest: what is being done, as the administration names it, how much of it is done, and of
            how much, 0 where that is not known; None where nothing was told yet.
    """
    if latest is None:
        return say("working")
    what, done, total = latest
    doing = doing_text(what, say)
    return say("progress", what=doing, done=done, total=total) if total else f"{doing} …"


def named(report: ImportReport, path: Path) -> tuple[ImportEntry, ...]:
    """Return the entries with the document's name instead of where it is kept."""
    return tuple(
        replace(one, file=one.file.replace(str(path), path.name)) for one in report.entries
    )


def preview(entry: ImportEntry, say: Catalogue) -> Block:
    """Return how a reply is understood, before anything is kept."""
    text = _with_commands(import_text(entry, PLAIN, say, dry_run=True, layout=CHAT))
    first, _, rest = text.partition("\n")
    return Block(head=(Run(clean(first) + "\n", Mark.BOLD),), body=Run(clean(rest)))


def imported(
    entries: Iterable[ImportEntry], build: BuildReport | None, say: Catalogue, *, publish: bool
) -> str:
    """Return what came of a document."""
    entries = tuple(entries)
    failed = [one for one in entries if one.status is ImportStatus.FAILED]
    parts = [import_text(one, PLAIN, say, dry_run=False, layout=CHAT) for one in failed]
    parts.append(total_text(entries, say))
    if build is not None:
        parts.append(built(build, say))
    done = "done_published" if publish else "done_draft"
    parts.append(say("done_with_doubts" if failed else done))
    parts += [f"/publicera {one.reply_id}" for one in entries if one.reply_id and not publish]
    return "\n".join(parts)


def reviewed(report: ReviewReport, key: str, say: Catalogue) -> str:
    """Return which replies have another status now.

    Args:
        report: what was done.
        key: what is said of each, in the catalogues.
        say: the catalogue.
    """
    lines = [say(key, reply=one.id) for one in report.replies]
    return "\n".join([*lines, built(report.build, say)])


def built(build: BuildReport, say: Catalogue) -> str:
    """Return how an indexing went; what was wrong is told in full in the operator's log."""
    for one in build.problems:
        event("warning", text=" ".join(one.split()))
    return "\n".join(filter(None, (build_text(build, say), problems_text(build, say))))


def why(error: KommunsvarError, say: Catalogue, home: Path) -> str:
    """Return why something did not work.

    Args:
        error: says it in Swedish for registrars, and in English for operators.
        say: the catalogue.
        home: its place on the disk is no admin's.
    """
    if say.is_swedish:
        return error.swedish
    if isinstance(error, UnknownReply):
        return say("unknown_reply", id=error.reply_id)
    said = str(error)
    if said == error.swedish:
        return f"{said}\n{say('remarks_in_swedish')}"
    said = _with_commands(said.replace(f"{home}/", "")).replace("`", "")
    if said.partition(" ")[0].isalpha():
        said = said[0].upper() + said[1:]
    return said if said.endswith(".") else f"{said}."


def _with_commands(text: str) -> str:
    for there, here in _COMMANDS.items():
        text = text.replace(there, here)
    return text

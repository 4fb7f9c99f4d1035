"""The registrar's commands: replies in and out, index versions, the proof."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from bot.cli.session import Session, cleaned, session_of, tell
from bot.errors import UsageError

if TYPE_CHECKING:
    from bot.administration import ImportReport, ReviewReport

__all__ = [
    "COMMANDS",
    "example",
    "import_",
    "publish",
    "reindex",
    "rollback",
    "verify",
    "versions",
    "withdraw",
]

_JSON = typer.Option(False, "--json", help="Print one JSON document.")
_IDS = typer.Argument(metavar="ID", help="Reply ids.")


def import_(
    context: typer.Context,
    files: list[Path] = typer.Argument(
        metavar="FILE", help="Documents, and folders or zips of them."
    ),
    dry_run: bool = typer.Option(
        False, "--dry-run", help="Show what is understood, store nothing."
    ),
    draft: bool = typer.Option(False, "--draft", help="Store as drafts, publish nothing."),
    as_json: bool = _JSON,
) -> None:
    """Read replies from documents, store, publish and index them.

    Shows what was understood of each, and what is doubtful.
    """
    session = session_of(context)
    _refuse_own(session, files)
    with session.administration() as administration:
        report = administration.import_files(files, dry_run=dry_run, publish=not draft)
    if not report.entries:
        raise UsageError(f"no documents in {', '.join(map(str, files))}")
    _report_import(session, report, as_json, preview=True, dry_run=dry_run)


def _refuse_own(session: Session, files: list[Path]) -> None:
    """Keep what the program itself has written from being read as documents.

    Raises:
        UsageError: a path lies in the record or the index, or holds the record.
    """
    from bot import texts

    home = session.home.resolve()
    record = home / "knowledge"
    for path in files:
        real = path.resolve()
        own = any(real.is_relative_to(folder) for folder in (record, home / "index"))
        if own or (record.is_dir() and record.is_relative_to(real)):
            raise UsageError(texts.IMPORT_OWN.format(path=path))


def example(context: typer.Context, as_json: bool = _JSON) -> None:
    """Load the example record of a made-up municipality."""
    session = session_of(context)
    with session.administration() as administration:
        report = administration.load_examples()
    _report_import(session, report, as_json)


def _report_import(
    session: Session,
    report: ImportReport,
    as_json: bool,
    *,
    preview: bool = False,
    dry_run: bool = False,
) -> None:
    """Print an import; with `preview` also what was understood of each reply."""
    session.failed = any(entry.status == "failed" for entry in report.entries)
    if report.build is not None:
        tell(report.build.problems)
    if as_json:
        from bot.render import json, upkeep_json

        print(json.dump(upkeep_json.imported(report)))
        return
    from bot.catalogue import catalogue_for
    from bot.render import preview as previews
    from bot.render import upkeep
    from bot.render.style import style_for

    style, say = style_for(sys.stdout), catalogue_for()
    for entry in report.entries:
        if preview or entry.status == "failed":
            print(f"{previews.import_text(entry, style, say, dry_run=dry_run)}\n")
    print(upkeep.total_text(report.entries, say))
    if report.build is not None:
        print(upkeep.build_text(report.build, say))


def publish(context: typer.Context, ids: list[str] = _IDS, as_json: bool = _JSON) -> None:
    """Publish drafts, and the index with them."""
    session = session_of(context)
    with session.administration() as administration:
        report = administration.publish([cleaned(one).strip() for one in ids])
    _report_review(report, as_json, withdrawn=False)


def withdraw(
    context: typer.Context,
    ids: list[str] = _IDS,
    reason: str = typer.Option(..., "--reason", metavar="TEXT", help="Why; kept in the record."),
    as_json: bool = _JSON,
) -> None:
    """Take replies out of the answers at once, and out of the index."""
    session = session_of(context)
    if not cleaned(reason).strip():
        raise UsageError("--reason must say why")
    with session.administration() as administration:
        report = administration.withdraw(
            [cleaned(one).strip() for one in ids], cleaned(reason).strip()
        )
    _report_review(report, as_json, withdrawn=True)


def _report_review(report: ReviewReport, as_json: bool, *, withdrawn: bool) -> None:
    tell(report.build.problems)
    if as_json:
        from bot.render import json, upkeep_json

        print(json.dump(upkeep_json.reviewed(report)))
        return
    from bot.catalogue import catalogue_for
    from bot.render import upkeep

    say = catalogue_for()
    for reply in report.replies:
        print(say("withdrawn" if withdrawn else "published", reply=reply.id))
    print(upkeep.build_text(report.build, say))


def reindex(
    context: typer.Context,
    full: bool = typer.Option(False, "--full", help="Encode every passage again."),
    as_json: bool = _JSON,
) -> None:
    """Build a new index version from the record and switch to it."""
    session = session_of(context)
    with session.administration() as administration:
        report = administration.reindex(full=full)
    tell(report.problems)
    if as_json:
        from bot.render import json, upkeep_json

        print(json.dump(upkeep_json.build(report)))
    else:
        from bot.catalogue import catalogue_for
        from bot.render import upkeep

        print(upkeep.build_text(report, catalogue_for()))


def versions(context: typer.Context, as_json: bool = _JSON) -> None:
    """List the index versions, newest first."""
    session = session_of(context)
    with session.administration() as administration:
        infos = administration.versions()
    if as_json:
        from bot.render import json, upkeep_json

        print(json.dump(upkeep_json.versions(infos)))
    else:
        from bot.render import upkeep
        from bot.render.style import style_for

        print(upkeep.versions_text(infos, style_for(sys.stdout)))


def rollback(
    context: typer.Context,
    version: str | None = typer.Argument(
        None,
        metavar="[VERSION]",
        help="Which; the newest sound one before the live one if left out.",
    ),
    as_json: bool = _JSON,
) -> None:
    """Make an earlier index version the live one."""
    session = session_of(context)
    with session.administration() as administration:
        info = administration.rollback(None if version is None else cleaned(version).strip())
    if as_json:
        from bot.render import json, upkeep_json

        print(json.dump(upkeep_json.version(info)))
    else:
        from bot.catalogue import catalogue_for
        from bot.render import upkeep

        print(upkeep.rolled_back_text(info, catalogue_for()))


def verify(context: typer.Context, as_json: bool = _JSON) -> None:
    """Prove that every passage stands word for word in its source."""
    session = session_of(context)
    with session.administration() as administration:
        report = administration.verify()
    session.failed = bool(report.errors)
    if as_json:
        from bot.render import json, upkeep_json

        print(json.dump(upkeep_json.verified(report)))
    else:
        from bot.render import upkeep
        from bot.render.style import style_for

        print(upkeep.verify_text(report, style_for(sys.stdout)))


COMMANDS = (import_, publish, withdraw, reindex, example, versions, rollback, verify)

"""What admins can do: documents in with a preview, drafts, withdrawing, versions, state."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from telegram import CallbackQuery
from telegram.error import TelegramError

from bot.audit import AuditLog
from bot.channels.telegram.data import Action, Pressed, button, digest
from bot.channels.telegram.desk import Desk, Talk, today
from bot.channels.telegram.inbox import Inbox
from bot.channels.telegram.telling import (
    built,
    imported,
    named,
    preview,
    progress_text,
    reviewed,
    why,
)
from bot.logs import event, problem
from bot.office import Job, Office
from bot.render.runs import Block, Mark, Run, clean
from bot.render.telegram import Button, label, letters
from bot.render.upkeep import rolled_back_text, versions_brief
from knowledge.errors import KommunsvarError, ReviewStateError, UnknownReply
from knowledge.importing import ImportStatus

if TYPE_CHECKING:  # the work is done in another process; loading it takes time and memory
    from bot.administration import ImportReport, ReviewReport
    from index.reindex import BuildReport

__all__ = ["Admins"]

T = TypeVar("T")

_EXAMPLE_ID = "2025-03-17-skolskjutsen-pa-landsbygden"
_DRAFTS_SHOWN = 20
_LOOK_S = 1.0
"""Progress is shown at most once in this time: Telegram allows about one edit a second."""


class Admins:
    """The admins' handlers; the router lets nobody else in.

    Args:
        desk: the parts of the channel.
        office: changes the home.
        audit: what is done is written there.
        inbox: keeps documents until it is decided what becomes of them.
    """

    def __init__(
        self,
        desk: Desk,
        office: Office,
        audit: AuditLog,
        inbox: Inbox,
    ) -> None:
        self._desk = desk
        self._office = office
        self._audit = audit
        self._inbox = inbox

    async def document(self, talk: Talk, name: str, data: bytes) -> None:
        """Show how a document is understood, and ask what to do with it."""
        desk, say = self._desk, talk.say
        await desk.run(self._inbox.sweep)
        key = await desk.run(self._inbox.keep, name, data)
        path = self._inbox.find(key)
        if path is None:
            raise FileNotFoundError(key)
        message_id = await desk.outbox.send(
            talk.place, desk.writer(talk).text(say("reading", file=name))[0], talk.message_id
        )

        def work(job: Job) -> ImportReport:
            return self._office.import_files(job, [path], dry_run=True, publish=True)

        try:
            report = await self._work(talk, message_id, work)
        except KommunsvarError as exc:
            await self._explain(talk, message_id, "preview", exc)
            return
        entries = named(report, path)
        worth = any(entry.status is ImportStatus.IMPORTED for entry in entries)
        choices = [
            (
                Button(say("button_similar"), button(Action.SIMILAR_UPLOAD, key)),
                Button(say("button_cancel"), button(Action.CANCEL_UPLOAD, key)),
            )
        ]
        if worth:
            publish = Button(say("button_publish"), button(Action.PUBLISH_UPLOAD, key))
            draft = Button(say("button_draft"), button(Action.DRAFT_UPLOAD, key))
            choices.insert(0, (publish, draft))
        blocks = [preview(entry, say) for entry in entries]
        first, *others = letters(blocks, tuple(choices))
        await desk.outbox.edit(talk.place, message_id, first)
        for letter in others:
            await desk.outbox.send(talk.place, letter)

    async def press(self, talk: Talk, query: CallbackQuery, pressed: Pressed) -> None:
        """Publish, keep as a draft or cancel a document; publish a draft."""
        desk = self._desk
        match pressed:
            case Pressed(Action.PUBLISH_UPLOAD, (key,)):
                await self._decide(talk, query, key, publish=True)
            case Pressed(Action.DRAFT_UPLOAD, (key,)):
                await self._decide(talk, query, key, publish=False)
            case Pressed(Action.CANCEL_UPLOAD, (key,)):
                found = self._inbox.find(key)
                self._inbox.drop(key)
                await desk.outbox.toast(query.id)
                said = "cancelled" if found else "upload_gone"
                await self._say_in(talk, talk.message_id, talk.say(said))
            case Pressed(Action.PUBLISH, (given,)):
                reply_id = await desk.run(desk.resolver.reply_id, given)
                if reply_id is None:
                    await desk.outbox.toast(query.id, talk.say("gone"), alert=True)
                    return
                await desk.outbox.toast(query.id)
                await self.publish(talk, reply_id)
            case _:
                await desk.outbox.toast(query.id, talk.say("old_button"), alert=True)

    def upload(self, key: str) -> Path | None:
        """Return where a document that an admin sent is kept."""
        return self._inbox.find(key)

    async def drafts(self, talk: Talk, _: str) -> None:
        """List what waits to be published."""
        desk, say = self._desk, talk.say
        drafts = await desk.look_up(talk.place, desk.service.drafts)
        if not drafts:
            await desk.tell(talk, "drafts_none")
            return
        title = Run(say.count("drafts", len(drafts)), Mark.BOLD)
        blocks = [Block(head=(title,))]
        rows = []
        for number, one in enumerate(drafts[:_DRAFTS_SHOWN], start=1):
            name = clean(" ".join((one.title or one.id).split()))
            if one.revision > 1:
                name = say("draft_correction", title=name)
            blocks.append(Block(head=(Run(f"{number}. {name}\n"), Run(one.id, Mark.CODE))))
            publish = label(f"{say('button_publish')} {number}. {name}")
            rows.append((Button(publish, button(Action.PUBLISH, digest(one.id))),))
        if len(drafts) > _DRAFTS_SHOWN:
            more = say("drafts_more", count=len(drafts) - _DRAFTS_SHOWN)
            blocks.append(Block(head=(Run(more),)))
        await desk.send(talk, letters(blocks, tuple(rows)))

    async def publish(self, talk: Talk, id: str) -> None:
        """Publish a draft."""
        if not id:
            await self._desk.tell(talk, "publish_how", example=_EXAMPLE_ID)
            return
        ids = id.split()

        def work(job: Job) -> ReviewReport:
            return self._office.publish(job, ids)

        def said(report: ReviewReport) -> str:
            return reviewed(report, "published", talk.say)

        await self._change(talk, "publish", work, said, ids, link=ids[0])

    async def withdraw(self, talk: Talk, text: str) -> None:
        """Take a reply out of the answers."""
        id, _, reason = text.partition(" ")
        reason = reason.strip()
        if not id or not reason:
            await self._desk.tell(talk, "withdraw_how", example=_EXAMPLE_ID)
            return

        def work(job: Job) -> ReviewReport:
            return self._office.withdraw(job, [id], reason)

        def said(report: ReviewReport) -> str:
            return reviewed(report, "withdrawn", talk.say)

        await self._change(talk, "withdraw", work, said, [id], reason=reason)

    async def reindex(self, talk: Talk, _: str) -> None:
        """Build a version from the record, and switch to it."""

        def said(build: BuildReport) -> str:
            return built(build, talk.say)

        await self._change(talk, "reindex", self._office.reindex, said, [])

    async def rollback(self, talk: Talk, version: str) -> None:
        """Make an earlier version the live one."""
        known = [info.id for info in await self._desk.run(self._office.versions)]
        if version and version not in known:
            await self._write_down(_who(talk), "rollback", "failed", [], {"version": version})
            await self._desk.tell(
                talk, "unknown_version", version=version, versions=", ".join(known)
            )
            return
        await self._change(
            talk,
            "rollback",
            lambda job: self._office.rollback(job, version or None),
            lambda info: rolled_back_text(info, talk.say),
            [],
            version=version or None,
        )

    async def versions(self, talk: Talk, _: str) -> None:
        """List the index versions."""
        infos = await self._desk.run(self._office.versions)
        text = versions_brief(infos, talk.say)
        await self._desk.send(talk, letters([Block(body=Run(clean(text), Mark.CODE))]))

    async def status(self, talk: Talk, _: str) -> None:
        """Say how things are."""
        desk, say = self._desk, talk.say
        searched = await desk.run(desk.service.searched)
        minutes = int(time.monotonic() - desk.started_s) // 60
        uptime = say("uptime", days=minutes // 1440, hours=minutes // 60 % 24, minutes=minutes % 60)
        await desk.tell(
            talk,
            "status",
            version=await desk.run(desk.service.version),
            replies=say.count("replies", searched.replies),
            passages=say.count("passages", searched.passages),
            drafts=len(await desk.run(desk.service.drafts)),
            uptime=uptime,
            questions=desk.ledger.questions_on(today()),
            error=desk.ledger.noted("last error") or say("status_no_error"),
        )

    async def _decide(self, talk: Talk, query: CallbackQuery, key: str, *, publish: bool) -> None:
        desk, say = self._desk, talk.say
        path = self._inbox.find(key)
        await desk.outbox.toast(query.id)
        if path is None:
            await self._say_in(talk, talk.message_id, say("upload_gone"))
            return

        def work(job: Job) -> ImportReport:
            return self._office.import_files(job, [path], dry_run=False, publish=publish)

        def said(report: ImportReport) -> str:
            return imported(named(report, path), report.build, say, publish=publish)

        report = await self._change(
            talk,
            "publish document" if publish else "draft document",
            work,
            said,
            [],
            in_message=talk.message_id,
            file=path.name,
            link=_first_passage if publish else None,
            changed=_stored,
        )
        if report is not None:
            self._inbox.drop(key)

    async def _change(
        self,
        talk: Talk,
        what: str,
        work: Callable[[Job], T],
        said: Callable[[T], str],
        ids: list[str],
        *,
        in_message: int | None = None,
        link: str | Callable[[T], str | None] | None = None,
        changed: Callable[[T], list[str]] | None = None,
        **audited: object,
    ) -> T | None:
        """Do an admin's work with progress in a message, write it down, and say how it went.

        Returns:
            What came of it, or None when it failed, which is then said.
        """
        desk, say = self._desk, talk.say
        if in_message is None:
            letter = desk.writer(talk).text(say("working"))[0]
            in_message = await desk.outbox.send(talk.place, letter)
        who = _who(talk)
        try:
            result = await self._work(talk, in_message, work)
        except KommunsvarError as exc:
            await self._write_down(who, what, "failed", ids, audited)
            await self._explain(talk, in_message, what, exc)
            return None
        except Exception:
            await self._write_down(who, what, "failed", ids, audited)
            raise
        done = ids if changed is None else changed(result)
        await self._write_down(who, what, "done", done, audited)
        event("admin action", what=what)
        target = link(result) if callable(link) else link
        rows = ((Button(say("button_ask"), url=desk.link(target)),),) if target else ()
        first, *others = desk.writer(talk).text(said(result), rows)
        await desk.outbox.edit(talk.place, in_message, first)
        for letter in others:
            await desk.outbox.send(talk.place, letter)
        return result

    async def _write_down(
        self, who: str, what: str, outcome: str, ids: list[str], fields: dict[str, object]
    ) -> None:
        try:
            more = {"replies": ids, **fields} if ids else fields
            await self._desk.run(self._audit.record, who, what, outcome, **more)
        except OSError as exc:
            problem("audit log not written", exc)

    async def _work(self, talk: Talk, message_id: int, work: Callable[[Job], T]) -> T:
        """Do work one piece at a time, and show in a message how far it is."""
        latest: tuple[str, int, int] | None = None

        def progress(what: str, done: int, total: int) -> None:
            nonlocal latest
            latest = what, done, total

        task = asyncio.ensure_future(self._in_office(lambda: work(Job(_who(talk), progress))))
        shown = ""
        while not (await asyncio.wait([task], timeout=_LOOK_S))[0]:
            text = progress_text(talk.say, latest)
            if text != shown:
                shown = text
                with suppress(TelegramError):  # the next look shows more
                    await self._say_in(talk, message_id, text)
        return await task

    async def _explain(self, talk: Talk, message_id: int, what: str, exc: KommunsvarError) -> None:
        """Tell an admin why it did not work, and the operator's log the rest."""
        # What a person wrote stays out of the log.
        quotes = isinstance(exc, (UnknownReply, ReviewStateError))
        detail = None if quotes else " ".join(str(exc).split())
        event("admin action failed", what=what, kind=type(exc).__name__, detail=detail)
        said = why(exc, talk.say, self._desk.settings.home)
        await self._say_in(talk, message_id, talk.say("failed", detail=said))

    async def _in_office(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._desk.office, work)

    async def _say_in(self, talk: Talk, message_id: int, text: str) -> None:
        await self._desk.outbox.edit(talk.place, message_id, self._desk.writer(talk).text(text)[0])


def _first_passage(report: ImportReport) -> str | None:
    for entry in report.entries:
        if entry.reply is not None and entry.status is not ImportStatus.FAILED:
            return f"{entry.reply.id}#{entry.reply.passages[0].id}"
    return None


def _stored(report: ImportReport) -> list[str]:
    return [one.reply_id for one in report.entries if one.reply_id is not None]


def _who(talk: Talk) -> str:
    """Return how the audit log and the replies' histories name an admin."""
    return f"telegram:{talk.user_id}"

"""The running service: Telegram, and where its health is told."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import typer

from bot.cli.session import Session, notice, session_of
from bot.errors import UsageError

if TYPE_CHECKING:
    from bot.channels.telegram.answering import Answering, AskingTwin
    from bot.service import Service

__all__ = ["COMMANDS", "serve"]

_NO_TOKEN = (
    "No Telegram token: write /newbot to @BotFather in Telegram, and start again with"
    " KOMMUNSVAR_TELEGRAM_TOKEN set to the token that it gives you.\n"
    "Without Telegram: `{chat}` talks with the bot here in the terminal."
)
_NO_WEB = "kommunsvar: the web chat is not there yet; --web {address} is ignored"


def serve(
    context: typer.Context,
    web: str | None = typer.Option(
        None, "--web", metavar="HOST:PORT", help="Where the web chat listens (not there yet)."
    ),
    no_telegram: bool = typer.Option(False, "--no-telegram", help="Leave Telegram off."),
) -> None:
    """Run the bot: Telegram when a token is set. Ends with SIGTERM or Ctrl-C."""
    session = session_of(context)
    if web is not None:
        _check_address(web)
        notice(_NO_WEB.format(address=web))
    if no_telegram:
        raise UsageError("--no-telegram leaves nothing to serve: the web chat is not there yet")
    if session.settings.telegram.token is None:
        notice(_NO_TOKEN.format(chat=_chat_command(session)))
        raise typer.Exit(2)
    _serve(session)


def _check_address(text: str) -> None:
    from bot.setting_types import address

    try:
        address(text)
    except ValueError as exc:
        raise UsageError(f"--web {text}: not HOST:PORT, such as 127.0.0.1:8080") from exc


def _chat_command(session: Session) -> str:
    import shlex

    return f"{shlex.quote(_program())} --home {shlex.quote(str(session.home))} chat"


def _program() -> str:
    """Return what starts the program in this shell, where it may not lie on the path."""
    import shutil
    from pathlib import Path

    started, name = Path(sys.argv[0]), "kommunsvar"
    found = shutil.which(name)
    here = started.name == name and started.is_file()
    on_path = found is not None and here and started.samefile(found)
    return str(started) if here and not on_path else name


def _serve(session: Session) -> None:
    import asyncio

    from bot.channels.telegram.answering import Answering
    from bot.logs import start_logging
    from bot.twin import Twin
    from bot.wiring import open_service

    start_logging(sys.stderr)
    service = open_service(session.settings)
    answering = Answering(service, session.settings)
    twin = Twin.fork(answering)
    try:
        asyncio.run(_run(session, service, answering, twin))
    finally:
        if twin is not None:
            twin.close()


async def _run(
    session: Session, service: Service, answering: Answering, twin: AskingTwin | None
) -> None:
    """Run the channel and the health address until a signal comes."""
    import asyncio
    import signal

    from bot.channels.telegram.channel import TelegramChannel
    from bot.health import Health
    from bot.logs import event

    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    for warning in service.warnings:
        event("warning", text=" ".join(warning.split()))
    channel = TelegramChannel(session.settings, service, answering, twin)
    health = Health(lambda: _state(channel.state, service))
    if twin is not None:
        await twin.meet()
    try:
        await health.start(session.settings.health.listen)
        await channel.run(stop)
    finally:
        if twin is not None:
            twin.leave()
        await health.stop()


def _state(telegram: str, service: Service) -> dict[str, object]:
    from knowledge.errors import KommunsvarError

    try:
        version, problem = service.version(), None
    except KommunsvarError as exc:
        version, problem = None, type(exc).__name__
    ready = telegram == "connected" and version is not None
    state: dict[str, object] = {"ready": ready, "telegram": telegram, "index_version": version}
    return state if problem is None else {**state, "problem": problem}


COMMANDS = (serve,)

"""The command line as a whole: global options, commands, and what every ending means.

Exit codes: 0 done, 1 the work failed (and said why), 2 wrong usage or configuration, 130
interrupted.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import typer

from bot import VERSION
from bot.cli import admin, ask, chat, evaluate, serve, watch
from bot.cli.doors import Doors
from bot.cli.session import Session, notice, session_of
from bot.errors import ConfigError, UsageError, WithdrawnReply
from knowledge.errors import KommunsvarError, ReviewStateError, UnknownReply

__all__ = ["app", "globals_first", "run"]

_GLOBAL_OPTIONS = ("--home", "--config")
_EPILOG = "--home DIR and --config FILE may stand before or after the command."

# No rich in help and errors: it takes longer to import than a question takes to answer.
app = typer.Typer(
    name="kommunsvar",
    help="Find a municipality's official replies to interpellations, word for word, with source.",
    epilog=f"Exit codes: 0 done, 1 the work failed, 2 wrong usage. {_EPILOG}",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["--help", "-h"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        print(f"kommunsvar {VERSION}")
        raise typer.Exit


def _folder(text: str) -> Path:
    if not text.strip():
        raise typer.BadParameter("it must name a folder")
    folder = Path(text)
    if folder.exists() and not folder.is_dir():
        raise typer.BadParameter(f"{text!r} is a file, not a folder")
    return folder


@app.callback()
def _globals(
    context: typer.Context,
    home: Path = typer.Option(
        "var",
        "--home",
        metavar="DIR",
        envvar="KOMMUNSVAR_HOME",
        parser=_folder,
        help="Folder with the record, the documents and the index.",
    ),
    config: Path | None = typer.Option(
        None,
        "--config",
        metavar="FILE",
        help="Configuration file; the default is kommunsvar.yaml in the home.",
    ),
    version: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help="Print the version and exit."
    ),
) -> None:
    session = session_of(context)
    session.home, session.config = home, config


for _module in (ask, admin, watch, evaluate, chat, serve):
    for _command in _module.COMMANDS:
        _name = _command.__name__.removesuffix("_")
        app.command(_name, epilog=_EPILOG, no_args_is_help=False)(_command)


def globals_first(arguments: Sequence[str]) -> list[str]:
    """Move --home and --config, with their values, before the command.

    So other programs may put them at either place. What follows `--` is left alone.
    """
    first: list[str] = []
    rest: list[str] = []
    waiting = iter(arguments)
    for argument in waiting:
        if argument == "--":
            rest += [argument, *waiting]
        elif argument in _GLOBAL_OPTIONS:
            first += [argument, *[value for value in [next(waiting, None)] if value is not None]]
        elif argument.startswith(tuple(f"{option}=" for option in _GLOBAL_OPTIONS)):
            first.append(argument)
        else:
            rest.append(argument)
    return first + rest


def run(arguments: Sequence[str], doors: Doors | None = None) -> int:
    """Run one command and return its exit code; never raises, never shows a stack trace.

    Args:
        arguments: without the program's name.
        doors: how to open the program; tests put fakes here.
    """
    _speak_utf8()
    session = Session(doors or Doors())
    try:
        code = _run(globals_first(arguments), session)
        sys.stdout.flush()
    except BrokenPipeError:  # the reader has left, as `head` does
        _silence()
        return 1
    except KeyboardInterrupt:
        return 130
    except (ConfigError, UsageError) as exc:
        return _say(exc, 2)
    except (UnknownReply, ReviewStateError, WithdrawnReply) as exc:
        # A registrar's, who reads Swedish.
        return _say(exc.swedish, 1)
    except KommunsvarError as exc:
        return _say(exc, 1)
    except OSError as exc:
        return _say(f"{exc.filename or 'the system'}: {exc.strerror or exc}", 1)
    except MemoryError:
        return _say("not enough memory", 1)
    except Exception as exc:
        if os.environ.get("KOMMUNSVAR_TRACEBACK"):
            raise
        what = f"{type(exc).__name__}: {exc}"
        return _say(f"internal error: {what} (KOMMUNSVAR_TRACEBACK=1 shows where)", 1)
    return code or int(session.failed)


def _run(arguments: list[str], session: Session) -> int:
    try:
        app(arguments, prog_name="kommunsvar", obj=session)
    except SystemExit as exc:  # typer ends so when it is done, and after wrong usage
        return exc.code if isinstance(exc.code, int) else int(exc.code is not None)
    return 0


def _say(error: object, code: int) -> int:
    """Say in one line what went wrong."""
    try:
        notice("kommunsvar: " + " ".join(str(error).split()))
    except BrokenPipeError:
        _silence()
    return code


def _speak_utf8() -> None:
    """Write UTF-8 whatever the locale; what no UTF-8 can hold is written as an escape."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _silence() -> None:
    """Keep the interpreter from complaining about the broken pipe when it flushes at the end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        try:
            os.dup2(nowhere, stream.fileno())
        except (OSError, io.UnsupportedOperation):
            continue  # a captured stream has no descriptor to turn away

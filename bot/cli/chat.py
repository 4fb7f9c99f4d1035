"""The bot in the terminal: a question a line, works piped too."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import typer

from bot.cli.session import cleaned, notice, session_of
from knowledge.errors import KommunsvarError, UnknownReply

if TYPE_CHECKING:
    from bot.cli.doors import Answering
    from bot.render.plain import Speaker

__all__ = ["COMMANDS", "chat"]

_SHOW = "/visa"


def chat(context: typer.Context) -> None:
    """Talk with the bot here: a question a line, Ctrl-D to end."""
    from bot import texts

    session = session_of(context)
    speaker = session.speaker(show_hint=texts.CHAT_SHOW)
    about = texts.ABOUT.format(municipality=session.settings.municipality or "kommunen")
    with session.service() as service:
        if sys.stdin.isatty():
            _enable_line_editing()
            print(f"{speaker.style.fold(f'{about} {texts.CHAT_WELCOME}')}\n")
        while (line := _next_line()) is not None:
            word, _, rest = line.partition(" ")
            if word.casefold() == "/avsluta":
                break
            if line:
                print(f"{_reply(word, rest.strip(), line, service, speaker, about)}\n", flush=True)
    print(texts.CHAT_GOODBYE)


def _next_line() -> str | None:
    """Return the next line without white space around it, or None at the end."""
    from bot.texts import CHAT_PROMPT

    try:
        if sys.stdin.isatty() and sys.stdout.isatty():
            line = cleaned(input(CHAT_PROMPT)).strip()
            print()
            return line
        raw = sys.stdin.buffer.readline()
    except EOFError:
        print()
        return None
    return cleaned(raw.decode("utf-8", "replace")).strip() if raw else None


def _reply(
    word: str, rest: str, line: str, service: Answering, speaker: Speaker, about: str
) -> str:
    """Return what the bot says to one line; what goes wrong with it never ends the talk."""
    from bot import texts
    from bot.render.plain import searched_sentence
    from bot.render.record import shown_text

    try:
        match word.casefold():
            case "/hjälp" | "/hjalp" | "/help" | "/start":
                return texts.CHAT_HELP
            case "/om":
                return speaker.style.fold(f"{about} {searched_sentence(service.searched())}")
            case command if command == _SHOW and rest:
                return shown_text(service.show(rest), speaker)
            case command if command.startswith("/"):
                return texts.CHAT_UNKNOWN_COMMAND.format(command=word)
            case _:
                return speaker.answer(service.ask(line))
    except UnknownReply as exc:
        return texts.UNKNOWN_REPLY.format(id=exc.reply_id)
    except KommunsvarError as exc:
        return speaker.style.fold(str(exc))


def _enable_line_editing() -> None:
    try:
        import readline  # noqa: F401 - its import gives input() history and arrow keys
    except ImportError:
        notice("kommunsvar: no line editing here (Python was built without readline)")


COMMANDS = (chat,)

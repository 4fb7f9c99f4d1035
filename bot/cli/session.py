"""One run of the command line: its settings, its doors, and where it writes."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.cli.doors import Administering, Answering, Doors

if TYPE_CHECKING:
    import typer

    from bot.render.links import Links
    from bot.render.plain import Speaker
    from bot.settings import Settings

__all__ = ["Session", "cleaned", "notice", "session_of", "tell"]

_SURROGATE = re.compile("[\ud800-\udfff]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


@dataclass
class Session:
    """What every command works with; made before the arguments are read.

    Attributes:
        doors: how to open the program.
        home: the home folder, once the global options are known.
        config: the configuration file given, or None for the one in the home.
        failed: whether a part of the work failed while the rest was done; the exit code is then 1.
    """

    doors: Doors = field(default_factory=Doors)
    home: Path = Path("var")
    config: Path | None = None
    failed: bool = False
    _settings: Settings | None = None

    @property
    def settings(self) -> Settings:
        """The configuration, read once.

        Raises:
            ConfigError: it is wrong.
        """
        if self._settings is None:
            from bot.settings import load

            self._settings = load(self.home, self.config)
        return self._settings

    @contextmanager
    def service(self) -> Iterator[Answering]:
        """Open the home for questions; what is wrong but does not stop the answers is told."""
        service = self.doors.service(self.settings)
        told = tuple(service.warnings)
        tell(told)
        try:
            yield service
        finally:
            tell(warning for warning in service.warnings if warning not in told)

    @contextmanager
    def administration(self) -> Iterator[Administering]:
        """Open the home for changes, with a progress bar on a terminal."""
        from bot.cli.progress import progress_on

        with progress_on(sys.stderr) as progress:
            yield self.doors.administration(self.settings, progress)

    def links(self) -> Links:
        """Return what makes public addresses."""
        from bot.render.links import Links

        return Links(self.settings.public_url)

    def speaker(self, **options: Any) -> Speaker:  # noqa: ANN401 - passed on as they are
        """Return what speaks to the person on standard output."""
        from bot.render.plain import Speaker
        from bot.render.style import style_for

        style = style_for(sys.stdout)
        return Speaker(style, self.links(), contact=self.settings.contact, **options)


def session_of(context: typer.Context) -> Session:
    """Return the session that a command runs in."""
    session = context.obj
    if not isinstance(session, Session):
        raise TypeError("the command line was started without a session")
    return session


def notice(text: str) -> None:
    """Tell the person something that is no data."""
    print(text, file=sys.stderr, flush=True)


def cleaned(text: str) -> str:
    """Return an argument as text that can be printed.

    Bytes that are not UTF-8 reach Python as surrogates, and a terminal obeys control characters;
    neither belongs to a question.
    """
    return _CONTROL.sub(" ", _SURROGATE.sub("\ufffd", text))


def tell(warnings: Iterable[str]) -> None:
    """Tell the operator, in one line each, what is wrong but does not stop the work."""
    for warning in warnings:
        notice("kommunsvar: " + " ".join(warning.split()))

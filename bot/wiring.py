"""The composition root: from settings to a service or an administration, every part chosen here."""

from __future__ import annotations

import os
import pwd
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import cache
from typing import TYPE_CHECKING

from bot.freshness import record_problems
from bot.service import Service
from bot.settings import Settings
from index.encoders import load_encoder
from index.live import LiveIndex
from index.record import fingerprints_of
from index.threads import one_blas_thread
from knowledge.model import Status
from knowledge.store import YamlStore

if TYPE_CHECKING:
    from bot.administration import Administration
    from index.build import Progress
    from knowledge.reading import ReadingAhead

__all__ = ["open_administration", "open_service"]


def open_service(settings: Settings) -> Service:
    """Open the live index of a home for questions.

    Raises:
        NoIndex: nothing was imported yet.
        VersionError: no version is sound, or it was made with another encoder.
        EncoderUnavailable: the configured encoder cannot be loaded.
    """
    one_blas_thread()
    encoder = load_encoder(settings.encoder)
    store = YamlStore(settings.home)
    live = LiveIndex(settings.home, encoder, lambda: _withdrawn(store))
    built_from = fingerprints_of(live.searcher().version.directory)
    return Service(live, store, record_problems(store, built_from))


def _withdrawn(store: YamlStore) -> tuple[str, ...]:
    replies, _ = store.load_all()
    return tuple(reply.id for reply in replies if reply.status is Status.WITHDRAWN)


def open_administration(
    settings: Settings,
    progress: Progress | None = None,
    by: str | None = None,
    reading: Callable[[], AbstractContextManager[ReadingAhead]] | None = None,
) -> Administration:
    """Open a home for changes; the encoder is loaded when something is to be encoded.

    Args:
        settings: of the home.
        progress: told how far a long piece of work is.
        by: who makes the changes; None for the user of the operating system.
        reading: opens what reads documents; None for workers that each piece of work starts anew.
    """
    # Imported here: questions need neither the parser nor the builder, and start faster without.
    from bot.administration import Administration
    from index.calibration import calibration_for
    from knowledge.sandbox.pool import SandboxPool

    encoder = cache(lambda: load_encoder(settings.encoder))
    return Administration(
        settings, encoder, calibration_for, progress, reading or SandboxPool, by or _user()
    )


def _user() -> str:
    """Return the user of the operating system: the name, or the number of one without a name."""
    number = os.geteuid()
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return f"uid {number}"

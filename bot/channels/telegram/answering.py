"""From residents' questions to the messages that answer them: what the twin does, or a thread."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from bot.catalogue import catalogue_for
from bot.channels.telegram.writers import writer
from bot.model import Answer
from bot.render.telegram import Letter, Writer
from bot.service import Service
from bot.settings import Settings
from bot.twin import Twin

__all__ = ["Answering", "Asked", "AskingTwin", "Written"]

_HITS = 2
"""The hits beside those shown that an answer is given: whether there are more is all that is said
of them."""
_WRITERS = 16
"""More than there are languages."""


class Asked(NamedTuple):
    """A question.

    Attributes:
        language: of the person, as a catalogue names it.
        bot_name: user name of the bot that is asked, without @; its links begin with it.
    """

    text: str
    language: str
    bot_name: str


class Written(NamedTuple):
    """The answer as it is sent, and what is logged of it.

    Attributes:
        letters: the messages, in order.
        decision: what a person is shown, by `Decision`.
        version_id: the index version that was searched.
        search_ms: how long that took.
    """

    letters: tuple[Letter, ...]
    decision: str
    version_id: str
    search_ms: float


AskingTwin: TypeAlias = Twin[Asked, Written]
"""Does what `Answering` does."""


class Answering:
    """Answers questions of residents.

    Args:
        service: searches.
        settings: of the home.
    """

    def __init__(self, service: Service, settings: Settings) -> None:
        self._service = service
        self._settings = settings
        self._writer = lru_cache(_WRITERS)(self._new_writer)

    def __call__(self, asked: Sequence[Asked]) -> list[Written]:
        """Search and write, for all together.

        Raises:
            QuestionError: as `Service.ask`, for any of them.
            VersionError: no index version can be opened.
        """
        answers = self._service.ask_all([one.text for one in asked], limit=_HITS)
        return [self._written(one, answer) for one, answer in zip(asked, answers, strict=True)]

    def _written(self, asked: Asked, answer: Answer) -> Written:
        newer_title = self._service.newer_title(answer)
        letters = self._writer(asked.language, asked.bot_name).answer(answer, newer_title)
        results = answer.results
        return Written(letters, answer.decision.value, results.version_id, results.took_ms)

    def _new_writer(self, language: str, bot_name: str) -> Writer:
        return writer(catalogue_for(language), self._settings, bot_name)

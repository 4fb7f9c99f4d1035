"""The channels' only door: ask, search, similar, show.

Every question takes one open index version and keeps it throughout.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace

from bot.decide import MAX_SHOWN, decide
from bot.errors import QuestionError, WithdrawnReply
from bot.model import Answer, Shown, SimilarQuestion
from bot.texts import (
    EMPTY_QUESTION,
    EMPTY_SEARCH,
    LONG_QUESTION,
    NEXT_REVISION,
    UNKNOWN_REVISION,
    WITHDRAWN_REPLY,
    WITHDRAWN_SINCE,
    WITHDRAWN_WHY,
)
from index.live import LiveIndex
from index.model import Filters, Query, ResultSet, Searched
from knowledge.errors import KommunsvarError, UnknownReply
from knowledge.model import PassageKind, Reply, Revision, Status
from knowledge.ports import Store
from knowledge.reading import Reading
from knowledge.review import overtaken
from knowledge.swedish import swedish_date

__all__ = ["DECIDING_HITS", "MAX_QUESTION_CHARS", "OFFICIAL", "Service"]

MAX_QUESTION_CHARS = 1_000
"""A longer text is not a question; the person is asked to shorten it."""

OFFICIAL = frozenset({PassageKind.ANSWER, PassageKind.STATEMENT})
"""The kinds that hold the municipality's own words."""

# The categories Cc and Cs of Unicode: control characters and lone surrogates.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")

DECIDING_HITS = 12
"""The decision looks at this many hits, however few are asked for."""


class Service:
    """Answers from one home.

    Args:
        live: the index.
        store: the record, for whole replies.
        problems: what was found wrong with the record when it was opened.
        reading: opens what reads documents.
    """

    def __init__(
        self,
        live: LiveIndex,
        store: Store,
        problems: tuple[str, ...] = (),
        reading: Callable[[], AbstractContextManager[Reading]] | None = None,
    ) -> None:
        self._live = live
        self._store = store
        self._problems = problems
        self._reading = reading or _sandbox

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is wrong with the index or the record, but does not stop the answers."""
        return self._live.problems + self._problems

    def reply_ids(self) -> tuple[str, ...]:
        """Return the ids of all replies in the record, whatever their status."""
        return self._store.ids()

    def title(self, reply_id: str) -> str | None:
        """Return the title of a published reply; None where there is none or no such reply."""
        try:
            return self.show(reply_id).reply.title
        except KommunsvarError:
            return None

    def drafts(self) -> tuple[Reply, ...]:
        """Return what waits to be published, newest first: drafts, and corrected texts."""
        replies, _ = self._store.load_all()
        waiting = {reply.id: reply for reply in replies if reply.status is Status.DRAFT}
        heads = {reply.id: reply for reply in replies}
        for one in self._store.revisions()[0]:
            head = heads.get(one.reply.id)
            if one.number is None and head is not None and not overtaken(one, head):
                waiting[head.id] = one.reply
        return tuple(waiting[id] for id in sorted(waiting, reverse=True))

    def version(self) -> str:
        """Return the id of the index version that answers."""
        return self._live.searcher().version.manifest.id

    def searched(self) -> Searched:
        """Return how many replies and passages there are to find, and the latest day."""
        return self._live.searcher().searched

    def ask(self, question: str, *, limit: int = MAX_SHOWN) -> Answer:
        """Find the official passage that answers a question.

        Args:
            question: in everyday words.
            limit: how many candidates to return in `results.hits`, at least 1.

        Raises:
            QuestionError: the question is empty or over `MAX_QUESTION_CHARS`.
            VersionError: no index version can be opened.
        """
        return self.ask_all([question], limit=limit)[0]

    def ask_all(self, questions: Sequence[str], *, limit: int = MAX_SHOWN) -> list[Answer]:
        """Do as `ask` for several questions, in less time.

        Raises:
            QuestionError: as `ask`, for any of them.
            VersionError: as `ask`.
        """
        texts = [_asked(question) for question in questions]
        results = self._live.searcher().search_all(
            texts, max(limit, DECIDING_HITS), Filters(kinds=OFFICIAL)
        )
        return [
            replace(answer, results=replace(answer.results, hits=answer.results.hits[:limit]))
            for answer in map(decide, questions, results)
        ]

    def newer_title(self, answer: Answer) -> str | None:
        """Return the title of the newer reply on the matter of what is shown first, if any."""
        newer = answer.shown[0].reply.newer if answer.shown else None
        return self.title(newer) if newer else None

    def search(self, query: Query) -> ResultSet:
        """Find passages of any kind, for staff.

        Raises:
            QuestionError: there is nothing to look for.
            VersionError: no index version can be opened.
        """
        text = _clean(query.text)
        if not any(character.isalnum() for character in text):
            raise QuestionError(EMPTY_SEARCH)
        return self._live.searcher().search(replace(query, text=text))

    def similar(
        self, file_name: str, data: bytes, *, limit: int = MAX_SHOWN
    ) -> tuple[SimilarQuestion, ...]:
        """Find what was answered before to each question of a new interpellation.

        Raises:
            DocumentError: the document cannot be read or holds no question.
        """
        searcher = self._live.searcher()
        with self._reading() as reading:
            questions = reading.questions(file_name, data)
        texts = [_clean(text) for _, text in questions]
        found = searcher.search_all(texts, limit, Filters(kinds=OFFICIAL))
        return tuple(
            SimilarQuestion(number, text, results.hits)
            for (number, text), results in zip(questions, found, strict=True)
        )

    def show(self, id: str, *, drafts: bool = False, revision: str | None = None) -> Shown:
        """Return a published reply, or a passage of it, from the record.

        Args:
            id: `<reply id>` or `<reply id>#<passage id>`.
            drafts: whether it is for staff, who may see a draft and what the texts before it
                were; a withdrawn reply is shown to nobody.
            revision: for staff, the number of an earlier text, or `next` for a corrected one
                that waits; None for the one that holds.

        Raises:
            UnknownReply: there is no such reply or passage, or it is not published.
            KommunsvarError: there is no such revision.
            WithdrawnReply: it is withdrawn, told with day and reason where `drafts` is set.
            RecordError: its record file is broken.
        """
        reply_id, _, passage_id = id.strip().partition("#")
        reply = self._store.load(reply_id)
        if drafts and reply.status is Status.WITHDRAWN:
            raise _withdrawal(reply)
        visible = {Status.PUBLISHED, Status.DRAFT} if drafts else {Status.PUBLISHED}
        if reply.status not in visible:
            raise UnknownReply(id)
        revisions = self._store.revisions(reply_id)[0] if drafts else ()
        revisions = tuple(one for one in revisions if not overtaken(one, reply))
        if revision is not None:
            reply = _revision(reply, revisions, revision)
        passage = next((one for one in reply.passages if one.id == passage_id), None)
        if passage_id and passage is None:
            raise UnknownReply(id)
        return Shown(reply, passage, self._live.searcher().newer(reply_id), revisions)


def _sandbox() -> AbstractContextManager[Reading]:
    # Imported here: only new interpellations need it, and questions start faster without.
    from knowledge.sandbox.parent import Sandbox

    return Sandbox()


def _revision(reply: Reply, revisions: Iterable[Revision], wanted: str) -> Reply:
    """Return one of the texts of a reply.

    Raises:
        KommunsvarError: there is none of this name.
    """
    texts = {str(one.number or NEXT_REVISION): one.reply for one in revisions}
    texts[str(reply.revision)] = reply
    if wanted not in texts:
        known = ", ".join(sorted(texts))
        raise KommunsvarError(UNKNOWN_REVISION.format(id=reply.id, revision=wanted, known=known))
    return texts[wanted]


def _withdrawal(reply: Reply) -> WithdrawnReply:
    """Say since when a reply is withdrawn and why, as far as its history tells."""
    events = [event for event in reply.history if event.status is Status.WITHDRAWN]
    if not events:
        swedish = WITHDRAWN_REPLY.format(since="", why=".")
        return WithdrawnReply("the reply was withdrawn", swedish)
    day, reason = events[-1].on, _clean(events[-1].reason or "")
    why = f": {reason}" if reason else ""
    return WithdrawnReply(
        f"the reply was withdrawn on {day.isoformat()}{why}",
        WITHDRAWN_REPLY.format(
            since=WITHDRAWN_SINCE.format(day=swedish_date(day)),
            why=WITHDRAWN_WHY.format(reason=reason) if reason else ".",
        ),
    )


def _asked(question: str) -> str:
    """Return a question as it is searched for.

    Raises:
        QuestionError: it is empty or over `MAX_QUESTION_CHARS`.
    """
    text = _clean(question)
    if not any(character.isalnum() for character in text):
        raise QuestionError(EMPTY_QUESTION)
    if len(text) > MAX_QUESTION_CHARS:
        raise QuestionError(LONG_QUESTION.format(limit=MAX_QUESTION_CHARS))
    return text


def _clean(text: str) -> str:
    """Return the text in NFC with every run of white space and control characters as a blank."""
    return " ".join(_CONTROL.sub(" ", unicodedata.normalize("NFC", text)).split())

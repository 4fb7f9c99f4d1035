"""An answer as Telegram messages: the passage quoted whole, its source, and buttons."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from urllib.parse import quote as url_quote

from bot.catalogue import Catalogue
from bot.model import Answer, Decision, Shown, SimilarQuestion
from bot.render.citation import Citation, of_hit, of_reply
from bot.render.links import Links
from bot.render.runs import MAX_UNITS, Block, Mark, Run, clean, pack, plain, split, to_html, units
from bot.render.words import source, whose
from index.model import Hit, IndexedPassage, Searched
from knowledge.model import Passage, Status
from knowledge.quote import quote

__all__ = ["PAGE_HITS", "Button", "Deeds", "Letter", "Writer", "label", "letters"]

Rows = tuple[tuple["Button", ...], ...]

PAGE_HITS = 5
"""Hits on a page of the staff search."""
MAX_ROWS = 30
"""Rows of buttons below one message; more than anyone reads."""
_BUTTON_UNITS = 60
"""Longer labels are cut by phones in the middle of a word."""


class Button(NamedTuple):
    """A button below a message.

    Like `Letter` a tuple, for both go from one process to the other, and dataclasses that are
    frozen and slotted are put together again at a tenth of the speed.

    Attributes:
        data: what comes back when it is pressed; or
        url: what it opens.
    """

    label: str
    data: str | None = None
    url: str | None = None


class Letter(NamedTuple):
    """One message.

    Attributes:
        html: in Telegram's HTML.
        rows: buttons, a row each.
    """

    html: str
    rows: Rows = ()


@dataclass(frozen=True, slots=True)
class Deeds:
    """What the buttons carry; the channel decides that.

    Attributes:
        whole: of the whole reply, by its id.
        passage: of one passage, by its id `<reply id>#<passage id>`.
        file: of a whole reply as a document, by its id.
        vote: of helpful (True) and not helpful, by passage id ("" for none), decision and
            index version.
        more: of more hits for the same question.
        page: of a page of the staff search, from 0.
        link: the deep link to a reply or a passage.
    """

    whole: Callable[[str], str]
    passage: Callable[[str], str]
    file: Callable[[str], str]
    vote: Callable[[bool, str, str, str], str]
    more: str
    page: Callable[[int], str]
    link: Callable[[str], str]


def letters(blocks: Iterable[Block], rows: Rows = ()) -> tuple[Letter, ...]:
    """Return messages; the buttons stand below the last."""
    packed = pack(blocks)
    last = len(packed) - 1
    return tuple(
        Letter(to_html(runs), rows if number == last else ()) for number, runs in enumerate(packed)
    )


def label(text: str) -> str:
    """Return a button's label, cut at a word."""
    text = " ".join(clean(text).split())
    if units(text) <= _BUTTON_UNITS:
        return text
    return next(split(text, _BUTTON_UNITS - 2)).rstrip() + " …"


class Writer:
    """Writes in one language.

    Args:
        say: the catalogue.
        links: makes public addresses.
        deeds: what the buttons carry.
        contact: whom to ask when there is no answer, or None.
    """

    def __init__(self, say: Catalogue, links: Links, deeds: Deeds, contact: str | None) -> None:
        self.say = say
        self._links = links
        self._deeds = deeds
        self._contact = contact

    def text(self, text: str, rows: Rows = ()) -> tuple[Letter, ...]:
        """Return plain text."""
        return letters([Block(body=Run(clean(text)))], rows)

    def answer(self, answer: Answer, newer_title: str | None = None) -> tuple[Letter, ...]:
        """Return the outcome of one question.

        Args:
            answer: the outcome.
            newer_title: title of the newer reply on the matter of the first hit, where there
                is one.
        """
        if answer.decision is Decision.ANSWER and answer.shown:
            first = answer.shown[0]
            vote = (first.passage.id, answer.decision.value, answer.results.version_id)
            rows = self._hit_rows(first, more=len(answer.results.hits) > 1)
            return letters([self.hit(first, newer_title)], (*rows, self._votes(*vote)))
        return self._no_answer(answer)

    def hit(self, hit: Hit, newer_title: str | None = None, mark: str = "") -> Block:
        """Return a passage found: its question, its words, its source."""
        return self._passage_block(
            hit.passage,
            hit.passage.question,
            hit.passage.text,
            self._source(of_hit(hit, self._links), hit.reply.answered_on),
            newer_title or hit.reply.newer,
            mark,
        )

    def passage(self, shown: Shown, newer_title: str | None = None) -> tuple[Letter, ...]:
        """Return one passage of a reply from the record, as an answer looks."""
        reply, passage = shown.reply, shown.passage
        if passage is None:
            return self.reply(shown, newer_title)
        asked = None if passage.question is None else quote(passage.question.of(reply.text))
        block = self._passage_block(
            passage,
            asked,
            quote(passage.span.of(reply.text)),
            self._source(of_reply(reply, passage, self._links), reply.answered_on),
            newer_title or shown.newer,
        )
        citation = of_reply(reply, passage, self._links)
        own = f"{reply.id}#{passage.id}"
        return letters([block], self._rows(reply.id, own, citation.url, shown.newer, more=False))

    def reply(
        self, shown: Shown, newer_title: str | None = None, *, staff: bool = False
    ) -> tuple[Letter, ...]:
        """Return a whole reply, every passage marked with whose words it holds."""
        reply, say = shown.reply, self.say
        title = " ".join(clean(reply.title or reply.id).split())
        heading = [Run(title, Mark.BOLD)]
        if reply.status is Status.DRAFT:
            heading.insert(0, Run(f"{say('draft')}\n", Mark.ITALIC))
        blocks = [Block(head=tuple(heading))]
        for passage in reply.passages:
            asked = None if passage.question is None else quote(passage.question.of(reply.text))
            blocks.append(self._labelled(passage, asked, quote(passage.span.of(reply.text))))
        citation = of_reply(reply, None, self._links)
        closing = [Run(self._source(citation, reply.answered_on))]
        if shown.newer:
            closing.append(Run("\n" + say("newer", title=newer_title or shown.newer), Mark.BOLD))
        closing += self._note()
        if staff:
            closing += [Run(f"\n{say('id', id='')}"), Run(reply.id, Mark.CODE)]
        blocks.append(Block(head=tuple(closing)))
        row = [Button(say("button_share"), url=self._share(self._deeds.link(reply.id)))]
        if citation.url:
            row.insert(0, Button(say("button_source"), url=citation.url))
        rows = [tuple(row)]
        if staff:
            rows.insert(0, (Button(say("button_file"), self._deeds.file(reply.id)),))
        if shown.newer:
            rows.append((Button(say("button_newer"), self._deeds.whole(shown.newer)),))
        return letters(blocks, tuple(rows))

    def more(self, hits: Sequence[Hit]) -> tuple[Letter, ...]:
        """Return further hits as buttons, each with its title, day and question."""
        if not hits:
            return self.text(self.say("more_none"))
        return letters(
            [Block(head=(Run(self.say("more_title"), Mark.BOLD),)), *map(self._pointer, hits)],
            self._pointers(hits),
        )

    def search(
        self, words: str, hits: Sequence[Hit], page: int, *, more: bool, searched: Searched
    ) -> Letter:
        """Return one page of the staff search, with the words it was made with.

        Args:
            words: as staff wrote them; read back from the message when a page is turned.
            hits: of this page.
            page: from 0.
            more: whether there is a page after this.
            searched: what was searched.
        """
        say = self.say
        head = Block(head=(Run(say("search_title"), Mark.BOLD), Run(clean(words), Mark.CODE)))
        if not hits:
            sentence = f"{say('search_nothing')} {self._searched(searched)}"
            return letters([head, Block(body=Run(sentence))], self._turns(page, more))[0]
        first = page * PAGE_HITS + 1
        count = say("search_count", first=first, last=first + len(hits) - 1)
        room = (MAX_UNITS - units(plain(head.head)) - 200) // len(hits)
        entries = [self._found(hit, number, room) for number, hit in enumerate(hits, start=first)]
        numbered = tuple(
            Button(f"{number}", self._deeds.passage(hit.passage.id))
            for number, hit in enumerate(hits, start=first)
        )
        rows = (numbered, *self._turns(page, more))
        return letters([head, *entries, Block(body=Run(count, Mark.ITALIC))], rows)[0]

    def similar(self, file: str, questions: Iterable[SimilarQuestion]) -> tuple[Letter, ...]:
        """Return earlier answers to each question of a new interpellation."""
        say = self.say
        title = say("similar_title", file=clean(file))
        found = [Block(head=(Run(title, Mark.BOLD),))]
        rows: list[tuple[Button, ...]] = []
        place = 0
        for question in questions:
            text = " ".join(clean(question.text).split())
            if question.number is None:
                heading = say("the_question", question=text)
            else:
                heading = say("similar_question", number=question.number, question=text)
            lines = []
            for hit in question.hits:
                place += 1
                lines.append(f"\n{place}. {self._title(hit)}")
                rows.append((Button(label(f"{place}. {self._title(hit)}"),
                                    self._deeds.passage(hit.passage.id)),))  # fmt: skip
            body = "".join(lines) or f"\n{say('similar_none')}"
            found.append(Block(head=(Run(heading, Mark.ITALIC),), body=Run(body)))
        return letters(found, tuple(rows[:MAX_ROWS]))

    def citation_line(self, hit: Hit) -> str:
        """Return a hit's title and day, in one line."""
        return self._title(hit)

    def inline(self, hit: Hit) -> str:
        """Return a passage with its full citation as one message, in HTML.

        A passage that is too long for one message is cut at a border, which is said.
        """
        block = self.hit(hit)
        whole = pack([block])
        if len(whole) == 1 or block.body is None:
            return to_html(whole[0])
        link = self._deeds.link(hit.passage.id)
        cut = Run("\n" + self.say("inline_cut", link=link))
        fixed = units(plain([*block.head, cut, *block.tail]))
        part = next(split(block.body.text, max(MAX_UNITS - fixed, 2)))
        return to_html([*block.head, Run(part, block.body.mark), cut, *block.tail])

    def _no_answer(self, answer: Answer) -> tuple[Letter, ...]:
        say, hits = self.say, answer.shown
        outcome = [Run(say(answer.decision.value), Mark.BOLD)]
        elsewhere = ", ".join(answer.results.elsewhere)
        if elsewhere:
            outcome.append(Run("\n" + say("elsewhere", names=elsewhere)))
        elif not hits:
            outcome.append(Run("\n" + say("nothing_found")))
        blocks = [Block(head=tuple(outcome))]
        if hits:
            blocks.append(Block(head=(Run(say("nearest")),)))
            blocks += map(self._pointer, hits)
        closing = self._searched(answer.results.searched)
        if self._contact:
            closing += "\n" + say("contact", contact=self._contact)
        blocks.append(Block(head=(Run(clean(closing)),)))
        nearest = hits[0].passage.id if hits else ""
        vote = self._votes(nearest, answer.decision.value, answer.results.version_id)
        return letters(blocks, (*self._pointers(hits), vote))

    def _passage_block(
        self,
        passage: Passage | IndexedPassage,
        asked: str | None,
        text: str,
        origin: str,
        newer: str | None,
        mark: str = "",
    ) -> Block:
        block = self._labelled(passage, asked, text, mark)
        notes: list[Run] = []
        if newer:
            notes.append(Run("\n" + self.say("newer", title=newer), Mark.BOLD))
        notes += self._note()
        tail = (Run(f"\n{self.say('source')}\n", Mark.BOLD), Run(origin), *notes)
        return Block(block.head, block.body, tail, block.again)

    def _labelled(
        self, passage: Passage | IndexedPassage, asked: str | None, text: str, mark: str = ""
    ) -> Block:
        """Return a passage below whose words it holds and which question it answers."""
        words = whose(passage, self.say)
        head = [Run(f"{mark}{words}\n", Mark.BOLD)]
        if asked:
            question = " ".join(clean(asked).split())
            head = [
                Run(f"{mark}{self.say('asked')}\n", Mark.BOLD),
                Run(f"{question}\n", Mark.ITALIC),
                Run(f"{words}\n", Mark.BOLD),
            ]
        again = (Run(self.say("continued", label=words) + "\n", Mark.BOLD),)
        return Block(tuple(head), Run(clean(text), Mark.QUOTE), (), again)

    def _source(self, citation: Citation, day: date | None) -> str:
        return clean(source(citation, day, self.say))

    def _note(self) -> tuple[Run, ...]:
        """Return that what is quoted is in Swedish, for those who are spoken to in another."""
        if self.say.is_swedish:
            return ()
        return (Run("\n" + self.say("in_swedish"), Mark.ITALIC),)

    def _searched(self, searched: Searched) -> str:
        if searched.replies == 0:
            return self.say("searched_nothing")
        if searched.latest is None:
            return self.say("searched", replies=searched.replies)
        latest = self.say.day(searched.latest)
        return self.say("searched_latest", replies=searched.replies, latest=latest)

    def _title(self, hit: Hit) -> str:
        day = hit.reply.answered_on
        title = " ".join(clean(hit.reply.title or hit.reply.id).split())
        line = title if day is None else f"{title}, {self.say.day(day)}"
        return f"{line} ({self.say('newer_short')})" if hit.reply.newer else line

    def _pointer(self, hit: Hit) -> Block:
        head = [Run(f"• {self._title(hit)}")]
        if hit.passage.question:
            question = " ".join(clean(hit.passage.question).split())
            head.append(Run("\n" + self.say("the_question", question=question), Mark.ITALIC))
        return Block(head=tuple(head))

    def _found(self, hit: Hit, number: int, room: int) -> Block:
        """Return a hit of the staff search: whose words, how they begin, where from."""
        head = Run(f"{number}. {whose(hit.passage, self.say)}\n", Mark.BOLD)
        tail = (Run(f"\n{self._title(hit)}\n"), Run(hit.passage.id, Mark.CODE))
        left = max(room - units(plain([head, *tail])) - 4, 40)
        text = clean(hit.passage.text)
        shown = text if units(text) <= left else next(split(text, left - 2)).rstrip() + " …"
        return Block(head=(head, Run(shown, Mark.QUOTE), *tail))

    def _hit_rows(self, hit: Hit, *, more: bool) -> Rows:
        url = of_hit(hit, self._links).url
        return self._rows(hit.reply.id, hit.passage.id, url, hit.reply.newer, more=more)

    def _rows(
        self, reply_id: str, passage_id: str, url: str, newer: str | None, *, more: bool
    ) -> Rows:
        say, deeds = self.say, self._deeds
        first = [Button(say("button_whole"), deeds.whole(reply_id))]
        if more:
            first.append(Button(say("button_more"), deeds.more))
        second = [Button(say("button_share"), url=self._share(deeds.link(passage_id)))]
        if url:
            second.insert(0, Button(say("button_source"), url=url))
        rows = [tuple(first), tuple(second)]
        if newer:
            rows.append((Button(say("button_newer"), deeds.whole(newer)),))
        return tuple(rows)

    def _pointers(self, hits: Sequence[Hit]) -> Rows:
        return tuple(
            (Button(label(self._title(hit)), self._deeds.passage(hit.passage.id)),) for hit in hits
        )

    def _votes(self, passage_id: str, decision: str, version: str) -> tuple[Button, ...]:
        vote = self._deeds.vote
        return (
            Button(self.say("button_yes"), vote(True, passage_id, decision, version)),
            Button(self.say("button_no"), vote(False, passage_id, decision, version)),
        )

    def _turns(self, page: int, more: bool) -> Rows:
        back = [Button(self.say("button_previous"), self._deeds.page(page - 1))] if page else []
        onward = [Button(self.say("button_next"), self._deeds.page(page + 1))] if more else []
        return ((*back, *onward),) if back or onward else ()

    @staticmethod
    def _share(link: str) -> str:
        return f"https://t.me/share/url?url={url_quote(link, safe='')}"

"""An answer as text: the passage first, then its question and its source, like a good letter."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from bot import texts
from bot.model import Answer, Decision, SimilarQuestion
from bot.render.citation import Citation, of_hit
from bot.render.links import Links
from bot.render.style import PLAIN, Style
from index.model import Filters, Hit, IndexedPassage, Searched
from knowledge.model import Passage, PassageKind
from knowledge.swedish import swedish_date

__all__ = ["Speaker", "kind_label", "searched_sentence"]


def kind_label(passage: Passage | IndexedPassage) -> str:
    """Return whose words a passage holds, with the question's number for an answer."""
    label = texts.KINDS[passage.kind]
    if passage.kind is PassageKind.ANSWER and passage.number is not None:
        return texts.ON_QUESTION.format(kind=label, number=passage.number)
    return label


def searched_sentence(searched: Searched) -> str:
    """Return what was searched, in one sentence."""
    if searched.replies == 0:
        return texts.SEARCHED_NOTHING
    if searched.latest is None:
        return texts.SEARCHED.format(replies=searched.replies)
    latest = swedish_date(searched.latest)
    return texts.SEARCHED_LATEST.format(replies=searched.replies, latest=latest)


def _named(filters: Filters) -> Iterator[str]:
    for field, wording in texts.FILTERS.items():
        value = getattr(filters, field)
        if value:
            yield wording.format(value=swedish_date(value) if isinstance(value, date) else value)
    yield from (
        several for kind, (_, several) in texts.PLURAL_KINDS.items() if kind in filters.kinds
    )


class Speaker:
    """Says what was found.

    Args:
        style: how text looks where it goes.
        links: makes public addresses.
        contact: whom to ask when there is no answer, or None.
        show_hint: how a person sees a whole reply; `{id}` stands for its id.
    """

    def __init__(
        self,
        style: Style = PLAIN,
        links: Links | None = None,
        *,
        contact: str | None = None,
        show_hint: str = texts.SHOW,
    ) -> None:
        self.style = style
        self.links = links or Links()
        self._contact = contact
        self._show_hint = show_hint

    def answer(self, answer: Answer) -> str:
        """Return the outcome of one question, as text without a closing line break."""
        if answer.decision is Decision.ANSWER and answer.shown:
            return "\n\n".join(self._position(answer.shown[0], answer.shown[1:]))
        parts = [self.style.bold(self.style.fold(texts.OUTCOMES[answer.decision]))]
        if answer.results.elsewhere:
            names = ", ".join(answer.results.elsewhere)
            parts[0] += "\n" + self.style.fold(texts.ELSEWHERE.format(names=names))
        if answer.shown:
            entries = "\n".join(self._entry(hit) for hit in answer.shown)
            parts.append(f"{texts.NEAREST}\n{entries}")
        elif not answer.results.elsewhere:
            parts[0] += "\n" + self.style.fold(texts.NOTHING_FOUND)
        closing = searched_sentence(answer.results.searched)
        if self._contact:
            closing += "\n" + texts.CONTACT.format(contact=self._contact)
        return "\n\n".join([*parts, self.style.fold(closing)])

    def hits(self, hits: Sequence[Hit], searched: Searched, filters: Filters | None = None) -> str:
        """Return what a staff search found, whole passages, best first.

        Args:
            hits: what was found.
            searched: what was searched.
            filters: what narrowed the search, named when nothing was found.
        """
        if not hits:
            named = ", ".join(_named(filters)) if filters is not None else ""
            sentence = texts.NO_FILTERED_HITS.format(filters=named) if named else texts.NO_HITS
            return self.style.fold(f"{sentence} {searched_sentence(searched)}")
        return "\n\n\n".join(
            "\n\n".join(self._found(hit, f"{place}. ")) for place, hit in enumerate(hits, start=1)
        )

    def similar(self, questions: Iterable[SimilarQuestion]) -> str:
        """Return earlier answers to each question of a new interpellation."""
        parts = []
        for question in questions:
            number = question.number
            label = texts.THE_QUESTION if number is None else texts.QUESTION.format(number=number)
            heading = f"{label} {question.text}"
            earlier = "\n".join(self._entry(hit) for hit in question.hits)
            entries = earlier or f"  {texts.NO_EARLIER}"
            parts.append(f"{self.style.bold(self.style.fold(heading))}\n{entries}")
        return "\n\n".join(parts)

    def source(self, citation: Citation, newer: str | None, passage_id: str | None = None) -> str:
        """Return the source lines, with a notice when a newer reply exists.

        Args:
            citation: the source.
            newer: id of a newer reply, or None.
            passage_id: adds how to show it, or None.
        """
        lines = [self.style.bold(texts.SOURCE)]
        lines += [self.style.fold(line, "  ", "    ") for line in citation.lines]
        if passage_id is not None:
            lines.append(self.style.faint(f"  {self._show(passage_id)}"))
        parts = ["\n".join(lines)]
        if newer:
            notice = self.style.fold(texts.NEWER.format(reply=newer))
            parts.append(self.style.alert(notice) + self.style.faint(f"\n  {self._show(newer)}"))
        return "\n\n".join(parts)

    def question(self, label: str, question: str) -> str:
        """Return a question after its label, on one line where it fits."""
        return self.style.fold(f"{label} {' '.join(question.split())}")

    def _show(self, id: str) -> str:
        return self._show_hint.format(id=id)

    def _position(self, first: Hit, others: Sequence[Hit]) -> Iterable[str]:
        yield self.style.fold(first.passage.text)
        if first.passage.question:
            yield self.question(texts.ASKED, first.passage.question)
        citation = of_hit(first, self.links)
        yield self.source(citation, first.reply.newer, first.passage.id)
        if others:
            entries = "\n".join(self._entry(hit) for hit in others)
            yield f"{self.style.bold(texts.ALSO)}\n{entries}"

    def _found(self, hit: Hit, mark: str) -> Iterable[str]:
        passage = hit.passage
        dress = self.style.alert if passage.kind is PassageKind.BACKGROUND else self.style.bold
        yield dress(f"{mark}{kind_label(passage)}")
        if passage.question:
            yield self.question(texts.THE_QUESTION, passage.question)
        yield self.style.fold(passage.text)
        yield self.source(of_hit(hit, self.links), hit.reply.newer, passage.id)

    def _entry(self, hit: Hit) -> str:
        """Return a hit as a pointer: title and date, its question, how to show it."""
        citation = of_hit(hit, self.links)
        heading = ", ".join(filter(None, (citation.title or hit.reply.id, citation.day)))
        if hit.reply.newer:
            heading += f" ({texts.NEWER_SHORT.format(reply=hit.reply.newer)})"
        lines = [self.style.fold(f"• {heading}", "  ")]
        if hit.passage.question:
            question = " ".join(hit.passage.question.split())
            lines.append(self.style.fold(f"{texts.THE_QUESTION} {question}", "    "))
        lines.append(self.style.faint(f"    {self._show(hit.passage.id)}"))
        return "\n".join(lines)

"""How the whole reply asks, before its pieces are read one after the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import pairwise

from knowledge.model import Span
from knowledge.parsing.frame import Part, Zone
from knowledge.parsing.labels import LabelKind
from knowledge.parsing.pieces import Piece
from knowledge.parsing.questions.labelled import ASKED, Labelled
from knowledge.parsing.questions.numbering import number_letters, number_lost
from knowledge.parsing.questions.retold import clauses, is_lone, opener
from knowledge.parsing.questions.wording import is_unnumbered, question_end, same

__all__ = ["Survey"]

_MAX_LEAD = 3
"""So many paragraphs at the start can retell what is asked."""
_MIN_TURNS = 2


class Survey(Labelled):
    """The pieces of one reply with their labels, and how it asks.

    Attributes:
        numbered: whether questions carry numbers or labels, so that others are no questions.
        listed: whether the questions stand together, before any answer.
        answers_labelled: whether answers name their questions: "Svar på fråga 2:".
        appended_numbered: whether the interpellation itself numbers its questions.
        last_asked: where each number last stands before something that asks.
        retold: the questions that are only retold, in order.
        headings: where lines stand between paragraphs that are none.
        turns: paragraphs that retell one question each, with that question.
        openers: paragraphs that start so and go on with the answer, with the question and where
            the answer starts.
    """

    def __init__(
        self, text: str, pieces: Sequence[Piece], zones: Sequence[tuple[Part, Zone]]
    ) -> None:
        super().__init__(text, pieces, [part for part, _ in zones])
        number_letters(self)
        number_lost(self)
        numbered = [i for i in self.live if self.is_a(i, LabelKind.NUMBER) and self.asks(i)]
        self.last_asked = {self.numbers(i)[0]: i for i in numbered}
        self.numbered = bool(numbered) or any(map(self.names_question, self.live))
        self.answers_labelled = any(
            self.is_a(i, LabelKind.ANSWER) and self.numbers(i) for i in self.live
        )
        self.appended_numbered = any(
            self.is_a(i, LabelKind.NUMBER, LabelKind.QUESTION) and self.numbers(i) and self.asks(i)
            for i, part in enumerate(self.parts)
            if part is Part.INTERPELLATION
        )
        self.listed = self._is_listed()
        self._answered_at_once = self._find_answered_at_once()
        self.retold = self._retold()
        self.turns, self.openers = self._turns()
        self.headings = frozenset(
            pieces[i].start for i, zone in enumerate(zones) if zone == (Part.FRAME, Zone.MIDDLE)
        )

    @cached_property  # from when pieces are read, and have all their labels
    def _asks_in_pieces(self) -> bool:
        return not self.listed and bool(self.other_candidates())

    def _retold(self) -> tuple[Span, ...]:
        """Return the questions that are retold in running text, where none is asked otherwise."""
        if self.numbered or self.asked():
            return ()
        turned = [i for i in self.live[_MAX_LEAD:] if self.is_a(i, LabelKind.REFERENCE)]
        lead = [*self.live[:_MAX_LEAD], *turned]
        return tuple(
            span
            for i in lead
            for span in clauses(self.text, self.pieces[i].start, self.pieces[i].end)
        )

    def _turns(self) -> tuple[Mapping[int, Span], Mapping[int, tuple[Span, int]]]:
        """Return the paragraphs that retell one question each, answered by the next or at once."""
        if self.numbered or self.asked():
            return {}, {}
        pieces = {
            i: self.pieces[i]
            for i in self.live
            if not self.pieces[i].bullets and not self.pieces[i].table
        }
        opened = {i: opener(self.text, piece.start, piece.end) for i, piece in pieces.items()}
        openers = {i: one for i, one in opened.items() if one is not None}
        lone = [
            i
            for i, piece in pieces.items()
            if i != self.live[-1] and is_lone(self.text, piece.start, piece.end)
        ]
        if len(lone) + len(openers) < _MIN_TURNS:
            return {}, {}
        turns = {
            i: span
            for i in lone
            for span in clauses(self.text, self.pieces[i].start, self.pieces[i].end)
        }
        return turns, openers

    def asked(self) -> dict[int, str]:
        """Return what is asked under a number, in a list or in the interpellation, by number."""
        labelled = {
            self.numbers(i)[0]: i
            for i in self.live
            if self.is_a(i, LabelKind.QUESTION) and self.numbers(i) and self.asks(i)
        }
        if own := {**labelled, **self.last_asked}:
            return {number: self.rest(i) for number, i in own.items()}
        asked = [i for i, part in enumerate(self.parts) if part is Part.INTERPELLATION]
        numbered = {
            self.numbers(i)[0]: self.rest(i)
            for i in asked
            if self.is_a(i, LabelKind.NUMBER, LabelKind.QUESTION)
            and self.numbers(i)
            and self.asks(i)
        }
        if numbered or self.numbered:
            return numbered
        others = self.other_candidates() or [i for i in asked if self.asks_unnumbered(i)]
        spans = [span for i in others for span in self.items(self.pieces[i])]
        return {number: self.text[start:end] for number, (start, end) in enumerate(spans, 1)}

    def opens_asking(self, index: int) -> bool:
        """Tell whether a question has lines of its own over its answer, as others have."""
        piece = self.pieces[index]
        if index in self._answered_at_once:
            return True
        if self.listed or piece.bullets or piece.table or not self._asks_in_pieces:
            return False
        words = self.text[piece.start : piece.end]
        end = question_end(words, followed=True)
        return words[end : end + 1] == "\n" and is_unnumbered(words[:end])

    def repeats_asking(self, index: int) -> int:
        """Return where a listed question ends that a piece repeats over its answer, or 0."""
        piece = self.pieces[index]
        words = self.text[piece.start : piece.end]
        if piece.bullets or piece.table or "?\n" not in words:
            return 0
        end = question_end(words, followed=True)
        if words[end : end + 1] != "\n":
            return 0
        listed = (
            self.text[start:stop]
            for i in self.live
            if i < index and self.asks_unnumbered(i)
            for start, stop in self.items(self.pieces[i])
        )
        return end if any(same(one, words[:end]) for one in listed) else 0

    def _find_answered_at_once(self) -> frozenset[int]:
        """Return paragraphs that ask and answer, if two or more follow each other."""
        found: set[int] = set()
        if self.numbered or self.other_candidates():
            return frozenset()
        for one, other in pairwise(self.live):
            if self._asks_and_answers(one) and self._asks_and_answers(other):
                found |= {one, other}
        return frozenset(found)

    def _asks_and_answers(self, index: int) -> bool:
        piece = self.pieces[index]
        words = self.text[piece.start : piece.end]
        end = question_end(words, followed=True)
        said = words[end:].strip()
        return (
            self.labels[index] is None
            and not piece.bullets
            and not piece.table
            and bool(said)
            and "?" not in said
            and is_unnumbered(words[:end])
        )

    def followed(self, index: int) -> bool:
        """Tell whether the piece after a question can be its answer."""
        if self.listed:
            return True
        following = index + 1
        while following < len(self.pieces) and self.parts[following] is Part.FRAME:
            following += 1
        if following >= len(self.pieces) or self.parts[following] is not Part.BODY:
            return False
        if not self.is_a(following, *ASKED):
            return True
        return not self.asks(following)

    def _is_listed(self) -> bool:
        candidates = self._numbered_candidates() if self.numbered else self.other_candidates()
        if not self.numbered and len(candidates) == 1:
            piece = self.pieces[candidates[0]]
            return piece.bullets and len(self.items(piece)) > 1
        if len(candidates) < 2:
            return False
        low, high = self.live.index(candidates[0]), self.live.index(candidates[-1])
        if set(self.live[low : high + 1]) - set(candidates):
            return False
        return not any(self.answered_within(i) for i in candidates[:-1])

    def _numbered_candidates(self) -> list[int]:
        """Return the pieces that ask under a number or a label, each number once."""
        found: list[int] = []
        seen: set[tuple[int, str]] = set()
        above = 0
        for i in self.live:
            label = self.labels[i]
            if label is None or label.kind not in ASKED or i in found:
                continue
            number = next(iter(label.numbers), len(seen) + 1)
            if label.kind is LabelKind.LETTER:
                number = above
            asked = [i] if self.rest(i).strip() else [i, i + 1]
            if (number, label.letter) not in seen and self._is_asked(asked):
                seen.add((number, label.letter))
                found.extend(asked)
                above = number
        return found

    def other_candidates(self) -> list[int]:
        """Return the pieces that ask without a number, each question once."""
        found: list[int] = []
        for i in self.live:
            if (
                self.labels[i] is None
                and self.asks_unnumbered(i)
                and not any(same(self.rest(i), self.rest(other)) for other in found)
            ):
                found.append(i)
        return found

    def _is_asked(self, indices: Sequence[int]) -> bool:
        """Tell whether a labelled piece asks, or the one after a label that stands alone."""
        last = indices[-1]
        if last >= len(self.pieces) or self.parts[last] is not Part.BODY:
            return False
        alone = self.labels[last] is None or self.is_a(last, LabelKind.LETTER)
        return self.asks(last) and (last == indices[0] or alone)

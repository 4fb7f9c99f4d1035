"""What the whole reply looks like, before its pieces are read one after the other."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from knowledge.model import Span
from knowledge.parsing.asking import ends_asking
from knowledge.parsing.frame import Part, Zone, announces_answer
from knowledge.parsing.labels import ASKING_CELL, LAST, Label, LabelKind, read_label
from knowledge.parsing.paragraphs import is_bullet
from knowledge.parsing.pieces import Piece
from knowledge.parsing.questions.retold import clauses, is_lone, opener
from knowledge.parsing.questions.topics import in_turn, names_topic, topic_of
from knowledge.parsing.questions.wording import asks, is_unnumbered, question_end, same
from knowledge.parsing.sentences import hyphens_joined
from knowledge.parsing.voices.formal import is_formal

__all__ = ["Survey"]

# "a) Två kaféer finns kvar.": an answer, where the questions have letters.
_LETTERED = re.compile(r"\(?([a-l])[.)]\s+(?=[A-ZÅÄÖ])")
_SEVERAL_LETTERED = 2
_ASKED = (LabelKind.NUMBER, LabelKind.LETTER, LabelKind.QUESTION)
# A bullet and the blank after it.
_BULLET = re.compile(r"^\s*\W\s+")


# "Mitt svar är ja", "Svaret på frågan är nej".
_THE_ANSWER = re.compile(
    r"(?:mitt|vårt)\s+(?:\w+\s+)?svar\s+(?:är|blir)\b|svaret\s+(?:på\s+(?:frågan|interpellationen)\s+)?(?:är|blir)\b",
    re.IGNORECASE,
)
_MAX_LEAD = 3
"""So many paragraphs at the start can retell what is asked."""
_MIN_TURNS = 2
# Stands over a table or under a picture.
_CAPTION = re.compile(r"(?:tabell|figur|diagram|bild)\b", re.IGNORECASE)


class Survey:
    """The pieces of one reply with their labels, and how it asks and answers.

    Attributes:
        numbered: whether questions carry numbers or labels, so that others are no questions.
        listed: whether the questions stand together, before any answer.
        answers_labelled: whether answers name their questions: "Svar på fråga 2:".
        appended_numbered: whether the interpellation itself numbers its questions.
        last_asked: where each number last stands before something that asks.
        retold: the questions that are only retold, in order.
        endings: headings that end the answer to the last question.
        headings: where lines stand between paragraphs that are none.
        turns: paragraphs that retell one question each, with that question.
        openers: paragraphs that start so and go on with the answer, with the question and where
            the answer starts.
    """

    def __init__(
        self, text: str, pieces: Sequence[Piece], zones: Sequence[tuple[Part, Zone]]
    ) -> None:
        self.text = text
        self.pieces = pieces
        self.parts = [part for part, _ in zones]
        self._live = [i for i, part in enumerate(self.parts) if part is Part.BODY]
        self.labels = [read_label(text[p.start : p.end]) for p in pieces]
        self._number_letters()
        self._number_lost()
        numbered = [i for i in self._live if self._is(i, LabelKind.NUMBER) and self.asks(i)]
        self.last_asked = {self._numbers(i)[0]: i for i in numbered}
        self.numbered = bool(numbered) or any(map(self.names_question, self._live))
        self.answers_labelled = any(
            self._is(i, LabelKind.ANSWER) and self._numbers(i) for i in self._live
        )
        self.appended_numbered = any(
            self._is(i, LabelKind.NUMBER, LabelKind.QUESTION) and self._numbers(i) and self.asks(i)
            for i, part in enumerate(self.parts)
            if part is Part.INTERPELLATION
        )
        self.listed = self._is_listed()
        self._answered_at_once = self._find_answered_at_once()
        self.retold = self._retold()
        self.turns, self.openers = self._turns()
        self._find_last()
        self._find_topics()
        self.endings = self._endings(zones)
        self.headings = frozenset(
            pieces[i].start for i, zone in enumerate(zones) if zone == (Part.FRAME, Zone.MIDDLE)
        )
        self._asks_in_pieces = not self.listed and bool(self._other_candidates())

    def _number_letters(self) -> None:
        """Make letters numbers, unless questions are numbered: then letters name their parts."""
        for i in self._live:
            named = self._is(i, LabelKind.QUESTION, LabelKind.ANSWER) and self._numbers(i)
            if named or (self._is(i, LabelKind.NUMBER) and self.asks(i)):
                return
        for i, label in enumerate(self.labels):
            if label is None:
                continue
            if label.kind is LabelKind.LETTER:
                self.labels[i] = replace(label, kind=LabelKind.NUMBER, letter="")
            elif label.letter and not label.numbers:
                number = ord(label.letter) - ord("a") + 1
                self.labels[i] = replace(label, numbers=(number,), letter="")
        self._number_lettered_answers()

    def _number_lettered_answers(self) -> None:
        """Give the answers to lettered questions that stand in a list the numbers of these."""
        asked = [i for i in self._live if self._is(i, LabelKind.NUMBER) and self.asks(i)]
        numbers = {number for i in asked for number in self._numbers(i)}
        if len(numbers) < _SEVERAL_LETTERED or asked[-1] - asked[0] >= len(asked):
            return
        for i in self._live:
            match = _LETTERED.match(self.text, self.pieces[i].start, self.pieces[i].end)
            number = ord(match[1]) - ord("a") + 1 if match and i > asked[-1] else 0
            if match and number in numbers and self.labels[i] is None:
                length = match.end() - match.start()
                self.labels[i] = Label(LabelKind.NUMBER, (number,), length)

    def _number_lost(self) -> None:
        """Number a question whose number was lost before "2. …", as by OCR."""
        for before, i in pairwise(self._live):
            number = self._numbers(i)[0] if self._is(i, LabelKind.NUMBER) and self.asks(i) else 0
            if number > 1 and self.labels[before] is None and self.asks_unnumbered(before):
                known = {self._numbers(j) for j in self._live if self._is(j, LabelKind.NUMBER)}
                if (number - 1,) not in known and not self.pieces[before].bullets:
                    self.labels[before] = Label(LabelKind.NUMBER, (number - 1,), 0)

    def names_question(self, index: int) -> bool:
        """Tell whether a label like "Fråga 1" or "Fråga:" is one, and not a heading alone."""
        if not self._is(index, LabelKind.QUESTION):
            return False
        if self._numbers(index) or self.rest(index).strip():
            return True
        following = index + 1
        if following >= len(self.pieces):
            return False
        return self.asks(following) or self._is(following + 1, LabelKind.ANSWER)

    def _retold(self) -> tuple[Span, ...]:
        """Return the questions that are retold in running text, where none is asked otherwise."""
        if self.numbered or self._asked():
            return ()
        turned = [i for i in self._live[_MAX_LEAD:] if self._is(i, LabelKind.REFERENCE)]
        lead = [*self._live[:_MAX_LEAD], *turned]
        return tuple(
            span
            for i in lead
            for span in clauses(self.text, self.pieces[i].start, self.pieces[i].end)
        )

    def _turns(self) -> tuple[Mapping[int, Span], Mapping[int, tuple[Span, int]]]:
        """Return the paragraphs that retell one question each, answered by the next or at once."""
        if self.numbered or self._asked():
            return {}, {}
        pieces = {
            i: self.pieces[i]
            for i in self._live
            if not self.pieces[i].bullets and not self.pieces[i].table
        }
        opened = {i: opener(self.text, piece.start, piece.end) for i, piece in pieces.items()}
        openers = {i: one for i, one in opened.items() if one is not None}
        lone = [
            i
            for i, piece in pieces.items()
            if i != self._live[-1] and is_lone(self.text, piece.start, piece.end)
        ]
        if len(lone) + len(openers) < _MIN_TURNS:
            return {}, {}
        turns = {
            i: span
            for i in lone
            for span in clauses(self.text, self.pieces[i].start, self.pieces[i].end)
        }
        return turns, openers

    def _endings(self, zones: Sequence[tuple[Part, Zone]]) -> frozenset[int]:
        """Return the headings below the last question, unless answers have their own."""
        marks = [i for i in self._live if self.labels[i] is not None or self.asks_unnumbered(i)]
        headings = [
            i
            for i, zone in enumerate(zones)
            if zone == (Part.FRAME, Zone.MIDDLE) and not _CAPTION.match(self.rest(i))
        ]
        if not marks:
            return frozenset()
        # A heading right above a question belongs to it, and no answer.
        inner = [i for i in headings if marks[0] < i < marks[-1] and i + 1 not in marks]
        return frozenset() if inner else frozenset(i for i in headings if i > marks[-1])

    def _asked(self) -> dict[int, str]:
        """Return what is asked under a number, in a list or in the interpellation, by number."""
        labelled = {
            self._numbers(i)[0]: i
            for i in self._live
            if self._is(i, LabelKind.QUESTION) and self._numbers(i) and self.asks(i)
        }
        if own := {**labelled, **self.last_asked}:
            return {number: self.rest(i) for number, i in own.items()}
        asked = [i for i, part in enumerate(self.parts) if part is Part.INTERPELLATION]
        numbered = {
            self._numbers(i)[0]: self.rest(i)
            for i in asked
            if self._is(i, LabelKind.NUMBER, LabelKind.QUESTION)
            and self._numbers(i)
            and self.asks(i)
        }
        if numbered or self.numbered:
            return numbered
        others = self._other_candidates() or [i for i in asked if self.asks_unnumbered(i)]
        spans = [span for i in others for span in self.items(self.pieces[i])]
        return {number: self.text[start:end] for number, (start, end) in enumerate(spans, 1)}

    def _find_topics(self) -> None:
        """Find the paragraphs that turn to a question by its topic, or answer the only one."""
        asked = {number: span.of(self.text) for number, span in enumerate(self.retold, 1)}
        if not asked:
            alone = all(self.parts[i] is not Part.BODY for i in self.last_asked.values())
            asked = self._asked() if self.listed or (alone and not self._other_candidates()) else {}
        for i in self._live if asked else ():
            if self.labels[i] is not None or self.pieces[i].bullets or self.pieces[i].table:
                continue
            words = hyphens_joined(self.rest(i))
            topic = names_topic(words)
            number = topic_of(topic, asked) if topic else None
            if number is None and len(self.retold) == 1 and _THE_ANSWER.match(words):
                number = 1
            if number is not None:
                self.labels[i] = Label(LabelKind.REFERENCE, (number,), 0)
        self._find_retold()
        self._find_first(asked)
        self._find_in_turn(asked)

    def _find_retold(self) -> None:
        """Find the paragraphs that retell one of the questions asked before, to answer it next."""
        asked = self._asked()
        for i in self._live if len(asked) > 1 else ():
            piece = self.pieces[i]
            if self.labels[i] is None and is_lone(self.text, piece.start, piece.end):
                (span,) = clauses(self.text, piece.start, piece.end)
                found = [
                    number for number, words in asked.items() if same(span.of(self.text), words)
                ]
                if len(found) == 1 and not ends_asking(self.rest(i)):
                    self.labels[i] = Label(LabelKind.REFERENCE, (found[0],), 0)

    def _find_in_turn(self, asked: Mapping[int, str]) -> None:
        """Find the answers to questions that no one names: by the words that they share.

        They are looked for heading by heading, or paragraph by paragraph.
        """
        if len(asked) < 2 or any(map(self._names_answer, self._live)):
            return
        numbered = [i for i in self._live if self._is(i, *_ASKED) and self.asks(i)]
        if len(numbered) > len(asked):
            return  # they are asked again further down, each with its answer
        groups = self._groups()
        topics = {number: hyphens_joined(question) for number, question in asked.items()}
        for order, number in in_turn([words for _, words in groups], topics).items():
            self.labels[groups[order][0]] = Label(LabelKind.REFERENCE, (number,), 0)

    def _groups(self) -> list[tuple[int, str]]:
        """Return what stands below the questions, each part by its first paragraph and words."""
        asking = [i for i in self._live if self.asks_unnumbered(i) or self.labels[i] is not None]
        told = [
            i
            for i in self._live
            if any(self.pieces[i].start <= one.start < self.pieces[i].end for one in self.retold)
        ]
        appended = [i for i, part in enumerate(self.parts) if part is Part.INTERPELLATION]
        if appended and self._live and appended[-1] < self._live[-1]:
            told.append(appended[-1])
        start = max((*asking, *told), default=-1) + 1
        below = [i for i in self._live if i >= start]
        headed = [i for i in below if i > start and self.parts[i - 1] is Part.FRAME]
        groups: list[tuple[int, str]] = []
        for i in below:
            words = hyphens_joined(self.rest(i))
            if announces_answer(words) or is_formal(words):
                continue
            if self.pieces[i].bullets and i not in headed:
                if groups:
                    groups[-1] = (groups[-1][0], f"{groups[-1][1]} {words}")
                continue
            if groups and len(headed) > 1 and i not in headed:
                groups[-1] = (groups[-1][0], f"{groups[-1][1]} {words}")
                continue
            heading = hyphens_joined(self.rest(i - 1)) if i in headed else ""
            groups.append((i, f"{heading} {words}"))
        return groups

    def _names_answer(self, index: int) -> bool:
        return self._is(index, LabelKind.REFERENCE, LabelKind.ANSWER)

    def _find_first(self, asked: Mapping[int, str]) -> None:
        """Find the answer to the first of listed questions, where only the others are named."""
        named = [
            i
            for i in self._live
            if self._is(i, LabelKind.REFERENCE, LabelKind.ANSWER) and self._numbers(i)
        ]
        several = self.listed or len(self.retold) > 1
        if not several or len(asked) < 2 or not named or self._numbers(named[0]) != (2,):
            return
        before = self._live[self._live.index(named[0]) - 1]
        if any(
            self.pieces[before].start <= span.start < self.pieces[before].end
            for span in self.retold
        ):
            return
        if self.labels[before] is None and not self.asks_unnumbered(before):
            self.labels[before] = Label(LabelKind.REFERENCE, (1,), 0)

    def _find_last(self) -> None:
        """Put its number for "den sista frågan"."""
        last = max((*self._asked(), len(self.retold)), default=0)
        for i, label in enumerate(self.labels):
            if label is not None and LAST in label.numbers:
                self.labels[i] = replace(label, numbers=(last,)) if last else None

    def _is(self, index: int, *kinds: LabelKind) -> bool:
        label = self.labels[index] if index < len(self.labels) else None
        return label is not None and label.kind in kinds

    def _numbers(self, index: int) -> tuple[int, ...]:
        label = self.labels[index]
        return label.numbers if label else ()

    def rest(self, index: int) -> str:
        """Return a piece's words after its label."""
        label = self.labels[index]
        piece = self.pieces[index]
        return self.text[piece.start + (label.length if label else 0) : piece.end]

    def asks(self, index: int) -> bool:
        """Tell whether a labelled piece asks, or starts by asking."""
        rest = self.rest(index)
        return asks(rest) or self._is_answered_cell(index, rest)

    def _is_answered_cell(self, index: int, rest: str) -> bool:
        return self.pieces[index].table and ASKING_CELL.match(rest) is not None

    def asks_unnumbered(self, index: int) -> bool:
        """Tell whether a piece is a question without a number, or a list of such."""
        piece = self.pieces[index]
        rows = self.text[piece.start : piece.end].split("\n")
        return is_unnumbered(
            "\n".join(_BULLET.sub("", row) if is_bullet(row) else row for row in rows)
        )

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
            for i in self._live
            if i < index and self.asks_unnumbered(i)
            for start, stop in self.items(self.pieces[i])
        )
        return end if any(same(one, words[:end]) for one in listed) else 0

    def _find_answered_at_once(self) -> frozenset[int]:
        """Return paragraphs that ask and answer, if two or more follow each other."""
        found: set[int] = set()
        if self.numbered or self._other_candidates():
            return frozenset()
        for one, other in pairwise(self._live):
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

    def items(self, piece: Piece) -> list[tuple[int, int]]:
        """Return the span of each item of a list without its bullet, or of the piece."""
        items: list[tuple[int, int]] = []
        offset = piece.start
        for row in self.text[piece.start : piece.end].split("\n"):
            mark = _BULLET.match(row) if is_bullet(row) else None
            if mark or not items:
                items.append((offset + (mark.end() if mark else 0), offset + len(row)))
            else:
                items[-1] = (items[-1][0], offset + len(row))
            offset += len(row) + 1
        return items

    def followed(self, index: int) -> bool:
        """Tell whether the piece after a question can be its answer."""
        if self.listed:
            return True
        following = index + 1
        while following < len(self.pieces) and self.parts[following] is Part.FRAME:
            following += 1
        if following >= len(self.pieces) or self.parts[following] is not Part.BODY:
            return False
        if not self._is(following, *_ASKED):
            return True
        return not self.asks(following)

    def _is_listed(self) -> bool:
        candidates = self._numbered_candidates() if self.numbered else self._other_candidates()
        if not self.numbered and len(candidates) == 1:
            piece = self.pieces[candidates[0]]
            return piece.bullets and len(self.items(piece)) > 1
        if len(candidates) < 2:
            return False
        low, high = self._live.index(candidates[0]), self._live.index(candidates[-1])
        if set(self._live[low : high + 1]) - set(candidates):
            return False
        return not any(self._answered_within(i) for i in candidates[:-1])

    def _numbered_candidates(self) -> list[int]:
        """Return the pieces that ask under a number or a label, each number once."""
        found: list[int] = []
        seen: set[tuple[int, str]] = set()
        above = 0
        for i in self._live:
            label = self.labels[i]
            if label is None or label.kind not in _ASKED or i in found:
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

    def _other_candidates(self) -> list[int]:
        """Return the pieces that ask without a number, each question once."""
        found: list[int] = []
        for i in self._live:
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
        alone = self.labels[last] is None or self._is(last, LabelKind.LETTER)
        return self.asks(last) and (last == indices[0] or alone)

    def _answered_within(self, index: int) -> bool:
        """Tell whether an answer follows the question in its own piece."""
        rest = self.rest(index)
        if self._is_answered_cell(index, rest):
            return True
        return bool(rest[question_end(rest, followed=True) :].strip())

"""Which question each piece of a reply answers.

The reader goes through the pieces once with the number that it expects next in mind. A numbered
piece is a question when it asks; when it does not, it is one only in sequence with others that do,
otherwise an item of a list inside an answer. Questions that stand together with nothing between
them are a *list*, answered further down: by labels ("Svar på fråga 2:"), by sentences ("Som svar
på fråga 2 …"), by the same numbers, or in a running text, which then answers none in particular.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

from knowledge.model import Span
from knowledge.parsing.frame import Part, Zone
from knowledge.parsing.paragraphs import is_bullet
from knowledge.parsing.pieces import Label, LabelKind, Piece, is_interrogative, read_label
from knowledge.parsing.sentences import sentences
from knowledge.parsing.voices import hyphens_joined

__all__ = ["Role", "Target", "Unit", "question_end", "read_questions"]

# A heading after which no question is answered any more.
_CLOSING = re.compile(
    r"^(?:avslutning|avslutande\s+\w+|sammanfattning|sammanfattande\s+\w+|övrigt|slutord|slutsats(?:er)?|"
    r"slutkommentar|kommentar(?:er)?|källor|referenser|bakgrund|inledning|nuläge|lagstiftning)\b",
    re.IGNORECASE,
)
# Goes on asking after the question mark: "Om inte, varför.", "Motivera gärna."
_ASKS_ON = re.compile(
    r"^(?:om\s+(?:inte|ja|nej|så)\b|i\s+så\s+fall|och\s+(?:om|hur|vad|när|varför|i)\b|motivera|redogör|"
    r"beskriv|förklara|utveckla|ange|samt\s)",
    re.IGNORECASE,
)
# A line that ends without a mark and not in the middle of a phrase, before one with a capital.
_ROW_BORDER = re.compile(
    r"(?<![.,:;–-])"
    r"(?<!\bi)"
    r"(?<!\ben)(?<!\bav)(?<!\bpå)(?<!\bom)(?<!\bde)"
    r"(?<!\boch)(?<!\bför)(?<!\batt)(?<!\bmed)(?<!\bsom)(?<!\bden)(?<!\bdet)(?<!\bett)(?<!\bvår)(?<!\bhos)(?<!\bvid)"
    r"(?<!\btill)(?<!\bfrån)(?<!\binom)"
    r"(?<!\beller)"
    r"[ ]*\n(?=[A-ZÅÄÖ])"
)
_SHORT_ROW = 0.85
# A bullet and the blank after it.
_BULLET = re.compile(r"^\s*\W\s+")
_WORD = re.compile(r"\w+")
_ASKS = re.compile(r"\?[”\"»’)\]]*$")
# Asks in its own words, not in those of someone named before a colon.
_OPENLY = re.compile(
    r"^[^:]*$|^[”\"]|^(?:vad|vem|vilk\w+|hur|varför|när|var|vart|är|har|kan|kommer|ska|avser|finns)\b",
    re.IGNORECASE,
)
_MIN_UNNUMBERED_CHARS = 15
_MAX_UNNUMBERED_CHARS = 700
_MIN_LAST = 3
_MAX_LAST_CHARS = 300
_SAME = 0.6
"""Share of common words from which a question counts as a repetition of another."""


class Role(Enum):
    """What a unit becomes."""

    BODY = auto()
    QUESTION = auto()
    REPEATED = auto()
    """A question that is given again further down, with its answer."""
    INTERPELLATION = auto()
    LEFT_OUT = auto()


@dataclass(frozen=True, slots=True)
class Target:
    """The question that a unit answers.

    Attributes:
        order: from 1, in the order in which questions are answered; tells unnumbered ones apart.
        numbers: all numbers of an answer to several questions; `number` is the first.
    """

    order: int
    number: int | None
    question: Span | None
    numbers: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Unit:
    """A part of a piece with its role; `target` is None outside the answers.

    Attributes:
        bullets: whether it is a list with bullets.
        opens: whether it starts a block.
        number: the number of a question.
    """

    start: int
    end: int
    page: int | None
    role: Role
    target: Target | None = None
    bullets: bool = False
    opens: bool = True
    number: int | None = None


def question_end(text: str, *, followed: bool) -> int:
    """Return where the question ends in a piece that starts with it.

    Args:
        text: the piece without its label.
        followed: whether the answer stands in the pieces after it.

    Returns:
        The offset after the question; what comes later in the piece is its answer.
    """
    spans = list(sentences(text))
    asking = [i for i, (start, end) in enumerate(spans) if _ASKS.search(text[start:end])]
    if asking:
        last = asking[0]
        while last + 1 < len(spans):
            sentence = text[spans[last + 1][0] : spans[last + 1][1]]
            if not (_ASKS.search(sentence) or _ASKS_ON.match(sentence)):
                break
            last += 1
        return spans[last][1]
    if not spans:
        return len(text.rstrip())
    if border := _ROW_BORDER.search(text):
        row = text[: border.start()].rsplit("\n", 1)[-1]
        if len(row) < _SHORT_ROW * max(map(len, text.split("\n"))) or not followed:
            return border.start()
    return len(text.rstrip()) if followed else spans[0][1]


def _words(text: str) -> set[str]:
    return set(_WORD.findall(hyphens_joined(text).lower()))


def _same(left: str, right: str) -> bool:
    """Tell whether two texts ask the same in nearly the same words."""
    a, b = _words(left), _words(right)
    return bool(a and b) and len(a & b) / min(len(a), len(b)) >= _SAME


@dataclass(slots=True)
class _Known:
    """A question met so far."""

    span: Span
    unit: int
    """Index of its unit."""
    appended: bool
    """Whether it was met in the interpellation itself."""


def _is_unnumbered(text: str) -> bool:
    """Tell whether a whole piece is a question without a number."""
    words = hyphens_joined(text)
    if not _MIN_UNNUMBERED_CHARS <= len(words) <= _MAX_UNNUMBERED_CHARS:
        return False
    parts = [words[start:end] for start, end in sentences(words)]
    openly = is_interrogative(words) and _OPENLY.search(words) is not None
    return openly and all(_ASKS.search(part) for part in parts)


class _Reader:
    """Goes through the pieces of one reply."""

    def __init__(
        self, text: str, pieces: Sequence[Piece], zones: Sequence[tuple[Part, Zone]]
    ) -> None:
        self.text = text
        self.pieces = pieces
        self.parts = [part for part, _ in zones]
        self.labels = [read_label(text[piece.start : piece.end]) for piece in pieces]
        self.units: list[Unit] = []
        self.known: dict[int, _Known] = {}
        self.current: Target | None = None
        self.pending: tuple[int, ...] | None = None
        self.order = 0
        self.inner = 0
        self.answered = False
        self.numbered = self._is_numbered()
        self.answers_labelled = self._has(LabelKind.ANSWER)
        self.last_asked = self._last_asked()
        self.listed = self._is_list()

    # What the whole reply looks like.

    def _live(self) -> list[int]:
        return [i for i, part in enumerate(self.parts) if part is Part.BODY]

    def _has(self, kind: LabelKind) -> bool:
        return any(
            label is not None and label.kind is kind and bool(label.numbers)
            for i, label in enumerate(self.labels)
            if self.parts[i] is Part.BODY
        )

    def _last_asked(self) -> dict[int, int]:
        """Return where each number last stands before something that asks."""
        return {
            label.numbers[0]: i
            for i, label in enumerate(self.labels)
            if self.parts[i] is Part.BODY
            and label is not None
            and label.kind is LabelKind.NUMBER
            and self._asks(i)
        }

    def _rest(self, index: int) -> str:
        label = self.labels[index]
        piece = self.pieces[index]
        return self.text[piece.start + (label.length if label else 0) : piece.end]

    def _asks(self, index: int) -> bool:
        """Tell whether a labelled piece asks, or starts by asking."""
        rest = hyphens_joined(self._rest(index))
        first = next((rest[start:end] for start, end in sentences(rest)), "")
        return bool(_ASKS.search(rest)) or bool(_ASKS.search(first)) or is_interrogative(first)

    def _is_numbered(self) -> bool:
        """Tell whether questions carry numbers or labels, so that others are no questions."""
        return any(
            label is not None
            and (
                (label.kind is LabelKind.NUMBER and self._asks(i))
                or (label.kind is LabelKind.QUESTION)
            )
            for i, label in enumerate(self.labels)
            if self.parts[i] is Part.BODY
        )

    def _candidates(self) -> list[int]:
        """Return the pieces that ask, each number once."""
        found: list[int] = []
        seen: set[int] = set()
        for i in self._live():
            label = self.labels[i]
            if self.numbered:
                if label is None or label.kind not in (LabelKind.NUMBER, LabelKind.QUESTION):
                    continue
                number = label.numbers[0] if label.numbers else len(seen) + 1
                asked = [i] if self._rest(i).strip() else [i, i + 1]
                if number in seen or not self._is_asked(asked):
                    continue
                seen.add(number)
                found.extend(asked)
            elif (
                label is None
                and self._unnumbered(i)
                and not any(_same(self._rest(i), self._rest(other)) for other in found)
            ):
                found.append(i)
        return found

    def _is_asked(self, indices: Sequence[int]) -> bool:
        """Tell whether a labelled piece asks, or the one after a label that stands alone."""
        last = indices[-1]
        if last >= len(self.pieces) or self.parts[last] is not Part.BODY:
            return False
        return self._asks(last) and (last == indices[0] or self.labels[last] is None)

    def _unnumbered(self, index: int) -> bool:
        piece = self.pieces[index]
        return _is_unnumbered(self._plain(piece))

    def _plain(self, piece: Piece) -> str:
        """Return a piece's words without the bullets."""
        rows = self.text[piece.start : piece.end].split("\n")
        return "\n".join(_BULLET.sub("", row) if is_bullet(row) else row for row in rows)

    def _is_list(self) -> bool:
        """Tell whether the questions stand together, before any answer."""
        candidates = self._candidates()
        if not self.numbered and len(candidates) == 1:
            piece = self.pieces[candidates[0]]
            return piece.bullets and len(self._bullet_questions(piece)) > 1
        if len(candidates) < 2:
            return False
        live = self._live()
        low, high = live.index(candidates[0]), live.index(candidates[-1])
        if set(live[low : high + 1]) - set(candidates):
            return False
        return not any(self._remainder(i) for i in candidates[:-1])

    def _remainder(self, index: int) -> bool:
        """Tell whether an answer follows the question in its own piece."""
        rest = self._rest(index)
        end = question_end(rest, followed=True)
        return bool(rest[end:].strip())

    # One piece after the other.

    def read(self) -> list[Unit]:
        for index, (piece, part) in enumerate(zip(self.pieces, self.parts, strict=True)):
            if part is Part.INTERPELLATION:
                self._read_appended(index, piece)
            elif part is not Part.BODY:
                self._read_frame(piece)
            else:
                self._read_body(index, piece)
        return self.units

    def _add(self, start: int, end: int, page: int | None, role: Role, piece: Piece) -> None:
        words = self.text[start:end]
        start += len(words) - len(words.lstrip())
        end -= len(words) - len(words.rstrip())
        if start >= end:
            return
        target = self.current if role is Role.BODY else None
        if target is not None:
            self.answered = True
        opens = piece.opens and start == piece.start
        self.units.append(Unit(start, end, page, role, target, piece.bullets, opens))

    def _read_frame(self, piece: Piece) -> None:
        words = hyphens_joined(self.text[piece.start : piece.end])
        if _CLOSING.match(words):
            self.current = None
        self._add(piece.start, piece.end, piece.page, Role.LEFT_OUT, piece)

    def _read_appended(self, index: int, piece: Piece) -> None:
        """Read a piece of the interpellation itself: its questions are only remembered."""
        self.current = None
        label = self.labels[index]
        if label and label.kind is LabelKind.NUMBER and self._asks(index):
            number = label.numbers[0]
            rest = piece.start + label.length
            if number not in self.known:
                self.known[number] = _Known(Span(rest, piece.end), len(self.units), True)
        self._add(piece.start, piece.end, piece.page, Role.INTERPELLATION, piece)

    def _read_body(self, index: int, piece: Piece) -> None:
        label = self.labels[index]
        if self.pending is not None and self._read_pending(index, piece, label):
            return
        if label is None:
            self._read_plain(index, piece)
        elif label.kind is LabelKind.NUMBER:
            self._read_number(index, piece, label)
        elif label.kind is LabelKind.QUESTION:
            self._read_question_label(index, piece, label)
        elif label.kind is LabelKind.ANSWER:
            self._read_answer_label(piece, label)
        else:
            self._read_reference(piece, label)

    def _read_plain(self, index: int, piece: Piece) -> None:
        self.inner = self.inner if piece.bullets else 0
        if not self.numbered and self._unnumbered(index):
            items = self._bullet_questions(piece)
            for start, end in items:
                self._forget_same(self.text[start:end])
                self._question(start, end, piece, None)
            if len(items) > 1:
                self.current = None
            return
        self._add(piece.start, piece.end, piece.page, Role.BODY, piece)

    def _forget_same(self, words: str) -> None:
        """Make the listed mention of an unnumbered question a repetition: here is its answer."""
        for key, known in list(self.known.items()) if self.listed else ():
            if _same(known.span.of(self.text), words):
                self._forget(key)

    def _bullet_questions(self, piece: Piece) -> list[tuple[int, int]]:
        """Return the span of each question in a piece: each item of a list, without its bullet."""
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

    def _read_number(self, index: int, piece: Piece, label: Label) -> None:
        number = label.numbers[0]
        expected = max((n for n, k in self.known.items() if not k.appended), default=0) + 1
        asks = self._asks(index)
        start = piece.start + label.length
        marked = "?" in self._rest(index)
        if self.inner and number == self.inner + 1 and not (asks and number == expected):
            self.inner = number
            self._add(piece.start, piece.end, piece.page, Role.BODY, piece)
        elif asks and self._repeats(number, start, piece):
            self._forget(number)
            self._split_question(index, start, piece, number)
        elif asks and number == expected and (marked or self.numbered):
            self._split_question(index, start, piece, number)
        elif asks and marked and number > expected and number <= expected + 3 and not self.inner:
            # A question is missing in between: its number was lost or it was left out.
            self._split_question(index, start, piece, number)
        elif not asks and number == expected and self._in_sequence(index, number):
            self._question(start, piece.end, piece, number)
        elif self._answers_by_number(number):
            self.current = self._target((number,))
            self._add(start, piece.end, piece.page, Role.BODY, piece)
        else:
            self.inner = number
            self._add(piece.start, piece.end, piece.page, Role.BODY, piece)

    def _repeats(self, number: int, start: int, piece: Piece) -> bool:
        known = self.known.get(number)
        if known is None:
            return False
        if known.appended:
            return True
        rest = self.text[start : piece.end]
        end = question_end(rest, followed=True)
        return _same(known.span.of(self.text), rest[:end])

    def _forget(self, number: int) -> None:
        """Make an earlier mention of a question a repetition: this one has the answer."""
        known = self.known.pop(number)
        unit = self.units[known.unit]
        if unit.role is Role.QUESTION:
            self.units[known.unit] = Unit(
                unit.start, unit.end, unit.page, Role.REPEATED, None, unit.bullets, unit.opens
            )

    def _in_sequence(self, index: int, number: int) -> bool:
        """Tell whether a numbered piece that does not ask stands between ones that do."""
        if self.inner or not self.numbered:
            return False
        if number > 1 and (number - 1) not in self.known:
            return False
        if self.last_asked.get(number + 1, -1) > index:
            return True
        # The last of several, on its own line with the answer below: no list starts here.
        piece = self.pieces[index]
        short = piece.end - piece.start <= _MAX_LAST_CHARS
        return number >= _MIN_LAST and short and not self.listed and self._followed(index)

    def _answers_by_number(self, number: int) -> bool:
        """Tell whether a number that does not ask announces the answer to a listed question."""
        if not self.listed or number not in self.known:
            return False
        if self.answers_labelled:
            return False
        if self.current is None:
            return number == min(self.known)
        return self.current.number == number - 1

    def _split_question(self, index: int, start: int, piece: Piece, number: int | None) -> None:
        """Add a question, and what follows it in its piece as its answer."""
        rest = self.text[start : piece.end]
        end = start + question_end(rest, followed=self._followed(index))
        self._question(start, end, piece, number)
        self._add(end, piece.end, piece.page, Role.BODY, piece)

    def _followed(self, index: int) -> bool:
        """Tell whether the piece after a question can be its answer."""
        if self.listed:
            return True
        following = index + 1
        while following < len(self.pieces) and self.parts[following] is Part.FRAME:
            following += 1
        if following >= len(self.pieces) or self.parts[following] is not Part.BODY:
            return False
        label = self.labels[following]
        if label is None or label.kind not in (LabelKind.NUMBER, LabelKind.QUESTION):
            return True
        return not self._asks(following)

    def _question(self, start: int, end: int, piece: Piece, number: int | None) -> None:
        """Remember a question; what follows answers it, unless the questions are a list."""
        words = self.text[start:end]
        end -= len(words) - len(words.rstrip())
        if start >= end:
            return
        span = Span(start, end)
        self.inner = 0
        self.order += 1
        self.known[number or self.order] = _Known(span, len(self.units), False)
        label_start = piece.start if start - piece.start < 40 else start
        self.units.append(
            Unit(label_start, end, piece.page, Role.QUESTION, None, False, piece.opens, number)
        )
        self.current = (
            None if self.listed and not self._answers_begun() else Target(self.order, number, span)
        )

    def _answers_begun(self) -> bool:
        """Tell whether listed questions are now given again, each with its answer."""
        return any(unit.role is Role.REPEATED for unit in self.units)

    def _target(self, numbers: tuple[int, ...]) -> Target:
        known = self.known.get(numbers[0])
        self.order += 1
        return Target(self.order, numbers[0], known.span if known else None, numbers)

    def _read_question_label(self, index: int, piece: Piece, label: Label) -> None:
        rest = self._rest(index).strip()
        if not rest:
            self.pending = label.numbers
            self._label(piece, piece.end)
            return
        self._question_or_answer(index, piece.start + label.length, piece, label.numbers)

    def _question_or_answer(
        self, index: int, start: int, piece: Piece, numbers: tuple[int, ...]
    ) -> None:
        """Read what follows "Fråga N": the question itself, or its answer."""
        number = numbers[0] if numbers else None
        known = self.known.get(number) if number is not None else None
        rest = self.text[start : piece.end]
        first = next((rest[a:b] for a, b in sentences(rest)), rest)
        asks = is_interrogative(hyphens_joined(first)) or "?" in first
        if known is None or known.appended:
            if asks or len(numbers) < 2:
                self._split_question(index, start, piece, number)
                return
        elif asks and (not self.listed or _same(known.span.of(self.text), first)):
            if self.listed:
                self._forget(numbers[0])
            self._split_question(index, start, piece, number)
            return
        self.current = self._target(numbers) if numbers else self.current
        self._label(piece, start)
        self._add(start, piece.end, piece.page, Role.BODY, piece)

    def _read_pending(self, index: int, piece: Piece, label: Label | None) -> bool:
        """Read the piece after a label that stands alone."""
        numbers = self.pending or ()
        self.pending = None
        if label is not None and label.kind is LabelKind.ANSWER:
            self.current = self._target(numbers) if numbers else self.current
            return False
        if label is not None and label.kind is not LabelKind.REFERENCE:
            return False
        known = self.known.get(numbers[0]) if numbers else None
        if known is None and label is None:
            number = numbers[0] if numbers else None
            if self._label_takes_question(index):
                self._split_question(index, piece.start, piece, number)
                return True
        self._question_or_answer(index, piece.start, piece, numbers)
        return True

    def _label_takes_question(self, index: int) -> bool:
        words = hyphens_joined(self._rest(index))
        first = next((words[a:b] for a, b in sentences(words)), words)
        return "?" in words or is_interrogative(first)

    def _label(self, piece: Piece, end: int) -> None:
        self._add(piece.start, end, piece.page, Role.LEFT_OUT, piece)

    def _read_answer_label(self, piece: Piece, label: Label) -> None:
        self.inner = 0
        if label.numbers:
            same = self.current is not None and self.current.number == label.numbers[0]
            if not same:
                self.current = self._target(label.numbers)
        elif self.current is None and len(self.known) == 1 and not self.answered:
            number = next(iter(self.known))
            self.order += 1
            self.current = Target(self.order, number, self.known[number].span)
        start = piece.start + label.length
        self._label(piece, start)
        self._add(start, piece.end, piece.page, Role.BODY, piece)

    def _read_reference(self, piece: Piece, label: Label) -> None:
        self.inner = 0
        number = label.numbers[0]
        interleaved = bool(self.known) and not self.listed
        if not interleaved and (self.current is None or self.current.number != number):
            self.current = self._target(label.numbers)
        self._add(piece.start, piece.end, piece.page, Role.BODY, piece)


def read_questions(
    text: str, pieces: Sequence[Piece], zones: Sequence[tuple[Part, Zone]]
) -> list[Unit]:
    """Find the questions and say which one each piece answers.

    Args:
        text: the text that the pieces point into.
        pieces: in order.
        zones: for each piece, its part and zone.

    Returns:
        Units in order, not overlapping; together they hold every word of the pieces, apart from
        labels like "1." and "Svar:".
    """
    return _Reader(text, pieces, zones).read()

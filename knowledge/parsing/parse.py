"""A document becomes drafts of the replies in it."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from knowledge.document import Document
from knowledge.draft import Certainty, Draft, Found
from knowledge.model import Passage, PassageKind
from knowledge.parsing.closing import without_closing
from knowledge.parsing.fields import Fields, read_fields
from knowledge.parsing.fields.lines import Lines, sentences_of
from knowledge.parsing.fields.names import PERSON
from knowledge.parsing.fields.places import places_of
from knowledge.parsing.frame import (
    Part,
    Zone,
    answers,
    is_item,
    is_title,
    opens_interpellation,
    zones,
)
from knowledge.parsing.items import items, with_numbers
from knowledge.parsing.paragraphs import Block, Layout, lay_out, select
from knowledge.parsing.passages import make_passages
from knowledge.parsing.pieces import Piece, cut
from knowledge.parsing.questions import Role, Unit, read_questions
from knowledge.parsing.refusal import LooksLike, NoReply
from knowledge.parsing.sentences import hyphens_joined

__all__ = ["NoReply", "parse"]

# A paragraph of minutes: "§ 45 Svar på …", "KF § 45", "§ 118 Dnr KS 2022/301".
_PARAGRAPH_SIGN = re.compile(r"^(?:KF|Kf|KFM|Kommunfullmäktige)?\s*§\s*\d+(?![\d,])")
# Words by which a reply without a title line gives itself away.
_REPLY_WORDS = re.compile(
    r"""\b(?:
        tack(?:ar)?\s+(?:\w+\s+){0,4}?(?:din|er|interpellationen)\b
        | (?:ställt|riktat|lämnat\s+in|inlämnat)\s+(?:\w+\s+){0,8}?
          (?:interpellation|frågor|fråga)\b[^.]{0,80}\btill\s+(?:mig|kommun)
        | interpellanten\b
        | \b(?:din|er)\s+interpellation\b
        | lämna[rs]?\s+följande\s+svar
        | svar\s+till\s+(?-i:[A-ZÅÄÖ][\w-]+(?:\s[A-ZÅÄÖ][\w-]+){1,3})\s*\((?-i:[A-ZÅÄÖ]{1,4})\)
        | (?:mitt|vårt)\s+svar\b
        | som\s+svar\s+(?:får|vill|kan|på)\b
        | svarar?\s+på\s+interpellation
        | svar(?:et)?\s+på\s+(?:din\s+)?interpellation
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_AGENDA = re.compile(
    r"^(?:kallelse|kungörelse|föredragningslista|dagordning|ärendelista)\b"
    # "EXEMPELBY KOMMUN KALLELSE"
    r"|(?-i:\b(?:KALLELSE|KUNGÖRELSE|FÖREDRAGNINGSLISTA|DAGORDNING)\b)",
    re.IGNORECASE,
)
_MINUTES = re.compile(r"\w*protokoll(?:sutdrag|et)?\b|^protokoll", re.IGNORECASE)
# A title that is an item of a list: "11 Svar på interpellation …", "4. Interpellationssvar".
_ITEM = re.compile(r"^\d{1,3}[.):]?\s|^[•–-]\s")
_MOTION = re.compile(r"^(?:motion|svar\s+på\s+motion|medborgarförslag|e-förslag)\b", re.IGNORECASE)
_INTERPELLATION = re.compile(r"^(?:skriftlig\s+)?interpellation\b", re.IGNORECASE)
# "Enkel fråga till nämndens ordförande", "Fråga till kommunalrådet Anna Ek (S) om …"
_QUESTION = re.compile(
    r"^(?:(?:svar\s+på\s+(?:en\s+)?)?(?:enkel|skriftlig)\s+fråga\b(?!\w)|fråga\s+(?:till|från|ställd\s+till)\s+\S)",
    re.IGNORECASE,
)

_PROSE_CHARS = 140
"""An agenda names replies but has no paragraph as long as this."""
_FIRST_BLOCKS = 12
_HEADING_CHARS = 160

_MAX_SHOWN = 12
"""So many questions without an answer are shown; more are only counted."""

_EMPTY = "Dokumentet är tomt: det innehåller ingen text."
_IS_AGENDA = (
    "Dokumentet ser ut som en kallelse eller ärendelista, inte som ett svar på en interpellation."
)
_IS_MOTION = (
    "Dokumentet ser ut som en motion eller ett medborgarförslag, "
    "inte som ett svar på en interpellation."
)
_IS_INTERPELLATION = "Dokumentet ser ut som en interpellation utan svar."
_IS_QUESTION = (
    "Dokumentet ser ut som en enkel eller skriftlig fråga, inte som ett svar på en interpellation."
)
_IS_OTHER = "Dokumentet ser inte ut som ett svar på en interpellation."
_NO_ANSWER = "Dokumentet nämner ett svar på en interpellation men innehåller ingen svarstext."


def _words(layout: Layout, block: Block) -> str:
    return hyphens_joined(layout.text[block.start : block.end])


@dataclass(frozen=True, slots=True)
class _Section:
    """The part of a document that holds one reply.

    Attributes:
        opening: where it starts; what stands before is the head of minutes, no one's words.
    """

    layout: Layout
    opening: int = 0


def _sections(layout: Layout) -> Iterator[_Section]:
    """Yield the section of each reply: the whole document, or the items of minutes."""
    words = with_numbers([_words(layout, block) for block in layout.blocks])
    starts = [index for index, line in enumerate(words) if _PARAGRAPH_SIGN.match(line)]
    if not any(is_title(line) for start in starts for line in words[start : start + 4]) and not any(
        is_item(words[start]) for start in starts
    ):
        starts = list(items(words))
    head = layout.blocks[: starts[0]] if starts else ()
    found = False
    for start, end in pairwise((*starts, len(words))):
        section = layout.blocks[start:end]
        titled = any(map(is_title, words[start : min(start + 4, end)]))
        if titled or (is_item(words[start]) and any(map(answers, words[start:end]))):
            found = True
            if len(starts) > 1:
                own = select(layout, (*head, *section))
                yield _Section(own, own.blocks[len(head)].start)
            elif any(map(opens_interpellation, words[:start])):
                yield _Section(layout)
            else:
                yield _Section(layout, section[0].start)
    if not found:
        yield _Section(layout)


def _asked(units: Sequence[Unit]) -> list[Unit]:
    return [unit for unit in units if unit.role is Role.QUESTION]


def _open(units: Sequence[Unit], passages: Sequence[Passage]) -> list[Unit]:
    """Return the questions that have no answer of their own."""
    quoted = sorted(passage.question.start for passage in passages if passage.question)
    spread = {number for unit in units if unit.target for number in unit.target.numbers}
    return [
        unit
        for unit in _asked(units)
        if unit.number not in spread
        and bisect_left(quoted, unit.start) == bisect_left(quoted, unit.end)
    ]


def _warnings(units: Sequence[Unit], open_questions: Sequence[Unit]) -> Iterator[str]:
    """Say which questions have no answer of their own."""
    asked = _asked(units)
    if asked and len(open_questions) == len(asked):
        yield "passages: Det framgår inte vilken del av svaret som besvarar vilken fråga."
    elif open_questions:
        count = f"{len(open_questions)} av {len(asked)}"
        yield f"passages: {count} frågor har inget eget svar i texten."


@dataclass(frozen=True, slots=True)
class _Reading:
    """A layout with its pieces and what each is to the reply."""

    layout: Layout
    pieces: tuple[Piece, ...]
    parts: tuple[tuple[Part, Zone], ...]

    @classmethod
    def of(cls, section: _Section) -> _Reading:
        """Cut a section into pieces and sort them."""
        layout = section.layout
        pieces = cut(layout)
        before = sum(piece.end <= section.opening for piece in pieces)
        head = ((Part.FRAME, Zone.HEAD),) * before
        return cls(layout, pieces, (*head, *zones(layout.text, pieces[before:])))


def _draft(reading: _Reading, margins: Sequence[str]) -> Draft | None:
    """Make the draft of one reply, or None when it has no official words."""
    layout, pieces, parts = reading.layout, reading.pieces, reading.parts
    fields = read_fields(Lines.of(layout.text, pieces, parts, margins))
    units = read_questions(layout.text, pieces, parts)
    names = tuple(person.name for person in fields.interpellants) or _others(reading, fields)
    units = without_closing(layout.text, units, fields.title or "", names)
    passages = make_passages(layout, units, names)
    if all(passage.kind is PassageKind.BACKGROUND for passage in passages):
        return None
    open_questions = _open(units, passages)
    return Draft(
        text=layout.text,
        passages=passages,
        title=fields.title,
        municipality=fields.municipality,
        interpellants=fields.interpellants,
        respondents=fields.respondents,
        answered_on=fields.answered_on,
        dnr=fields.dnr,
        language="sv",
        replaces_dnr=fields.replaces_dnr,
        warnings=(*fields.warnings, *_warnings(units, open_questions)),
        found=(
            *places_of(fields, layout, pieces, parts, margins),
            *_unanswered(layout, open_questions),
        ),
    )


def _others(reading: _Reading, fields: Fields) -> tuple[str, ...]:
    """Return who may have asked where no one is known to: all with a party who do not answer."""
    paragraphs = (
        hyphens_joined(reading.layout.text[piece.start : piece.end]) for piece in reading.pieces
    )
    named = (
        match["name"] for words in sentences_of(paragraphs) for match in PERSON.finditer(words)
    )
    answering = {person.name for person in fields.respondents}
    return tuple(dict.fromkeys(name for name in named if name not in answering))


def _unanswered(layout: Layout, open_questions: Sequence[Unit]) -> Iterator[Found]:
    """Yield the words of the questions without an answer of their own."""
    rows = [row for block in layout.blocks for row in block.rows]
    starts = [row.start for row in rows]
    for unit in open_questions[:_MAX_SHOWN]:
        words = " ".join(hyphens_joined(layout.text[unit.start : unit.end]).split())
        page = rows[bisect_right(starts, unit.start) - 1].page
        yield Found("passages", Certainty.DOUBTFUL, line=words, page=page)


def _is_reply(reading: _Reading) -> bool:
    """Tell whether a document without a title line says that it answers an interpellation."""
    return any(
        _REPLY_WORDS.search(hyphens_joined(reading.layout.text[piece.start : piece.end]))
        for piece, (part, _) in zip(reading.pieces, reading.parts, strict=True)
        if part is not Part.INTERPELLATION
    )


def _refuse(reading: _Reading, *, items: bool) -> None:
    """Refuse a document that holds no reply.

    Args:
        reading: the whole document.
        items: whether it is parted into items, of which some are replies.

    Raises:
        NoReply: with what it looks like.
    """
    layout = reading.layout
    if not layout.blocks:
        raise NoReply(_EMPTY)
    first = [_words(layout, block) for block in layout.blocks[:_FIRST_BLOCKS]]
    short = [words for words in first if len(words) < _HEADING_CHARS]
    prose = any(block.end - block.start > _PROSE_CHARS for block in layout.blocks)
    titles = [
        hyphens_joined(layout.text[piece.start : piece.end])
        for piece, (part, _) in zip(reading.pieces, reading.parts, strict=True)
        if part is Part.TITLE
    ]
    listed = any(map(_ITEM.match, titles)) and not any(map(_MINUTES.search, short))
    answered = bool(titles) and prose
    if any(map(_AGENDA.search, short)) and (listed or not answered):
        raise NoReply(_IS_AGENDA, LooksLike.AGENDA)
    if any(map(_MOTION.match, short)) and not answered:
        raise NoReply(_IS_MOTION, LooksLike.MOTION)
    if titles or items:
        return
    if any(map(_INTERPELLATION.match, short)):
        raise NoReply(_IS_INTERPELLATION, LooksLike.INTERPELLATION)
    if any(map(_QUESTION.match, short)):
        raise NoReply(_IS_QUESTION, LooksLike.QUESTION)
    if not _is_reply(reading):
        raise NoReply(_IS_OTHER)


def parse(document: Document) -> tuple[Draft, ...]:
    """Read the replies in a document.

    Args:
        document: what a reader gave, without page heads and feet.

    Returns:
        One draft for each reply: one as a rule, several for minutes.

    Raises:
        NoReply: the document is empty or something else: an agenda, a motion, an interpellation
            without an answer.
    """
    whole = _Reading.of(_Section(lay_out(document)))
    sections = list(_sections(whole.layout))
    _refuse(whole, items=any(one.opening for one in sections))
    readings = (
        whole if one.layout is whole.layout and not one.opening else _Reading.of(one)
        for one in sections
    )
    drafts = [draft for one in readings if (draft := _draft(one, document.margins))]
    if not drafts:
        raise NoReply(_NO_ANSWER)
    return tuple(drafts)

"""The frame of a reply: letterhead, title, salutation, headings, formalities and signature.

Nothing of it is a passage; the fields are read from it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

from knowledge.parsing.pieces import LabelKind, Piece, read_label
from knowledge.parsing.voices import hyphens_joined

__all__ = ["TITLE", "Part", "Zone", "is_title", "zones"]

# The line that names the document: "Svar på interpellation …", "Interpellationssvar …".
TITLE = re.compile(
    r"^(?:(?:KF|Kf|KFM)?\s*§\s*\d+[\s:.–-]*)?(?:Ärende\s*(?:nr)?\s*:?\s*\d+[\s:.–-]*)?(?:Punkt\s*)?(?:\d+[\s:.]+)?"
    r"(?:Dnr[\s:.]*\S+(?:\s\S+)?\s+)?"
    r"(?:(?:Skriftligt\s+|Kommunstyrelsens\s+|\S*nämndens\s+|Kommunens\s+)?"
    r"(?:svar\s*(?:på|till|angående|av|,|–|-|:)\s*(?:\S+\s+){0,4}?(?:enkel\s+)?interpellation(?:en|er)?\b"
    r"|svar\s+(?:på|till)\s+(?:enkel\s+|skriftlig\s+)?fråga\s+(?:från|av|ställd|angående|om|till)\b"
    r"|interpellationssvar\b"
    r"|[^.:?!]{3,80}?\ssvarar\s+på\s+(?:en\s+)?interpellation(?:en)?\s+(?:från|av|om|angående|gällande|rörande)\b"
    r"|(?:besvarande|besvarad)\s+(?:av\s+)?(?:en\s+)?interpellation(?:en)?\b"
    r"|interpellation(?:en)?\s+med\s+svar\b"
    r"|interpellation\b[^.]{0,120}[\s,–-]+(?:svar|besvarande)\s*\.?$)"
    r"|(?:[^.?!]{3,140}?[\s,.:;–-]+)(?:svar\s+på\s+interpellation|interpellationssvar)\s*\.?$)",
    re.IGNORECASE,
)
# The same line when it starts with the word and so can name the matter after it.
_TITLE_START = re.compile(
    r"^(?:(?:KF|Kf)?\s*§\s*\d+[\s:.–-]*)?(?:Dnr\s\S+(?:\s\S+)?\s+)?(?:\S+\s+)?"
    r"(?:svar\b.{0,60}?\binterpellation(?:en)?|interpellationssvar|besvarande\b.{0,40}?\binterpellation(?:en)?|"
    r"svar\s+(?:på|till)\s+(?:enkel\s+|skriftlig\s+)?fråga)\b",
    re.IGNORECASE,
)
# Heading words of minutes whose text is formality, until the next heading.
_FORMAL_SECTION = re.compile(
    r"^(?:närvarande(?:\s+och\s+\w+)?|jäv|frånvarande|(?:\S+\s+)?beslut(?:et)?|beslutsgång(?:en)?|(?:besluts)?underlag(?:et)?|"
    r"handlingar(?:\s+i\s+ärendet)?|yttranden?|inlägg|anföranden?|talare|debatt(?:en|are)?|"
    r"deltar\s+i\s+(?:debatten|överläggningen).*|i\s+debatten\s+(?:deltar|yttrar).*|yrkanden?|"
    r"(?:beslutet|utdraget|protokollsutdrag|utdrag|kopia|protokollet)\s*(?:ska\s+)?(?:expedieras|skickas|sänds|delges)?\s*till"
    r"|expedier(?:as|ing)(?:\s+till)?|sändlista|delges|bilag(?:a|or)|justering.*|justerare|reservation(?:er)?|"
    r"protokollsanteckning(?:ar)?|plats\s+och\s+tid|paragrafer|tjänstgörande.*|beslutande.*|övriga\s+deltagare|"
    r"förslag\s+till\s+beslut|proposition(?:er)?|anslag(?:/bevis)?|innehåll(?:sförteckning)?|ärendelista|"
    r"föredragningslista|tidigare\s+behandling|ärendets\s+(?:behandling|gång)|för\s+kännedom.*)\s*:?$",
    re.IGNORECASE,
)
# Heading words under which the interpellation itself is given.
_INTERPELLATION_SECTION = re.compile(
    r"^(?:(?:sammanfattning|utdrag|text|innehåll|redogörelse)\s+(?:av|ur|från|för)\s+)?"
    r"(?:interpellation(?:en|stext|stexten|ens\s+\S+)?(?:\s+i\s+(?:sin\s+helhet|korthet|sammandrag))?"
    r"|interpellantens?\s+(?:text|framställan|bakgrund|motivering|inlägg|skrivning|resonemang)"
    r"|bakgrund(?:en)?\s+(?:i|till|från|ur|enligt)\s+interpellation\S*"
    r"|interpellation\s+(?:till|om|angående|från|av|gällande|rörande|med|kring|nr)\b.*"
    r"|inlämnad\s+interpellation.*|bilaga[:\s\d.–-]*interpellation.*)\s*:?$",
    re.IGNORECASE,
)
# A line of the letterhead, of a form or of the signature, known by its first word.
_LABELLED = re.compile(
    r"^(?:dnr|diarienr|diarienummer|ärende(?:nr|nummer)?|datum|sammanträdesdatum|mötesdatum|handläggare|"
    r"interpellant(?:er)?|interpellation\s+(?:av|från)|frågeställare|svarande|respondent(?:er)?|besvaras?\s+av|svar\s+(?:av|från)|till|"
    r"från|kopia|bilag(?:a|or)|sida|sid|plats\s+och\s+tid|plats|närvarande|ordförande|sekreterare|"
    r"justerare|justerande\S*|justerandes?\s+sign\S*|utdragsbestyrkande|protokollsutdrag|paragraf(?:er)?|beslutande|telefon|"
    r"tel|e-post|epost|postadress|besöksadress|adress|webb(?:plats)?|hemsida|organisationsnummer|org\.?\s?nr|"
    r"er\s+(?:ref\S*|beteckning)|vår\s+(?:ref\S*|beteckning)|status|version|instans|"
    r"sammanträdesprotokoll|protokoll|tjänsteskrivelse|interpellationssvar|svar|kommunfullmäktige|"
    r"kommunstyrelsen|kommunledningskontoret|postgiro|bankgiro|fax|växel)\b[\s.:]",
    re.IGNORECASE,
)
# A line that is nothing but a date, with or without its place.
_DATE_LINE = re.compile(
    r"^(?:[\w\sÅÄÖåäöé-]{0,40}?[\s,]+)?(?:den\s+)?(?:\d{4}-\d{2}-\d{2}|\d{1,2}\s+[a-zå]{3,9}\s+\d{4})\.?$"
)
# The reply says when or where it was given: no words about the matter.
_GIVEN = re.compile(
    r"^(?:(?:detta\s+)?(?:svar(?:et)?|interpellation(?:en|ssvaret)?)\s+(?:är\s+|har\s+|ska\s+)?(?:lämna[ts]|avgiv\w+|"
    r"avges|besvara[ts]|behandla[ts]|delges|delgav?s|läs\w+\s+upp|är\s+avgivet|lämnades|besvarades|publicer\w+)\b"
    r"|besvara[ts]\s+(?:vid|på|i|den|av)\b|lämna[ts]\s+(?:vid|till|in|den)\b|inlämnad\b|inkom(?:men)?\b)[^?]{0,140}$",
    re.IGNORECASE,
)
# A person with a party: "Anna Ek (S)", the core of a signature.
_PERSON = re.compile(
    r"\b[A-ZÅÄÖÉ][\w’-]+(?:\s+[\w.’-]+){1,3}\s*\((?:[A-Za-zÅÄÖåäö]{1,4}|[A-ZÅÄÖ][\w-]+)\)"
)
# What a closing greeting starts with.
_GREETING = re.compile(
    r"^(?:med\s+)?(?:vänlig(?:a|en)?|bästa|varma|hjärtliga|många)?\s*hälsning(?:ar)?\b|^(?:mvh|vänligen|för\s+\S+nämnden)\b",
    re.IGNORECASE,
)
# "Interpellation av Anna Ek (C) till kommunstyrelsens ordförande": a line of a form.
_INTERPELLATION_BY = re.compile(
    r"^Interpellation\s+(?:av|från)\s+(?:[a-zåäö]+\s+)?[A-ZÅÄÖ].*\(", re.DOTALL
)
_LINE = re.compile(r"^[\s_.*=~–—-]*$")
# A sentence ends inside: more than a heading. "Svar till Bo Ek. Avgifterna är".
_INNER_SENTENCE = re.compile(r"[a-zåäö]{3}[.?!]\s+[A-ZÅÄÖ]")
_SENTENCE_END = re.compile(r"[.?!:;,][”\"»’)]*$")
_COMMITTEE = re.compile(
    r"(?:ordförande|råd|nämnd\w*|styrelse\w*|chef|sekreterare|direktör)\b", re.I
)

_HEADING_CHARS = 90
_STYLED_HEADING_CHARS = 200
_PROSE_CHARS = 130
_MATTER_CHARS = 8
_MIN_TABLE_ROWS = 3


class Part(Enum):
    """What a piece is to its reply."""

    FRAME = auto()
    TITLE = auto()
    BODY = auto()
    INTERPELLATION = auto()
    """Inside the interpellation itself, appended or quoted under its heading."""


class Zone(Enum):
    """Where a piece of the frame stands."""

    HEAD = auto()
    MIDDLE = auto()
    TAIL = auto()


@dataclass(frozen=True, slots=True)
class _View:
    """A piece with its words on one line."""

    piece: Piece
    words: str
    rows: tuple[str, ...]


def _view(text: str, piece: Piece) -> _View:
    words = text[piece.start : piece.end]
    return _View(
        piece, hyphens_joined(words), tuple(" ".join(r.split()) for r in words.split("\n"))
    )


def _is_form_row(row: str) -> bool:
    """Tell whether a line belongs to a form: "Ordförande Anna Ek (C)"."""
    return (
        len(row) <= _PROSE_CHARS
        and (_LABELLED.match(row + " ") is not None or _DATE_LINE.match(row) is not None)
        and not row.endswith(("?", "!"))
    )


def is_title(words: str) -> bool:
    """Tell whether a line, or a few, names the document as a reply."""
    return len(words) <= 320 and TITLE.match(words) is not None


def _is_mark(view: _View) -> bool:
    """Tell whether a piece is a letterhead or form line, a date, a rule or a greeting."""
    words = view.words
    if len(view.rows) > 1 and all(_is_form_row(row) for row in view.rows):
        return True
    if _LINE.match(words) or (len(words) <= _PROSE_CHARS and _DATE_LINE.match(words)):
        return True
    if _GREETING.match(words) and len(words) <= _PROSE_CHARS:
        return True
    if _GIVEN.match(words) and len(words) <= 160:
        return True
    label = read_label(words)
    if label and label.kind is not LabelKind.REFERENCE:
        return False
    return (
        len(words) <= _PROSE_CHARS
        and _LABELLED.match(words + " ") is not None
        and not words.endswith((".", "?", "!"))
        and not _INNER_SENTENCE.search(words)
    )


def _is_heading(view: _View) -> bool:
    """Tell whether a piece looks like a heading: short, no sentence, starts with a capital."""
    words, piece = view.words, view.piece
    if piece.bullets or piece.table or words.endswith("?"):
        return False
    label = read_label(words)
    if label and label.kind is not LabelKind.REFERENCE and not _FORMAL_SECTION.match(words):
        return False
    if not piece.heading and _INNER_SENTENCE.search(words):
        return False
    if piece.heading:
        return len(words) <= _STYLED_HEADING_CHARS
    if len(words) > _HEADING_CHARS or (piece.rows > 1 and not piece.opens):
        return False
    if _FORMAL_SECTION.match(words) or _INTERPELLATION_SECTION.match(words):
        return True
    if not words[:1].isupper() and not words.startswith(("”", '"', "§")):
        return False
    return not _SENTENCE_END.search(words) and piece.rows == 1


def _is_signature(view: _View) -> bool:
    """Tell whether a piece can stand in a signature block."""
    words, piece = view.words, view.piece
    if piece.bullets or piece.table or len(words) > 200 or words.endswith("?"):
        return False
    if _is_mark(view):
        return True
    label = read_label(words)
    if label is not None:
        return False
    if _SENTENCE_END.search(words) and not words.endswith(","):
        return (
            len(words) < 100
            and _PERSON.search(words) is not None
            and _COMMITTEE.search(words) is not None
            and len(words.split()) < 12
        )
    if _PERSON.search(words):
        return len(words) <= 160
    return len(words) <= _HEADING_CHARS and len(words.split()) <= 9


def _is_signed(view: _View) -> bool:
    """Tell whether a piece is a name over a role: a signature in the middle of a document."""
    return (
        1 < len(view.rows) <= 4
        and _PERSON.fullmatch(view.rows[0]) is not None
        and _COMMITTEE.search(view.rows[1]) is not None
        and not _SENTENCE_END.search(view.words)
        and all(len(row) <= _HEADING_CHARS for row in view.rows)
    )


def _is_lone_label(view: _View) -> bool:
    """Tell whether a piece is "Fråga 1" alone, so that the next one is the question."""
    label = read_label(view.words)
    return (
        label is not None
        and label.kind in (LabelKind.QUESTION, LabelKind.ANSWER)
        and label.length >= len(view.words)
    )


def _tail(views: Sequence[_View]) -> int:
    """Return the index where the signature block starts."""
    index = len(views)
    while index and _is_signature(views[index - 1]):
        before = views[index - 2] if index > 1 else None
        listed = before is not None and (before.words.endswith(":") or before.piece.bullets)
        if listed and not _is_mark(views[index - 1]) and not _PERSON.search(views[index - 1].words):
            break
        index -= 1
    for back in range(max(0, len(views) - 12), index):
        if _GREETING.match(views[back].words) and len(views[back].words) <= _PROSE_CHARS:
            return back
    return index


def _title(views: Sequence[_View]) -> int | None:
    """Return the index of the line that names the document and, if any does, its matter.

    A letterhead may hold the word too ("Exempelby kommun Interpellationssvar").
    """
    found = [i for i, view in enumerate(views) if is_title(view.words)]
    for i in found[:4]:
        opening = _TITLE_START.match(views[i].words)
        if opening and len(views[i].words) - opening.end() > _MATTER_CHARS:
            return i
    starting = [i for i in found if _TITLE_START.match(views[i].words)]
    return next(iter(starting or found), None)


def _head(views: Sequence[_View], title: int | None) -> int:
    """Return the index of the first piece of prose after letterhead and title."""
    index = 0 if title is None else title + 1
    while index < len(views):
        view = views[index]
        if not (_is_mark(view) or _is_heading(view) or is_title(view.words)):
            break
        if _appended(view) or _FORMAL_SECTION.match(view.words):
            break
        index += 1
    return index


def zones(text: str, pieces: Sequence[Piece]) -> tuple[tuple[Part, Zone], ...]:
    """Say of each piece what it is to the reply, and where it stands.

    Args:
        text: the text that the pieces point into.
        pieces: in order.

    Returns:
        One part and zone for each piece; the zone matters for the frame alone.
    """
    views = [_view(text, piece) for piece in pieces]
    title = _title(views)
    head = _head(views, title)
    tail = max(_tail(views), head)
    found: list[tuple[Part, Zone]] = []
    section = Part.BODY
    for index, view in enumerate(views):
        zone = Zone.HEAD if index < head else Zone.TAIL if index >= tail else Zone.MIDDLE
        if is_title(view.words) and (
            zone is Zone.HEAD or view.piece.heading or not view.words.endswith(".")
        ):
            section = Part.BODY
            part = Part.TITLE if index == title else Part.FRAME
        elif zone is Zone.TAIL and section is Part.INTERPELLATION:
            # Whoever signs here has put the interpellation.
            zone, part = Zone.MIDDLE, Part.FRAME
        elif zone is Zone.HEAD and section is Part.INTERPELLATION and not _is_mark(view):
            part = section
        elif zone is Zone.TAIL or (zone is Zone.HEAD and _outside(view, title, index)):
            part = Part.FRAME
            section = _section(view, section)
        elif zone is Zone.HEAD:
            part = Part.INTERPELLATION if _appended(view) else Part.BODY
        elif _is_heading(view) and _stands_alone(views, index):
            section = _section(view, Part.BODY)
            part = Part.FRAME
        elif _is_mark(view) or _is_signed(view):
            part = Part.FRAME
        else:
            if section is not Part.BODY and _answers(view):
                section = Part.BODY
            part = section
        found.append((part, zone))
    return tuple(_with_tables(views, found))


def _with_tables(views: Sequence[_View], found: list[tuple[Part, Zone]]) -> list[tuple[Part, Zone]]:
    """Give the rows of a table that lost its lines back to the text: no heading comes in threes."""
    index = 0
    while index < len(views):
        end = index
        while end < len(views) and found[end] == (Part.FRAME, Zone.MIDDLE) and _is_cell(views[end]):
            end += 1
        if end - index >= _MIN_TABLE_ROWS and end < len(views) and index:
            before = found[index - 1][0]
            section = before if before in (Part.BODY, Part.INTERPELLATION) else Part.FRAME
            found[index:end] = [(section, Zone.MIDDLE)] * (end - index)
        index = max(end, index + 1)
    return found


def _is_cell(view: _View) -> bool:
    """Tell whether a short line can be a row of a table."""
    return not (
        view.piece.heading
        or _is_mark(view)
        or _FORMAL_SECTION.match(view.words)
        or _INTERPELLATION_SECTION.match(view.words)
        or _PERSON.search(view.words)
    )


def _answers(view: _View) -> bool:
    """Tell whether a piece announces an answer, which no interpellation holds."""
    label = read_label(view.words)
    return label is not None and label.kind is LabelKind.ANSWER


def _outside(view: _View, title: int | None, index: int) -> bool:
    """Tell whether a piece of the head is letterhead and not prose that stands before the title."""
    if title is None or index > title:
        return True
    return _is_mark(view) or _is_heading(view) or len(view.words) <= _PROSE_CHARS


def _appended(view: _View) -> bool:
    """Tell whether a heading opens the interpellation itself; a form line names who put it."""
    if not _INTERPELLATION_SECTION.match(view.words):
        return False
    return _INTERPELLATION_BY.match(view.words) is None


def _section(view: _View, otherwise: Part) -> Part:
    """Return what follows a heading."""
    if _FORMAL_SECTION.match(view.words):
        return Part.FRAME
    return Part.INTERPELLATION if _appended(view) else otherwise


def _stands_alone(views: Sequence[_View], index: int) -> bool:
    """Tell whether a short line heads what follows and does not end what came before."""
    view = views[index]
    if index and _is_lone_label(views[index - 1]):
        return False
    if view.piece.heading or _FORMAL_SECTION.match(view.words):
        return True
    if _INTERPELLATION_SECTION.match(view.words):
        return True
    before = views[index - 1].words if index else ""
    after = views[index + 1] if index + 1 < len(views) else None
    if before.endswith(":") and not after:
        return False
    if before.endswith((":", ",", ";")) or (after is not None and after.piece.bullets):
        # Part of a list, or the lead-in to one.
        return False
    return after is None or not after.words[:1].islower()

"""What a piece looks like: a line of the letterhead, a heading, a signature."""

from __future__ import annotations

import re

from knowledge.parsing.asking import ends_asking
from knowledge.parsing.frame.model import View
from knowledge.parsing.frame.sections import is_formal_heading, is_interpellation_heading
from knowledge.parsing.labels import LabelKind, read_label
from knowledge.parsing.sentences import sentences

__all__ = [
    "PROSE_CHARS",
    "has_person",
    "is_cell",
    "is_form_row",
    "is_greeting",
    "is_heading",
    "is_lone_label",
    "is_mark",
    "is_name",
    "is_rule",
    "is_signature",
    "is_signed",
]

# A line of the letterhead, of a form or of the signature, known by its first word.
_LABELLED = re.compile(
    r"""^(?:
        # the matter
        ämne | rubrik | dnr | diarienr | diarienummer | ärende(?:nr|nummer)?
        | interpellationssvar | svar | status | version | instans
        | er\s+(?:ref\S*|beteckning) | vår\s+(?:ref\S*|beteckning)
        | tjänsteskrivelse | sammanträdesprotokoll | protokoll | protokollsutdrag | paragraf(?:er)?
        # when and where
        | datum | publicera[dt] | sammanträdesdatum | mötesdatum | plats\s+och\s+tid | plats
        | sida | sid
        # who
        | handläggare | interpellant(?:er)? | interpellation\s+(?:av|från) | frågeställare
        | svarande | respondent(?:er)? | besvaras?\s+av | svar\s+(?:av|från)
        | fråg(?:a|or)\s+från | till | från | kopia
        | bilag(?:a|or) | närvarande | ordförande | sekreterare | justerare | justerande\S*
        | justerandes?\s+sign\S* | utdragsbestyrkande | beslutande | kommunfullmäktige
        | kommunstyrelsen | kommunledningskontoret
        # the municipality's address
        | telefon | tel | e-post | epost | postadress | besöksadress | adress | webb(?:plats)?
        | hemsida | organisationsnummer | org\.?\s?nr | postgiro | bankgiro | fax | växel
    )\b[\s.:]""",
    re.IGNORECASE | re.VERBOSE,
)
# Where the municipality is found: "Box 77, 888 01 Aspvik", "kommun@lillan.example".
_ADDRESS = re.compile(
    r"@[\w-]+\.\w|\bwww\.\w|\b[Bb]ox\s+\d|\b[Oo]rg\.?\s?nr\b|\b\d{3}\s\d{2}\s+[A-ZÅÄÖ]"
)
# A line that is nothing but a date, with or without its place.
_DATE_LINE = re.compile(
    r"""^(?:[\w\sÅÄÖåäöé-]{0,40}?[\s,]+)? (?:den\s+)?
    (?:\d{4}-\d{2}-\d{2}|\d{1,2}\s+[a-zå]{3,9}\s+\d{4})
    (?:,?\s+(?:[Dd]nr|[Dd]iarienr|[Dd]iarienummer)[\s:.]*\S+(?:\s\S+)?)?\.?$""",
    re.VERBOSE,
)
# The reply says when or where it was given: no words about the matter.
_GIVEN = re.compile(
    r"""^(?:
        (?:(?:detta\s+)?(?:svar(?:et)?|interpellation(?:en|ssvaret)?)\s+(?:är\s+|har\s+|ska\s+)?
          (?:lämna[ts] | avgiv\w+ | avges | besvara[ts] | behandla[ts] | delges | delgav?s
            | läs\w+\s+upp | är\s+avgivet | lämnades | besvarades | publicer\w+)\b
        | besvara[tsd]\s+(?:vid|på|i|den|av)\b
        | lämna[ts]\s+(?:vid|till|in|den)\b
        | inlämnad\b
        | inkom(?:men)?\b)
    )[^?]{0,140}$""",
    re.IGNORECASE | re.VERBOSE,
)
# A person with a party: "Anna Ek (S)", the core of a signature.
_PERSON = re.compile(
    r"""\b[A-ZÅÄÖÉ][\w’-]+ (?:\s+[\w.’-]+){1,3}
    \s*(?:\((?:[A-Za-zÅÄÖåäö]{1,4}|[A-ZÅÄÖ][\w-]+)\) | \[[A-Za-zÅÄÖåäö]{1,4}\])""",
    re.VERBOSE,
)
# What a closing greeting starts with.
_GREETING = re.compile(
    r"""^(?:med\s+)?(?:vänlig(?:a|en)?|bästa|varma|hjärtliga|många)?\s*hälsning(?:ar)?\b
    | ^(?:mvh|hälsar|vänligen|för\s+\S+nämnden)\b""",
    re.IGNORECASE | re.VERBOSE,
)
_RULE = re.compile(r"^[\s_.*=~–—-]*$")
# Over the address at the end of a page that is written for all.
_CONTACT = re.compile(r"(?:vill\s+du\s+veta\s+mer|har\s+du\s+frågor)\?$", re.IGNORECASE)
# A sentence ends inside: more than a heading. "Svar till Bo Ek. Avgifterna är".
_INNER_SENTENCE = re.compile(r"[a-zåäö]{3}[.?!]\s+[A-ZÅÄÖ]")
_SENTENCE_END = re.compile(r"[.?!:;,][”\"»’)]*$")
_OFFICE = re.compile(
    r"(?:ordförande|råd|nämnd\w*|styrelse\w*|chef|sekreterare|direktör)\b", re.IGNORECASE
)

PROSE_CHARS = 130
"""Longer pieces are prose, whatever they start with."""
_HEADING_CHARS = 90
_STYLED_HEADING_CHARS = 200
_GIVEN_CHARS = 160
_SIGNATURE_CHARS = 200
_SIGNATURE_WORDS = 9


def is_greeting(view: View) -> bool:
    """Tell whether a piece is a closing greeting: "Med vänlig hälsning"."""
    return _GREETING.match(view.words) is not None and len(view.words) <= PROSE_CHARS


def has_person(view: View) -> bool:
    """Tell whether a piece names a person with a party."""
    return _PERSON.search(view.words) is not None


def is_form_row(row: str) -> bool:
    """Tell whether a line belongs to a form: "Ordförande Anna Ek (C)"."""
    return (
        len(row) <= PROSE_CHARS
        and (_LABELLED.match(row + " ") is not None or _DATE_LINE.match(row) is not None)
        and not row.endswith(("?", "!"))
    )


def _is_label(words: str) -> bool:
    """Tell whether a piece starts as a question or an answer does, by number or name."""
    label = read_label(words)
    return label is not None and label.kind is not LabelKind.REFERENCE


def is_mark(view: View) -> bool:
    """Tell whether a piece is a letterhead or form line, a date, a rule or a greeting."""
    words = view.words
    if len(view.rows) > 1 and all(is_form_row(row) for row in view.rows):
        return True
    if _RULE.match(words) or (len(words) <= PROSE_CHARS and _DATE_LINE.match(words)):
        return True
    if is_greeting(view) or (_GIVEN.match(words) and len(words) <= _GIVEN_CHARS):
        return True
    if _is_label(words) or len(words) > PROSE_CHARS:
        return False
    if _ADDRESS.search(words) and not _SENTENCE_END.search(words):
        return True
    if _LABELLED.match(words + " ") is None:
        return False
    if words.endswith(".") or _INNER_SENTENCE.search(words):
        # "Diarienummer: KS 2024/93. Besvarad i kommunfullmäktige den 25 mars 2024."
        parts = [words[start:end] for start, end in sentences(words)]
        return len(parts) > 1 and all(
            _GIVEN.match(part) or (":" in part and _LABELLED.match(part)) for part in parts
        )
    return not words.endswith(("?", "!"))


def is_rule(view: View) -> bool:
    """Tell whether a piece is a rule: "-----", "* * *"."""
    return _RULE.match(view.words) is not None


def is_heading(view: View) -> bool:
    """Tell whether a piece looks like a heading: short, no sentence, starts with a capital."""
    words, piece = view.words, view.piece
    if _CONTACT.match(words):
        return True
    if piece.bullets or piece.table or ends_asking(words):
        return False
    if _is_label(words) and not is_formal_heading(words):
        return False
    if piece.heading:
        return len(words) <= _STYLED_HEADING_CHARS
    if _INNER_SENTENCE.search(words):
        return False
    if len(words) > _HEADING_CHARS or (piece.rows > 1 and not piece.opens):
        return False
    if is_formal_heading(words) or is_interpellation_heading(words):
        return True
    if not words[:1].isupper() and not words.startswith(("”", '"', "§")):
        return False
    return not _SENTENCE_END.search(words) and piece.rows == 1


def is_signature(view: View) -> bool:
    """Tell whether a piece can stand in a signature block."""
    words, piece = view.words, view.piece
    if piece.table:
        return all(_PERSON.search(row) and _OFFICE.search(row) for row in view.rows)
    if piece.bullets or len(words) > _SIGNATURE_CHARS or words.endswith("?"):
        return False
    if is_mark(view):
        return True
    if read_label(words) is not None:
        return False
    if _SENTENCE_END.search(words) and not words.endswith((",", "ordf.")):
        return (
            len(words) < 100
            and has_person(view)
            and _OFFICE.search(words) is not None
            and len(words.split()) < 12
        )
    if has_person(view):
        return len(words) <= 160
    return len(words) <= _HEADING_CHARS and len(words.split()) <= _SIGNATURE_WORDS


def is_signed(view: View) -> bool:
    """Tell whether a piece is a name over a role: a signature in the middle of a document."""
    return (
        1 < len(view.rows) <= 4
        and _PERSON.fullmatch(view.rows[0]) is not None
        and _OFFICE.search(view.rows[1]) is not None
        and not _SENTENCE_END.search(view.words)
        and all(len(row) <= _HEADING_CHARS for row in view.rows)
    )


def is_name(view: View) -> bool:
    """Tell whether a piece is nothing but a name with a party."""
    return _PERSON.fullmatch(view.words) is not None


def is_lone_label(view: View) -> bool:
    """Tell whether a piece is "Fråga 1" alone, so that the next one is the question."""
    label = read_label(view.words)
    return (
        label is not None
        and label.kind in (LabelKind.QUESTION, LabelKind.ANSWER)
        and label.length >= len(view.words)
    )


def is_cell(view: View) -> bool:
    """Tell whether a short line can be a row of a table."""
    return not (
        view.piece.heading
        or is_mark(view)
        or is_formal_heading(view.words)
        or is_interpellation_heading(view.words)
        or has_person(view)
    )

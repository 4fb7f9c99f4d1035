"""The frame of a reply: letterhead, title, salutation, headings, formalities and signature.

Nothing of it is a passage; the fields are read from it. `titles`, `sections` and `shapes` look at
one piece each; `zones` puts together what they see.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from knowledge.parsing.frame.model import Part, View, Zone
from knowledge.parsing.frame.sections import (
    announces_answer,
    announces_interpellation,
    is_formal_heading,
    is_interpellation_heading,
    names_matter,
    opens_interpellation,
    part_under,
)
from knowledge.parsing.frame.shapes import (
    PROSE_CHARS,
    has_person,
    is_cell,
    is_form_row,
    is_greeting,
    is_heading,
    is_lone_label,
    is_mark,
    is_name,
    is_rule,
    is_signature,
    is_signed,
)
from knowledge.parsing.frame.titles import TITLE, find_title, is_item, is_title, lacks_matter
from knowledge.parsing.labels import LabelKind, read_label
from knowledge.parsing.pieces import Piece

__all__ = [
    "TITLE",
    "Part",
    "Zone",
    "announces_answer",
    "answers",
    "is_item",
    "is_title",
    "opens_interpellation",
    "zones",
]

_MIN_TABLE_ROWS = 3
_MAX_TAIL_PIECES = 12
_MIN_TOLD = 2
_TOLD_CHARS = 60
"""No line of a letterhead is a sentence as long as this."""
# An item of a list, not a line that goes on in small letters.
_LETTERED = re.compile(r"[a-l][.)]\s")
# What any interpellation does.
_ASKS = re.compile(r"\?|\bfråg|\bundrar\b|\bveta\b", re.IGNORECASE)


def zones(text: str, pieces: Sequence[Piece]) -> tuple[tuple[Part, Zone], ...]:
    """Say of each piece what it is to the reply, and where it stands.

    Args:
        text: the text that the pieces point into.
        pieces: in order.

    Returns:
        One part and zone for each piece; the zone matters for the frame alone.
    """
    views = [View.of(text, piece) for piece in pieces]
    title = find_title(views)
    start = _reply_start(views, title)
    before = ((_enclosed(view), Zone.HEAD) for view in views[:start])
    return (*before, *_zones(views[start:], None if title is None else title - start))


def _reply_start(views: Sequence[View], title: int | None) -> int:
    """Return where the reply starts: at 0, unless the interpellation stands before it.

    Its letterhead begins with the page of its title, or below the interpellation's signature.
    """
    opened = next((i for i in range(title or 0) if is_interpellation_heading(views[i].words)), None)
    if title is None:
        return 0
    if opened is None:
        # Without a heading it is known by what it does: it tells at length, and asks.
        before = views[:title]
        asked = any(view.words.endswith("?") for view in before)
        prose = [view for view in before if _is_told(view)]
        if not asked or len(prose) < _MIN_TOLD:
            return 0
        opened = before.index(prose[0]) - 1
    between = views[opened + 1 : title]
    if not any(map(_is_told, between)) or not any(_ASKS.search(view.words) for view in between):
        return 0
    page = views[title].piece.page
    start = title
    while start > opened + 1 and _is_letterhead_line(views[start - 1]):
        if is_rule(views[start - 1]):
            break
        if views[start - 1].piece.page != page or (page is None and has_person(views[start - 1])):
            break
        start -= 1
    return start


def _is_told(view: View) -> bool:
    return len(view.words) >= _TOLD_CHARS and view.words.endswith(".")


def _is_letterhead_line(view: View) -> bool:
    short = len(view.words) <= PROSE_CHARS and not view.piece.bullets
    return (
        is_mark(view)
        or is_heading(view)
        or (short and not view.words.endswith((".", "?", "!", ":")))
    )


def _enclosed(view: View) -> Part:
    """Say what a piece of an interpellation is that stands before its reply."""
    asks = view.words.endswith("?") or view.piece.bullets or read_label(view.words) is not None
    framed = not asks and (
        _is_letterhead_line(view) or is_name(view) or opens_interpellation(view.words)
    )
    return Part.ENCLOSED if framed else Part.INTERPELLATION


def _zones(views: Sequence[View], title: int | None) -> tuple[tuple[Part, Zone], ...]:
    subject = _subject(views, title)
    head = _head(views, title, subject)
    tail = max(_tail(views), head)
    found: list[tuple[Part, Zone]] = []
    section = Part.BODY
    for index, view in enumerate(views):
        zone = Zone.HEAD if index < head else Zone.TAIL if index >= tail else Zone.MIDDLE
        if (is_title(view.words) or (index == title and zone is Zone.HEAD)) and (
            zone is Zone.HEAD or view.piece.heading or not view.words.endswith(".")
        ):
            section = Part.BODY
            part = Part.TITLE if index == title else Part.FRAME
        elif view.piece.quoted:
            # What a mail answers paragraph by paragraph: the questions in it have their answers.
            zone = Zone.MIDDLE
            part = Part.BODY if view.words.endswith("?") else Part.INTERPELLATION
        elif zone is Zone.TAIL and section is Part.INTERPELLATION:
            # Whoever signs here has put the interpellation.
            zone, part = Zone.MIDDLE, Part.FRAME
        elif index == subject or (section is Part.INTERPELLATION and is_name(view)):
            part = Part.FRAME
        elif zone is Zone.HEAD and section is Part.INTERPELLATION and not is_mark(view):
            part = section
        elif zone is Zone.TAIL or (zone is Zone.HEAD and _is_letterhead(view, title, index, found)):
            part = Part.FRAME
            section = part_under(view.words, section)
        elif zone is Zone.HEAD:
            part = Part.INTERPELLATION if opens_interpellation(view.words) else Part.BODY
        elif is_heading(view) and _stands_alone(views, index):
            section = part_under(view.words, _section_below(views, found, section))
            part = Part.FRAME
        elif is_mark(view) or is_signed(view):
            part = Part.FRAME
        else:
            if section is not Part.BODY and _answers(view):
                section = Part.BODY
            part = section
            if announces_interpellation(view.words) and any(map(_answers, views[index + 1 :])):
                section = Part.INTERPELLATION
        found.append((part, zone))
    return tuple(_with_tables(views, found))


def _section_below(
    views: Sequence[View], found: Sequence[tuple[Part, Zone]], section: Part
) -> Part:
    """Return what stands below a heading that does not say so itself.

    An interpellation goes on below its own title, and to the end where it is appended.
    """
    index = len(found)
    if section is not Part.INTERPELLATION or _answers(views[index]):
        return Part.BODY
    opened = max((i for i in range(index) if opens_interpellation(views[i].words)), default=None)
    if opened is None:
        return Part.BODY
    untold = all(part is not Part.INTERPELLATION for part, _ in found[opened:])
    signed = any(is_signed(view) or is_greeting(view) for view in views[:opened])
    appended = signed and any(part is Part.BODY for part, _ in found[:opened])
    return section if untold or appended else Part.BODY


def _subject(views: Sequence[View], title: int | None) -> int | None:
    """Return the index of the line that names the matter when the title does not.

    "Interpellationssvar" over "Interpellation om bron": no interpellation follows, unless an
    answer is announced further down.
    """
    if title is None or not lacks_matter(views[title].words):
        return None
    index = title + 1
    if _asks_over_form(views, index):
        return index
    while index < len(views) and is_mark(views[index]):
        index += 1
    if index == len(views) or not names_matter(views[index].words) or not is_heading(views[index]):
        return None
    later = views[index + 1 :]
    if any(is_title(view.words) or _answers(view) for view in later):
        return None
    return index


def _asks_over_form(views: Sequence[View], index: int) -> bool:
    """Tell whether a question names the matter: it stands over the lines of a form."""
    rows = [row for view in views[index + 1 : index + 3] for row in view.rows][:2]
    return (
        len(rows) == 2
        and views[index].words.endswith("?")
        and len(views[index].words) <= PROSE_CHARS
        and all(map(is_form_row, rows))
    )


def _head(views: Sequence[View], title: int | None, subject: int | None) -> int:
    """Return the index of the first piece of prose after letterhead and title."""
    index = 0 if title is None else title + 1
    while index < len(views):
        view = views[index]
        framed = is_mark(view) or is_heading(view) or is_title(view.words)
        if not framed and index != subject:
            break
        if index != subject and opens_interpellation(view.words):
            break
        if is_formal_heading(view.words):
            break
        index += 1
    return index


def _tail(views: Sequence[View]) -> int:
    """Return the index where the signature block starts."""
    index = len(views)
    while index and is_signature(views[index - 1]):
        before = views[index - 2] if index > 1 else None
        listed = before is not None and (before.words.endswith(":") or before.piece.bullets)
        if listed and not is_mark(views[index - 1]) and not has_person(views[index - 1]):
            break
        index -= 1
    for back in range(max(0, len(views) - _MAX_TAIL_PIECES), index):
        appended = any(opens_interpellation(view.words) for view in views[back + 1 :])
        if is_greeting(views[back]) and not appended:
            return back
    return index


def _is_letterhead(
    view: View, title: int | None, index: int, before: Sequence[tuple[Part, Zone]]
) -> bool:
    """Tell whether a piece of the head is letterhead and not prose that stands before the title."""
    if title is None or index > title or is_mark(view) or is_heading(view):
        return True
    return len(view.words) <= PROSE_CHARS and (Part.BODY, Zone.HEAD) not in before


def _stands_alone(views: Sequence[View], index: int) -> bool:
    """Tell whether a short line heads what follows and does not end what came before."""
    view = views[index]
    if index and is_lone_label(views[index - 1]):
        return False
    if view.piece.heading or is_formal_heading(view.words) or is_interpellation_heading(view.words):
        return True
    before = views[index - 1].words if index else ""
    after = views[index + 1] if index + 1 < len(views) else None
    if before.endswith((":", ",", ";")) or (after is not None and after.piece.bullets):
        # Part of a list, or the lead-in to one.
        return False
    return (
        after is None or not after.words[:1].islower() or _LETTERED.match(after.words) is not None
    )


def answers(words: str) -> bool:
    """Tell whether a piece announces an answer, which no interpellation holds."""
    label = read_label(words)
    labelled = label is not None and label.kind is LabelKind.ANSWER
    return labelled or announces_answer(words)


def _answers(view: View) -> bool:
    return answers(view.words)


def _with_tables(views: Sequence[View], found: list[tuple[Part, Zone]]) -> list[tuple[Part, Zone]]:
    """Give the rows of a table that lost its lines back to the text: no heading comes in threes."""
    index = 0
    while index < len(views):
        end = index
        while end < len(views) and found[end] == (Part.FRAME, Zone.MIDDLE) and is_cell(views[end]):
            end += 1
        if end - index >= _MIN_TABLE_ROWS and end < len(views) and index:
            before = found[index - 1][0]
            section = before if before in (Part.BODY, Part.INTERPELLATION) else Part.FRAME
            found[index:end] = [(section, Zone.MIDDLE)] * (end - index)
        index = max(end, index + 1)
    return found

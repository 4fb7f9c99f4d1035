"""Units of a reply become passages: what is found and quoted, each whole and with its span."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count

from knowledge.model import Passage, PassageKind, Span
from knowledge.parsing.asking import ends_asking
from knowledge.parsing.frame import answers
from knowledge.parsing.paragraphs import Layout
from knowledge.parsing.questions import Role, Target, Unit
from knowledge.parsing.sentences import hyphens_joined, sentences
from knowledge.parsing.voices import Voice, Voices
from knowledge.parsing.voices.formal import is_formal
from knowledge.parsing.voices.retold_questions import i_ask

__all__ = ["MAX_CHARS", "make_passages"]

MAX_CHARS = 1200
"""Longer official text is split at paragraph borders."""
_TAIL_CHARS = 240
"""A last part shorter than this stays with the part before it."""
_LEAD_CHARS = 70
"""A statement shorter than this says nothing alone and joins the next."""

_QUOTES = ("”", '"', "“", "»", "«")
_MAX_QUOTED_UNITS = 20

# An item of a numbered list inside an answer.
_ITEM = re.compile(r"\(?\d{1,2}\s?[.)]\s*\S|[a-l]\)\s")
_ENDS_OPEN = re.compile(r"[:,;]$")


@dataclass(frozen=True, slots=True)
class _Segment:
    """Words of one voice; `kind` is None for what is left out."""

    start: int
    end: int
    kind: PassageKind | None
    target: Target | None
    listed: bool
    opens: bool


def _segments(text: str, units: Sequence[Unit], voices: Voices) -> list[_Segment]:
    """Give every unit its kind, and split those in which the voice changes."""
    found: list[_Segment] = []
    retold = False
    told = False  # the same, over headings that announce no answer
    quoted_to = 0
    targets = [unit.target for unit in units if unit.target]
    own_until = _interpellants_own(text, units)
    for index, unit in enumerate(units):
        words = text[unit.start : unit.end]
        told = told and not (unit.role is Role.LEFT_OUT and answers(hyphens_joined(words)))
        listed = unit.bullets or _ITEM.match(words) is not None
        if unit.role is not Role.BODY:
            background = unit.role in (Role.REPEATED, Role.INTERPELLATION) or (
                unit.role is Role.QUESTION
                and all(ends_asking(words[start:end]) for start, end in sentences(words))
                and not _has_answer(unit, targets)
            )
            kind = PassageKind.BACKGROUND if background else None
            joined = listed or unit.role in (Role.REPEATED, Role.QUESTION)
            found.append(_Segment(unit.start, unit.end, kind, None, joined, unit.opens))
            retold = retold and unit.role is Role.QUESTION and not found[-1].kind
            continue
        if retold and words.startswith(_QUOTES):
            quoted_to = max(quoted_to, _quotation_end(text, units, index))
        surrounded = told and unit.target is None and _is_surrounded(text, units, index, voices)
        if surrounded or (index < own_until and unit.target is None):
            parts = [(0, len(words), Voice.RETOLD)]
        elif listed or unit.start < quoted_to:
            retold = retold or unit.start < quoted_to
            parts = [(0, len(words), Voice.RETOLD if retold else Voice.OFFICIAL)]
        else:
            parts = voices.split(
                words,
                after_retold=retold,
                announced=retold and text[units[index - 1].end - 1] == ":",
                answering=unit.target is not None,
                leads_in=unit.target is None and _is_asked(units, index + 1),
            )
        for order, (start, end, voice) in enumerate(parts):
            found.append(
                _Segment(
                    unit.start + start,
                    unit.start + end,
                    _kind(voice, unit.target),
                    unit.target if voice is Voice.OFFICIAL else None,
                    listed and not order,
                    unit.opens and not order,
                )
            )
        if parts:
            retold = told = parts[-1][2] is Voice.RETOLD
    return found


def _is_surrounded(text: str, units: Sequence[Unit], index: int, voices: Voices) -> bool:
    """Tell whether a paragraph after a retelling says nothing of its voice before it goes on.

    It may be official; as long as nothing says so, it is the interpellant's: the safe side.
    """
    for later in range(index, len(units)):
        unit = units[later]
        if unit.target is not None or unit.role not in (Role.BODY, Role.LEFT_OUT):
            return False
        words = text[unit.start : unit.end]
        if unit.role is Role.LEFT_OUT:
            if answers(hyphens_joined(words)):
                return False
            continue
        if later > index and voices.goes_on_retelling(words):
            return True
        if not voices.is_neutral(words):
            return False
    return False


def _has_answer(unit: Unit, targets: Sequence[Target]) -> bool:
    """Tell whether a question is kept as that of an answer, or answered with another."""
    return any(
        unit.number in target.numbers
        or (target.question and unit.start <= target.question.start < unit.end)
        for target in targets
    )


def _is_asked(units: Sequence[Unit], index: int) -> bool:
    """Tell whether a unit is a question of a list, with nothing between it and the next."""
    return index < len(units) and units[index].role in (Role.QUESTION, Role.REPEATED)


def _interpellants_own(text: str, units: Sequence[Unit]) -> int:
    """Return how many units at the start are the interpellant's, who asks there as "jag".

    No official ever leads in to the questions with "Därför vill jag fråga": who does so wrote what
    stands before, too, be the interpellation announced or not.
    """
    last = 0
    for index, unit in enumerate(units):
        if unit.target is not None:
            break
        if unit.role is Role.BODY and _is_asked(units, index + 1):
            *_, (start, end) = sentences(text[unit.start : unit.end])
            words = hyphens_joined(text[unit.start + start : unit.start + end])
            if i_ask(words) and not is_formal(words):
                last = index + 1
    return last


def _quotation_end(text: str, units: Sequence[Unit], index: int) -> int:
    """Return where a quotation ends that starts a unit and may go on over the next ones."""
    marks = 0
    for unit in units[index : index + _MAX_QUOTED_UNITS]:
        words = text[unit.start : unit.end]
        marks += sum(words.count(mark) for mark in _QUOTES)
        if marks % 2 == 0:
            return unit.end
    return 0


def _kind(voice: Voice, target: Target | None) -> PassageKind | None:
    if voice is Voice.FORMAL:
        return None
    if voice is Voice.RETOLD:
        return PassageKind.BACKGROUND
    return PassageKind.ANSWER if target else PassageKind.STATEMENT


def _same_group(last: _Segment, segment: _Segment) -> bool:
    """Tell whether two neighbours can be one passage."""
    if segment.kind is not last.kind:
        return False
    if segment.kind is PassageKind.ANSWER:
        return _key(last.target) == _key(segment.target)
    return True


def _key(target: Target | None) -> tuple[int | None, Span | None]:
    return (target.number, target.question) if target else (None, None)


def _runs(segments: Sequence[_Segment]) -> list[list[_Segment]]:
    """Group neighbours of one kind and question; what is left out parts them."""
    runs: list[list[_Segment]] = []
    open_run = False
    for segment in segments:
        if segment.kind is None:
            open_run = False
            continue
        if open_run and _same_group(runs[-1][-1], segment):
            runs[-1].append(segment)
        else:
            runs.append([segment])
        open_run = True
    return runs


def _atoms(text: str, run: Sequence[_Segment]) -> list[Span]:
    """Join what must stay together: a list and its lead-in, the parts of one paragraph."""
    atoms: list[Span] = []
    for segment in run:
        joins = bool(atoms) and (
            segment.listed
            or not segment.opens
            or text[atoms[-1].start : atoms[-1].end].endswith(":")
        )
        if joins:
            atoms[-1] = Span(atoms[-1].start, segment.end)
        else:
            atoms.append(Span(segment.start, segment.end))
    return atoms


def _chunks(atoms: Sequence[Span]) -> list[Span]:
    """Split an answer that is too long to be quoted whole, at paragraph borders."""
    whole = Span(atoms[0].start, atoms[-1].end)
    if whole.end - whole.start <= MAX_CHARS:
        return [whole]
    chunks = [atoms[0]]
    for atom in atoms[1:]:
        rest = whole.end - atom.start
        if atom.end - chunks[-1].start <= MAX_CHARS or rest < _TAIL_CHARS:
            chunks[-1] = Span(chunks[-1].start, atom.end)
        else:
            chunks.append(atom)
    return chunks


def _statements(text: str, atoms: Sequence[Span]) -> list[Span]:
    """Join statements that are too short to stand alone with the next."""
    joined: list[Span] = []
    for atom in atoms:
        last = joined[-1] if joined else None
        if last and (last.end - last.start < _LEAD_CHARS or _ENDS_OPEN.search(last.of(text))):
            joined[-1] = Span(last.start, atom.end)
        else:
            joined.append(atom)
    return joined


def _letters(index: int) -> str:
    """Return a, b, … z, aa, ab and so on."""
    head, tail = divmod(index, 26)
    return (_letters(head - 1) if head else "") + chr(ord("a") + tail)


@dataclass(frozen=True, slots=True)
class _Found:
    span: Span
    kind: PassageKind
    target: Target | None


def _spans(text: str, run: Sequence[_Segment]) -> list[Span]:
    atoms = _atoms(text, run)
    if run[0].kind is PassageKind.ANSWER:
        return _chunks(atoms)
    if run[0].kind is PassageKind.STATEMENT:
        return _statements(text, atoms)
    return atoms


def _name(found: Sequence[_Found]) -> list[str]:
    """Return an id for each passage."""
    keys = _keys(found)
    totals = Counter(keys)
    seen: Counter[str] = Counter()
    names: list[str] = []
    for one, key in zip(found, keys, strict=True):
        seen[key] += 1
        if one.kind is PassageKind.ANSWER:
            names.append(key + (_letters(seen[key] - 1) if totals[key] > 1 else ""))
        else:
            names.append(f"{key}{seen[key]}")
    return names


def _keys(found: Sequence[_Found]) -> list[str]:
    """Return the id of each passage without letter or count; number unnumbered questions."""
    taken = {one.target.number for one in found if one.target}
    free = (number for number in count(1) if number not in taken)
    unnumbered: dict[int, int] = {}
    keys: list[str] = []
    for one in found:
        if one.kind is not PassageKind.ANSWER or one.target is None:
            keys.append("s" if one.kind is PassageKind.STATEMENT else "b")
            continue
        number = one.target.number
        if number is None:
            order = one.target.order
            number = unnumbered[order] if order in unnumbered else next(free)
            unnumbered[order] = number
        keys.append(f"q{number}")
    return keys


def make_passages(
    layout: Layout, units: Sequence[Unit], names: tuple[str, ...]
) -> tuple[Passage, ...]:
    """Make the passages of one reply.

    Args:
        layout: the text that the units point into.
        units: in order.
        names: the interpellants' names, by which retellings are known.

    Returns:
        Passages in the order of the text, not overlapping.
    """
    text = layout.text
    segments = _segments(text, units, Voices(names))
    found = [
        _Found(span, run[0].kind, run[0].target)
        for run in _runs(segments)
        if run[0].kind is not None
        for span in _spans(text, run)
    ]
    rows = [row for block in layout.blocks for row in block.rows]
    starts = [row.start for row in rows]
    return tuple(
        Passage(
            id=name,
            kind=one.kind,
            span=one.span,
            number=one.target.number if one.target else None,
            question=one.target.question if one.target else None,
            page=rows[bisect_right(starts, one.span.start) - 1].page,
        )
        for name, one in zip(_name(found), found, strict=True)
    )

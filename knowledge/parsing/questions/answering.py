"""Which paragraphs answer a question without its number: by topic, by retelling it, in its turn."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from knowledge.parsing.asking import ends_asking
from knowledge.parsing.frame import Part, Zone, announces_answer
from knowledge.parsing.labels import LAST, Label, LabelKind
from knowledge.parsing.questions.labelled import ASKED
from knowledge.parsing.questions.retold import clauses, is_lone
from knowledge.parsing.questions.survey import Survey
from knowledge.parsing.questions.topics import in_turn, names_topic, topic_of
from knowledge.parsing.questions.wording import same
from knowledge.parsing.sentences import hyphens_joined
from knowledge.parsing.voices.formal import is_formal

__all__ = ["answer_ends", "label_answers"]

# "Mitt svar är ja", "Svaret på frågan är nej".
_THE_ANSWER = re.compile(
    r"(?:mitt|vårt)\s+(?:\w+\s+)?svar\s+(?:är|blir)\b|svaret\s+(?:på\s+(?:frågan|interpellationen)\s+)?(?:är|blir)\b",
    re.IGNORECASE,
)
# Stands over a table or under a picture.
_CAPTION = re.compile(r"(?:tabell|figur|diagram|bild)\b", re.IGNORECASE)


def label_answers(survey: Survey) -> None:
    """Label the paragraphs that turn to a question as those do that name its number."""
    _find_last(survey)
    _find_topics(survey)


def _find_last(survey: Survey) -> None:
    """Put its number for "den sista frågan"."""
    last = max((*survey.asked(), len(survey.retold)), default=0)
    for i, label in enumerate(survey.labels):
        if label is not None and LAST in label.numbers:
            survey.labels[i] = replace(label, numbers=(last,)) if last else None


def _find_topics(survey: Survey) -> None:
    """Find the paragraphs that turn to a question by its topic, or answer the only one."""
    asked = {number: span.of(survey.text) for number, span in enumerate(survey.retold, 1)}
    if not asked:
        alone = all(survey.parts[i] is not Part.BODY for i in survey.last_asked.values())
        asked = survey.asked() if survey.listed or (alone and not survey.other_candidates()) else {}
    for i in survey.live if asked else ():
        if survey.labels[i] is not None or survey.pieces[i].bullets or survey.pieces[i].table:
            continue
        words = hyphens_joined(survey.rest(i))
        topic = names_topic(words)
        number = topic_of(topic, asked) if topic else None
        if number is None and len(survey.retold) == 1 and _THE_ANSWER.match(words):
            number = 1
        if number is not None:
            survey.labels[i] = Label(LabelKind.REFERENCE, (number,), 0)
    _find_retold(survey)
    _find_first(survey, asked)
    _find_in_turn(survey, asked)


def _find_retold(survey: Survey) -> None:
    """Find the paragraphs that retell one of the questions asked before, to answer it next."""
    asked = survey.asked()
    for i in survey.live if len(asked) > 1 else ():
        piece = survey.pieces[i]
        if survey.labels[i] is None and is_lone(survey.text, piece.start, piece.end):
            (span,) = clauses(survey.text, piece.start, piece.end)
            found = [number for number, words in asked.items() if same(span.of(survey.text), words)]
            if len(found) == 1 and not ends_asking(survey.rest(i)):
                survey.labels[i] = Label(LabelKind.REFERENCE, (found[0],), 0)


def _find_first(survey: Survey, asked: Mapping[int, str]) -> None:
    """Find the answer to the first of listed questions, where only the others are named."""
    named = [
        i
        for i in survey.live
        if survey.is_a(i, LabelKind.REFERENCE, LabelKind.ANSWER) and survey.numbers(i)
    ]
    several = survey.listed or len(survey.retold) > 1
    if not several or len(asked) < 2 or not named or survey.numbers(named[0]) != (2,):
        return
    before = survey.live[survey.live.index(named[0]) - 1]
    if any(
        survey.pieces[before].start <= span.start < survey.pieces[before].end
        for span in survey.retold
    ):
        return
    if survey.labels[before] is None and not survey.asks_unnumbered(before):
        survey.labels[before] = Label(LabelKind.REFERENCE, (1,), 0)


def _find_in_turn(survey: Survey, asked: Mapping[int, str]) -> None:
    """Find the answers to questions that no one names: by the words that they share.

    They are looked for heading by heading, or paragraph by paragraph.
    """
    if len(asked) < 2 or any(_names_answer(survey, i) for i in survey.live):
        return
    numbered = [i for i in survey.live if survey.is_a(i, *ASKED) and survey.asks(i)]
    if len(numbered) > len(asked):
        return  # they are asked again further down, each with its answer
    groups = _groups(survey)
    topics = {number: hyphens_joined(question) for number, question in asked.items()}
    for order, number in in_turn([words for _, words in groups], topics).items():
        survey.labels[groups[order][0]] = Label(LabelKind.REFERENCE, (number,), 0)


def _groups(survey: Survey) -> list[tuple[int, str]]:
    """Return what stands below the questions, each part by its first paragraph and words."""
    asking = [i for i in survey.live if survey.asks_unnumbered(i) or survey.labels[i] is not None]
    told = [
        i
        for i in survey.live
        if any(survey.pieces[i].start <= one.start < survey.pieces[i].end for one in survey.retold)
    ]
    appended = [i for i, part in enumerate(survey.parts) if part is Part.INTERPELLATION]
    if appended and survey.live and appended[-1] < survey.live[-1]:
        told.append(appended[-1])
    start = max((*asking, *told), default=-1) + 1
    below = [i for i in survey.live if i >= start]
    headed = [i for i in below if i > start and survey.parts[i - 1] is Part.FRAME]
    groups: list[tuple[int, str]] = []
    for i in below:
        words = hyphens_joined(survey.rest(i))
        if announces_answer(words) or is_formal(words):
            continue
        if survey.pieces[i].bullets and i not in headed:
            if groups:
                groups[-1] = (groups[-1][0], f"{groups[-1][1]} {words}")
            continue
        if groups and len(headed) > 1 and i not in headed:
            groups[-1] = (groups[-1][0], f"{groups[-1][1]} {words}")
            continue
        heading = hyphens_joined(survey.rest(i - 1)) if i in headed else ""
        groups.append((i, f"{heading} {words}"))
    return groups


def _names_answer(survey: Survey, index: int) -> bool:
    return survey.is_a(index, LabelKind.REFERENCE, LabelKind.ANSWER)


def answer_ends(survey: Survey, zones: Sequence[tuple[Part, Zone]]) -> frozenset[int]:
    """Return the headings below the last question, unless answers have their own."""
    marks = [i for i in survey.live if survey.labels[i] is not None or survey.asks_unnumbered(i)]
    headings = [
        i
        for i, zone in enumerate(zones)
        if zone == (Part.FRAME, Zone.MIDDLE) and not _CAPTION.match(survey.rest(i))
    ]
    if not marks:
        return frozenset()
    # A heading right above a question belongs to it, and no answer.
    inner = [i for i in headings if marks[0] < i < marks[-1] and i + 1 not in marks]
    return frozenset() if inner else frozenset(i for i in headings if i > marks[-1])

"""Whose words a piece of text is: the municipality's own, or a retelling of the interpellant.

A reply retells before it answers. The rules look at one sentence after the other: a sentence whose
subject is the interpellant and whose verb is one of saying or asking is *retold*; one that speaks
as the municipality is *official*; the rest is *neutral* and goes with its neighbours, on the safe
side. Nothing retold may ever be shown as the municipality's position.

`formal`, `official`, `retelling`, `retold_questions` and `hints` hold the rules for one sentence,
`cues` their order; here a sentence gets its voice from its neighbours.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

from knowledge.parsing.sentences import hyphens_joined, sentences
from knowledge.parsing.voices.cues import Cue, cue_of
from knowledge.parsing.voices.official import states_figure

__all__ = ["Voice", "Voices"]

# A paragraph that is one quotation.
_QUOTED = re.compile(r"^[”“\"»][^”“\"«»]+[”“\"«]\s*\.?$")
_ASKED = (Cue.YOU_ASK, Cue.THEY_ASK)


class Voice(Enum):
    """Who speaks."""

    OFFICIAL = auto()
    RETOLD = auto()
    FORMAL = auto()
    """Words that say nothing about the matter: thanks, "Jag lämnar följande svar."."""


@dataclass(frozen=True, slots=True)
class Voices:
    """The rules for one document.

    Attributes:
        names: the interpellants' names.
    """

    names: tuple[str, ...]

    def is_neutral(self, text: str) -> bool:
        """Tell whether nothing in a paragraph says whose words it holds, nor gives a figure."""
        parts = [text[start:end] for start, end in sentences(text)]
        return not any(map(states_figure, parts)) and all(
            cue_of(part, self.names) is Cue.NEUTRAL for part in parts
        )

    def goes_on_retelling(self, text: str) -> bool:
        """Tell whether a paragraph starts with what the interpellant says, told to others."""
        opening = next((text[start:end] for start, end in sentences(text)), "")
        return cue_of(opening, self.names) in (Cue.RETOLD, Cue.CHAIN, Cue.THEY_ASK)

    def split(
        self,
        text: str,
        *,
        after_retold: bool = False,
        announced: bool = False,
        answering: bool = False,
        leads_in: bool = False,
    ) -> list[tuple[int, int, Voice]]:
        """Part a paragraph where the voice changes.

        Args:
            text: one paragraph, with its line breaks.
            after_retold: whether the paragraph before it is retold, so that a pronoun
                ("Han skriver också") goes on from there.
            announced: whether that paragraph announces this one: "Interpellanten anför:".
            answering: whether the paragraph stands in the answer to a question; what comes
                before a retelling is then official, elsewhere it is unclear.
            leads_in: whether a list of questions follows, to which its last words lead.

        Returns:
            Offsets and voice of each part, in order; together they hold every word.
        """
        spans = list(sentences(text))
        parts = [text[start:end] for start, end in spans]
        if after_retold and _QUOTED.match(hyphens_joined(text)):
            return _merge(spans, [Voice.RETOLD] * len(spans))
        cues = [cue_of(part, self.names) for part in parts]
        if leads_in and parts:
            cues[-1] = cue_of(parts[-1], self.names, leads_in=True)
        figures = [states_figure(part) for part in parts]
        voices = _resolve(cues, figures, after_retold, announced, answering)
        if not answering:
            _doubt_lead(cues, voices)
            _doubt_aside(voices)
        return _merge(spans, voices)


def _resolve(
    cues: Sequence[Cue],
    figures: Sequence[bool],
    after_retold: bool,
    announced: bool,
    answering: bool,
) -> list[Voice]:
    """Give each sentence a voice from its cue and those before it."""
    voices: list[Voice] = []
    retold = after_retold
    asked: Cue | None = None
    for index, cue in enumerate(cues):
        if cue is Cue.FORMAL:
            voices.append(Voice.FORMAL)
            retold = False
            continue
        if cue is Cue.TURN:
            voices.append(Voice.RETOLD)
            retold = not answering
            continue
        if cue in _ASKED:
            retold, asked = True, cue
        elif cue is Cue.RETOLD or (cue is Cue.CHAIN and retold):
            retold, asked = True, None
        elif cue is not Cue.NEUTRAL or (index == 0 and not announced):
            # A paragraph speaks for the municipality until something says otherwise.
            retold = False
        elif asked is not None and not _retelling_follows(cues[index:]):
            # What comes after a retold question and gives figures, or speaks to you, answers it.
            retold = retold and asked is Cue.THEY_ASK and not (answering or figures[index])
        voices.append(Voice.RETOLD if retold else Voice.OFFICIAL)
    return voices


def _retelling_follows(cues: Sequence[Cue]) -> bool:
    """Tell whether the next sentence with a cue goes on retelling."""
    following = next((cue for cue in cues if cue is not Cue.NEUTRAL), None)
    return following in (Cue.RETOLD, Cue.CHAIN, Cue.THEY_ASK)


def _doubt_lead(cues: Sequence[Cue], voices: list[Voice]) -> None:
    """Count neutral sentences right before a retelling as retold: the safe side."""
    if Voice.RETOLD not in voices:
        return
    first = voices.index(Voice.RETOLD)
    if all(cue in (Cue.NEUTRAL, Cue.FORMAL) for cue in cues[:first]):
        for index in range(first):
            if voices[index] is Voice.OFFICIAL:
                voices[index] = Voice.RETOLD


def _doubt_aside(voices: list[Voice]) -> None:
    """Count one sentence between two retold ones as retold: alone it says little."""
    for index in range(1, len(voices) - 1):
        around = voices[index - 1], voices[index + 1]
        if voices[index] is Voice.OFFICIAL and around == (Voice.RETOLD, Voice.RETOLD):
            voices[index] = Voice.RETOLD


def _merge(
    spans: Sequence[tuple[int, int]], voices: Sequence[Voice]
) -> list[tuple[int, int, Voice]]:
    """Join neighbouring sentences of one voice; formal ones go with what surrounds them."""
    if all(voice is Voice.FORMAL for voice in voices):
        return [(spans[0][0], spans[-1][1], Voice.FORMAL)] if spans else []
    filled: list[Voice] = []
    for index, voice in enumerate(voices):
        if voice is not Voice.FORMAL:
            filled.append(voice)
            continue
        # Thanks in the middle of a paragraph stay with it, so that it can be quoted whole.
        later = [later for later in voices[index:] if later is not Voice.FORMAL]
        neighbours = [*([filled[-1]] if filled else []), *later[:1]]
        filled.append(
            Voice.RETOLD
            if all(n is Voice.RETOLD for n in neighbours)
            else Voice.FORMAL
            if Voice.RETOLD in neighbours
            else Voice.OFFICIAL
        )
    parts: list[tuple[int, int, Voice]] = []
    for (start, end), voice in zip(spans, filled, strict=True):
        if parts and parts[-1][2] is voice:
            parts[-1] = (parts[-1][0], end, voice)
        else:
            parts.append((start, end, voice))
    return parts

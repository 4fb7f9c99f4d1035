"""Whose words a piece of text is: the municipality's own, or a retelling of the interpellant.

A reply retells before it answers. The rules look at one sentence after the other: a sentence whose
subject is the interpellant and whose verb is one of saying or asking is *retold*; one that speaks
as the municipality is *official*; the rest is *neutral* and goes with its neighbours, on the safe
side. Nothing retold may ever be shown as the municipality's position. `cues` looks at each
sentence alone; here it gets its voice from its neighbours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

from knowledge.parsing.sentences import hyphens_joined, sentences

__all__ = ["Voice", "Voices"]

# A paragraph that is one quotation.
_QUOTED = re.compile(r"^[”“\"»][^”“\"«»]+[”“\"«]\s*\.?$")


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

    def split(
        self, text: str, *, after_retold: bool = False, answering: bool = False
    ) -> list[tuple[int, int, Voice]]:
        """Part a paragraph where the voice changes.

        Args:
            text: one paragraph, with its line breaks.
            after_retold: whether the paragraph before it is retold, so that a pronoun
                ("Han skriver också") goes on from there.
            answering: whether the paragraph stands in the answer to a question; what comes
                before a retelling is then official, elsewhere it is unclear.

        Returns:
            Offsets and voice of each part, in order; together they hold every word.
        """
        spans = list(sentences(text))
        cues = [cue_of(text[start:end], self.names) for start, end in spans]
        voices = _resolve(cues, text, spans, after_retold, answering)
        return _merge(spans, voices)


def _resolve(
    cues: Sequence[Cue],
    text: str,
    spans: Sequence[tuple[int, int]],
    after_retold: bool,
    answering: bool,
) -> list[Voice]:
    """Give each sentence a voice from its cue and its neighbours."""
    if after_retold and _QUOTED.match(hyphens_joined(text)):
        return [Voice.RETOLD] * len(spans)
    voices: list[Voice] = []
    retold = after_retold
    for index, cue in enumerate(cues):
        if cue is Cue.FORMAL:
            voices.append(Voice.FORMAL)
            retold = False
            continue
        if cue is Cue.TURN:
            voices.append(Voice.RETOLD)
            retold = not answering
            continue
        if cue is Cue.RETOLD or (cue is Cue.CHAIN and retold):
            retold = True
        elif cue is not Cue.NEUTRAL or index == 0:
            # A paragraph speaks for the municipality until something says otherwise.
            retold = False
        voices.append(Voice.RETOLD if retold else Voice.OFFICIAL)
    if not answering:
        _doubt_lead(cues, voices)
    return voices


def _doubt_lead(cues: Sequence[Cue], voices: list[Voice]) -> None:
    """Count neutral sentences right before a retelling as retold: the safe side."""
    if Voice.RETOLD not in voices:
        return
    first = voices.index(Voice.RETOLD)
    if all(cue in (Cue.NEUTRAL, Cue.FORMAL) for cue in cues[:first]):
        for index in range(first):
            if voices[index] is Voice.OFFICIAL:
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

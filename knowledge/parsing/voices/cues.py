"""What one sentence says of whose words it holds: the municipality's or the interpellant's."""

from __future__ import annotations

from enum import Enum, auto

from knowledge.parsing.sentences import hyphens_joined
from knowledge.parsing.voices.formal import is_formal
from knowledge.parsing.voices.hints import hints
from knowledge.parsing.voices.official import advises, agrees, takes_stand
from knowledge.parsing.voices.retelling import (
    ascribes,
    goes_on,
    retells,
    retells_after,
    states,
)
from knowledge.parsing.voices.retold_questions import i_ask, names_question, they_ask, you_ask

__all__ = ["Cue", "cue_of"]


class Cue(Enum):
    """What a sentence says of its voice."""

    RETOLD = auto()
    CHAIN = auto()
    """Goes on from a retelling, if one stands before it: "Hon skriver också"."""
    YOU_ASK = auto()
    """Retells a question to the one who asked; the answer follows: "Du undrar varför …"."""
    THEY_ASK = auto()
    """Retells a question: "Interpellanten undrar varför …"."""
    TURN = auto()
    """Names the question that is answered next: retold, but what follows is not."""
    OFFICIAL = auto()
    NEUTRAL = auto()
    FORMAL = auto()
    """Says nothing about the matter."""


def cue_of(sentence: str, names: tuple[str, ...], *, leads_in: bool = False) -> Cue:
    """Classify one sentence on its own.

    Args:
        sentence: as it stands in the text.
        names: the interpellants' names.
        leads_in: whether a list of questions follows, outside of any answer.

    Returns:
        Its cue; NEUTRAL when it says nothing of whose words it holds.
    """
    flat = hyphens_joined(sentence)
    if is_formal(flat) and not states(flat, names):
        return Cue.FORMAL
    if leads_in and (flat.endswith(":") or i_ask(flat)):
        return Cue.THEY_ASK
    if advises(flat):
        return Cue.OFFICIAL
    if agrees(flat):
        return Cue.RETOLD if retells_after(flat) else Cue.OFFICIAL
    if names_question(flat):
        return Cue.TURN
    if you_ask(flat):
        return Cue.YOU_ASK
    if they_ask(flat, names):
        return Cue.THEY_ASK
    if retells(flat, names):
        return Cue.RETOLD
    if goes_on(flat):
        return Cue.CHAIN
    if ascribes(flat):
        return Cue.RETOLD
    if takes_stand(flat):
        return Cue.OFFICIAL
    return Cue.RETOLD if hints(flat, names) else Cue.NEUTRAL

"""Sentences that no rule knows, and that are likely retellings: the safe side."""

from __future__ import annotations

from knowledge.parsing.voices.naming import by_noun
from knowledge.parsing.voices.rules import INTERPELLANT, PASSIVE, holds, rule

__all__ = ["hints"]

_FEW_WORDS = 4
# Whatever its form, a sentence with the interpellant and one of these in it is likely a retelling.
_STRONG = rule(
    r"""
    \b(?:
        anför\w* | anser | ansåg | befarar | beklagar | berättar | beskriv\w+ | betonar | efterlyser
      | enligt | framför\w* | framhåller | frågar | hänvisar | hävdar | ifrågasätter | konstaterar
      | kritik | kritisk\w* | kritiserar | kräver | läsa\s+i | lyfter | menar | målar | nämner
      | orolig\w* | oroa\w* | pekar | påminner | påpekar | påstår | skildrar | skriver | ställer
      | säger | tar\s+(?:avstamp|sin\s+utgångspunkt|upp) | tro | tror | tycker | undrar | uppger
      | upplever | upprör\w* | varnar | vittnar | yrkar
    )\b
    """
)
# … unless it only points at what the interpellant says, or the municipality speaks in it.
_POINTS = rule(
    rf"""
    \b(?:jag|vi|mig|oss|min|mitt|mina|vår|vårt|våra)\b
    | \b(?:som|vad)\s+(?:\w+\s+)?(?:{INTERPELLANT}|du|ni)\b
    | \bsom\s+(?:\w+\s+)?{PASSIVE}\b
    | ^(?:efter|innan|när|sedan|sen|om|eftersom|därför\s+att|i\s+samband\s+med|med\s+anledning)\b
    | \b(?:stämmer|riktig\w*|korrekt\w*|felaktig\w*|missvisande|missförst\w+)\b
    | \b(?:besvara\w*|bra|glädjande|svara|svarar|viktig\w*)\b
    """
)


def hints(sentence: str, names: tuple[str, ...]) -> bool:
    """Tell whether a sentence that no rule knows is likely a retelling: the safe side."""
    called = by_noun(sentence, names)
    if not holds(called.lower(), ("interpellant", "interpellationen", "frågeställar")):
        return False
    if _POINTS.search(called):
        return False
    # "Så långt interpellanten.", but not "Anna!"
    short = len(called.split()) <= _FEW_WORDS and "interpellant" in sentence.lower()
    return short or _STRONG.search(called) is not None

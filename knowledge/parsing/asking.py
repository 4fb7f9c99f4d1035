"""Whether words ask: by their mark, their first word or a phrase of asking."""

from __future__ import annotations

import re

__all__ = ["ends_asking", "is_interrogative"]

_QUESTION_WORDS = r"""
    vad | vem | vems | vilka | vilken | vilket | vilkas | hur | huruvida | varför | var | vart
    | varifrån | när | varav | hurdan | hurudan | varmed | varvid
"""
# A verb first: "Har kommunen …", "Avser du …". Long enough for what municipalities are asked.
_QUESTION_VERBS = r"""
    är | har | kan | kommer | ska | skall | avser | ämnar | tänker | anser | finns | finnes | får
    | bör | vill | vet | blir | delar | ser | planerar | planeras | arbetar | överväger | gör | görs
    | tycker | bedömer | instämmer | känner | stämmer | innebär | tror | håller | står | pågår
    | förekommer | gäller | går | behöver | borde | skulle | kunde | vore | stödjer | stöder
    | erbjuder | erbjuds | följer | följs | når | byts | betalar | kontrollerar | kontrolleras
    | menar | prioriterar | upplever | accepterar | använder | används | säkerställer | garanterar
    | hade | var | blev | vidtar | vidtas | lever | sker | tar | ges | ger | krävs | räcker | saknas
    | samverkar | driver | föreligger | uppfyller
"""
# Asking in other words: "Redogör för …", "Jag vill veta …", "Om inte, varför?"
_QUESTION_PHRASES = r"""
    redogör | beskriv | förklara | motivera | ange | utveckla | kommentera | önskar\s+svar
    | jag\s+(?:vill|önskar|undrar) | min\s+fråga
    | om\s+(?:ja|nej|inte|så|svaret)\b | i\s+så\s+fall
    | (?:i|på|av|till|för|med|från|inom|genom|under|enligt)\s+vilk\w+
    | från\s+och\s+med\s+när
    | och\s+(?:hur|vad|när|varför|om) | samt\s+(?:hur|vad|när) | eller\s
"""
_INTERROGATIVE = re.compile(
    rf"[”\"»]?(?:{_QUESTION_WORDS}|{_QUESTION_VERBS}|{_QUESTION_PHRASES})\b",
    re.IGNORECASE | re.VERBOSE,
)
# Look like question words and are none: "När det gäller", "Vad gäller skolan".
_NOT_INTERROGATIVE = re.compile(
    r"""(?:
        när\s+det\s+gäller
        | vad\s+(?:gäller|beträffar)
        # "Vad avser skolan, så …", not "Vad avser du att göra"
        | vad\s+avser\s+(?!(?:
            du | ni | man | kommun\w* | \w*nämnd\w* | \w*råde?t? | \w*minister\w* | majoriteten
            | regeringen | \w*ordförande\w* | ledningen | staden | regionen
          )\b)
        | var\s+(?:och\s+en|sjätte|femte|fjärde|tredje|tionde)
        | är\s+(?:en|ett)\b
        | när\s+\w+\s+(?:har|är|kommer)\b[^?]*,
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_ENDS_ASKING = re.compile(r"\?[”\"»’)\]]*\s*$")


def ends_asking(text: str) -> bool:
    """Tell whether a text ends with a question mark, closing marks aside."""
    return _ENDS_ASKING.search(text) is not None


def is_interrogative(text: str) -> bool:
    """Tell whether a text asks, by its mark or by its first word."""
    if ends_asking(text):
        return True
    return bool(_INTERROGATIVE.match(text)) and not _NOT_INTERROGATIVE.match(text)

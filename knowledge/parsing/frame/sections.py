"""Headings that say what follows: formalities of minutes, or the interpellation itself."""

from __future__ import annotations

import re

from knowledge.parsing.frame.model import Part
from knowledge.parsing.sentences import sentences

__all__ = [
    "announces_answer",
    "announces_interpellation",
    "is_formal_heading",
    "is_interpellation_heading",
    "names_matter",
    "opens_interpellation",
    "part_under",
]

# Heading words of minutes whose text is formality, until the next heading.
_FORMAL = re.compile(
    r"""^(?:
        närvarande(?:\s+och\s+\w+)? | jäv | frånvarande | justering.* | justerare
        | plats\s+och\s+tid | paragrafer | tjänstgörande.* | beslutande.* | övriga\s+deltagare
        # the decision and the way to it
        | (?:\S+\s+)?beslut(?:et)? | beslutsgång(?:en)? | förslag\s+till\s+beslut
        | proposition(?:er)? | yrkanden? | reservation(?:er)? | protokollsanteckning(?:ar)?
        | tidigare\s+behandling | ärendets\s+(?:behandling|gång)
        # the debate
        | (?:yttranden | inlägg | anföranden?)(?:\s+i\s+\w+)? | talare | debatt(?:en|are)?
        | deltar\s+i\s+(?:debatten|överläggningen).* | i\s+debatten\s+(?:deltar|yttrar).*
        # papers
        | (?:besluts)?underlag(?:et)? | handlingar(?:\s+i\s+ärendet)? | bilag(?:a|or)
        | innehåll(?:sförteckning)? | ärendelista | föredragningslista
        # whom it is sent to
        | (?:beslutet|utdraget|protokollsutdrag|utdrag|kopia|protokollet)\s*(?:ska\s+)?
          (?:expedieras|skickas|sänds|delges)?\s*till
        | expedier(?:as|ing)(?:\s+till)? | sändlista | delges | anslag(?:/bevis)? | för\s+kännedom.*
    )\s*:?$""",
    re.IGNORECASE | re.VERBOSE,
)
# Heading words under which the interpellation itself is given.
_INTERPELLATION = re.compile(
    r"""^
    (?:(?:(?:sammanfattning|utdrag|citat|text|innehåll|redogörelse)\s+)?(?:av|ur|från|för)\s+)?
    (?:
      interpellation(?:en|stext|stexten|ens\s+\S+)?
        (?:\s+i\s+(?:sin\s+helhet|korthet|sammandrag))?
      | interpellant(?:en|er|erna)?s?\s+(?:argument\w* | bakgrund\w* | beskrivning | framställan
          | inlägg | motivering | resonemang | skrivning | synpunkter | text | uppfattning)
      | bakgrund(?:en)?\s+(?:i|till|från|ur|enligt)\s+interpellation\S*
      | interpellation\s+(?:till|om|angående|från|av|gällande|rörande|med|kring|nr)\b.*
      | inlämnad\s+interpellation.*
      # "Ur Anna Eks skrivelse", "Vad Anna Ek skriver", "Så skriver interpellanten"
      | (?:ur|utdrag\s+ur)\s+(?:\S+\s+){0,4}\w*(?:inlaga\w*|skrift\w*|skrivelse\w*|text\w*)
      | (?:vad|så|det|här)\s+(?:\S+\s+){0,5}?(?:skriver|frågar|undrar|anför|framför)
        (?:\s+\S+){0,4}
      | \S+s\s+(?:inlaga | skrivelse | interpellation | interpellationstext)
      | bilaga[:\s\d.–-]*interpellation.*
    )\s*:?$""",
    re.IGNORECASE | re.VERBOSE,
)
# "Interpellation av Anna Ek (C) till kommunstyrelsens ordförande": a line of a form.
_INTERPELLATION_BY = re.compile(
    r"^Interpellation\s+(?:av|från)\s+(?:[a-zåäö]+\s+)?[A-ZÅÄÖ].*\(", re.DOTALL
)
# "Interpellation om bron": the heading of one, or the subject line of a reply.
_ABOUT = re.compile(r"^Interpellation\s+(?:om|angående|gällande|rörande|kring)\s", re.IGNORECASE)
# "Följande interpellation har inkommit från …:", "Interpellationen lyder:"
_ANNOUNCED = re.compile(
    r"""^(?:
        följande\s+interpellation\b[^.?!]{0,200}
        | interpellationen\s+(?:i\s+sin\s+helhet\s+)?
          (?:lyder | har\s+följande\s+(?:lydelse|text) | återges | citeras | följer)\b[^.?!]{0,60}
    # "Inledningsvis återges interpellationen i sin helhet."
    | [^.?!]{0,80}\b(?:återges|citeras|följer|redovisas)\s+(?:\w+\s+)?interpellation(?:en)?\b
      [^.?!]{0,60}
    )[:.]$""",
    re.IGNORECASE | re.VERBOSE,
)
# "Kommunalrådet Anna Ek (S) svarar:", "Jag vill lämna följande svar."
_ANSWER = re.compile(
    r"^[^.?!]{2,120}?\b(?:svarar|besvarar|(?:avge|avgiv|lämna)\w*\s+(?:\w+\s+)?svar|anför\s+som\s+svar|anför(?:a|er)?\s+följande|lämnar?\s+följande\s+svar)\b[^.?!]{0,60}[:.]$",
    re.IGNORECASE,
)


def announces_interpellation(words: str) -> bool:
    """Tell whether a paragraph announces the interpellation itself, which follows."""
    if "interpellation" not in words.lower():
        return False
    return any(_ANNOUNCED.match(words[start:end]) for start, end in sentences(words))


def announces_answer(words: str) -> bool:
    """Tell whether a sentence announces the answer: "Kommunalrådet Anna Ek svarar:"."""
    return _ANSWER.match(words) is not None


def is_formal_heading(words: str) -> bool:
    """Tell whether a heading opens formalities: "Beslut", "Yrkanden"."""
    return _FORMAL.match(words) is not None


def is_interpellation_heading(words: str) -> bool:
    """Tell whether a line can head the interpellation: "Interpellationen", "Bilaga: …"."""
    return _INTERPELLATION.match(words) is not None


def names_matter(words: str) -> bool:
    """Tell whether a line names what an interpellation is about: "Interpellation om bron"."""
    return _ABOUT.match(words) is not None


def opens_interpellation(words: str) -> bool:
    """Tell whether a heading opens the interpellation itself; a form line names who put it."""
    return is_interpellation_heading(words) and _INTERPELLATION_BY.match(words) is None


def part_under(words: str, otherwise: Part) -> Part:
    """Return what follows a heading."""
    if is_formal_heading(words):
        return Part.FRAME
    return Part.INTERPELLATION if opens_interpellation(words) else otherwise

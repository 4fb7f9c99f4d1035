"""The line that names the document: "Svar på interpellation …", "Interpellationssvar …"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from knowledge.parsing.frame.model import View

__all__ = ["TITLE", "find_title", "is_item", "is_title", "lacks_matter"]

TITLE = re.compile(
    r"""^
    (?:(?:Rubrik|Ämne|Ärende)\s*:\s*)?
    # "§ 45", "Ärende 3:", "Punkt 7", "Dnr KS 2025/1" may stand before it
    (?:(?:KF|Kf|KFM)?\s*§\s*\d+[\s:.–-]*)?
    (?:Ärende\s*(?:nr)?\s*:?\s*\d+[\s:.–-]*)?
    (?:Punkt\s*)? (?:\d+[\s:.]+)?
    (?:Dnr[\s:.]*\S+(?:\s\S+)?\s+)?
    (?:
      (?: (?:Skriftligt|Muntligt|Gemensamt|Samlat|Kompletterande)\s+
        | (?:[\w-]+s\s+){1,3} )?
      (?:
        # "Svar på interpellation", "Svar till Anna Eks interpellation"
        svar\s*(?:på|till|angående|av|,|–|-|:)\s*(?:\S+\s+){0,4}?(?:enkel\s+)?
          interpellation(?:en|er)?\b
        # "Svar på Anna Eks (C) och Bo Als (M) interpellation"
        | svar\s+(?:på|till)\s+(?:(?:(?-i:[A-ZÅÄÖ(])\S*|och|samt|af|von|de)\s+){1,14}
          interpellation(?:en|er)?\b
        | interpellationssvar\b
        # "Svar interpellation om bron", "Yttrande över interpellation"
        | svar\s+interpellation\b[^.?!]*$
        | yttrande\s+(?:över|angående|om|rörande|med\s+anledning\s+av|på)\s+(?:\S+\s+){0,3}?
          interpellation(?:en)?\b[^.?!]*$
        # "Skrivelse med svar på interpellation", "Förslag till svar på interpellation"
        | [\w-]+\s+(?:med|till)\s+svar\s+(?:på|till)\s+(?:\S+\s+){0,3}?interpellation(?:en)?\b
          [^.?!]*$
        # "Kommunalrådet Anna Ek svarar på interpellation om", "… besvarar interpellation från"
        | [^.:?!]{3,80}?\s(?:svarar\s+på|besvarar)\s+(?:en\s+)?interpellation(?:en)?\s+
          (?:från|av|om|angående|gällande|rörande)\b
        | (?:besvarande|besvarad)\s+(?:av\s+)?(?:en\s+)?interpellation(?:en)?\b
        | interpellation(?:en)?\s+(?:med|och)\s+svar\b
        # "Angående interpellation av Anna Ek (C) om bron"
        | (?:angående|gällande|rörande|beträffande)\s+interpellation(?:en)?\s+(?:av|från|om)\b
        # "Interpellation om bron – svar"
        | interpellation\b[^.]{0,120}[\s,–-]+(?:svar|besvarande)\s*\.?$
      )
      # "Bron över ån, svar på interpellation"
      | (?:[^.?!]{3,140}?[\s,.:;–-]+)
        (?:svar\s+på\s+(?:din\s+|er\s+)?interpellation|interpellationssvar)
        (?:\s+(?:från|av|till)\s+[A-ZÅÄÖ][^.?!]{3,120})?\s*\.?$
    )""",
    re.IGNORECASE | re.VERBOSE,
)
# The same line when it starts with the word and so can name the matter after it.
_OPENING = re.compile(
    r"""^
    (?:(?:Rubrik|Ämne|Ärende)\s*:\s*)?
    (?:(?:KF|Kf)?\s*§\s*\d+[\s:.–-]*)? (?:Dnr\s\S+(?:\s\S+)?\s+)? (?:\S+\s+)?
    (?:
      svar\b.{0,60}?\binterpellation(?:en)?
      | interpellationssvar
      | yttrande\b.{0,60}?\binterpellation(?:en)?
      | [\w-]+\s+(?:med|till)\s+svar\b.{0,60}?\binterpellation(?:en)?
      | (?:besvarande|angående|gällande|rörande|beträffande)\b.{0,40}?\binterpellation(?:en)?
      | svar\s+(?:på|till)\s+(?:enkel\s+|skriftlig\s+)?fråga
      | [^.:?!]{3,80}?\s(?:svarar\s+på|besvarar)\s+(?:en\s+)?interpellation(?:en)?
        (?=\s+(?:från|av|om)\b)
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)
# "Bron över ån – svar på interpellation av Anna Ek (C)": the matter, then what the document is.
_NAMED = re.compile(
    r"[^.?!]{3,140}?[\s,.:;–-]+(?:svar\s+på\s+interpellation|interpellationssvar)\s+(?:från|av|till)\s+[A-ZÅÄÖ]",
    re.IGNORECASE,
)
# "§ 17 Interpellation om bron": an item of minutes, which is a reply if an answer follows.
_ITEM = re.compile(
    r"(?:(?:KF|Kf|KFM)?\s*§\s*\d+|(?:ärende|punkt)\s*:?\s*\d+|\d{1,3}[.)])[\s:.–-]*"
    r"(?:Dnr[\s:.]*\S+(?:\s\S+)?\s+)?interpellation\s+"
    r"(?:om|av|från|till|angående|gällande|rörande|avseende|kring)\s",
    re.IGNORECASE,
)
# "Svar på interpellation avgivet av": a line of the signature.
_SIGNED = re.compile(r"\b(?:avgivet|lämnat|undertecknat)\s+av\s*:?$", re.IGNORECASE)
_MAX_CHARS = 320
_MATTER_CHARS = 8
"""What follows the opening names the matter if it is longer than this."""


def is_title(words: str) -> bool:
    """Tell whether a line, or a few, names the document as a reply."""
    return (
        len(words) <= _MAX_CHARS
        and TITLE.match(words) is not None
        and _SIGNED.search(words) is None
    )


def is_item(words: str) -> bool:
    """Tell whether a line heads an interpellation as an item of minutes."""
    return len(words) <= _MAX_CHARS and _ITEM.match(words) is not None


def lacks_matter(words: str) -> bool:
    """Tell whether a title says no more than what the document is: "Interpellationssvar"."""
    opening = _OPENING.match(words)
    return opening is not None and len(words) - opening.end() <= _MATTER_CHARS


def find_title(views: Sequence[View]) -> int | None:
    """Return the index of the line that names the document and, if any does, its matter.

    A letterhead may hold the word too ("Exempelby kommun Interpellationssvar").
    """
    found = [i for i, view in enumerate(views) if is_title(view.words)]
    for i in found[:4]:
        if _OPENING.match(views[i].words) and not lacks_matter(views[i].words):
            return i
    named = [i for i in found[:4] if _NAMED.match(views[i].words)]
    starting = [i for i in found if _OPENING.match(views[i].words)]
    if not found and views and is_item(views[0].words):
        return 0
    if not found and len(views) > 1 and is_item(f"{views[0].words} {views[1].words}"):
        return 1
    return next(iter(named or starting or found), None)

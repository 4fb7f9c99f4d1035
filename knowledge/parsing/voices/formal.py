"""Sentences that say nothing about the matter: thanks, greetings, "Jag lämnar följande svar."."""

from __future__ import annotations

import re

__all__ = ["is_formal"]

_MAX_CHARS = 240
"""Longer sentences say something."""

# Without one of these no alternative below can match; looking for them takes a tenth of the time.
_NEEDED = (
    "svar",
    "tack",
    "anför",
    "hälsning",
    "hej",
    "bäst",
    "kär",
    "god",
    "herr",
    "fru",
    "ärad",
    "yttra",
    "delt",
)
_FORMAL = re.compile(
    r"""^(?:
    # "Innan jag svarar vill jag tacka Anna Ek för interpellationen om bron."
    (?:
      (?:(?:innan\s+jag\s+\w+|först|inledningsvis|till\s+att\s+börja\s+med)[\s,]+)?
      (?:(?:jag|vi)\s+(?:vill|får|ska|skall)|(?:vill|får|ska)\s+(?:jag|vi))\s+(?:\w+\s+){0,3}
    )?
    (?:(?:[A-ZÅÄÖ][\w-]+\s+){0,2}[A-ZÅÄÖ][\w-]+[,!]\s+)?
    (?:tack(?:ar)?|tacka)\b
    [^.!?]{0,60}?(?:
      interpellation\w* | fråg(?:an|or|orna) | interpellanten | interpellanterna
      | interpellationsställaren | frågeställaren | frågeställarna | ledamoten
      | undertecknaren | undertecknarna
    )
    (?:\s+(?:om|angående|kring|gällande|rörande)\s[^.!?]{0,80})?[.!]

    # "Anna Ek svarar enligt följande."
    | [^.!?]{2,120}?\s
      (?:anför|svarar(?:\s+på\s+interpellationen)?|besvarar\s+(?:interpellationen|frågorna))\s+
      (?:som\s+svar\s+)?(?:enligt\s+)?(?:följande|enligt\s+följande|som\s+följer)[.:]
    | [^.!?]{2,100}?\ssvarar:
    # "Jag lämnar härmed följande svar på interpellationen."
    | (?:jag|vi|[^.!?]{3,80}?)\s+(?:vill\s+|får\s+)?(?:härmed\s+)?(?:lämnar?|avger?|ger?)\s+
      (?:härmed\s+)?(?:följande|nedanstående)\s+(?:skriftliga\s+)?svar\b[^.!?]{0,60}[.:!]?
    # "Jag svarar på frågorna i tur och ordning."
    | (?:jag|vi)\s+(?:vill\s+)?(?:svarar|besvarar|svara|besvara)\s+(?:på\s+)?
      (?:frågorna|frågan|dem|dessa|interpellationen|dina\s+frågor|var\s+och\s+en)\b
      [^.!?]{0,80}[.:!]
    # "Vi svarar var för sig på det som hör till vår nämnd."
    | (?:jag|vi)\s+(?:svarar|besvarar)\s+(?:här|nedan|därför|var\s+för\s+sig|gemensamt|samlat)\b
      [^.!?]{0,80}[.:]
    # "Mitt svar på frågorna är följande."
    | (?:(?:som|mitt|mina)\s+)svar\s+(?:på\s+[^.!?:]{0,60}?)?
      (?:är|får\s+jag|vill\s+jag|kan\s+jag)\s+
      (?:som\s+följer|följande|lämna\s+följande|anföra\s+följande|meddela\s+följande)\s*[.:]
    # "Med detta anser jag interpellationen besvarad."
    | (?:med|genom)\s+(?:detta|det|ovanstående|dessa)\b[^.!?]{0,40}\binterpellationen\b
      [^.!?]{0,30}besvarad[.!]?
    | (?:därmed|härmed|jag)\s+(?:anser|anses|får|är)\b[^.!?]{0,40}
      \b(?:interpellationen|frågorna|frågan)\b[^.!?]{0,40}(?:besvarade?)[.!]?
    | (?:[^.!?]{0,80}\s)?(?:är|anses|ska\s+anses|förklarar|anse|förklaras)\s+
      (?:därmed\s+|härmed\s+|vara\s+|interpellationen\s+)?besvarad[.!]?
    | (?:därmed|härmed|med\s+detta)\s+(?:anser\s+jag\s+mig\s+|får\s+jag\s+anses\s+)?
      (?:ha|har\s+jag)\s+besvarat\s+(?:interpellationen|frågorna|frågan|din\s+interpellation)[.!]?
    | [^.!?]{2,80}?\s+besvarar\s+(?:interpellationen|frågorna)[.:]
    # who spoke in the debate
    | (?:i|under)\s+(?:ärendet|debatten|överläggningen|diskussionen)\s+
      (?:deltog|deltar|yttra(?:r|de)\s+sig)\b[^!?]*
    | [^!?]{2,200}\)\s+(?:yttra(?:r|de)\s+sig|deltar|deltog)(?:\s+i\s+\w+)?\.
    | [^.!?]{2,60}\s+tacka(?:r|de)\s+för\s+svaret\.
    | [^.!?]{2,100}\s+har\s+besvarat\s+interpellationen\s+enligt\s+\w+\.
    # greetings
    | (?:med\s+)?(?:vänlig(?:a|en)?|bästa|hjärtliga)\s+hälsning(?:ar)?\b.{0,60}
    | (?:hej|bästa?|bäste|kära?|käre|god\s+(?:kväll|dag))\b[^.!?]{0,40}[!,.]?
    | (?:herr|fru|ärade?)\s+(?:ordförande|ledamot|ledamöter|fullmäktige)\b[^.!?]{0,80}[!,.]?
    )$""",
    re.IGNORECASE | re.VERBOSE,
)


def is_formal(sentence: str) -> bool:
    """Tell whether a sentence, on one line, is a formality."""
    if len(sentence) > _MAX_CHARS:
        return False
    lower = sentence.lower()
    return any(part in lower for part in _NEEDED) and _FORMAL.match(sentence) is not None

"""Sentences in which the municipality speaks: a stand, a decision, a verdict on what was retold."""

from __future__ import annotations

from knowledge.parsing.voices.rules import INTERPELLANT, rule

__all__ = ["advises", "agrees", "states_figure", "takes_stand"]

# "Jag/vi + verb" or a possessive: the writer speaks in the first person.
_FIRST_PERSON = rule(
    r"""
    ^(?:(?:men|och|så|däremot|dock|därför|samtidigt|här|nu|i\s+dag|för\s+min\s+del)[\s,]+)?
      (?: (?:jag|vi)\b(?!\s+(?:anhåller|ställer|frågar|undrar)\b)
        | (?:min|mitt|mina|vår|vårt|våra)\s+(?!fråg) )
    | ^(?:[\w-]+\s+){1,4}(?:jag|vi)\b(?!\s+(?:anhåller|ställer|frågar|undrar)\b)
    """
)
# The municipality, a board or the writer's assessment as subject, taking a stand.
_STAND = rule(
    r"""
    ^(?:(?:men|och|däremot|dock|därför|samtidigt)[\s,]+)?
      (?:\S+\s+kommun|kommunen|kommunstyrelsen|kommunledningen|majoriteten|förvaltningen|regionen
        |staden|bolaget|\S*nämnden|\S+\s+stad)\s+
      (?:delar|instämmer|håller|bedömer|konstaterar|välkomnar|tackar|avvisar|förnekar|svarar|noterar
        | kan\s+(?:inte\s+)?(?:konstatera|instämma|hålla|bekräfta|dela)
        | vill\s+(?:framhålla|betona|understryka)
        | beslutade | avser\s+inte | planerar\s+inte
        | arbetar\s+(?:aktivt|fortlöpande|kontinuerligt|löpande|redan|sedan|systematiskt)
        | har\s+(?:\w+\s+)?(?:antagit|avsatt|beslutat|fattat)
        | har\s+(?:sedan|redan|i\s+dag|aldrig)
        # what the municipality denies, not what it is blamed for ("har inte gjort något åt saken")
        | har\s+ing(?:a|en)\s+(?:avsikt|planer)
        | har\s+inte\s+(?:\w+\s+)?(?:avsikt|dragit|gjort\s+några|haft|höjt|lovat|minskat|några
          |planer|sagt|skurit|sparat|stoppat|sänkt|tagit\s+ställning))\b
    | ^(?:\S+nämndens|kommunens|kommunstyrelsens|förvaltningens)\s+
      (?:bedömning|uppfattning|inställning|ståndpunkt|hållning|svar|syn)\b
    """
)
# A verdict on what was just retold.
_VERDICT = rule(
    r"""
    ^(?:(?:men|och|nu)\s+)?
      (?: det(?:ta)? | den | de | så
        | (?:(?:den|det|de)\s+)?(?:här\s+)?(?:antalet|beskrivningen|bilden|kritiken|påståendena
          |påståendet|siffran|siffrorna|slutsatsen|uppgiften|uppgifterna) )\s+
      (?: stämmer
        | är\s+(?:dock\s+|alltså\s+|helt\s+enkelt\s+)?(?:inte\s+)?
          (?:riktig\w*|korrekt\w*|felaktig\w*|missvisande|ogrundad\w*|överdriv\w*|sant|sann
          |en\s+missuppfattning|ett\s+missförstånd|fallet|dock|däremot|emellertid
          # not "Det är fel att stänga badet"
          |(?:fel|rätt)(?!\s+(?:att|av|mot)\b))
        | är\s+(?:inte\s+)?så
        # "Den framgår av tabellen."
        | (?:framgår|redovisas)\s+(?:av|i|nedan|ovan)\b )
    # "Rätt siffra är 31."
    | ^(?:rätt|korrekt|den\s+(?:faktiska|korrekta|rätta|verkliga))\s+
      (?:antal|belopp|siffr|svar|uppgift)\w*
    | ^(?:men|ja|nej|svaret|däremot|tvärtom|faktum|i\s+själva\s+verket|så\s+är\s+(?:det\s+)?inte
        |något\s+sådant|någon\s+sådan|inget\s+av|sanningen|visst|emellertid)\b
    """
)
# Denies in the set form: "Någon utomhusbassäng ingår inte …", "Sådana uppdrag finns inte."
_DENIAL = rule(
    r"""
    ^(?:någon|något|några)\s+(?:[\w-]+\s+){1,4}?
      (?:avses|finns|föreligger|görs|har|ingår|kommer|krävs|pågår|planeras|ska|sker|är)\s+
      (?:[\w-]+\s+){0,3}?inte\b
    | ^sådan\w*\s+(?:[\w-]+\s+){1,4}?inte\b
    | ^(?:inget|inga)\s+(?:sådan\w*|beslut|besparing\w*|neddragning\w*|förändring\w*)\b
    """
)
# Refutes what it names: "Att skolan läggs ned, som interpellanten påstår, stämmer inte."
_REFUTES = rule(
    rf"""
    ^(?:att | det\s+(?:som|man) | påstående\w* | uppgift\w* | beskrivning\w* | kritiken
      | {INTERPELLANT}s\s+\w+ | (?:din|er|ditt|ert)\s+\w+)\b
      .*\b(?: stämmer\s+(?:\w+\s+){{0,2}}?inte
        | är\s+(?:\w+\s+)?(?:felaktig\w*|fel|osan\w*|missvisande|ogrundad\w*) )\W*$
    """
)
_FIGURE = rule(r"\d")

# "Som interpellanten påpekar är …": the municipality agrees, so these are its own words.
_AGREES = rule(
    rf"""
    ^(?:precis\s+|liksom\s+|såsom\s+|helt\s+riktigt,?\s+)?
      som\s+(?:{INTERPELLANT}|du|ni|(?-i:[A-ZÅÄÖ])\S+(?:\s\S+)?)\s+(?:\w+\s+){{0,3}}
      (?:skriver|påpekar|konstaterar|nämner|framhåller|lyfter|säger|beskriver|anger)\b
    # "Interpellanten har rätt i att …"
    | ^(?:{INTERPELLANT}|du|ni)\s+har\s+(?:\w+\s+){{0,2}}?(?:rätt|fel|missförstått|missuppfattat)\b
    """
)


# "Ser du ett skadat djur ska du ringa 112.": advice to whoever reads.
_ADVISES = rule(
    r"""
    ^(?:behöver|får|har|känner|misstänker|ser|upplever|upptäcker|vill|är|önskar|om)\s+(?:du|ni)\b
      .*?\b(?:bör|får|går|kan|ring|ska|kontakta)\b
    """
)


def advises(sentence: str) -> bool:
    """Tell whether a sentence says what anyone who reads it can do."""
    return _ADVISES.match(sentence) is not None and "interpell" not in sentence.lower()


def agrees(sentence: str) -> bool:
    """Tell whether a sentence agrees with the interpellant or refutes what it names."""
    return _AGREES.match(sentence) is not None or _REFUTES.match(sentence) is not None


def states_figure(sentence: str) -> bool:
    """Tell whether a sentence gives a number or a date, as an answer does."""
    return _FIGURE.search(sentence) is not None


def takes_stand(sentence: str) -> bool:
    """Tell whether a sentence speaks as the municipality, also right after a retelling."""
    return any(one.match(sentence) for one in (_FIRST_PERSON, _STAND, _VERDICT, _DENIAL))

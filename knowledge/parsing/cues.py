"""What one sentence says of whose words it holds: the municipality's or the interpellant's.

A sentence whose subject is the interpellant and whose verb is one of saying or asking is a
retelling; one that speaks as the municipality is official. Most say nothing of it.
"""

from __future__ import annotations

import re
from enum import Enum, auto
from functools import lru_cache

from knowledge.parsing.formal import is_formal
from knowledge.parsing.sentences import hyphens_joined

__all__ = ["Cue", "cue_of"]


class Cue(Enum):
    """What a sentence says of its voice."""

    RETOLD = auto()
    CHAIN = auto()
    """Goes on from a retelling, if one stands before it: "Hon skriver också"."""
    OFFICIAL = auto()
    TURN = auto()
    """Names the question that is answered next: retold, but what follows is not."""
    NEUTRAL = auto()
    FORMAL = auto()
    """Says nothing about the matter."""


# Verbs of saying, asking and wanting; what follows is the subject's own view. Present and past.
_SAYING = r"""(?:
    anför | anförde | anser | ansåg | antyder | antydde | argumenterar | avslutar
    | befarar | befarade | begär | begärde | beklagar | berättar | beskriver | beskrev
    | betonar | betonade | citerar | drar\s+slutsatsen
    | efterfrågar | efterfrågade | efterlyser | efterlyste | exemplifierar
    | fortsätter | framför | framförde | framhåller | framhöll | framhärdar
    | frågar | frågade | föreslår | föreslog | förordar
    | gissar | gör\s+(?:\w+\s+)?gällande | hoppas | hävdar | hävdade | hänvisar | hänvisade
    | ifrågasätter | ifrågasatte | inkom | inleder | insinuerar
    | konstaterar | konstaterade | kritiserar | kräver | krävde | känner | lyfter | lyfte
    | menar | menade | målar | nämner | nämnde | oroar | oroas | oroade
    | pekar | pekade | poängterar | påminner | påpekar | påpekade | påstår | påstod
    | redogör | redogjorde | redovisar | refererar | replikerar | resonerar | räknar\s+upp
    | sa | sade | saknar | sammanfattar | ser | skriver | skrev | spår | ställer | ställde | stör
    | säger | tackar | tackade | tar | tog | tror | trodde | tycker | tyckte
    | undrar | undrade | understryker | underströk | uppger | uppgav | uppfattar | upplever
    | uppmanar | uppmärksammar | utgår | utmålar | uttrycker | uttryckte
    | varnar | varnade | vill | ville | vänder | yrkar | yttrar | yttrade | önskar | önskade
    | är\s+(?:orolig|kritisk|oroad|bekymrad|besviken|rädd|av\s+uppfattningen)
    | har\s+(?:[\w-]+\s+){0,7}?(?:
        anfört | begärt | bett | efterfrågat | efterlyst | framfört | framställt | frågat
        | föreslagit | hävdat | inkommit | inlämnat | interpellerat | kritiserat | lyft | lämnat
        | påstått | riktat | skrivit | ställt | tagit | undrat | uppmärksammat | uttryckt | velat
        | väckt | önskat
      )
)"""
# Saying-verbs in the passive: "det påstås", "följande frågor ställs".
_PASSIVE = r"""(?:
    anförs | anges | beskrivs | betonas | efterfrågas | efterlyses | finns | framförs | framgår
    | framhålls | frågas | föreslås | görs | hänvisas | hävdas | ifrågasätts | konstateras | krävs
    | lyfts | menas | målas | nämns | omnämns | pekas | poängteras | påpekas | påstås | redogörs
    | refereras | riktas | skrivs | ställs | står | sägs | tas | tecknas | understryks | undras
    | uppges | uttrycks | varnas | önskas
)"""
# What the interpellant is called; the names join it for each document.
_INTERPELLANT = r"""(?:
    interpellanten | interpellanterna | interpellationsställaren | frågeställaren
    | frågeställarna | ledamoten | undertecknaren | undertecknarna
)"""
# Words that may stand before the subject without changing whose view it is.
_LEAD = r"""(?:(?:
    och | men | även | också | vidare | dessutom | därtill | slutligen | avslutningsvis
    | inledningsvis | först | sedan | därefter | samtidigt | i\s+stället | istället | nu | därför
    | bland\s+annat | i\s+dag
)[\s,]+)"""
# An aside after the subject: "Anna Ek (C)", "interpellanten, Anna Ek,".
_ASIDE = r"(?:\s*\([^()]{1,60}\))?(?:,[^,.;:?!]{1,80},)?"
_INTERPELLATION = r"""(?:
    (?:den\s+)?interpellationen
    | (?:din|er|sin|hans|hennes|ovanstående|rubricerad|denna|deras)\s+(?:\w+\s+)?interpellation
    | interpellationens?\s+(?:bakgrund|inledning|text|rubrik|motivering)
    | interpellationstexten | skrivelsen
)"""
_PRONOUN = r"(?:han|hon|hen|de|dessa|vederbörande)"


def _rule(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE | re.VERBOSE)


# "Jag/vi + verb" or a possessive: the writer speaks in the first person.
_FIRST_PERSON = _rule(
    r"""
    ^(?:(?:men|och|så|däremot|dock|därför|samtidigt|här|nu|i\s+dag|för\s+min\s+del)[\s,]+)?
      (?: (?:jag|vi)\b(?!\s+(?:anhåller|ställer|frågar|undrar)\b)
        | (?:min|mitt|mina|vår|vårt|våra)\s+(?!fråg) )
    | ^(?:[\w-]+\s+){1,4}(?:jag|vi)\b(?!\s+(?:anhåller|ställer|frågar|undrar)\b)
    """
)
# The municipality, a board or the writer's assessment as subject, taking a stand.
_STAND = _rule(
    r"""
    ^(?:(?:men|och|däremot|dock|därför|samtidigt)[\s,]+)?
      (?:\S+\s+kommun|kommunen|kommunstyrelsen|kommunledningen|majoriteten|förvaltningen|regionen
        |staden|bolaget|\S*nämnden|\S+\s+stad)\s+
      (?:delar|instämmer|håller|bedömer|konstaterar|välkomnar|tackar|avvisar|förnekar|svarar|noterar
        | kan\s+(?:inte\s+)?(?:konstatera|instämma|hålla|bekräfta|dela)
        | vill\s+(?:framhålla|betona|understryka)
        | har\s+(?:inte\s+)?(?:beslutat|gjort|sedan|redan|i\s+dag|fattat|antagit|aldrig|inga|inte
          |ingen))
    | ^(?:\S+nämndens|kommunens|kommunstyrelsens|förvaltningens)\s+
      (?:bedömning|uppfattning|inställning|ståndpunkt|hållning|svar|syn)\b
    """
)
# A verdict on what was just retold.
_VERDICT = _rule(
    r"""
    ^(?:(?:men|och|nu)\s+)?(?:det(?:ta)?|den|så|bilden|påståendet|uppgiften|beskrivningen)\s+
      (?: stämmer
        | är\s+(?:inte\s+)?(?:riktig\w*|korrekt\w*|fel\w*|felaktig\w*|sant|sann|rätt
          |en\s+missuppfattning|ett\s+missförstånd|fallet|dock|däremot|emellertid)
        | är\s+(?:inte\s+)?så )
    | ^(?:men|ja|nej|svaret|däremot|tvärtom|faktum|i\s+själva\s+verket|så\s+är\s+(?:det\s+)?inte
        |något\s+sådant|någon\s+sådan|inget\s+av|sanningen|visst|emellertid)\b
    """
)
# Views ascribed within a sentence: "enligt henne", "menar han".
_ASCRIBED = _rule(
    rf"""
    \benligt\s+(?:{_INTERPELLANT}|{_INTERPELLATION}|honom|henne|dig|er|hen)\b
    | ,\s*(?:{_SAYING})\s+(?:{_INTERPELLANT}|{_PRONOUN})\b
    """
)
# "Som interpellanten påpekar är …": the municipality agrees, so these are its own words.
_AGREES = _rule(
    rf"""
    ^(?:precis\s+|liksom\s+|såsom\s+|helt\s+riktigt,?\s+)?
      som\s+(?:{_INTERPELLANT}|du|ni|\S+(?:\s\S+)?)\s+(?:\w+\s+){{0,3}}
      (?:skriver|påpekar|konstaterar|nämner|framhåller|lyfter|säger|beskriver|anger)\b
    """
)
# A pronoun that goes on from a retold sentence: "Hon skriver också", "Vidare menar han".
_CHAIN = _rule(
    rf"""
    ^{_LEAD}{{0,2}}{_PRONOUN}\s+(?:\w+\s+){{0,2}}?{_SAYING}\b
    | ^(?:\w+\s+){{0,4}}?{_SAYING}\s+{_PRONOUN}\b
    | ^(?:vidare|dessutom|även|också|därtill|avslutningsvis|slutligen|bland\s+annat)\s+{_PASSIVE}\b
    """
)
# The reader is addressed: "Du skriver att", "I din interpellation frågar du", "Ni undrar".
_ADDRESSED = _rule(
    rf"""
    ^{_LEAD}{{0,2}}(?:du|ni)\s+(?:\w+\s+){{0,2}}?{_SAYING}\b
    | ^(?:[\w”“\"-]+\s+){{0,6}}?{_SAYING}\s+(?:du|ni)\b
    | ^(?:din|ditt|dina|er|ert|era)\s+(?:\w+\s+)?
      (?:fråga|frågor|frågeställning|interpellation|påstående|bild|beskrivning|oro)\s+
      (?:är|gäller|rör|handlar|avser|lyder|tar|lyfter|bygger|om)\b
    """
)
# "Din andra fråga handlar om …": what follows answers it.
_TURN = _rule(
    r"""
    ^(?:din|er|interpellantens|hans|hennes|den)\s+(?:\w+\s+)?fråga\s+
      (?:handlar|gäller|rör|avser|är|lyder)\b
    | ^fråga\s+\w+\s+(?:handlar|gäller|rör|avser)\b
    """
)
# The interpellation as subject or place: "I interpellationen framhålls", "Interpellationen tar".
_IN_INTERPELLATION = _rule(
    rf"""
    ^{_LEAD}{{0,2}}(?:i|av|ur)\s+{_INTERPELLATION}{_ASIDE}\s+(?:\w+\s+){{0,3}}?
      (?:{_PASSIVE}|{_SAYING})\b
    | ^{_LEAD}{{0,2}}{_INTERPELLATION}{_ASIDE}\s+(?:\w+\s+){{0,2}}?
      (?:tar|handlar|rör|gäller|lyfter|berör|utgår|beskriver|pekar|innehåller|avser|inleds
        |avslutas|fokuserar|hänvisar|påstår|hävdar|frågar|bygger|ställer|menar|efterfrågar
        |efterlyser|uttrycker)\b
    | ^{_LEAD}{{0,2}}enligt\s+(?:{_INTERPELLANT}|{_INTERPELLATION}|dig|er)\b
    | ^{_LEAD}?(?:bakgrunden?\s+till|med\s+hänvisning\s+till|till\s+grund\s+för)\s+
      {_INTERPELLATION}\s+\w+
    """
)
# A lead-in to a list of questions that names no one.
_QUESTIONS_LEAD = _rule(
    r"""
    ^(?:[^.?!:]{0,160}\b)?
    (?: följande\s+(?:\w+\s+)?(?:fråga|frågor|frågeställningar)
      | frågorna\s+(?:lyder|är|som\s+ställ\w+\s+är) | frågan\s+lyder
      | (?:vill|önskar)\s+(?:därför\s+)?(?:jag\s+)?fråga\b )
    [^.?!:]{0,120}[:.]?$
    """
)
# … unless the writer announces answers: "Jag besvarar följande frågor".
_ANSWERS_LEAD = _rule(r"\b(?:svar|svara|svarar|besvara|besvarar|besvaras)\b")


@lru_cache(maxsize=256)
def _named(names: tuple[str, ...]) -> re.Pattern[str]:
    """Compile the rule for "subject + saying-verb" with the interpellants' names as subjects."""
    alternatives = [_INTERPELLANT]
    for name in names:
        alternatives.append(r"\s+".join(map(re.escape, name.split())))
        words = name.split()
        if len(words) > 1:
            alternatives.extend((re.escape(words[-1]), re.escape(words[0])))
    subject = f"(?:{'|'.join(alternatives)})"
    another = rf"(?:,\s*|\s+(?:och|samt)\s+)(?:{subject}|[A-ZÅÄÖ][\w-]+){_ASIDE}"
    several = rf"{subject}{_ASIDE}(?:{another}){{0,3}}"
    return _rule(
        rf"""
        ^{_LEAD}{{0,2}}(?:ledamoten\s+)?{several}\s+(?:\w+\s+){{0,2}}?{_SAYING}\b
        | ^(?!som\b)(?:[\w”\"-]+,?\s+){{0,7}}?{_SAYING}\s+(?:också\s+|även\s+)?
          (?:ledamoten\s+)?{subject}\b
        | \benligt\s+{subject}\b
        | ^(?:en|den)\s+interpellation\b[^.]{{0,80}}\bhar\s+(?:\w+\s+)?
          (?:lämnats|ställts|inkommit|väckts)\b
        | ^(?:{subject}s?)\s+(?:\w+\s+){{0,2}}
          (?:fråga|frågor|uppfattning|åsikt|påstående|kritik|tanke)\s+
          (?:är|gäller|rör|handlar|lyder|avser)\b
        """
    )


def cue_of(sentence: str, names: tuple[str, ...]) -> Cue:
    """Classify one sentence on its own.

    Args:
        sentence: as it stands in the text.
        names: the interpellants' names.

    Returns:
        Its cue; NEUTRAL when it says nothing of whose words it holds.
    """
    flat = hyphens_joined(sentence)
    if is_formal(flat):
        return Cue.FORMAL
    if _AGREES.match(flat):
        return Cue.OFFICIAL
    if _TURN.match(flat):
        return Cue.TURN
    if _named(names).search(flat) or _ADDRESSED.match(flat) or _IN_INTERPELLATION.match(flat):
        return Cue.RETOLD
    if _CHAIN.match(flat):
        return Cue.CHAIN
    if _ASCRIBED.search(flat):
        return Cue.RETOLD
    if _QUESTIONS_LEAD.match(flat) and not _ANSWERS_LEAD.search(flat):
        return Cue.RETOLD
    if _FIRST_PERSON.match(flat) or _STAND.match(flat) or _VERDICT.match(flat):
        return Cue.OFFICIAL
    return Cue.NEUTRAL

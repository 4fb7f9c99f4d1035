"""The words that the rules for voices share, and how rules are written."""

from __future__ import annotations

import re

__all__ = [
    "AMOUNTS",
    "ASIDE",
    "ASKED",
    "ASKING",
    "CLAIMED",
    "DOING",
    "INTERPELLANT",
    "INTERPELLATION",
    "LEAD",
    "MOVED",
    "PARTY",
    "PASSIVE",
    "PRONOUN",
    "SAYING",
    "TOLD",
    "VIEW",
    "holds",
    "rule",
]

# What the interpellant is called, by slip also as the author of a motion.
INTERPELLANT = r"""(?:
    (?:en\s+av\s+)?
    (?: interpellanten | interpellanterna | interpellationsställaren | interpellationsställarna
      | frågeställaren | frågeställarna | (?:ledamoten|ledamöterna)(?:\s+från\s+\w+)?
      | (?:förste?\s+)?undertecknaren | undertecknarna
      | motionären | motionärerna | motionsställaren )
)"""
# Verbs of saying, asking and wanting; what follows is the subject's own view. Present and past.
SAYING = r"""(?:
    aktualiserar | anför | anförde | anmärker | anser | ansåg | antyder | antydde | argumenterar
    | avslutar
    | befarar | befarade | begär | begärde | beklagar | berättar | beskriver | beskrev
    | betonar | betonade | citerar | drar\s+slutsatsen
    | efterfrågar | efterfrågade | efterlyser | efterlyste | exemplifierar
    | fortsätter | för\s+fram | framför | framförde | framhåller | framhöll | framhärdar
    | frågar | frågade | föreslår | föreslog | förordar
    | gissar | gör\s+(?:\w+\s+)?gällande | hoppas | hävdar | hävdade | hänvisar | hänvisade
    | ifrågasätter | ifrågasatte | inkom | inleder | insinuerar
    | konstaterar | konstaterade | kritiserar | kräver | krävde | känner | lyfter | lyfte
    | menar | menade | målar | nämner | nämnde | oroar | oroas | oroade
    | pekar | pekade | poängterar | påminner | påpekar | påpekade | påstår | påstod
    | påtalar | påtalade
    | redogör | redogjorde | redovisar | refererar | replikerar | resonerar | räknar\s+upp
    | sa | sade | saknar | sammanfattar | ser | skildrar | skriver | skrev | slår\s+fast | spår
    | ställer | ställde | stör
    | säger | tackar | tackade | tar | tog | tror | trodde | tycker | tyckte
    | undrar | undrade | understryker | underströk | uppger | uppgav | uppfattar | upplever
    | uppmanar | uppmärksammar | utgår | utmålar | uttrycker | uttryckte
    | varnar | varnade | vidhåller | vill | ville | vänder | yrkar | yttrar | yttrade | åberopar
    | önskar | önskade
    | är\s+(?:orolig|kritisk|oroad|bekymrad|besviken|rädd|av\s+uppfattningen)
    | har\s+(?:[\w-]+\s+){0,7}?(?:
        anfört | begärt | bett | efterfrågat | efterlyst | framfört | framställt | frågat
        | föreslagit | hävdat | inkommit | inlämnat | interpellerat | kritiserat | lyft | lämnat
        | påstått | riktat | skrivit | ställt | tagit | undrat | uppmärksammat | uttryckt | velat
        | väckt | önskat
      )
)"""
# Saying-verbs in the passive: "det påstås", "följande frågor ställs".
PASSIVE = r"""(?:
    anförs | anges | beskrivs | betonas | efterfrågas | efterlyses | finns | framförs | framgår
    | framhålls | frågas | föreslås | görs | hänvisas | hävdas | ifrågasätts | konstateras | krävs
    | lyfts | menas | målas | nämns | omnämns | pekas | poängteras | påpekas | påstås | redogörs
    | refereras | riktas | skrivs | ställs | står | sägs | tas | tecknas | understryks | undras
    | uppges | uttrycks | varnas | önskas
)"""
# Words that may stand before the subject without changing whose view it is.
LEAD = r"""(?:(?:
    och | men | även | också | vidare | dessutom | därtill | slutligen | avslutningsvis
    | inledningsvis | först | sedan | därefter | samtidigt | i\s+stället | istället | nu | därför
    | bland\s+annat | i\s+dag | därutöver | härutöver | därvid | utöver\s+detta
)[\s,:]+)"""
# An aside after the subject: "Anna Ek (C)", "interpellanten, Anna Ek,".
ASIDE = r"""(?:\s*\([^()]{1,60}\)|\s*\[[^\[\]]{1,60}\]|\s(?-i:S|M|C|V|KD|L|MP|SD)\b)?
    (?:,[^,.;:?!]{1,80},)?"""
INTERPELLATION = r"""(?:
    (?:den\s+)?interpellationen
    | (?:din|er|sin|hans|hennes|ovanstående|rubricerad|denna|deras)\s+(?:\w+\s+)?interpellation
    | interpellationens?\s+(?:bakgrund|inledning|text|rubrik|motivering)
    | interpellationstexten | skrivelsen
)"""
# What a view is called: "din oro", "interpellantens resonemang".
VIEW = r"""(?:
    argument\w* | beskrivning\w* | bild | farhåg\w+ | frågeställning\w* | fråga | frågor
    | hållning | inställning | invändning\w* | kritik | mening | misstank\w+ | motiv\w* | oro
    | poäng | påstående\w* | resonemang | slutsats\w* | ståndpunkt\w* | synpunkt\w*
    | synsätt | tanke | tes | uppfattning | utgångspunkt\w* | åsikt\w* | önskan | önskemål
)"""
# How a sentence goes on that says what a view is.
AMOUNTS = r"""(?:
    andas | avser | blir | bottnar | bygger | gäller | går\s+ut | handlar | lyder | rör
    | tar\s+sikte | tycks | utgår | utmynnar | är | var
)"""
PRONOUN = r"(?:han|hon|hen|de|dessa|man|vederbörande)"
# What only someone who is named does in a retelling: "Anna Ek jämför med grannkommunen."
DOING = r"(?:ger|gör|jämför|räknar|antar|förutsätter|presenterar)"
# What someone is who has put an interpellation: "upprörda över", "kritisk till".
MOVED = r"""(?:
    upprör\w* | bekymr\w* | orolig\w* | oroad\w* | oroliga | kritisk\w* | förvåna\w* | skeptisk\w*
    | besvik\w* | missnöjd\w* | tveksam\w* | negativ\w* | emot | angeläg\w* | rädd\w*
)"""
# Verbs of asking: the retelling ends with the question.
ASKING = r"""(?:
    frågar | frågade | undrar | undrade | efterfrågar | efterfrågade
    | (?:vill|ville|önskar|önskade)\s+(?:\w+\s+)?(?:få\s+)?(?:veta|svar|besked)
    | ställer\s+(?:\w+\s+)?frågan
)"""
# Claims in the passive that no source but the interpellation makes.
CLAIMED = r"""(?:
    anförs | antyds | efterlyses | hävdas | ifrågasätts | insinueras | kritiseras | menas | påstås
    | görs\s+(?:\w+\s+)?gällande
)"""
ASKED = r"(?:efterfrågas|frågas|undras)"
# The same, which other sources make too: "Det framhålls vidare att …".
TOLD = r"""(?:
    anförs | anges | antyds | beskrivs | betonas | framförs | framhålls | föreslås | hävdas
    | lyfts | nämns | poängteras | påpekas | påstås | skrivs | står | sägs | understryks | uppges
    | uttrycks | görs\s+(?:\w+\s+)?gällande
)"""
PARTY = r"""(?:
    sverigedemokraterna | moderaterna | socialdemokraterna | kristdemokraterna | liberalerna
    | \w*partiet | oppositionen
    # "SD", "SD-gruppen", "V-ledamöterna"
    | (?-i:S|M|SD|C|V|KD|L|MP)(?:-(?:gruppen|ledamöterna|ledamoten))?
)"""


def rule(pattern: str) -> re.Pattern[str]:
    """Compile a rule for a sentence on one line; blanks and comments in it do not count."""
    return re.compile(pattern, re.IGNORECASE | re.VERBOSE)


def holds(lower: str, parts: tuple[str, ...]) -> bool:
    """Tell whether any of some words is in a sentence, in lower case: sooner than a rule can."""
    return any(part in lower for part in parts)

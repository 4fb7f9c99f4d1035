"""Sentences that retell a claim: the interpellant says, "Du anser", "Vidare påstås"."""

from __future__ import annotations

import re

from knowledge.parsing.voices.naming import by_noun
from knowledge.parsing.voices.rules import (
    AMOUNTS,
    ASIDE,
    CLAIMED,
    DOING,
    INTERPELLANT,
    INTERPELLATION,
    LEAD,
    MOVED,
    PARTY,
    PASSIVE,
    PRONOUN,
    SAYING,
    TOLD,
    VIEW,
    holds,
    rule,
)
from knowledge.parsing.voices.subjects import (
    addressed_acts,
    interpellant_acts_later,
    pronoun_acts,
    puts_interpellation,
)

__all__ = ["ascribes", "goes_on", "retells", "retells_after", "states"]

# Views ascribed within a sentence: "enligt henne", "menar han".
_ASCRIBED = rule(
    rf"""
    \benligt\s+(?:{INTERPELLANT}|{INTERPELLATION}|honom|henne|dig|er|hen)\b
    | \benligt\s+(?:\w+\s+){{0,3}}(?:i|från|ur)\s+{INTERPELLATION}
    | \benligt\s+(?:din|ditt|er|ert|hans|hennes|{INTERPELLANT}s)\s+(?:\w+\s+)?{VIEW}\b
    # "”Ingen vågar gå dit”, står det i interpellationen."
    | [”"»]\s*,?\s*(?:heter|kan\s+man\s+läsa|läser\s+(?:man|jag|vi)|skrivs|står|sägs)\b
      [^.?!]{{0,40}}\b(?:{INTERPELLATION}|texten|motiveringen)
    | \bpåstås\s+(?:\w+\s+){{0,2}}?(?:bli|få|ha|vara)\b
    | ,\s*(?:{SAYING})\s+(?:{INTERPELLANT}|{PRONOUN})\b
    """
)
# A pronoun that goes on from a retold sentence: "Hon skriver också", "Vidare menar han".
_CHAIN = rule(
    rf"""
    ^{LEAD}{{0,2}}{PRONOUN}\s+(?:\w+\s+){{0,2}}?{SAYING}\b
    | ^{LEAD}{{0,2}}i\s+(?:den|denna)\s+(?:{PASSIVE}|{SAYING})\b
    | ^{LEAD}{{0,2}}det\s+{TOLD}\s+(?:\w+\s+){{0,2}}?att\b
    | ^bakgrunden\s+är\s+att\b
    | ^(?:\w+\s+){{0,4}}?{SAYING}\s+{PRONOUN}\b
    | ^(?:vidare|dessutom|även|också|därtill|avslutningsvis|slutligen|bland\s+annat)\s+{PASSIVE}\b
    """
)
# The reader is addressed: "Du skriver att", "I din interpellation frågar du", "Ni undrar".
_ADDRESSED = rule(
    rf"""
    ^(?:(?-i:[A-ZÅÄÖ])[\w-]+,\s+)?{LEAD}{{0,2}}(?:du|ni)\s+(?:\w+\s+){{0,2}}?{SAYING}\b
    | ^(?:du|ni)\s+är\s+(?:\w+\s+)?{MOVED}
    | ^{LEAD}{{0,2}}(?:du|ni)\s+(?:ger|gör|jämför|räknar|förutsätter|oroar|ser|tar|lyfter
        |befarar|exemplifierar|efterlyser|upplever)\b
    | ^(?:[\w”“\"-]+\s+){{0,6}}?{SAYING}\s+(?:du|ni)\b
    | ^{LEAD}?(?:din|ditt|dina|er|ert|era)\s+(?:\w+\s+)?(?:{VIEW}|interpellation)\s+
      (?:{AMOUNTS}|tar|lyfter|om)\b
    # "Jag läser i interpellationen att …", "Jag har fått frågan om …"
    | ^(?:jag|vi)\s+(?:har\s+)?(?:\w+\s+)?
      (?:fått|får|läser|läst|mottagit|mottog|nåtts|tagit\s+del)\b[^.?!]*\b(?:interpellation\w*|fråga|frågan|frågor|frågorna)\b
    | ^till\s+mig\s+har\b
    # "Jag uppfattar din fråga som att du vill veta när …"
    | ^(?:(?:så\s+)?som\s+)?(?:jag|vi)\s+(?:\w+\s+)?(?:förstår|läser|tolkar|uppfattar)\b[^.?!]*
      \b(?:fråga\w*|interpellation\w*|du|ni)\b[^.?!]*\b(?:som\s+att|så\s+att|vill\s+(?:\w+\s+)?veta)
    """
)
# "Som stöd för att torget har tömts på besökare åberopar du …": not "… vill du"
_BEFORE_YOU = re.compile(
    r"\b(?!(?:vill|ser|önskar|känner|tar|saknar|ställer)\b)(\w+)\s+(?:du|ni)\b"
)
_SAYING_WORD = rule(SAYING)
# The interpellation as subject or place: "I interpellationen framhålls", "Interpellationen tar".
_IN_INTERPELLATION = rule(
    rf"""
    ^{LEAD}{{0,2}}(?:i|av|ur)\s+{INTERPELLATION}{ASIDE}\s+(?:\w+\s+){{0,3}}?
      (?:{PASSIVE}|{SAYING}|[a-zåäö]{{3,}}(?:s|r|de|te))\b
    # whatever it does, but for what the municipality does with it or says of it
    | ^{LEAD}{{0,2}}{INTERPELLATION}{ASIDE}\s+
      (?!(?:är|anses|får|ska|skall|bör|kan|förtjänar
        |har\s+(?:remitterats|beretts|besvarats|föranlett)|ger\s+(?:mig|oss)|väcker|besvaras|behandlas|bereds|överlämnas|riktar|riktas|ställdes)\b)\w+
    | ^{LEAD}{{0,2}}i\s+(?:en|två|tre|flera|sin|sina)\s+interpellation(?:er)?\b
      (?![^.?!]{{0,80}}\bsvarade\b)
    | ^{LEAD}{{0,2}}enligt\s+(?:{INTERPELLANT}|{INTERPELLATION}|dig|er)\b
    | ^{LEAD}?(?:bakgrunden?\s+till|med\s+hänvisning\s+till|till\s+grund\s+för)\s+
      {INTERPELLATION}\s+\w+
    # "Anledningen till interpellationen är …", "Kritiken i interpellationen går ut på …"
    | ^{LEAD}?(?:anledning\w*|bakgrund\w*|motiv\w*|skäl\w*|syfte\w*|{VIEW}(?:en|n|na|t)?)\s+
      (?:\w+\s+){{0,4}}?(?:av|bakom|för|i|med|till)\s+(?:{INTERPELLATION}|frågan|frågorna)\s+
      (?:{AMOUNTS})\b(?!\s+(?:\w+\s+)?(?:fel\w*|inte|missvisande|ogrundad\w*|korrekt|riktig))
    | ^av\s+{INTERPELLATION}\s+(?:får|kan)\s+man\b
    | ^som\s+(?:bakgrund|motivering|skäl|stöd)\s+{PASSIVE}\b
    | ^frågan\s+(?:är\s+ställd|har\s+ställts|ställs)\s+(?:med|mot|utifrån)\b
    | ^interpellationens\s+(?:\w+\s+)?{VIEW}\s+{AMOUNTS}\b
    | ^påståendet\s+är\s+att\b
    | ^{LEAD}{{0,2}}i\s+(?:texten|motiveringen|\w*skriften|inlagan|framställ(?:an|ningen))\s+
      (?:{PASSIVE}|{SAYING})\b
    | ^(?:kritiken|den\s+kritik\s+som\s+(?:framförs|riktas))\s+(?:går\s+ut|gäller|handlar|rör)\b
    | ^[^.?!]*\bom\s+jag\s+(?:förstår|läser|tolkar|uppfattar|har\s+förstått)\b
    """
)
# A lead-in to a list of questions that names no one.
_QUESTIONS_LEAD = rule(
    r"""
    ^(?:[^.?!:]{0,160}\b)?
    (?: följande\s+(?:\w+\s+)?(?:fråga|frågor|frågeställningar)
      | frågorna\s+(?:lyder|är|som\s+ställ\w+\s+är) | frågan\s+lyder
      | (?:vill|önskar)\s+(?:därför\s+)?(?:jag\s+)?fråga\b )
    [^.?!:]{0,120}[:.]?$
    """
)
# … unless the writer announces answers: "Jag besvarar följande frågor".
_ANSWERS_LEAD = rule(r"\b(?:svar|svara|svarar|besvara|besvarar|besvaras)\b")
# Told of in the passive: "Det påstås …", "Vidare anförs …", "Det anges i interpellationen …".
_CLAIM = rule(
    rf"""
    ^{LEAD}{{0,2}}(?:det|så|här)\s+{CLAIMED}\b
    | ^det\s+har\s+(?:\w+\s+){{0,2}}?(?:påståtts|hävdats|gjorts\s+gällande|antytts|insinuerats)\b
    # not "Vidare anförs i förarbetena att …"
    | ^{LEAD}{{1,2}}{CLAIMED}\b(?!\s+(?:\w+\s+)?(?:i|av)\s+(?!{INTERPELLATION}))
    # not "Den siffra som nämns i interpellationen innehåller …"
    | ^(?!(?!det\b|vad\b)[^,]{{0,80}}?\bsom\s+{PASSIVE}\b)
      [^,]{{0,80}}?\b{PASSIVE}\s+(?:\w+\s+){{0,2}}?i\s+{INTERPELLATION}\b
    | ^{LEAD}{{0,2}}i\s+(?:den\s+(?:enkla|skriftliga)\s+)?frågan\s+{TOLD}\b
    """
)
# Someone has put the interpellation, whatever the document calls them.
_PUT = rule(
    r"""
    ^(?!jag\b|vi\b)[^.!?]{1,120}?\bhar\s+(?:[\w-]+\s+){0,7}?
      (?:framställt|inkommit|inlämnat|lämnat|riktat|ställt|väckt)\s+
      (?:[\w-]+\s+){0,4}?(?:interpellation|enkel\s+fråga)(?:er)?\b
    # "… har, med den omsorg som …, vänt sig till kommunstyrelsens ordförande med en interpellation"
    | ^(?!jag\b|vi\b)[^.!?]{1,240}?\b(?:vänt|vänder|vände)\s+sig\s+[^.!?]{1,100}?
      \bmed\s+(?:en|sin|två)\s+(?:[\w-]+\s+)?interpellation(?:er)?\b
    | ^(?!jag\b|vi\b)[^.!?]{1,120}?\b(?:inkom|lämnade|riktade|ställde|väckte)\s+
      (?:[\w-]+\s+){0,10}?(?:interpellation|enkel\s+fråga)(?:er)?\b
    """
)
# A party says: "Vänsterpartiet menar att …".
_PARTY_SAYS = rule(
    rf"""
    ^{LEAD}{{0,2}}{PARTY}{ASIDE}(?:\s+genom\s+[^.,;]{{3,60}}?)?\s+(?:\w+\s+){{0,2}}?{SAYING}\b
    """
)
_ANOTHER = rf"(?:,\s*|\s+(?:och|samt)\s+)(?:{INTERPELLANT}|[A-ZÅÄÖ][\w-]+){ASIDE}"
# What may stand before a name: "Herr Ek", "Moderaternas gruppledare Anna Ek".
_CALLED = r"""(?:(?:herr|fru|fullmäktigeledamoten | (?:[\w-]+s\s+)?
    (?:grupp|parti)?(?:ledare|ledamot|ledamöterna|företrädare|representant)\w*)\s+)?"""
_SEVERAL = rf"{_CALLED}{INTERPELLANT}{ASIDE}(?:{_ANOTHER}){{0,3}}"
# "Subject + saying-verb" with the interpellants as subjects.
_NAMED = rule(
    rf"""
    ^{LEAD}{{0,2}}(?:ledamoten\s+)?{_SEVERAL}\s+(?:\w+\s+){{0,2}}?{SAYING}\b
    | ^(?!(?:som|jag|vi)\b)(?:[\w”\"-]+,?\s+){{0,7}}?{SAYING}\s+(?:också\s+|även\s+)?
      (?:ledamoten\s+)?{INTERPELLANT}\b
    | ^{LEAD}{{0,2}}{_SEVERAL}\s+{DOING}\b
    # whatever else the interpellants do, but for what they are offered or asked to do
    | ^{LEAD}{{0,2}}(?:ledamoten\s+)?{_SEVERAL}\s+
      (?!(?:är\s+(?:\w+\s+)?(?:välkom\w+|medvet\w+)|kan|bör|borde|får|ska|skall|vet|erbjuds|inbjuds
        |deltar|deltog|yttra(?:r|de)|tackas|har\s+(?:\w+\s+)?rätt|i|på|om|och|till|av|som)\b)
      [a-zåäö]+(?:r|de|te|t|s|it|ett|gav|tog|såg|ser)\b
    # "Interpellanterna är upprörda över …"
    | ^{LEAD}{{0,2}}{_SEVERAL}\s+(?:är|var|blev|blir)\s+(?:\w+\s+)?{MOVED}
    # "Erik Ek (M) har i en interpellation till nämndens ordförande uttryckt …"
    | ^{LEAD}{{0,2}}(?:ledamoten\s+)?{_SEVERAL}\s+(?:har|hade)\s+(?:\w+\s+){{0,4}}?
      i\s+(?:en|sin|två)\s+(?:\w+\s+)?interpellation
    # "”Hur kan det vara möjligt?” frågar Anna Ek."
    | ^[”"»][^”"«]{{1,400}}[”"«]\s*,?\s*{SAYING}\s+(?:{INTERPELLANT}|{PRONOUN}|du|ni)\b
    | ^(?:en|den|följande)\s+interpellation\b[^.]{{0,80}}\bhar\s+(?:\w+\s+)?
      (?:lämnats|ställts|inkommit|väckts)\b
    | ^{LEAD}{{0,2}}(?:{INTERPELLANT}s?)\s+(?:\w+\s+){{0,2}}
      (?:fråga|frågor|frågeställning(?:ar)?)\s+(?:återges|citeras|följer|redovisas|framgår|lyder)\b
    | ^{LEAD}{{0,2}}(?:{INTERPELLANT}s?)\s+(?:\w+\s+){{0,2}}{VIEW}\s+
      {AMOUNTS}\b(?!\s+(?:\w+\s+)?(?:fel\w*|inte|missvisande|ogrundad\w*|korrekt|riktig))
    # "Det interpellanten tar upp är att …", not "… är allvarligt"
    | ^(?:det|vad)\s+(?:som\s+)?(?:{INTERPELLANT}|du|ni)\s+(?:[\w-]+\s+){{1,3}}?är\s+
      (?:att|de|den|det|en|ett|hur|om|varför)\b
    """
)
# "Anna Ek skriver att …", where no one is known to have asked: whoever it is, it is a claim.
_SOMEONE = rule(
    rf"""
    ^{LEAD}{{0,2}}(?-i:[A-ZÅÄÖÉ][\w-]+(?:\s[A-ZÅÄÖÉ][\w-]+){{1,3}}){ASIDE}\s+
      (?!(?:anför|svarar)\b)(?:\w+\s+){{0,2}}?{SAYING}\b
    """
)
_RETELLS_AFTER = rule(
    rf"""
    ,\s+(?:och|men|samt)\s+(?:du|ni|han|hon|hen|{INTERPELLANT})\s+(?:\w+\s+){{0,2}}?
      (?:{SAYING}|är\s+(?:\w+\s+)?{MOVED})(?!\w)
    """
)
_ACCORDING = rule(rf"\benligt\s+{INTERPELLANT}\b")
_STATES = rule(rf"^{LEAD}{{0,2}}{INTERPELLANT}{ASIDE}\s+(?:anför|anförde|framför|skriver)\b")
# What a sentence must hold for a rule to match it: looked for first, as rules take their time.
_QUOTES = frozenset('”"»')
_OF_INTERPELLANT = ("interpell", "frågest", "ledam", "underteckn", "motion")
_OF_CLAIM = (
    "interpell", "skrivelsen", "frågan", "anförs", "antyds", "efterlyses", "hävdas", "ifrågasätts",
    "insinueras", "kritiseras", "menas", "påstås", "görs", "påståtts", "hävdats", "gjorts",
    "antytts", "insinuerats",
)  # fmt: skip
_RULES: tuple[tuple[re.Pattern[str] | tuple[str, ...], re.Pattern[str]], ...] = (
    (re.compile(r"\b(?:till\s+mig|du|ni|din|ditt|dina|er|ert|era|jag|vi)\b"), _ADDRESSED),
    (
        (
            "interpell",
            "skrivelsen",
            "enligt",
            "fråg",
            "påstå",
            "som ",
            "texten",
            "skriften",
            "inlagan",
            "framställ",
            "motiv",
            "kritik",
            "om jag",
        ),
        _IN_INTERPELLATION,
    ),
    (_OF_CLAIM, _CLAIM),
    (("interpellation", "enkel"), _PUT),
    (("",), _PARTY_SAYS),
)


def states(sentence: str, names: tuple[str, ...]) -> bool:
    """Tell whether it is the interpellant who "anför följande", which others do to answer."""
    return _STATES.match(by_noun(sentence, names)) is not None


def retells(sentence: str, names: tuple[str, ...]) -> bool:
    """Tell whether a sentence gives the interpellant's view."""
    called = by_noun(sentence, names)
    lower = called.lower()
    if not any(names) and _SOMEONE.match(sentence):
        return True
    held = called[:1] in _QUOTES or holds(lower, _OF_INTERPELLANT)
    if (held or lower.startswith(("det ", "vad "))) and _NAMED.match(called):
        return True
    if "enligt" in lower and _ACCORDING.search(called):
        return True
    if any(_SAYING_WORD.fullmatch(said[1]) for said in _BEFORE_YOU.finditer(lower)):
        return True
    if addressed_acts(sentence) or puts_interpellation(sentence) or interpellant_acts_later(called):
        return True
    return any(
        one.match(sentence)
        for needed, one in _RULES
        if (isinstance(needed, re.Pattern) and needed.search(lower))
        or (isinstance(needed, tuple) and holds(lower, needed))
    )


def retells_after(sentence: str) -> bool:
    """Tell whether a sentence retells after a comma: "Som du skriver …, och du är orolig för"."""
    return _RETELLS_AFTER.search(sentence) is not None


def goes_on(sentence: str) -> bool:
    """Tell whether a sentence goes on from a retelling, if one stands before it."""
    return _CHAIN.match(sentence) is not None or pronoun_acts(sentence)


def ascribes(sentence: str) -> bool:
    """Tell whether a sentence ascribes a view in passing, or leads in to the questions."""
    if _ASCRIBED.search(sentence):
        return True
    return _QUESTIONS_LEAD.match(sentence) is not None and not _ANSWERS_LEAD.search(sentence)

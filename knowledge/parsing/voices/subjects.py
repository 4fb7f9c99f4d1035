"""Who acts in a sentence, whatever the verb: the interpellant does nothing but retold things.

`retelling` and `retold_questions` know the verbs of saying and asking. No list of them is ever
whole, so these rules look at the subject alone, and name instead the few things that a reply says
of its reader on its own account: that he is right, is welcome, can do something.
"""

from __future__ import annotations

from knowledge.parsing.voices.rules import INTERPELLANT, LEAD, rule

__all__ = ["addressed_acts", "interpellant_acts_later", "pronoun_acts", "puts_interpellation"]

# What a municipality says of the one it answers or informs, as its own words.
_OWN = r"""(?:
    kan | bör | borde | får | ska | skall | måste | behöver | vet | kommer | slipper | når | hittar
    | finner | deltar | deltog | erbjuds | inbjuds | tackas
    | (?:har|hade|får|ger)\s+(?:[\w-]+\s+){0,3}?(?:rätt|fel|missförstått|missuppfattat)
    | är\s+(?:[\w-]+\s+){0,2}?(?:välkom\w+|medvet\w+|ensam\w*)
)\b"""
_VERB = r"[a-zåäö]{2,}(?:r|de|te|dde)\b"
# How a sentence starts whose subject stands after its verb: "Till sist …", "Som skäl …".
_ADVERBIAL = r"""(?:
    som | i | till | på | med | av | enligt | vidare | dessutom | slutligen | sedan | därefter
    | avslutningsvis | inledningsvis | också | även | först | sist | utöver | för | mot | under
    | därtill | genom | utifrån | bland | dels | samtidigt | därför | här | kring | om | angående
)"""
_YOU = rule(
    rf"""
    ^(?:(?-i:[A-ZÅÄÖ])[\w-]+[,!]\s+)?{LEAD}{{0,2}}(?:du|ni)\s+(?:också\s+|även\s+)?
      (?!{_OWN}){_VERB}
    """
)
_LATER = rule(
    rf"""
    ^{_ADVERBIAL}\s+(?!(?:du|ni|jag|vi)\b)(?:[\w”“\"-]+\s+){{0,6}}?
      (?!(?:{_OWN}|ser|läser|känner|vill|tackar|bjuder|svarar|delar|har)\b){_VERB}\s+
      (?:du|ni|{INTERPELLANT})(?!-)\b
    # "I sin andra fråga …"
    | ^i\s+(?:sin|sina|din|dina|er|era)\s+(?:[\w-]+\s+){{0,2}}?
      (?:fråga|frågor|interpellation|motivering|skrivelse|text)\b
    # "”Bron är ful”, raljerar han."
    | ^[^”"»]{{0,400}}[”"»]\s*,?\s*{_VERB}\s+(?:han|hon|hen|du|ni|{INTERPELLANT})\b
    """
)
_PRONOUN = rule(
    rf"""
    ^{LEAD}{{0,2}}(?:han|hon|hen)\s+(?:också\s+|även\s+)?(?!{_OWN}){_VERB}
    | ^{_ADVERBIAL}\s+(?:[\w”“\"-]+\s+){{0,4}}?(?!{_OWN}){_VERB}\s+(?:han|hon|hen)\b
    """
)
# "… har till nämnden adresserat en interpellation": whoever has, it is no one who answers.
_PUTS = rule(
    r"""
    ^(?!(?:jag|vi)\b)[^.!?]{1,120}?\b(?:har|hade)\s+(?:[\w/-]+\s+){0,7}?
      (?!(?:be)?svarat\b)(?:\w+t|\w+r)\s+(?:[\w/-]+\s+){0,4}?
      (?:en|sin|två|följande)\s+(?:[\w-]+\s+){0,2}?interpellation(?:er)?\b
    """
)


def addressed_acts(sentence: str) -> bool:
    """Tell whether the one addressed is the subject: "Du gör en poäng av att bron är ful."."""
    return _YOU.match(sentence) is not None


def interpellant_acts_later(called: str) -> bool:
    """Tell whether the subject stands after its verb: "Som skäl lägger du fram att …".

    Args:
        called: a sentence in which the interpellants are called so and not by their names.
    """
    return _LATER.match(called) is not None


def pronoun_acts(sentence: str) -> bool:
    """Tell whether "he" or "she" is the subject, who is the interpellant after a retelling."""
    return _PRONOUN.match(sentence) is not None


def puts_interpellation(sentence: str) -> bool:
    """Tell whether someone is said to have put an interpellation, in whatever words."""
    return "interpellation" in sentence.lower() and _PUTS.match(sentence) is not None

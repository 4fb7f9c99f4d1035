"""Sentences that tell of a question: the interpellant's retold, or the writer's own."""

from __future__ import annotations

from knowledge.parsing.voices.naming import by_noun
from knowledge.parsing.voices.rules import (
    ASIDE,
    ASKED,
    ASKING,
    INTERPELLANT,
    INTERPELLATION,
    LEAD,
    holds,
    rule,
)

__all__ = ["i_ask", "names_question", "they_ask", "you_ask"]

# "Din andra fråga handlar om …": what follows answers it.
_TURN = rule(
    r"""
    ^(?:din|er|interpellantens|hans|hennes|den)\s+(?:\w+\s+)?fråga\s+
      (?:handlar|gäller|rör|avser|är|lyder)\b
    | ^fråga\s+\w+\s+(?:handlar|gäller|rör|avser)\b
    # "När badet öppnar är din tredje fråga."
    | \s(?:är|var|lyder)\s+(?:din|er|interpellantens|hans|hennes)\s+(?:\w+\s+)?fråga\W*$
    """
)
# "Du undrar varför …", "Du efterlyser gupp.", "På vilket sätt, frågar du", "Frågan ställs om …".
_YOU_ASK = rule(
    rf"""
    ^{LEAD}{{0,2}}(?:du|ni)\s+(?:\w+\s+){{0,2}}?(?:{ASKING}|efterlyser|efterlyste)\b
    | ^(?:[\w”“\"-]+\s+){{0,6}}?{ASKING}\s+(?:du|ni)\b
    | ^{LEAD}{{0,2}}frågan\s+ställs\b
    # "I skriften ställs två frågor."
    | ^[^.?!,]{{1,60}}\bställs\s+(?:\w+\s+){{0,2}}(?:fråga|frågor)\W*$
    # "Två frågor ställs: …", "Frågorna gäller när …"
    | ^{LEAD}{{0,2}}(?:[\w-]+\s+){{0,2}}?(?:fråga|frågan|frågor|frågorna)\s+(?:ställs|lyder)\b
    | ^{LEAD}{{0,2}}(?:den\s+\w+\s+)?(?:frågan|frågorna)\s+(?:avser|gäller|handlar\s+om|rör|är)\s+
      (?:hur|huruvida|när|om|vad|varför|vem|vilk\w+)\b
    """
)
# The interpellant as the one who asks.
_THEY_ASK = rule(
    rf"""
    ^{LEAD}{{0,2}}{INTERPELLANT}{ASIDE}\s+(?:\w+\s+){{0,2}}?{ASKING}\b
    | ^{LEAD}{{0,2}}{ASKING}\s+(?:också\s+|även\s+|vidare\s+)?{INTERPELLANT}\b
    | ^{LEAD}{{0,2}}i\s+{INTERPELLATION}{ASIDE}\s+(?:\w+\s+)?{ASKED}\b
    | ^(?:det|{LEAD})\s*{ASKED}\b
    # "Hon frågar för det andra …", "Anna Ek (C) undrar": no one else is told of as asking
    | ^{LEAD}{{0,2}}(?:han|hon|hen|de|dessa)\s+(?:\w+\s+){{0,2}}?{ASKING}\b
    | ^{LEAD}{{0,2}}(?:han|hon|hen)\s+har\s+(?:[\w-]+\s+){{0,6}}?(?:fråga|frågor)\b
    # "Två ledamöter vill veta vad …": whoever asks, it is not the municipality
    | ^(?!(?:jag|vi)\b)[^.,;:?!]{{1,90}}?\s{ASKING}\s+(?:[\w-]+\s+){{0,3}}?
      (?:hur|huruvida|när|om|vad|varför|vem|vilk\w+)\b
    | ^{LEAD}{{0,2}}(?-i:[A-ZÅÄÖÉ][\w-]+(?:\s[A-ZÅÄÖÉ][\w-]+){{1,3}}){ASIDE}\s+(?:\w+\s+)?{ASKING}\b
    """
)
# "Därför vill jag ställa följande frågor", "Jag frågar därför:": the one who speaks has asked.
_I_ASK = rule(
    r"""
    \b(?:frågar|undrar|ställer)\s+(?:jag|vi)\b
    | \b(?:vill|önskar|har|skulle\s+vilja)\s+(?:jag|vi)\s+(?:\w+\s+){0,4}?
      (?:fråga|frågor|ställa|ställt|veta)\b
    | \b(?:jag|vi)\s+(?:\w+\s+){0,3}?(?:frågar|undrar|ställer|ställa|fråga)\b
    | \b(?:min|mina|vår|våra)\s+(?:\w+\s+)?(?:fråga|frågor)\s+(?:till|är|lyder)\b
    | \bundertecknad\w*\s+(?:\w+\s+){0,3}?(?:frågar|undrar|ställer|ställa|fråga|veta)\b
    """
)
# What a sentence must hold for a rule to match it: looked for first, as rules take their time.
_OF_ASKING = ("fråg", "undra", "veta", "svar", "besked", "efterlys")


def names_question(sentence: str) -> bool:
    """Tell whether a sentence names the question that is answered next."""
    return _TURN.match(sentence) is not None


def you_ask(sentence: str) -> bool:
    """Tell whether a sentence tells the interpellant, as "du", what was asked."""
    return holds(sentence.lower(), _OF_ASKING) and _YOU_ASK.match(sentence) is not None


def they_ask(sentence: str, names: tuple[str, ...]) -> bool:
    """Tell whether a sentence tells others what the interpellant asks."""
    called = by_noun(sentence, names)
    return holds(called.lower(), _OF_ASKING) and _THEY_ASK.match(called) is not None


def i_ask(sentence: str) -> bool:
    """Tell whether the writer asks in the first person, as only an interpellation does."""
    return _I_ASK.search(sentence) is not None

"""Whose words a piece of text is: the municipality's own, or a retelling of the interpellant.

A reply retells before it answers. The rules look at one sentence after the other: a sentence whose
subject is the interpellant and whose verb is one of saying or asking is *retold*; one that speaks
as the municipality is *official*; the rest is *neutral* and goes with its neighbours, on the safe
side. Nothing retold may ever be shown as the municipality's position.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache

from knowledge.parsing.sentences import hyphens_joined, sentences

__all__ = ["Voice", "Voices"]


class Voice(Enum):
    """Who speaks."""

    OFFICIAL = auto()
    RETOLD = auto()
    FORMAL = auto()
    """Words that say nothing about the matter: thanks, "Jag lämnar följande svar."."""


class _Cue(Enum):
    RETOLD = auto()
    CHAIN = auto()
    OFFICIAL = auto()
    TURN = auto()
    """Names the question that is answered next: retold, but what follows is not."""
    NEUTRAL = auto()
    FORMAL = auto()


# Verbs of saying, asking and wanting; what follows is the subject's own view. Present and past.
_SAYING = (
    r"(?:anför|anförde|anser|ansåg|begär|begärde|antyder|antydde|argumenterar|befarar|befarade|beklagar|berättar|"
    r"beskriver|beskrev|betonar|betonade|efterfrågar|efterfrågade|efterlyser|efterlyste|"
    r"exemplifierar|framför|framförde|framhåller|framhöll|framhärdar|frågar|frågade|föreslår|"
    r"föreslog|förordar|gissar|hoppas|hänvisar|hänvisade|hävdar|hävdade|ifrågasätter|ifrågasatte|"
    r"insinuerar|konstaterar|konstaterade|kritiserar|kräver|krävde|känner|lyfter|lyfte|målar|menar|"
    r"menade|nämner|nämnde|oroar|oroas|oroade|pekar|pekade|poängterar|påminner|påpekar|påpekade|påstår|"
    r"påstod|redogör|redogjorde|redovisar|refererar|räknar\s+upp|resonerar|skriver|skrev|"
    r"sammanfattar|spår|ställer|ställde|stör|säger|sade|sa|tar|tog|tror|trodde|tycker|tyckte|"
    r"undrar|undrade|understryker|underströk|uppger|uppgav|uppmanar|uppmärksammar|uppfattar|"
    r"upplever|utgår|uttrycker|uttryckte|utmålar|tackar|tackade|yttrar|yttrade|replikerar|varnar|varnade|vill|ville|yrkar|önskar|önskade|"
    r"avslutar|inleder|fortsätter|saknar|ser|citerar|gör\s+(?:\w+\s+)?gällande|vänder|"
    r"drar\s+slutsatsen|är\s+(?:orolig|kritisk|oroad|bekymrad|besviken|rädd|av\s+uppfattningen)|"
    r"inkom|har\s+(?:[\w-]+\s+){0,7}?(?:frågat|ställt|skrivit|lämnat|inlämnat|inkommit|lyft|påstått|hävdat|"
    r"riktat|tagit|väckt|framställt|interpellerat|efterlyst|efterfrågat|begärt|undrat|uppmärksammat|"
    r"föreslagit|framfört|anfört|uttryckt|önskat|kritiserat|velat|bett))"
)
# Saying-verbs in the passive: "det påstås", "följande frågor ställs".
_PASSIVE = (
    r"(?:anges|anförs|beskrivs|betonas|efterfrågas|efterlyses|framförs|framhålls|framgår|frågas|"
    r"föreslås|görs|hänvisas|hävdas|ifrågasätts|konstateras|krävs|lyfts|målas|menas|nämns|omnämns|"
    r"påpekas|påstås|poängteras|pekas|redogörs|refereras|riktas|sägs|skrivs|ställs|står|tas|tecknas|"
    r"undras|understryks|uppges|uttrycks|varnas|önskas|finns)"
)
# What the interpellant is called; the names join it for each document.
_INTERPELLANT = (
    r"(?:interpellanten|interpellanterna|interpellationsställaren|frågeställaren|frågeställarna|"
    r"ledamoten|undertecknaren|undertecknarna)"
)
# Words that may stand before the subject without changing whose view it is.
_LEAD = (
    r"(?:(?:och|men|även|också|vidare|dessutom|därtill|slutligen|avslutningsvis|inledningsvis|först|"
    r"sedan|därefter|samtidigt|i\s+stället|istället|nu|därför|bland\s+annat|i\s+dag)[\s,]+)"
)
# An aside after the subject: "Anna Ek (C)", "interpellanten, Anna Ek,".
_ASIDE = r"(?:\s*\([^()]{1,60}\))?(?:,[^,.;:?!]{1,80},)?"
_INTERPELLATION = (
    r"(?:(?:den\s+)?interpellationen|(?:din|er|sin|hans|hennes|ovanstående|rubricerad|denna|deras)\s+"
    r"(?:\w+\s+)?interpellation|interpellationens?\s+(?:bakgrund|inledning|text|rubrik|motivering)|"
    r"interpellationstexten|skrivelsen)"
)
_PRONOUN = r"(?:han|hon|hen|de|dessa|vederbörande)"

# "Jag/vi + verb" or a possessive: the writer speaks in the first person.
_FIRST_PERSON = re.compile(
    r"^(?:(?:men|och|så|däremot|dock|därför|samtidigt|här|nu|i\s+dag|för\s+min\s+del)[\s,]+)?"
    r"(?:(?:jag|vi)\b(?!\s+(?:anhåller|ställer|frågar|undrar)\b)|(?:min|mitt|mina|vår|vårt|våra)\s+(?!fråg))"
    r"|^(?:[\w-]+\s+){1,4}(?:jag|vi)\b(?!\s+(?:anhåller|ställer|frågar|undrar)\b)",
    re.IGNORECASE,
)
# The municipality, a board or the writer's assessment as subject, taking a stand.
_STAND = re.compile(
    r"^(?:(?:men|och|däremot|dock|därför|samtidigt)[\s,]+)?"
    r"(?:\S+\s+kommun|kommunen|kommunstyrelsen|kommunledningen|majoriteten|förvaltningen|regionen|"
    r"staden|bolaget|\S*nämnden|\S+\s+stad)\s+"
    r"(?:delar|instämmer|håller|bedömer|konstaterar|välkomnar|tackar|avvisar|förnekar|svarar|noterar|"
    r"kan\s+(?:inte\s+)?(?:konstatera|instämma|hålla|bekräfta|dela)|vill\s+(?:framhålla|betona|understryka)|"
    r"har\s+(?:inte\s+)?(?:beslutat|gjort|sedan|redan|i\s+dag|fattat|antagit|aldrig|inga|inte|ingen))"
    r"|^(?:\S+nämndens|kommunens|kommunstyrelsens|förvaltningens)\s+"
    r"(?:bedömning|uppfattning|inställning|ståndpunkt|hållning|svar|syn)\b",
    re.IGNORECASE,
)
# A verdict on what was just retold.
_VERDICT = re.compile(
    r"^(?:(?:men|och|nu)\s+)?(?:det(?:ta)?|den|så|bilden|påståendet|uppgiften|beskrivningen)\s+"
    r"(?:stämmer|är\s+(?:inte\s+)?(?:riktig\w*|korrekt\w*|fel\w*|felaktig\w*|sant|sann|rätt|en\s+missuppfattning|"
    r"ett\s+missförstånd|fallet|dock|däremot|emellertid)|är\s+(?:inte\s+)?så)"
    r"|^(?:men|ja|nej|svaret|däremot|tvärtom|faktum|i\s+själva\s+verket|så\s+är\s+(?:det\s+)?inte|"
    r"något\s+sådant|någon\s+sådan|inget\s+av|sanningen|visst|emellertid)\b",
    re.IGNORECASE,
)
# Views ascribed within a sentence: "enligt henne", "menar han".
_ASCRIBED = re.compile(
    rf"\benligt\s+(?:{_INTERPELLANT}|{_INTERPELLATION}|honom|henne|dig|er|hen)\b"
    rf"|,\s*(?:{_SAYING})\s+(?:{_INTERPELLANT}|{_PRONOUN})\b",
    re.IGNORECASE,
)
# "Som interpellanten påpekar är …": the municipality agrees, so these are its own words.
_AGREES = re.compile(
    rf"^(?:precis\s+|liksom\s+|såsom\s+|helt\s+riktigt,?\s+)?som\s+(?:{_INTERPELLANT}|du|ni|\S+(?:\s\S+)?)\s+"
    r"(?:\w+\s+){0,3}(?:skriver|påpekar|konstaterar|nämner|framhåller|lyfter|säger|beskriver|anger)\b",
    re.IGNORECASE,
)
# A pronoun that goes on from a retold sentence: "Hon skriver också", "Vidare menar han".
_CHAIN = re.compile(
    rf"^{_LEAD}{{0,2}}{_PRONOUN}\s+(?:\w+\s+){{0,2}}?{_SAYING}\b"
    rf"|^(?:\w+\s+){{0,4}}?{_SAYING}\s+{_PRONOUN}\b"
    rf"|^(?:vidare|dessutom|även|också|därtill|avslutningsvis|slutligen|bland\s+annat)\s+{_PASSIVE}\b",
    re.IGNORECASE,
)
# The reader is addressed: "Du skriver att", "I din interpellation frågar du", "Ni undrar".
_ADDRESSED = re.compile(
    rf"^{_LEAD}{{0,2}}(?:du|ni)\s+(?:\w+\s+){{0,2}}?{_SAYING}\b"
    rf"|^(?:[\w”“\"-]+\s+){{0,6}}?{_SAYING}\s+(?:du|ni)\b"
    r"|^(?:din|ditt|dina|er|ert|era)\s+(?:\w+\s+)?(?:fråga|frågor|frågeställning|interpellation|påstående|"
    r"bild|beskrivning|oro)\s+(?:är|gäller|rör|handlar|avser|lyder|tar|lyfter|bygger|om)\b",
    re.IGNORECASE,
)
# "Din andra fråga handlar om …": what follows answers it.
_TURN = re.compile(
    r"^(?:din|er|interpellantens|hans|hennes|den)\s+(?:\w+\s+)?fråga\s+(?:handlar|gäller|rör|avser|är|lyder)\b"
    r"|^fråga\s+\w+\s+(?:handlar|gäller|rör|avser)\b",
    re.IGNORECASE,
)
# The interpellation as subject or place: "I interpellationen framhålls", "Interpellationen tar".
_IN_INTERPELLATION = re.compile(
    rf"^{_LEAD}{{0,2}}(?:i|av|ur)\s+{_INTERPELLATION}{_ASIDE}\s+(?:\w+\s+){{0,3}}?(?:{_PASSIVE}|{_SAYING})\b"
    rf"|^{_LEAD}{{0,2}}{_INTERPELLATION}{_ASIDE}\s+(?:\w+\s+){{0,2}}?"
    r"(?:tar|handlar|rör|gäller|lyfter|berör|utgår|beskriver|pekar|innehåller|avser|inleds|avslutas|"
    r"fokuserar|hänvisar|påstår|hävdar|frågar|bygger|ställer|menar|efterfrågar|efterlyser|uttrycker)\b"
    rf"|^{_LEAD}{{0,2}}enligt\s+(?:{_INTERPELLANT}|{_INTERPELLATION}|dig|er)\b"
    rf"|^{_LEAD}?(?:bakgrunden?\s+till|med\s+hänvisning\s+till|till\s+grund\s+för)\s+{_INTERPELLATION}\s+\w+",
    re.IGNORECASE,
)
# A lead-in to a list of questions that names no one.
_QUESTIONS_LEAD = re.compile(
    r"^(?:[^.?!:]{0,160}\b)?(?:följande\s+(?:\w+\s+)?(?:fråga|frågor|frågeställningar)|"
    r"frågorna\s+(?:lyder|är|som\s+ställ\w+\s+är)|frågan\s+lyder|(?:vill|önskar)\s+(?:därför\s+)?(?:jag\s+)?fråga\b)"
    r"[^.?!:]{0,120}[:.]?$",
    re.IGNORECASE,
)
# … unless the writer announces answers: "Jag besvarar följande frågor".
_ANSWERS_LEAD = re.compile(r"\b(?:svar|svara|svarar|besvara|besvarar|besvaras)\b", re.IGNORECASE)
# A sentence that says nothing about the matter.
_FORMAL = re.compile(
    r"^(?:"
    r"(?:(?:(?:innan\s+jag\s+\w+|först|inledningsvis|till\s+att\s+börja\s+med)[\s,]+)?"
    r"(?:(?:jag|vi)\s+(?:vill|får|ska|skall)|(?:vill|får|ska)\s+(?:jag|vi))\s+(?:\w+\s+){0,3})?"
    r"(?:(?:[A-ZÅÄÖ][\w-]+\s+){0,2}[A-ZÅÄÖ][\w-]+[,!]\s+)?(?:tack(?:ar)?|tacka)\b"
    r"[^.!?]{0,60}?(?:interpellation\w*|fråg(?:an|or|orna)|"
    rf"{_INTERPELLANT})(?:\s+(?:om|angående|kring|gällande|rörande)\s[^.!?]{{0,80}})?[.!]"
    r"|[^.!?]{2,120}?\s(?:anför|svarar|besvarar\s+(?:interpellationen|frågorna))\s+(?:som\s+svar\s+)?(?:enligt\s+)?"
    r"(?:följande|enligt\s+följande|som\s+följer)[.:]"
    r"|(?:jag|vi|[^.!?]{3,80}?)\s+(?:vill\s+|får\s+)?(?:härmed\s+)?(?:lämnar?|avger?|ger?)\s+"
    r"(?:härmed\s+)?(?:följande|nedanstående)\s+(?:skriftliga\s+)?svar\b[^.!?]{0,60}[.:!]?"
    r"|(?:jag|vi)\s+(?:vill\s+)?(?:svarar|besvarar|svara|besvara)\s+(?:på\s+)?(?:frågorna|frågan|dem|dessa|"
    r"interpellationen|dina\s+frågor|var\s+och\s+en)\b[^.!?]{0,80}[.:!]"
    r"|(?:(?:som|mitt|mina)\s+)svar\s+(?:på\s+[^.!?:]{0,60}?)?(?:är|får\s+jag|vill\s+jag|kan\s+jag)\s+"
    r"(?:som\s+följer|följande|lämna\s+följande|anföra\s+följande|meddela\s+följande)\s*[.:]"
    r"|(?:med|genom)\s+(?:detta|det|ovanstående|dessa)\b[^.!?]{0,40}\binterpellationen\b[^.!?]{0,30}besvarad[.!]?"
    r"|(?:därmed|härmed|jag)\s+(?:anser|anses|får|är)\b[^.!?]{0,40}\b(?:interpellationen|frågorna|frågan)\b"
    r"[^.!?]{0,40}(?:besvarade?)[.!]?"
    r"|(?:[^.!?]{0,80}\s)?(?:är|anses|ska\s+anses|förklarar|anse)\s+(?:därmed\s+|härmed\s+|vara\s+|"
    r"interpellationen\s+)?besvarad[.!]?"
    r"|[^.!?]{2,80}?\s+besvarar\s+(?:interpellationen|frågorna)[.:]"
    r"|(?:med\s+)?(?:vänlig(?:a|en)?|bästa|hjärtliga)\s+hälsning(?:ar)?\b.{0,60}"
    r"|(?:hej|bästa?|bäste|kära?|käre|god\s+(?:kväll|dag))\b[^.!?]{0,40}[!,.]?"
    r"|(?:herr|fru|ärade?)\s+ordförande\b[^.!?]{0,80}[!,.]?"
    r")$",
    re.IGNORECASE,
)
# The first words of an appended or quoted interpellation.
_QUOTED = re.compile(r"^[”“\"»][^”“\"«»]+[”“\"«]\s*\.?$")
_FORMAL_CHARS = 240
"""Longer sentences say something."""


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
    return re.compile(
        rf"^{_LEAD}{{0,2}}(?:ledamoten\s+)?{several}\s+(?:\w+\s+){{0,2}}?{_SAYING}\b"
        rf"|^(?!som\b)(?:[\w”\"-]+,?\s+){{0,7}}?{_SAYING}\s+(?:också\s+|även\s+)?(?:ledamoten\s+)?{subject}\b"
        rf"|\benligt\s+{subject}\b"
        rf"|^(?:en|den)\s+interpellation\b[^.]{{0,80}}\bhar\s+(?:\w+\s+)?(?:lämnats|ställts|inkommit|väckts)\b"
        rf"|^(?:{subject}s?)\s+(?:\w+\s+){{0,2}}(?:fråga|frågor|uppfattning|åsikt|påstående|kritik|tanke)\s+"
        r"(?:är|gäller|rör|handlar|lyder|avser)\b",
        re.IGNORECASE,
    )


@dataclass(frozen=True, slots=True)
class Voices:
    """The rules for one document.

    Attributes:
        names: the interpellants' names.
    """

    names: tuple[str, ...]

    def _cue(self, sentence: str) -> _Cue:
        """Classify one sentence on its own."""
        flat = hyphens_joined(sentence)
        if len(flat) <= _FORMAL_CHARS and _FORMAL.match(flat):
            return _Cue.FORMAL
        if _AGREES.match(flat):
            return _Cue.OFFICIAL
        if _TURN.match(flat):
            return _Cue.TURN
        if (
            _named(self.names).search(flat)
            or _ADDRESSED.match(flat)
            or _IN_INTERPELLATION.match(flat)
        ):
            return _Cue.RETOLD
        if _CHAIN.match(flat):
            return _Cue.CHAIN
        if _ASCRIBED.search(flat):
            return _Cue.RETOLD
        if _QUESTIONS_LEAD.match(flat) and not _ANSWERS_LEAD.search(flat):
            return _Cue.RETOLD
        if _FIRST_PERSON.match(flat) or _STAND.match(flat) or _VERDICT.match(flat):
            return _Cue.OFFICIAL
        return _Cue.NEUTRAL

    def split(
        self, text: str, *, after_retold: bool = False, answering: bool = False
    ) -> list[tuple[int, int, Voice]]:
        """Part a paragraph where the voice changes.

        Args:
            text: one paragraph, with its line breaks.
            after_retold: whether the paragraph before it is retold, so that a pronoun
                ("Han skriver också") goes on from there.
            answering: whether the paragraph stands in the answer to a question; what comes
                before a retelling is then official, elsewhere it is unclear.

        Returns:
            Offsets and voice of each part, in order; together they hold every word.
        """
        spans = list(sentences(text))
        cues = [self._cue(text[start:end]) for start, end in spans]
        voices = _resolve(cues, text, spans, after_retold, answering)
        return _merge(spans, voices)


def _resolve(
    cues: Sequence[_Cue],
    text: str,
    spans: Sequence[tuple[int, int]],
    after_retold: bool,
    answering: bool,
) -> list[Voice]:
    """Give each sentence a voice from its cue and its neighbours."""
    if after_retold and _QUOTED.match(hyphens_joined(text)):
        return [Voice.RETOLD] * len(spans)
    voices: list[Voice] = []
    retold = after_retold
    for index, cue in enumerate(cues):
        if cue is _Cue.FORMAL:
            voices.append(Voice.FORMAL)
            retold = False
            continue
        if cue is _Cue.TURN:
            voices.append(Voice.RETOLD)
            retold = not answering
            continue
        if cue is _Cue.RETOLD or (cue is _Cue.CHAIN and retold):
            retold = True
        elif cue is not _Cue.NEUTRAL or index == 0:
            # A paragraph speaks for the municipality until something says otherwise.
            retold = False
        voices.append(Voice.RETOLD if retold else Voice.OFFICIAL)
    if not answering:
        _doubt_lead(cues, voices)
    return voices


def _doubt_lead(cues: Sequence[_Cue], voices: list[Voice]) -> None:
    """Count neutral sentences right before a retelling as retold: the safe side."""
    if Voice.RETOLD not in voices:
        return
    first = voices.index(Voice.RETOLD)
    if all(cue in (_Cue.NEUTRAL, _Cue.FORMAL) for cue in cues[:first]):
        for index in range(first):
            if voices[index] is Voice.OFFICIAL:
                voices[index] = Voice.RETOLD


def _merge(
    spans: Sequence[tuple[int, int]], voices: Sequence[Voice]
) -> list[tuple[int, int, Voice]]:
    """Join neighbouring sentences of one voice; formal ones go with what surrounds them."""
    if all(voice is Voice.FORMAL for voice in voices):
        return [(spans[0][0], spans[-1][1], Voice.FORMAL)] if spans else []
    filled: list[Voice] = []
    for index, voice in enumerate(voices):
        if voice is not Voice.FORMAL:
            filled.append(voice)
            continue
        # Thanks in the middle of a paragraph stay with it, so that it can be quoted whole.
        later = [later for later in voices[index:] if later is not Voice.FORMAL]
        neighbours = [*([filled[-1]] if filled else []), *later[:1]]
        filled.append(
            Voice.RETOLD
            if all(n is Voice.RETOLD for n in neighbours)
            else Voice.FORMAL
            if Voice.RETOLD in neighbours
            else Voice.OFFICIAL
        )
    parts: list[tuple[int, int, Voice]] = []
    for (start, end), voice in zip(spans, filled, strict=True):
        if parts and parts[-1][2] is voice:
            parts[-1] = (parts[-1][0], end, voice)
        else:
            parts.append((start, end, voice))
    return parts

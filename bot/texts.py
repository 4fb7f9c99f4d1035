"""Every fixed Swedish sentence that residents and staff read, keyed by what happened.

No markup and no layout: the renderers add those. Braces are filled in with `str.format`.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.model import Decision
from knowledge.model import Change, PassageKind, Status

EMPTY_QUESTION = "Skriv en fråga, till exempel: Hur långt får det vara till skolbussens hållplats?"
EMPTY_SEARCH = "Skriv vad du söker, till exempel: skolskjuts hållplats"
LONG_QUESTION = "Frågan är för lång. Korta den till högst {limit} tecken, gärna till en mening."

OUTCOMES: Mapping[Decision, str] = {
    Decision.ANSWER: "Kommunen har svarat:",
    Decision.RELATED: "Jag hittar inget säkert svar.",
    Decision.NONE: "Jag hittar inget svar på den frågan.",
}
"""The first line of each outcome, for the channels that have one."""

ELSEWHERE = "Frågan nämner {names}. Därifrån finns inga svar i samlingen."
NEAREST = "De svar som ligger närmast:"
NOTHING_FOUND = "Det finns inget kommunalt svar i samlingen som tar upp saken."
CONTACT = "Fråga gärna kommunen: {contact}"

SEARCHED = "Sökte i {replies} svar."
SEARCHED_LATEST = "Sökte i {replies} svar, det senaste från {latest}."
SEARCHED_NOTHING = "Samlingen är tom: det finns inga svar att söka i."

ASKED = "Frågan som ställdes:"
SOURCE = "Källa"
ALSO = "Se även"
SHOW = "Visa: kommunsvar show {id}"
NEWER = "Obs! Det finns ett nyare svar i samma fråga: {reply}"

BACKGROUND = "Interpellantens uppgifter – inte kommunens ståndpunkt"
"""Stands above every passage that holds the interpellant's words; never to be left out."""

KINDS: Mapping[PassageKind, str] = {
    PassageKind.ANSWER: "Kommunens svar",
    PassageKind.STATEMENT: "Kommunens uttalande",
    PassageKind.BACKGROUND: BACKGROUND,
}
PLURAL_KINDS: Mapping[PassageKind, tuple[str, str]] = {
    PassageKind.ANSWER: ("svar på en fråga", "svar på frågor"),
    PassageKind.STATEMENT: ("uttalande", "uttalanden"),
    PassageKind.BACKGROUND: ("bakgrundsstycke", "bakgrundsstycken"),
}
"""For counting: one, several."""

DRAFT_NOTICE = "Utkast: inte granskat och inte publicerat."
WITHDRAWN_REPLY = "Svaret är återkallat{since}{why}"
"""With `WITHDRAWN_SINCE` and `WITHDRAWN_WHY`, or "" and a full stop where one is not known."""
WITHDRAWN_SINCE = " sedan {day}"
WITHDRAWN_WHY = ": {reason}"

NEXT_REVISION = "next"
"""Names the corrected text that waits, as its file does."""
UNKNOWN_REVISION = "{id} har ingen revision {revision}; det finns: {known}."
HISTORY = "Historik (revision {number})"
CHANGES: Mapping[Change, str] = {
    Change.IMPORTED: "inläst",
    Change.CORRECTED: "rättat dokument inläst",
    Change.PUBLISHED: "publicerat",
    Change.WITHDRAWN: "återkallat",
    Change.EDITED: "läget ändrat för hand",
}
STATUSES: Mapping[Status, str] = {
    Status.DRAFT: "utkast",
    Status.PUBLISHED: "publicerat",
    Status.WITHDRAWN: "återkallat",
}
BY = "av {name}"
ID = "Beteckning: {id}"
EARLIER_TEXTS = "Tidigare lydelser: kommunsvar show {id} --revision {numbers}"
WAITING_TEXT = (
    "En rättelse väntar på att publiceras. Se den: kommunsvar show {id} --revision next."
    " Publicera den: kommunsvar publish {id}"
)
OTHER_TEXT = "Detta är inte den lydelse som gäller."
UNKNOWN_REPLY = "Det finns inget svar med beteckningen {id}."
NO_HITS = "Inga träffar."
NO_FILTERED_HITS = "Inga träffar när sökningen begränsas till: {filters}."
FILTERS: Mapping[str, str] = {
    "date_from": "från och med {value}",
    "date_to": "till och med {value}",
    "party": "parti {value}",
    "respondent": "besvarad av {value}",
    "interpellant": "interpellant {value}",
}
"""The filters of the staff search, by field; kinds are named by `PLURAL_KINDS`."""
NO_EARLIER = "Inget tidigare svar."
QUESTION = "Fråga {number}:"
THE_QUESTION = "Frågan:"
ON_QUESTION = "{kind} på fråga {number}"
NEWER_SHORT = "nyare svar: {reply}"
TIME_LEFT = "ca {time} kvar"
WAITING = "waiting"
"""What the administration tells when another command changes the home."""


WATCHING = (
    "Bevakar {folder}: nya dokument {become}. Inget i mappen flyttas, ändras eller tas bort."
    " Avsluta med Ctrl-C."
)
WATCH_DRAFTS = "sparas som utkast (--publish publicerar dem direkt)"
WATCH_PUBLISHES = "sparas och publiceras"
WATCH_STOPPING = "Avslutar när dokumentet som läses är klart."
WATCH_ENDED = "Bevakningen är avslutad."
WATCH_GONE = (
    "mappen {folder} finns inte längre. Starta bevakningen igen när den är tillbaka; det som"
    " redan är inläst läses inte in på nytt."
)
WATCH_OPEN = "är öppen i ett annat program; väntar tills den stängs"
WATCH_LATER = "Det gick inte nu: {why}. Nytt försök om {seconds} s."
WATCH_NO_FOLDER = "{folder}: det finns ingen sådan mapp"
WATCH_OWN = "{folder}: hemmets egna mappar bevakas inte; välj en mapp bara för nya dokument"
IMPORT_OWN = (
    "{path}: det egna registret och indexet läses inte in som dokument; ange dokumenten, eller en"
    " mapp med bara dem"
)
VERIFIED = "{replies} svar och {passages} passager kontrollerade: allt stämmer ord för ord."
NOT_VERIFIED = "{replies} svar och {passages} passager kontrollerade, {errors} fel:"

ABOUT = (
    "Kommunsvar letar upp vad {municipality} har svarat på interpellationer i fullmäktige och"
    " återger svaret ord för ord, med källa. Inget är omskrivet eller påhittat."
)

CHAT_SHOW = "/visa {id}"
CHAT_PROMPT = "Fråga: "
CHAT_WELCOME = "Hej! Vad vill du veta? Ställ en fråga, eller skriv /hjälp."
CHAT_HELP = """\
Skriv en fråga med egna ord, till exempel:
  Hur långt får det vara till skolbussens hållplats?

  /visa ID    visa ett helt svar
  /om         om programmet och samlingen
  /hjälp      den här hjälpen
  /avsluta    sluta (eller Ctrl-D)"""
CHAT_UNKNOWN_COMMAND = "Jag känner inte till {command}. Skriv /hjälp för att se vad som finns."
CHAT_GOODBYE = "Tack för besöket!"

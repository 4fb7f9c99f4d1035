from __future__ import annotations

import html
import re
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.catalogue import catalogue_for
from bot.channels.telegram.data import Action, button
from bot.channels.telegram.writers import passage_button, vote_button
from bot.model import Decision, Shown
from bot.render.links import Links
from bot.render.runs import MAX_UNITS, units
from bot.render.telegram import PAGE_HITS, Deeds, Letter, Writer
from knowledge.model import PassageKind
from knowledge.quote import quote
from tests.fakes_bot import INDEXED, PASSAGE, SEARCHED, make_answer, make_hit, make_reply

DEEDS = Deeds(
    whole=lambda id: button(Action.WHOLE, "0" * 10),
    passage=passage_button,
    file=lambda id: button(Action.FILE, "0" * 10),
    vote=vote_button,
    more=button(Action.MORE),
    page=lambda page: button(Action.PAGE, str(page)),
    link=lambda id: "https://t.me/bot?start=x",
)
PASSAGES = st.text(
    st.one_of(
        st.sampled_from("<&>_*[]()~`#\"'\\ \n.,\U0001f600\u200d\ufe0fåäö"),
        st.characters(exclude_categories=("Cs", "Cc")),
    ),
    min_size=1,
    max_size=400,
).filter(str.strip)


def writer(language: str = "sv") -> Writer:
    return Writer(catalogue_for(language), Links("https://svar.example"), DEEDS, "Kontakt <1 & 2>")


def read(letter: Letter) -> str:
    return html.unescape(re.sub(r"</?(?:b|i|code|blockquote)(?: expandable)?>", "", letter.html))


def quoted(letters: tuple[Letter, ...]) -> str:
    pattern = r"<blockquote(?: expandable)?>(.*?)</blockquote>"
    found = [part for one in letters for part in re.findall(pattern, one.html, re.S)]
    return html.unescape("".join(found))


@settings(max_examples=60)
@given(PASSAGES, st.integers(1, 30))
def test_a_passage_comes_out_exactly_however_long(text: str, times: int) -> None:
    whole = text * times
    letters = writer().answer(make_answer(make_hit(whole)))
    assert quoted(letters) == whole
    assert all(0 < units(read(letter)) <= MAX_UNITS for letter in letters)
    assert [bool(letter.rows) for letter in letters] == [False] * (len(letters) - 1) + [True]


def test_a_newer_reply_is_told_of_and_has_a_button() -> None:
    hit = make_hit(reply=replace(INDEXED, newer="2026-01-01-ny"))
    (letter,) = writer().answer(make_answer(hit), "Nya regler")
    assert "Obs! Det finns ett nyare svar i samma fråga: Nya regler" in letter.html
    assert "🕑 Det nyare svaret" in [one.label for row in letter.rows for one in row]


def test_the_source_link_is_there_where_there_is_one() -> None:
    labels = {
        one.label: one.url
        for row in writer().answer(make_answer(make_hit(), make_hit()))[0].rows
        for one in row
    }
    assert labels["🔗 Källan"] == "https://svar.example/dokument/svar%20om%20skolskjuts.pdf"
    assert "🔎 Fler träffar" in labels


def test_no_answer_says_what_was_searched_and_quotes_nothing() -> None:
    for decision, shown in ((Decision.RELATED, (make_hit(),)), (Decision.NONE, ())):
        (letter,) = writer().answer(make_answer(*shown, decision=decision))
        assert "Sökte i 48 svar, det senaste från 17 mars 2025." in letter.html
        assert "Kontakt &lt;1 &amp; 2&gt;" in letter.html
        assert "blockquote" not in letter.html
        assert PASSAGE not in read(letter)


def test_a_question_about_another_municipality_is_told_that_nothing_is_from_there() -> None:
    for decision, shown in ((Decision.RELATED, (make_hit(),)), (Decision.NONE, ())):
        answer = make_answer(*shown, decision=decision, elsewhere=("Malmö", "Västerås"))
        (letter,) = writer().answer(answer)
        assert "Frågan nämner Malmö, Västerås. Därifrån finns inga svar" in letter.html


def test_a_whole_reply_says_above_each_passage_whose_words_it_holds() -> None:
    reply = make_reply()
    letters = writer().reply(Shown(reply, None, None), staff=True)
    text = "".join(map(read, letters))
    for passage in reply.passages:
        words = quote(passage.span.of(reply.text))
        before = text[: text.index(words)]
        label = {
            PassageKind.ANSWER: "Kommunens svar på fråga 1\n",
            PassageKind.STATEMENT: "Kommunens uttalande\n",
            PassageKind.BACKGROUND: "Interpellantens uppgifter – inte kommunens ståndpunkt\n",
        }[passage.kind]
        assert before.endswith(label)


def test_a_long_retelling_is_never_without_its_label() -> None:
    background = make_hit("Hon menar att det är fel. " * 600, kind=PassageKind.BACKGROUND)
    letters = writer().answer(make_answer(background))
    assert len(letters) > 2
    assert all("inte kommunens ståndpunkt" in letter.html for letter in letters[:-1])


def test_a_page_of_the_search_fits_whatever_it_finds() -> None:
    hits = [make_hit("Lång text. " * 900) for _ in range(PAGE_HITS)]
    letter = writer().search("väg <b>", hits, 1, more=True, searched=SEARCHED)
    assert units(read(letter)) <= MAX_UNITS
    assert letter.html.startswith("<b>Sökning: </b><code>väg &lt;b&gt;</code>")
    assert [one.label for row in letter.rows for one in row] == [
        "6", "7", "8", "9", "10", "◀️ Föregående", "Nästa ▶️",
    ]  # fmt: skip


def test_an_inline_passage_is_one_message_and_says_where_it_was_cut() -> None:
    assert "Alla" in writer().inline(make_hit("Alla."))
    cut = writer().inline(make_hit("En mening. " * 900))
    assert units(read(Letter(cut))) <= MAX_UNITS
    assert "[Passagen är för lång för ett meddelande." in cut
    assert "Besvarad av: Lars Holm (S)" in cut


def test_english_keeps_the_passage_and_says_so() -> None:
    (letter,) = writer("en").answer(make_answer(make_hit()))
    assert "The reply is quoted in Swedish" in letter.html
    assert quoted((letter,)) == PASSAGE

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import Decision, Shown, SimilarQuestion
from bot.render.citation import of_hit
from bot.render.links import Links
from bot.render.plain import Speaker
from bot.render.record import shown_text
from bot.render.style import Style, style_for
from bot.texts import BACKGROUND
from index.model import Filters, IndexedReply, Searched
from knowledge.model import PassageKind, Person, Status
from knowledge.quote import quote
from knowledge.swedish import swedish_date
from tests.fakes_bot import INDEXED, PASSAGE, QUESTION, REPLY_ID, make_answer, make_hit, make_reply

TERMINAL = Style(colour=True, width=40)
ESCAPES = re.compile(r"\x1b\[\d+m")
DOUBLED = re.compile(r"[,;:]\s*[,;:.]|\(\s*\)|”\s*”|\bNone\b|[,;]\s*(?:\n\n|\Z)")

WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), min_size=1)
SIMPLE = st.from_regex(r"[A-ZÅÄÖ][a-zåäö]{0,8}", fullmatch=True)
MAYBE = st.none() | st.just("") | st.just("  ") | SIMPLE
PERSONS = st.lists(st.builds(Person, st.just("") | SIMPLE, MAYBE, MAYBE), max_size=2).map(tuple)
STYLES = st.builds(Style, st.booleans(), st.none() | st.integers(24, 100))
REPLIES = st.builds(
    IndexedReply,
    id=st.just(REPLY_ID),
    title=MAYBE,
    municipality=MAYBE,
    interpellants=PERSONS,
    respondents=PERSONS,
    answered_on=st.none() | st.dates(),
    dnr=MAYBE,
    source=MAYBE,
    url=st.none() | st.just("") | st.just("https://exempelby.example/svar.pdf"),
    newer=st.none() | st.just("2026-01-01-nyare"),
)


def collapsed(text: str) -> str:
    return " ".join(ESCAPES.sub("", text).split())


@given(st.lists(WORDS, min_size=1).map("\n".join), STYLES)
def test_the_exact_passage_comes_out_of_what_is_shown(passage: str, style: Style) -> None:
    speaker = Speaker(style, Links("https://svar.example"), contact="Kontaktcenter")
    shown = speaker.answer(make_answer(make_hit(passage)))
    assert collapsed(shown).startswith(collapsed(passage))


@given(REPLIES, STYLES, st.sampled_from(Decision), st.booleans())
def test_what_is_missing_is_left_out(
    reply: IndexedReply, style: Style, decision: Decision, published: bool
) -> None:
    number = 1 if reply.title else None
    hit = make_hit(reply=reply, number=number, question=None, page=number)
    speaker = Speaker(style, Links("https://svar.example" if published else None))
    shown = () if decision is Decision.NONE else (hit, hit)
    for text in (
        speaker.answer(make_answer(*shown, decision=decision)),
        speaker.hits([hit], Searched(1, 1, None)),
        of_hit(hit, speaker.links).sentence,
    ):
        assert not DOUBLED.search(ESCAPES.sub("", text).replace("https://", "")), text


def test_an_answer_reads_like_a_letter() -> None:
    answer = make_answer(make_hit(), make_hit("Annat.", own_id="q2", question="Vad mer?"))
    text = Speaker(links=Links("https://svar.example")).answer(answer)
    assert (
        text
        == f"""\
{PASSAGE}

Frågan som ställdes: {QUESTION}

Källa
  Skolskjutsen på landsbygden
  Interpellant: Karin Ek (C)
  Besvarad av: Lars Holm (S), Ordförande i barn- och utbildningsnämnden
  Exempelby kommun, 17 mars 2025, dnr KS 2025/112, fråga 1, sidan 1
  Dokument: svar om skolskjuts.pdf
  Länk: https://svar.example/dokument/svar%20om%20skolskjuts.pdf
  Visa: kommunsvar show {REPLY_ID}#q1

Se även
  • Skolskjutsen på landsbygden, 17 mars 2025
    Frågan: Vad mer?
    Visa: kommunsvar show {REPLY_ID}#q2"""
    )


def test_an_older_position_says_that_a_newer_exists() -> None:
    hit = make_hit(reply=replace(INDEXED, newer="2026-02-02-skolskjuts"))
    text = Speaker().answer(make_answer(hit))
    assert "Det finns ett nyare svar i samma fråga: 2026-02-02-skolskjuts" in text
    assert "kommunsvar show 2026-02-02-skolskjuts" in text


def test_related_replies_are_pointers_and_never_the_position() -> None:
    text = Speaker(contact="Kontaktcenter, 0123-456 78").answer(
        make_answer(make_hit(), decision=Decision.RELATED)
    )
    assert text.startswith("Jag hittar inget säkert svar.")
    assert "två kilometer" not in text
    assert "• Skolskjutsen på landsbygden, 17 mars 2025" in text
    assert f"kommunsvar show {REPLY_ID}#q1" in text
    assert "Sökte i 48 svar, det senaste från 17 mars 2025." in text
    assert text.endswith("Fråga gärna kommunen: Kontaktcenter, 0123-456 78")


@pytest.mark.parametrize(
    ("searched", "says"),
    [
        (Searched(48, 300, date(2025, 3, 17)), "Sökte i 48 svar, det senaste från 17 mars 2025."),
        (Searched(1, 3, None), "Sökte i 1 svar."),
        (Searched(0, 0, None), "Samlingen är tom"),
    ],
)
def test_none_is_an_honest_no_that_says_what_was_searched(searched: Searched, says: str) -> None:
    text = Speaker().answer(make_answer(decision=Decision.NONE, searched=searched))
    assert text.startswith("Jag hittar inget svar på den frågan.")
    assert says in text
    assert "Fråga gärna kommunen" not in text


def test_a_question_about_another_municipality_is_told_that_nothing_is_from_there() -> None:
    for decision, shown in ((Decision.RELATED, (make_hit(),)), (Decision.NONE, ())):
        text = Speaker().answer(make_answer(*shown, decision=decision, elsewhere=("Västerås",)))
        assert "Frågan nämner Västerås. Därifrån finns inga svar i samlingen." in text


def test_the_interpellants_words_are_marked_wherever_they_are_shown() -> None:
    background = make_hit(kind=PassageKind.BACKGROUND, number=None, question=None)
    reply = make_reply()
    for style in (Style(), Style(colour=True)):
        speaker = Speaker(style)
        chosen = reply.passages[0]
        assert BACKGROUND in speaker.hits([background], Searched(1, 1, None))
        assert BACKGROUND in shown_text(Shown(reply, None, None), speaker)
        assert BACKGROUND in shown_text(Shown(reply, chosen, None), speaker)


def test_a_whole_reply_is_shown_with_its_kinds_its_questions_and_its_source() -> None:
    reply = make_reply(Status.DRAFT)
    text = shown_text(Shown(reply, None, "2026-nyare"), Speaker())
    notice = "Utkast: inte granskat och inte publicerat."
    assert text.startswith(f"{notice}\n\nSkolskjutsen på landsbygden")
    assert shown_text(Shown(reply, reply.passages[1], None), Speaker()).startswith(notice)
    assert notice not in shown_text(Shown(make_reply(), None, None), Speaker())
    order = [
        text.index(quote(one.span.of(reply.text)))
        for one in sorted(reply.passages, key=lambda one: one.span.start)
    ]
    assert order == sorted(order)
    assert "[Kommunens svar på fråga 1]  #q1" in text
    assert "[Kommunens uttalande]  #s1" in text
    assert "Det finns ett nyare svar i samma fråga: 2026-nyare" in text
    assert text.endswith(f"Beteckning: {REPLY_ID}")


def test_similar_questions_show_where_they_were_answered() -> None:
    questions = (SimilarQuestion(4, QUESTION, (make_hit(),)), SimilarQuestion(None, "Och?", ()))
    text = Speaker().similar(questions)
    assert f"Fråga 4: {QUESTION}\n  • Skolskjutsen på landsbygden, 17 mars 2025" in text
    assert text.endswith("Frågan: Och?\n  Inget tidigare svar.")


def test_an_empty_search_names_the_filters_that_narrowed_it() -> None:
    searched = Searched(1, 3, None)
    assert Speaker().hits([], searched) == "Inga träffar. Sökte i 1 svar."
    assert Speaker().hits([], searched, Filters()) == "Inga träffar. Sökte i 1 svar."
    filters = Filters(
        date_from=date(2024, 1, 1),
        date_to=date(2024, 12, 31),
        party="S",
        respondent="Holm",
        interpellant="Ek",
        kinds=frozenset({PassageKind.STATEMENT, PassageKind.ANSWER}),
    )
    assert Speaker().hits([], searched, filters) == (
        "Inga träffar när sökningen begränsas till: från och med 1 januari 2024,"
        " till och med 31 december 2024, parti S, besvarad av Holm, interpellant Ek,"
        " svar på frågor, uttalanden. Sökte i 1 svar."
    )


def test_lines_are_wrapped_at_white_space_and_bullets_hang() -> None:
    folded = Style(width=30).fold(
        "• högst två kilo\u00admeter för elever i förskole-klass\na | b   c | " + "x " * 30
    )
    assert folded.split("\n")[:3] == [
        "• högst två kilo\u00admeter för",
        "  elever i förskole-klass",
        "a | b   c | " + ("x " * 30).rstrip(),
    ]


def test_control_characters_never_reach_the_terminal() -> None:
    text = Speaker(Style(colour=False, width=60)).answer(
        make_answer(make_hit("röd \x1b[31mtext\x07", reply=replace(INDEXED, title="a\x1b]0;b")))
    )
    assert "\x1b" not in text
    assert "\x07" not in text


def test_dates_are_written_out() -> None:
    assert swedish_date(date(2025, 3, 17)) == "17 mars 2025"
    assert swedish_date(date(1999, 12, 1)) == "1 december 1999"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_colours_only_on_a_terminal_that_wants_them() -> None:
    assert style_for(io.StringIO(), {}) == Style(False, None)
    assert style_for(Terminal(), {}).colour
    assert style_for(Terminal(), {}).width is not None
    assert not style_for(Terminal(), {"NO_COLOR": "1"}).colour
    assert not style_for(Terminal(), {"TERM": "dumb"}).colour
    assert "\x1b[1mKälla\x1b[0m" in Speaker(TERMINAL).answer(make_answer(make_hit()))


def test_links() -> None:
    links = Links("https://svar.example")
    assert links.passage(REPLY_ID, f"{REPLY_ID}#q1") == f"https://svar.example/svar/{REPLY_ID}/q1"
    assert links.reply(REPLY_ID) == f"https://svar.example/svar/{REPLY_ID}"
    assert links.document("å/b.pdf", None) == "https://svar.example/dokument/%C3%A5%2Fb.pdf"
    assert links.document("b.pdf", "https://own.example/b") == "https://own.example/b"
    assert Links().passage(REPLY_ID, "q1") is None
    assert Links().document("b.pdf", None) is None

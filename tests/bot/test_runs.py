from __future__ import annotations

import html
import re

from hypothesis import given
from hypothesis import strategies as st

from bot.render.runs import MAX_UNITS, Block, Mark, Run, clean, pack, plain, split, to_html, units

NASTY = st.text(
    st.one_of(
        st.sampled_from("<&>_*[]()~`#+-=|{}.!\"'\\ \n\n.\U0001f600\U0001f468\u200d\ufe0f"),
        st.characters(exclude_categories=("Cs", "Cc")),
    )
)


def read(markup: str) -> str:
    """Read Telegram's HTML as Telegram does: tags away, entities to characters."""
    return html.unescape(re.sub(r"</?(?:b|i|code|blockquote)(?: expandable)?>", "", markup))


@given(NASTY, st.sampled_from(Mark))
def test_any_text_comes_out_of_the_markup_exactly(text: str, mark: Mark) -> None:
    assert read(to_html([Run(text, mark)])) == text


@given(NASTY, st.integers(2, 50))
def test_parts_fit_and_rejoin(text: str, limit: int) -> None:
    parts = list(split(text, limit))
    assert "".join(parts) == text
    assert all(units(part) <= limit for part in parts)


@given(NASTY)
def test_units_are_those_of_utf_16(text: str) -> None:
    assert units(text) == len(text.encode("utf-16-le")) // 2


BLOCKS = st.lists(
    st.builds(
        Block,
        head=st.tuples(st.builds(Run, NASTY, st.just(Mark.BOLD))),
        body=st.one_of(st.none(), st.builds(Run, NASTY, st.just(Mark.QUOTE))),
        tail=st.tuples(st.builds(Run, NASTY)),
        again=st.just((Run("(forts.) "),)),
    ),
    max_size=4,
)


@given(BLOCKS, st.integers(24, 120))
def test_messages_fit_and_hold_every_body(blocks: list[Block], limit: int) -> None:
    messages = pack(blocks, limit)
    assert all(plain(message).strip() for message in messages)
    assert all(units(plain(message)) <= limit for message in messages)
    quoted = "".join(run.text for one in messages for run in one if run.mark is Mark.QUOTE)
    bodies = "".join(block.body.text for block in blocks if block.body is not None)
    assert "".join(quoted.split()) == "".join(bodies.split())


def test_a_long_body_is_cut_and_its_heading_repeated() -> None:
    body = "En mening som är lång. " * 400
    block = Block((Run("Bakgrund\n", Mark.BOLD),), Run(body, Mark.QUOTE), (Run("\nKälla"),),
                  (Run("Bakgrund, forts.\n", Mark.BOLD),))  # fmt: skip
    messages = pack([block])
    assert len(messages) == 3
    assert [message[0].text for message in messages] == ["Bakgrund\n"] + ["Bakgrund, forts.\n"] * 2
    assert "".join(message[1].text for message in messages) == body
    assert all(message[1].text.endswith(". ") for message in messages)
    assert plain(messages[-1]).endswith("Källa")
    assert "<blockquote expandable>" in to_html(messages[0])


def test_what_no_message_can_carry_is_shown_as_a_replacement() -> None:
    assert clean("a\x00b\ud800c\r\nd\te") == "a\ufffdb\ufffdc\nd\te"
    assert MAX_UNITS == 4096

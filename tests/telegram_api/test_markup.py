"""Telegram's HTML, as strictly as it is documented."""

from __future__ import annotations

import html
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.telegram_api.markup import (
    Unparsable,
    found_entities,
    parse_html,
    settle,
    utf16_length,
    utf16_slice,
)


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("<b>a</b><i>b</i>", "ab", [("bold", "a"), ("italic", "b")]),
        ("<b>👋<i>é</i></b>", "👋é", [("bold", "👋é"), ("italic", "é")]),
        ("<u>a</u><s>b</s><del>c</del>", "abc",
         [("underline", "a"), ("strikethrough", "b"), ("strikethrough", "c")]),
        ("<code>&lt;x&gt;</code>", "<x>", [("code", "<x>")]),
        ('<pre><code class="language-python">x</code></pre>', "x", [("pre", "x")]),
        ("<blockquote>a\nb</blockquote>", "a\nb", [("blockquote", "a\nb")]),
        ("<blockquote expandable>a</blockquote>", "a", [("expandable_blockquote", "a")]),
        ("<tg-spoiler>a</tg-spoiler>", "a", [("spoiler", "a")]),
        ('<span class="tg-spoiler">a</span>', "a", [("spoiler", "a")]),
        ('<a href="https://example.org/?a=1&amp;b=2">här</a>', "här", [("text_link", "här")]),
        ("&quot;&amp;&#229;&#xe5;", '"&åå', []),
        ("<B>a</B >", "a", [("bold", "a")]),
        ("<b></b>a", "a", []),
    ],
)  # fmt: skip
def test_what_is_allowed(source: str, text: str, entities: list[tuple[str, str]]) -> None:
    read, found = parse_html(source)
    assert read == text
    assert [(e["type"], utf16_slice(read, e["offset"], e["length"])) for e in found] == entities


def test_links_and_languages_are_kept() -> None:
    assert parse_html("<a href='https://e.org/&amp;'>x</a>")[1][0]["url"] == "https://e.org/&"
    assert parse_html('<pre><code class="language-py">x</code></pre>')[1][0]["language"] == "py"


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("1 < 2", 'Unsupported start tag "" at byte offset 2'),
        ("å <3", "Unclosed start tag at byte offset 3"),
        ("2 > 1", 'Unescaped ">" at byte offset 2: it is written &gt;'),
        ("a & b", 'Unescaped "&" at byte offset 2: it is written &amp;'),
        ("&nbsp;", 'Unescaped "&" at byte offset 0: it is written &amp;'),
        ("&#xD800;", "invalid Unicode characters"),
        ("<b>a", 'Can\'t find end tag corresponding to start tag "b"'),
        ("a</b>", "Unexpected end tag at byte offset 1"),
        ("<b><i>a</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
        ("<b>a</b", "Unclosed end tag at byte offset 4"),
        ("<div>a</div>", 'Unsupported start tag "div" at byte offset 0'),
        ("a<br>", 'Unsupported start tag "br" at byte offset 1'),
        ("<br/>", 'Unsupported start tag "br/" at byte offset 0'),
        ("<b", "Unclosed start tag at byte offset 0"),
        ('<b class="x">a</b>', 'Unsupported attribute "class" of the tag "b"'),
        ("<a>x</a>", 'Tag "a" must have an address'),
        ('<a href="x>y</a>', 'Unclosed start tag "a"'),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler"'),
        ("<blockquote><blockquote>a</blockquote></blockquote>", "can't be nested"),
        ("<pre><b>a</b></pre>", 'Tag "b" can\'t be nested in "pre"'),
        ("<code><i>a</i></code>", 'Tag "i" can\'t be nested in "code"'),
    ],
)
def test_what_is_refused(source: str, reason: str) -> None:
    with pytest.raises(Unparsable) as refused:
        parse_html(source)
    assert reason in str(refused.value)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_escaped_text_comes_out_as_it_was(text: str) -> None:
    read, entities = parse_html(f"<blockquote>{html.escape(text)}</blockquote>"
                                .replace("&#x27;", "'"))  # fmt: skip
    assert read == text
    if text:
        assert [e["length"] for e in entities] == [utf16_length(text)]


@given(st.text(alphabet="ab \n\t\r👋å\u030a\u2028"), st.data())
def test_entities_move_with_the_text(text: str, data: st.DataObject) -> None:
    begin = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(begin, len(text)))
    entity: dict[str, Any] = {
        "type": "bold",
        "offset": utf16_length(text[:begin]),
        "length": utf16_length(text[begin:end]),
    }
    settled, entities = settle(text, [entity])
    assert settled == settled.rstrip(" \n")
    assert not set(settled) & set("\t\r\u030a\u2028")
    for moved in entities:
        marked = utf16_slice(settled, moved["offset"], moved["length"])
        whole, _ = settle(f"|{text[begin:end]}|", [])
        assert whole[1:-1].startswith(marked) and whole[1:-1].strip()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("/start abc", [("bot_command", "/start")]),
        ("👋 /sok@kommunsvar_bot x", [("bot_command", "/sok@kommunsvar_bot")]),
        ("/hjälp", []),
        ("och/eller", []),
        ("https://example.org/start", [("url", "https://example.org/start")]),
        ("hej @kommunsvar_bot!", [("mention", "@kommunsvar_bot")]),
        ("a@kommunsvar.se", []),
    ],
)
def test_what_people_write(text: str, found: list[tuple[str, str]]) -> None:
    assert [
        (e["type"], utf16_slice(text, e["offset"], e["length"])) for e in found_entities(text)
    ] == found

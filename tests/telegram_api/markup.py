"""Telegram's text: its HTML subset, entities with UTF-16 offsets, what it trims and cleans.

Stricter than Telegram where its documentation is stricter than its server: a stray `>` or `&`,
an attribute that a tag does not have, a link without an address, and entities inside `pre` or
`code` are refused here, while Telegram's server lets them pass or drops them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

MAX_ENTITIES = 100
_TYPES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "code": "code",
    "pre": "pre",
    "a": "text_link",
    "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
}
_ATTRIBUTES = {
    "a": "href",
    "code": "class",
    "span": "class",
    "blockquote": "expandable",
    "tg-emoji": "emoji-id",
}
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_REFERENCE = re.compile(r"&(?:(lt|gt|amp|quot)|#([0-9]{1,8})|#[xX]([0-9a-fA-F]{1,6}));")
_END_TAG = re.compile(r"</([^\s>]*)\s*>")
_TAG_NAME = re.compile(r"<([^\s>]*)")
_ATTRIBUTE = re.compile(r"""\s+([^\s=>]+)(?:\s*=\s*("[^"]*"|'[^']*'|[A-Za-z0-9.\-]+))?""")
_LINK = re.compile(r"(?:https?://|tg://|ton://|mailto:)\S+|[\w-]+(?:\.[\w-]+)+(?:[/?#]\S*)?")
_DROPPED = {"\r", "\u0333", "\u033f", "\u030a", *map(chr, range(0x2028, 0x202F))}
_PLAIN = re.compile("[^<>&]+")
_UNCLEAN = re.compile("[\x00-\x09\x0b-\x1f\u030a\u0333\u033f\u2028-\u202e]")
"""What `settle` changes or drops."""
_INCOMING = re.compile(
    r"(?P<url>https?://\S+)"
    r"|(?<![\w/@<>])(?P<bot_command>/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?)(?![\w/<>])"
    r"|(?<![\w@])(?P<mention>@[A-Za-z0-9_]{4,32})(?!\w)"
    r"|(?<!\w)(?P<hashtag>#\w+)",
    re.ASCII,
)

EntityJson = dict[str, Any]


class Unparsable(Exception):
    """The text is not what Telegram's HTML allows; the message is Telegram's wording."""


@dataclass(slots=True)
class _Open:
    """A start tag that has not met its end tag."""

    tag: str
    entity: EntityJson | None
    offset: int


def utf16_length(text: str) -> int:
    """Return how many UTF-16 code units the text has."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def utf16_slice(text: str, offset: int, length: int) -> str:
    """Return the part of a text that an entity's offset and length point at."""
    units = text.encode("utf-16-le")[2 * offset : 2 * (offset + length)]
    return units.decode("utf-16-le", errors="replace")


def parse_html(source: str) -> tuple[str, list[EntityJson]]:
    """Return the plain text and the entities of a text in Telegram's HTML.

    Raises:
        Unparsable: a stray `<`, `>` or `&`, an unknown, unclosed or wrongly nested tag.
    """
    text: list[str] = []
    entities: list[EntityJson] = []
    stack: list[_Open] = []
    units = 0
    at = 0
    while at < len(source):
        if run := _PLAIN.match(source, at):
            text.append(run[0])
            units += utf16_length(run[0])
            at = run.end()
            continue
        char = source[at]
        where = partial(_where, source, at)
        if char == "&":
            char, at = _reference(source, at, where)
        elif char == ">":
            raise Unparsable(f'Unescaped ">" {where()}: it is written &gt;')
        elif source.startswith("</", at):
            at = _close(source, at, where, stack, entities, units)
            continue
        else:
            opened, at = _open(source, at, where, stack)
            opened.offset = units
            stack.append(opened)
            continue
        text.append(char)
        units += utf16_length(char)
    if stack:
        raise Unparsable(f'Can\'t find end tag corresponding to start tag "{stack[-1].tag}"')
    entities.sort(key=lambda entity: (entity["offset"], -entity["length"]))
    return "".join(text), entities


def _where(source: str, at: int) -> str:
    return f"at byte offset {len(source[:at].encode())}"


def _reference(source: str, at: int, where: Callable[[], str]) -> tuple[str, int]:
    """Return the character that a reference stands for, and where the text goes on."""
    found = _REFERENCE.match(source, at)
    if found is None:
        raise Unparsable(f'Unescaped "&" {where()}: it is written &amp;')
    name, decimal, hexadecimal = found.groups()
    if name:
        return _NAMED[name], found.end()
    code = int(decimal) if decimal else int(hexadecimal, 16)
    if not 0 < code <= 0x10FFFF or 0xD800 <= code <= 0xDFFF:
        raise Unparsable(
            "Text contains invalid Unicode characters after decoding HTML entities, "
            "check for unmatched surrogate code units"
        )
    return chr(code), found.end()


def _open(source: str, at: int, where: Callable[[], str], stack: list[_Open]) -> tuple[_Open, int]:
    """Read a start tag; return it and where the text goes on."""
    named = _TAG_NAME.match(source, at)
    assert named is not None
    tag = named[1].lower()
    if named.end() == len(source):
        raise Unparsable(f"Unclosed start tag {where()}")
    if tag not in _TYPES:
        raise Unparsable(f'Unsupported start tag "{tag}" {where()}')
    value: str | None = None
    at = named.end()
    while found := _ATTRIBUTE.match(source, at):
        at = found.end()
        if found[1].lower() != _ATTRIBUTES.get(tag):
            raise Unparsable(f'Unsupported attribute "{found[1]}" of the tag "{tag}" {where()}')
        value = _decoded((found[2] or "").strip("\"'"), where)
    while at < len(source) and source[at].isspace():
        at += 1
    if not source.startswith(">", at):
        raise Unparsable(f'Unclosed start tag "{tag}" {where()}')
    return _Open(tag, _entity(tag, value, where, stack), 0), at + 1


def _decoded(value: str, where: Callable[[], str]) -> str:
    """Return an attribute's value with its references read."""
    read: list[str] = []
    at = 0
    while at < len(value):
        char, at = _reference(value, at, where) if value[at] == "&" else (value[at], at + 1)
        read.append(char)
    return "".join(read)


def _entity(
    tag: str, value: str | None, where: Callable[[], str], stack: list[_Open]
) -> EntityJson | None:
    """Return what a start tag begins; None when it only adds to the tag around it."""
    around = [opened.tag for opened in stack]
    if tag == "code" and around[-1:] == ["pre"]:
        if value and value.startswith("language-"):
            assert stack[-1].entity is not None
            stack[-1].entity["language"] = value.removeprefix("language-")
        return None
    if "pre" in around or "code" in around:
        raise Unparsable(f'Tag "{tag}" can\'t be nested in "{around[-1]}" {where()}')
    if tag == "blockquote":
        if tag in around:
            raise Unparsable(f'Tag "blockquote" can\'t be nested {where()}')
        return {"type": "blockquote" if value is None else "expandable_blockquote"}
    if tag == "span" and value != "tg-spoiler":
        raise Unparsable(f'Tag "span" must have class "tg-spoiler" {where()}')
    if tag == "tg-emoji":
        if not (value or "").isdigit():
            raise Unparsable(f"Invalid custom emoji identifier specified {where()}")
        return {"type": "custom_emoji", "custom_emoji_id": value}
    if tag == "a":
        if not value:
            raise Unparsable(f'Tag "a" must have an address in "href" {where()}')
        return {"type": "text_link", "url": value} if _LINK.fullmatch(value) else None
    return {"type": _TYPES[tag]}


def _close(
    source: str,
    at: int,
    where: Callable[[], str],
    stack: list[_Open],
    entities: list[EntityJson],
    units: int,
) -> int:
    """Read an end tag and add the entity that it ends; return where the text goes on."""
    if not stack:
        raise Unparsable(f"Unexpected end tag {where()}")
    found = _END_TAG.match(source, at)
    if found is None:
        raise Unparsable(f"Unclosed end tag {where()}")
    opened = stack.pop()
    if found[1].lower() != opened.tag:
        raise Unparsable(
            f'Unmatched end tag {where()}, expected "</{opened.tag}>", found "</{found[1]}>"'
        )
    if opened.entity is not None and units > opened.offset:
        entities.append(opened.entity | {"offset": opened.offset, "length": units - opened.offset})
    return found.end()


def settle(text: str, entities: list[EntityJson]) -> tuple[str, list[EntityJson]]:
    """Clean and trim a text as Telegram does, and move its entities with it.

    Control characters become spaces; carriage returns, U+2028 to U+202E and the combining marks
    U+030A, U+0333 and U+033F vanish; space at the end, and before the first entity, is cut.
    """
    whole, moved = _cleaned(text)
    spans = [
        (moved(entity["offset"]), moved(entity["offset"] + entity["length"]), entity)
        for entity in entities
    ]
    kept_text = whole.rstrip(" \n")
    end_of_text = utf16_length(kept_text)
    lead = len(kept_text) - len(kept_text.lstrip(" \n"))
    cut = min([lead, *(begin for begin, _, _ in spans)])
    settled = []
    for begin, end, entity in spans:
        end = min(end, end_of_text)
        if utf16_slice(whole, begin, max(0, end - begin)).strip(" \n"):
            settled.append(entity | {"offset": begin - cut, "length": end - begin})
    return kept_text[cut:], settled[:MAX_ENTITIES]


def _cleaned(text: str) -> tuple[str, Callable[[int], int]]:
    """Return a text as `settle` cleans it, and what tells where an offset is then."""
    if not _UNCLEAN.search(text):
        return text, lambda offset: offset
    moved = {0: 0}
    cleaned: list[str] = []
    before = after = 0
    for char in text:
        before += utf16_length(char)
        if char not in _DROPPED:
            kept = " " if char < " " and char != "\n" else char
            cleaned.append(kept)
            after += utf16_length(kept)
        moved[before] = after
    return "".join(cleaned), moved.__getitem__


def found_entities(text: str) -> list[EntityJson]:
    """Return what Telegram marks in what people write: commands, mentions, addresses, tags."""
    return [
        {
            "type": found.lastgroup,
            "offset": utf16_length(text[: found.start()]),
            "length": utf16_length(found[0]),
        }
        for found in _INCOMING.finditer(text)
        # "/hjälp" is no command: the boundary counts Swedish letters too
        if not text[found.end() : found.end() + 1].isalnum()
        and not text[max(0, found.start() - 1) : found.start()].isalnum()
    ]

"""What Word computes when it shows a document: list numbers, bullets, heading styles."""

from __future__ import annotations

import re

from knowledge.readers.trees import Node

__all__ = ["Numbering", "figure", "qn"]

_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_PLACE = re.compile(r"%([1-9])")
_HEADING = re.compile(r"(?:heading|rubrik|title|titel)\b", re.IGNORECASE)
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"),
          (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip
_MAX_STYLE_DEPTH = 20  # styles that are based on each other in a ring must end


def qn(name: str) -> str:
    """Return the full name of a WordprocessingML element or attribute."""
    return f"{_WORD}{name}"


class Numbering:
    """Counts the list items of one document; paragraphs must be asked for in order."""

    def __init__(self, styles: Node, numbering: Node | None) -> None:
        """Take the roots of `styles.xml` and of `numbering.xml`, where there is one."""
        lists = (numbering,) if numbering is not None else ()
        self._abstract = {
            node.get(qn("abstractNumId"), ""): node
            for root in lists
            for node in root.iterchildren(qn("abstractNum"))
        }
        self._nums = {
            node.get(qn("numId"), ""): node
            for root in lists
            for node in root.iterchildren(qn("num"))
        }
        self._styles = {
            node.get(qn("styleId"), ""): node for node in styles.iterchildren(qn("style"))
        }
        self._counters: dict[str, dict[int, int]] = {}
        self._started: set[tuple[str, int]] = set()

    def label(self, paragraph: Node) -> str | None:
        """Return the bullet or number that Word puts before a paragraph, or None."""
        place = self._place(paragraph)
        if place is None:
            return None
        num_id, level = place
        num = self._nums.get(num_id)
        abstract_id = _value(num, "abstractNumId") if num is not None else None
        definition = self._level(num_id, level)
        if abstract_id is None or definition is None:
            return None
        if _value(definition, "numFmt") == "bullet":
            return "•"
        counters = self._counters.setdefault(abstract_id, {})
        restart = self._restart(num_id, level)
        if restart is not None and (num_id, level) not in self._started:
            counters[level] = restart
        else:
            counters[level] = counters.get(level, self._start(num_id, level) - 1) + 1
        self._started.add((num_id, level))
        for deeper in [at for at in counters if at > level]:
            del counters[deeper]

        def shown(place: re.Match[str]) -> str:
            at = int(place[1]) - 1
            count = counters.get(at, self._start(num_id, at))
            return figure(count, _value(self._level(num_id, at), "numFmt"))

        return _PLACE.sub(shown, _value(definition, "lvlText") or "").strip() or None

    def is_heading(self, paragraph: Node) -> bool:
        """Whether the paragraph's style, or one it is based on, is a heading's."""
        own = paragraph.find(f"{qn('pPr')}/{qn('outlineLvl')}")
        if own is not None and (own.get(qn("val")) or "9") < "9":
            return True
        return any(
            _HEADING.match(_value(style, "name") or "")
            or (_value(style.find(qn("pPr")), "outlineLvl") or "9") < "9"
            for style in self._style_chain(paragraph)
        )

    def _style_chain(self, paragraph: Node) -> list[Node]:
        chain: list[Node] = []
        style_id = _value(paragraph.find(qn("pPr")), "pStyle")
        while style_id in self._styles and len(chain) < _MAX_STYLE_DEPTH:
            chain.append(self._styles[style_id])
            style_id = _value(chain[-1], "basedOn")
        return chain

    def _place(self, paragraph: Node) -> tuple[str, int] | None:
        """Return the list and the level of a paragraph, its own before its style's."""
        num_id: str | None = None
        level: str | None = None
        for holder in (paragraph, *self._style_chain(paragraph)):
            given = holder.find(f"{qn('pPr')}/{qn('numPr')}")
            if given is not None:
                num_id = num_id or _value(given, "numId")
                level = level or _value(given, "ilvl")
        if num_id in (None, "0"):  # 0 takes the number of a style away
            return None
        return str(num_id), int(level or 0)

    def _override(self, num_id: str, level: int) -> Node | None:
        num = self._nums.get(num_id)
        for node in num.iterchildren(qn("lvlOverride")) if num is not None else ():
            if node.get(qn("ilvl")) == str(level):
                return node
        return None

    def _level(self, num_id: str, level: int) -> Node | None:
        override = self._override(num_id, level)
        if override is not None and override.find(qn("lvl")) is not None:
            return override.find(qn("lvl"))
        num = self._nums.get(num_id)
        abstract = (
            self._abstract.get(_value(num, "abstractNumId") or "") if num is not None else None
        )
        for node in abstract.iterchildren(qn("lvl")) if abstract is not None else ():
            if node.get(qn("ilvl")) == str(level):
                return node
        return None

    def _restart(self, num_id: str, level: int) -> int | None:
        override = self._override(num_id, level)
        start = _value(override, "startOverride") if override is not None else None
        return int(start) if start is not None else None

    def _start(self, num_id: str, level: int) -> int:
        definition = self._level(num_id, level)
        start = _value(definition, "start") if definition is not None else None
        return int(start) if start is not None else 1


def _value(node: Node | None, name: str) -> str | None:
    """Return the `w:val` of a node's child, or None."""
    child = node.find(qn(name)) if node is not None else None
    value = child.get(qn("val")) if child is not None else None
    return None if value is None else str(value)


def figure(count: int, form: str | None) -> str:
    """Return a list number in one of Word's forms: decimal unless it says otherwise."""
    if form == "none":
        return ""
    if form in ("lowerLetter", "upperLetter") and count > 0:
        letter = chr(ord("a") + (count - 1) % 26) * ((count - 1) // 26 + 1)
        return letter.upper() if form == "upperLetter" else letter
    if form in ("lowerRoman", "upperRoman") and 0 < count < 4000:
        roman = ""
        for worth, sign in _ROMAN:
            roman += sign * (count // worth)
            count %= worth
        return roman.upper() if form == "upperRoman" else roman
    return f"{count:02d}" if form == "decimalZero" else str(count)

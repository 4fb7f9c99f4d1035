"""Interpellations, from a checkout of swerik-project/riksdagen-interpellations.

A file `data/<session>/ipq-<session>--<number>.xml` is one interpellation in TEI, in the form of
release 0.2.2: persons in `particDesc`, who sent it to whom and when in `correspDesc`, and the text
in `<div type="ipqBody">` as paragraphs, list items and margin notes. Files in the form of earlier
releases (`IPQuestionBody`) are counted and left out.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from scripts.corpus.cleaning import Language, clean_characters, rejoin_paragraphs, repair_hyphens
from scripts.corpus.outcome import Reason, WrongFolderError
from scripts.corpus.questions import split_questions

__all__ = [
    "Interpellation",
    "drop_duplicates",
    "find_interpellations",
    "parse_interpellation",
    "read_interpellations",
    "repair_interpellation",
    "session_of",
    "to_record",
]

_TEI = "{http://www.tei-c.org/ns/1.0}"
_ID = "{http://www.w3.org/XML/1998/namespace}id"
_PARAGRAPHS = frozenset(f"{_TEI}{name}" for name in ("p", "head", "item"))
_NOT_OWN = _PARAGRAPHS | {f"{_TEI}list", f"{_TEI}note"}

_SESSION = re.compile(r"ipq-(\d{4})(\d{2}|\d{4})--")
_PARTY = re.compile(r"\s*\((\w{1,3})\)")
_FULL_TITLE = re.compile(r"(?:Interpellation )?\d{4}/\d{2,4}:\d+ .*?\btill .*?\bom (.+)")


@dataclass(frozen=True, slots=True)
class Interpellation:
    """An interpellation before its questions are told apart.

    Attributes:
        id: as in the file, such as `ipq-200506--0100`.
        title: the matter, without number and names.
        questioner: who asks, first name first; empty if the file does not say.
        party: in capitals, or None.
        respondent: the minister, as the file names them.
        date: YYYY-MM-DD of handing in, or None.
        paragraphs: cleaned text with the questions, list items being paragraphs.
    """

    id: str
    title: str
    questioner: str
    party: str | None
    respondent: str
    date: str | None
    paragraphs: tuple[str, ...]


def find_interpellations(checkout: Path) -> list[Path]:
    """List the interpellations of a checkout, in the order of their names.

    Args:
        checkout: the repository's root.

    Raises:
        WrongFolderError: there are none.
    """
    if not checkout.is_dir():
        raise WrongFolderError(f"There is no folder {checkout}.")
    files = [path for path in checkout.glob("data/*/*.xml") if _SESSION.match(path.name)]
    if not files:
        raise WrongFolderError(
            f"{checkout} holds no files data/*/ipq-*.xml: it has to be a checkout of"
            " swerik-project/riksdagen-interpellations."
        )
    return sorted(files, key=lambda path: path.name)


def session_of(interpellation_id: str) -> str:
    """Return the session of an id or a file name: `ipq-199495--0001` is of 1994/95."""
    found = _SESSION.match(interpellation_id)
    return f"{found[1]}/{found[2]}" if found else ""


def read_interpellations(
    paths: Iterable[Path],
    dropped: Counter[Reason],
    *,
    held_out: str,
    on_file: Callable[[], object] = lambda: None,
) -> Iterator[Interpellation]:
    """Read and clean interpellations, hyphens not yet repaired.

    Args:
        paths: files of a checkout.
        dropped: counts what is left out.
        held_out: a session to leave out, such as "2023/24"; empty for none.
        on_file: called after each file.

    Yields:
        Interpellations, in the order of `paths`.
    """
    for path in paths:
        if held_out and session_of(path.name) == held_out:
            dropped[Reason.HELD_OUT] += 1
        else:
            try:
                found = parse_interpellation(ElementTree.fromstring(path.read_bytes()))
            except (OSError, ElementTree.ParseError):
                dropped[Reason.UNREADABLE] += 1
            else:
                if found is None:
                    dropped[Reason.OTHER_FORM] += 1
                elif not found.paragraphs:
                    dropped[Reason.EMPTY] += 1
                else:
                    yield found
        on_file()


def parse_interpellation(root: Element) -> Interpellation | None:
    """Make an interpellation of a file's root element; None if it has another form.

    Args:
        root: the element `TEI`.
    """
    body = root.find(f".//{_TEI}div[@type='ipqBody']")
    identity = root.get(_ID)
    if body is None or identity is None or not _SESSION.match(identity):
        return None
    sender, sender_name, sent = _correspondent(root, "sent")
    _, addressee_name, received = _correspondent(root, "received")
    questioner = sender_name or _text(root.find(f".//{_TEI}author"))
    party = _text(sender.find(f".//{_TEI}desc")) if sender is not None else ""
    in_brackets = _PARTY.search(questioner)
    if not party and in_brackets:
        party = in_brackets[1]
    return Interpellation(
        id=identity,
        title=_title(root),
        questioner=_first_name_first(_PARTY.sub("", questioner)),
        party=party.upper() or None,
        respondent=_PARTY.sub("", addressee_name),
        date=sent or received,
        paragraphs=tuple(rejoin_paragraphs(list(_paragraphs(body)))),
    )


def _correspondent(root: Element, kind: str) -> tuple[Element | None, str, str | None]:
    """Return who sent or received it: the element `person` if there is one, name and date."""
    action = root.find(f".//{_TEI}correspAction[@type='{kind}']")
    if action is None:
        return None, "", None
    date = action.find(f"{_TEI}date")
    when = None if date is None else date.get("when")
    number = action.get("corresp")
    for person in root.iterfind(f".//{_TEI}person"):
        if number and _text(person.find(f"{_TEI}idno")) == number:
            return person, _text(person.find(f"{_TEI}persName")), when
    return None, _text(action.find(f"{_TEI}name")), when


def _title(root: Element) -> str:
    """Return the matter; some files give it as title, others only a full heading."""
    short = _text(root.find(f".//{_TEI}titleStmt/{_TEI}title"))
    full = _FULL_TITLE.fullmatch(_text(root.find(f".//{_TEI}bibl/{_TEI}title")))
    return full[1] if full else short


def _first_name_first(name: str) -> str:
    last, comma, first = name.partition(", ")
    return f"{first} {last}" if comma else name


_PARAGRAPHS = frozenset({f"{_TEI}p", f"{_TEI}head", f"{_TEI}item"})


def _paragraphs(body: Element) -> Iterator[str]:
    """Yield paragraphs and list items; notes (margins, page numbers) are passed over."""
    for element in body.iter():
        if element.tag not in _PARAGRAPHS:
            continue
        text = clean_characters("".join(_own_text(element)))
        if text:
            yield text


def _own_text(element: Element) -> Iterator[str]:
    """Yield the text of an element without that of elements which are paragraphs by themselves."""
    yield element.text or ""
    for child in element:
        if child.tag not in _NOT_OWN:
            yield from _own_text(child)
        yield child.tail or ""


def _text(element: Element | None) -> str:
    return "" if element is None else clean_characters("".join(element.itertext()))


def repair_interpellation(interpellation: Interpellation, words: frozenset[str]) -> Interpellation:
    """Mend cut words everywhere in an interpellation.

    Args:
        interpellation: a cleaned one.
        words: believed words of the corpus.
    """
    return replace(
        interpellation,
        title=repair_hyphens(interpellation.title, words),
        paragraphs=tuple(repair_hyphens(text, words) for text in interpellation.paragraphs),
    )


def drop_duplicates(
    interpellations: Iterable[Interpellation], dropped: Counter[Reason]
) -> list[Interpellation]:
    """Keep the first of interpellations with the same title and text.

    Args:
        interpellations: in their final order.
        dropped: counts what goes.
    """
    kept: dict[tuple[str, tuple[str, ...]], Interpellation] = {}
    for interpellation in interpellations:
        key = (interpellation.title, interpellation.paragraphs)
        if key in kept:
            dropped[Reason.DUPLICATE] += 1
        kept.setdefault(key, interpellation)
    return list(kept.values())


def to_record(interpellation: Interpellation) -> dict[str, Any]:
    """Return the interpellation as a line of the corpus file."""
    paragraphs, questions = split_questions(interpellation.paragraphs)
    return {
        "id": interpellation.id,
        "session": session_of(interpellation.id),
        "title": interpellation.title,
        "questioner": interpellation.questioner,
        "party": interpellation.party,
        "respondent": interpellation.respondent,
        "date": interpellation.date,
        "body": "\n".join(paragraphs),
        "questions": questions,
        "lang": Language.SWEDISH.value,
    }

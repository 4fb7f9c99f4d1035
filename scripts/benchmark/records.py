"""The records that are searched, each as a home of Kommunsvar and as the same texts for the others.

- the example record that comes with the program;
- N passages of the corpus: pages of the Government's web site, and interpellations when these are
  not enough, in one fixed random order, eight passages a made-up reply;
- more passages than the corpus holds: its sentences recombined, always in the same way.

The homes are temporary: no text of the corpus leaves them.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from pathlib import Path

from bot.service import OFFICIAL
from bot.settings import load
from bot.wiring import open_administration
from knowledge.model import Passage, PassageKind, Person, Reply, Span, Status
from knowledge.quote import quote
from knowledge.store import YamlStore
from scripts.benchmark.texts import Text, write_texts
from scripts.training.pairs import (
    GOVERNMENT_FILE,
    MIN_PASSAGE_WORDS,
    read_interpellations,
    read_lines,
    split_passages,
)

__all__ = [
    "Headed",
    "Record",
    "corpus_passages",
    "corpus_replies",
    "example_record",
    "made_reply",
    "make_record",
    "recombined",
]

_SEED = 1
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
_PASSAGES_A_REPLY = 8
_SAVED_AT_ONCE = 1_000
_FIRST_DAY = date(2010, 1, 1)
_DAYS = 16 * 365


@dataclass(frozen=True, slots=True)
class Record:
    """One record, ready to be indexed.

    Attributes:
        name: for the tables.
        home: where Kommunsvar has it; the replies are there, an index perhaps not.
        texts: file with its official passages, for the others (`scripts.benchmark.texts`).
        passages: how many there are.
    """

    name: str
    home: Path
    texts: Path
    passages: int


@dataclass(frozen=True, slots=True)
class Headed:
    """A passage with the title of its document."""

    title: str
    body: str


def example_record(folder: Path) -> Record:
    """Import the example record into a new home."""
    home = folder / "home"
    open_administration(load(home)).load_examples()
    return _record("the example record", folder)


def make_record(name: str, folder: Path, replies: Iterable[Reply]) -> Record:
    """Write replies to a new home."""
    store = YamlStore(folder / "home")
    rest = iter(replies)
    while some := list(islice(rest, _SAVED_AT_ONCE)):
        store.save(some)
    return _record(name, folder)


def _record(name: str, folder: Path) -> Record:
    home = folder / "home"
    replies, errors = YamlStore(home).load_all()
    if errors:
        raise errors[0]
    path = folder / "texts.jsonl"
    return Record(name, home, path, write_texts(path, _official_texts(replies)))


def _official_texts(replies: Iterable[Reply]) -> Iterator[Text]:
    for reply in replies:
        for passage in reply.passages:
            if passage.kind in OFFICIAL and reply.status is Status.PUBLISHED:
                question = passage.question.of(reply.text) if passage.question else ""
                lines = filter(None, (reply.title, quote(question)))
                body = quote(passage.span.of(reply.text))
                yield Text(f"{reply.id}#{passage.id}", "\n".join(lines), body)


def made_reply(
    id: str,
    title: str | None,
    bodies: Sequence[str],
    *,
    answered_on: date | None = None,
    interpellant: str = "Ledamot",
) -> Reply:
    """Make a published reply whose passages are statements."""
    text, found = "", []
    for number, body in enumerate(bodies, 1):
        span = Span(len(text), len(text) + len(body))
        found.append(Passage(f"s{number}", PassageKind.STATEMENT, span))
        text += f"{body}\n\n"
    return Reply(
        id=id,
        status=Status.PUBLISHED,
        text=text,
        passages=tuple(found),
        title=title,
        municipality="Exempelby kommun",
        interpellants=(Person(interpellant, "C"),),
        respondents=(Person("Svarande", "S", "Kommunalråd"),),
        answered_on=answered_on,
        language="sv",
    )


def corpus_replies(passages: Iterable[Headed]) -> Iterator[Reply]:
    """Gather eight passages a reply, under the title of the first."""
    chance = random.Random(_SEED)
    rest = iter(passages)
    number = 0
    while some := list(islice(rest, _PASSAGES_A_REPLY)):
        yield made_reply(
            f"reply-{number:06d}",
            some[0].title,
            [passage.body for passage in some],
            answered_on=_FIRST_DAY + timedelta(days=chance.randrange(_DAYS)),
            interpellant=f"Ledamot {number % 97}",
        )
        number += 1


def corpus_passages(corpus: Path) -> Iterator[Headed]:
    """Yield the corpus's passages of 8 words or more, about 100 words each, in a fixed order."""
    chance = random.Random(_SEED)
    pages = [
        (page["title"], [section["text"] for section in page["sections"]])
        for page in read_lines(corpus / GOVERNMENT_FILE)
        if page["lang"] == "sv"
    ]
    chance.shuffle(pages)
    yield from _passages(pages)
    questions = [(one["title"], [one["body"]]) for one in read_interpellations(corpus)]
    chance.shuffle(questions)
    yield from _passages(questions)


def _passages(documents: Iterable[tuple[str, Sequence[str]]]) -> Iterator[Headed]:
    for title, texts in documents:
        for text in texts:
            for passage in split_passages(text):
                if len(passage.split()) >= MIN_PASSAGE_WORDS:
                    yield Headed(quote(title), quote(passage))


def recombined(passages: Sequence[Headed], count: int) -> Iterator[Headed]:
    """Yield passages of the same sentences, lengths and titles, put together by chance."""
    chance = random.Random(_SEED)
    split = [_SENTENCE_END.split(passage.body) for passage in passages]
    sentences = [sentence for some in split for sentence in some if sentence]
    for _ in range(count):
        length = len(chance.choice(split))
        body = " ".join(chance.choices(sentences, k=length))
        yield Headed(chance.choice(passages).title, body)

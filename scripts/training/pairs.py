"""Corpus files -> training pairs (a text that asks, a passage that answers).

Two public collections are read, each as gzip-compressed JSON Lines:

* ``government_pages.jsonl.gz``: pages of the Swedish Government's web site, from the branch
  ``data`` of ``civictechsweden/g0vse``;
* ``interpellations.jsonl.gz``: written questions to ministers, from
  ``swerik-project/riksdagen-interpellations``.

No text of either leaves this process: only the numbers learned from it do.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

__all__ = [
    "VALIDATION_SESSION",
    "Document",
    "Pair",
    "PairKind",
    "Section",
    "corpus_texts",
    "make_pairs",
    "passage_hash",
    "read_documents",
    "read_interpellations",
    "read_synonyms",
    "resident_pairs",
    "split_passages",
    "synonym_pairs",
]

GOVERNMENT_FILE = "government_pages.jsonl.gz"
INTERPELLATIONS_FILE = "interpellations.jsonl.gz"

VALIDATION_SESSION = "2022/23"
"""Session of interpellations that is measured on, and therefore never trained on."""

PASSAGE_WORDS = 100
"""A passage is closed at the first line break after this many words."""

MIN_PASSAGE_WORDS = 8
MAX_HEADING_DOCUMENTS = 20
"""A heading that more documents share ("Bakgrund", "Uppdraget") says nothing of its section."""

_SENTENCE_BORDER = re.compile(r"(?<=[.!?])\s+(?=[A-ZÅÄÖ–-])")


class PairKind(StrEnum):
    """Where the asking text of a pair comes from."""

    QUESTION = "question"
    TITLE = "title"
    HEADING = "heading"
    SUMMARY = "summary"
    CLOZE = "cloze"
    SYNONYM = "synonym"
    RESIDENT = "resident"


@dataclass(frozen=True, slots=True)
class Section:
    """A headed part of a document; ``heading`` is empty before the first heading."""

    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class Document:
    """One page or one interpellation, reduced to what the pairs are made of."""

    id: str
    title: str
    summary: str
    questions: tuple[str, ...]
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """A text that asks and a passage that answers.

    Attributes:
        query: the asking text.
        passage: the answering text; for a cloze pair, the passage without the asking sentence.
        passage_id: number of the passage that ``passage`` comes from. Two pairs with one number
            are each other's *false negatives*: in a batch they must not be pushed apart.
        document_id: number of the document, for the limit on pairs of one document in a batch.
        kind: where ``query`` comes from.
        times: how often the pair is seen in an epoch.
    """

    query: str
    passage: str
    passage_id: int
    document_id: int
    kind: PairKind
    times: int = 1

    @property
    def of_document(self) -> bool:
        """Whether ``query`` asks for the whole document, so that any passage of it answers."""
        return self.kind in {PairKind.TITLE, PairKind.SUMMARY, PairKind.QUESTION}


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the objects of a gzip-compressed JSON Lines file."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def read_interpellations(corpus: Path) -> Iterator[dict[str, Any]]:
    """Yield the raw interpellations, validation session included."""
    yield from read_lines(corpus / INTERPELLATIONS_FILE)


def read_documents(corpus: Path) -> list[Document]:
    """Read what may be trained on: Swedish pages, and interpellations of the other sessions.

    Args:
        corpus: folder with the two corpus files.

    Returns:
        Documents in file order; none from ``VALIDATION_SESSION``.
    """
    documents = [
        _page(record) for record in read_lines(corpus / GOVERNMENT_FILE) if record["lang"] == "sv"
    ]
    documents.extend(
        _interpellation(record)
        for record in read_interpellations(corpus)
        if record["session"] != VALIDATION_SESSION
    )
    return documents


def _page(record: dict[str, Any]) -> Document:
    sections = tuple(
        Section(heading=part["heading"] or "", text=part["text"]) for part in record["sections"]
    )
    return Document(
        id=record["id"],
        title=record["title"],
        summary=record["summary"],
        questions=(),
        sections=sections,
    )


def _interpellation(record: dict[str, Any]) -> Document:
    return Document(
        id=record["id"],
        title=record["title"],
        summary="",
        questions=tuple(record["questions"]),
        sections=(Section(heading="", text=record["body"]),),
    )


def corpus_texts(documents: Iterable[Document]) -> Iterator[str]:
    """Yield each document as one text: what pieces and co-occurrence are counted on."""
    for document in documents:
        parts = [document.title, document.summary, *document.questions]
        for section in document.sections:
            parts += [section.heading, section.text]
        yield "\n".join(part for part in parts if part)


def split_passages(text: str, words: int = PASSAGE_WORDS) -> list[str]:
    r"""Split a text into passages at line breaks.

    Lines are gathered until a passage has at least ``words`` words; a line is never cut, so that
    a single long paragraph stays one passage.

    Args:
        text: lines separated by ``\n``.
        words: the number of words after which a passage is closed.

    Returns:
        Passages in order, lines joined by ``\n``; together they hold every non-blank line.
    """
    passages: list[str] = []
    lines: list[str] = []
    count = 0
    for line in filter(None, (line.strip() for line in text.split("\n"))):
        lines.append(line)
        count += len(line.split())
        if count >= words:
            passages.append("\n".join(lines))
            lines, count = [], 0
    if lines:
        passages.append("\n".join(lines))
    return passages


def make_pairs(documents: Sequence[Document], *, seed: int) -> list[Pair]:
    """Make every training pair of the documents.

    Args:
        documents: what may be trained on.
        seed: decides which sentences become cloze questions.

    Returns:
        Pairs grouped by document, in the documents' order.
    """
    rng = random.Random(seed)
    common = _common_headings(documents)
    passage_ids: dict[str, int] = {}
    pairs: list[Pair] = []
    for document_id, document in enumerate(documents):
        for kind, query, passage, source in _document_pairs(document, common, rng):
            passage_id = passage_ids.setdefault(source, len(passage_ids))
            pairs.append(Pair(query, passage, passage_id, document_id, kind))
    return pairs


def _common_headings(documents: Iterable[Document]) -> set[str]:
    """Headings, lower-cased, that more than ``MAX_HEADING_DOCUMENTS`` documents use."""
    counts: Counter[str] = Counter()
    for document in documents:
        counts.update({section.heading.lower() for section in document.sections})
    return {heading for heading, count in counts.items() if count > MAX_HEADING_DOCUMENTS}


def _document_pairs(
    document: Document, common_headings: set[str], rng: random.Random
) -> Iterator[tuple[PairKind, str, str, str]]:
    """Yield (kind, query, passage, passage that it comes from)."""
    for section in document.sections:
        for passage in split_passages(section.text):
            if len(passage.split()) < MIN_PASSAGE_WORDS:
                continue
            if document.title:
                yield PairKind.TITLE, document.title, passage, passage
            for question in document.questions:
                yield PairKind.QUESTION, question, passage, passage
            if section.heading and section.heading.lower() not in common_headings:
                yield PairKind.HEADING, section.heading, passage, passage
            if document.summary:
                yield PairKind.SUMMARY, document.summary, passage, passage
            cloze = _cloze(passage, rng)
            if cloze is not None:
                yield PairKind.CLOZE, *cloze, passage
    if document.summary and document.title:
        yield PairKind.TITLE, document.title, document.summary, document.summary


def _cloze(passage: str, rng: random.Random) -> tuple[str, str] | None:
    """Inverse cloze (Lee, Chang & Toutanova 2019): a sentence asks for the rest of its passage."""
    sentences = _SENTENCE_BORDER.split(passage)
    candidates = [i for i, sentence in enumerate(sentences) if len(sentence.split()) >= 5]
    if len(sentences) < 2 or not candidates:
        return None
    chosen = rng.choice(candidates)
    rest = " ".join(sentences[:chosen] + sentences[chosen + 1 :])
    return (sentences[chosen], rest) if rest.strip() else None


def read_synonyms(path: Path) -> list[tuple[str, str]]:
    """Read a MyThes thesaurus (``.dat``), such as Folkets synonymlexikon in Debian's mythes-sv.

    The first line names the encoding; then each entry is a line ``word|n`` followed by n lines
    ``(part of speech)|synonym|synonym…``.

    Args:
        path: the thesaurus file.

    Returns:
        (word, synonym) in file order.
    """
    encoding = path.read_bytes().split(b"\n", 1)[0].decode("ascii").strip()
    lines = iter(path.read_text(encoding=encoding).splitlines()[1:])
    found: list[tuple[str, str]] = []
    for line in lines:
        word, _, meanings = line.rpartition("|")
        for _ in range(int(meanings)):
            found += [(word, synonym) for synonym in next(lines).split("|")[1:] if synonym]
    return found


def synonym_pairs(
    synonyms: Iterable[tuple[str, str]], *, first_passage_id: int, first_document_id: int
) -> list[Pair]:
    """Turn synonyms into pairs, each headword counting as one document.

    Args:
        synonyms: (word, synonym).
        first_passage_id: numbers below it are taken.
        first_document_id: numbers below it are taken.

    Returns:
        One pair per synonym; a word shared by several pairs keeps one passage number.
    """
    passage_ids: dict[str, int] = {}
    document_ids: dict[str, int] = {}
    return [
        Pair(
            query=word,
            passage=synonym,
            passage_id=first_passage_id + passage_ids.setdefault(synonym, len(passage_ids)),
            document_id=first_document_id + document_ids.setdefault(word, len(document_ids)),
            kind=PairKind.SYNONYM,
        )
        for word, synonym in synonyms
    ]


def passage_hash(passage: str) -> str:
    """Return the 16 hexadecimal digits by which a passage is named without its text."""
    return hashlib.sha256(passage.encode()).hexdigest()[:16]


def resident_pairs(
    path: Path, documents: Sequence[Document], pairs: Sequence[Pair], *, times: int
) -> list[Pair]:
    """Turn residents' questions, written for this project, into pairs.

    Args:
        path: JSON lines with `question`, `source` (a document's id) and `passage` (its hash).
        documents: what the questions were written on.
        pairs: those of the documents, so that a passage keeps one number.
        times: how often each question is seen in an epoch.

    Returns:
        The pairs, question after question.

    Raises:
        ValueError: a question's passage is not in the documents, or has changed.
    """
    known = {
        (document.id, passage_hash(passage)): (number, passage)
        for number, document in enumerate(documents)
        for section in document.sections
        for passage in split_passages(section.text)
    }
    passage_ids = {pair.passage: pair.passage_id for pair in pairs}
    unused = max(passage_ids.values(), default=-1) + 1
    found: list[Pair] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        place = known.get((record["source"], record["passage"]))
        if place is None:
            raise ValueError(
                f"{path}: no passage {record['passage']} in {record['source']}; the corpus is"
                " another one than the questions were written on"
            )
        document_id, passage = place
        passage_id = passage_ids.setdefault(passage, unused + len(found))
        question = record["question"]
        found.append(Pair(question, passage, passage_id, document_id, PairKind.RESIDENT, times))
    return found

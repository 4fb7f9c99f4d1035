"""The JSON documents of the command line, field by field as DESIGN.md section 5 has them.

Other programs read these: fields may be added, never renamed or left out.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, TypeAlias

from bot.render.citation import of_reply
from bot.render.links import Links
from knowledge.model import Event, Passage, Person, Reply, Revision, Span
from knowledge.quote import quote

if TYPE_CHECKING:
    from bot.model import Answer, Shown, SimilarQuestion
    from index.model import Hit, Searched

__all__ = ["Document", "answer", "dump", "hit", "hits", "shown", "similar"]

Document: TypeAlias = dict[str, Any]


def dump(document: Document) -> str:
    """Return a document on one line, UTF-8 not escaped."""
    return json.dumps(document, ensure_ascii=False, allow_nan=False)


def hit(hit: Hit, links: Links) -> Document:
    """Return one passage that was found."""
    passage, reply = hit.passage, hit.reply
    return {
        "passage_id": passage.id,
        "reply_id": passage.reply_id,
        "kind": passage.kind.value,
        "number": passage.number,
        "question": passage.question,
        "text": passage.text,
        "title": reply.title,
        "municipality": reply.municipality,
        "interpellants": _people(reply.interpellants),
        "respondents": _people(reply.respondents),
        "answered_on": None if reply.answered_on is None else reply.answered_on.isoformat(),
        "dnr": reply.dnr,
        "page": passage.page,
        "source": reply.source,
        "url": links.document(reply.source, reply.url),
        "permalink": links.passage(passage.reply_id, passage.id),
        "newer": reply.newer,
        "score": _figure(hit.score),
        "confidence": _figure(hit.confidence),
    }


def hits(found: Iterable[Hit], links: Links) -> Document:
    """Return what a staff search found."""
    return {"hits": [hit(one, links) for one in found]}


def answer(answer: Answer, links: Links) -> Document:
    """Return the outcome of one question; `hits` is all that was found, whatever the decision."""
    results = answer.results
    return {
        "question": answer.question,
        "decision": answer.decision.value,
        "confidence": _figure(answer.confidence),
        "hits": [hit(one, links) for one in results.hits],
        "shown": [one.passage.id for one in answer.shown],
        "searched": _searched(results.searched),
        "index_version": results.version_id,
        "took_ms": round(float(results.took_ms), 1),
    }


def similar(questions: Iterable[SimilarQuestion], links: Links) -> Document:
    """Return earlier answers to each question of a new interpellation."""
    return {
        "questions": [
            {"number": one.number, "text": one.text, "hits": [hit(h, links) for h in one.hits]}
            for one in questions
        ]
    }


def shown(shown: Shown, links: Links) -> Document:
    """Return a reply whole, with its citation; `passage` is the one asked for, or null."""
    reply, source = shown.reply, shown.reply.source
    chosen = shown.passage
    return {
        "reply_id": reply.id,
        "id": reply.id,
        "title": reply.title,
        "municipality": reply.municipality,
        "interpellants": _people(reply.interpellants),
        "respondents": _people(reply.respondents),
        "answered_on": None if reply.answered_on is None else reply.answered_on.isoformat(),
        "dnr": reply.dnr,
        "status": reply.status.value,
        "replaces": list(reply.replaces),
        "newer": shown.newer,
        "language": reply.language,
        "source": None
        if source is None
        else {
            "file": source.file,
            "sha256": source.sha256,
            "pages": source.pages,
            "url": source.url,
        },
        "url": None if source is None else links.document(source.file, source.url),
        "permalink": links.reply(reply.id)
        if chosen is None
        else links.passage(reply.id, chosen.id),
        "citation": of_reply(reply, chosen, links).sentence,
        "passage": None if chosen is None else _passage(reply, chosen, links),
        "passages": [_passage(reply, one, links) for one in reply.passages],
        "text": reply.text,
        "revision": reply.revision,
        "revisions": [_revision(one) for one in shown.revisions],
        "history": [_event(one) for one in reply.history],
    }


def _revision(revision: Revision) -> Document:
    source = revision.reply.source
    return {
        "revision": revision.reply.revision if revision.number is None else revision.number,
        "waiting": revision.number is None,
        "source": None if source is None else source.file,
    }


def _event(event: Event) -> Document:
    return {
        "date": event.on.isoformat(),
        "status": event.status.value,
        "what": None if event.what is None else event.what.value,
        "revision": event.revision,
        "by": event.by,
        "reason": event.reason,
    }


def _passage(reply: Reply, passage: Passage, links: Links) -> Document:
    asked = passage.question
    return {
        "passage_id": f"{reply.id}#{passage.id}",
        "kind": passage.kind.value,
        "number": passage.number,
        "question": None if asked is None else quote(asked.of(reply.text)),
        "text": quote(passage.span.of(reply.text)),
        "page": passage.page,
        "span": _span(passage.span),
        "question_span": None if asked is None else _span(asked),
        "permalink": links.passage(reply.id, passage.id),
        "citation": of_reply(reply, passage, links).sentence,
    }


def _span(span: Span) -> Document:
    return {"start": span.start, "end": span.end}


def _people(persons: Iterable[Person]) -> list[Document]:
    return [{"name": one.name, "party": one.party, "role": one.role} for one in persons]


def _searched(searched: Searched) -> Document:
    latest = searched.latest
    return {
        "replies": searched.replies,
        "passages": searched.passages,
        "latest": None if latest is None else latest.isoformat(),
    }


def _figure(value: float) -> float:
    """Return a score as a plain float; six digits are more than it is worth."""
    return round(float(value), 6)

"""Published replies to a complete index version in a staging folder.

Only what is new is encoded: a passage whose text, context and encoder are unchanged takes its
vector from the previous version.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from index import lexical, vectors
from index.confidence import Calibration
from index.glossary import Glossary
from index.lexical import LexicalDocument
from index.manifest import Manifest, file_digests, write_manifest
from index.model import IndexedPassage, IndexedReply
from index.newest import newer_replies
from index.ports import Encoder, TokenEncoder
from index.ragged import Ragged
from index.record import write_record
from index.sentences import ByteVectors, Parts, parts_as_bytes, sentences
from index.table import Table, write_table
from knowledge.model import Passage, Reply, Status
from knowledge.quote import quote
from knowledge.swedish import swedish_date

__all__ = [
    "CONTEXT_WEIGHT",
    "BuildStats",
    "Encoded",
    "Progress",
    "build_version",
    "indexed_passage",
]

CONTEXT_WEIGHT = 0.5
"""Weight of title and question beside the body in a passage's vector (docs/results/encoder.md)."""

Progress = Callable[[str, int, int], None]
"""Told what is being done, how many of it are done, and how many there are."""

_BATCH = 256
_KEY_BYTES = 16


@dataclass(frozen=True, slots=True)
class BuildStats:
    """What a build did.

    Attributes:
        encoded: passages that went through the encoder.
        reused: passages whose vector was taken from the previous version.
    """

    replies: int
    passages: int
    encoded: int
    reused: int


class Encoded(NamedTuple):
    """What a version made with the same encoder holds, to be reused.

    Attributes:
        embeddings: float16, shape (passages, dim).
    """

    table: Table
    embeddings: NDArray[np.float16]
    sentences: Parts


def build_version(
    directory: Path,
    replies: Sequence[Reply],
    encoder: Encoder,
    *,
    calibration: Calibration,
    program: str,
    glossary: Glossary,
    previous: Encoded | None = None,
    record: Mapping[str, str] | None = None,
    progress: Progress | None = None,
) -> BuildStats:
    """Write a whole index version; the caller makes it live.

    Args:
        directory: an empty folder whose name is the version's id.
        replies: the record; only published ones are indexed.
        encoder: makes the vectors.
        calibration: used if it was fitted for this encoder, else nothing is called certain.
        program: version of the program, for the manifest.
        glossary: everyday words, kept with the version.
        previous: a version made with the same encoder, to reuse.
        record: fingerprint of each record file, by which a later change is noticed.
        progress: told how far it is.

    Raises:
        EncoderUnavailable: the encoder fails.
        OSError: the disk refuses.
    """
    tell = progress or _quiet
    published = [reply for reply in replies if reply.status is Status.PUBLISHED]
    newer = newer_replies(published)
    indexed = [_indexed_reply(reply, newer.get(reply.id)) for reply in published]
    passages = [
        indexed_passage(reply, passage) for reply in published for passage in reply.passages
    ]
    by_id = {reply.id: reply for reply in published}
    contexts = [_context(by_id[p.reply_id].title or "", p.question) for p in passages]
    keys = [
        _key(encoder.digest, passage.text, context)
        for passage, context in zip(passages, contexts, strict=True)
    ]
    embeddings, parts, encoded = _vectors(encoder, passages, contexts, keys, previous, tell)

    write_table(directory, indexed, passages, keys)
    np.save(directory / "embeddings.npy", embeddings, allow_pickle=False)
    Ragged.build(parts, directory / "sentences", np.int8, (encoder.dim,))
    layout = vectors.build(embeddings.astype(np.float32), directory / "vectors.faiss")
    tell("words", 0, len(passages))
    lexical.build(
        (
            LexicalDocument(
                body=passage.text, context=f"{context}\n{_who_and_when(by_id[passage.reply_id])}"
            )
            for passage, context in zip(passages, contexts, strict=True)
        ),
        directory / "lexical",
    )
    tell("words", len(passages), len(passages))
    if isinstance(encoder, TokenEncoder):
        texts = [
            f"{context}\n{passage.text}"
            for passage, context in zip(passages, contexts, strict=True)
        ]
        Ragged.build(map(np.unique, encoder.token_ids(texts)), directory / "tokens", np.uint16)
    fitted = calibration if calibration.encoder == encoder.digest else Calibration.none()
    if fitted.cohort is not None:
        shutil.copyfile(fitted.cohort, directory / "cohort.npy")
    glossary.save(directory / "glossary.json")
    write_record(directory, record or {})
    write_manifest(
        directory,
        Manifest(
            id=directory.name,
            created=datetime.now(UTC),
            program=program,
            encoder=encoder.name,
            encoder_digest=encoder.digest,
            dim=encoder.dim,
            replies=len(indexed),
            passages=len(passages),
            latest=max((r.answered_on for r in indexed if r.answered_on), default=None),
            vectors={"layout": layout.kind.value, "reason": layout.reason},
            calibration=fitted,
            files=file_digests(directory),
        ),
    )
    return BuildStats(len(indexed), len(passages), encoded, len(passages) - encoded)


def _indexed_reply(reply: Reply, newer: str | None) -> IndexedReply:
    return IndexedReply(
        id=reply.id,
        title=reply.title,
        municipality=reply.municipality,
        interpellants=reply.interpellants,
        respondents=reply.respondents,
        answered_on=reply.answered_on,
        dnr=reply.dnr,
        source=reply.source.file if reply.source else None,
        url=reply.source.url if reply.source else None,
        newer=newer,
    )


def indexed_passage(reply: Reply, passage: Passage) -> IndexedPassage:
    """Return what an index version knows of a passage of the record."""
    return IndexedPassage(
        id=f"{reply.id}#{passage.id}",
        reply_id=reply.id,
        kind=passage.kind,
        text=quote(passage.span.of(reply.text)),
        number=passage.number,
        question=quote(passage.question.of(reply.text)) if passage.question else None,
        page=passage.page,
    )


def _context(title: str, question: str | None) -> str:
    return f"{title}\n{question}" if question else title


def _who_and_when(reply: Reply) -> str:
    """Return the words by which staff ask for a reply: names, roles, registry number, day."""
    words = [reply.dnr or ""]
    for person in reply.interpellants + reply.respondents:
        words += [person.name, person.role or ""]
    if reply.answered_on is not None:
        words.append(f"{swedish_date(reply.answered_on)}")
    return " ".join(words)


def _key(digest: str, text: str, context: str) -> bytes:
    material = "\0".join((digest, text, context)).encode()
    return hashlib.blake2b(material, digest_size=_KEY_BYTES).digest()


def _vectors(
    encoder: Encoder,
    passages: Sequence[IndexedPassage],
    contexts: Sequence[str],
    keys: Sequence[bytes],
    previous: Encoded | None,
    tell: Progress,
) -> tuple[NDArray[np.float16], list[ByteVectors], int]:
    """Return the vector of every passage, those of its parts, and how many had to be encoded.

    Returns:
        Embeddings, float16, shape (passages, dim): rounded before anything is built on them, so
        that a reused vector is exactly what encoding again would give. For each passage its
        heading and its sentences. The number of passages encoded.
    """
    embeddings = np.zeros((len(passages), encoder.dim), dtype=np.float16)
    parts: list[ByteVectors] = [np.zeros((0, encoder.dim), dtype=np.int8)] * len(passages)
    known = previous.table.keys() if previous is not None else {}
    fresh: list[int] = []
    for row, key in enumerate(keys):
        if previous is not None and key in known:
            embeddings[row] = previous.embeddings[known[key]]
            parts[row] = previous.sentences.row(known[key])
        else:
            fresh.append(row)
    tell("passages", 0, len(fresh))
    for start in range(0, len(fresh), _BATCH):
        rows = fresh[start : start + _BATCH]
        bodies = encoder.encode_passages([passages[row].text for row in rows])
        headings = encoder.encode_passages([contexts[row] for row in rows])
        embeddings[rows] = _unit(bodies + CONTEXT_WEIGHT * headings)
        split = [sentences(passages[row].text) for row in rows]
        said = encoder.encode_passages([one for some in split for one in some])
        ends = np.cumsum([len(some) for some in split])[:-1]
        for row, heading, some in zip(rows, headings, np.split(said, ends), strict=True):
            parts[row] = parts_as_bytes(heading[None], some)
        tell("passages", start + len(rows), len(fresh))
    return embeddings, parts, len(fresh)


def _unit(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    unit: NDArray[np.float32] = np.divide(rows, norms, out=np.zeros_like(rows), where=norms > 0)
    return unit


def _quiet(what: str, done: int, total: int) -> None:
    """Tell nobody."""

"""Published replies to a complete index version in a staging folder.

Replies that stay as they were keep their rows of the version before (`index.splice`). Of the
others, only what is new is encoded: a passage whose text, context and encoder are unchanged takes
its vector from the version before.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from index import vectors
from index.manifest import Manifest, file_digests, write_manifest
from index.maxsim import TokenIds
from index.model import IndexedPassage, IndexedReply, Vectors
from index.newest import matter_of, newer_replies
from index.ports import Encoder, TokenEncoder
from index.ragged import Ragged
from index.recipe import Recipe
from index.record import Recorded, write_record
from index.sentences import ByteVectors, Parts, parts_as_bytes, sentences
from index.settling import Settling
from index.splice import runs, save_spliced
from index.table import Table, write_table
from index.wording import Wording, document_of
from knowledge.model import Passage, Reply, Status
from knowledge.quote import quote

__all__ = [
    "CONTEXT_WEIGHT",
    "BuildStats",
    "Kept",
    "Progress",
    "build_version",
    "indexed_passage",
    "indexed_reply",
    "kept_of",
]

CONTEXT_WEIGHT = 0.5
"""Weight of title and question beside the body in a passage's vector (docs/results/encoder.md)."""

Progress = Callable[[str, int, int], None]
"""Told what is being done, how many of it are done, and how many there are."""

_BATCH = 256
_KEY_BYTES = 16
_NO_TOKENS: NDArray[np.uint16] = np.zeros(0, dtype=np.uint16)


@dataclass(frozen=True, slots=True)
class BuildStats:
    """What a build did.

    Attributes:
        encoded: passages that went through the encoder.
        reused: passages whose vector was taken from the version before.
    """

    replies: int
    passages: int
    encoded: int
    reused: int


@dataclass(frozen=True, slots=True)
class Kept:
    """A version made with the same encoder, and which of its replies stay as they were.

    Attributes:
        directory: its folder.
        embeddings: float16, shape (passages, dim).
        tokens: None when the encoder has no token vectors.
        ids: of the replies that stay.
    """

    directory: Path
    table: Table
    embeddings: NDArray[np.float16]
    sentences: Parts
    tokens: TokenIds | None
    ids: Collection[str]


def kept_of(directory: Path, manifest: Manifest) -> Kept:
    """Open what can be kept of a version, all of it.

    Raises:
        VersionError: it is damaged.
    """
    table, tokens = Table(directory), directory / "tokens"
    return Kept(
        directory,
        table,
        _mapped(directory / "embeddings.npy"),
        Ragged.open(directory / "sentences", np.int8, (manifest.dim,)),
        Ragged.open(tokens, np.uint16) if tokens.is_dir() else None,
        frozenset(reply.id for reply in table.replies),
    )


def _mapped(path: Path) -> NDArray[np.float16]:
    embeddings: NDArray[np.float16] = np.load(path, mmap_mode="r", allow_pickle=False)
    return embeddings.view(np.ndarray)


class _Encoded(NamedTuple):
    """What the encoder makes of n passages.

    Attributes:
        embeddings: float16, shape (n, dim): rounded before anything is built on them, so that a
            reused vector is exactly what encoding again would give.
        sentences: of each the heading and the sentences.
        tokens: of each, every one once; empty when the encoder has no token vectors.
    """

    embeddings: NDArray[np.float16]
    sentences: list[ByteVectors]
    tokens: list[NDArray[np.uint16]]


def build_version(
    directory: Path,
    replies: Sequence[Reply],
    recipe: Recipe,
    *,
    kept: Kept | None = None,
    record: Mapping[str, Recorded] | None = None,
    progress: Progress | None = None,
) -> BuildStats:
    """Write a whole index version; the caller makes it live.

    Args:
        directory: an empty folder whose name is the version's id.
        replies: what is new or has changed; only published ones are indexed.
        recipe: what it is made with.
        kept: the version before, and what stays of it.
        record: what each record file was like, by which a later change is noticed.
        progress: told how far it is.

    Raises:
        EncoderUnavailable: the encoder fails.
        OSError: the disk refuses.
    """
    tell = progress or _quiet
    encoder = recipe.encoder
    published = sorted(
        (reply for reply in replies if reply.status is Status.PUBLISHED), key=lambda one: one.id
    )
    indexed = _in_order(published, kept)
    passages: list[IndexedPassage] = []
    fresh: dict[str, range] = {}
    for reply in published:
        start = len(passages)
        passages += (indexed_passage(reply, passage) for passage in reply.passages)
        fresh[reply.id] = range(start, len(passages))
    titles = {reply.id: reply.title or "" for reply in published}
    contexts = [_context(titles[p.reply_id], p.question) for p in passages]
    keys = [
        _key(encoder.digest, passage.text, context)
        for passage, context in zip(passages, contexts, strict=True)
    ]
    before = kept.table.rows_of() if kept is not None else {}
    parts = runs([reply.id for reply in indexed], before, fresh)
    with Settling() as settling:
        write_table(directory, indexed, passages, keys, parts, kept.table if kept else None)
        settling.add([directory])
        by_id = {reply.id: reply for reply in indexed}
        worded = (document_of(passage, by_id[passage.reply_id]) for passage in passages)
        with Wording(directory, parts, worded, kept.directory if kept else None) as wording:
            made, reused = _encode(encoder, passages, contexts, keys, kept, before, tell)
            known = kept.embeddings if kept is not None else None
            save_spliced(directory / "embeddings.npy", parts, known, made.embeddings)
            embeddings = _mapped(directory / "embeddings.npy")
            settling.add([directory / "embeddings.npy"])
            Ragged.of(made.sentences, np.int8, (encoder.dim,)).save(
                directory / "sentences", parts, kept.sentences if kept else None
            )
            settling.add([directory / "sentences"])
            if isinstance(encoder, TokenEncoder):
                Ragged.of(made.tokens, np.uint16).save(
                    directory / "tokens", parts, kept.tokens if kept else None
                )
                settling.add([directory / "tokens"])
            layout = vectors.build(
                embeddings,
                directory / "vectors.faiss",
                before=vectors.Before(parts, kept.directory / "vectors.faiss") if kept else None,
            )
            settling.add([directory / "vectors.faiss"])
            wording.finish(tell)
        settling.add([directory / "lexical"])
        digests = settling.finish()

    fitted = recipe.fitted
    if fitted.cohort is not None:
        shutil.copyfile(fitted.cohort, directory / "cohort.npy")
    recipe.glossary.save(directory / "glossary.json")
    write_record(directory, record or {})
    write_manifest(
        directory,
        Manifest(
            id=directory.name,
            created=datetime.now(UTC),
            program=recipe.program,
            encoder=encoder.name,
            encoder_digest=encoder.digest,
            dim=encoder.dim,
            replies=len(indexed),
            passages=len(embeddings),
            latest=max((r.answered_on for r in indexed if r.answered_on), default=None),
            vectors={"layout": layout.kind.value, "reason": layout.reason},
            calibration=fitted,
            files=file_digests(directory, digests),
        ),
    )
    encoded = len(passages) - reused
    return BuildStats(len(indexed), len(embeddings), encoded, len(embeddings) - encoded)


def _in_order(published: Sequence[Reply], kept: Kept | None) -> list[IndexedReply]:
    """Return all replies of the new version by rising id, each with its newer one."""
    stay = kept.table.replies if kept is not None else ()
    all_of_them = [reply for reply in stay if kept is not None and reply.id in kept.ids]
    all_of_them += map(indexed_reply, published)
    all_of_them.sort(key=lambda reply: reply.id)
    newer = newer_replies(all_of_them)
    return [
        reply if reply.newer == newer.get(reply.id) else replace(reply, newer=newer.get(reply.id))
        for reply in all_of_them
    ]


def indexed_reply(reply: Reply) -> IndexedReply:
    """Return what an index version knows of a reply, but for its newer one."""
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
        newer=None,
        replaces=reply.replaces,
        matter=matter_of(reply.title),
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


def _key(digest: str, text: str, context: str) -> bytes:
    material = "\0".join((digest, text, context)).encode()
    return hashlib.blake2b(material, digest_size=_KEY_BYTES).digest()


def _encode(
    encoder: Encoder,
    passages: Sequence[IndexedPassage],
    contexts: Sequence[str],
    keys: Sequence[bytes],
    kept: Kept | None,
    before: Mapping[str, range],
    tell: Progress,
) -> tuple[_Encoded, int]:
    """Encode fresh passages, or take what a changed reply held of them before.

    `before` tells the rows of each reply in the version before.

    Returns:
        What was made, and how many passages were taken over.
    """
    found = _Encoded(
        np.zeros((len(passages), encoder.dim), dtype=np.float16),
        [np.zeros((0, encoder.dim), dtype=np.int8)] * len(passages),
        [_NO_TOKENS] * len(passages),
    )
    known: dict[bytes, int] = {}
    if kept is not None:
        changed = [row for id, rows in before.items() if id not in kept.ids for row in rows]
        known = kept.table.keys(changed)
    fresh: list[int] = []
    for row, key in enumerate(keys):
        if kept is not None and key in known:
            found.embeddings[row] = kept.embeddings[known[key]]
            found.sentences[row] = kept.sentences.row(known[key])
            if kept.tokens is not None:
                found.tokens[row] = kept.tokens.row(known[key])
        else:
            fresh.append(row)
    tell("passages", 0, len(fresh))
    for start in range(0, len(fresh), _BATCH):
        rows = fresh[start : start + _BATCH]
        some = _encode_batch(
            encoder, [passages[row].text for row in rows], [contexts[row] for row in rows]
        )
        found.embeddings[rows] = some.embeddings
        for place, row in enumerate(rows):
            found.sentences[row] = some.sentences[place]
            found.tokens[row] = some.tokens[place]
        tell("passages", start + len(rows), len(fresh))
    return found, len(passages) - len(fresh)


def _encode_batch(encoder: Encoder, texts: Sequence[str], contexts: Sequence[str]) -> _Encoded:
    """Encode n passages with their contexts."""
    split = [sentences(text) for text in texts]
    ends = np.cumsum([len(some) for some in split])
    flat = [one for some in split for one in some]
    headed = list(dict.fromkeys(contexts))  # the passages of one answer share theirs
    place = {context: number for number, context in enumerate(headed)}
    tokens: list[NDArray[np.uint16]] = [_NO_TOKENS] * len(texts)
    if isinstance(encoder, TokenEncoder):
        # Cutting texts into tokens is most of the work, so nothing is cut twice that need not be.
        cut_sentences, cut_headings = encoder.token_ids(flat), encoder.token_ids(headed)
        if encoder.joins:
            cut = [
                np.concatenate([_NO_TOKENS, *cut_sentences[end - len(some) : end]])
                for some, end in zip(split, ends, strict=True)
            ]
        else:
            cut = encoder.token_ids(texts)
        bodies, headings = encoder.encode_tokens(cut), encoder.encode_tokens(cut_headings)
        said = encoder.encode_tokens(cut_sentences)
        tokens = [
            np.unique(np.concatenate([cut_headings[place[context]], ids]))
            for context, ids in zip(contexts, cut, strict=True)
        ]
    else:
        bodies, headings = encoder.encode_passages(texts), encoder.encode_passages(headed)
        said = encoder.encode_passages(flat)
    headings = headings[[place[context] for context in contexts]]
    return _Encoded(
        _unit(bodies + CONTEXT_WEIGHT * headings).astype(np.float16),
        [
            np.concatenate([heading[None], some])
            for heading, some in zip(
                parts_as_bytes(headings), np.split(parts_as_bytes(said), ends[:-1]), strict=True
            )
        ],
        tokens,
    )


def _unit(rows: Vectors) -> Vectors:
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    unit: Vectors = np.divide(rows, norms, out=np.zeros_like(rows), where=norms > 0)
    return unit


def _quiet(what: str, done: int, total: int) -> None:
    """Tell nobody."""

"""Contrastive training of the table: a question's passage against the rest of its batch."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from tokenizers import Tokenizer
from torch.nn import functional

from scripts.training.pairs import Pair

__all__ = ["Ragged", "Settings", "batches", "false_negatives", "matryoshka_loss", "train"]

FloatArray = npt.NDArray[np.float32]
IntArray = npt.NDArray[np.int64]

MASKED_LOGIT = -1e4
MAX_SCALE = 40.0
"""Beyond it, exp(-2 * scale) comes near to what single precision can still tell from 0."""

ENCODE_CHUNK = 4096
"""Texts cut into pieces at a time, to bound memory."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How to train.

    Attributes:
        dims: prefixes of the vector that must each work alone, widest first.
        scale: cosines are multiplied by it before the softmax (inverse temperature); at most
            ``MAX_SCALE``.
        token_dropout: the share of pieces left out of a text, anew each time.
        learning_rate: Adam's at the start; it falls linearly to zero.
        batch_size: pairs in a batch.
        epochs: passes over the pairs.
        max_pairs_per_document: the most pairs of one document in a batch.
        seed: of order and dropout.

    Raises:
        ValueError: the scale is too large.
    """

    dims: tuple[int, ...] = (256, 128, 64)
    scale: float = 20.0
    token_dropout: float = 0.3
    learning_rate: float = 0.002
    batch_size: int = 1024
    epochs: int = 2
    max_pairs_per_document: int = 4
    seed: int = 1

    def __post_init__(self) -> None:
        if self.scale > MAX_SCALE:
            raise ValueError(f"scale {self.scale} is over {MAX_SCALE}: choose a smaller one")


@dataclass(frozen=True, slots=True)
class Ragged:
    """Piece numbers of many texts, end to end; text i is ``ids[starts[i]:starts[i + 1]]``."""

    ids: IntArray
    starts: IntArray

    @classmethod
    def encode(cls, tokenizer: Tokenizer, texts: Sequence[str]) -> Ragged:
        """Cut texts into pieces."""
        parts: list[IntArray] = [np.empty(0, dtype=np.int64)]
        lengths = [0]
        for start in range(0, len(texts), ENCODE_CHUNK):
            chunk = list(texts[start : start + ENCODE_CHUNK])
            for encoding in tokenizer.encode_batch(chunk, add_special_tokens=False):
                parts.append(np.array(encoding.ids, dtype=np.int64))
                lengths.append(len(encoding.ids))
        return cls(np.concatenate(parts), np.cumsum(lengths))

    def split(self) -> list[IntArray]:
        """Return the piece numbers of each text apart, as views."""
        return np.split(self.ids, self.starts[1:-1])

    def bags(
        self, rows: IntArray, dropout: float, rng: np.random.Generator
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Gather texts for an EmbeddingBag, some of their pieces left out.

        Args:
            rows: which texts, shape (n,).
            dropout: the chance of each piece to be left out. One piece of each text, drawn by
                chance, always stays, so that no text becomes empty.
            rng: draws.

        Returns:
            Piece numbers, int64, shape (pieces kept,), and each text's offset in them, shape (n,).
        """
        lengths = self.starts[rows + 1] - self.starts[rows]
        ends = np.cumsum(lengths)
        firsts = ends - lengths
        within = np.arange(int(ends[-1])) - np.repeat(firsts, lengths)
        positions = np.repeat(self.starts[rows], lengths) + within
        kept = rng.random(positions.size) >= dropout
        filled = lengths > 0
        saved = firsts[filled] + (rng.random(int(filled.sum())) * lengths[filled]).astype(np.int64)
        kept[saved] = True
        kept_before = np.concatenate([[0], np.cumsum(kept)])
        ids = self.ids[positions[kept]]
        return torch.from_numpy(ids), torch.from_numpy(kept_before[firsts])


def batches(
    pairs: Sequence[Pair], batch_size: int, max_per_document: int, rng: np.random.Generator
) -> Iterator[IntArray]:
    """Shuffle an epoch's pairs into batches, neighbours together.

    Pairs that ask for one passage of a document stand in one batch with pairs that ask for other
    passages of it: these are the hard negatives. More than a few of one document resemble each
    other too much to be good negatives, so what would be too many waits for the next batch.

    Args:
        pairs: each is seen `times` times.
        batch_size: pairs in a batch, at least; the last neighbours are not parted.
        max_per_document: the most pairs of one document in a batch.
        rng: of the order.

    Yields:
        Rows of pairs. What does not fill a last batch is left out, unless it would be the only one.
    """
    fresh = deque(_neighbours(pairs, max_per_document, rng))
    waiting: deque[list[int]] = deque()
    complete = 0
    while fresh or waiting:
        batch: list[int] = []
        counts: Counter[int] = Counter()
        postponed: list[list[int]] = []
        while len(batch) < batch_size and (waiting or fresh):
            rows = waiting.popleft() if waiting else fresh.popleft()
            document = pairs[rows[0]].document_id
            if counts[document] + len(rows) > max_per_document:
                postponed.append(rows)
                continue
            counts[document] += len(rows)
            batch += rows
        waiting.extend(postponed)
        if len(batch) < batch_size and complete:
            return
        complete += 1
        yield np.array(batch, dtype=np.int64)


def _neighbours(
    pairs: Sequence[Pair], max_per_document: int, rng: np.random.Generator
) -> list[list[int]]:
    """Group an epoch's rows: of one document and of different passages, in an order of chance."""
    times = np.array([pair.times for pair in pairs])
    groups: list[list[int]] = []
    open_group: dict[int, list[int]] = {}
    for row in rng.permutation(np.repeat(np.arange(len(pairs)), times)).tolist():
        pair = pairs[row]
        group = open_group.get(pair.document_id)
        if (
            pair.of_document
            or group is None
            or len(group) >= max_per_document
            or any(pairs[other].passage_id == pair.passage_id for other in group)
        ):
            group = []
            groups.append(group)
            if not pair.of_document:
                open_group[pair.document_id] = group
        group.append(row)
    return [groups[place] for place in rng.permutation(len(groups)).tolist()]


def false_negatives(
    passage_ids: torch.Tensor, document_ids: torch.Tensor, of_document: torch.Tensor
) -> torch.Tensor:
    """Tell which cells of a batch's score matrix must not count as negatives.

    Args:
        passage_ids: shape (n,), the passage that each pair comes from.
        document_ids: shape (n,), its document.
        of_document: bool, shape (n,), whether each pair's question asks for the whole document.

    Returns:
        bool, shape (n, n): [i][j] is True when pairs i and j, i != j, come from one passage, or
        from one document that either of them asks for as a whole.
    """
    same = passage_ids[:, None] == passage_ids[None, :]
    together = document_ids[:, None] == document_ids[None, :]
    same |= together & (of_document[:, None] | of_document[None, :])
    return same.fill_diagonal_(False)


def matryoshka_loss(
    queries: torch.Tensor,
    passages: torch.Tensor,
    masked: torch.Tensor,
    *,
    dims: Sequence[int],
    scale: float,
) -> torch.Tensor:
    """Symmetric in-batch contrastive loss, averaged over prefixes (Kusupati et al. 2022).

    For each prefix: cross-entropy of scale * cosine, once over the passages for each question
    and once over the questions for each passage.

    Args:
        queries: float32, shape (n, dim); row i belongs with row i of ``passages``.
        passages: float32, shape (n, dim).
        masked: bool, shape (n, n), from ``false_negatives``.
        dims: lengths of the prefixes.
        scale: multiplies cosines; at most ``MAX_SCALE``.

    Returns:
        A scalar.
    """
    # Cosines are at most 1, so with ``scale`` taken off no exponent exceeds 0: the softmax needs no
    # search for its maximum, which halves the time that two cross_entropy calls would take.
    offset = torch.full(masked.shape, -float(scale)).masked_fill_(masked, MASKED_LOGIT)
    loss = torch.zeros(())
    for dim in dims:
        left = functional.normalize(queries[:, :dim], dim=1)
        right = functional.normalize(passages[:, :dim], dim=1)
        logits = torch.addmm(offset, left, right.T, alpha=scale)
        exponentials = logits.exp()
        towards_passages = exponentials.sum(dim=1).log() - logits.diagonal()
        towards_queries = exponentials.sum(dim=0).log() - logits.diagonal()
        loss = loss + (towards_passages + towards_queries).mean()
    return loss / (2 * len(dims))


def train(
    table: FloatArray,
    tokenizer: Tokenizer,
    pairs: Sequence[Pair],
    settings: Settings,
    *,
    on_step: Callable[[int, int, float], None] | None = None,
) -> FloatArray:
    """Train a table.

    Args:
        table: the start, shape (pieces, dims).
        tokenizer: text -> piece numbers.
        pairs: what to learn from.
        settings: how.
        on_step: told (pairs done, pairs in all, loss) after each step.

    Returns:
        The trained table, float32, shape as before. The same arguments give the same table on the
        same machine.
    """
    torch.set_num_threads(1)  # more gain little, suffer on a busy machine, and change the rounding
    rng = np.random.default_rng(settings.seed)
    queries, query_rows = _encode_once(tokenizer, [pair.query for pair in pairs])
    passages, passage_rows = _encode_once(tokenizer, [pair.passage for pair in pairs])
    passage_ids = torch.tensor([pair.passage_id for pair in pairs])
    document_ids = torch.tensor([pair.document_id for pair in pairs])
    of_document = torch.tensor([pair.of_document for pair in pairs])
    bag = torch.nn.EmbeddingBag.from_pretrained(torch.tensor(table), freeze=False, mode="mean")
    optimizer = torch.optim.Adam(bag.parameters(), lr=settings.learning_rate)
    total = settings.epochs * sum(pair.times for pair in pairs)
    done = 0
    for _ in range(settings.epochs):
        for rows in batches(pairs, settings.batch_size, settings.max_pairs_per_document, rng):
            chosen = torch.from_numpy(rows)
            for group in optimizer.param_groups:
                group["lr"] = settings.learning_rate * max(0.0, 1 - done / total)
            loss = matryoshka_loss(
                bag(*queries.bags(query_rows[rows], settings.token_dropout, rng)),
                bag(*passages.bags(passage_rows[rows], settings.token_dropout, rng)),
                false_negatives(passage_ids[chosen], document_ids[chosen], of_document[chosen]),
                dims=settings.dims,
                scale=settings.scale,
            )
            optimizer.zero_grad()
            torch.autograd.backward(loss)
            optimizer.step()
            done += rows.size
            if on_step is not None:
                on_step(done, total, loss.item())
    return bag.weight.detach().numpy()


def _encode_once(tokenizer: Tokenizer, texts: Sequence[str]) -> tuple[Ragged, IntArray]:
    """Cut each distinct text into pieces once; also say which one belongs to each text."""
    numbers: dict[str, int] = {}
    rows = np.array([numbers.setdefault(text, len(numbers)) for text in texts], dtype=np.int64)
    return Ragged.encode(tokenizer, list(numbers)), rows

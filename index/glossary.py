"""Everyday words to official ones: what a resident says, and what the record calls it.

The glossary that comes with the program is `index/glossary.yaml`; an admin's own file of the same
form, `<home>/glossary.yaml`, adds to it. An entry reads `{say: [dagis], means: [förskola]}`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property, lru_cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Self

from index.text import stems, words
from knowledge.errors import KommunsvarError

__all__ = ["EMBEDDED_GLOSSARY", "Glossary", "GlossaryError", "load_glossary", "official_words"]

EMBEDDED_GLOSSARY = Path(str(files("index") / "glossary.yaml"))

_MAX_WORDS = 3
"""The longest everyday phrase, in words."""

_SHORT_CHARS = 3
_REMEMBERED = 1 << 12  # words whose keys are kept: less than a megabyte when full


class GlossaryError(KommunsvarError):
    """A glossary file is wrong; names the file and the entry."""

    @property
    def swedish(self) -> str:
        """That the file has to be mended first."""
        return (
            "Ordlistan glossary.yaml är felaktig, och innan den är rättad kan inget indexeras. Be"
            " den som sköter Kommunsvar se efter."
        )


class Glossary:
    """Official words for everyday ones, inflected forms included.

    Args:
        entries: pairs of everyday words and the official words that each of them means, the most
            usual first.
        digest: of the files that they were read from, if any.
    """

    def __init__(
        self, entries: Iterable[tuple[Sequence[str], Sequence[str]]], digest: str = ""
    ) -> None:
        self.digest = digest
        self._phrases: dict[str, list[tuple[list[str], list[str]]]] = {}
        for say, means in entries:
            for phrase in say:
                said = words(phrase)[:_MAX_WORDS]
                if said:
                    self._phrases.setdefault(_key(said), []).append((said, list(means)))

    @classmethod
    def open(cls, path: Path) -> Self:
        """Read what `save` wrote, without stemming thousands of words anew."""
        held = json.loads(path.read_bytes())
        glossary = cls((), held["digest"])
        glossary._phrases = held["phrases"]
        return glossary

    def save(self, path: Path) -> None:
        """Write the glossary ready for use."""
        held = {"digest": self.digest, "phrases": self._phrases}
        path.write_text(json.dumps(held, ensure_ascii=False), encoding="utf-8")

    def __len__(self) -> int:
        return sum(map(len, self._phrases.values()))

    def concepts(self, question: str) -> list[tuple[str, ...]]:
        """Part a question into what it speaks of.

        Returns:
            For each word or phrase in order: how it was said, then the official words for it, if
            any. The longest everyday phrase wins.
        """
        asked = words(question)
        keys = [_word_key(word) for word in asked]
        found: list[tuple[str, ...]] = []
        start = 0
        while start < len(asked):
            longest = min(self._longest.get(keys[start], 1), len(asked) - start)
            for length in range(longest, 0, -1):
                end = start + length
                key = " ".join(keys[start:end])
                # Most words and all but a few of their sequences mean nothing else.
                means = self._means(asked[start:end], key) if key in self._phrases else ()
                if means or length == 1:
                    found.append((" ".join(asked[start:end]), *means))
                    start = end
                    break
        return found

    @cached_property
    def _longest(self) -> Mapping[str, int]:
        """How many words the phrases have at the most that begin with a word, by its key."""
        longest: dict[str, int] = {}
        for key in self._phrases:
            first, *rest = key.split(" ")
            longest[first] = max(longest.get(first, 1), 1 + len(rest))
        return longest

    def _means(self, part: Sequence[str], key: str) -> tuple[str, ...]:
        """Return the official words for some words of a question, whose key is given."""
        means: dict[str, None] = {}
        for said, official in self._phrases[key]:
            if len(said) == len(part) and all(map(_inflected, part, said)):
                means.update(dict.fromkeys(official))
        return tuple(means)


def official_words(concepts: Iterable[Sequence[str]]) -> tuple[str, ...]:
    """Return the official words among a question's concepts, in its order, each once."""
    return tuple(dict.fromkeys(word for concept in concepts for word in concept[1:]))


def load_glossary(*paths: Path, made: Path | None = None) -> Glossary:
    """Read glossary files, later ones adding to earlier ones; a file that is not there is empty.

    Args:
        paths: of the files.
        made: what `save` wrote of a glossary, of these files perhaps; it is quicker to read.

    Raises:
        GlossaryError: a file is not YAML or not of the form above.
    """
    held = {path: path.read_bytes() for path in paths if path.is_file()}
    digest = sha256(b"\0".join(held.values())).hexdigest()
    if made is not None:
        glossary = Glossary.open(made)
        if glossary.digest == digest:
            return glossary
    return Glossary((entry for path in held for entry in _entries(path, held[path])), digest)


def _entries(path: Path, data: bytes) -> Iterable[tuple[Sequence[str], Sequence[str]]]:
    import yaml

    try:
        document = yaml.load(data, getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.YAMLError as exc:
        raise GlossaryError(f"{path}: not YAML: {exc}") from exc
    if not isinstance(document, list):
        raise GlossaryError(f"{path}: a list of entries {{say: […], means: […]}} is wanted")
    for number, entry in enumerate(document, start=1):
        if not _is_entry(entry):
            raise GlossaryError(
                f"{path}: entry {number} must be {{say: [words], means: [words]}}, not {entry!r}"
            )
        yield entry["say"], entry["means"]


def _is_entry(entry: object) -> bool:
    return (
        isinstance(entry, Mapping)
        and set(entry) == {"say", "means"}
        and all(
            isinstance(entry[key], list)
            and entry[key]
            and all(isinstance(word, str) and word.strip() for word in entry[key])
            for key in ("say", "means")
        )
    )


def _key(tokens: Sequence[str]) -> str:
    return " ".join(map(_word_key, tokens))


@lru_cache(maxsize=_REMEMBERED)
def _word_key(token: str) -> str:
    # A stop word has no stem, but may be part of a phrase ("ta hand om").
    return next(iter(stems([token])), token)


def _inflected(asked: str, said: str) -> bool:
    """Tell whether one word is a form of another that has the same stem.

    The stem alone is not enough: "laga" and "lag", "sanda" and "sand" share it. A form keeps the
    word up to its last vowel and is not shorter, and the shortest words, mostly abbreviations,
    take a definite ending at most.
    """
    if len(said) <= _SHORT_CHARS:
        return asked == said or asked in {said + ending for ending in ("n", "en", "et", "s")}
    return len(asked) >= len(said) and asked.startswith(said.rstrip("aeiouyåäö"))

"""Everyday words to official ones: what a resident says, and what the record calls it.

The glossary that comes with the program is `index/glossary.yaml`; an admin's own file of the same
form, `<home>/glossary.yaml`, adds to it. An entry reads `{say: [dagis], means: [förskola]}`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files
from pathlib import Path

from index.text import stems, words
from knowledge.errors import KommunsvarError

__all__ = ["EMBEDDED_GLOSSARY", "Glossary", "GlossaryError", "load_glossary"]

EMBEDDED_GLOSSARY = Path(str(files("index") / "glossary.yaml"))

_MAX_WORDS = 3
"""The longest everyday phrase, in words."""


class GlossaryError(KommunsvarError):
    """A glossary file is wrong; names the file and the entry."""


class Glossary:
    """Official words for everyday ones, matched by stem.

    Args:
        entries: pairs of everyday words and the official words that each of them means.
    """

    def __init__(self, entries: Iterable[tuple[Sequence[str], Sequence[str]]]) -> None:
        self._means: dict[tuple[str, ...], tuple[str, ...]] = {}
        for say, means in entries:
            for phrase in say:
                key = _key(words(phrase))
                if key:
                    known = self._means.get(key, ())
                    self._means[key] = (*known, *(one for one in means if one not in known))

    def __len__(self) -> int:
        return len(self._means)

    def official_words(self, question: str) -> tuple[str, ...]:
        """Return the official words for what a question says, in its order, each once."""
        tokens = [_stem(word) for word in words(question)]
        found: dict[str, None] = {}
        for start in range(len(tokens)):
            for length in range(1, _MAX_WORDS + 1):
                for official in self._means.get(tuple(tokens[start : start + length]), ()):
                    found.setdefault(official)
        return tuple(found)


def load_glossary(*paths: Path) -> Glossary:
    """Read glossary files, later ones adding to earlier ones; a file that is not there is empty.

    Raises:
        GlossaryError: a file is not YAML or not of the form above.
    """
    return Glossary(entry for path in paths if path.is_file() for entry in _entries(path))


def _entries(path: Path) -> Iterable[tuple[Sequence[str], Sequence[str]]]:
    import yaml

    try:
        document = yaml.load(path.read_bytes(), getattr(yaml, "CSafeLoader", yaml.SafeLoader))
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


def _key(tokens: Sequence[str]) -> tuple[str, ...]:
    return tuple(_stem(token) for token in tokens[:_MAX_WORDS])


def _stem(word: str) -> str:
    # A stop word has no stem, but may be part of a phrase ("ta hand om").
    return next(iter(stems([word])), word)

"""Reads the YAML configuration into dotted keys, each with the line where it stands.

PyYAML is imported only when there is a file to read: it takes a fifth of the time of a start.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bot.errors import ConfigError

if TYPE_CHECKING:
    import yaml

__all__ = ["Entry", "Problem", "Secret", "looks_secret", "read"]

_SECRET_WORDS = ("token", "secret", "password")


class Secret:
    """A value that never shows itself: printing, logging and formatting give a mask."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Return the value itself, for the one place that sends it."""
        return self._value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._value == other._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __repr__(self) -> str:
        return "Secret('**********')"

    def __str__(self) -> str:
        return "**********"


class Problem(str):
    """What is wrong, where there is no value to repeat; said without quotation marks."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


@dataclass(frozen=True, slots=True)
class Entry:
    """One key of the file.

    Attributes:
        key: dotted name.
        value: as YAML understands it; a `Secret` where the key looks like one.
        where: file and line, for messages.
    """

    key: str
    value: object
    where: str


def looks_secret(text: str) -> bool:
    """Return whether a key or line may hold a secret, which no message may repeat."""
    folded = text.casefold()
    return any(word in folded for word in _SECRET_WORDS)


def read(path: Path, sections: frozenset[str]) -> tuple[Entry, ...]:
    """Read the file into its entries, in their order.

    Args:
        path: an existing file.
        sections: dotted names of the keys that hold other keys.

    Raises:
        ConfigError: the file cannot be read, is not YAML, is not a mapping, or has a key twice.
    """
    import yaml

    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as exc:
        problem = Problem(f"unreadable ({exc.strerror or exc})")
        raise ConfigError(str(path), problem, "a readable file") from exc
    except UnicodeDecodeError as exc:
        problem = Problem(f"not UTF-8 at byte {exc.start}")
        raise ConfigError(str(path), problem, "UTF-8 text") from exc
    try:
        loader = yaml.SafeLoader(text)
        node = loader.get_single_node()
        if node is None:
            return ()
        if not isinstance(node, yaml.MappingNode):
            raise ConfigError(str(path), loader.construct_document(node), "`key: value` lines")
        return tuple(_entries(loader, node, "", path, sections))
    except yaml.YAMLError as exc:
        raise _broken(path, text, exc) from exc
    except (ValueError, RecursionError) as exc:  # `on: 2025-02-30`; a thousand brackets
        raise ConfigError(str(path), str(exc), "valid YAML") from exc


def _entries(
    loader: yaml.SafeLoader,
    node: yaml.MappingNode,
    prefix: str,
    path: Path,
    sections: frozenset[str],
) -> Iterator[Entry]:
    import yaml

    seen: dict[str, int] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        where = f"{path}, line {line}"
        name = key_node.value if isinstance(key_node, yaml.ScalarNode) else "?"
        key = f"{prefix}{name}"
        if key in seen:
            both = f"{path}, lines {seen[key]} and {line}"
            raise ConfigError(key, Problem("given twice"), f"once ({both})")
        seen[key] = line
        if key in sections and isinstance(value_node, yaml.MappingNode):
            yield from _entries(loader, value_node, f"{key}.", path, sections)
        else:
            value = loader.construct_document(value_node)
            yield Entry(key, Secret(str(value)) if looks_secret(key) else value, where)


def _broken(path: Path, text: str, exc: yaml.YAMLError) -> ConfigError:
    mark = getattr(exc, "problem_mark", None) or getattr(exc, "context_mark", None)
    problem = getattr(exc, "problem", None) or getattr(exc, "reason", None) or "cannot be read"
    if mark is None:
        return ConfigError(str(path), problem, "valid YAML")
    lines = text.splitlines()
    line = lines[mark.line].strip() if mark.line < len(lines) else "the end of the file"
    shown: object = Secret(line) if looks_secret(line) else line
    return ConfigError(f"{path}, line {mark.line + 1}", shown, f"valid YAML ({problem})")

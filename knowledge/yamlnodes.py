"""Typed reading of YAML nodes: every mistake becomes a RecordError with field and line."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

import yaml

from knowledge.errors import RecordError

__all__ = ["Nodes", "compose"]

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULL = "tag:yaml.org,2002:null"
_INT = "tag:yaml.org,2002:int"
_STR = "tag:yaml.org,2002:str"
_DATE = "tag:yaml.org,2002:timestamp"
_TYPE_NAMES = {
    _NULL: "null",
    _INT: "a whole number",
    _DATE: "a date",
    "tag:yaml.org,2002:bool": "yes or no",
    "tag:yaml.org,2002:float": "a decimal number",
}
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_WHOLE = re.compile(r"0|[1-9][0-9]{0,11}")
_T = TypeVar("_T")
_E = TypeVar("_E", bound=StrEnum)


def compose(data: bytes | str, file: str) -> yaml.Node:
    """Return the root node of a YAML document.

    Raises:
        RecordError: it is no YAML, not UTF-8, or empty.
    """
    text = _decoded(data, file) if isinstance(data, bytes) else data
    try:
        node = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as exc:
        line = exc.problem_mark.line + 1 if exc.problem_mark else None
        raise RecordError(file, f"is not valid YAML: {exc.problem}", line=line) from exc
    except (yaml.YAMLError, UnicodeError, RecursionError) as exc:
        raise RecordError(file, f"is not valid YAML: {' '.join(str(exc).split())}") from exc
    if node is None:
        raise RecordError(file, "is empty", line=1)
    return node


def _decoded(data: bytes, file: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        line = data.count(b"\n", 0, exc.start) + 1
        message = f"is not UTF-8: byte 0x{data[exc.start]:02x} cannot stand there"
        raise RecordError(file, message, line=line) from exc


class Nodes:
    """Reads the nodes of one file; `field` is always the dotted path, for errors.

    Every method raises RecordError when the node is not what it should be.
    """

    def __init__(self, file: str) -> None:
        self._file = file

    def error(self, node: yaml.Node, field: str, message: str) -> RecordError:
        """Return the error of a node, with its line."""
        line = node.start_mark.line + 1
        return RecordError(self._file, message, field=field or None, line=line)

    def mapping(
        self, node: yaml.Node, field: str, allowed: Sequence[str], *, required: Sequence[str]
    ) -> dict[str, yaml.Node]:
        """Return the values of a mapping by key; unknown, missing and double keys are errors."""
        if not isinstance(node, yaml.MappingNode):
            raise self.error(node, field, f"must have the keys {', '.join(allowed)}")
        found: dict[str, yaml.Node] = {}
        for key, value in node.value:
            name = str(key.value) if isinstance(key, yaml.ScalarNode) else "?"
            path = f"{field}.{name}" if field else name
            if name not in allowed:
                raise self.error(key, path, f"unknown key; allowed: {', '.join(allowed)}")
            if name in found:
                raise self.error(key, path, "is given twice")
            found[name] = value
        for name in required:
            if name not in found:
                path = f"{field}.{name}" if field else name
                raise self.error(node, path, f"is missing; required: {', '.join(required)}")
        return found

    def list(
        self, node: yaml.Node | None, field: str, read: Callable[[yaml.Node, str], _T]
    ) -> tuple[_T, ...]:
        """Return the members of a list, each read by `read`; null is the empty list."""
        if node is None or (node.tag == _NULL):
            return ()
        if not isinstance(node, yaml.SequenceNode):
            raise self.error(node, field, f"must be a list, [] when empty, not {_name(node)}")
        return tuple(read(child, f"{field}[{at}]") for at, child in enumerate(node.value))

    def optional(
        self, node: yaml.Node | None, field: str, read: Callable[[yaml.Node, str], _T]
    ) -> _T | None:
        """Return what `read` makes of a value, or None for null and for no value."""
        return None if node is None or node.tag == _NULL else read(node, field)

    def text(self, node: yaml.Node, field: str, *, empty: bool = True) -> str:
        """Return a text; numbers, dates and yes or no count only in quotation marks."""
        if node.tag != _STR or not isinstance(node, yaml.ScalarNode):
            raise self.error(
                node, field, f"must be text, not {_name(node)}; put it in quotation marks"
            )
        if not empty and not node.value:
            raise self.error(node, field, "must not be empty")
        return str(node.value)

    def count(self, node: yaml.Node, field: str, *, least: int = 1) -> int:
        """Return a whole number, `least` or more."""
        value = str(node.value) if isinstance(node, yaml.ScalarNode) else ""
        if node.tag != _INT or not _WHOLE.fullmatch(value):
            raise self.error(node, field, f"must be a whole number of {least} or more")
        if int(value) < least:
            raise self.error(node, field, f"{value} must be {least} or more")
        return int(value)

    def date(self, node: yaml.Node, field: str) -> date:
        """Return a day."""
        value = node.value if isinstance(node, yaml.ScalarNode) else None
        try:
            if node.tag not in (_DATE, _STR) or not _DAY.fullmatch(str(value)):
                raise ValueError(f"{value!r} is no date")
            return date.fromisoformat(str(value))
        except ValueError as exc:
            shown = repr(value) if value is not None else _name(node)
            raise self.error(
                node, field, f"{shown} must be a day such as 2025-03-17, or null"
            ) from exc

    def choice(self, node: yaml.Node, field: str, kind: type[_E]) -> _E:
        """Return the member of an enumeration whose value is written."""
        allowed = [str(member.value) for member in kind]
        value = str(node.value) if isinstance(node, yaml.ScalarNode) else _name(node)
        if value not in allowed:
            raise self.error(node, field, f"{value!r} is unknown; allowed: {', '.join(allowed)}")
        return kind(value)


def _name(node: yaml.Node) -> str:
    if isinstance(node, yaml.MappingNode):
        return "keys and values"
    if isinstance(node, yaml.SequenceNode):
        return "a list"
    return _TYPE_NAMES.get(str(node.tag), "text")

"""The record format: Reply → YAML text → Reply.

Layout and fields: DESIGN.md section 3. Reading checks everything and names the line.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise
from typing import Any

import yaml

from knowledge.errors import RecordError
from knowledge.model import (
    Change,
    Converted,
    Event,
    Passage,
    PassageKind,
    Person,
    Reply,
    Source,
    Span,
    Status,
)
from knowledge.slug import ID_PATTERN
from knowledge.yamlnodes import Nodes, compose

__all__ = ["dump", "parse", "with_event"]

_Dumper: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
_NEVER_WRAP = 2**30  # characters; the C emitter wants an int

_FIELDS = (
    "id", "title", "municipality", "interpellants", "respondents", "answered_on", "dnr", "status",
    "replaces", "language", "source", "text", "passages", "history",
)  # fmt: skip


# -- writing ----------------------------------------------------------------------------------


def dump(reply: Reply) -> str:
    """Return the record of a reply, ending in a line break; `parse` gives the reply back.

    Raises:
        RecordError: the reply breaks a rule of the format, for example a span outside the text.
    """
    text = _block(reply.text)
    record = _layout(reply, text)
    # A block cannot hold everything (foreign line breaks, control characters): reading it again
    # is the only sure test, and it keeps wrong replies out as well.
    try:
        if parse(record, reply.id, f"{reply.id}.yaml") == reply:
            return record
    except RecordError as error:
        if error.field not in (None, "text") and not error.field.startswith("passages"):
            raise
    record = _layout(reply, f" {_flow(reply.text)}\n")
    if parse(record, reply.id, f"{reply.id}.yaml") != reply:
        raise RecordError(f"{reply.id}.yaml", "holds values that a record cannot keep")
    return record


def with_event(data: bytes, reply: Reply, event: Event) -> str:
    """Return a record with one more event, the rest as it was written, comments and all.

    Args:
        data: the record of `reply`.
        reply: what it holds.
        event: what is to follow in its history.

    Returns:
        `data` with a line more; written anew where its layout has no place for that.

    Raises:
        RecordError: the event cannot be kept.
    """
    wanted = replace(reply, history=(*reply.history, event))
    longer = f"{data.decode('utf-8-sig').rstrip()}\n  - {_flow(_event(event))}\n"
    try:
        if parse(longer, reply.id, f"{reply.id}.yaml") == wanted:
            return longer
    except RecordError:
        pass  # its history stands elsewhere, or is written in another way
    return dump(wanted)


def _layout(reply: Reply, text: str) -> str:
    head: dict[str, object] = {
        "id": reply.id,
        "title": reply.title,
        "municipality": reply.municipality,
        "interpellants": [_person(p, ("name", "party", "role")) for p in reply.interpellants],
        "respondents": [_person(p, ("name", "role", "party")) for p in reply.respondents],
        "answered_on": reply.answered_on,
        "dnr": reply.dnr,
        "status": reply.status.value,
        "replaces": list(reply.replaces),
        "language": reply.language,
        "source": None if reply.source is None else _source(reply.source),
    }
    parts = [f"{key}: {_flow(value)}\n" for key, value in head.items()]
    parts.append(f"text:{text}")
    parts.append(_rows("passages", [_passage(p) for p in reply.passages]))
    if reply.history:
        parts.append(_rows("history", [_event(e) for e in reply.history]))
    return "".join(parts)


def _person(person: Person, keys: Sequence[str]) -> dict[str, str]:
    given = {key: getattr(person, key) for key in keys}
    return {key: value for key, value in given.items() if value is not None}


def _source(source: Source) -> dict[str, object]:
    row: dict[str, object] = {
        "file": source.file,
        "sha256": source.sha256,
        "pages": source.pages,
        "url": source.url,
    }
    if source.converted is not None:
        row["converted"] = {"file": source.converted.file, "sha256": source.converted.sha256}
    return row


def _passage(passage: Passage) -> dict[str, object]:
    row: dict[str, object] = {"id": passage.id, "kind": passage.kind.value}
    if passage.number is not None:
        row["number"] = passage.number
    if passage.question is not None:
        row["question"] = {"start": passage.question.start, "end": passage.question.end}
    row["span"] = {"start": passage.span.start, "end": passage.span.end}
    if passage.page is not None:
        row["page"] = passage.page
    return row


def _event(event: Event) -> dict[str, object]:
    row: dict[str, object] = {"date": event.on, "status": event.status.value}
    if event.what is not None:
        row["what"] = event.what.value
    if event.revision is not None:
        row["revision"] = event.revision
    if event.by is not None:
        row["by"] = event.by
    if event.reason is not None:
        row["reason"] = event.reason
    return row


def _rows(key: str, rows: Sequence[dict[str, object]]) -> str:
    if not rows:
        return f"{key}: []\n"
    return f"{key}:\n" + "".join(f"  - {_flow(row)}\n" for row in rows)


def _flow(value: object) -> str:
    """Return a value as YAML on one line, as PyYAML would write it."""
    if isinstance(value, (dict, list)):
        return _within(value)
    return _dumped(value).removesuffix("...\n").rstrip("\n")


def _within(value: object) -> str:
    """Return a value as it is written within another one.

    Put together here: PyYAML makes a writer for each value, which takes longer than all the rest.
    """
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_within(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_within, value)) + "]"
    if type(value) is int:
        return str(value)
    return _scalar(value)


@lru_cache(1_000)
def _scalar(value: object) -> str:
    """Return what is no number; the same few names and kinds come in every record."""
    return _dumped([value]).rstrip("\n")[1:-1]


def _dumped(value: object) -> str:
    text: str = yaml.dump(
        value,
        Dumper=_Dumper,
        default_flow_style=True,
        allow_unicode=True,
        sort_keys=False,
        width=_NEVER_WRAP,
    )
    return text


def _block(text: str) -> str:
    """Return a text as a literal block, with the marks that keep its last line breaks."""
    chomp = "-" if not text.endswith("\n") else "+" if text.endswith("\n\n") else ""
    # YAML guesses the indentation from the first line, which blanks there would mislead.
    indent = "2" if text[:1] in ("", " ", "\n", "\t") else ""
    body = text.removesuffix("\n")
    lines = "".join(f"  {line}\n" if line else "\n" for line in body.split("\n"))
    return f" |{indent}{chomp}\n{lines}"


# -- reading ----------------------------------------------------------------------------------


def parse(data: bytes | str, reply_id: str, file: str) -> Reply:
    """Return the reply of a record.

    Args:
        data: the YAML document.
        reply_id: the id that the record must have, from its file name.
        file: the record's name, for errors.

    Raises:
        RecordError: something is wrong; names the field, the line and what is allowed.
    """
    return _Reader(file).reply(compose(data, file), reply_id)


class _Reader(Nodes):
    """Reads the nodes of one record."""

    def reply(self, node: yaml.Node, reply_id: str) -> Reply:
        fields = self.mapping(node, "", _FIELDS, required=("id", "status", "text", "passages"))
        found = self.text(fields["id"], "id")
        if not ID_PATTERN.fullmatch(found):
            raise self.error(
                fields["id"], "id", f"{found!r}: only a-z, 0-9 and single hyphens are allowed"
            )
        if found != reply_id:
            raise self.error(
                fields["id"], "id", f"{found!r} must equal the file name, {reply_id!r}"
            )
        text = self.text(fields["text"], "text")
        status = self.choice(fields["status"], "status", Status)
        passages = self.list(
            fields["passages"], "passages", lambda n, f: self._passage(n, f, len(text))
        )
        self._check_passages(fields["passages"], passages)
        get = fields.get
        return Reply(
            id=found,
            status=status,
            text=text,
            passages=passages,
            title=self.optional(get("title"), "title", self.text),
            municipality=self.optional(get("municipality"), "municipality", self.text),
            interpellants=self.list(get("interpellants"), "interpellants", self._person),
            respondents=self.list(get("respondents"), "respondents", self._person),
            answered_on=self.optional(get("answered_on"), "answered_on", self.date),
            dnr=self.optional(get("dnr"), "dnr", self.text),
            replaces=self.list(get("replaces"), "replaces", self.text),
            language=self.optional(get("language"), "language", self.text),
            source=self.optional(get("source"), "source", self._source),
            history=self.list(get("history"), "history", self._event),
        )

    def _check_passages(self, node: yaml.Node, passages: tuple[Passage, ...]) -> None:
        nodes = node.value
        seen: set[str] = set()
        for at, passage in enumerate(passages):
            if passage.id in seen:
                raise self.error(
                    nodes[at], f"passages[{at}].id", f"{passage.id!r} is used twice in this reply"
                )
            seen.add(passage.id)
        order = sorted(range(len(passages)), key=lambda at: passages[at].span.start)
        for first, second in pairwise(order):
            one, two = passages[first], passages[second]
            if two.span.start < one.span.end:
                raise self.error(
                    nodes[second],
                    f"passages[{second}].span.start",
                    f"{two.span.start} lies inside passage {one.id!r} "
                    f"({one.span.start}..{one.span.end}); passages may not overlap",
                )

    def _passage(self, node: yaml.Node, field: str, length: int) -> Passage:
        fields = self.mapping(
            node,
            field,
            ("id", "kind", "number", "question", "span", "page"),
            required=("id", "kind", "span"),
        )

        def span(child: yaml.Node, name: str) -> Span:
            return self._span(child, name, length)

        return Passage(
            id=self.text(fields["id"], f"{field}.id", empty=False),
            kind=self.choice(fields["kind"], f"{field}.kind", PassageKind),
            number=self.optional(fields.get("number"), f"{field}.number", self.count),
            question=self.optional(fields.get("question"), f"{field}.question", span),
            span=span(fields["span"], f"{field}.span"),
            page=self.optional(fields.get("page"), f"{field}.page", self.count),
        )

    def _span(self, node: yaml.Node, field: str, length: int) -> Span:
        fields = self.mapping(node, field, ("start", "end"), required=("start", "end"))
        start = self.count(fields["start"], f"{field}.start", least=0)
        end = self.count(fields["end"], f"{field}.end", least=0)
        if end > length:
            raise self.error(
                fields["end"], f"{field}.end", f"{end} lies outside the text (0..{length})"
            )
        if start >= end:
            raise self.error(
                fields["start"], f"{field}.start", f"{start} must be less than the end, {end}"
            )
        return Span(start, end)

    def _person(self, node: yaml.Node, field: str) -> Person:
        fields = self.mapping(node, field, ("name", "party", "role"), required=("name",))
        return Person(
            name=self.text(fields["name"], f"{field}.name"),
            party=self.optional(fields.get("party"), f"{field}.party", self.text),
            role=self.optional(fields.get("role"), f"{field}.role", self.text),
        )

    def _source(self, node: yaml.Node, field: str) -> Source:
        fields = self.mapping(
            node,
            field,
            ("file", "sha256", "pages", "url", "converted"),
            required=("file", "sha256"),
        )
        file, digest = self._kept(fields, field)
        return Source(
            file=file,
            sha256=digest,
            pages=self.optional(fields.get("pages"), f"{field}.pages", self.count),
            url=self.optional(fields.get("url"), f"{field}.url", self.text),
            converted=self.optional(fields.get("converted"), f"{field}.converted", self._converted),
        )

    def _converted(self, node: yaml.Node, field: str) -> Converted:
        names = ("file", "sha256")
        return Converted(*self._kept(self.mapping(node, field, names, required=names), field))

    def _kept(self, fields: Mapping[str, yaml.Node], field: str) -> tuple[str, str]:
        """Return the name and the digest of a file in `sources/`."""
        file = self.text(fields["file"], f"{field}.file", empty=False)
        if "/" in file or "\\" in file or file in (".", ".."):
            raise self.error(
                fields["file"], f"{field}.file", f"{file!r} must be a file name without folders"
            )
        digest = self.text(fields["sha256"], f"{field}.sha256")
        if len(digest) != 64 or not set(digest) <= set("0123456789abcdef"):
            raise self.error(
                fields["sha256"], f"{field}.sha256", "must be 64 digits of 0-9 and a-f"
            )
        return file, digest

    def _event(self, node: yaml.Node, field: str) -> Event:
        fields = self.mapping(
            node,
            field,
            ("date", "status", "what", "revision", "by", "reason"),
            required=("date", "status"),
        )
        return Event(
            on=self.date(fields["date"], f"{field}.date"),
            status=self.choice(fields["status"], f"{field}.status", Status),
            reason=self.optional(fields.get("reason"), f"{field}.reason", self.text),
            what=self.optional(
                fields.get("what"), f"{field}.what", lambda n, f: self.choice(n, f, Change)
            ),
            revision=self.optional(fields.get("revision"), f"{field}.revision", self.count),
            by=self.optional(fields.get("by"), f"{field}.by", self.text),
        )

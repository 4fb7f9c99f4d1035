"""What a bot sends: JSON, form and multipart bodies as parameters and files."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl


class Refusal(Exception):
    """What Telegram answers instead of a result: status, description and parameters."""

    def __init__(self, status: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.parameters = parameters


def bad_request(reason: str) -> Refusal:
    """Return a refusal with status 400, in Telegram's wording."""
    return Refusal(400, f"Bad Request: {reason}")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file in a multipart body."""

    name: str
    media_type: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Params:
    """The parameters of a call; form values are strings, JSON values what they are."""

    values: Mapping[str, Any]
    files: Mapping[str, Upload] = field(default_factory=dict)

    def text(self, name: str) -> str | None:
        """Return a string, or None when it is missing."""
        value = self.values.get(name)
        if value is None or isinstance(value, str):
            return value
        return json.dumps(value)

    def number(self, name: str) -> int | None:
        """Return an integer, or None when it is missing.

        Raises:
            Refusal: it is no integer.
        """
        value = self.values.get(name)
        if value is None or value == "":
            return None
        try:
            return int(value)
        except (TypeError, ValueError):
            raise bad_request(f"invalid {name} specified") from None

    def flag(self, name: str) -> bool:
        """Return whether a switch is on."""
        return str(self.values.get(name, "")).lower() in {"true", "yes", "1"}

    def structure(self, name: str) -> Any:  # noqa: ANN401  (JSON of any shape)
        """Return a parameter that is JSON in a form and itself in a JSON body.

        Raises:
            Refusal: the JSON cannot be read.
        """
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise bad_request(f"can't parse {name.replace('_', ' ')} JSON object") from None

    def shown(self) -> dict[str, Any]:
        """Return the parameters for a log: structures read, files as their sizes."""
        seen: dict[str, Any] = {}
        for name, value in self.values.items():
            seen[name] = value
            if isinstance(value, str) and value[:1] in {"{", "["} and name not in {"text"}:
                try:
                    seen[name] = json.loads(value)
                except ValueError:
                    continue
        return seen | {name: len(upload.data) for name, upload in self.files.items()}


def read_params(query: str, content_type: str, body: bytes) -> Params:
    """Return the parameters of a request.

    Raises:
        Refusal: the body cannot be read.
    """
    values: dict[str, Any] = dict(parse_qsl(query, keep_blank_values=True))
    files: dict[str, Upload] = {}
    kind = content_type.partition(";")[0].strip().lower()
    try:
        if kind == "application/json":
            given = json.loads(body)
            if not isinstance(given, dict):
                raise bad_request("can't parse request: expected an Object")
            values |= given
        elif kind == "application/x-www-form-urlencoded":
            form = body.decode("ascii")
            values |= dict(parse_qsl(form, keep_blank_values=True, errors="strict"))
        elif kind == "multipart/form-data":
            _read_multipart(content_type, body, values, files)
        elif body:
            raise bad_request("unsupported content type of the request")
    except UnicodeError:
        raise bad_request("strings must be encoded in UTF-8") from None
    except json.JSONDecodeError:
        raise bad_request("can't parse request: can't parse JSON object") from None
    return Params(values, files)


def _read_multipart(
    content_type: str, body: bytes, values: dict[str, Any], files: dict[str, Upload]
) -> None:
    """Add a multipart body's fields and files."""
    boundary = re.search(r'boundary="?([^";]+)"?', content_type)
    if boundary is None:
        raise bad_request("can't parse request: no multipart boundary")
    parts = (b"\r\n" + body).split(b"\r\n--" + boundary[1].encode("ascii"))
    if len(parts) < 2 or not parts[-1].startswith(b"--"):
        raise bad_request("can't parse request: the multipart body is not closed")
    for part in parts[1:-1]:
        head, _, data = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        headers = head.decode("utf-8")
        name = re.search(r'(?i)content-disposition:[^\r\n]*?\bname="([^"]*)"', headers)
        if name is None:
            raise bad_request("can't parse request: a multipart part has no name")
        file_name = re.search(r'(?i)content-disposition:[^\r\n]*?\bfilename="([^"]*)"', headers)
        if file_name is None:
            values[name[1]] = data.decode("utf-8")
            continue
        media_type = re.search(r"(?i)content-type:\s*([^\r\n]+)", headers)
        files[name[1]] = Upload(
            file_name[1], media_type[1] if media_type else "application/octet-stream", data
        )

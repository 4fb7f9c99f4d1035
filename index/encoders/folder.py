"""A sentence-transformers model folder: what is in it, and the digest of what decides vectors."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeAlias

from index.errors import EncoderUnavailable

__all__ = [
    "choose_prompts",
    "digest",
    "is_static",
    "looks_like_folder",
    "prompts",
    "read_json",
    "static_folder",
]

Json: TypeAlias = Any
"""What a JSON file may hold; callers check what they take from it."""

_DECIDING_SUFFIXES = frozenset({".bin", ".json", ".jinja", ".model", ".py", ".safetensors", ".txt"})
# Other forms of the same weights, which neither loader reads.
_IGNORED_FOLDERS = frozenset({"onnx", "openvino"})


def looks_like_folder(name: str) -> bool:
    """Tell a path from a model name: names have at most one slash and no leading dot or tilde."""
    return name.startswith((".", "~", "/")) or name.count("/") > 1 or "\\" in name


def read_json(path: Path, encoder: str) -> Json:
    """Read a JSON file of the model.

    Raises:
        EncoderUnavailable: missing or not JSON.
    """
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as exc:
        raise EncoderUnavailable(encoder, f"the model file {path.name} cannot be read") from exc
    except ValueError as exc:
        raise EncoderUnavailable(encoder, f"the model file {path.name} is damaged") from exc


def _modules(folder: Path, encoder: str) -> list[tuple[str, Path]]:
    """Return each module's class name and folder, in order; empty without a modules.json."""
    path = folder / "modules.json"
    if not path.is_file():
        return []
    listed = read_json(path, encoder)
    try:
        return [(str(m["type"]).rpartition(".")[2], folder / str(m["path"])) for m in listed]
    except (KeyError, TypeError) as exc:
        raise EncoderUnavailable(encoder, "the model file modules.json is damaged") from exc


def is_static(folder: Path, encoder: str) -> bool:
    """Tell whether the model is a StaticEmbedding and at most a Normalize after it."""
    kinds = [kind for kind, _ in _modules(folder, encoder)]
    return kinds in (["StaticEmbedding"], ["StaticEmbedding", "Normalize"])


def static_folder(folder: Path, encoder: str) -> Path:
    """Return the folder in which a static model keeps its table and tokenizer."""
    return _modules(folder, encoder)[0][1]


def prompts(folder: Path, encoder: str) -> tuple[str, str]:
    """Return what stands before each question and each passage, from the folder's configuration.

    Raises:
        EncoderUnavailable: the configuration is damaged.
    """
    path = folder / "config_sentence_transformers.json"
    if not path.is_file():
        return "", ""
    config = read_json(path, encoder)
    known = (config.get("prompts") or {}) if isinstance(config, dict) else None
    if not isinstance(known, dict):
        raise EncoderUnavailable(encoder, f"the prompts in {path.name} are damaged")
    return choose_prompts(known)


def choose_prompts(known: Mapping[str, str | None]) -> tuple[str, str]:
    """Return the prompt for questions and the one for passages.

    For passages, models call it "document", "passage" or "corpus". sentence-transformers 6 takes
    the first of these names that is *present*, and always puts an empty "document" there, so it
    never uses a "passage" prompt by itself; the first that is not empty is meant.
    """
    passage = next(filter(None, map(known.get, ("document", "passage", "corpus"))), "")
    return known.get("query") or "", passage or ""


def digest(folder: Path) -> str:
    """Return the SHA-256, in hex, over the files of a model folder that decide its vectors.

    These are weights, tokenizers, configurations and prompts, in all subfolders but those of
    other runtimes (onnx, openvino); not the model card or pictures. Names count as well as
    contents, in the order of the names.
    """
    whole = hashlib.sha256()
    for path in sorted(folder.rglob("*"), key=lambda path: path.relative_to(folder).as_posix()):
        inside = path.relative_to(folder)
        hidden = any(part.startswith(".") for part in inside.parts)
        if (
            path.suffix not in _DECIDING_SUFFIXES
            or hidden
            or not _IGNORED_FOLDERS.isdisjoint(inside.parts)
            or not path.is_file()
        ):
            continue
        with path.open("rb") as file:
            content = hashlib.file_digest(file, "sha256").hexdigest()
        whole.update(f"{content}  {inside.as_posix()}\n".encode())
    return whole.hexdigest()

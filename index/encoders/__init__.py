"""Encoders: a light loader for static models, sentence-transformers for all others."""

from __future__ import annotations

from pathlib import Path

from index.encoders.folder import is_static, looks_like_folder
from index.encoders.light import StaticEncoder, open_static
from index.errors import EncoderUnavailable
from index.ports import Encoder

__all__ = ["EMBEDDED", "EMBEDDED_FOLDER", "StaticEncoder", "load_encoder"]

EMBEDDED = "embedded"
"""The configured name of the model that ships with the program."""

EMBEDDED_FOLDER = Path(__file__).parent.parent / "models" / "embedded"


def load_encoder(name: str) -> Encoder:
    """Load the encoder that the configuration names.

    Args:
        name: `embedded`, a sentence-transformers model folder, or a model name, which
            sentence-transformers takes from its cache or downloads. A folder that holds a static
            model is read without torch: a hundredth of a second instead of several.

    Returns:
        An encoder; also a `TokenEncoder` when the model is static and its token ids fit 16 bits.

    Raises:
        EncoderUnavailable: files missing or damaged, no such model, no connection.
    """
    folder = EMBEDDED_FOLDER if name == EMBEDDED else Path(name).expanduser()
    if not folder.is_dir():
        if name == EMBEDDED:
            raise EncoderUnavailable(name, "the installation lacks its model files; reinstall")
        if looks_like_folder(name):
            raise EncoderUnavailable(name, "there is no such folder")
    elif is_static(folder, name):
        return open_static(folder, name)
    # Imported here: torch takes seconds to load, and most installations never need it.
    from index.encoders.full import SentenceTransformerEncoder

    return SentenceTransformerEncoder(name, folder if folder.is_dir() else None)

"""The branch of the error tree for deciding and speaking.

KommunsvarError
├── ConfigError     the configuration is wrong: names key, value and what is allowed
├── QuestionError   the question cannot be asked (empty, too long)
└── UsageError      a command was given something it cannot take
"""

from __future__ import annotations

from knowledge.errors import KommunsvarError

__all__ = ["ConfigError", "QuestionError", "UsageError"]


class ConfigError(KommunsvarError):
    """The configuration is wrong.

    Attributes:
        key: dotted name of the setting, or the file when it cannot be read at all.
        value: what stood there.
    """

    def __init__(self, key: str, value: object, allowed: str) -> None:
        super().__init__(f"configuration: {key} is {value!r}; allowed: {allowed}")
        self.key = key
        self.value = value


class QuestionError(KommunsvarError):
    """The question cannot be asked; the message is in Swedish, for the person who asked."""


class UsageError(KommunsvarError):
    """A command was given something it cannot take; exit code 2."""

"""The branch of the error tree for deciding and speaking.

KommunsvarError
├── ConfigError     the configuration is wrong: names key, value and what is allowed
├── OfficeError     a piece of an admin's work was ended, or the disk refuses
├── QuestionError   the question cannot be asked (empty, too long)
├── ChannelError    a channel cannot work: the token, the network, another running bot
│   └── PortError   an address is in use or not allowed
├── SearchError     a filter of a staff search has a value that it cannot have
├── UsageError      a command was given something it cannot take
└── WithdrawnReply  what staff ask for is withdrawn: since when and why
"""

from __future__ import annotations

from knowledge.errors import KommunsvarError

__all__ = [
    "ChannelError",
    "ConfigError",
    "OfficeError",
    "PortError",
    "QuestionError",
    "SearchError",
    "UsageError",
    "WithdrawnReply",
]


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


class SearchError(KommunsvarError):
    """A filter of a staff search has a value that it cannot have.

    Attributes:
        key: what to say, in the catalogues.
        values: what fills it in.
    """

    def __init__(self, key: str, **values: str) -> None:
        super().__init__(key)
        self.key = key
        self.values = values


class UsageError(KommunsvarError):
    """A command was given something it cannot take; exit code 2."""


class WithdrawnReply(KommunsvarError):
    """What staff ask for is withdrawn; the message says since when and why.

    Attributes:
        swedish: the same, for staff.
    """

    def __init__(self, message: str, swedish: str) -> None:
        super().__init__(message)
        self._swedish = swedish

    @property
    def swedish(self) -> str:
        """What was said for staff."""
        return self._swedish


class ChannelError(KommunsvarError):
    """A channel cannot work; the message says why and what to do."""


class OfficeError(KommunsvarError):
    """A piece of an admin's work was ended before it was done, or the disk refuses.

    Attributes:
        swedish: the same, for the admin.
    """

    def __init__(self, message: str, swedish: str) -> None:
        super().__init__(message)
        self._swedish = swedish

    @property
    def swedish(self) -> str:
        """What was said for the admin."""
        return self._swedish


class PortError(ChannelError):
    """An address cannot be listened at.

    Attributes:
        address: HOST:PORT.
    """

    def __init__(self, address: str, why: str) -> None:
        super().__init__(
            f"{address} cannot be listened at ({why}); stop what uses it, or set another address"
            " in kommunsvar.yaml (health.listen, telegram.webhook.listen)"
        )
        self.address = address

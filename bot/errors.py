"""The branch of the error tree for deciding and speaking.

KommunsvarError
├── ConfigError         the configuration is wrong: names key, value and what is allowed
├── QuestionError       the question cannot be asked (empty, too long)
├── ChannelError        a channel cannot work: the token, the network, another running bot
│   └── PortError       an address is in use or not allowed
├── SearchError         a filter of a staff search has a value that it cannot have
├── UsageError          a command was given something it cannot take
└── BilingualError      said in both languages by whoever raises it
    ├── OfficeError     a piece of an admin's work was ended, or the disk refuses
    └── WithdrawnReply  what staff ask for is withdrawn: since when and why
"""

from __future__ import annotations

from knowledge.errors import KommunsvarError

__all__ = [
    "BilingualError",
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


class BilingualError(KommunsvarError):
    """Whoever raises it says it in both languages.

    Attributes:
        swedish: what the message says.
    """

    def __init__(self, message: str, swedish: str) -> None:
        super().__init__(message)
        self._swedish = swedish

    @property
    def swedish(self) -> str:
        """What was said in Swedish."""
        return self._swedish


class WithdrawnReply(BilingualError):
    """What staff ask for is withdrawn; the message says since when and why."""


class ChannelError(KommunsvarError):
    """A channel cannot work; the message says why and what to do."""


class OfficeError(BilingualError):
    """A piece of an admin's work was ended before it was done, or the disk refuses."""


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

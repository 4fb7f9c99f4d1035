"""What the operator decides: YAML file over defaults, secrets from the environment alone.

Every setting stands once, in `SETTINGS`; docs/configuration.md describes each, and a test
compares the two.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.config_file import Entry, Problem, Secret, read
from bot.errors import ConfigError
from bot.setting_types import Address, address, count, switch, text, url, user_ids

__all__ = [
    "SECRETS",
    "SETTINGS",
    "Address",
    "Health",
    "Secret",
    "Setting",
    "Settings",
    "Telegram",
    "Webhook",
    "load",
]


@dataclass(frozen=True, slots=True)
class Webhook:
    """How Telegram reaches the bot; `url` None means that the bot asks for updates itself."""

    url: str | None
    listen: Address
    secret: Secret | None


@dataclass(frozen=True, slots=True)
class Telegram:
    """The Telegram channel; without a token it is off."""

    api_url: str
    admins: tuple[int, ...]
    staff: tuple[int, ...]
    webhook: Webhook
    rate_limit: bool
    questions_per_minute: int
    token: Secret | None


@dataclass(frozen=True, slots=True)
class Health:
    """Where the state of the running program is told."""

    listen: Address


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that an operator can decide.

    Attributes:
        home: the folder with the record, the documents and the index.
        municipality: the municipality's name, or None.
        contact: whom a resident may ask when there is no answer, or None.
        public_url: where permalinks and source documents open, without a closing slash, or None.
        encoder: `embedded`, or a sentence-transformers model or folder.
    """

    home: Path
    municipality: str | None
    contact: str | None
    public_url: str | None
    encoder: str
    telegram: Telegram
    health: Health


@dataclass(frozen=True, slots=True)
class Setting:
    """One key of the configuration file.

    Attributes:
        key: dotted name.
        default: what holds when the key is missing or null, as it is written in YAML.
        parse: turns what stood in the file into the setting, or raises ValueError.
        allowed: what may stand there, for messages.
        help: what it decides.
    """

    key: str
    default: object
    parse: Callable[[object], object]
    allowed: str
    help: str


_URL = "an address that begins with http:// or https://"
_LISTEN = "HOST:PORT, such as 127.0.0.1:8081"
_IDS = "a list of Telegram user ids, such as [123456789]"

SETTINGS: tuple[Setting, ...] = (
    Setting("municipality", None, text, "text", "the municipality's name, as residents read it"),
    Setting("contact", None, text, "text", "whom to ask when there is no answer"),
    Setting("public_url", None, url, _URL, "where permalinks and source documents open"),
    Setting(
        "encoder", "embedded", text, "`embedded`, a model name or a folder", "what embeds text"
    ),
    Setting(
        "telegram.api_url", "https://api.telegram.org", url, _URL, "the Bot API server to talk to"
    ),
    Setting("telegram.admins", [], user_ids, _IDS, "who may import, publish and withdraw"),
    Setting("telegram.staff", [], user_ids, _IDS, "who may use the staff search"),
    Setting("telegram.webhook.url", None, url, _URL, "where Telegram sends updates, if it does"),
    Setting("telegram.webhook.listen", "127.0.0.1:8443", address, _LISTEN, "where updates arrive"),
    Setting(
        "telegram.rate_limit", True, switch, "true or false", "hold back messages as Telegram asks"
    ),
    Setting(
        "telegram.questions_per_minute",
        20,
        count,
        "a whole number; 0 for no limit",
        "how many questions one person may ask",
    ),
    Setting(
        "health.listen", "127.0.0.1:8081", address, _LISTEN, "where the program tells its state"
    ),
)

SECRETS: Mapping[str, str] = {
    "KOMMUNSVAR_TELEGRAM_TOKEN": "the bot's token, from @BotFather",
    "KOMMUNSVAR_TELEGRAM_WEBHOOK_SECRET": "what Telegram must send with every update",
}
"""Environment variables that hold secrets, each with what it is."""


def load(
    home: Path, config: Path | None = None, environ: Mapping[str, str] | None = None
) -> Settings:
    """Read the configuration.

    Args:
        home: the home folder, existing or not.
        config: the configuration file; None means `<home>/kommunsvar.yaml`, if there is one.
        environ: where the secrets are; None means the process environment.

    Raises:
        ConfigError: the file is missing though named, broken, or has a wrong key or value.
    """
    path = home / "kommunsvar.yaml" if config is None else config
    if path.is_file():
        values = _values(read(path, _SECTIONS))
    elif config is None and not path.exists():
        values = _values(())
    else:
        raise ConfigError(str(path), Problem("not a file"), "a YAML file that exists")
    return _settings(home, values, os.environ if environ is None else environ)


def _sections(keys: list[str]) -> frozenset[str]:
    found = set()
    for key in keys:
        while "." in key:
            key = key.rpartition(".")[0]
            found.add(key)
    return frozenset(found)


_BY_KEY = {setting.key: setting for setting in SETTINGS}
_SECTIONS = _sections(list(_BY_KEY))


def _values(entries: tuple[Entry, ...]) -> dict[str, Any]:
    values: dict[str, Any] = {
        key: None if setting.default is None else setting.parse(setting.default)
        for key, setting in _BY_KEY.items()
    }
    for entry in entries:
        setting = _BY_KEY.get(entry.key)
        if setting is None:
            if entry.key in _SECTIONS and entry.value is None:  # only comments below it
                continue
            raise ConfigError(entry.key, entry.value, _known(entry))
        if entry.value is None:
            continue
        try:
            values[entry.key] = setting.parse(entry.value)
        except ValueError as exc:
            allowed = f"{setting.allowed} ({entry.where})"
            raise ConfigError(entry.key, entry.value, allowed) from exc
    return values


def _known(entry: Entry) -> str:
    """Say which keys there are at the place of an unknown one."""
    from difflib import get_close_matches

    inside = entry.key if entry.key in _SECTIONS else entry.key.rpartition(".")[0]
    prefix = f"{inside}." if inside else ""
    everything = [*_BY_KEY, *_SECTIONS]
    names = {key.removeprefix(prefix).split(".")[0] for key in everything if key.startswith(prefix)}
    close = get_close_matches(entry.key, everything, n=1, cutoff=0.7)
    if not close:  # the right name at the wrong level: `listen` or `webhook.url`
        last = entry.key.rpartition(".")[2]
        close = [key for key in everything if key.rpartition(".")[2] == last][:1]
    keys = ", ".join(name for name in _in_order(names))
    parts = [f"the keys {keys}" if not inside else f"the keys {keys} under {inside}"]
    if isinstance(entry.value, Secret):
        parts.append(f"secrets belong in the environment: {', '.join(SECRETS)}")
    elif close and entry.key not in _SECTIONS:
        parts.append(f"did you mean {close[0]}?")
    return f"{'; '.join(parts)} ({entry.where})"


def _in_order(names: set[str]) -> list[str]:
    order = [part for key in _BY_KEY for part in key.split(".")]
    return sorted(names, key=order.index)


def _settings(home: Path, values: Mapping[str, Any], environ: Mapping[str, str]) -> Settings:
    def secret(name: str) -> Secret | None:
        value = environ.get(name, "").strip()
        return Secret(value) if value else None

    return Settings(
        home=home,
        municipality=values["municipality"],
        contact=values["contact"],
        public_url=values["public_url"],
        encoder=values["encoder"],
        telegram=Telegram(
            api_url=values["telegram.api_url"],
            admins=values["telegram.admins"],
            staff=values["telegram.staff"],
            webhook=Webhook(
                url=values["telegram.webhook.url"],
                listen=values["telegram.webhook.listen"],
                secret=secret("KOMMUNSVAR_TELEGRAM_WEBHOOK_SECRET"),
            ),
            rate_limit=values["telegram.rate_limit"],
            questions_per_minute=values["telegram.questions_per_minute"],
            token=secret("KOMMUNSVAR_TELEGRAM_TOKEN"),
        ),
        health=Health(listen=values["health.listen"]),
    )

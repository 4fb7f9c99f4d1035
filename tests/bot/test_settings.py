from __future__ import annotations

import re
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from bot.errors import ConfigError
from bot.settings import SECRETS, SETTINGS, Address, Secret, Settings, load

DOCUMENTATION = Path(__file__).parents[2] / "docs" / "configuration.md"


def load_text(home: Path, text: str) -> Settings:
    (home / "kommunsvar.yaml").write_text(text, encoding="utf-8")
    return load(home, environ={})


def refused(home: Path, text: str) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        load_text(home, text)
    return caught.value


def test_without_a_file_every_default_holds(tmp_path: Path) -> None:
    settings = load(tmp_path / "missing", environ={})
    assert settings.home == tmp_path / "missing"
    assert (settings.municipality, settings.contact, settings.public_url) == (None, None, None)
    assert settings.encoder == "embedded"
    assert settings.telegram.api_url == "https://api.telegram.org"
    assert (settings.telegram.admins, settings.telegram.staff) == ((), ())
    assert settings.telegram.webhook.url is None
    assert settings.telegram.webhook.listen == Address("127.0.0.1", 8443)
    assert settings.telegram.rate_limit is True
    assert settings.health.listen == Address("127.0.0.1", 8081)
    assert settings.telegram.token is None
    assert settings.telegram.webhook.secret is None


def test_the_file_goes_over_the_defaults(tmp_path: Path) -> None:
    settings = load_text(
        tmp_path,
        """\
municipality: Exempelby kommun
contact: Kontaktcenter, 0123-456 78
public_url: https://svar.exempelby.example/
telegram:
  admins: [11, 12]
  staff:
    - 13
  webhook: {url: "https://bot.exempelby.example/hook", listen: "[::1]:443"}
  rate_limit: false
health: {listen: 0.0.0.0:80}
""",
    )
    assert settings.municipality == "Exempelby kommun"
    assert settings.contact == "Kontaktcenter, 0123-456 78"
    assert settings.public_url == "https://svar.exempelby.example"
    assert settings.telegram.admins == (11, 12)
    assert settings.telegram.staff == (13,)
    assert settings.telegram.webhook.listen == Address("::1", 443)
    assert str(settings.telegram.webhook.listen) == "[::1]:443"
    assert settings.telegram.rate_limit is False
    assert str(settings.health.listen) == "0.0.0.0:80"


@pytest.mark.parametrize(
    "text",
    ["", "# nothing\n", "telegram:\n", "contact:\n", "encoder: null\n", "\ufeffencoder: x\n"],
)
def test_an_empty_value_or_section_counts_as_missing(tmp_path: Path, text: str) -> None:
    assert load_text(tmp_path, text).contact is None


@pytest.mark.parametrize(
    ("text", "key", "says"),
    [
        ("munincipality: X\n", "munincipality", "did you mean municipality?"),
        ("telegram: {admin: [1]}\n", "telegram.admin", "did you mean telegram.admins?"),
        ("rate_limit: true\n", "rate_limit", "did you mean telegram.rate_limit?"),
        ("telegram:\n  webhook: {uri: x}\n", "telegram.webhook.uri", "line 2"),
        ("telegram: 5\n", "telegram", "api_url, admins, staff, webhook, rate_limit, questions_per"),
        ("telegram: {admins: 5}\n", "telegram.admins", "[123456789]"),
        ("telegram: {admins: [true]}\n", "telegram.admins", "user ids"),
        ("telegram: {admins: [-3]}\n", "telegram.admins", "user ids"),
        ("telegram: {rate_limit: maybe}\n", "telegram.rate_limit", "true or false"),
        ("public_url: exempelby.example\n", "public_url", "https://"),
        ("public_url: 'http://[broken'\n", "public_url", "https://"),
        ("health: {listen: 8081}\n", "health.listen", "HOST:PORT"),
        ("health: {listen: 'localhost:99999'}\n", "health.listen", "HOST:PORT"),
        ("municipality: 7\n", "municipality", "text"),
        ("municipality: {name: X}\n", "municipality", "text"),
        ("contact: ''\n", "contact", "text"),
        ("encoder: a\nencoder: b\n", "encoder", "lines 1 and 2"),
        ("? [a, b]\n: c\n", "?", "did you mean"[:0]),
    ],
)
def test_a_wrong_key_or_value_is_named_with_what_is_allowed(
    tmp_path: Path, text: str, key: str, says: str
) -> None:
    error = refused(tmp_path, text)
    assert error.key == key
    assert key in str(error)
    assert says in str(error)
    assert "kommunsvar.yaml, line" in str(error)


@pytest.mark.parametrize(
    "text",
    [
        "a: [1\n",
        "a: b: c\n",
        "\tx: 1\n",
        "contact: \x07\n",
        "contact: *nobody\n",
        "a: !!python/x y\n",
    ],
)
def test_broken_yaml_names_the_file(tmp_path: Path, text: str) -> None:
    assert "kommunsvar.yaml" in str(refused(tmp_path, text))


def test_a_key_given_twice_is_said_in_a_sentence(tmp_path: Path) -> None:
    message = str(refused(tmp_path, "encoder: a\nencoder: b\n"))
    file = tmp_path / "kommunsvar.yaml"
    assert message == (
        f"configuration: encoder is given twice; allowed: once ({file}, lines 1 and 2)"
    )


def test_broken_yaml_names_the_line(tmp_path: Path) -> None:
    error = refused(tmp_path, "encoder: embedded\ncontact: a: b\n")
    assert "kommunsvar.yaml, line 2" in str(error)
    assert "contact: a: b" in str(error)


@pytest.mark.parametrize("text", ["- a\n", "just text\n", "contact: 2025-02-30\n", "[" * 500])
def test_what_is_no_configuration_is_an_error_and_not_a_crash(tmp_path: Path, text: str) -> None:
    refused(tmp_path, text)


def test_bytes_that_are_no_utf8_are_an_error(tmp_path: Path) -> None:
    (tmp_path / "kommunsvar.yaml").write_bytes(b"contact: V\xe4xel\n")
    with pytest.raises(ConfigError, match="UTF-8"):
        load(tmp_path, environ={})


def test_a_file_that_was_named_must_exist(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"other\.yaml is not a file; allowed"):
        load(tmp_path, tmp_path / "other.yaml", environ={})
    with pytest.raises(ConfigError, match="not a file"):
        load(tmp_path, tmp_path, environ={})


def test_secrets_come_from_the_environment_and_never_show(tmp_path: Path) -> None:
    environ = {
        "KOMMUNSVAR_TELEGRAM_TOKEN": " 12:abcdef ",
        "KOMMUNSVAR_TELEGRAM_WEBHOOK_SECRET": "hush",
    }
    assert set(environ) == set(SECRETS)
    settings = load(tmp_path, environ=environ)
    assert settings.telegram.token == Secret("12:abcdef")
    assert settings.telegram.token is not None
    assert settings.telegram.token.reveal() == "12:abcdef"
    assert settings.telegram.webhook.secret == Secret("hush")
    shown = f"{settings!r} {settings.telegram.token} {settings.telegram.token!r}"
    assert "abcdef" not in shown
    assert "hush" not in shown


@pytest.mark.parametrize(
    "text",
    [
        "telegram: {token: '12:abcdef'}\n",
        "telegram_token: 12:abcdef\n",
        "telegram: {webhook: {secret: 12:abcdef}}\n",
        "token: 12:abcdef: [\n",
    ],
)
def test_a_secret_in_the_file_is_refused_and_not_repeated(tmp_path: Path, text: str) -> None:
    assert "abcdef" not in str(refused(tmp_path, text))


def test_a_secret_in_the_file_is_told_where_it_belongs(tmp_path: Path) -> None:
    assert "KOMMUNSVAR_TELEGRAM_TOKEN" in str(refused(tmp_path, "telegram: {token: x}\n"))


def test_settings_are_frozen(tmp_path: Path) -> None:
    settings = load(tmp_path, environ={})
    with pytest.raises(FrozenInstanceError):
        settings.encoder = "other"  # type: ignore[misc]


def test_every_setting_is_documented_with_its_default() -> None:
    rows = dict(
        re.findall(r"^\| `([a-z_.]+)` \| `([^`]*)` \| \S", DOCUMENTATION.read_text("utf-8"), re.M)
    )
    as_yaml = {True: "true", None: "null", 20: "20"}
    assert rows == {
        one.key: str(one.default) if isinstance(one.default, str | list) else as_yaml[one.default]  # type: ignore[index]
        for one in SETTINGS
    }
    assert all(f"`{name}`" in DOCUMENTATION.read_text("utf-8") for name in SECRETS)


def test_the_documented_example_can_be_read(tmp_path: Path) -> None:
    example = re.search(r"```yaml\n(.*?)```", DOCUMENTATION.read_text("utf-8"), re.S)
    assert example is not None
    assert load_text(tmp_path, example[1]).municipality == "Exempelby kommun"

"""What an operator is told when the service cannot start, and where its health stands."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx

from tests.journeys.program import ENVIRONMENT, kommunsvar
from tests.journeys.telegram import TOKEN, Serving, free_port, serving, wait_for
from tests.telegram_api import TelegramApi

HOUSE = Path(__file__).resolve().parents[2]


def test_without_a_token_two_lines_say_how_to_get_one(example_home: Path) -> None:
    done = kommunsvar(example_home, "serve", code=2)
    lines = done.stderr.splitlines()
    assert len(lines) == 2
    assert "@BotFather" in lines[0]
    assert lines[1].endswith("chat` talks with the bot here in the terminal.")


def test_make_run_without_a_token_says_no_more_than_that(
    example_home: Path, tmp_path: Path
) -> None:
    program = tmp_path / "kommunsvar"
    program.write_text(
        f"#!{sys.executable}\nimport sys\nfrom bot.__main__ import main\nsys.exit(main())\n"
    )
    program.chmod(0o755)
    loaded, installed = tmp_path / ".loaded", tmp_path / ".installed"
    loaded.touch()
    installed.touch()
    done = subprocess.run(
        ["make", "--no-print-directory", "run", f"BIN={tmp_path}", f"INSTALLED={installed}",
         f"EXAMPLE_LOADED={loaded}", f"EXAMPLE_HOME={example_home}"],
        cwd=HOUSE, env={**ENVIRONMENT, "PYTHONPATH": str(HOUSE)}, capture_output=True,
        encoding="utf-8", check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, "")
    first, second = done.stderr.splitlines()
    assert "@BotFather" in first
    # The program is not on the path here, so it is named by where it lies.
    assert f"`{program} --home {example_home} chat`" in second


def test_web_is_not_there_yet_and_says_so(example_home: Path) -> None:
    done = kommunsvar(example_home, "serve", "--web", "127.0.0.1:1", code=2)
    assert "the web chat is not there yet" in done.stderr.splitlines()[0]
    kommunsvar(example_home, "serve", "--web", "nowhere", code=2)
    done = kommunsvar(example_home, "serve", "--no-telegram", code=2)
    assert "nothing to serve" in done.stderr


def ended(served: Serving) -> tuple[int, str]:
    served.start()
    code = served.process.wait(30)
    return code, served.log_file.read_text()


def test_a_wrong_token_is_one_clear_line(own_home: Path) -> None:
    with TelegramApi(TOKEN) as api:
        wrong = {"KOMMUNSVAR_TELEGRAM_TOKEN": "4711:WRONG"}
        code, said = ended(Serving(own_home, api, environment=wrong))
    assert code == 1
    assert "Telegram does not know the token in KOMMUNSVAR_TELEGRAM_TOKEN" in said
    assert "WRONG" not in said
    assert "Traceback" not in said


def test_a_port_in_use_is_one_clear_line(own_home: Path) -> None:
    with TelegramApi(TOKEN) as api, socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen()
        address = f"127.0.0.1:{held.getsockname()[1]}"
        code, said = ended(Serving(own_home, api, settings={"health": {"listen": address}}))
    assert code == 1
    assert f"{address} cannot be listened at" in said
    assert "Traceback" not in said


def test_a_webhook_needs_a_secret(own_home: Path) -> None:
    with TelegramApi(TOKEN) as api:
        none = {"KOMMUNSVAR_TELEGRAM_WEBHOOK_SECRET": ""}
        code, said = ended(Serving(own_home, api, "webhook", environment=none))
    assert code == 2
    assert "KOMMUNSVAR_TELEGRAM_WEBHOOK_SECRET" in said


def test_an_id_that_is_no_number_is_one_clear_line(own_home: Path) -> None:
    with TelegramApi(TOKEN) as api:
        code, said = ended(Serving(own_home, api, telegram={"staff": ["kim"]}))
    assert code == 2
    assert "telegram.staff is ['kim']; allowed: a list of Telegram user ids" in said


def test_an_empty_home_is_one_clear_line(tmp_path: Path) -> None:
    with TelegramApi(TOKEN) as api:
        code, said = ended(Serving(tmp_path, api))
    assert code == 1
    assert len(said.splitlines()) == 1


def test_without_a_network_it_waits_is_not_ready_and_can_be_stopped(own_home: Path) -> None:
    nobody = {"api_url": f"http://127.0.0.1:{free_port()}"}
    with TelegramApi(TOKEN) as api, Serving(own_home, api, telegram=nobody) as served:
        wait_for(lambda: served.health("/health")[0] == 200, 30)
        assert served.health("/ready") == (
            503, {"ready": False, "telegram": "starting", "index_version": "000001"},
        )  # fmt: skip
        wait_for(lambda: "Telegram cannot be reached" in served.log_file.read_text(), 20)
        served.process.send_signal(signal.SIGTERM)
        assert served.process.wait(10) == 0


def test_the_webhook_takes_nothing_without_the_secret(own_home: Path) -> None:
    with serving(own_home, "webhook") as (served, api):
        served.wait_ready()
        for headers in ({}, {"X-Telegram-Bot-Api-Secret-Token": "guessed"}):
            assert httpx.post(f"{api.proxy}/tg", json={}, headers=headers).status_code == 403
        assert httpx.get(f"{api.proxy}/tg").status_code == 405

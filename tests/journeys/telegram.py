"""Runs `kommunsvar serve` as an operator does, against a Bot API server of our own."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import psutil
import yaml

from tests.journeys.program import ENVIRONMENT, command
from tests.telegram_api import Faults, TelegramApi

TOKEN = "4711:AAF-token_of_the_stub_0123456789abcdef"
SECRET = "a-secret-that-only-telegram-knows"
STAFF, ADMIN = 918_501, 918_502
"""Long enough to stand in no log by chance, as a part of a port or of a time."""
MODES = ("polling", "webhook")


def free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


class Serving:
    """A `kommunsvar serve` process of one home.

    Args:
        home: the home.
        api: the Bot API server.
        mode: polling or webhook.
        telegram: more settings of the channel.
    """

    def __init__(
        self,
        home: Path,
        api: TelegramApi,
        mode: str = "polling",
        *,
        telegram: Mapping[str, object] | None = None,
        settings: Mapping[str, object] | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.home, self.api = home, api
        self.health_port = free_port()
        channel: dict[str, object] = {
            "api_url": api.url,
            "admins": [ADMIN],
            "staff": [STAFF],
            "rate_limit": False,
            **(telegram or {}),
        }
        if mode == "webhook":
            listen = f"127.0.0.1:{free_port()}"
            channel["webhook"] = {"url": "https://bot.exempelby.example/tg", "listen": listen}
            api.proxy = f"http://{listen}"
        self._config = {
            "municipality": "Exempelby kommun",
            "contact": "Kontaktcenter, 0123-456 78",
            "telegram": channel,
            "health": {"listen": f"127.0.0.1:{self.health_port}"},
            **(settings or {}),
        }
        self._environment = {
            **ENVIRONMENT,
            "KOMMUNSVAR_TELEGRAM_TOKEN": TOKEN,
            "KOMMUNSVAR_TELEGRAM_WEBHOOK_SECRET": SECRET,
            **(environment or {}),
        }
        self._process: subprocess.Popen[str] | None = None
        self.log_file = home / "serve.log"
        self.started_s = 0.0

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._process is not None and self._process.poll() is None:
            self.stop()

    def start(self) -> None:
        """Start the process; what it logs is added to the log file."""
        (self.home / "kommunsvar.yaml").write_text(yaml.safe_dump(self._config))
        self.started_s = time.monotonic()
        with self.log_file.open("a") as log:
            self._process = subprocess.Popen(
                command(self.home, "serve"),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                text=True,
                env=self._environment,
            )

    @property
    def process(self) -> subprocess.Popen[str]:
        assert self._process is not None
        return self._process

    def stop(self, timeout_s: float = 30.0) -> int:
        """Stop it as the system does; return its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout_s)

    def kill(self) -> None:
        """Kill it without warning."""
        self.process.kill()
        self.process.wait(10)

    def log(self) -> list[dict[str, Any]]:
        """Return what it has logged; every line must be JSON."""
        lines = self.log_file.read_text().splitlines()
        return [json.loads(line) for line in lines if line.strip()]

    def health(self, path: str = "/ready") -> tuple[int, dict[str, Any]]:
        """Return status and answer of the health address; 0 when nobody listens."""
        try:
            with urlopen(f"http://127.0.0.1:{self.health_port}{path}", timeout=5) as answer:
                return answer.status, json.load(answer)
        except HTTPError as exc:
            return exc.code, json.load(exc)
        except URLError:
            return 0, {}

    def wait_ready(self, timeout_s: float = 30.0) -> None:
        """Return when it says that it is ready."""
        wait_for(lambda: self.health()[0] == 200, timeout_s)

    def cpu_s(self) -> float:
        """Return the processor time that its processes have used, in seconds."""
        return sum(one.cpu_times().user + one.cpu_times().system for one in self.processes())

    def memory_mb(self) -> float:
        """Return the memory of its processes, what they share counted once, in MB."""
        return sum(one.memory_full_info().pss for one in self.processes()) / 1e6

    def processes(self) -> list[psutil.Process]:
        """Return the process and those that it started."""
        first = psutil.Process(self.process.pid)
        return [first, *first.children(recursive=True)]


def wait_for(condition: Callable[[], bool], timeout_s: float = 10.0) -> None:
    """Wait for what nobody tells of: a process that starts, a file that appears."""
    until = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < until, f"not within {timeout_s} s"
        time.sleep(0.02)


@contextmanager
def serving(
    home: Path,
    mode: str = "polling",
    *,
    faults: Faults | None = None,
    telegram: Mapping[str, object] | None = None,
    environment: Mapping[str, str] | None = None,
) -> Iterator[tuple[Serving, TelegramApi]]:
    """Run the bot against a server of its own."""
    with (
        TelegramApi(TOKEN, faults=faults) as api,
        Serving(home, api, mode, telegram=telegram, environment=environment) as served,
    ):
        yield served, api

"""What many tests share: the example record, imported once, and the real reply where it is."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from bot.settings import Settings, load
from bot.wiring import open_administration

_ROOT = Path(__file__).parent.parent
_SEED = Path(os.environ.get("KOMMUNSVAR_SEED", _ROOT.parent / "shared" / "seed"))

# How long an example takes says how busy the machine is, not whether the law holds.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")


@pytest.fixture(scope="session")
def example_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the example record; for tests that only read."""
    home = tmp_path_factory.mktemp("examples")
    open_administration(settings_of(home)).load_examples()
    return home


@pytest.fixture
def own_home(example_home: Path, tmp_path: Path) -> Path:
    """A copy of the example home; for tests that change it."""
    return shutil.copytree(example_home, tmp_path / "home")


@pytest.fixture(scope="session")
def seed_file() -> Path:
    """The text of a real municipal reply, which is not part of the project."""
    found = sorted(_SEED.glob("*.txt")) if _SEED.is_dir() else []
    if not found:
        pytest.skip(f"the real reply is not present in {_SEED}; set KOMMUNSVAR_SEED to its folder")
    return found[0]


def settings_of(home: Path) -> Settings:
    """Return the settings of a home without a configuration file."""
    return load(home, None)

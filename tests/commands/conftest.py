"""One run of the made-up metal, made by the command once and read by many tests; a copy where a test tampers with it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from worlds import PACKS, SCENARIOS


@pytest.fixture(scope="session")
def pack() -> Path:
    return PACKS / "examplium"


@pytest.fixture(scope="session")
def scenario() -> Path:
    return SCENARIOS / "examplium-ban.toml"


@pytest.fixture(scope="session")
def made(tmp_path_factory, process, pack, scenario) -> Path:
    """Folder of a run, made by the real command."""
    out = tmp_path_factory.mktemp("runs")
    started = process("run", scenario, "--data", pack, "--out", out)
    _, errors = started.communicate(timeout=120)
    assert started.returncode == 0, errors
    (folder,) = out.iterdir()
    return folder


@pytest.fixture
def mine(made, tmp_path) -> Path:
    """A copy of that run, to tamper with."""
    return Path(shutil.copytree(made, tmp_path / "runs" / made.name))

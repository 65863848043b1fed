"""The wheel by itself: installed into an empty environment it runs on the data and scenarios it carries."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from kanmon.pack.schema import FACTS, LABELS

CHECKOUT = Path(__file__).parents[2]

pytestmark = pytest.mark.slow


def call(*arguments, cwd: Path) -> str:
    """Run a program that must succeed, with nothing of this environment but its path."""
    done = subprocess.run([str(item) for item in arguments], cwd=cwd, env={"PATH": os.environ["PATH"]}, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory) -> Path:
    """Programs of a fresh environment that holds the wheel; what the wheel needs is read from this environment."""
    pytest.importorskip("hatchling")
    folder = tmp_path_factory.mktemp("wheel")
    call(sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--quiet", "--wheel-dir", folder, CHECKOUT, cwd=folder)
    (wheel,) = folder.glob("kanmon-*.whl")
    call(sys.executable, "-m", "venv", "--without-pip", folder / "fresh", cwd=folder)
    programs = folder / "fresh" / "bin"
    call(sys.executable, "-m", "pip", "--python", programs / "python", "install", "--no-deps", "--no-index", "--quiet", wheel, cwd=folder)
    (packages,) = (folder / "fresh" / "lib").glob("python*/site-packages")
    (packages / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return programs


def test_the_wheel_does_not_import_from_the_checkout(installed, tmp_path):
    place = Path(call(installed / "python", "-c", "import kanmon; print(kanmon.__file__)", cwd=tmp_path).strip())
    assert installed.parent in place.parents
    assert CHECKOUT not in place.parents


def test_the_wheel_lists_the_scenarios_it_carries(installed, tmp_path):
    listed = {item["name"] for item in json.loads(call(installed / "kanmon", "list", "--json", cwd=tmp_path))}
    assert listed == {path.stem for path in (CHECKOUT / "scenarios").glob("*.toml")}


def test_the_wheel_carries_every_table_of_the_pack_and_no_folder_beside(installed, tmp_path):
    carried = Path(call(installed / "python", "-c", "from kanmon import carried; print(carried.data_folder())", cwd=tmp_path).strip())
    assert installed.parent in carried.parents
    shipped = {path.name for path in (CHECKOUT / "data").glob("*.csv")}
    assert shipped == {path.name for path in carried.glob("*.csv")}
    assert {f"{name}.csv" for name, table in {**LABELS, **FACTS}.items() if table.required} <= shipped
    assert all(path.is_file() for path in carried.iterdir())


def test_the_wheel_runs_a_scenario_from_an_empty_folder(installed, tmp_path):
    (record,) = json.loads(call(installed / "kanmon", "run", "gallium-ban-on-japan", "--json", cwd=tmp_path))
    assert record["certificate"] <= 1e-6
    assert (tmp_path / record["folder"] / "manifest.json").is_file()
    assert [path.name for path in tmp_path.iterdir()] == ["runs"]


def test_the_wheel_verifies_itself_against_the_known_equilibria_it_carries(installed, tmp_path):
    cases = json.loads(call(installed / "kanmon", "verify", "--json", cwd=tmp_path))
    assert {item["case"] for item in cases} == {"zero shock", *(path.parent.name for path in (CHECKOUT / "tests" / "equilibria").glob("*/*.toml") if path.name in ("case.toml", "formula.toml"))}
    assert all(item["passed"] for item in cases)

"""What each mechanism adds, asked for at the command: solved in processes of their own, kept, verified, noticed when tampered with."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest
from joblib import parallel_config


@pytest.fixture(scope="module")
def contributing(tmp_path_factory, process, pack, scenario) -> Path:
    """Folder of a run that was asked for contributions."""
    out = tmp_path_factory.mktemp("contributing")
    started = process("run", scenario, "--contributions", "--data", pack, "--out", out)
    _, errors = started.communicate(timeout=180)
    assert started.returncode == 0, errors
    (folder,) = out.iterdir()
    return folder


def test_the_folder_holds_what_each_mechanism_adds_and_what_it_took(contributing, pack):
    table = pd.read_csv(contributing / "tables" / "contributions.csv")
    assert {"as asked", "no notice", "no private stocks", "no scrap loop"} == set(table["variant"])
    mean = pd.read_csv(contributing / "tables" / "headlines.csv").query("headline == 'price, mean while in force'").set_index("good")["value"]
    assert table.query("variant == 'as asked'").set_index("good")["multiple"].to_dict() == pytest.approx(mean.to_dict(), rel=1e-12)
    manifest = json.loads((contributing / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["seconds"]["contributions"] > 0
    assert manifest["scenario"]["contributions"] is True
    assert manifest["reproduce"] == f"kanmon run examplium-ban.toml --contributions --data {pack.name}"
    assert "What each mechanism adds to the price" in (contributing / "report.html").read_text(encoding="utf-8")


def test_verify_solves_the_variants_again_and_notices_a_changed_number(command, contributing, pack, tmp_path):
    with parallel_config(backend="sequential"):
        code, _, errors = command("verify", contributing, "--data", pack)
    assert code == 0, errors
    changed = Path(shutil.copytree(contributing, tmp_path / "changed"))
    path = changed / "tables" / "contributions.csv"
    frame = pd.read_csv(path)
    frame.loc[frame["variant"] == "no scrap loop", "multiple"] += 0.01
    frame.to_csv(path, index=False, float_format="%.17g")
    with parallel_config(backend="sequential"):
        code, _, errors = command("verify", changed, "--data", pack)
    assert code == 3
    assert "tables/contributions.csv is not what the plans imply" in errors


def test_a_run_that_was_not_asked_says_how_to_ask(made):
    assert pd.read_csv(made / "tables" / "contributions.csv").empty
    assert "kanmon run examplium-ban --contributions" in (made / "report.html").read_text(encoding="utf-8")

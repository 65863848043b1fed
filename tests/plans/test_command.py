"""``kanmon plans``: a comparison from files to a folder."""

from __future__ import annotations

import json

import pandas as pd
from invented import write_world

PLAN = 'title = "{title}"\ndecided = "2026-04"\n\n[[levers]]\nname = "{lever}"\nlevel = {level}\n'


def test_a_comparison_writes_tables_and_a_manifest(command, tmp_path):
    pack, futures = write_world(tmp_path)
    (tmp_path / "ready.toml").write_text(PLAN.format(title="Ready", lever="ready", level=1))
    (tmp_path / "idle.toml").write_text('title = "Nothing"\ndecided = "2026-04"\n')
    code, output, errors = command("plans", "compare", tmp_path / "ready.toml", tmp_path / "idle.toml", "--futures", futures, "--data", pack, "--out", tmp_path / "out", "--workers", 1)
    assert code == 0, errors
    assert "net benefit" in output and "certified" in output
    (folder,) = (tmp_path / "out").iterdir()
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["kanmon"] == "plans" and manifest["failed"] == {} and manifest["certificate"]["worst"] <= 1e-6
    ranking = pd.read_csv(folder / "tables" / "ranking.csv")
    assert ranking["plan"].tolist() == ["ready", "idle"] and ranking.loc[1, "expected_net"] == 0.0
    assert {path.stem for path in (folder / "tables").iterdir()} >= {"ranking", "by_future", "regret", "accounts", "reasons", "futures", "costs", "runs", "others"}


def test_the_list_names_the_shipped_plans(command):
    code, output, _ = command("plans", "list", "--json")
    assert code == 0 and "none" in json.loads(output)


def test_a_wrong_plan_is_a_message_and_not_a_traceback(command, tmp_path):
    (tmp_path / "bad.toml").write_text("title = 1")
    code, _, errors = command("plans", "compare", tmp_path / "bad.toml")
    assert code == 2 and "bad.toml" in errors and "Traceback" not in errors

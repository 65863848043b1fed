"""A run that was changed after it was written does not pass: exit 3 where it is no equilibrium, exit 2 where it cannot be read."""

from __future__ import annotations

import json

import pandas as pd
import pytest

PLANS = {
    "prices": ("region == 'BBB' and good == 'examplium'", "examplium in BBB"),
    "uses": ("region == 'BBB' and industry == 'lamps'", "examplium in BBB"),
    "outputs": ("region == 'CCC' and activity == 'smelting'", "smelting in CCC"),
    "flows": ("origin == 'AAA' and destination == 'CCC' and good == 'examplium'", "examplium AAA to CCC"),
    "stocks": ("region == 'BBB' and good == 'examplium_powder'", "examplium_powder in BBB"),
    "disposals": ("region == 'BBB'", "examplium_scrap in BBB"),
    "shed": ("region == 'AAA'", "examplium in lamps, AAA"),
}  # fmt: skip


def tamper(run, table: str, where: str, column: str = "value", add: float = 0.1) -> None:
    """Add to one number of a table."""
    path = run / "tables" / f"{table}.csv"
    frame = pd.read_csv(path, dtype={column: float})
    row = frame.query(where).index[0]
    frame.loc[row, column] += add
    frame.to_csv(path, index=False, float_format="%.17g")


def rewrite(run, change) -> None:
    """Change the manifest."""
    path = run / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    change(manifest)
    path.write_text(json.dumps(manifest), encoding="utf-8")


@pytest.mark.parametrize("table", PLANS)
def test_a_tampered_table_fails_and_the_market_is_named(command, mine, pack, table):
    keys, market = PLANS[table]
    tamper(mine, table, f"window == '2027-02' and month == '2027-05' and {keys}")
    code, _, errors = command("verify", mine, "--data", pack)
    assert code == 3, errors
    assert market in errors
    assert "2027-0" in errors


@pytest.mark.parametrize("table", ["prices", "flows", "uses"])
def test_a_month_before_the_announcement_is_checked_too(command, mine, pack, table):
    tamper(mine, table, f"window == '2026-12' and month == '2027-01' and {PLANS[table][0]}")
    code, _, errors = command("verify", mine, "--data", pack)
    assert code == 3, errors


def test_a_baseline_that_was_changed_is_noticed(command, mine, pack):
    tamper(mine, "prices", "window == '2027-02' and region == 'BBB' and good == 'examplium'", column="baseline", add=10)
    code, _, _ = command("verify", mine, "--data", pack)
    assert code in (2, 3)


def test_a_headline_that_was_changed_is_noticed(command, mine, pack):
    tamper(mine, "headlines", "good == 'examplium'")
    code, _, _ = command("verify", mine, "--data", pack)
    assert code in (2, 3)


@pytest.mark.parametrize("table", ["prices", "flows", "headlines", "measures"])
def test_a_run_without_one_of_its_tables_is_refused(command, mine, pack, table):
    (mine / "tables" / f"{table}.csv").unlink()
    for arguments in (("verify", mine, "--data", pack), ("report", mine)):
        code, _, errors = command(*arguments)
        assert code == 2
        assert table in errors


def test_a_table_that_lost_its_values_is_refused(command, mine, pack):
    path = mine / "tables" / "prices.csv"
    pd.read_csv(path).drop(columns="value").to_csv(path, index=False)
    code, _, errors = command("verify", mine, "--data", pack)
    assert code == 2
    assert "prices" in errors


def test_a_table_that_lost_a_row_is_refused(command, mine, pack):
    path = mine / "tables" / "prices.csv"
    pd.read_csv(path).query("not (region == 'BBB' and month == '2027-05')").to_csv(path, index=False)
    code, _, errors = command("verify", mine, "--data", pack)
    assert code == 2
    assert "no number for BBB" in errors


def test_a_table_with_text_for_a_number_is_refused(command, mine, pack):
    path = mine / "tables" / "flows.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("t/month,0,", "t/month,none,"), encoding="utf-8")
    code, _, errors = command("verify", mine, "--data", pack)
    assert code == 2
    assert "tables/flows.csv: no number for" in errors


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", "null", "\0"])
def test_a_manifest_that_is_none_is_refused(command, mine, pack, text):
    (mine / "manifest.json").write_text(text, encoding="utf-8")
    code, _, errors = command("verify", mine, "--data", pack)
    assert code == 2
    assert "is not the folder of a run" in errors


@pytest.mark.parametrize("key", ["name", "scenario", "data"])
def test_a_manifest_that_lost_a_key_is_refused(command, mine, pack, key):
    rewrite(mine, lambda manifest: manifest.pop(key))
    code, _, errors = command("verify", mine, "--data", pack)
    assert code == 2
    assert key in errors


def test_a_manifest_whose_scenario_is_not_the_one_hashed_is_refused(command, mine, pack):
    rewrite(mine, lambda manifest: manifest["scenario"].update(title="Another title"))
    code, _, errors = command("verify", mine, "--data", pack)
    assert code == 2
    assert "scenario" in errors


def test_a_manifest_of_other_data_is_refused(command, mine, pack):
    rewrite(mine, lambda manifest: manifest["data"].update(sha256="0" * 64))
    code, _, errors = command("verify", mine, "--data", pack)
    assert code == 2
    assert "another state of the data pack examplium" in errors


def test_a_folder_that_is_no_run_is_refused(command, tmp_path, pack):
    for arguments in (("verify", tmp_path, "--data", pack), ("report", tmp_path)):
        code, _, errors = command(*arguments)
        assert code == 2
        assert "is not the folder of a run" in errors

"""Every shipped scenario is an equilibrium, and what it shows where a theorem or a definition says so."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import kanmon
from kanmon.accounts.owners import disagreement
from kanmon.carried import scenario_folder
from kanmon.certify.certificate import PASS, certify
from kanmon.pack.load import load_pack
from kanmon.runs.run import run_scenario
from kanmon.runs.zero_shock import zero_shock_deviation
from kanmon.scenario.apply import open_window, scenario_world
from kanmon.scenario.load import find_scenarios, load_scenario
from kanmon.scenario.market import base_state
from kanmon.solution.tables import join, window_tables
from kanmon.solve.window import solve_window
from kanmon.steps import DEFAULT_SCENARIO, quiet_scenario

SHIPPED = list(find_scenarios(scenario_folder()))
KEPT = Path(__file__).parents[1] / "regression" / "headlines.csv"
KEYS = ["scenario", "good", "headline", "unit"]


@cache
def pack():
    return load_pack(scenario_folder().parent / "data")


@cache
def run_of(name: str):
    return run_scenario(load_scenario(scenario_folder() / f"{name}.toml"), pack(), name)


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_scenario_is_certified_and_opens_with_its_question(name):
    assert run_of(name).scenario.question.endswith("?")
    assert (scenario_folder() / f"{name}.toml").read_text(encoding="utf-8").startswith("# ")
    worst = max(certificate.worst for certificate in run_of(name).certificates)
    assert worst <= PASS, worst


def headlines_now() -> pd.DataFrame:
    """Headlines of every shipped scenario, one a row."""
    frames = [run_of(name).headlines.assign(scenario=name) for name in SHIPPED]
    return pd.concat(frames)[[*KEYS, "value"]].astype({"value": float}).reset_index(drop=True)


def test_headlines_of_shipped_scenarios_stand_where_they_stood():
    """Yesterday's headlines: a tripwire, not a truth. A change needs a reason in the changelog, and `python tests/solution/test_shipped_scenarios.py`."""
    kept, now = pd.read_csv(KEPT).set_index(KEYS)["value"], headlines_now().set_index(KEYS)["value"]
    assert len(kept) > 400
    assert list(kept.index) == list(now.index)
    np.testing.assert_allclose(now, kept, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("name", SHIPPED)
def test_two_computations_of_the_market_surplus_agree_and_a_spoilt_account_does_not(name):
    """The sum of all accounts is benefit of use less resource cost, to a millionth of the gross flows; a hundredth of a per cent of them
    added to one account shows."""
    accounts, resources = run_of(name).reports["accounts"], run_of(name).reports["resources"]
    assert disagreement(accounts, resources) <= 1e-6
    spoilt = accounts.assign(value=accounts["value"].where(accounts.index != accounts.index[0], accounts["value"] + 1e-4 * accounts["value"].abs().sum()))
    assert disagreement(spoilt, resources) > 1e-5


def test_no_shock_is_no_change_in_any_of_thirty_six_months():
    deviation = zero_shock_deviation(quiet_scenario(36), pack())
    print(f"largest relative deviation {deviation:.1e}")
    assert deviation <= PASS


def test_twelve_more_months_of_horizon_move_no_headline_of_the_default_scenario_by_more_than_one_per_cent():
    scenario = load_scenario(scenario_folder() / f"{DEFAULT_SCENARIO}.toml")
    longer = run_scenario(scenario.model_copy(update={"months": scenario.months + 12}), pack()).headlines
    short = run_of(DEFAULT_SCENARIO).headlines
    short, longer = (frame[frame["unit"] != "months"].set_index(["good", "headline"])["value"] for frame in (short, longer))
    assert len(short) > 30
    np.testing.assert_allclose(longer.reindex(short.index), short, rtol=0.01, atol=0.01)


def test_a_ban_on_everyone_costs_japan_more_than_a_ban_on_japan_alone():
    """Reported, not a theorem: a larger ban need not raise every price. Here it does for each restricted good."""
    alone, everyone = (run_of(name).headlines.query("headline == 'price, mean while in force'").set_index("good")["value"] for name in ("both-on-japan", "both-on-everyone"))
    for good in ("gallium", "flake", "spherical"):
        assert everyone[good] > alone[good] > 1


def test_an_end_user_measure_on_few_users_changes_nothing_because_other_metal_reaches_them():
    frame = run_of("end-user-measure-2026").realised["uses"]
    np.testing.assert_allclose(frame["value"], frame["baseline"], rtol=1e-6)


def test_a_solution_tampered_by_a_hundredth_of_a_per_cent_fails_its_certificate():
    scenario = load_scenario(scenario_folder() / "gallium-ban-on-japan.toml")
    world = scenario_world(run_of("gallium-ban-on-japan").calibration.world, scenario)
    market = open_window(world, scenario, scenario.measures[0].announced, base_state(world))
    tables = join([window_tables(solve_window(market))])
    assert certify(tables, market).passed
    for name in ("prices", "flows", "uses", "outputs", "stocks"):
        broken = {key: frame.copy() for key, frame in tables.items()}
        row = (broken[name]["value"] * (broken[name]["baseline"] > 0) * broken[name].get("traded", 1)).idxmax()
        broken[name].loc[row, "value"] *= 1.0001
        assert not certify(broken, market).passed, name
        with pytest.raises(kanmon.NotCertified, match="Worst offenders"):
            certify(broken, market).demand()


if __name__ == "__main__":
    headlines_now().to_csv(KEPT, index=False, float_format="%.7g")

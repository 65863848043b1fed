"""A brief run has the numbers of a whole one, and a run that starts from another has its own."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest

from kanmon.carried import data_folder, scenario_folder
from kanmon.certify.certificate import PASS
from kanmon.pack.load import load_pack
from kanmon.runs import path
from kanmon.runs.brief import Brief, brief_run
from kanmon.runs.run import run_scenario
from kanmon.runs.starts import Starts
from kanmon.scenario.load import load_scenario
from kanmon.scenario.schema import Assumption, Scenario

SAME = {"rtol": 1e-9, "atol": 1e-9}


@cache
def pack():
    return load_pack(data_folder())


def asked(*factors: float) -> Scenario:
    """A scenario whose end is known, with friction and recipes at a multiple."""
    scenario = load_scenario(scenario_folder() / "gallium-ban-usgs-anchor.toml").model_copy(update={"beside": (), "contributions": False})
    facts = (("friction", "theta"), ("recipes", "input"))
    return scenario.model_copy(update={"assumptions": (*scenario.assumptions, *(Assumption(table=table, quantity=quantity, multiply=factor) for (table, quantity), factor in zip(facts, factors, strict=False)))})


@cache
def central() -> Brief:
    return brief_run(asked(), pack(), "central")


def drawn(*factors: float, near: Starts | None = None) -> Brief:
    path._SOLVED.clear()
    return brief_run(asked(*factors), pack(), "draw", near=near)


def test_a_brief_run_has_the_numbers_of_a_whole_one():
    run, brief = run_scenario(asked(), pack(), "central"), central()
    assert brief.worst <= PASS
    assert len(brief.reports["headlines"]) > 0
    for name in ("headlines", "price_paths", "accounts", "resources", "owners"):
        pd.testing.assert_frame_equal(brief.reports[name], run.reports[name], **SAME)
    economy = run.reports["economy"]
    economy = economy[(economy["sector"] == "") & (economy["region"] == brief.scenario.focus_region)].set_index(["account", "rule", "quantity"]).sort_index()
    for row in brief.reports["value_added"].itertuples():
        assert float(economy["central"].loc[row.account, row.rule, row.quantity]) == pytest.approx(row.value, rel=1e-9, abs=1e-9), row
    assert not brief.reports["value_added"].empty


def test_a_run_started_from_another_has_the_numbers_of_its_own():
    cold, hot = drawn(1.1, 1.01), drawn(1.1, 1.01, near=central().starts)
    assert hot.worst <= PASS
    assert sum(solved.effort.programs for solved in hot.rolled.equilibria) == 0 < sum(solved.effort.programs for solved in cold.rolled.equilibria)
    for name in ("price_paths", "headlines"):
        np.testing.assert_allclose(hot.reports[name]["value"].astype(float), cold.reports[name]["value"].astype(float), rtol=1e-7, atol=1e-9)


def test_draws_are_the_same_in_any_order():
    first, second = drawn(1.1, near=central().starts), drawn(0.9, near=central().starts)
    again, before = drawn(0.9, near=central().starts), drawn(1.1, near=central().starts)
    for one, other in ((first, before), (second, again)):
        pd.testing.assert_frame_equal(one.reports["price_paths"], other.reports["price_paths"], rtol=1e-12, atol=0.0)

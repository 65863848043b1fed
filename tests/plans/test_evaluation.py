"""What a plan is worth: nothing for nothing, accounts that add up, levers that do what they say."""

from __future__ import annotations

import numpy as np
import pytest
from invented import evaluated, nothing, plan, world

import kanmon.plans.evaluate as evaluate_module
from kanmon.plans.comparison import CRISIS, OUTSIDE, PATH, split
from kanmon.plans.costs import monthly_factor, outside_costs
from kanmon.plans.evaluate import evaluate
from kanmon.plans.levers import levers_of
from kanmon.plans.outcome import outcome_of


def test_a_plan_of_no_levers_avoids_exactly_nothing_and_costs_exactly_nothing():
    found = evaluated(none=plan(), zero=plan(stock=0.0))
    assert (found.loss().loc[:, ["short", "long"]] > 0).all(axis=None)
    assert (found.avoided() == 0.0).all(axis=None)
    assert (found.cost() == 0.0).all()


def test_a_stock_avoids_loss_and_its_filling_lifts_the_price_before():
    found = evaluated(stock=plan(stock=60.0))
    assert not found.errors and (found.runs["error"] == "").all()
    assert found.avoided().loc["stock", "long"] > 0
    path = found.path[found.path["region"] == "BBB"].set_index("account")["value"]
    assert path["consumers"] < 0  # users pay more while it is filled
    assert path["national stockpile"] < 0
    assert found.losses.query("region == 'BBB' and future == 'long' and account == 'national stockpile'")["value"].item() < 0  # it sells dear


def test_the_split_by_account_adds_up_to_the_net_benefit():
    found = evaluated(mixed=plan(stock=30.0, campaign=1.0, melter=4.0))
    parts = split(found)
    assert set(parts["part"]) == {PATH, CRISIS, OUTSIDE}
    sums = parts.groupby(["plan", "future"])["value"].sum()
    for future in found.futures.scenarios:
        assert sums["mixed", future] == pytest.approx(found.net().loc["mixed", future], rel=1e-12, abs=1e-15)


def test_a_lever_that_does_nothing_costs_in_proportion_and_changes_nothing_else():
    found = evaluated(once=plan(campaign=1.0), twice=plan(campaign=2.0))
    assert (found.avoided().abs() < 1e-12).all(axis=None)
    assert found.cost()["twice"] == pytest.approx(2 * found.cost()["once"], rel=1e-9)
    assert found.cost()["once"] > 0


def test_a_stock_that_is_never_sold_only_costs():
    found = evaluated(once=plan(powder_stock=10.0))
    assert found.cost()["once"] > 0
    assert (found.avoided().loc["once"].abs() <= 0.02 * found.loss().loc["once"].abs() + 1e-12).all()


def test_outside_costs_by_hand():
    pack, futures = world()
    factor = monthly_factor(pack)
    assert factor == pytest.approx(1.04 ** (-1 / 12), rel=1e-12)
    costs = outside_costs(plan(melter=2.0, campaign=1.0, surer=1.0), levers_of(pack), futures.counted_from, futures.counted_from + 12, factor).set_index(["lever", "item"])["value"]
    # 1,200 USD over 120 months at 4 %: on line in months 3 to 11 of the twelve that are counted
    a_month = 1200 / sum(factor**j for j in range(120))
    on_line = sum(factor**t for t in range(3, 12))
    assert costs["melter", "capital"] == pytest.approx(2 * a_month * on_line / 1e6, rel=1e-12)
    assert costs["melter", "operation"] == pytest.approx(2 * 10 * on_line / 1e6, rel=1e-12)
    assert costs["campaign", "programme"] == pytest.approx(0.5 * 100 * sum(factor**t for t in range(6)) / 1e6, rel=1e-12)
    assert costs["surer", "subsidy abroad"] == pytest.approx(40 / 1e6, rel=1e-12)


@pytest.mark.parametrize("lever", ["melter", "ready", "saving", "contract", "bounty", "floor", "surer"])
def test_every_kind_of_lever_is_evaluated_and_certified(lever):
    found = evaluated(one=plan(**{lever: 1.0}))
    assert not found.errors and (found.runs["error"] == "").all()
    assert found.runs["worst_residual"].max() <= 1e-6
    assert np.isfinite(found.net().to_numpy()).all()


def test_suppliers_made_ready_leave_the_path_as_it_is_and_avoid_loss():
    found = evaluated(ready=plan(ready=1.0))
    assert found.cost()["ready"] == pytest.approx(0.0, abs=1e-9)
    assert found.avoided().loc["ready", "long"] > 0


def test_a_floor_price_is_paid_on_what_the_plant_makes():
    found = evaluated(floor=plan(floor=1.0))
    paid = found.path[found.path["account"] == "support paid"]
    assert set(paid["region"]) <= {"BBB"} and (paid["value"] <= 0).all()


def test_what_fails_is_kept_with_its_reason_and_sinks_nobody():
    found = evaluated(good=plan(ready=1.0), bad=plan(floor=30.0))
    assert set(found.errors) == {"bad"} and "top-up" in found.errors["bad"]
    assert np.isnan(found.net().loc["bad"]).all() and np.isfinite(found.net().loc["good"]).all()


def test_two_processes_give_the_numbers_of_one():
    pack, futures = world()
    plans = {"a": plan(ready=1.0), "b": plan(saving=1.0)}
    alone, together = (evaluate(plans, futures, pack, workers, nothing(), downstream=False) for workers in (1, 2))
    assert np.allclose(alone.net(), together.net(), rtol=1e-9, atol=1e-12)


def test_plans_that_do_the_same_are_solved_once(monkeypatch):
    pack, futures = world()
    asked = []
    monkeypatch.setattr(evaluate_module, "outcome_of", lambda *given: asked.append(given) or outcome_of(*given))
    found = evaluate({"a": plan(ready=1.0), "idle": plan(), "again": plan(ready=1.0, campaign=0.0)}, futures, pack, 1, nothing(), downstream=False)
    assert len(asked) == 1
    assert list(found.net().index) == ["a", "idle", "again"]
    assert (found.net().loc["a"] == found.net().loc["again"]).all() and (found.avoided().loc["a"].abs() > 0).any()

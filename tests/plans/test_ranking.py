"""Expectation, tail, regret, dominance and reasons by hand arithmetic."""

from __future__ import annotations

import pandas as pd
import pytest

from kanmon.plans.interaction import reading, singles
from kanmon.plans.reasons import reasons
from kanmon.plans.risk import dominated_by, expected, near_equal, regret, tail_mean
from kanmon.plans.schema import Plan

PROBABILITY = {"calm": 0.7, "short": 0.2, "long": 0.1}
LOSS = pd.DataFrame({"calm": [0.0, 0.0, 0.0], "short": [10.0, 8.0, 10.0], "long": [40.0, 20.0, 40.0]}, index=["none", "stock", "wasted"])
COST = pd.Series({"none": 0.0, "stock": 1.0, "wasted": 2.0})


def test_the_expectation_weighs_futures_by_their_probability():
    assert expected(LOSS, PROBABILITY).to_dict() == pytest.approx({"none": 0.2 * 10 + 0.1 * 40, "stock": 0.2 * 8 + 0.1 * 20, "wasted": 6.0})


def test_the_tail_takes_the_worst_futures_and_a_part_of_the_one_that_straddles_it():
    # worst 20 %: all of "long" (0.1 at 40) and half of "short" (0.1 of 0.2 at 10): (4 + 1) / 0.2 = 25
    assert tail_mean(LOSS, PROBABILITY, 0.2)["none"] == pytest.approx(25.0)
    assert tail_mean(LOSS, PROBABILITY, 0.1)["stock"] == pytest.approx(20.0)
    assert tail_mean(LOSS, PROBABILITY, 1.0)["none"] == pytest.approx(6.0)  # all of it is the expectation


def test_regret_is_what_the_best_plan_of_each_future_gains_more():
    net = LOSS.loc["none"] - LOSS
    net = net.sub(COST, axis=0)
    found = regret(net)
    assert found.loc["none"].to_dict() == {"calm": 0.0, "short": 1.0, "long": 19.0}
    assert found.loc["stock"].to_dict() == {"calm": 1.0, "short": 0.0, "long": 0.0}


def test_a_plan_that_costs_more_and_avoids_no_more_is_dominated():
    assert dominated_by(LOSS, COST) == {"wasted": "none"}


def test_plans_of_one_value_do_not_dominate_each_other():
    same = LOSS.loc[["none", "none"]].set_axis(["one", "two"])
    assert dominated_by(same, pd.Series({"one": 1.0, "two": 1.0})) == {}


def test_plans_within_the_tolerance_are_near_equal():
    assert near_equal(pd.Series({"a": 0.0, "b": 10.0, "c": 9.9}), 0.02) == {"a": [], "b": ["c"], "c": ["b"]}


def test_what_falls_is_given_a_reason_and_what_a_plan_costs_beside_the_market_needs_none():
    rows = [("p", "f", "in the crisis", "consumers", 9.0, "million USD"), ("p", "f", "on the path", "consumers", -3.0, "million USD"), ("p", "f", "paid beside the market", "x: capital", -5.0, "million USD"), ("p", "f", "on the path", "traders", -0.01, "million USD")]
    found = reasons(pd.DataFrame(rows, columns=["plan", "future", "part", "account", "value", "unit"]))
    assert found["account"].tolist() == ["consumers"]
    assert "lifts the price" in found["reason"].item() and found["share"].item() == pytest.approx(3 / 12.01)


def test_levers_one_by_one_and_what_their_sum_says():
    both = Plan.model_validate({"title": "t", "decided": "2026-01", "levers": [{"name": "a", "level": 1}, {"name": "b", "level": 2}, {"name": "c", "level": 0}]})
    assert list(singles({"both": both})) == ["both: a", "both: b"]
    assert (reading(5.0, 8.0), reading(8.0, 5.0), reading(5.0, 5.01)) == ("less", "more", "apart")

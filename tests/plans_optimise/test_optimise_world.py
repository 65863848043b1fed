"""The extensive form: all futures in one program. What it must find is found by solving the futures one by one."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pyomo.environ as pyo
import pytest
from copper_and_tin import COST, FUTURES, PROBABILITY, world
from pyomo.core.expr.visitor import identify_variables

from kanmon.accounts.surplus import surplus
from kanmon.extensive.model import Built, FirstStage, FutureMarket, Opening, add_expected_surplus, build_extensive, market_with
from kanmon.extensive.program import future_market, world_optimum
from kanmon.solve.window import solve_window
from worlds import floats, market, measure

LEVERS = (
    FirstStage("copper store", 14.0, COST["copper store"], COST["copper store"], (Opening(0, 1.0),)),
    FirstStage("copper works", 3.5, COST["copper works"], COST["copper works"], (), (Built(4, np.ones(2)),)),
    FirstStage("tin store", 14.0, COST["tin store"], COST["tin store"], (Opening(1, 1.0),)),
)


def future(held_back: tuple[str, ...], probability: float, release: float = np.inf) -> FutureMarket:
    """A future without the levers; stores give no more than a rate, where there is one."""
    open_world = world({})
    empty = replace(open_world, stocks=replace(open_world.stocks, release_limit=floats(release, release)))
    window = market(empty, *[measure("quota", goods=(good,), share=0.1, name=good) for good in held_back], months=2)
    return future_market(probability, window)


ALL = [future(held_back, float(chance)) for held_back, chance in zip(FUTURES, PROBABILITY, strict=True)]


def worth(levels: dict[str, float], futures=ALL, levers=LEVERS) -> float:
    """Expected surplus of both regions at these levels, future by future, less what the levers cost [USD]."""
    total = -sum(lever.cost * levels.get(lever.name, 0.0) for lever in levers)
    for item in futures:
        window = market_with(item.market, levers, levels)
        total += item.probability * float(surplus(solve_window(window), window)["value"].sum())
    return total


def test_no_plan_of_a_grid_is_better_for_the_world():
    found = world_optimum(ALL, LEVERS)
    grid = [dict(zip((lever.name for lever in LEVERS), point, strict=True)) for point in product(*(np.linspace(0, lever.largest, 4) for lever in LEVERS))]
    best = max(worth(plan) for plan in grid)
    assert found.residual <= 1e-9 and found.worst <= 1e-9
    assert worth(found.levels) >= best
    assert worth(found.levels) > worth({})


def test_a_level_in_use_is_worth_what_it_costs_and_one_at_zero_no_more():
    found = world_optimum(ALL, LEVERS)
    for lever in LEVERS:
        assert found.worth[lever.name] <= lever.cost * (1 + 1e-6)
        if 0 < found.levels[lever.name] < lever.largest:
            assert found.worth[lever.name] == pytest.approx(lever.cost, rel=1e-6)


@pytest.mark.parametrize("lever", range(3))
def test_the_worth_of_a_level_is_the_derivative_of_the_value(lever):
    """With more levels too dear to be bought, the dual of one against a difference of the value, future by future."""
    at = {"copper store": 3.0, "copper works": 0.5, "tin store": 2.0}
    futures = [replace(item, market=market_with(item.market, LEVERS, at)) for item in ALL]
    still = [replace(item, cost=1e4) for item in LEVERS]
    name, step = LEVERS[lever].name, 1e-3
    found = world_optimum(futures, still)
    upper, lower = ({**at, name: at[name] + sign * step} for sign in (1, -1))
    slope = (worth(upper) - worth(lower)) / (2 * step) + LEVERS[lever].cost
    assert found.worth[name] == pytest.approx(slope, rel=1e-4)


def test_a_store_is_worth_the_expected_price_of_its_first_month():
    """The dual of the stock is the price of the market that it opens: expected over futures."""
    found = world_optimum(ALL, LEVERS)
    node = int(ALL[0].market.world.stocks.node[0])
    expected = sum(item.probability * solved.price[node, 0] for item, solved in zip(ALL, found.futures, strict=True))
    assert found.worth["copper store"] == pytest.approx(expected, rel=1e-9)


def test_a_budget_binds_and_has_a_price():
    found = world_optimum(ALL, LEVERS, 200.0)
    spent = sum(lever.charge * found.levels[lever.name] for lever in LEVERS)
    assert spent == pytest.approx(200.0)
    more, less = (worth(world_optimum(ALL, LEVERS, budget).levels) for budget in (201.0, 199.0))
    assert found.budget_price == pytest.approx((more - less) / 2, rel=1e-3)


def test_a_rate_of_release_grows_with_the_level():
    """A store that gives a third of its size a month is worth no more than one that gives all of it."""
    limited = [future(held_back, float(chance), 0.0) for held_back, chance in zip(FUTURES, PROBABILITY, strict=True)]
    slow = [replace(lever, openings=tuple(replace(part, release=1 / 3) for part in lever.openings)) for lever in LEVERS]
    found = world_optimum(limited, slow)
    assert found.worst <= 1e-6
    assert worth(found.levels, limited, slow) <= worth(world_optimum(ALL, LEVERS).levels)
    drawn = limited[1].market.state.stock[0] + found.levels["copper store"] - found.futures[1].stock[0, 0]
    assert drawn <= found.levels["copper store"] / 3 + 1e-9


def test_the_program_is_one_model_and_its_objective_the_expected_surplus():
    m = build_extensive(ALL, LEVERS, 500.0)
    add_expected_surplus(m, ALL, LEVERS)
    assert len(list(m.component_data_objects(pyo.Objective, active=True))) == 1
    assert len(m.v_level) == 3 and len(m.future) == len(FUTURES)
    shared = {variable.name for variable in identify_variables(m.future[1].market_balance[1, 0].body)}
    assert "v_level[0]" in shared

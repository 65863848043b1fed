"""A pure stock problem: the optimiser against the newsvendor's closed form, on outcomes written down and on a market of the engine."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from kanmon.accounts.surplus import surplus
from kanmon.certify.certificate import certify_plan
from kanmon.plans.optimise.axes import Lever
from kanmon.plans.optimise.objective import Aim, Objective
from kanmon.plans.optimise.outcomes import Levels, Outcome, Record
from kanmon.plans.optimise.search import Space, find_best, first_axes
from kanmon.solve.window import solve_window
from kanmon.world.world import Stocks, Uses, World
from worlds import floats, ints, lanes, market, no_cross_prices, nodes, plants

CASE = tomllib.loads((Path(__file__).parent / "newsvendor" / "case.toml").read_text(encoding="utf-8"))
DISCRETE, UNIFORM = CASE["discrete"], CASE["uniform"]
STORE = Lever("store", 100.0)


def optimum(outcome, probability: np.ndarray, lever: Lever = STORE, points: int = 5, finer: int = 20):
    space = Space(((lever,),), Record(outcome, probability.size))
    return find_best(space, space.over(first_axes(space.groups, points)), Aim(Objective(probability, 0.0, counts_cost=True)), finer=finer)


def discrete(levels: Levels) -> Outcome:
    """What is bought costs, what is sold and what is left earn."""
    stock, demand = levels.get("store", 0.0), np.array(DISCRETE["demand"])
    sold = np.minimum(stock, demand)
    return Outcome(DISCRETE["buy"] * stock, tuple(-DISCRETE["sell"] * sold - DISCRETE["salvage"] * (stock - sold)))


def test_discrete_demand_whole_units_exactly():
    best = optimum(discrete, np.array(DISCRETE["probability"]), Lever("store", 100.0, whole=True), finer=0)
    assert best.levels["store"] == DISCRETE["optimum"]
    assert best.value == pytest.approx(-DISCRETE["expected_profit"], rel=1e-12)


def test_discrete_demand_between_the_grid_points():
    best = optimum(discrete, np.array(DISCRETE["probability"]))
    assert best.levels["store"] == pytest.approx(DISCRETE["optimum"], abs=1e-9 + 0.01)
    assert best.value == pytest.approx(-DISCRETE["expected_profit"], rel=1e-4)


def test_the_tail_of_discrete_demand_is_met_by_less():
    """Whoever minds the worst quarter, demand 20, buys 20: profit 16 there against -16 + 4 + ... at 60, weight 100 on the tail."""
    chance = np.array(DISCRETE["probability"])
    space = Space(((Lever("store", 100.0, whole=True),),), Record(discrete, 3))
    land = space.over(first_axes(space.groups, 5))
    assert find_best(space, land, Aim(Objective(chance, 100.0, 0.25, counts_cost=True))).levels["store"] == 20.0


def test_uniform_demand_meets_the_critical_fractile():
    """A thousand demands in the middle of equal parts: the fractile 0.3125 falls on one of them, 31.25."""
    count = 1000
    demand = UNIFORM["least"] + (np.arange(count) + 0.5) * (UNIFORM["most"] - UNIFORM["least"]) / count

    def outcome(levels: Levels) -> Outcome:
        stock = levels.get("store", 0.0)
        return Outcome(UNIFORM["order"] * stock, tuple(UNIFORM["backorder"] * np.maximum(demand - stock, 0) + UNIFORM["holding"] * np.maximum(stock - demand, 0)))

    best = optimum(outcome, np.full(count, 1.0 / count))
    fractile = (UNIFORM["backorder"] - UNIFORM["order"]) / (UNIFORM["backorder"] + UNIFORM["holding"])
    assert fractile * 100 == pytest.approx(UNIFORM["optimum"])
    assert best.levels["store"] == pytest.approx(UNIFORM["optimum"], abs=0.011)
    assert best.levels["store"] == pytest.approx(UNIFORM["printed"], abs=0.025)


def shop(stock: float, demand: float) -> World:
    """One region that can only draw on its store: use of a fixed size up to a choke at the selling price; what is left is worth the salvage value."""
    sell, salvage = DISCRETE["sell"], DISCRETE["salvage"]
    nothing, none = floats(0), ints()
    use = Uses((("S", "papers", "paper"),), ints(0), floats(demand), floats(salvage), floats(sell), nothing, nothing, floats(12), floats(np.nan), ints(-1), *(floats(np.nan),) * 2, none, none, floats(), no_cross_prices())
    store = Stocks(ints(0), floats(stock), nothing, floats(np.inf), nothing, floats(1), nothing, nothing, floats(np.inf), nothing, floats(60))
    places = replace(nodes((("S", "paper"),), floats(salvage), floats(60)), closing_price=floats(salvage))
    return World(("S",), ("paper",), 1.0, True, places, plants((), none, floats(), floats(), floats(), floats()), lanes((), none, none, floats(), floats(), none), use, store)


def sold(levels: Levels) -> Outcome:
    """The same by the engine: surplus of the region, certified, in one future for each demand."""
    loss = []
    for demand in DISCRETE["demand"]:
        window = market(shop(levels.get("store", 0.0), demand))
        found = solve_window(window)
        certify_plan(found, window).demand()
        loss.append(-float(surplus(found, window)["value"].sum()))
    return Outcome(DISCRETE["buy"] * levels.get("store", 0.0), tuple(loss))


def test_the_engine_sells_as_the_newsvendor_does():
    for stock in (10.0, 50.0, 70.0):
        assert sold({"store": stock}).loss == pytest.approx(discrete({"store": stock}).loss, rel=1e-6)


def test_a_store_sized_with_the_engine_is_the_newsvendors():
    best = optimum(sold, np.array(DISCRETE["probability"]), points=6, finer=2)
    assert best.levels["store"] == pytest.approx(DISCRETE["optimum"], abs=0.02)
    assert best.value == pytest.approx(-DISCRETE["expected_profit"], rel=1e-4)

"""Two metals that nothing connects, and levers of the importer: small enough to be counted through.

E sells copper and tin to J as in the world of two regions: 5 t of the 10 t that J uses in a month. J may hold a store of either metal, and
build a copper works that runs at 125 USD/t. A quota takes most of the imports for two months. The program finds every outcome.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from kanmon.accounts.surplus import surplus
from kanmon.certify.certificate import certify_plan
from kanmon.plans.optimise.axes import Lever
from kanmon.plans.optimise.outcomes import Levels, Outcome
from kanmon.solve.window import solve_window
from kanmon.world.world import Stocks, World
from worlds import floats, ints, lanes, market, measure, nodes, plain_uses, plants

GOODS = ("copper", "tin")
FUTURES = ((), ("copper",), ("copper", "tin"))
"""Goods that are held back in each future."""

PROBABILITY = np.array([0.5, 0.3, 0.2])
COST = {"copper store": 130.0, "copper works": 60.0, "tin store": 135.0}
"""Cost of a level: a tonne in store, a tonne a month of capacity [USD]."""

LEVERS = (Lever("copper store", 14.0), Lever("copper works", 3.5), Lever("tin store", 14.0))
GROUPS = (LEVERS[:2], LEVERS[2:])


def world(levels: Levels) -> World:
    """Both metals with the levers at some levels."""
    keys = tuple((region, good) for good in GOODS for region in ("E", "J"))
    one, endless = floats(1, 1), floats(np.inf, np.inf)
    made = plants(
        (("E", "copper mine"), ("J", "copper mine"), ("E", "tin mine"), ("J", "tin mine"), ("J", "copper works")), ints(0, 1, 2, 3, 1),
        floats(15, 5, 15, 5, 0), floats(40, 8, 40, 8, levels.get("copper works", 0.0)), floats(100, 110, 100, 110, 125), floats(1, 0.5, 1, 0.5, np.inf),
    )  # fmt: skip
    ways = lanes(tuple((good, "E", "J") for good in GOODS), ints(0, 2), ints(1, 3), floats(5, 5), floats(10, 10), ints(0, 0))
    used = plain_uses(tuple((region, "lamps", good) for region, good in keys), ints(0, 1, 2, 3), floats(10, 10, 10, 10), floats(100, 110, 100, 110), 0.4)
    store = floats(levels.get("copper store", 0.0), levels.get("tin store", 0.0))
    stocks = Stocks(ints(1, 3), store, 0 * one, endless, 0 * one, one, 0.5 * one, 0 * one, endless, endless, 10 * one)
    return World(("E", "J"), GOODS, 1.0, True, nodes(keys, floats(100, 110, 100, 110), floats(15, 10, 15, 10)), made, ways, used, stocks)


def surplus_of_importer(levels: Levels, held_back: tuple[str, ...]) -> float:
    """Certified surplus of J in one future [USD]."""
    quotas = [measure("quota", goods=(good,), share=0.1, name=good) for good in held_back]
    window = market(world(levels), *quotas, months=2)
    found = solve_window(window)
    certify_plan(found, window).demand()
    accounts = surplus(found, window)
    return float(accounts.loc[accounts["region"] == "J", "value"].sum())


@cache
def undisturbed() -> float:
    """Surplus of J where nothing is held back and it has no plan [USD]."""
    return surplus_of_importer({}, ())


def outcome(levels: Levels) -> Outcome:
    """What a plan costs, and what J loses in each future against the future in which nothing is held back and it has no plan."""
    loss = tuple(undisturbed() - surplus_of_importer(levels, held_back) for held_back in FUTURES)
    return Outcome(sum(COST[name] * level for name, level in levels.items()), loss)

"""Where a price is not unique its ends are the worth of one tonne more and the cost of one tonne less."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import worlds
from kanmon.certify.certificate import certify_plan
from kanmon.formulation.model import build_model
from kanmon.runs.price_range import DualFace, price_is_unique
from kanmon.scenario.market import Market
from kanmon.solution.tables import read_plan, window_tables
from kanmon.solve.window import solve_window
from kanmon.world.world import World


def corner(capacity: float = 10.0) -> World:
    """J alone: a need of 10 t that is fixed up to a choke of 500, met by a plant of exactly that capacity at a cost of 100."""
    world = worlds.two_regions()
    uses = worlds.plain_uses((("J", "lamps", "metal"),), worlds.ints(0), worlds.floats(10), worlds.floats(100), 1.0)
    zero = np.zeros(1)
    uses = replace(uses, elasticity_short=zero, elasticity_long=zero, choke=worlds.floats(500))
    mine = worlds.plants((("J", "mine"),), worlds.ints(0), worlds.floats(0), worlds.floats(capacity), worlds.floats(100), worlds.floats(np.inf))
    return replace(
        world, regions=("J",), nodes=worlds.nodes((("J", "metal"),), worlds.floats(100), worlds.floats(10)), activities=mine, uses=uses,
        lanes=worlds.lanes((), worlds.ints(), worlds.ints(), worlds.floats(), worlds.floats(), worlds.ints()), stocks=worlds.no_stocks(),
    )  # fmt: skip


def solved(market: Market):
    plan = read_plan(window_tables(solve_window(market)), market)
    assert certify_plan(plan, market).worst <= 1e-6
    return plan


def test_a_vertical_supply_against_a_vertical_need_leaves_the_price_open_between_cost_and_choke():
    market = worlds.market(corner())
    plan = solved(market)
    assert not price_is_unique(market, plan).any()
    face = DualFace(market, plan)
    assert not face.is_unique(0, np.array([0]))
    low, high = face.range(np.ones((1, 1)))
    assert (low, high) == (pytest.approx(100, rel=1e-6), pytest.approx(500, rel=1e-6))


def test_the_ends_are_the_prices_of_a_market_with_a_little_more_and_a_little_less():
    """A plant of 1e-4 of the base use more or less: the price falls to the cost, or rises to the choke."""
    step = 1e-4 * 10.0
    low, high = DualFace(worlds.market(corner()), solved(worlds.market(corner()))).range(np.ones((1, 1)))
    assert solved(worlds.market(corner(10.0 + step))).price[0, 0] == pytest.approx(low, rel=1e-6)
    assert solved(worlds.market(corner(10.0 - step))).price[0, 0] == pytest.approx(high, rel=1e-6)


def test_where_use_answers_the_price_it_is_unique():
    market = worlds.market(worlds.two_regions(), worlds.measure())
    plan = solved(market)
    assert price_is_unique(market, plan).all()
    face = DualFace(market, plan)
    assert face.is_unique(1, np.array([0]))
    low, high = face.range(np.eye(2)[1:].T)
    assert low == pytest.approx(plan.price[1, 0], rel=1e-6)
    assert high == pytest.approx(plan.price[1, 0], rel=1e-6)


def test_the_interval_of_a_mean_price_holds_the_one_that_was_found():
    market = worlds.market(corner(), months=3)
    plan = solved(market)
    low, high = DualFace(market, plan).range(np.full((1, 3), 1 / 3))
    assert low - 1e-6 <= plan.price.mean() <= high + 1e-6
    assert len(list(build_model(market).market_balance)) == 3

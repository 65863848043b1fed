"""Capacity that is added, in any small random world: the accounts still add up, and one window is never worth less for a shorter delay.

Faster qualification of all suppliers widens what is possible at no higher cost, so the optimum of one window, which is a program, can
only rise. It is no theorem that each region gains.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from random_worlds import few, number, random_worlds, solved
from test_accounts import assert_accounts_add_up
from test_value_of_measures import CLOSE, size_of, value_of

import worlds
from kanmon.scenario.market import Market
from kanmon.world.world import Expansions, World, integers


@st.composite
def expanding(draw, world: World) -> World:
    """The same world, where lanes have to be qualified for more than their base flow and plants without fixed curve may be widened."""
    ways, made = world.lanes, world.activities
    lanes, plants = np.arange(len(ways.keys)), np.flatnonzero(np.isinf(made.elasticity))
    lane, plant = np.append(lanes, -np.ones(plants.size, dtype=int)), np.append(-np.ones(lanes.size, dtype=int), plants)
    price = np.append(world.nodes.price[ways.destination], world.nodes.price[made.output[plants]])
    built, one = lane < 0, np.ones(lane.size)
    delay = integers([draw(st.integers(0, 2)) for _ in lane])
    cost = np.where(built, 0.0, price * draw(number(0.01, 0.6)))
    charge, life = np.where(built, price * draw(number(0.02, 0.3)), 0.0), np.where(built, draw(number(0.0, 3.0)), 0.0)
    largest = np.where(built, np.append(0 * ways.base, made.capacity[plants]), np.inf)
    keys = tuple(("added", f"{number}", "", "") for number in range(lane.size))
    return replace(world, expansions=Expansions(keys, integers(lane), integers(plant), draw(number(0.05, 0.3)) * one, largest, delay, cost, charge, life, draw(st.sampled_from((0.0, 0.4, 1.0))) * one))


def under_ban(world: World, months: int) -> Market:
    return worlds.market(world, worlds.measure(exporter="A", goods=("metal",)) | {"destinations": ["B"]}, months=months)


def named(world: World) -> World:
    """With owners among the regions of the world, in turn."""
    regions = world.regions
    keys = tuple(("added", regions[place % len(regions)], "metal", str(place)) for place in range(len(world.expansions.keys)))
    return replace(world, expansions=replace(world.expansions, keys=keys))


@few(25)
@given(random_worlds(), st.integers(1, 4), st.data())
def test_accounts_add_up_where_capacity_is_added(world, months, data):
    """Starts, annuities, what is due afterwards, rents: the change of all accounts is that of the program's objective."""
    world = named(data.draw(expanding(world)))
    market, without = under_ban(world, months), worlds.market(world, months=months)
    without = replace(without, elasticity=market.elasticity, sigma=market.sigma)
    assert_accounts_add_up(solved(market), market, solved(without), without)


@few(25)
@given(random_worlds(), st.integers(2, 4), st.data())
def test_a_shorter_delay_never_lowers_the_worth_of_a_window(world, months, data):
    slow = named(data.draw(expanding(world)))
    added = slow.expansions
    fast = replace(slow, expansions=replace(added, delay=np.maximum(added.delay - 1, 0), cost=added.cost * world.discount ** -np.minimum(added.delay, 1).astype(float)))
    values = [value_of(solved(market), market) for market in (under_ban(slow, months), under_ban(fast, months))]
    assert values[0] <= values[1] + CLOSE * size_of(under_ban(slow, months))

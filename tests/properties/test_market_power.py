r"""Exporters with market power, in markets small enough for arithmetic by hand.

E ships to J, where demand is straight, q = (choke - p)/b, and price takers F may supply as well, y = p/s. With D = 1/b and S = 1/s,
what E sells at price p is the residual D (choke - p) - S p, so that p(x) = (D choke - x)/(D + S). E reckons the price to fall by
1/(D + phi S) a tonne, times its conduct theta, and its marginal cost is c + m + g x: it sells

.. math:: x = \frac{D\,\bar c/(D+S) - c - m}{1/(D+S) + \theta/(D + \varphi S) + g}
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from random_worlds import METAL, assert_same, few, markup_share, number, random_measures, random_worlds, solved, with_player

import worlds
from kanmon.certify.certificate import certify_plan
from kanmon.errors import InputError
from kanmon.solution.tables import base_plan
from kanmon.solve.window import solve_window
from kanmon.world.world import World, no_stocks


def linear_demand(keys, node, reference: np.ndarray, price: np.ndarray, slope: np.ndarray):
    """Straight uses through the point (reference, price), which stop at price + slope times reference."""
    uses = worlds.plain_uses(keys, node, reference, price, 1.0)
    return replace(uses, slope=slope, choke=price + slope * reference)


def one_market(cost: float, steepness: float, freight: float, choke: float, slope: float, fringe: float, conduct: float, fringe_response: float) -> World:
    """E, with marginal cost ``cost + steepness y``, ships to J; price takers in J make price/``fringe`` tonnes."""
    plants = worlds.plants((("E", "mine"), ("J", "mine")), worlds.ints(0, 1), worlds.floats(0, 0), worlds.floats(1e4, 1e4), worlds.floats(0, 0), worlds.floats(np.inf, np.inf))
    plants = replace(plants, intercept=worlds.floats(cost, 0), slope=worlds.floats(steepness, fringe))
    sold = choke / slope / 2
    lanes = replace(worlds.lanes((("metal", "E", "J"),), worlds.ints(0), worlds.ints(1), worlds.floats(sold), worlds.floats(freight), worlds.ints(0)), conduct=worlds.floats(conduct), fringe_response=worlds.floats(fringe_response))
    nodes = replace(worlds.nodes((("E", "metal"), ("J", "metal")), worlds.floats(choke / 2, choke / 2), worlds.floats(sold, sold)), resale=worlds.floats(np.inf, 0.0))
    uses = linear_demand((("J", "lamps", "metal"),), worlds.ints(1), worlds.floats(sold), worlds.floats(choke / 2), worlds.floats(slope))
    return World(("E", "J"), ("metal",), 1.0, False, nodes, plants, lanes, uses, no_stocks())


ONE_MARKET = st.fixed_dictionaries({"cost": number(2, 30), "steepness": number(0.1, 3), "freight": number(0, 8), "choke": number(80, 200), "slope": number(0.5, 4), "fringe": number(2, 12)})


def sold_by_hand(cost, steepness, freight, choke, slope, fringe, conduct, fringe_response) -> float:
    demand, supply = 1 / slope, 1 / fringe
    margin = demand * choke / (demand + supply) - cost - freight
    return margin / (1 / (demand + supply) + conduct / (demand + fringe_response * supply) + steepness)


@few(30)
@given(ONE_MARKET, number(0.0, 1.0), number(0.0, 1.0))
def test_a_player_sells_what_its_first_order_condition_says(terms, conduct, fringe_response):
    sold = sold_by_hand(**terms, conduct=conduct, fringe_response=fringe_response)
    assume(sold > 0.01)
    plan = solved(worlds.market(one_market(**terms, conduct=conduct, fringe_response=fringe_response)))
    assert plan.flow[0, 0] == pytest.approx(sold, rel=1e-6)
    demand, supply = 1 / terms["slope"], 1 / terms["fringe"]
    assert plan.price[1, 0] == pytest.approx((demand * terms["choke"] - sold) / (demand + supply), rel=1e-6)


@few(20)
@given(ONE_MARKET, st.sampled_from((0.0, 1.0)))
def test_on_straight_demand_the_price_rises_with_conduct(terms, fringe_response):
    assume(sold_by_hand(**terms, conduct=0.0, fringe_response=0.0) > 0.1)
    price, flow = [], []
    for conduct in (0.0, 0.25, 0.5, 1.0):
        plan = solved(worlds.market(one_market(**terms, conduct=conduct, fringe_response=fringe_response)))
        price.append(plan.price[1, 0])
        flow.append(plan.flow[0, 0])
    assert (np.diff(price) > 0).all()
    assert (np.diff(flow) < 0).all()


@few(20)
@given(ONE_MARKET, number(0.2, 1.0), number(0.2, 0.9))
def test_a_dominant_exporter_never_sells_less_than_a_cournot_player(terms, conduct, curved):
    """With a fringe that answers, the residual demand of a dominant exporter is flatter than demand: 1/(D + S) < 1/D. At every flow it
    reckons the price to lose less, so its marginal revenue is higher; costs being equal and rising, it stops at a larger flow. This
    holds for a curved fringe too, so J's price takers have an isoelastic supply here."""
    worldly = [one_market(**terms, conduct=conduct, fringe_response=response) for response in (0.0, 0.5, 1.0)]
    isoelastic = {"base": worlds.floats(0, 5), "cost": worlds.floats(0, terms["choke"] / 2), "elasticity": worlds.floats(np.inf, curved), "slope": worlds.floats(terms["steepness"], 0)}
    plans = [solved(worlds.market(replace(world, activities=replace(world.activities, **isoelastic)))) for world in worldly]
    assume(plans[0].flow[0, 0] > 0.1 and plans[0].output[1, 0] > 0.1)
    sold, price = [plan.flow[0, 0] for plan in plans], [plan.price[1, 0] for plan in plans]
    assert sold[0] < sold[1] < sold[2]
    assert price[0] > price[1] > price[2]


@few(20)
@given(random_worlds(), st.integers(1, 2), st.data())
def test_conduct_of_zero_is_price_taking(world, months, data):
    measures = data.draw(random_measures(months))
    player = with_player(world, conduct=0.0, fringe_response=1.0)
    assert np.isinf(player.nodes.resale).all()
    assert_same(solved(worlds.market(player, *measures, months=months)), solved(worlds.market(world, *measures, months=months)), world, 1e-9)


@few(15)
@given(ONE_MARKET, st.sampled_from((0.0, 1.0)))
def test_ever_weaker_conduct_comes_to_price_taking(terms, fringe_response):
    taker, weak = (solved(worlds.market(one_market(**terms, conduct=conduct, fringe_response=fringe_response))) for conduct in (0.0, 1e-6))
    np.testing.assert_allclose(weak.price, taker.price, rtol=1e-5)


@few(2)
@given(number(0.2, 0.9), number(0.95, 1.0), number(0.3, 2.0))
def test_a_monopolist_whose_marginal_revenue_is_negative_is_refused_by_name(elasticity, conduct, supply):
    """Demand with an elasticity below its conduct and no choke: selling less always earns more, and there is no equilibrium."""
    world = worlds.two_regions(elasticity, supply)
    uses = replace(world.uses, choke=np.full(2, np.inf))
    nodes = replace(world.nodes, resale=worlds.floats(np.inf, 0.0))
    exporter = replace(world.activities, keys=world.activities.keys[:1], output=worlds.ints(0), delay=worlds.ints(0), **{name: getattr(world.activities, name)[:1] for name in ("base", "capacity", "cost", "elasticity", "intercept", "slope", "idle")})
    world = replace(world, uses=uses, nodes=nodes, activities=exporter, lanes=replace(world.lanes, conduct=worlds.floats(conduct), base=worlds.floats(10)))
    with pytest.raises(InputError) as refused:
        solve_window(worlds.market(world))
    message = str(refused.value)
    assert "conduct of E in metal" in message
    assert "marginal revenue in J turns negative" in message


def two_markets(choke: tuple[float, float], slope: tuple[float, float], cost: float, freight: tuple[float, float], between: float, conduct: float) -> World:
    """E makes metal at a constant cost and ships to J and K; between J and K anybody may ship at a low cost."""
    reference = worlds.floats(*(top / steep / 2 for top, steep in zip(choke, slope, strict=True)))
    middle = worlds.floats(*choke) / 2
    keys = (("metal", "E", "J"), ("metal", "E", "K"), ("metal", "J", "K"), ("metal", "K", "J"))
    lanes = worlds.lanes(keys, worlds.ints(0, 0, 1, 2), worlds.ints(1, 2, 2, 1), np.append(reference, [0.0, 0.0]), worlds.floats(*freight, between, between), worlds.ints(0, 0, 0, 0))
    lanes = replace(lanes, conduct=worlds.floats(conduct, conduct, 0, 0), scale=np.full(4, reference.min()))
    nodes = worlds.nodes((("E", "metal"), ("J", "metal"), ("K", "metal")), np.append(cost, middle), np.append(reference.sum(), reference))
    nodes = replace(nodes, resale=worlds.floats(np.inf, 0, 0) if conduct else nodes.resale)
    mine = worlds.plants((("E", "mine"),), worlds.ints(0), worlds.floats(0), worlds.floats(1e4), worlds.floats(cost), worlds.floats(np.inf))
    uses = linear_demand((("J", "lamps", "metal"), ("K", "lamps", "metal")), worlds.ints(1, 2), reference, middle, worlds.floats(*slope))
    return World(("E", "J", "K"), ("metal",), 1.0, False, nodes, mine, lanes, uses, no_stocks())


@few(25)
@given(st.tuples(number(60, 100), number(150, 240)), st.tuples(number(0.5, 4), number(0.5, 4)), number(1, 20), st.tuples(number(0, 3), number(8, 20)), number(0.5, 3))
def test_without_resale_each_market_has_its_own_monopoly_price_and_with_price_takers_arbitrage_ties_them(choke, slope, cost, freight, between):
    """A monopolist on a straight curve asks (choke + unit cost)/2 in each market, whatever the other pays; K is too dear to be left alone
    by anybody who could buy in J. Price takers deliver to J at cost and to K through J wherever that is cheaper: the prices differ by no
    more than the lane between."""
    plan = solved(worlds.market(two_markets(choke, slope, cost, freight, between, conduct=1.0)))
    by_hand = [(top + cost + way) / 2 for top, way in zip(choke, freight, strict=True)]
    np.testing.assert_allclose(plan.price[1:, 0], by_hand, rtol=1e-6)
    assert by_hand[1] - by_hand[0] > between
    np.testing.assert_allclose(plan.flow[2:, 0], 0.0, atol=1e-6)
    takers = solved(worlds.market(two_markets(choke, slope, cost, freight, between, conduct=0.0)))
    np.testing.assert_allclose(takers.price[1:, 0], [cost + freight[0], cost + freight[0] + between], rtol=1e-6)
    assert takers.flow[2, 0] > 0


def test_a_bar_on_resale_is_what_keeps_the_monopoly_prices_apart():
    """Lifted, J ships on to K until the prices differ by the lane: the certificate of the world with the bar fails on that answer."""
    barred = two_markets((80.0, 200.0), (1.0, 1.0), 10.0, (2.0, 4.0), 1.0, conduct=1.0)
    lifted = replace(barred, nodes=replace(barred.nodes, resale=np.full(3, np.inf)))
    plan = solved(worlds.market(lifted))
    assert plan.price[2, 0] - plan.price[1, 0] == pytest.approx(1.0, abs=1e-5)
    assert not certify_plan(plan, worlds.market(barred)).passed


@few(15)
@given(random_worlds(linear=True, nests=False), st.integers(1, 3), st.sampled_from((0.5, 1.0)), st.sampled_from((0.0, 1.0)))
def test_a_base_year_with_a_player_repeats_itself(world, months, conduct, fringe_response):
    player = with_player(world, conduct, fringe_response)
    assume(markup_share(player) < 0.6)
    assert METAL in player.goods and (player.lanes.margin < world.lanes.margin).any()
    assert_same(solved(worlds.market(player, months=months)), base_plan(player, months), player)

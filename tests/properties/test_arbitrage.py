"""No gain is left between places or between months, by loops over the tables: price differences against what they must pay for."""

from __future__ import annotations

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st
from random_worlds import few, hard_stocks, markup_share, number, random_measures, random_worlds, solved, with_player

import worlds
from kanmon.scenario.market import Market
from kanmon.solution.plan import Plan

CLOSE = 2e-6
"""Error of a price difference over the base price; a quantity counts as inside its limits by as much of its scale [1]."""

INSIDE = 1e-5
"""Distance from a limit, over its scale, from which a quantity counts as free of it [1]."""


def friction_by_hand(market: Market, lane: int, t: int, flow: float) -> float:
    """Marginal friction from its formula: theta p (kappa y + (1 - kappa)(y + sqrt(y^2 + d^2) - d)/2) [USD/t]."""
    lanes = market.world.lanes
    if market.flow_limit[lane, t] <= lanes.base[lane]:
        return 0.0
    y, kappa, d = (flow - lanes.base[lane]) / lanes.scale[lane], lanes.below_weight[lane], lanes.smoothing[lane]
    return float(lanes.friction[lane] * (kappa * y + (1 - kappa) * (y + np.hypot(y, d) - d) / 2))


def gain_of_shipping(plan: Plan, market: Market, lane: int, t: int) -> float:
    """What a tonne earns on a lane beyond marginal cost, taxes and the price of pooled quotas [USD/t]."""
    world, lanes = market.world, market.world.lanes
    o, d, arrival = lanes.origin[lane], lanes.destination[lane], t + int(lanes.transit[lane])
    landed = world.discount ** int(lanes.transit[lane]) * (plan.price[d, arrival] if arrival < market.months else world.nodes.closing_price[d])
    tax = market.export_amount[lane, t] + market.tariff_amount[lane, t] + market.export_rate[lane, t] * plan.price[o, t]
    before_duty = landed / (1 + market.tariff_rate[lane, t])
    pooled = sum(wedge[t] for pool, wedge in zip(market.pools, plan.pool_wedge, strict=True) if lane in pool.lanes)
    return float(before_duty - plan.price[o, t] - lanes.margin[lane] - friction_by_hand(market, lane, t, plan.flow[lane, t]) - tax - pooled)


@few(40)
@given(random_worlds(), st.integers(1, 4), st.data())
def test_price_differences_never_exceed_what_it_costs_to_ship(world, months, data):
    """At most marginal lane cost, taxes and pooled quotas where no cap binds; at least that where anything is shipped."""
    market = worlds.market(world, *data.draw(random_measures(months)), months=months)
    plan, lanes = solved(market), world.lanes
    for lane, d in enumerate(lanes.destination):
        for t in range(months):
            gain, price, scale = gain_of_shipping(plan, market, lane, t), world.nodes.price[d], world.nodes.throughput[d]
            if plan.flow[lane, t] < market.flow_limit[lane, t] - INSIDE * scale:
                assert gain <= CLOSE * price, (lanes.keys[lane], t)
            if plan.flow[lane, t] > INSIDE * scale:
                assert gain >= -CLOSE * price, (lanes.keys[lane], t)
    for pool, wedge in zip(market.pools, plan.pool_wedge, strict=True):
        free = plan.flow[pool.lanes].sum(axis=0) < pool.limit - INSIDE * world.nodes.throughput.max()
        assert (wedge >= -CLOSE * world.nodes.price.max()).all() and (wedge[free] <= CLOSE * world.nodes.price.max()).all()


@few(15)
@given(random_worlds(linear=True, nests=False, stocks=False), st.integers(1, 2), st.sampled_from((0.5, 1.0)), st.data())
def test_price_differences_exceed_the_cost_of_shipping_by_a_players_markup(world, months, conduct, data):
    r"""Straight demand is all that answers a Cournot player: the markup is conduct times flow times the joint slope 1/sum(1/b_s)."""
    world = with_player(world, conduct)
    assume(markup_share(world) < 0.6)
    market = worlds.market(world, *data.draw(random_measures(months, kinds=("quota", "specific", "export_tax", "tariff"))), months=months)
    plan, lanes, seen = solved(market), world.lanes, 0
    for lane in np.flatnonzero((lanes.conduct > 0) & (lanes.transit == 0)):
        d = lanes.destination[lane]
        here = world.uses.node == d
        for t in range(months):
            flow, scale = plan.flow[lane, t], world.nodes.throughput[d]
            if INSIDE * scale < flow < market.flow_limit[lane, t] - INSIDE * scale and (plan.use[here, t] > 0).all():
                markup = conduct * flow / (1 / world.uses.slope[here]).sum()
                resale = plan.resale_wedge[lanes.origin[lane], t]
                assert abs(gain_of_shipping(plan, market, lane, t) - markup - resale) <= CLOSE * world.nodes.price[d]
                seen += 1
    assume(seen)


@few(40)
@given(random_worlds(stocks=True), st.integers(1, 4), st.booleans(), number(0.0, 0.6), st.data())
def test_discounted_price_rises_never_exceed_the_cost_of_holding_less_convenience(world, months, hard, share, data):
    """Where the store is not full and no limit on filling or drawing binds; equal to it where stock is held strictly inside its limits.
    After the last month a tonne is worth its base price times the same multiple as its convenience."""
    world = data.draw(hard_stocks(world)) if hard else world
    effective = f"2030-{data.draw(st.integers(1, months)):02d}"
    market = worlds.market(world, worlds.measure("quota", exporter="A", destinations=("*",), share=share, effective=effective), months=months)
    plan, stocks, world = solved(market), world.stocks, market.world
    seen = 0
    for k, n in enumerate(stocks.node):
        kept = 1 - stocks.loss[k]
        opening = np.append(market.state.stock[k], kept * plan.stock[k, :-1])
        drawn, scale, price = opening - plan.stock[k], stocks.scale[k], world.nodes.price[n]
        free = (drawn < stocks.release_limit[k] - INSIDE * scale) & (-drawn < stocks.fill_limit[k] - INSIDE * scale)
        for t in range(months):
            if not free[t] or (t + 1 < months and not free[t + 1]):
                continue
            multiple = (plan.stock[k, t] / stocks.base[k]) ** -stocks.exponent[k]
            ahead = plan.price[n, t + 1] if t + 1 < months else world.nodes.closing_price[n] * multiple
            gain = world.discount * kept * ahead - plan.price[n, t] + stocks.convenience[k] * multiple - stocks.holding[k]
            if plan.stock[k, t] < stocks.capacity[k] - INSIDE * scale:
                assert gain <= CLOSE * price
                if plan.stock[k, t] > stocks.minimum[k] + INSIDE * scale:
                    assert gain >= -CLOSE * price
                    seen += 1
    assume(seen)

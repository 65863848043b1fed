r"""Theorems about the value of a window: concave in what limits it, and what its measures are worth falls as they are widened.

One window is a concave program: maximise f(x) over A x = b + D k, where k scales a quota, a capacity or an opening stock. Its
optimal value V is then concave in k, and no lower with a wider limit, for every point that was possible remains so (a costless
opening stock is worth something because every price is positive). Friction is charged on a lane unless a measure holds it at or
below its base flow, so a quota on a lane is scaled within its base flow only: beyond, it is another program. Neither conduct nor
ad-valorem taxes: with them the window is no program.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from random_worlds import few, is_priced, number, random_worlds, solved

import worlds
from kanmon.accounts.resources import BENEFIT, HANDED_ON, resources
from kanmon.certify.certificate import lane_wedge
from kanmon.scenario.market import Market
from kanmon.scenario.months import month_name
from kanmon.solution.plan import Plan

CLOSE = 1e-7
"""Error of a value over that of all use in the base year, and of a price over its base [1]."""


def size_of(market: Market) -> float:
    """Value of all use of the base year, over all months [USD]."""
    uses = market.world.uses
    return float((uses.price * uses.base).sum() * market.months)


def value_of(plan: Plan, market: Market) -> float:
    """Discounted benefit of use less resource cost, with the worth of what is still under way at the end [USD]."""
    table = resources(plan, market)
    months = {month_name(market.first + t): weight for t, weight in enumerate(market.discounting)}
    sign = np.where(table["item"].isin([BENEFIT, HANDED_ON]), 1.0, -1.0)
    return float((table["value"] * sign * table["month"].map(months)).sum())


def assert_rises_and_is_concave(values: list[float], size: float) -> None:
    """At three evenly spaced points."""
    low, middle, high = values
    assert low <= middle + CLOSE * size and middle <= high + CLOSE * size
    assert middle >= (low + high) / 2 - CLOSE * size


THREE = st.tuples(number(0.05, 0.45), number(0.05, 0.25)).map(lambda drawn: (drawn[0], drawn[0] + drawn[1], drawn[0] + 2 * drawn[1]))
"""Three evenly spaced shares below one."""

QUOTAS = st.fixed_dictionaries({"destinations": st.sampled_from((("B",), ("*",))), "shape": st.lists(number(0.2, 1.0), min_size=1, max_size=3)})
"""Where a quota holds, and its shares by month before they are scaled."""


def under_quota(world, drawn: dict, k: float, months: int, pooled: bool) -> Market:
    shares = tuple(k * share for share in drawn["shape"])
    return worlds.market(world, worlds.measure("quota", exporter="A", destinations=drawn["destinations"], share=shares, pooled=pooled), months=months)


def worth_of_a_wider_quota(plan: Plan, market: Market, k: float) -> float:
    r"""Discounted wedge, weighted with the quota at k = 1: :math:`\sum_t \beta^t \sum_l \bar x_{lt}\, \mu_{lt}` [USD]."""
    if market.pools:
        (pool,) = market.pools
        return float((market.discounting * pool.limit * plan.pool_wedge[0]).sum() / k)
    limited = np.isfinite(market.flow_limit)
    weight = np.where(limited, market.flow_limit, 0.0) / k
    return float((market.discounting * weight * np.maximum(lane_wedge(plan, market), 0.0)).sum())


@few(25)
@given(random_worlds(), st.integers(1, 3), QUOTAS, THREE, st.booleans())
def test_widening_a_quota_never_lowers_the_value_and_its_weighted_wedge_never_rises(world, months, drawn, three, pooled):
    r"""Quotas :math:`k\,\bar x_{lt}`: V(k) rises and is concave, and its derivative along the ray is the quota-weighted wedge.

    By concavity the derivative :math:`V'(k) = \sum_t \beta^t \sum_l \mu_{lt}\, \bar x_{lt}` never rises with k, and the slope of any
    chord lies between the derivatives at its ends: :math:`V'(k_1) \ge \frac{V(k_2)-V(k_1)}{k_2-k_1} \ge V'(k_2)`. The wedges are
    read from prices, the values from areas under curves.
    """
    markets = [under_quota(world, drawn, k, months, pooled) for k in three]
    plans = [solved(market) for market in markets]
    size, values = size_of(markets[0]), [value_of(plan, market) for plan, market in zip(plans, markets, strict=True)]
    assert_rises_and_is_concave(values, size)
    worth = [worth_of_a_wider_quota(plan, market, k) for plan, market, k in zip(plans, markets, three, strict=True)]
    step = three[1] - three[0]
    assert worth[0] > 0
    for early, late in ((0, 1), (1, 2)):
        chord, error = (values[late] - values[early]) / step, CLOSE * size / step
        assert worth[early] >= chord - error
        assert chord >= worth[late] - error


@few(20)
@given(random_worlds(), st.integers(1, 3), st.sampled_from((("B",), ("*",))), THREE, st.integers(0, 30))
def test_more_capacity_never_lowers_the_value_and_does_so_ever_less(world, months, destinations, three, pick):
    market = worlds.market(world, worlds.measure(exporter="A", destinations=destinations), months=months)
    plant = pick % len(world.activities.keys)
    factor = np.where(np.arange(len(world.activities.keys)) == plant, 1.0, 0.0)[:, None]
    grown = [replace(market, capacity=market.capacity * (1 + (3 * k - 1) * factor)) for k in three]
    assert_rises_and_is_concave([value_of(solved(item), item) for item in grown], size_of(market))


@few(20)
@given(random_worlds(stocks=True), st.integers(1, 4), st.sampled_from((("B",), ("*",))), THREE)
def test_a_costless_opening_stock_never_lowers_the_value_and_does_so_ever_less(world, months, destinations, three):
    market = worlds.market(world, worlds.measure(exporter="A", destinations=destinations), months=months)
    filled = [replace(market, state=replace(market.state, stock=market.state.stock * (0.5 + k))) for k in three]
    assert_rises_and_is_concave([value_of(solved(item), item) for item in filled], size_of(market))


@few(30)
@given(random_worlds(goods=(1,), stocks=False), st.integers(1, 4), st.lists(number(0.1, 0.9), min_size=4, max_size=4), st.integers(0, 3), number(0.0, 0.9))
def test_tightening_one_months_quota_never_lowers_the_targets_price_nor_raises_the_exporters(world, months, shares, month, tighter):
    """One good, nothing stored: a network of flows with convex costs. Less capacity on one arc of it, from A in a month to B on
    arrival, never lowers the price at its head nor raises the price at its tail. Of a cut-off market only that it pays no less than
    before is known."""
    month = month % months
    other = [share * tighter if t == month else share for t, share in enumerate(shares)]
    wide, tight = (worlds.market(world, worlds.measure("quota", exporter="A", destinations=("B",), share=tuple(item[:months])), months=months) for item in (shares, other))
    before, after = solved(wide), solved(tight)
    a, b = (world.nodes.keys.index((region, "metal")) for region in "AB")
    lane = world.lanes.keys.index(("metal", "A", "B"))
    assert tight.flow_limit[lane, month] <= wide.flow_limit[lane, month]
    arrival = month + int(world.lanes.transit[lane])
    assert after.price[a, month] <= before.price[a, month] * (1 + CLOSE)
    if arrival < months and is_priced(before, world)[b, arrival]:
        assert after.price[b, arrival] >= before.price[b, arrival] * (1 - CLOSE)

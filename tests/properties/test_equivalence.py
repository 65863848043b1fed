"""Different instruments that come to the same: specific and ad-valorem taxes of equal yield, a quota and the tax of its wedge."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st
from random_worlds import assert_same, few, number, random_worlds, solved

import worlds
from kanmon.certify.certificate import lane_wedge
from kanmon.formulation.given import taxes


@few(30)
@given(random_worlds(), st.integers(1, 3), number(0.0, 0.6), number(0.0, 0.6), st.sampled_from((("B",), ("*",))))
def test_a_specific_tax_of_what_an_ad_valorem_one_comes_to_gives_the_same_answer(world, months, export_rate, tariff_rate, destinations):
    """An export tax and a tariff together, lane by lane and month by month."""
    where = {"exporter": "A", "destinations": destinations}
    market = worlds.market(world, worlds.measure("export_tax", rate=export_rate, **where), worlds.measure("tariff", rate=tariff_rate, **where), months=months)
    plan = solved(market)
    nothing = np.zeros_like(market.export_rate)
    exported = market.export_rate * plan.price[world.lanes.origin]
    specific = replace(market, export_rate=nothing, tariff_rate=nothing, export_amount=exported, tariff_amount=taxes(market, plan.price) - exported)
    assert export_rate == 0 or (specific.export_amount > 0).any()
    assert_same(plan, solved(specific), world)


@few(30)
@given(random_worlds(plantless=False), st.integers(1, 3), st.lists(number(0.1, 0.95), min_size=1, max_size=3), st.sampled_from((("B",), ("*",))))
def test_a_quota_is_the_specific_export_tax_of_its_wedge(world, months, shares, destinations):
    """Prices and flows. A quota within the base flow spares a lane its friction, a tax does not: the tax is what is left of the
    price difference after the friction that the lane then charges."""
    market = worlds.market(world, worlds.measure("quota", exporter="A", destinations=destinations, share=tuple(shares)), months=months)
    plan = solved(market)
    limited = np.isfinite(market.flow_limit)
    assume((plan.flow[limited & (world.lanes.base > 0)[:, None]] > 1e-6).all())
    free = replace(market, flow_limit=np.full_like(market.flow_limit, np.inf))
    wedge = np.where(limited, lane_wedge(plan, free), 0.0)
    assert (wedge > 0).any()
    assert_same(plan, solved(replace(free, export_amount=wedge)), world)


@few(25)
@given(random_worlds(), st.integers(1, 3), number(0.2, 1.2), st.sampled_from((("B",), ("*",))))
def test_a_pooled_quota_is_one_specific_tax_on_all_its_lanes(world, months, share, destinations):
    market = worlds.market(world, worlds.measure("quota", exporter="A", destinations=destinations, share=share, pooled=True), months=months)
    plan = solved(market)
    amount = np.zeros_like(market.export_amount)
    amount[market.pools[0].lanes] = plan.pool_wedge[0]
    assert share >= 1 or (amount > 0).any()
    assert_same(plan, solved(replace(market, pools=(), export_amount=amount)), world)


@few(20)
@given(random_worlds(transit=False, stocks=False), st.integers(1, 3), number(0.05, 0.5), st.sampled_from((("B",), ("*",))))
def test_who_levies_a_tax_does_not_matter(world, months, level, destinations):
    """An export tax at rate e is a tariff on the value before duty less the lane's cost; as specific taxes they are one and the same."""
    where = {"exporter": "A", "destinations": destinations, "amount": 80 * level}
    exported, imported = (worlds.market(world, worlds.measure(kind, **where), months=months) for kind in ("export_tax", "tariff"))
    assert_same(solved(exported), solved(imported), world)


@few(15)
@given(random_worlds(stocks=False), st.lists(number(0.1, 0.9), min_size=1, max_size=3), st.integers(0, 1))
def test_a_quota_in_tonnes_is_the_quota_of_that_share(world, shares, begins):
    """One number a month, from the month of effect on; the last one goes on. (Announced before it takes effect: the list is longer.)"""
    base = world.lanes.base[world.lanes.keys.index(("metal", "A", "B"))]
    shares = (*shares, *[shares[-1]] * begins)
    terms = {"exporter": "A", "destinations": ("B",), "effective": f"2030-{1 + begins:02d}"}
    share, limit = (worlds.market(world, worlds.measure("quota", **{name: values}, **terms), months=3) for name, values in (("share", shares), ("limit", tuple(base * part for part in shares))))
    np.testing.assert_allclose(share.flow_limit, limit.flow_limit, rtol=1e-12)
    assert_same(solved(share), solved(limit), world)


def test_a_list_of_tonnes_may_begin_long_after_its_announcement():
    market = worlds.market(worlds.two_regions(), worlds.measure("quota", limit=(2.0,), effective="2030-03"), months=4)
    np.testing.assert_allclose(market.flow_limit, [[np.inf, np.inf, 2.0, 2.0]])

"""Equilibria of tiny worlds against arithmetic done by hand."""

from __future__ import annotations

import numpy as np
import pytest

import worlds
from kanmon.certify.certificate import certify, lane_wedge
from kanmon.solution.tables import read_plan, window_tables
from kanmon.solve.window import solve_window


def solved(market):
    """Plan of a window, certified."""
    tables = window_tables(solve_window(market))
    certify(tables, market).demand()
    return read_plan(tables, market)


def test_autarky_after_a_ban_is_where_isoelastic_supply_meets_demand():
    """J alone: 5 (p/110)^1 = 10 (p/110)^-0.5, so p = 110 x 2^(2/3); E alone: 15 r = 10 r^-0.5, so p = 100 x (2/3)^(2/3)."""
    plan = solved(worlds.market(worlds.two_regions(), worlds.measure()))
    np.testing.assert_allclose(plan.price[:, 0], [100 * (2 / 3) ** (2 / 3), 110 * 2 ** (2 / 3)], rtol=1e-8)


def test_a_plant_at_capacity_earns_a_rent_and_demand_sets_the_price():
    """With supply elasticity 4 J would make more than its capacity of 8: 8 = 10 (p/110)^-0.5, so p = 110 x 1.5625."""
    plan = solved(worlds.market(worlds.two_regions(supply=4.0), worlds.measure()))
    assert plan.output[1, 0] == pytest.approx(8)
    assert plan.price[1, 0] == pytest.approx(110 * (10 / 8) ** 2, rel=1e-8)


def test_rationing_at_the_choke_makes_the_choke_the_price():
    """Elasticity 0.05: demand at ten times the price is 10 x 10^-0.05 = 8.913 t, J makes at most 8: it sheds 0.913 at 1,100."""
    plan = solved(worlds.market(worlds.two_regions(demand=0.05, supply=4.0), worlds.measure()))
    assert plan.price[1, 0] == pytest.approx(1100, rel=1e-8)
    assert plan.shed[1, 0] == pytest.approx(10 * 10**-0.05 - 8, rel=1e-7)


def test_a_specific_export_tax_drives_a_wedge_of_its_size():
    plan = solved(worlds.market(worlds.two_regions(), worlds.measure("export_tax", amount=15.0)))
    assert plan.flow[0, 0] > 1
    assert plan.price[1, 0] - plan.price[0, 0] - 10 == pytest.approx(15, rel=1e-8)


def test_an_export_tax_is_a_share_of_the_origin_price_and_a_tariff_of_the_value_before_duty():
    taxed = solved(worlds.market(worlds.two_regions(), worlds.measure("export_tax", rate=0.2)))
    assert taxed.price[1, 0] == pytest.approx(1.2 * taxed.price[0, 0] + 10, rel=1e-8)
    protected = solved(worlds.market(worlds.two_regions(), worlds.measure("tariff", rate=0.2)))
    assert protected.price[1, 0] == pytest.approx(1.2 * (protected.price[0, 0] + 10), rel=1e-8)


def test_a_specific_tax_and_an_ad_valorem_tax_of_equal_yield_give_equal_prices():
    ad_valorem = solved(worlds.market(worlds.two_regions(), worlds.measure("export_tax", rate=0.2)))
    specific = solved(worlds.market(worlds.two_regions(), worlds.measure("export_tax", amount=0.2 * ad_valorem.price[0, 0])))
    np.testing.assert_allclose(ad_valorem.price, specific.price, rtol=1e-8)


def test_a_quota_of_zero_is_a_ban_with_the_same_wedge():
    ban = worlds.market(worlds.two_regions(), worlds.measure())
    zero = worlds.market(worlds.two_regions(), worlds.measure("quota", share=0.0))
    np.testing.assert_allclose(solved(ban).price, solved(zero).price, rtol=1e-12)
    np.testing.assert_allclose(lane_wedge(solved(ban), ban), lane_wedge(solved(zero), zero), rtol=1e-10)
    assert lane_wedge(solved(ban), ban)[0, 0] == pytest.approx(110 * 2 ** (2 / 3) - 100 * (2 / 3) ** (2 / 3) - 10, rel=1e-8)


def test_a_pooled_quota_on_one_lane_is_the_quota_on_the_lane_and_its_dual_is_the_wedge():
    lane = worlds.market(worlds.two_regions(), worlds.measure("quota", share=0.5))
    pool = worlds.market(worlds.two_regions(), worlds.measure("quota", share=0.5, pooled=True))
    one, other = solved(lane), solved(pool)
    np.testing.assert_allclose(one.price, other.price, rtol=1e-8)
    assert lane_wedge(one, lane)[0, 0] == pytest.approx(other.pool_wedge[0, 0], rel=1e-7)


def test_a_quota_above_the_flow_changes_nothing():
    plan = solved(worlds.market(worlds.with_friction(worlds.two_regions()), worlds.measure("quota", share=3.0)))
    np.testing.assert_allclose(plan.price[:, 0], [100, 110], rtol=1e-9)
    assert plan.flow[0, 0] == pytest.approx(5, rel=1e-9)


def test_friction_raises_the_marginal_cost_of_more_from_the_same_supplier_by_theta_times_price():
    """Marginal friction at y = 1 is (kappa + (1-kappa)(1 + sqrt(1+d^2) - d)/2) theta p = 0.99069 theta p for kappa 0.05, d 0.02."""
    from kanmon.certify.certificate import lane_cost
    from kanmon.solution.plan import Plan

    window = worlds.market(worlds.with_friction(worlds.two_regions(), theta=0.5))
    doubled = Plan(*(np.zeros((2, 1)),) * 4, np.array([[10.0]]), *(np.zeros((0, 1)),) * 4, np.zeros((2, 1)), *(np.zeros((0, 1)),) * 2)
    assert lane_cost(doubled, window)[0, 0] - 10 == pytest.approx(0.5 * 110 * (0.05 + 0.95 * (1 + np.sqrt(1.0004) - 0.02) / 2))


def test_goods_of_a_nest_are_bought_in_their_base_proportions_at_base_prices_and_shift_by_sigma():
    """One price up by a cost shock: ln(need1/need2) moves by -sigma ln of the relative price (Rutherford 2002)."""
    from dataclasses import replace

    world = worlds.nested()
    dearer = replace(world, activities=replace(world.activities, cost=world.activities.cost * np.array([1.5, 1.0])))
    plan = solved(worlds.market(dearer))
    use, price = plan.use[:, 0], plan.price[:, 0]
    assert price[0] > 5.5
    assert np.log(use[0] / use[1]) - np.log(6 / 4) == pytest.approx(-0.8 * np.log(price[0] / price[1] / (5 / 10)), rel=1e-7)


def test_stock_is_carried_until_interest_storage_and_convenience_balance_the_price_rise():
    """A ban announced a month ahead: J fills its stock, and each month's carry earns what it costs."""
    from kanmon.certify.certificate import stock_gain

    window = worlds.market(worlds.two_regions(stock=20), worlds.measure(effective="2030-03"), months=12)
    plan = solved(window)
    assert plan.stock[0, 1] > 21
    interior = plan.stock[0] > 2.01
    assert np.abs(stock_gain(plan, window)[0, interior] / 110).max() < 1e-8

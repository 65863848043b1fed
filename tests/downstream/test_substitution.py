"""Exact-hat formulas: limits, identities, and what must not move."""

from __future__ import annotations

import numpy as np
import pytest

from kanmon.competitiveness.rivals import compete, first_order, gain_from_trade
from kanmon.competitiveness.substitution import compensated_use, composite_price, nested, value_shares

SHARE, PRICE = np.array([0.2, 0.3, 0.5]), np.array([3.0, 1.2, 0.8])
TRADE = np.array([[50.0, 20.0, 10.0], [30.0, 60.0, 10.0], [20.0, 20.0, 80.0]])


def test_an_elasticity_that_goes_to_one_or_to_nil_goes_to_its_limit():
    assert composite_price(SHARE, PRICE, 1.0) == pytest.approx(np.prod(PRICE**SHARE), rel=1e-14)
    assert composite_price(SHARE, PRICE, 0.0) == pytest.approx(SHARE @ PRICE, rel=1e-14)
    for near in (1e-7, -1e-7, 1e-8, 2e-9, -2e-9):
        assert composite_price(SHARE, PRICE, 1.0 + near) == pytest.approx(composite_price(SHARE, PRICE, 1.0), rel=2 * abs(near))
        if near > 0:
            assert composite_price(SHARE, PRICE, near) == pytest.approx(composite_price(SHARE, PRICE, 0.0), rel=2 * near)


def test_a_part_that_leaves_costs_what_its_share_was_worth():
    """With sigma 5 and a share of 0.2, the composite rises by (1 - 0.2)^(1/(1-5))."""
    assert composite_price(SHARE, np.array([np.inf, 1.0, 1.0]), 5.0) == pytest.approx(0.8 ** (1 / -4), rel=1e-14)


@pytest.mark.parametrize("sigma", [0.0, 0.3, 1.0, 1.5, 6.0])
def test_shares_add_up_and_expenditure_is_price_times_quantity(sigma):
    shares, index = value_shares(SHARE, PRICE, sigma), composite_price(SHARE, PRICE, sigma)
    assert shares.sum() == pytest.approx(1.0, rel=1e-14)
    assert SHARE * PRICE * compensated_use(SHARE, PRICE, sigma) == pytest.approx(shares * index, rel=1e-13)


def test_an_industry_that_uses_no_material_has_no_cost_change():
    assert nested(np.zeros(3), PRICE, 0.7, 0.0, 1.0, 0.1).price == pytest.approx(1.0)


@pytest.mark.parametrize("supply", [np.inf, 2.0, 0.0])
@pytest.mark.parametrize("sigma", [0.5, 1.0, 4.0])
def test_nothing_moves_without_a_shock(supply, sigma):
    out = compete(TRADE, sigma, 0.7, supply)
    for hat in (out.producer_price, out.consumer_price, out.price_index, out.quantity):
        assert np.abs(hat - 1.0).max() < 1e-14
    assert out.expenditure == pytest.approx(TRADE)


@pytest.mark.parametrize("supply", [np.inf, 3.0])
def test_equal_cost_shocks_of_all_rivals_leave_shares_unchanged(supply):
    out = compete(TRADE, 4.0, 0.7, supply, np.full(3, 1.3))
    assert out.share == pytest.approx(TRADE / TRADE.sum(axis=0), rel=1e-12)
    assert out.producer_price.max() == pytest.approx(out.producer_price.min(), rel=1e-12) and out.producer_price[0] > 1.1


def test_the_dearer_origin_loses_share_everywhere_and_its_rivals_gain_alike_in_proportion():
    before, after = TRADE / TRADE.sum(axis=0), compete(TRADE, 4.0, 1.0, cost=np.array([1.2, 1.0, 1.0])).share
    assert (after[0] < before[0]).all() and (after[1:] > before[1:]).all()
    assert after[1] / before[1] == pytest.approx(after[2] / before[2], rel=1e-13)


def test_leading_axes_are_the_single_answers_side_by_side():
    cost = np.array([[1.2, 1.0, 1.0], [1.0, 1.5, 1.1]])
    together = compete(TRADE, np.array([2.0, 5.0]), np.array([0.5, 1.0]), 3.0, cost)
    for place, (sigma, demand) in enumerate(((2.0, 0.5), (5.0, 1.0))):
        alone = compete(TRADE, sigma, demand, 3.0, cost[place])
        assert together.share[place] == pytest.approx(alone.share, rel=1e-12)
        assert together.producer_price[place] == pytest.approx(alone.producer_price, rel=1e-12)


def test_the_first_order_answer_is_the_slope_of_the_exact_one():
    tax = np.ones((3, 3))
    tax[1, 0] = 1.0 + 1e-6
    exact = compete(TRADE, 5.0, 1.25, 1.5, tax=tax).producer_price - 1.0
    assert first_order(TRADE, 5.0, 1.25, 1.5, tax) == pytest.approx(exact, rel=1e-4)
    assert exact[1] < 0 < exact[0]


def test_real_income_follows_the_home_share_in_general_equilibrium():
    """One factor, balanced trade: the identity of Arkolakis, Costinot and Rodriguez-Clare."""
    balanced = np.array([[80.0, 12.0, 8.0], [9.0, 60.0, 11.0], [11.0, 8.0, 181.0]])
    barrier = np.ones((3, 3))
    barrier[0, 1:] = 1.7
    out = compete(balanced, 6.0, supply_elasticity=0.0, quantity_loss=barrier, spends_income=True)
    home = np.diagonal(out.share) / np.diagonal(balanced / balanced.sum(axis=0))
    assert out.real_income == pytest.approx(home ** (-1 / 5), rel=1e-10)
    assert out.real_income.max() < 1.0
    assert gain_from_trade(0.8, 5.0) == pytest.approx(1 - 0.8**0.2, rel=1e-14)

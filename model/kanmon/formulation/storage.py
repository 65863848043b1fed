"""Inventories: what holding them costs and is worth, and how fast they can be drawn and filled."""

from __future__ import annotations

import numpy as np
import pyomo.environ as pyo

from kanmon.scenario.market import Market
from kanmon.world.holdings import security_value, worth_at_end


def stock_terms(market: Market, months) -> tuple[np.ndarray, np.ndarray]:
    """Marginal value at the base stock, and what carrying a tonne costs, less what is constant in the value of the last month.

    Returns:
        convenience: stock x month [USD/t]; in the last month it includes the value of what is handed on.
        holding: stock x month [USD/t]; for stocks without a convenience less the value of what is handed on, for national stockpiles
            also less what a month of security is worth to the owner.
    """
    world, stocks = market.world, market.world.stocks
    last = np.asarray(months)[None, :] == market.months - 1
    bent = (stocks.convenience > 0)[:, None]
    worth = world.discount * (1.0 - stocks.loss) * worth_at_end(world, market.anchor.ahead[stocks.node, 0])
    holding = (stocks.holding - security_value(world))[:, None]
    usual = market.anchor.closing_stock / np.where(bent[:, 0], market.anchor.stock[:, -1], 1.0)
    handed_on = np.where(bent[:, 0], worth * usual**stocks.exponent, worth)[:, None] * last
    return np.where(bent, stocks.convenience[:, None] + handed_on, 0.0), np.where(bent, holding, holding - handed_on)


def value_of_stock(m: pyo.ConcreteModel, market: Market, k: int, t: int):
    r"""Convenience of a stock less the cost of holding it; in the last month also the value of handing it on.

    .. math::
        \int_{w_k}^{w_{kt}} \Big(\mu_k (z/w_k)^{-\gamma_k} + [t = T-1]\,\beta \bar p_n (z/\bar w_k)^{-\gamma_k}\Big) dz - h_k w_{kt} \qquad [\mathrm{USD/month}]

    Calibrated so that the base year is stationary: at the base stock, convenience is interest plus holding cost, and what is
    handed on is worth the discounted price that is usual after the window, if it is the usual closing stock :math:`\bar w_k`. The operating minimum is a bound on the variable. A stockpile has no convenience:
    it is worth :math:`[t = T-1]\,\beta (1-\delta_k) \bar p_n - h_k` a tonne, with the stated closing price. To the owner of a national
    stockpile a tonne is worth its reservation price :math:`V_k` in every month: :math:`s_k - h_k` while it is held and
    :math:`\beta (1-\delta_k) V_k` at the end (:func:`kanmon.world.holdings.security_value`), so that it neither sells below nor buys above.
    Source: Working (1949), Brennan (1958), theory of storage.
    """
    stocks = market.world.stocks
    worth, holding = (terms[k, 0] for terms in stock_terms(market, [t]))
    closing = m.v_closing_stock[k, t]
    a_month = m.unit.price / m.unit.month
    if worth == 0:
        return -float(holding) * a_month * closing
    base, exponent = float(market.anchor.stock[k, t]), float(stocks.exponent[k])
    ratio = closing / (base * m.unit.tonne)
    area = pyo.log(ratio) if abs(exponent - 1.0) < 1e-9 else (ratio ** (1.0 - exponent) - 1.0) / (1.0 - exponent)
    return float(worth) * base * a_month * m.unit.tonne * area - float(holding) * a_month * closing


def kept(m: pyo.ConcreteModel, market: Market, k: int, t: int):
    """What is left, at the start of a month, of the stock that the month before closed with in the window [t]; what opens it is handed over."""
    if t == 0:
        return 0.0 * m.unit.tonne
    return (1.0 - float(market.world.stocks.loss[k])) * m.v_closing_stock[k, t - 1]


def release_limit(m: pyo.ConcreteModel, market: Market, most: float, k: int, t: int):
    r"""No more than so much can be drawn from a stock in a month.

    .. math:: (1-\delta_k)\, w_{k,t-1} - w_{kt} \le \bar r_{kt} \qquad [\mathrm{t/month}],\ \text{dual: price above the worth in store } [\mathrm{USD/t}]
    """
    return kept(m, market, k, t) - m.v_closing_stock[k, t] <= most * m.unit.tonne


def fill_limit(m: pyo.ConcreteModel, market: Market, most: float, k: int, t: int):
    r"""No more than so much can be added to a stock in a month; nothing at all where it is not refilled.

    .. math:: w_{kt} - (1-\delta_k)\, w_{k,t-1} \le \bar f_{kt} \qquad [\mathrm{t/month}],\ \text{dual: worth in store above the price } [\mathrm{USD/t}]
    """
    return m.v_closing_stock[k, t] - kept(m, market, k, t) <= most * m.unit.tonne

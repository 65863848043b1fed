"""Private inventories: what holding them costs and is worth."""

from __future__ import annotations

import numpy as np
import pyomo.environ as pyo

from kanmon.scenario.market import Market


def stock_terms(market: Market, months) -> tuple[np.ndarray, np.ndarray]:
    """Marginal value at the base stock, and the discounted base price that closing stocks are valued at in the last month.

    Returns:
        convenience: stock x month [USD/t]; in the last month it includes the value of what is handed on.
        holding: stock x month [USD/t].
    """
    world, stocks = market.world, market.world.stocks
    last = np.asarray(months) == market.months - 1
    handed_on = world.discount * world.nodes.price[stocks.node]
    return stocks.convenience[:, None] + handed_on[:, None] * last[None, :], np.broadcast_to(stocks.holding[:, None], (stocks.node.size, last.size))


def value_of_stock(m: pyo.ConcreteModel, market: Market, k: int, t: int):
    r"""Convenience of a stock less the cost of holding it; in the last month also the value of handing it on.

    .. math::
        \int_{w_k}^{w_{kt}} (\mu_k + [t = T-1]\,\beta p_n)\,(z/w_k)^{-\gamma_k} dz - h_k w_{kt} \qquad [\mathrm{USD/month}]

    Calibrated so that the base year is stationary: at the base stock, convenience is interest plus holding cost, and what is
    handed on is worth the discounted base price. The operating minimum is a bound on the variable.
    Source: Working (1949), Brennan (1958), theory of storage.
    """
    stocks = market.world.stocks
    worth, holding = (terms[k, 0] for terms in stock_terms(market, [t]))
    base, exponent = float(stocks.base[k]), float(stocks.exponent[k])
    ratio = m.v_closing_stock[k, t] / base
    area = pyo.log(ratio) if abs(exponent - 1.0) < 1e-9 else (ratio ** (1.0 - exponent) - 1.0) / (1.0 - exponent)
    return float(worth) * base * area - float(holding) * m.v_closing_stock[k, t]

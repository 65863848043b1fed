"""Market clearing."""

from __future__ import annotations

import pyomo.environ as pyo

from kanmon.formulation.sets import Incidence
from kanmon.formulation.storage import kept
from kanmon.scenario.market import Market


def use(m: pyo.ConcreteModel, s: int, t: int):
    """Quantity that an end use takes from its market [t/month]: core and flexible use, or need less what is shed."""
    return m.v_core_use[s, t] + m.v_flexible_use[s, t] if s in m.PLAIN_USES else m.v_need[s, t] - m.v_shed[s, t]


def arrivals(m: pyo.ConcreteModel, market: Market, lane: int, t: int):
    """What a lane lands in a month of what left in the window: the dispatch of as many months ago as it takes [t/month]."""
    months = int(market.world.lanes.transit[lane])
    return m.v_flow[lane, t - months] if t >= months else 0.0 * m.unit.flow


def market_balance(m: pyo.ConcreteModel, market: Market, meet: Incidence, before: float, n: int, t: int):
    r"""Every market clears: use, input, dispatch, closing stock and disposal meet output, arrivals, scrap and opening stock.

    .. math::
        \sum_{s \in n} q_{st} + \sum_{a} \alpha_{an}\, y_{at} + \sum_{l: o(l)=n} x_{lt} + w_{kt} + z_{nt}
        = \sum_{a: n(a)=n} y_{at} + \sum_{l: d(l)=n} x_{l,t-\tau_l} + \sum_s \rho_{sn}\, q_{st} + (1-\delta_k)\, w_{k,t-1}
        \qquad \forall (n,t) \qquad [\mathrm{t/month}],\ \text{dual } \lambda_{nt}\ [\mathrm{USD/t}]

    The dual, undiscounted, is the market price of the good in the region. Live nodes only. What left before the window and opening
    stocks are numbers (:func:`kanmon.formulation.constants.handed_over`).
    Source: Samuelson (1952); Takayama and Judge (1971), quantity formulation.
    """
    taken = (
        sum(use(m, s, t) for s in meet.uses[n])
        + sum(ratio * m.v_output[a, t] for a, ratio in meet.inputs[n])
        + sum(m.v_flow[lane, t] for lane in meet.leaving[n])
        + sum(m.v_closing_stock[k, t] / m.unit.month for k in meet.stocks[n])
        + (m.v_disposal[n, t] if n in m.DISPOSABLES else 0)
    )
    supplied = (
        sum(m.v_output[a, t] for a in meet.outputs[n])
        + sum(arrivals(m, market, lane, t) for lane in meet.arriving[n])
        + sum(ratio * use(m, s, t) for s, ratio in meet.scrap[n])
        + sum(kept(m, market, k, t) / m.unit.month for k in meet.stocks[n])
        + before * m.unit.flow
    )
    return taken - supplied == 0  # use counts positive even where a market has no outlet, so that the dual is a price

"""Lanes: what shipping costs, and the measures that restrict it."""

from __future__ import annotations

import pyomo.environ as pyo

from kanmon.formulation.curves import friction_area
from kanmon.scenario.market import Market


def cost_of_shipping(m: pyo.ConcreteModel, market: Market, lane: int, t: int, tax):
    r"""Cost of a lane: its calibrated margin, taxes, less what a shipment still under way at the end is worth.

    .. math:: \big(c_l + \phi_{lt} - [t+\tau_l \ge T]\,\beta^{\tau_l} p_{d(l)}\big)\, x_{lt} \qquad [\mathrm{USD/month}]

    The margin is the discounted base price at the destination less that at the origin: freight, duties, insurance, the
    trader. It may be negative (unlike qualities). Shipments that arrive after the last month are credited at the base price.
    """
    world = market.world
    credit = 0.0
    if t + world.lanes.transit[lane] >= market.months:
        credit = world.discount ** float(world.lanes.transit[lane]) * float(world.nodes.price[world.lanes.destination[lane]])
    return (float(world.lanes.margin[lane]) + float(tax[lane, t]) - credit) * m.v_flow[lane, t]


def cost_of_switching(m: pyo.ConcreteModel, market: Market, lane: int, t: int):
    r"""Friction of buying more from a supplier than in the base year, or from a new one.

    .. math:: \theta_l p_{d(l)} X_l\, \Phi\big((x_{lt}-x_l)/X_l\big) \qquad [\mathrm{USD/month}]

    with the smooth one-sided :math:`\Phi` of :func:`kanmon.formulation.curves.friction_area`. Not charged where a measure
    holds the flow at or below its base: a fall that is forced costs nothing. theta is about 1/sigma of supplier substitution.
    """
    lanes = market.world.lanes
    if lanes.friction[lane] == 0 or market.is_forced_down[lane, t]:
        return 0.0
    change = (m.v_flow[lane, t] - float(lanes.base[lane])) / float(lanes.scale[lane])
    below, smoothing = float(lanes.below_weight[lane]), float(lanes.smoothing[lane])
    return float(lanes.friction[lane] * lanes.scale[lane]) * friction_area(change, below, smoothing, pyo.sqrt, pyo.log)


def measure_limit(m: pyo.ConcreteModel, market: Market, lane: int, t: int):
    r"""A ban or a quota holds a flow at or below its share of the base flow; a ban is a quota of zero.

    .. math:: x_{lt} \le \bar x_{lt} \qquad \forall (l,t) \text{ under a ban or quota} \qquad [\mathrm{t/month}],\ \text{dual: wedge } [\mathrm{USD/t}]

    A named constraint, never a deleted lane. Its price is read from the market prices (destination less origin less
    marginal lane cost), never from the multiplier, which is not unique where the flow is zero.
    """
    return m.v_flow[lane, t] <= float(market.flow_limit[lane, t])


def pooled_quota(m: pyo.ConcreteModel, market: Market, p: int, t: int):
    r"""A quota on the sum of several lanes.

    .. math:: \sum_{l \in P} x_{lt} \le \bar X_{Pt} \qquad \forall (P,t) \qquad [\mathrm{t/month}],\ \text{dual: wedge common to the lanes } [\mathrm{USD/t}]
    """
    pool = market.pools[p]
    return sum(m.v_flow[lane, t] for lane in pool.lanes.tolist()) <= float(pool.limit[t])

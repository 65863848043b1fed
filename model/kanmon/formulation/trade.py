"""Lanes: what shipping costs, and the measures that restrict it."""

from __future__ import annotations

import pyomo.environ as pyo

from kanmon.formulation.curves import friction_area
from kanmon.formulation.given import Given, price_after
from kanmon.formulation.sets import Incidence
from kanmon.scenario.market import Market


def cost_of_shipping(m: pyo.ConcreteModel, market: Market, lane: int, t: int, given: Given):
    r"""Cost of a lane: its calibrated margin, taxes, less what a shipment still under way at the end is worth.

    .. math:: \big(c_l + \phi_{lt} - [t+\tau_l \ge T]\,\beta^{\tau_l} \bar p_{d(l)}\big)\, x_{lt} + \tfrac{1}{2} b_{lt}\, x_{lt}^2 \qquad [\mathrm{USD/month}]

    The margin is the discounted base price at the destination less that at the origin: freight, duties, insurance, the
    trader. It may be negative (unlike qualities). Shipments that arrive after the last month are credited at the price that
    holds then. The slope :math:`b_{lt}` is congestion, and what an exporter with market power reckons the price to lose
    (:mod:`kanmon.world.conduct`): with it the optimum is the equilibrium of the players. :math:`\phi_{lt}` holds taxes
    (:func:`kanmon.formulation.given.taxes`) and the congestion that other lanes cause.
    """
    world = market.world
    credit = 0.0
    if t + world.lanes.transit[lane] >= market.months:
        credit = float(price_after(market)[lane, t])
    linear = (float(market.anchor.margin[lane, t]) + float(given.lane_cost[lane, t]) - credit) * m.unit.price * m.v_flow[lane, t]
    slope = float(given.lane_slope[lane, t])
    return linear + slope / 2 * m.unit.slope * m.v_flow[lane, t] ** 2 if slope else linear


def cost_of_switching(m: pyo.ConcreteModel, market: Market, lane: int, t: int):
    r"""Friction of buying more from a supplier than in the base year, or from a new one.

    .. math:: \theta_l p_{d(l)} X_l\, \Phi\big((x_{lt}-x_l)/X_l\big) \qquad [\mathrm{USD/month}]

    with the smooth one-sided :math:`\Phi` of :func:`kanmon.formulation.curves.friction_area`; on lanes with a memory the trailing flow
    stands in place of the month's (:mod:`kanmon.formulation.switching`). Not charged where a measure
    holds the flow at or below its base: a fall that is forced costs nothing. theta is about 1/sigma of supplier substitution.
    """
    lanes = market.world.lanes
    if market.anchor.friction[lane, t] == 0 or market.is_forced_down[lane, t]:
        return 0.0 * m.unit.price * m.unit.flow
    remembers = lane in m.REMEMBERED
    shipped, usual = (m.v_trailing_flow, market.anchor.trailing) if remembers else (m.v_flow, market.anchor.flow)
    scale = float(market.anchor.scale[lane, t])
    change = (shipped[lane, t] / m.unit.flow - float(usual[lane, t])) / scale
    below, smoothing = float(lanes.below_weight[lane]), float(lanes.smoothing[lane])
    return float(market.anchor.friction[lane, t]) * scale * m.unit.price * m.unit.flow * friction_area(change, below, smoothing, pyo.sqrt, pyo.log)


def measure_limit(m: pyo.ConcreteModel, most: float, lane: int, t: int):
    r"""A ban or a quota holds a flow at or below its share of the base flow; a ban is a quota of zero.

    .. math:: x_{lt} \le \bar x_{lt} \qquad \forall (l,t) \text{ under a ban or quota} \qquad [\mathrm{t/month}],\ \text{dual: wedge } [\mathrm{USD/t}]

    A named constraint, never a deleted lane. Its price is read from the market prices (destination less origin less
    marginal lane cost), never from the multiplier, which is not unique where the flow is zero.
    """
    return m.v_flow[lane, t] <= most * m.unit.flow


def pooled_quota(m: pyo.ConcreteModel, market: Market, most: float, p: int, t: int):
    r"""A quota on the sum of several lanes.

    .. math:: \sum_{l \in P} x_{lt} \le \bar X_{Pt} \qquad \forall (P,t) \qquad [\mathrm{t/month}],\ \text{dual: wedge common to the lanes } [\mathrm{USD/t}]
    """
    return sum(m.v_flow[lane, t] for lane in market.pools[p].lanes.tolist()) <= most * m.unit.flow


def no_resale(m: pyo.ConcreteModel, meet: Incidence, most: float, n: int, t: int):
    r"""Where a player sells, a market ships on no more than it makes, beyond what it shipped on in the base year.

    .. math::
        \sum_{l: o(l)=n} x_{lt} - \sum_{a: n(a)=n} y_{at} \le R_n \qquad \forall n \text{ served by a player},\ t
        \qquad [\mathrm{t/month}],\ \text{dual: worth of home-made material above that of the player's } [\mathrm{USD/t}]

    Without it, others would carry the player's material from where it sells cheaply to where it sells dearly.
    """
    return sum(m.v_flow[lane, t] for lane in meet.leaving[n]) - sum(m.v_output[a, t] for a in meet.outputs[n]) <= most * m.unit.flow

"""End uses: what they are worth, and how much a nest may shed."""

from __future__ import annotations

import numpy as np
import pyomo.environ as pyo

from kanmon.formulation.curves import core_use, isoelastic_area
from kanmon.formulation.given import Given
from kanmon.scenario.market import Market


def shed_within_need(m: pyo.ConcreteModel, s: int, t: int):
    r"""A nest cannot shed more of a good than it needs.

    .. math:: b_{st} \le \hat q_{st} \qquad \forall s \in \text{nests}, t \qquad [\mathrm{t/month}],\ \text{dual: price beyond the choke } [\mathrm{USD/t}]
    """
    return m.v_shed[s, t] <= m.v_need[s, t]


def benefit_of_use(m: pyo.ConcreteModel, market: Market, s: int, t: int, given: Given):
    r"""Value of a plain use to its industry: the choke price for core use, the demand curve for flexible use.

    .. math:: \bar c_s u_{st} + \int_0^{v_{st}} p_s \Big(\frac{D^*_{st}+z}{q_s}\Big)^{-1/\eta_{st}} dz \qquad [\mathrm{USD/month}]

    The curve passes through the base point and meets the choke at :math:`D^*`, so the price at rationing is the choke
    itself. On a linear curve the integrand is :math:`p_s - \beta_s (D^*_{st}+z-q_s)`. Prices are net of the value of scrap.
    Prices of other markets move :math:`q_s` (:func:`kanmon.formulation.given.shifted_use`). A fixed need has no flexible part.
    """
    uses, base = market.world.uses, float(given.use_base[s, t])
    usual = float(market.anchor.use_price[s, t])
    core = float(core_use(base, usual, uses.choke[s], market.elasticity[s, t], uses.slope[s]))
    price, flexible = usual * m.unit.price, m.v_flexible_use[s, t]
    worth = (float(uses.choke[s]) if core > 0 else 0.0) * m.unit.price * m.v_core_use[s, t]
    if market.elasticity[s, t] == 0:
        return worth
    if np.isfinite(uses.slope[s]):
        slope = float(uses.slope[s]) * m.unit.slope
        return worth + (price - slope * ((core - base) * m.unit.flow)) * flexible - slope * flexible**2 / 2
    elasticity = float(market.elasticity[s, t])
    start = float(isoelastic_area(core / base, elasticity)) if core > 0 else 0.0  # without a choke, from the base point
    return worth + price * (base * m.unit.flow) * (isoelastic_area((core + flexible / m.unit.flow) / base, elasticity, pyo.log) - start)


def benefit_of_nest(m: pyo.ConcreteModel, market: Market, nest: int, t: int):
    r"""Value of the goods that one industry combines: an isoelastic curve over their CES aggregate, less what is shed.

    .. math::
        E_n\, \frac{X^{1-1/\eta}-1}{1-1/\eta} - \sum_{s\in n} \bar c_s b_{st}, \qquad
        X = \Big[\sum_{s \in n} \theta_s (\hat q_{st}/q_s)^{\frac{\sigma-1}{\sigma}}\Big]^{\frac{\sigma}{\sigma-1}} \qquad [\mathrm{USD/month}]

    with base outlay :math:`E_n` and base value shares :math:`\theta_s` (calibrated share form). Each good has its own choke.
    Source: Rutherford (2002), lecture notes on constant elasticity functions.
    """
    uses = market.world.uses
    members = np.flatnonzero(uses.nest == nest).tolist()
    usual = {s: float(market.anchor.use_price[s, t] * market.anchor.use[s, t]) for s in members}
    outlay = sum(usual.values())
    elasticity, sigma = float(market.elasticity[members[0], t]), float(market.sigma[members[0], t])
    shares = {s: usual[s] / outlay for s in members}
    ratio = {s: m.v_need[s, t] / (float(market.anchor.use[s, t]) * m.unit.flow) for s in members}
    if abs(sigma - 1.0) < 1e-9:
        aggregate = pyo.exp(sum(shares[s] * pyo.log(ratio[s]) for s in members))
    else:
        power = (sigma - 1.0) / sigma
        aggregate = sum(shares[s] * ratio[s] ** power for s in members) ** (1.0 / power)
    worth = outlay * m.unit.dollar / m.unit.month * isoelastic_area(aggregate, elasticity, pyo.log)
    return worth - sum(float(uses.choke[s]) * m.unit.price * m.v_shed[s, t] for s in members)

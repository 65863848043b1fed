"""Activities: what output costs beside its inputs."""

from __future__ import annotations

import pyomo.environ as pyo

from kanmon.formulation.given import Given
from kanmon.scenario.market import Market


def cost_of_output(m: pyo.ConcreteModel, market: Market, a: int, t: int, given: Given):
    r"""Cost of an activity, inputs apart: a straight marginal cost, and an isoelastic one through the base point on top of it.

    .. math::
        i_a\, y_{at} + \tfrac{1}{2} b_a\, y_{at}^2 - b_a \delta_{at}\, y_{at} + \int_0^{y_{at}} c_a (z/y_a)^{1/\varepsilon_a} dz
        = i_a y_{at} + \tfrac{1}{2} b_a y_{at}^2 - b_a \delta_{at} y_{at} + \frac{c_a y_a}{1+1/\varepsilon_a}\Big(\frac{y_{at}}{y_a}\Big)^{1+1/\varepsilon_a}
        \qquad [\mathrm{USD/month}]

    Calibrated plants have the isoelastic part alone, idle ones a constant cost (:math:`c_a`, with the cost of restarting). On stated
    curves the intercept :math:`i_a` and the slope :math:`b_a` are given; prices of other markets move a linear supply by
    :math:`\delta_{at}`. Capacity is a bound on the variable; its dual is the rent of the plant.
    """
    plants, output = market.world.activities, m.v_output[a, t]
    slope = float(plants.slope[a])
    straight = (float(plants.intercept[a]) - slope * float(given.output_shift[a, t])) * m.unit.price * output
    if slope:
        straight += slope / 2 * m.unit.slope * output**2
    cost = float(plants.cost[a]) * m.unit.price
    if not plants.is_isoelastic[a]:
        return straight + cost * output
    base, power = float(market.anchor.output[a, t]) * m.unit.flow, 1.0 + 1.0 / float(plants.elasticity[a])
    return straight + cost * base / power * (output / base) ** power

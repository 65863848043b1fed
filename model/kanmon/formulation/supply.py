"""Activities: what output costs beside its inputs."""

from __future__ import annotations

import numpy as np
import pyomo.environ as pyo

from kanmon.scenario.market import Market


def cost_of_output(m: pyo.ConcreteModel, market: Market, a: int, t: int):
    r"""Cost of an activity, inputs apart: marginal cost rises isoelastically through the base point; constant for idle plants.

    .. math:: \int_{y_a}^{y_{at}} c_a (z/y_a)^{1/\varepsilon_a} dz = \frac{c_a y_a}{1+1/\varepsilon_a}\Big[\Big(\frac{y_{at}}{y_a}\Big)^{1+1/\varepsilon_a} - 1\Big]
        \qquad [\mathrm{USD/month}]

    Capacity is a bound on the variable; its dual is the rent of the plant. Idle plants may run once their restart delay has
    passed, at their cost plus the cost of restarting.
    """
    plants = market.world.activities
    cost, output = float(plants.cost[a]), m.v_output[a, t]
    if np.isinf(plants.elasticity[a]):
        return cost * output
    base, power = float(plants.base[a]), 1.0 + 1.0 / float(plants.elasticity[a])
    return cost * base / power * ((output / base) ** power - 1.0)

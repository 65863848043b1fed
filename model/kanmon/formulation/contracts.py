"""Take-or-pay contracts: what is not taken is paid for all the same."""

from __future__ import annotations

import pyomo.environ as pyo

from kanmon.scenario.market import Market


def take_or_pay(m: pyo.ConcreteModel, market: Market, most: float, j: int, t: int):
    r"""What a lane carries and what falls short of its contract make up at least the quantity that the contract names.

    .. math:: -x_{l(j)t} - u_{jt} \le -Q_{jt} \qquad \forall (j,t) \text{ in which contract } j \text{ runs} \qquad [\mathrm{t/month}],\ \text{dual: what taking a tonne saves } [\mathrm{USD/t}]

    The dual is at most the price of the contract, and reaches it where something falls short. Suspended (force majeure) in months in
    which a measure lets less than the quantity pass. At the base point it is slack.
    """
    return -m.v_flow[market.world.contracts[j].lane, t] - m.v_shortfall[j, t] <= most * m.unit.flow


def cost_of_shortfall(m: pyo.ConcreteModel, market: Market, j: int, t: int):
    r"""What the importer pays for tonnes that it does not take.

    .. math:: \bar P_j\, u_{jt} \qquad [\mathrm{USD/month}]

    A cost to whoever decides what is taken, and so part of what is maximised; paid to the exporter, so that nothing of it is lost
    (:mod:`kanmon.accounts.surplus`).
    """
    return float(market.world.contracts[j].price) * m.unit.price * m.v_shortfall[j, t]

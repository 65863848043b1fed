r"""Friction of switching suppliers: on what a lane ships in a month, or on what it has shipped over the months before as well.

Elasticities of substitution between suppliers are estimated on the trade of a year. A month in which an old supplier sends four times the
usual is a tenth of a year's change, not a new supplier. On lanes with a memory of M months the friction therefore looks at the trailing flow

.. math:: u_{lt} = \rho\, u_{l,t-1} + (1-\rho)\, x_{lt}, \qquad \rho = 1 - 1/M \qquad [\mathrm{t/month}]

a mean over the past whose weights fall by the share 1/M a month: convex like the friction of the month, which is the case M = 1.
"""

from __future__ import annotations

import numpy as np
import pyomo.environ as pyo

from kanmon.formulation.curves import friction_marginal
from kanmon.scenario.market import Market
from kanmon.world.world import Floats


def trailing_flow(m: pyo.ConcreteModel, market: Market, before: float, lane: int, t: int):
    r"""What a lane with a memory has shipped, the recent months counting most.

    .. math:: u_{lt} - \rho_l\, u_{l,t-1} - (1-\rho_l)\, x_{lt} = 0 \qquad [\mathrm{t/month}],\ \text{dual: friction that a tonne more will cause from now on } [\mathrm{USD/t}]
    """
    stays = float(market.world.lanes.persistence[lane])
    last = 0.0 * m.unit.flow if t == 0 else m.v_trailing_flow[lane, t - 1]
    return m.v_trailing_flow[lane, t] - stays * last - (1.0 - stays) * m.v_flow[lane, t] - before * m.unit.flow == 0


def trailing(flow: Floats, before: Floats, persistence: Floats) -> Floats:
    """Trailing flow of each lane and month, from flows and what went before [t/month]."""
    out, last = np.array(flow, dtype=float), before
    for t in range(flow.shape[1]):
        out[:, t] = last = persistence * last + (1.0 - persistence) * flow[:, t]
    return out


def marginal_switching_cost(flow: Floats, market: Market) -> Floats:
    r"""Friction that one tonne more causes, now and in the months that remember it, lane x month [USD/t].

    .. math:: s_{lt} = (1-\rho_l)\, \theta_l p_{d(l)}\, \Phi'(u_{lt}) + \beta \rho_l\, s_{l,t+1}

    None in a month in which a measure forces the flow down.
    """
    lanes, anchor = market.world.lanes, market.anchor
    stays = lanes.persistence
    change = (trailing(flow, market.state.trailing, stays) - anchor.trailing) / anchor.scale
    now = np.where(market.is_forced_down, 0.0, anchor.friction * friction_marginal(change, lanes.below_weight[:, None], lanes.smoothing[:, None]))
    out, later = np.empty_like(now), np.zeros(len(stays))
    for t in reversed(range(now.shape[1])):
        out[:, t] = later = (1.0 - stays) * now[:, t] + market.world.discount * stays * later
    return out

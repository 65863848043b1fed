r"""Capacity that is added: suppliers that users qualify, and plants that are built.

Both are one notion. Capacity is started at a cost, is nothing for some months, and then stays: a start cannot be undone, neither within
a window nor by a later one, which finds on line what earlier ones have started. It is not a cap that grows with past flow: whoever
looks ahead would game such a cap.
"""

from __future__ import annotations

import numpy as np
import pyomo.environ as pyo

from kanmon.scenario.market import Market
from kanmon.world.world import Floats


def added_capacity(m: pyo.ConcreteModel, step: float, e: int, t: int):
    r"""Capacity on line is that of the month before, what earlier windows have started, and what this one has.

    .. math:: K_{et} = K_{e,t-1} + (\bar K_{et} - \bar K_{e,t-1}) + z_{et}, \qquad z_{et} = 0 \text{ before a start could be on line}
        \qquad [\mathrm{t/month}],\ \text{dual: worth of a unit of capacity from the month on } [\mathrm{USD\ per\ t/month}]

    :math:`z_{et} \ge 0` is what comes on line in a month, started :math:`\delta_e` months before: not before the window opens, and so
    not before the announcement; a scenario may let qualification start sooner. :math:`\bar K` is committed by earlier windows; before a start
    could be on line, capacity is that alone.
    """
    before = m.v_added[e, t - 1] if (e, t - 1) in m.ADDED else 0.0 * m.unit.flow
    started = m.v_started[e, t] if (e, t) in m.STARTED else 0.0 * m.unit.flow
    return m.v_added[e, t] - before - started == step * m.unit.flow


def capacity_limit(m: pyo.ConcreteModel, market: Market, most: float, e: int, t: int):
    r"""A lane carries no more than what is qualified on it, a new plant makes no more than what is built.

    .. math:: x_{l(e),t} \le \bar x_{et} + K_{et} \quad\text{or}\quad y_{a(e),t} \le K_{et}
        \qquad [\mathrm{t/month}],\ \text{dual: rent of capacity } [\mathrm{USD/t}]

    :math:`\bar x_{et}` is what a known supplier delivers without being qualified anew: its usual flow and some headroom. Where
    nothing that is started in the window can be on line yet, the limit is known, and is a bound on the variable.
    """
    world = market.world.expansions
    lane, activity = int(world.lane[e]), int(world.activity[e])
    carried = m.v_flow[lane, t] if lane >= 0 else m.v_output[activity, t]
    return carried - m.v_added[e, t] <= most * m.unit.flow


def charges(market: Market) -> Floats:
    """What a unit of capacity on line is charged, expansion x month [USD per t/month]; in the last month with the rest of its life."""
    last = np.arange(market.months)[None, :] == market.months - 1
    return market.world.expansions.charge[:, None] + market.world.discount * due_afterwards(market)[:, None] * last


def due_afterwards(market: Market) -> Floats:
    r"""What is due in the month after a window on a unit of capacity, for the rest of its life, by expansion [USD per t/month].

    .. math:: A_e = \Big(\sum_{j=0}^{L-1} \beta^j\Big) \max\big(a_e - \max(\bar p_{n(e)} - \sum_i r_{ei} \bar p_i - c_e,\, 0),\, 0\big)

    with what it earns at closing prices taken off: who builds for a shortage stays with the plant when it is over. Capacity of any age
    counts as new. Where closing prices would pay for the plant, nothing is due, and nothing gained.
    """
    world, added = market.world, market.world.expansions
    plants, price, due = world.activities, market.anchor.ahead[:, -1], np.zeros(len(added.keys))
    earned = price[plants.output] - plants.cost - plants.intercept
    np.add.at(earned, plants.input_activity, -plants.input_ratio * price[plants.input_node])
    built = np.flatnonzero(added.activity >= 0)
    due[built] = added.life[built] * np.maximum(added.charge[built] - np.maximum(earned[added.activity[built]], 0.0), 0.0)
    return due


def price_of_start(market: Market) -> Floats:
    """What a start costs, counted in the month in which it comes on line, with interest from its start [USD per t/month]."""
    added = market.world.expansions
    return np.asarray(added.cost * market.world.discount ** -added.delay.astype(float), dtype=float)


def cost_of_expansion(m: pyo.ConcreteModel, market: Market, e: int, t: int):
    r"""What added capacity costs: once when it is started, and an annuity in every month on line.

    .. math:: \beta^{-\delta_e} c_e\, z_{et} + \big(a_e + [t = T-1]\,\beta A_e\big) K_{et} \qquad [\mathrm{USD/month}]

    with the cost of a start c, paid :math:`\delta_e` months before it is on line, and the annuity a of
    :func:`kanmon.world.expansion.annuity`, and what is due after the window, A (:func:`due_afterwards`).
    """
    on_line = m.v_added[e, t] if (e, t) in m.ADDED else float(market.committed[e, t]) * m.unit.flow
    started = m.v_started[e, t] if (e, t) in m.STARTED else 0.0 * m.unit.flow
    return (float(charges(market)[e, t]) * on_line + float(price_of_start(market)[e]) * started) * m.unit.price


def expansion_scales(market: Market) -> tuple[Floats, Floats]:
    """Quantity [t/month] and price [USD/t] that an expansion is measured in: those of the market that it supplies."""
    world = market.world
    nodes, added = world.nodes, world.expansions
    node = np.where(added.lane >= 0, np.append(world.lanes.destination, 0)[added.lane], np.append(world.activities.output, 0)[added.activity])
    return np.maximum(nodes.throughput[node], 1e-9), nodes.price[node]


def capital_scale(market: Market) -> Floats:
    """Money that a unit of added capacity is measured in [USD per t/month]: what it costs, and not less than a month's price."""
    _, price = expansion_scales(market)
    return np.asarray(np.maximum(price, price_of_start(market)), dtype=float)

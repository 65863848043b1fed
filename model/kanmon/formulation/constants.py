"""The numbers in the constraints: the right-hand side of each, and the bounds of the variables.

Rows and columns follow from who meets whom; these numbers from prices, limits and what the past hands over. They stand here as arrays, once,
for the rules of the equations and for a window that has the equations of an earlier one and other numbers (:mod:`kanmon.solve.structure`).
"""

from __future__ import annotations

import numpy as np

from kanmon.formulation.given import Given, arrivals, use_at_choke
from kanmon.scenario.market import Market
from kanmon.world.world import Floats


def right_sides(market: Market) -> dict[str, Floats]:
    """Right-hand side of every constraint, by its name: place x month [t/month; stocks t]."""
    first = np.arange(market.months)[None, :] == 0
    opening = market.state.stock[:, None] * first
    return {
        "market_balance": handed_over(market),
        "shed_within_need": np.zeros((len(market.world.uses.keys), market.months)),
        "measure_limit": market.flow_limit,
        "trailing_flow": (market.world.lanes.persistence * market.state.trailing)[:, None] * first,
        "pooled_quota": np.array([pool.limit for pool in market.pools]).reshape(len(market.pools), market.months),
        "release_limit": market.release_limit - opening,
        "fill_limit": market.fill_limit + opening,
        "no_resale": np.repeat(market.world.nodes.resale[:, None], market.months, axis=1),
        "added_capacity": _committed_anew(market),
        "capacity_limit": market.carried,
        "take_or_pay": -market.contracted,
    }


def handed_over(market: Market) -> Floats:
    """What the past lands or leaves in each market: shipments under way, and in the first month the opening stock, node x month [t/month]."""
    world, out = market.world, np.zeros((len(market.world.nodes.keys), market.months))
    np.add.at(out, world.lanes.destination, arrivals(market, np.zeros((len(world.lanes.keys), market.months))))
    np.add.at(out[:, 0], world.stocks.node, market.state.stock)
    return out


def _committed_anew(market: Market) -> Floats:
    """By how much what earlier windows have started raises capacity in a month, over the month before where that one is decided on here, else
    over nothing, expansion x month [t/month]."""
    committed = market.committed
    before = np.pad(np.where(market.is_open, committed, 0.0), ((0, 0), (1, 0)))[:, :-1]
    return np.asarray(committed - before, dtype=float)


def bounds(market: Market, given: Given) -> dict[str, tuple[Floats, Floats]]:
    """Physical bounds of every variable, by its family: least and most, place x month [t/month; stocks t]; infinite without one."""
    world, months = market.world, market.months

    def upon(least: Floats | float, most: Floats | float, rows: int) -> tuple[Floats, Floats]:
        low, high = (np.asarray(value) for value in (least, most))
        low, high = (np.broadcast_to(value[:, None] if value.ndim == 1 else value, (rows, months)) for value in (low, high))
        return low, high

    uses, stocks, added = len(world.uses.keys), world.stocks, len(world.expansions.keys)
    return {
        "flexible_use": upon(0, np.where(market.elasticity == 0, 0.0, np.inf), uses),
        "core_use": upon(0, use_at_choke(market, given.use_base), uses),
        "need": upon(0, np.inf, uses),
        "shed": upon(0, np.inf, uses),
        "output": upon(0, market.capacity, len(world.activities.keys)),
        "flow": upon(0, market.lane_capacity, len(world.lanes.keys)),
        "trailing_flow": upon(0, np.inf, len(world.lanes.keys)),
        "closing_stock": upon(stocks.minimum, stocks.capacity, stocks.node.size),
        "disposal": upon(0, np.inf, len(world.nodes.keys)),
        "shortfall": upon(0, np.inf, len(world.contracts)),
        "added": upon(0, world.expansions.largest, added),
        "started": upon(0, np.inf, added),
    }

"""Prices of markets through which nothing passes: what the first tonne would cost there.

Where a market is idle its price is any between the best bid and the cheapest offer, and the dual of its balance is one of them by
chance. A wedge read from it would be chance as well. By convention it is the offer: the least at which a plant would start, or at
which a shipment could be landed.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from kanmon.formulation.given import Given, landed_price
from kanmon.formulation.switching import marginal_switching_cost
from kanmon.solve.equilibrium import Equilibrium
from kanmon.world.holdings import contract_lanes

IDLE = 1e-7
"""Throughput over its scale below which a market is idle [1]."""

SWEEPS = 5
"""An offer may come through idle markets one behind the other; so many are followed."""


def offer_where_idle(equilibrium: Equilibrium, given: Given) -> Equilibrium:
    """The same equilibrium with the prices of idle markets raised to the cheapest offer; left as they are where there is none, or
    where an offer would have to come from stock, from a by-product, by a slow lane or over friction.

    Args:
        equilibrium: solution of a window.
        given: what depends on prices.
    """
    market, price = equilibrium.market, equilibrium.price
    world = market.world
    plants, lanes = world.activities, world.lanes
    simple = ~world.nodes.disposable
    simple[world.stocks.node] = False
    simple[plants.input_node[plants.input_ratio < 0]] = False
    simple[lanes.destination[(lanes.transit > 0) | (lanes.friction > 0)]] = False
    idle = (_through(equilibrium) <= IDLE * np.maximum(world.nodes.throughput, 1e-9)[:, None]) & simple[:, None]
    if not idle.any():
        return equilibrium
    wedge = equilibrium.resale_wedge[lanes.origin]
    for pool, added in zip(market.pools, equilibrium.pool_wedge, strict=True):
        wedge[pool.lanes] += added
    wedge[contract_lanes(world)] -= equilibrium.contract_wedge
    runs, ships = market.capacity > 0, market.flow_ceiling > 0
    settled = price
    for _ in range(SWEEPS):
        offer = np.full_like(price, np.inf)
        cost = (plants.intercept + np.where(plants.is_isoelastic, 0.0, plants.cost))[:, None] - plants.slope[:, None] * given.output_shift
        np.add.at(cost, plants.input_activity, plants.input_ratio[:, None] * settled[plants.input_node])
        np.minimum.at(offer, plants.output, np.where(runs, cost, np.inf))
        np.minimum.at(offer, lanes.destination, np.where(ships, settled[lanes.origin] + market.anchor.margin + given.lane_cost + wedge, np.inf))
        settled = np.where(idle & np.isfinite(offer), np.maximum(offer, price), price)
    return replace(equilibrium, price=settled)


def least_resale_wedge(equilibrium: Equilibrium, given: Given) -> Equilibrium:
    """The same with the worth of home-made material cut to what keeps shipments away, where none is made and none leaves.

    There its dual is any number from that on.
    """
    market = equilibrium.market
    world, lanes = market.world, market.world.lanes
    served = np.isfinite(world.nodes.resale)
    if not served.any():
        return equilibrium
    made, leaving = np.zeros_like(equilibrium.price), np.zeros_like(equilibrium.price)
    np.add.at(made, world.activities.output, equilibrium.output)
    np.add.at(leaving, lanes.origin, equilibrium.flow)
    size = IDLE * np.maximum(world.nodes.throughput, 1e-9)[:, None]
    cost = market.anchor.margin + given.lane_cost + given.lane_slope * equilibrium.flow + marginal_switching_cost(equilibrium.flow, market)
    gain = landed_price(market, equilibrium.price) - equilibrium.price[lanes.origin] - cost
    gain[contract_lanes(world)] += equilibrium.contract_wedge
    needed = np.zeros_like(equilibrium.price)
    np.maximum.at(needed, lanes.origin, np.where(market.flow_ceiling > 0, gain, 0.0))
    unused = served[:, None] & (made <= size) & (leaving <= size)
    return replace(equilibrium, resale_wedge=np.where(unused, np.minimum(equilibrium.resale_wedge, needed), equilibrium.resale_wedge))


def _through(equilibrium: Equilibrium) -> np.ndarray:
    """What passes through each market, node x month [t/month]."""
    world, through = equilibrium.market.world, np.zeros_like(equilibrium.price)
    plants = world.activities
    np.add.at(through, world.uses.node, equilibrium.use)
    np.add.at(through, plants.output, equilibrium.output)
    np.add.at(through, plants.input_node, equilibrium.output[plants.input_activity] * np.abs(plants.input_ratio[:, None]))
    np.add.at(through, world.lanes.origin, equilibrium.flow)
    np.add.at(through, world.lanes.destination, equilibrium.flow)
    return through

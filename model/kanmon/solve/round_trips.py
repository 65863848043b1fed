"""Shipments there and back at no cost: they change nothing, and any amount of them is as good as none. By convention there are none."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from kanmon.formulation.given import Given
from kanmon.solve.equilibrium import Equilibrium


def without_round_trips(equilibrium: Equilibrium, given: Given) -> Equilibrium:
    """The same equilibrium with what goes back and forth between two markets in one month cancelled, where both ways are free.

    Args:
        equilibrium: solution of a window.
        given: what depends on prices.
    """
    market, lanes = equilibrium.market, equilibrium.market.world.lanes
    anchor = market.anchor
    free = (anchor.margin == 0) & (anchor.friction == 0) & (given.lane_cost == 0) & (given.lane_slope == 0) & (lanes.transit[:, None] == 0)
    ways = {
        (origin, destination): lane
        for lane, (origin, destination) in enumerate(zip(lanes.origin.tolist(), lanes.destination.tolist(), strict=True))
        if free[lane].any()
    }
    flow = equilibrium.flow.copy()
    for (origin, destination), there in ways.items():
        back = ways.get((destination, origin))
        if back is not None and there < back:
            twice = np.where(free[there] & free[back], np.minimum(flow[there], flow[back]), 0.0)
            flow[there] -= twice
            flow[back] -= twice
    return replace(equilibrium, flow=flow)

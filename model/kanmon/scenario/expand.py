"""When capacity can be added in a window: not before something is announced, and only after the months that it takes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from kanmon.scenario.market import Market
from kanmon.scenario.schema import Scenario


def with_expansions(market: Market, scenario: Scenario, announced: int | None) -> Market:
    """The window with the months in which what is started in it may come on line, and the output that what is built allows.

    Args:
        market: a window.
        scenario: its question; it may let qualification start before the announcement.
        announced: month of the first announcement that is known; None if nothing is.
    """
    added = market.world.expansions
    if not added.keys:
        return market
    months = market.first + np.arange(market.months)[None, :]
    can_come = np.zeros((len(added.keys), market.months), dtype=bool)
    if announced is not None:
        earliest = np.full(len(added.keys), market.first)
        early = scenario.market.qualification_from
        if market.first == announced and early is not None:
            earliest[added.lane >= 0] = min(early, market.first)
        can_come = months - added.delay[:, None] >= earliest[:, None]
    carried = np.zeros((len(added.keys), market.months))
    supplies = np.flatnonzero(added.lane >= 0)
    carried[supplies] = (1.0 + added.headroom[supplies, None]) * market.anchor.flow[added.lane[supplies]]
    market = replace(market, can_come=can_come, carried=carried)
    capacity, mine = market.capacity.copy(), np.flatnonzero(added.activity >= 0)
    built = np.where(market.is_open[mine], np.inf, market.committed[mine])
    capacity[added.activity[mine]] = np.minimum(capacity[added.activity[mine]], built)
    return replace(market, capacity=capacity)


def nothing_added(market: Market) -> Market:
    """The window of a path: there is time for suppliers to be qualified, and what is built are the projects of the pack."""
    added, capacity = market.world.expansions, market.capacity.copy()
    capacity[added.activity[added.activity >= 0]] = 0.0
    return replace(market, can_come=market.can_come & False, carried=np.full(market.carried.shape, np.inf), capacity=capacity)

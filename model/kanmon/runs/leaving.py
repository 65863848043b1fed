"""Where one path leaves another: a month, and what is in store and under way then.

What is decided in that month was not foreseen: until then there is one path, whatever is decided. The path that leaves opens a window there.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kanmon.formulation.switching import trailing
from kanmon.runs.baseline import Baseline, handed_over
from kanmon.scenario.market import State, base_state
from kanmon.world.holdings import is_stockpile
from kanmon.world.world import Floats, World

Way = tuple[str, str, str]


@dataclass(frozen=True)
class Leaving:
    """What a path hands over in a month, by name, so that a world with more markets, lanes or stockpiles can take it.

    Attributes:
        month: first month of the path that leaves.
        stocks: private stocks by market [t].
        under_way: shipments by lane and month of arrival, counted from that month [t/month].
        shipped: trailing flow by lane [t/month].
    """

    month: int
    stocks: dict[tuple[str, str], float]
    under_way: dict[Way, Floats]
    shipped: dict[Way, float]

    def state(self, world: World) -> State:
        """The state of a world in that month; what the other path did not know is as in the base year."""
        usual = base_state(world)
        stock, under_way, shipped = usual.stock.copy(), usual.under_way.copy(), usual.trailing.copy()
        for k in np.flatnonzero(~is_stockpile(world)):
            stock[k] = self.stocks.get(world.nodes.keys[world.stocks.node[k]], stock[k])
        for lane, way in enumerate(world.lanes.keys):
            if way in self.under_way:
                months = min(under_way.shape[1], self.under_way[way].size)
                under_way[lane] = 0.0
                under_way[lane, :months] = self.under_way[way][:months]
                shipped[lane] = self.shipped[way]
        return State(stock, under_way, shipped, usual.committed)


def leaving(baseline: Baseline, month: int) -> Leaving:
    """What a path hands over in a month.

    Args:
        baseline: on a path that begins before.
        month: the month.
    """
    windows = [window for window in baseline.path if window.market.first < month]
    last, world = windows[-1], windows[-1].market.world
    state = handed_over(last, last.market, month - last.market.first)
    ends = [*(window.market.first for window in windows[1:]), month]
    flow = np.concatenate([window.flow[:, : end - window.market.first] for window, end in zip(windows, ends, strict=True)], axis=1)
    shipped = trailing(flow, world.lanes.base, baseline.world.lanes.persistence)[:, -1]
    ways = world.lanes.keys
    return Leaving(
        month,
        {world.nodes.keys[world.stocks.node[k]]: float(state.stock[k]) for k in np.flatnonzero(~is_stockpile(world))},
        {way: state.under_way[lane] for lane, way in enumerate(ways)},
        {way: float(shipped[lane]) for lane, way in enumerate(ways)},
    )

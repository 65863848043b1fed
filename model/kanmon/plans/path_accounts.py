"""Surplus on the path itself, month by month, so that what a plan does before and without a crisis is counted.

The path is drawn on its own curves, those of the long run, which are the same with a plan and without one: its elasticities may be higher,
but the curves pass through the same points. Benefit of use is measured from there. What is left in store or under way when counting
ends is worth what it costs then without the plan.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pandas as pd

from kanmon.accounts.areas import area_of_use
from kanmon.accounts.surplus import CONSUMERS, SECURITY, STOCKHOLDERS, STOCKPILE, TRADERS, surplus
from kanmon.plans.effects import Support
from kanmon.plans.usual import UsualPrices
from kanmon.runs.baseline import Baseline, handed_over
from kanmon.scenario.months import month_name
from kanmon.solve.equilibrium import Equilibrium
from kanmon.world.holdings import is_stockpile

PATH_COLUMNS = ["month", "region", "account", "value"]
SUPPORT = "support paid"
"""Account of what a region pays on the output of plants."""


def path_accounts(baseline: Baseline, last: int, usual: UsualPrices, supports: tuple[Support, ...], payer: str) -> pd.DataFrame:
    """Surplus on a path from its first month on.

    Args:
        baseline: on a path.
        last: first month that is no longer counted.
        usual: prices of the path without a plan.
        supports: what is paid on output.
        payer: region that pays it.

    Returns:
        columns month, region, account, value [USD/month, undiscounted], without what a stockpile is held for beyond its market price.
    """
    windows = baseline.path
    ends = [min(following.market.first, last) for _, following in pairwise(windows)] + [last]
    parts = [_of_window(window, end) for window, end in zip(windows, ends, strict=True) if end > window.market.first]
    final = [window for window in windows if window.market.first < last][-1]
    paid = [_paid(window, end, supports, payer) for window, end in zip(windows, ends, strict=True) if supports and end > window.market.first]
    return pd.concat([*parts, _left(final, last, usual), *paid], ignore_index=True)[PATH_COLUMNS]


def _of_window(window: Equilibrium, end: int) -> pd.DataFrame:
    """Surplus of the months of a window until another, with benefit of use counted from the points that all paths' curves pass through."""
    market = window.market
    table = surplus(window, market)
    points = area_of_use(replace(window, use=np.array(market.anchor.use), shed=np.zeros_like(window.shed)), market)
    regions = [key[0] for key in market.world.uses.keys]
    shift = pd.DataFrame(points).groupby(regions).sum()
    consumers = table["account"] == CONSUMERS
    months = {month_name(market.first + t): t for t in range(market.months)}
    place = table.loc[consumers, "month"].map(months)
    table.loc[consumers, "value"] -= [shift.loc[region, t] if region in shift.index else 0.0 for region, t in zip(table.loc[consumers, "region"], place, strict=True)]
    return table[(table["month"] < month_name(end)) & (table["account"] != SECURITY)]


def _left(window: Equilibrium, last: int, usual: UsualPrices) -> pd.DataFrame:
    """What is in store and under way when counting ends, at the prices of the path without a plan; it is booked in the month in which it counts."""
    market, world = window.market, window.market.world
    state = handed_over(window, market, last - market.first)
    keys = world.nodes.keys

    def worth(node: int, month: int) -> float:
        price = usual.at(keys[node], month)
        return float(window.price[node, min(month - market.first, market.months - 1)]) if price is None else price

    owners = {pile.stock: pile.owner for pile in world.stockpiles}
    piles = is_stockpile(world)
    rows = [
        (month_name(last), owners.get(k, keys[node][0]), STOCKPILE if piles[k] else STOCKHOLDERS, state.stock[k] * worth(node, last))
        for k, node in enumerate(world.stocks.node)
    ]
    for lane, ahead in zip(*np.nonzero(state.under_way), strict=True):
        node = int(world.lanes.destination[lane])
        rows.append((month_name(last + int(ahead)), keys[node][0], TRADERS, state.under_way[lane, ahead] * worth(node, last + int(ahead))))
    return pd.DataFrame(rows, columns=PATH_COLUMNS)


def _paid(window: Equilibrium, end: int, supports: tuple[Support, ...], payer: str) -> pd.DataFrame:
    """What is paid on output in the months of a window until another."""
    market = window.market
    rows = [
        (month_name(month), payer, SUPPORT, -support.top_up * window.output[place, month - market.first])
        for support in supports
        for place, key in enumerate(market.world.activities.keys)
        if key in support.plants
        for month in range(max(market.first, support.start), end)
    ]
    return pd.DataFrame(rows, columns=PATH_COLUMNS)
